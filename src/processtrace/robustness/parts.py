"""What each part of the evidence says by itself, and what is left without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, lead_of, readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array, normalise, to_probability
from processtrace.robustness.question import Answer, Question, plain
from processtrace.study import Study
from processtrace.text.dates import date_span
from processtrace.text.names import spelled

if TYPE_CHECKING:
    import xarray as xr

PART = "part"
PERIOD, TERM, KIND, TAGS = "period", "term", "source_kind", "tags"
"""Groups of parts beside the groups of tags; the last holds the tags that are in no group."""


@dataclass(frozen=True)
class Part:
    """Some items of a case: a group and a name, as in the JSON, a label, and the places of the items."""

    group: str
    name: str
    label: str
    places: tuple[int, ...]

    @property
    def items(self) -> str:
        """The items of the part in words."""
        if self.group == PERIOD:
            return f"items {self.name}" + (" on" if self.name.startswith("from") else "")
        if self.group == TERM:
            return f"items of the term “{self.label}”"
        return f"items of the source kind “{self.label}”" if self.group == KIND else f"items tagged “{self.label}”"


def parts(study: Study) -> xr.Dataset:
    """Return the posterior from each part of the evidence alone, beside the posterior without it.

    The parts of a case are the items of each tag, by the group of the tag; of each period, before and from each year that the study
    names under `years`; of each of the case's `terms`; and of each kind of source. An item belongs to a time by the end of its date, and
    one without a date to none. Without the items it is judged given, an item enters no part.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Dimension `part`, labelled `case/group/name`, with coordinates `part_case`, `part_group`, `part_name`, `part_label`.
        Variables: `items` (part), the number of items that the part's own posterior rests on; `only`, `without` (part, hypothesis),
        the posterior from them alone, and from all others, probabilities with the prior of the case (NaN where every hypothesis is
        refuted); `leader` (part), who leads by the part alone, empty for a tie or without items; `sentence` (case), one line where the
        parts of a group disagree on who leads, else empty.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence("memo", finding="A memo.", tags="economy", probability={"a": 0.8, "b": 0.2}),
    ...          pt.Evidence("raid", finding="A raid.", tags="security", probability={"a": 0.3, "b": 0.6})]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> pt.robustness.parts(study).only.sel(hypothesis="a").values.round(2).tolist()
    [0.8, 0.33]
    """
    each = readings(study)
    names = list(study.explanations)
    rows = []
    sentences = []
    for reading in each:
        found = [part for part in parts_of(study, reading) if part.places]
        only, without, sizes = posteriors(reading, found)
        leaders = [_leader(names, part) if size else "" for part, size in zip(only, sizes, strict=True)]
        rows += [
            (reading.case.id, *row)
            for row in zip(found, sizes, to_probability(np.array(only)), to_probability(np.array(without)), leaders, strict=True)
        ]
        sentences.append(_sentence(study, found, leaders))
    shape = (len(rows), len(names))
    return labelled(
        study,
        {
            "items": ((PART,), np.array([row[2] for row in rows], int)),
            "only": ((PART, HYPOTHESIS), np.array([row[3] for row in rows]).reshape(shape)),
            "without": ((PART, HYPOTHESIS), np.array([row[4] for row in rows]).reshape(shape)),
            "leader": ((PART,), np.array([row[5] for row in rows], object)),
            "sentence": ((CASE,), np.array(sentences, object)),
        },
        {
            PART: [f"{row[0]}/{row[1].group}/{row[1].name}" for row in rows],
            "part_case": (PART, [row[0] for row in rows]),
            "part_group": (PART, [row[1].group for row in rows]),
            "part_name": (PART, [row[1].name for row in rows]),
            "part_label": (PART, [row[1].label for row in rows]),
        },
    )


def parts_of(study: Study, reading: Reading) -> Iterator[Part]:
    """Yield the parts of a case: tags in the order in which the study declares them, then periods, terms and kinds of source.

    Parameters
    ----------
    study
        The study.
    reading
        One of its cases.

    Yields
    ------
    Part
        A part, which may be without items.
    """
    items = [reading.case.item(name) for name in reading.numbers.ids]
    tags = dict.fromkeys([*study.tags, *(tag for item in items for tag in item.tags)])
    groups = {tag: (study.tags[tag].group if tag in study.tags else None) or TAGS for tag in tags}
    for group in dict.fromkeys(groups.values()):
        for tag in (tag for tag in tags if groups[tag] == group):
            label = study.tags[tag].name if tag in study.tags else spelled(tag)
            yield Part(group, tag, label, tuple(i for i, item in enumerate(items) if tag in item.tags))
    ends = [date_span(item.date)[1] if item.date else None for item in items]
    for year in study.years:
        before = tuple(i for i, end in enumerate(ends) if end is not None and end.year < year)
        since = tuple(i for i, end in enumerate(ends) if end is not None and end.year >= year)
        yield Part(PERIOD, f"before {year}", f"Before {year}", before)
        yield Part(PERIOD, f"from {year}", f"From {year}", since)
    for term in reading.case.terms:
        first, last = date_span(term.from_)[0], date_span(term.to)[1]
        yield Part(TERM, term.label, term.label, tuple(i for i, end in enumerate(ends) if end is not None and first <= end <= last))
    kinds = [{kind for name in item.source if (kind := study.source_of(reading.case, name).kind)} for item in items]
    for kind in dict.fromkeys(kind for item in items for name in item.source if (kind := study.source_of(reading.case, name).kind)):
        yield Part(KIND, kind, spelled(kind), tuple(i for i, held in enumerate(kinds) if kind in held))


def posteriors(reading: Reading, found: Sequence[Part]) -> tuple[list[Array], list[Array], list[int]]:
    """Return what each part says alone, what is said without it, and on how many items the first rests.

    Parameters
    ----------
    reading
        The case.
    found
        Its parts.

    Returns
    -------
    tuple
        Log posteriors of each part alone, and without it, nats, (hypothesis,) each, NaN where every hypothesis is refuted; and the
        number of items.
    """
    ids = reading.numbers.ids
    others = [reading.following(ids[i] for i in range(len(ids)) if i not in part.places) for part in found]
    own = [reading.following(ids[i] for i in part.places) for part in found]
    each = [_log_posterior(reading.log_prior + one) for one in reading.without([*others, *own])]
    return each[: len(found)], each[len(found) :], [len(ids) - len(rest) for rest in others]


def _log_posterior(joint: Array) -> Array:
    return np.full(len(joint), np.nan) if np.isneginf(joint).all() else normalise(joint)


def _leader(names: list[str], log_posterior: Array) -> str:
    leader = None if np.isnan(log_posterior).any() else lead_of(log_posterior).leader
    return "" if leader is None else names[leader]


def _sentence(study: Study, found: list[Part], leaders: list[str]) -> str:
    """Return one line on the groups whose parts have different leaders; empty where none has."""
    told = []
    for group in dict.fromkeys(part.group for part in found):
        by_leader: dict[str, list[str]] = {}
        for part, leader in zip(found, leaders, strict=True):
            if part.group == group and leader:
                by_leader.setdefault(leader, []).append(part.label)
        if len(by_leader) > 1:
            sides = [f"{study.explanations[h].name} by {', '.join(labels)}" for h, labels in by_leader.items()]
            told.append(f"{spelled(group)}: {'; '.join(sides)}")
    return f"Parts of the evidence disagree on which explanation leads. {'. '.join(told)}." if told else ""


def _keys(answer: Answer) -> dict[str, Any]:
    own = answer.own(PART)
    made: dict[str, dict[str, Any]] = {}
    for k in range(own.sizes[PART]):
        group, name = (str(own[f"part_{key}"].values[k]) for key in ("group", "name"))
        only, without = (answer.by_hypothesis(own[key].values[k]) for key in ("only", "without"))
        made.setdefault(group, {})[name] = {"items": plain(own["items"].values[k]), "only": only, "without": without}
    return {"parts": made}


PARTS = Question(parts, _keys)
