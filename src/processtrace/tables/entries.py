"""Every item of a study in words: what was found, where it can be read, how it was judged and why, what it weighs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from processtrace.inference.update import EVIDENCE, HYPOTHESIS, update
from processtrace.study import SCALES, Case, Evidence, Judgement, Study
from processtrace.study.probabilities import time_key
from processtrace.tables.columns import COLUMNS, PAGE, STATUS, Column, Parts, Place
from processtrace.tables.frames import as_judged

if TYPE_CHECKING:
    import xarray as xr


_FURTHEST_DB = 1e6


@dataclass(frozen=True)
class PrintedJudgement:
    """One judgement in words: under which explanation, whose (empty for a common one), what, on which scale, and why."""

    explanation: str
    analyst: str
    value: str
    scale: str
    reason: str

    def __str__(self) -> str:
        """Return the value with the name of the analyst, if one is named."""
        return f"{self.analyst}: {self.value}" if self.analyst else self.value


@dataclass(frozen=True)
class Entry:
    """An item in words.

    Attributes
    ----------
    case_id, id : str
        The identifiers of case and item.
    status : str
        `found`, `not_found`, `planned`, `unjudged` or `set_aside`.
    enters : bool
        Whether the item enters the posterior.
    facts : tuple of (Column, parts)
        What is said of the item, column by column.
    judgements : tuple of PrintedJudgement
        Analyst by analyst, each under every explanation in the study's order.
    weight_db, alone_db, last_db : tuple of float or None
        Weights in decibels by explanation in the study's order, as in `update`; None where the item does not enter.
    """

    case_id: str
    id: str
    status: str
    enters: bool
    facts: tuple[tuple[Column, Parts], ...]
    judgements: tuple[PrintedJudgement, ...]
    weight_db: tuple[float, ...] | None
    alone_db: tuple[float, ...] | None
    last_db: tuple[float, ...] | None

    def text(self, heading: str) -> str:
        """Return the fact under a heading as text, empty where there is none."""
        return next("; ".join(map(str, parts)) for column, parts in self.facts if column.heading == heading)

    @property
    def tags(self) -> list[str]:
        """The names of the item's tags."""
        return [str(part) for column, parts in self.facts if column.heading == "Tags" for part in parts]

    @property
    def spread_db(self) -> float:
        """The decibels by which the item supports one explanation over the one that it supports least; 0 where it does not enter."""
        return min(max(self.weight_db) - min(self.weight_db), _FURTHEST_DB) if self.weight_db else 0.0

    @property
    def on_page(self) -> list[tuple[str, Parts]]:
        """The facts that the report prints below an item, with their headings."""
        return [(column.heading, parts) for column, parts in self.facts if PAGE in column.prints and parts]


def entries(study: Study, *, data: xr.Dataset | None = None) -> list[Entry]:
    """Return every item in words, case by case: those that count in order of time, then planned, unjudged and set aside.

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset, optional
        The Dataset of `update(study)`, computed where it is left out.

    Returns
    -------
    list of Entry
        One for each item, with weights in decibels relative to the explanation that the item supports most (0).
    """
    data = update(study) if data is None else data
    weighed = _weights(data)
    return [_entry(study, case, item, weighed) for case in study.cases for item in sorted(case.evidence, key=_place)]


def _place(item: Evidence) -> tuple[int, tuple[int, str]]:
    return (0 if item.counts else list(STATUS).index(item.status)), time_key(item)


def _weights(data: xr.Dataset) -> dict[str, dict[str, tuple[float, ...]]]:
    names = [str(name) for name in data[EVIDENCE].values]
    made: dict[str, dict[str, tuple[float, ...]]] = {name: {} for name in names}
    for kind in ("weight_db", "alone_db", "last_db"):
        for name, row in zip(names, data[kind].transpose(EVIDENCE, HYPOTHESIS).values, strict=True):
            made[name][kind] = tuple(float(value) for value in row)
    return made


def _entry(study: Study, case: Case, item: Evidence, weighed: Mapping[str, Mapping[str, tuple[float, ...]]]) -> Entry:
    found = weighed.get(f"{case.id}/{item.id}", {})
    return Entry(
        case_id=case.id,
        id=item.id,
        status=item.status,
        enters=bool(found),
        facts=tuple((column, column.parts(Place(study, case, item))) for column in COLUMNS),
        judgements=tuple(_printed(study, item)),
        weight_db=found.get("weight_db"),
        alone_db=found.get("alone_db"),
        last_db=found.get("last_db"),
    )


def _printed(study: Study, item: Evidence) -> Iterator[PrintedJudgement]:
    """Yield an item's judgements; of a clue without a judgement of its own, what it observes."""
    for analyst, judgement in item.by_analyst.items():
        yield from _judgements(study, item, analyst, judgement)
    if item.observes is not None and not item.by_analyst:
        yield from (PrintedJudgement(part.name, "", _observed(item), "causal model", "") for part in study.explanations.values())


def _observed(item: Evidence) -> str:
    return ", ".join(f"shows {node} = {level}" for node, level in (item.observes or {}).items())


def _judgements(study: Study, item: Evidence, analyst: str | None, judgement: Judgement) -> list[PrintedJudgement]:
    who = study.analysts[analyst].name if analyst else ""
    scale = SCALES[judgement.scale]
    described = scale.described(as_judged(study.anchor_of(item, judgement)))
    unit = f" {scale.unit}" if scale.unit else ""
    if item.node is not None:
        return [
            PrintedJudgement(part.name, who, *_of_clue(study, item, name, judgement, as_judged, unit), judgement.because.get(name, ""))
            for name, part in study.explanations.items()
        ]
    return [
        PrintedJudgement(
            part.name,
            who,
            f"{as_judged(judgement.values[name])}{unit}" if name in judgement.values else f"built: {study.compounds} of its parts",
            described,
            judgement.because.get(name, ""),
        )
        for name, part in study.explanations.items()
    ]


def _of_clue(
    study: Study, item: Evidence, hypothesis: str, judgement: Judgement, as_judged: Callable[[object], str], unit: str
) -> tuple[str, str]:
    """Return what is judged of a clue under an explanation, and how: by hand, or given the levels of its node."""
    if hypothesis in study.by_hand:
        return f"{as_judged(judgement.values[hypothesis])}{unit}", SCALES[judgement.scale].described(
            as_judged(study.anchor_of(item, judgement))
        )
    if item.about is None:
        return _observed(item), "causal model"
    levels = [
        f"{as_judged(value)}{unit} given {item.about} = {key}" for key, value in judgement.values.items() if key not in study.explanations
    ]
    return ", ".join(levels), "causal model"
