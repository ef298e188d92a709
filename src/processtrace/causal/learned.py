"""Models with numbers for shares, and models whose shares were learned: both answer as a mixture over tables of shares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.cases import COUNT, UNSEEN, Cases
from processtrace.causal.joint import Joint, Known, joint
from processtrace.causal.model import CausalModel
from processtrace.causal.moments import exact_part
from processtrace.causal.patterns import parts
from processtrace.causal.statements import Number, Operation, Statement, Value
from processtrace.errors import UsageError
from processtrace.logspace import Array, logsumexp, normalise

if TYPE_CHECKING:
    import xarray as xr

AT_ONCE = 1000
"""Draws of shares that one contraction takes."""

MOST_TERMS = 20_000
"""Terms of an exact posterior up to which answers are a mixture over all of them."""


@dataclass(frozen=True, eq=False)
class Mixture:
    """A model, and the tables of shares that it may have: `shares` (table of shares, ...) by node, none where they are the model's own.

    `log_weights` holds how probable each is. Where `exact`, the mixture gives an answer for one new case exactly; else it is of draws.
    """

    model: CausalModel
    shares: Mapping[str, Array]
    log_weights: Array
    exact: bool = True

    def each(self, asked: Iterable[Value], known: Known) -> Joint:
        """Return the joint distribution of values and what is known under each table (table, one axis for each open copy)."""
        values = list(asked)
        number = len(self.log_weights)
        if number <= AT_ONCE:
            some = joint(self.model, values, known, self.shares)
            size = len(some.log_probability)
            return (
                some
                if size == number
                else replace(some, log_probability=np.broadcast_to(some.log_probability, (number, *some.log_probability.shape[1:])))
            )
        logs = []
        for start in range(0, number, AT_ONCE):
            some = joint(self.model, values, known, {node: table[start : start + AT_ONCE] for node, table in self.shares.items()})
            size = min(AT_ONCE, number - start)
            logs.append(np.broadcast_to(some.log_probability, (size, *some.log_probability.shape[1:])))
        return replace(some, log_probability=np.concatenate(logs))

    def joint(self, asked: Iterable[Value], known: Known) -> Joint:
        """Return the joint distribution of values and what is known of one new case (1, one axis for each open copy)."""
        return self.mixed(self.each(asked, known))

    def mixed(self, each: Joint) -> Joint:
        """Return what a joint distribution under each table is on the whole."""
        if len(self.log_weights) == 1:
            return each
        weights = normalise(self.log_weights).reshape(-1, *[1] * (each.log_probability.ndim - 1))
        return replace(each, log_probability=logsumexp(each.log_probability + weights, axis=0)[None])


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learned: the draws of the shares, and the cases they were learned from."""

    model: CausalModel
    draws: Mapping[str, Array]
    cases: Cases
    selected: str | None

    @property
    def drawn(self) -> Mixture:
        """The draws, which weigh the same."""
        return Mixture(self.model, self.draws, np.zeros(len(next(iter(self.draws.values())))), False)

    @cached_property
    def new_case(self) -> Mixture:
        """What answers for a new case: exactly where the posterior is known exactly, else from the draws."""
        return exact_mixture(self.model, self.cases, self.selected) or self.drawn

    def other_cases(self, name: str) -> Mixture:
        """Return what all cases but this one say of the shares, for the answer about a case that was studied."""
        row = self.cases.row(name)
        exact = exact_mixture(self.model, _without(self.cases, row), self.selected)
        if exact is not None:
            return exact
        drawn = self.drawn
        logs = -drawn.each([], Known(self.seen(row))).log_total()
        if self.selected is not None:
            logs = logs + drawn.each([], Known((self.model.read(self.selected),))).log_total()
        return replace(drawn, log_weights=logs)

    def seen(self, row: int) -> tuple[Statement, ...]:
        """Return what was seen of a case."""
        return tuple(
            Operation("==", (Value(node), Number(int(level))))
            for node, level in zip(self.model.nodes, self.cases.seen[row], strict=True)
            if level != UNSEEN
        )


