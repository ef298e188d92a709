"""What figures read from labelled Datasets: names for people, in the order in which they are drawn."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
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


def hypotheses(updated: xr.Dataset) -> list[Drawn]:
    """The hypotheses in the study's order."""
    pairs = zip(updated[HYPOTHESIS].values, updated["hypothesis_label"].values, strict=True)
    return [Drawn(str(name), str(label), look(place)) for place, (name, label) in enumerate(pairs)]


def key_of(drawn: Iterable[Drawn]) -> list[Line2D]:
    """The key to hypotheses drawn as lines with marks."""
    return [Line2D([], [], color=h.look.colour, marker=h.look.marker, linestyle=h.look.dash, label=h.label) for h in drawn]


def marks_of(drawn: Iterable[Drawn]) -> list[Line2D]:
    """The key to hypotheses drawn as marks alone."""
    return [Line2D([], [], color=h.look.colour, marker=h.look.marker, linestyle="", label=h.label) for h in drawn]


def cases(updated: xr.Dataset) -> dict[str, str]:
    """Labels of the cases by identifier."""
    return {str(name): str(label) for name, label in zip(updated[CASE].values, updated["case_label"].values, strict=True)}


def case_label(updated: xr.Dataset, case: str) -> str:
    """The label of a case; UsageError, with the cases there are, where there is none of this name."""
    return known(cases(updated), case, "case")


def known(allowed: dict[str, str], name: str, kind: str) -> str:
    """The label of a name; UsageError where it is not among those allowed."""
    if name not in allowed:
        raise UsageError(f"no {kind} '{name}'; there are {', '.join(allowed) or 'none'}")
    return allowed[name]


def items(updated: xr.Dataset, case: str) -> list[Item]:
    """The items of a case by the end of their date, then by identifier, undated last: the order of `weight_db`."""
    case_label(updated, case)
    places = [int(k) for k in np.flatnonzero(updated["evidence_case"].values == case)]
    ids, dates = updated["evidence_id"].values, [str(d) for d in updated["date"].values]
    labels, names, clusters = updated["evidence_label"].values, updated[EVIDENCE].values, updated["cluster"].values
    places.sort(key=lambda k: (_last_day(dates[k]), str(ids[k])))
    return [Item(k, str(names[k]), str(labels[k]), in_words(dates[k]), str(clusters[k])) for k in places]


def _last_day(text: str) -> int:
    return (date_span(text)[1] if text else datetime.date.max).toordinal()


def counted(updated: xr.Dataset, case: str) -> list[Item]:
    """The items of a case as `items` gives them; AnalysisError where none counts."""
    found = items(updated, case)
    if not found:
        raise AnalysisError(
            f"case '{case}' has no item that counts, so that there is nothing to draw; judge one that was found or not found"
        )
    return found


def clusters(updated: xr.Dataset, case: str) -> dict[str, str]:
    """Labels of the clusters that join several items of a case, by identifier; empty where the Dataset holds no labels."""
    names = [str(name) for name in updated[CLUSTER].values]
    held = "evidence_cluster_label" in updated.coords
    labels = updated["evidence_cluster_label"].values if held else [""] * len(names)
    return {name.removeprefix(f"{case}/"): str(label) for name, label in zip(names, labels, strict=True) if name.startswith(f"{case}/")}


def of_case(data: xr.Dataset, name: str, case: str) -> Array:
    """A variable (case, hypothesis) at one case, by hypothesis."""
    return np.asarray(data[name].sel({CASE: case}).transpose(HYPOTHESIS).values, float)


def odds(log_posterior: Array) -> Array:
    """Odds of each hypothesis against all others in decibels, from log probabilities (…, hypothesis)."""
    whole = np.asarray(log_posterior, float)
    count = whole.shape[-1]
    rest = np.full_like(whole, -np.inf)
    for k in range(count if count > 1 else 0):
        rest[..., k] = logsumexp(np.delete(whole, k, axis=-1))
    with np.errstate(invalid="ignore"):
        return np.asarray(DB_PER_NAT * np.where(np.isneginf(whole), -np.inf, whole - rest))


def leading(posterior: Array) -> int:
    """The place of the leading explanation (the first of those that tie)."""
    return int(np.argmax(posterior))


def leader_of(updated: xr.Dataset, case: str) -> Drawn | None:
    """The leading explanation of a case; None where several tie within 1e-9 dB or there is one hypothesis."""
    log_posterior = of_case(updated, "log_posterior", case)
    order = np.argsort(-log_posterior, kind="stable")
    if len(order) < 2 or (log_posterior[order[0]] - log_posterior[order[1]]) * DB_PER_NAT <= _TIE_DB:
        return None
    return hypotheses(updated)[int(order[0])]


def leading_pair(updated: xr.Dataset, case: str) -> tuple[Drawn, Drawn]:
    """The leading explanation and the next; AnalysisError where no single explanation leads."""
    leader = leader_of(updated, case)
    if leader is None:
        raise AnalysisError(
            f"case '{case}' has no single leading explanation, so that nothing can be said of its lead; name a pair in `weights` instead"
        )
    order = np.argsort(-of_case(updated, "log_posterior", case), kind="stable")
    return leader, hypotheses(updated)[int(order[1])]


def lead_db(updated: xr.Dataset, case: str) -> float:
    """Decibels by which the leading explanation of a case stands above the next; infinite where no rival is possible."""
    best = np.sort(of_case(updated, "log_posterior", case))[::-1]
    return float((best[0] - best[1]) * DB_PER_NAT)


def of_items(data: xr.Dataset, name: str, rows: Sequence[Item]) -> Array:
    """A variable by item at these items."""
    return np.asarray(data[name].sel({EVIDENCE: [row.name for row in rows]}).values, float)
