"""The posterior when something is left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from processtrace.inference.labelled import evidence_coords, labelled
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import Reading, reading_of, readings
from processtrace.inference.update import EVIDENCE, HYPOTHESIS
from processtrace.logspace import Array, normalise, to_probability
from processtrace.robustness.margins import best_rival_db
from processtrace.robustness.question import Answer, Question
from processtrace.study import POOL, Case, Evidence, Study
from processtrace.study.study import case_without
from processtrace.text.names import spelled

if TYPE_CHECKING:
    import xarray as xr

LEFT_OUT = "left_out"
KINDS: tuple[Kind, ...] = ("item", "source", "cluster", "tag", "analyst")
type Kind = Literal["item", "source", "cluster", "tag", "analyst"]


@dataclass(frozen=True)
class Left:
    """One thing left out of a case, with the log posterior of the rest (hypothesis,), nats, and the items that left with it."""

    case: Case
    kind: Kind
    name: str
    label: str
    log_posterior: Array
    fell: frozenset[str]


def leave_out(study: Study) -> xr.Dataset:
    """Return the posterior without each item, source, cluster, tag and analyst of each case.

    What is judged given an item is left out with it. Without a source an item loses a report, and is left out when it has no other.
    Without an analyst the others are pooled.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Dimension `left_out`, labelled `case/kind/name`, with coordinates `left_out_case`, `left_out_kind`, `left_out_name`,
        `left_out_label`. Variables: `posterior` (left_out, hypothesis), probabilities, NaN where nothing possible is left or nobody
        of any weight judged; `margin_db` (left_out), the case's leader above its best rival then, decibels (NaN without a leader);
        `fell` (left_out, evidence), the items that left the posterior.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(name, finding="A memo.", probability={"a": 0.8, "b": 0.2}) for name in ("memo", "note")]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> pt.robustness.leave_out(study).posterior.sel(left_out="x/item/memo", hypothesis="a").item().__round__(3)
    0.8
    """
    each = readings(study)
    found = [(reading, left) for reading in each for left in _each(study, reading)]
    coords = evidence_coords(each)
    place = {name: column for column, name in enumerate(coords[EVIDENCE])}
    fell = np.zeros((len(found), len(place)), bool)
    for row, (reading, left) in enumerate(found):
        fell[row, [place[f"{reading.case.id}/{name}"] for name in left.fell]] = True
    posteriors = to_probability(np.array([left.log_posterior for _, left in found])).reshape(len(found), len(study.explanations))
    return labelled(
        study,
        {
            "posterior": ((LEFT_OUT, HYPOTHESIS), posteriors),
            "margin_db": ((LEFT_OUT,), np.array([_margin(reading, left) for reading, left in found], float)),
            "fell": ((LEFT_OUT, EVIDENCE), fell),
        },
        {
            **coords,
            LEFT_OUT: [f"{left.case.id}/{left.kind}/{left.name}" for _, left in found],
            "left_out_case": (LEFT_OUT, [left.case.id for _, left in found]),
            "left_out_kind": (LEFT_OUT, [left.kind for _, left in found]),
            "left_out_name": (LEFT_OUT, [left.name for _, left in found]),
            "left_out_label": (LEFT_OUT, [left.label for _, left in found]),
        },
    )


def _margin(reading: Reading, left: Left) -> float:
    leader = reading.lead.leader
    return float("nan") if leader is None else float(best_rival_db(left.log_posterior, leader))


def _each(study: Study, reading: Reading) -> Iterator[Left]:
    case = reading.case
    chosen = list(_by_items(study, reading))
    places = [reading.following(items) for _, _, _, items in chosen]
    for (kind, name, label, _), fell, rest in zip(chosen, places, reading.without(places), strict=True):
        yield Left(case, kind, name, label, _posterior(reading.log_prior + rest), frozenset(reading.numbers.ids[i] for i in fell))
    items = [case.item(name) for name in reading.numbers.ids]
    for name in dict.fromkeys(source for item in items for source in item.source):
        yield _replaced(study, reading, "source", name, study.source_of(case, name).name)
    for name in dict.fromkeys(analyst for item in items for analyst in item.judgements or ()):
        yield _replaced(study, reading, "analyst", name, study.analysts[name].name)


def _by_items(study: Study, reading: Reading) -> Iterator[tuple[Kind, str, str, list[str]]]:
    """Yield what leaves whole items out: its kind, name, label and items."""
    case = reading.case
    items = [case.item(name) for name in reading.numbers.ids]
    for item in items:
        yield "item", item.id, item.name, [item.id]
    for name in dict.fromkeys(item.cluster for item in items if item.cluster is not None):
        yield "cluster", name, study.cluster_of(case, name).name, [item.id for item in items if item.cluster == name]
    for tag in dict.fromkeys(tag for item in items for tag in item.tags):
        label = study.tags[tag].name if tag in study.tags else spelled(tag)
        yield "tag", tag, label, [item.id for item in items if tag in item.tags]


def _replaced(study: Study, reading: Reading, kind: Literal["source", "analyst"], name: str, label: str) -> Left:
    """Return the case without what changes items and may leave some out, of which only the units concerned are computed again."""
    case = case_without(reading.case, kind, name)
    if kind == "analyst" and any(_nobody(study, item) for item in case.evidence):
        return Left(reading.case, kind, name, label, np.full(len(reading.log_prior), np.nan), frozenset())
    rest = reading_of(case, case_numbers(study, case, POOL if kind == "analyst" and study.analyst == name else study.analyst))
    fell = frozenset(reading.numbers.ids) - frozenset(rest.numbers.ids)
    return Left(reading.case, kind, name, label, _posterior(rest.log_prior + rest.log_likelihood), fell)


def _nobody(study: Study, item: Evidence) -> bool:
    """Return whether nobody of any weight is left to judge an item."""
    return item.judgements is not None and sum(study.analysts[name].weight for name in item.judgements) <= 0


def _posterior(joint: Array) -> Array:
    return np.full(joint.shape, np.nan) if np.isneginf(joint).all() else normalise(joint)


def _keys(answer: Answer) -> dict[str, Any]:
    made: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    held = answer.own(LEFT_OUT)
    ids = answer.data["evidence_id"].values
    for row in range(held.sizes[LEFT_OUT]):
        kind, name = (str(held[f"left_out_{part}"].values[row]) for part in ("kind", "name"))
        fell = [str(item) for item in ids[held["fell"].values[row]]]
        made[kind][name] = {"posterior": answer.by_hypothesis(held["posterior"].values[row]), "fell": fell}
    return {"leave_out": made}


LEAVE_OUT = Question(leave_out, _keys)