def exact_mixture(model: CausalModel, cases: Cases, selected: str | None) -> Mixture | None:
    """Return the exact posterior as a mixture that answers for one new case; none where there is none.

    A causal type uses at most one share of each table. So given a term of the exact posterior, under which the components are independent,
    only mean shares matter; and where a component is learned by itself, only its mean share over all terms.
    """
    tables: list[tuple[tuple[str, ...], list[Array]]] = []
    logs = np.zeros(1)
    for part in parts(model, cases, selected):
        exact = exact_part(part)
        if exact is None or not all(one.chained for one in part.components):
            return None
        means = exact.mean_joint_shares()
        weights = exact.probabilities
        if len(part.components) == 1:
            means, weights = [(weights @ means[0])[None]], np.ones(1)
        if len(logs) * len(weights) > MOST_TERMS:
            return None
        before = len(logs)
        tables = [(names, [np.repeat(table, len(weights), axis=0) for table in own]) for names, own in tables]
        logs = (logs[:, None] + np.log(weights)).ravel()
        for one, mean in zip(part.components, means, strict=True):
            tables.append((one.nodes, [np.tile(table, (before, *[1] * (table.ndim - 1))) for table in one.tables(mean)]))
    return Mixture(model, {node: table for names, own in tables for node, table in zip(names, own, strict=True)}, logs)


def _without(cases: Cases, row: int) -> Cases:
    counts = cases.counts.copy()
    counts[row] = 0
    return replace(cases, counts=counts)


def read_learned(tree: xr.DataTree) -> Learned:
    """Return what `learn` gave, as arrays."""
    try:
        model = model_from_text(tree.attrs["model"])
        posterior, observed = tree["posterior"].dataset, tree["observed_data"].dataset
        shares = {node: np.asarray(posterior[f"share_{node}"]) for node in model.nodes}
        cases = Cases(
            tuple(map(str, observed["case"].values.tolist())),
            np.asarray(observed["level"].sel(node=list(model.nodes)).transpose("case", "node"), np.int64),
            np.asarray(observed[COUNT], np.int64),
            tuple(("", 0) for _ in range(observed.sizes["case"])),
        )
    except (KeyError, TypeError, ValueError):
        raise UsageError("model: a DataTree that `learn` did not give; a CausalModel or the result of `learn` is allowed") from None
    draws = {node: table.reshape(prod(table.shape[:2]), *table.shape[2:]) for node, table in shares.items()}
    return Learned(model, draws, cases, tree.attrs["selected"] or None)


def mixture(model: CausalModel | xr.DataTree) -> Mixture:
    """Return what answers for a new case under a model, or under what was learned of one."""
    if isinstance(model, CausalModel):
        return Mixture(model, {}, np.zeros(1))
    return read_learned(model).new_case


def model_as_text(model: CausalModel) -> str:
    """Return the words of a model as JSON, from which `model_from_text` makes an equal one."""

    def plain(value: Any) -> Any:
        if isinstance(value, Fraction):
            return str(value)
        return [str(end) for end in value] if value and isinstance(value[0], Fraction) else {key: plain(one) for key, one in value}

    graph = model.graph
    return json.dumps(
        {
            "graph": "; ".join([*graph.nodes, str(graph)]),
            "levels": {node: list(labels) for node, labels in graph.levels.items()},
            "parents": {node: list(parents) for node, parents in graph.parents.items()},
            "never": list(model.never),
            "keep": {node: list(labels) for node, labels in model.keep},
            "shares": {key: plain(entries) for key, entries in model.shares},
            "alpha": {key: plain(entries) for key, entries in model.alpha},
        }
    )


def model_from_text(text: str) -> CausalModel:
    """Return the model that these words describe."""
    return CausalModel(**json.loads(text))
