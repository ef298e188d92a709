"""Two studies beside each other: what was changed, and how far that moved each posterior."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from processtrace.errors import UsageError
from processtrace.inference.update import update
from processtrace.logspace import DB_PER_NAT, Array, log, logsumexp
from processtrace.study import Case, Evidence, Study
from processtrace.study.judged import Judged, shown_judged
from processtrace.study.probabilities import judged, sensitivity_under

SAME_DB = 1e-9
"""Decibels below which nothing has moved."""


@dataclass(frozen=True)
class MovedItem:
    """One item in both studies.

    Attributes
    ----------
    id, label
        Identifier and name of the item.
    counts
        Whether it counts in each study.
    differs
        What differs, in words.
    weights
        Its weight for the pair in each study, decibels; 0 where it does not count.
    """

    id: str
    label: str
    counts: tuple[bool, bool]
    differs: tuple[str, ...]
    weights: tuple[float, float]

    @property
    def moved_db(self) -> float:
        """Return what the change of this item added to the lead, decibels."""
        return _difference(self.weights[1], self.weights[0])


@dataclass(frozen=True)
class Moved:
    """One case of two studies.

    Attributes
    ----------
    case, label
        Identifier and name of the case.
    shared
        Hypotheses of both studies.
    posterior
        Probability by hypothesis, for each study.
    moved_db
        Change of the odds of each shared hypothesis against the other shared ones, decibels.
    pair
        The first study's best two of the shared hypotheses, or None.
    margins
        The first of the pair above the second in each study, decibels. The items' moves and `prior_db` add up to their difference.
    prior_db
        What the change of the prior added to the lead, decibels.
    items
        Items that differ or have moved.
    """

    case: str
    label: str
    shared: tuple[str, ...]
    posterior: tuple[dict[str, float], dict[str, float]]
    moved_db: dict[str, float]
    pair: tuple[str, str] | None
    margins: tuple[float, float]
    prior_db: float
    items: tuple[MovedItem, ...]


def moved(first: Study, second: Study) -> list[Moved]:
    """Return every case that both studies have.

    Parameters
    ----------
    first, second
        The studies. Each must have a posterior.

    Returns
    -------
    list of Moved
        One for each common case, in the order of the first study.

    Raises
    ------
    UsageError
        If the studies share no case.
    ContradictionError
        If every hypothesis of a case is refuted.
    """
    common = [case.id for case in first.cases if any(case.id == other.id for other in second.cases)]
    if not common:
        ours, theirs = (", ".join(case.id for case in study.cases) or "none" for study in (first, second))
        raise UsageError(f"no case in common: {ours}; and {theirs}; studies are compared case by case, by the names of their cases")
    return [_case(first.only(name), second.only(name)) for name in common]


def _case(first: Study, second: Study) -> Moved:
    both = (first, second)
    data = [update(study) for study in both]
    names = [list(study.explanations) for study in both]
    shared = tuple(h for h in names[0] if h in names[1])
    log_post = [_by(part["log_posterior"].values[0], names[k], shared) for k, part in enumerate(data)]
    odds = [_odds(part) for part in log_post]
    change = {h: _difference(float(odds[1][k]) * DB_PER_NAT, float(odds[0][k]) * DB_PER_NAT) for k, h in enumerate(shared)}
    order = np.argsort(-log_post[0], kind="stable")
    pair = (shared[order[0]], shared[order[1]]) if len(order) > 1 else None
    margins, prior, weights = [float("nan")] * 2, [0.0] * 2, [dict[str, float]() for _ in both]
    if pair is not None:
        for k, part in enumerate(data):
            a, b = (names[k].index(h) for h in pair)
            post, before = part["log_posterior"].values[0], log(part["prior"].values[0])
            margins[k] = _difference(float(post[a]), float(post[b])) * DB_PER_NAT
            prior[k] = _difference(float(before[a]), float(before[b])) * DB_PER_NAT
            nats = part["log_likelihood"].values
            ids = [str(name) for name in part["evidence_id"].values]
            weights[k] = {name: _difference(float(row[a]), float(row[b])) * DB_PER_NAT for name, row in zip(ids, nats, strict=True)}
    return Moved(
        first.cases[0].id,
        first.cases[0].name,
        shared,
        tuple({h: float(p) for h, p in zip(names[k], part["posterior"].values[0], strict=True)} for k, part in enumerate(data)),  # type: ignore[arg-type]
        change,
        pair,
        (margins[0], margins[1]),
        _difference(prior[1], prior[0]),
        tuple(_items(both, shared, weights)),
    )


def _by(values: Array, names: Sequence[str], shared: Sequence[str]) -> Array:
    return np.array([values[names.index(h)] for h in shared], float)


def _odds(log_post: Array) -> Array:
    """Return the log odds of each against all the others."""
    if len(log_post) < 2:
        return np.full(len(log_post), np.nan)
    rest = np.array([logsumexp(np.delete(log_post, k)) for k in range(len(log_post))])
    with np.errstate(invalid="ignore"):
        return np.asarray(log_post - rest)


def _difference(now: float, before: float) -> float:
    return 0.0 if now == before else now - before if np.isfinite(now) or np.isfinite(before) else float("nan")


def _items(both: tuple[Study, Study], shared: Sequence[str], weights: Sequence[dict[str, float]]) -> Iterator[MovedItem]:
    cases = tuple(study.cases[0] for study in both)
    held = [{item.id: item for item in case.evidence} for case in cases]
    for name in dict.fromkeys((*held[0], *held[1])):
        pair = tuple(part.get(name) for part in held)
        counts = (name in weights[0], name in weights[1]) if weights[0] or weights[1] else (False, False)
        differs = tuple(_differences(both, (cases[0], cases[1]), pair[0], pair[1], shared))
        own = (weights[0].get(name, 0.0), weights[1].get(name, 0.0))
        item = MovedItem(name, (pair[1] or pair[0]).name, counts, differs, own)  # type: ignore[union-attr]
        if differs or not abs(item.moved_db) <= SAME_DB:
            yield item if differs else MovedItem(name, item.label, counts, ("the items that it depends on",), own)


def _differences(
    both: tuple[Study, Study], cases: tuple[Case, Case], was: Evidence | None, now: Evidence | None, shared: Sequence[str]
) -> Iterator[str]:
    if was is None or now is None:
        yield "added" if was is None else "taken away"
        return
    if was.status != now.status:
        yield f"{_words(was.status)}, now {_words(now.status)}"
    if (was.observes, was.about) != (now.observes, now.about):
        yield f"{_node(was)}, now {_node(now)}"
        return
    before, after = judged(both[0], was), judged(both[1], now)
    keys = shared if was.node is None else dict.fromkeys([*(before or ()), *(after or ())])
    for h in keys:
        one, other = (None if part is None else part.get(h) for part in (before, after))
        if not _same(one, other):
            name = both[1].explanations[h].name if h in both[1].explanations else f"given {was.node} = {h}"
            yield f"{name}: {_shown(one)}, now {_shown(other)}"
    stated = [[sensitivity_under(item, h) for h in shared] for item in (was, now)]
    if was.counts and now.counts and stated[0] != stated[1]:
        yield "search sensitivity"
    reports = [
        [(part.id, part.reliability if part.ranged else part.rates) for part in (study.source_of(case, name) for name in item.source)]
        for study, case, item in zip(both, cases, (was, now), strict=True)
    ]
    if reports[0] != reports[1]:
        yield "source" if was.source != now.source else "reliability of its source"
    joined = [
        None if item.cluster is None else (item.cluster, study.correlation_of(case, item.cluster))
        for study, case, item in zip(both, cases, (was, now), strict=True)
    ]
    if joined[0] != joined[1]:
        yield "cluster" if was.cluster != now.cluster else "correlation of its cluster"
    if set(was.given) != set(now.given):
        yield "what is given"


def _node(item: Evidence) -> str:
    """Return what a clue observes or is about, in words."""
    if item.observes is not None:
        return ", ".join(f"observes {node} = {level}" for node, level in item.observes.items())
    return f"about {item.about}" if item.about is not None else "judged under each explanation"


def _same(one: Judged | None, other: Judged | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.allclose(np.ravel(one), np.ravel(other), rtol=1e-12, atol=0)) if np.ndim(one) == np.ndim(other) else False


def _shown(value: Judged | None) -> str:
    if value is None:
        return "not judged"
    rounded = tuple(float(f"{part:.3g}") for part in value) if isinstance(value, tuple) else float(f"{value:.3g}")
    return shown_judged(rounded)


def _words(status: str) -> str:
    return status.replace("_", " ")
