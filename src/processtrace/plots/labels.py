"""What figures read from labelled Datasets: labels in the order in which they are drawn, and the leading explanation."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D

from processtrace.errors import AnalysisError, UsageError
from processtrace.inference.update import CASE, CLUSTER, EVIDENCE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array, logsumexp
from processtrace.plots.style import Look, look
from processtrace.text.dates import date_span, in_words

if TYPE_CHECKING:
    import xarray as xr

type Coords = Mapping[str, str | Sequence[str]]
"""The cases that a figure shows: `{"case": "poland"}` or `{"case": ["poland", "latvia"]}`."""

MOST_CASES = 12
"""Cases of a figure at most, unless more are chosen by name."""

_TIE_DB = 1e-9


@dataclass(frozen=True)
class Drawn:
    """A hypothesis as it is drawn: its identifier, its label and its look."""

    id: str
    label: str
    look: Look


@dataclass(frozen=True)
class Item:
    """An item as it is drawn: its place in the Dataset, its coordinate, label, date in words, and cluster ('' for none)."""

    place: int
    name: str
    label: str
    date: str
    cluster: str


def hypotheses(data: xr.Dataset) -> list[Drawn]:
    """Return the hypotheses in the study's order."""
    pairs = zip(data[HYPOTHESIS].values, data["hypothesis_label"].values, strict=True)
    return [Drawn(str(name), str(label), look(place)) for place, (name, label) in enumerate(pairs)]


def key_of(drawn: Iterable[Drawn]) -> list[Line2D]:
    """Return the key to hypotheses drawn as lines with marks."""
    return [Line2D([], [], color=h.look.colour, marker=h.look.marker, linestyle=h.look.dash, label=h.label) for h in drawn]


def marks_of(drawn: Iterable[Drawn]) -> list[Line2D]:
    """Return the key to hypotheses drawn as marks alone."""
    return [Line2D([], [], color=h.look.colour, marker=h.look.marker, linestyle="", label=h.label) for h in drawn]


def cases(data: xr.Dataset) -> dict[str, str]:
    """Return the labels of the cases by identifier."""
    return {str(name): str(label) for name, label in zip(data[CASE].values, data["case_label"].values, strict=True)}


def case_label(data: xr.Dataset, case: str) -> str:
    """Return the label of a case; raise UsageError, with the cases there are, where there is none of this name."""
    every = cases(data)
    if case not in every:
        raise UsageError(f"no case '{case}'; there are {', '.join(every) or 'none'}")
    return every[case]


def chosen_cases(data: xr.Dataset, coords: Coords | None, most: int = MOST_CASES) -> dict[str, str]:
    """Return the labels of the cases that `coords` chooses, by identifier; where it is None, of all, or the first that a page can print.

    Raises UsageError for another dimension than that of cases, for an unknown case, and where no case is chosen.
    """
    every = cases(data)
    if coords is None:
        return dict(list(every.items())[:most])
    if set(coords) != {CASE}:
        raise UsageError(f"coords: {', '.join(map(str, coords)) or 'no dimension'}; a figure is drawn of some cases with '{CASE}' alone")
    wanted = [coords[CASE]] if isinstance(coords[CASE], str) else list(coords[CASE])
    if not wanted:
        raise UsageError(f"coords: no case is chosen; there are {', '.join(every)}")
    return {str(name): case_label(data, str(name)) for name in wanted}


def rest_of_cases(data: xr.Dataset, chosen: Mapping[str, str], most: int = MOST_CASES) -> str:
    """Return a sentence on the cases that a figure leaves to the tables; nothing where it shows all, or a choice."""
    every = cases(data)
    return f"The first {len(chosen)} of {len(every)} cases. " if len(every) > len(chosen) == most else ""


def items(data: xr.Dataset, case: str) -> list[Item]:
    """Return the items of a case by the end of their date, then by identifier, undated last: the order of `weight_db`."""
    case_label(data, case)
    places = [int(k) for k in np.flatnonzero(data["evidence_case"].values == case)]
    ids, dates = data["evidence_id"].values, [str(d) for d in data["date"].values]
    labels, names, clusters = data["evidence_label"].values, data[EVIDENCE].values, data["cluster"].values
    places.sort(key=lambda k: (_last_day(dates[k]), str(ids[k])))
    return [Item(k, str(names[k]), str(labels[k]), in_words(dates[k]), str(clusters[k])) for k in places]


def _last_day(text: str) -> int:
    return (date_span(text)[1] if text else datetime.date.max).toordinal()


