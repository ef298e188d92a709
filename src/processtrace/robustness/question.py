"""A question of a reviewer: a function of a study, and the form of its answer about one case in plain values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processtrace.inference.update import EVIDENCE
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Answer:
    """The part of an analysis that is about one case, in plain values.

    Attributes
    ----------
    data
        The whole Dataset.
    row
        The place of the case.
    case
        Its identifier.
    hypotheses
        Identifiers of the hypotheses.
    leader
        Its leading explanation, or None.
    led
        Whether there are a leader and a runner-up.
    """

    data: xr.Dataset
    row: int
    case: str
    hypotheses: tuple[str, ...]
    leader: str | None
    led: bool

    def value(self, variable: str) -> Any:
        """Return a variable of the case as plain values."""
        return plain(self.data[variable].values[self.row])

    def by_hypothesis(self, values: Any) -> dict[str, Any]:
        """Return values in the order of the hypotheses as a mapping from hypothesis to plain value."""
        return dict(zip(self.hypotheses, plain(values), strict=True))

    def each(self, variable: str) -> dict[str, Any]:
        """Return a variable of the case by hypothesis."""
        return self.by_hypothesis(self.data[variable].values[self.row])

    def pairs(self, low: str, high: str) -> dict[str, Any]:
        """Return two variables of the case as [low, high] by hypothesis."""
        ends = (self.data[end].values[self.row] for end in (low, high))
        return {h: [plain(a), plain(b)] for h, a, b in zip(self.hypotheses, *ends, strict=True)}

    def along(self, dim: str) -> dict[str, Any]:
        """Return the posterior along a dimension: its values, and a list for each hypothesis."""
        return {dim: plain(self.data[dim].values), "posterior": self.by_hypothesis(self.data["posterior"].values[self.row].T)}

    def own(self, dim: str) -> xr.Dataset:
        """Return the part of the Dataset whose `dim` is about the case."""
        return self.data.isel({dim: self.data[f"{dim}_case"].values == self.case})

    def items(self, variables: Sequence[str]) -> dict[str, Any]:
        """Return variables by item of the case."""
        held = self.own(EVIDENCE)
        ids = [str(item) for item in held["evidence_id"].values]
        return {item: {name: plain(held[name].values[i]) for name in variables} for i, item in enumerate(ids)}


@dataclass(frozen=True)
class Question:
    """One question: `ask` answers it for a study, and `keys` gives the answer about a case by key."""

    ask: Callable[[Study], xr.Dataset]
    keys: Callable[[Answer], dict[str, Any]]

    @property
    def name(self) -> str:
        """Return the name of the question, of its function and of its key."""
        return self.ask.__name__


def plain(value: Any) -> Any:
    """Return numbers as plain values: None for what is undefined, lists for arrays; what is infinite stays infinite."""
    if getattr(value, "ndim", 0):
        return [plain(part) for part in value]
    number = value.item() if hasattr(value, "item") else value
    if not isinstance(number, float):
        return number
    return None if math.isnan(number) else number + 0.0