def counted(data: xr.Dataset, case: str) -> list[Item]:
    """Return the items of a case as `items` does; raise AnalysisError where none counts."""
    found = items(data, case)
    if not found:
        raise AnalysisError(
            f"case '{case}' has no item that counts, so that there is nothing to draw; judge one that was found or not found"
        )
    return found


def has_rivals(data: xr.Dataset) -> bool:
    """Return whether there are two explanations or more."""
    return bool(data.sizes[HYPOTHESIS] > 1)


def has_items(data: xr.Dataset, case: str | None = None) -> bool:
    """Return whether an item of a case counts; of any case where it is None."""
    return bool(data.sizes[EVIDENCE] if case is None else (data["evidence_case"].values == case).any())


def clusters(data: xr.Dataset, case: str) -> dict[str, str]:
    """Return labels of the clusters that join several items of a case, by identifier; empty where the Dataset holds no labels."""
    names = [str(name) for name in data[CLUSTER].values]
    held = "evidence_cluster_label" in data.coords
    labels = data["evidence_cluster_label"].values if held else [""] * len(names)
    return {name.removeprefix(f"{case}/"): str(label) for name, label in zip(names, labels, strict=True) if name.startswith(f"{case}/")}


def of_case(data: xr.Dataset, name: str, case: str) -> Array:
    """Return a variable (case, hypothesis) at one case, by hypothesis."""
    return np.asarray(data[name].sel({CASE: case}).transpose(HYPOTHESIS).values, float)


def odds(log_posterior: Array) -> Array:
    """Return the odds of each hypothesis against all others in decibels, from log probabilities (…, hypothesis)."""
    whole = np.asarray(log_posterior, float)
    count = whole.shape[-1]
    rest = np.full_like(whole, -np.inf)
    for k in range(count if count > 1 else 0):
        rest[..., k] = logsumexp(np.delete(whole, k, axis=-1))
    with np.errstate(invalid="ignore"):
        return np.asarray(DB_PER_NAT * np.where(np.isneginf(whole), -np.inf, whole - rest))


def leading(posterior: Array) -> int:
    """Return the place of the leading explanation, the first of those that tie."""
    return int(np.argmax(posterior))


def leader_of(data: xr.Dataset, case: str) -> Drawn | None:
    """Return the leading explanation of a case; None where several tie within 1e-9 dB or there is one hypothesis."""
    log_posterior = of_case(data, "log_posterior", case)
    order = np.argsort(-log_posterior, kind="stable")
    if len(order) < 2 or (log_posterior[order[0]] - log_posterior[order[1]]) * DB_PER_NAT <= _TIE_DB:
        return None
    return hypotheses(data)[int(order[0])]


def leading_pair(data: xr.Dataset, case: str) -> tuple[Drawn, Drawn]:
    """Return the leading explanation and the next; raise AnalysisError where no single explanation leads."""
    leader = leader_of(data, case)
    if leader is None:
        raise AnalysisError(
            f"case '{case}' has no single leading explanation, so that nothing can be said of its lead; name a pair in `weights` instead"
        )
    order = np.argsort(-of_case(data, "log_posterior", case), kind="stable")
    return leader, hypotheses(data)[int(order[1])]


def lead_db(data: xr.Dataset, case: str) -> float:
    """Return the decibels by which the leading explanation of a case is above the next; infinite where no rival is possible."""
    best = np.sort(of_case(data, "log_posterior", case))[::-1]
    return float((best[0] - best[1]) * DB_PER_NAT)


def of_items(data: xr.Dataset, name: str, rows: Sequence[Item]) -> Array:
    """Return a variable by item at these items."""
    return np.asarray(data[name].sel({EVIDENCE: [row.name for row in rows]}).values, float)


def first_change(data: xr.Dataset, swept: xr.Dataset, dim: str) -> tuple[str, str, float] | None:
    """Return the case whose leader first changes along a swept dimension: its label, who leads then, and where; None for none."""
    found: tuple[str, str, float] | None = None
    for case, label in cases(data).items():
        leader = leader_of(data, case)
        along = swept["posterior"].sel({CASE: case}).transpose(dim, HYPOTHESIS).values
        if leader is None or not np.isfinite(along).all():
            continue
        best = np.asarray(along.argmax(axis=1))
        own = [part.id for part in hypotheses(data)].index(leader.id)
        for place, at in zip(best, np.asarray(swept[dim].values, float), strict=True):
            if place != own and (found is None or at < found[2]):
                found = label, hypotheses(data)[int(place)].label, float(at)
                break
    return found
