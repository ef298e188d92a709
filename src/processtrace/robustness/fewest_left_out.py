"""The smallest set of items on which the lead depends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from processtrace.inference.labelled import evidence_coords, labelled
from processtrace.inference.reading import TIE_DB, Reading, readings, unit_subsets
from processtrace.inference.update import CASE, EVIDENCE
from processtrace.logspace import DB_PER_NAT, Array
from processtrace.robustness.question import Answer, Question
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

MOST_SUBSETS = 1100
"""Largest number of subsets of a unit that are enumerated: all of up to ten items, otherwise the smaller ones. Larger ones are chosen greedily."""

MOST_SAMPLED = 140
"""The same for a unit that is itself computed by quasi-Monte Carlo."""


def fewest_left_out(study: Study) -> xr.Dataset:
    """Return the smallest set of items that, left out, changes the lead: some rival reaches the leader.

    Units are independent, so the best choice in each is combined over units exactly (per rival the largest weights first, where
    every unit is one item). Units of more than ten items are enumerated up to 1,100 subsets, beyond that greedily, which is then
    not called exact.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `fewest` (case), the size of the set (NaN where none does it, and without a leader); `left_out` (evidence), its
        items; `fell` (evidence), its items and what is judged given them; `exact` (case), whether no smaller set can do it.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(n, finding="A memo.", probability={"a": p, "b": 0.2}) for n, p in (("memo", 0.9), ("vote", 0.1))]
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    >>> pt.robustness.fewest_left_out(study).left_out.values.tolist()
    [True, False]
    """
    each = readings(study)
    found = [smallest(reading) for reading in each]
    left, fell = ([np.isin(range(len(r.numbers.ids)), getattr(s, kind)) for r, s in zip(each, found, strict=True)] for kind in _KINDS)
    return labelled(
        study,
        {
            "fewest": ((CASE,), np.array([len(part.items) or np.nan for part in found], float)),
            "exact": ((CASE,), np.array([part.exact for part in found], bool)),
            "left_out": ((EVIDENCE,), np.concatenate(left or [np.zeros(0, bool)])),
            "fell": ((EVIDENCE,), np.concatenate(fell or [np.zeros(0, bool)])),
        },
        evidence_coords(each),
    )


_KINDS = ("items", "fell")


@dataclass(frozen=True)
class Smallest:
    """Places of the items chosen, and of those left out with them; empty where no set changes the lead."""

    items: tuple[int, ...]
    fell: tuple[int, ...]
    exact: bool


@dataclass(frozen=True)
class Choices:
    """What can be left out of one unit.

    Attributes
    ----------
    sets
        Sets of places.
    nats
        Log likelihood of the rest of the unit, (set, hypothesis), nats.
    complete
        The number of items up to which no set is missing.
    """

    sets: list[tuple[int, ...]]
    nats: Array
    complete: int


@lru_cache(maxsize=64)
def smallest(reading: Reading) -> Smallest:
    """Return the smallest set of a case that changes its lead.

    Parameters
    ----------
    reading
        The case.

    Returns
    -------
    Smallest
        Places of its items; empty where no set changes the lead.
    """
    leader = reading.lead.leader
    if leader is None or len(reading.log_prior) < 2:
        return Smallest((), (), True)
    choices = [_choices(reading, u, leader) for u in range(len(reading.numbers.units))]
    best: tuple[int, float, tuple[int, ...]] | None = None
    for rival in range(len(reading.log_prior)):
        if rival == leader or np.isneginf(reading.log_prior[rival]):
            continue
        target = reading.log_prior[rival] - reading.log_prior[leader] + TIE_DB / DB_PER_NAT
        found = _best_sets(choices, leader, rival, float(target))
        if found is not None and (best is None or found[:2] < best[:2]):
            best = found
    everything = all(part.complete == len(unit) for part, unit in zip(choices, reading.numbers.units, strict=True))
    certain = reading.error_nats == 0
    if best is None:
        return Smallest((), (), certain and everything)
    size, _, items = best
    ids = reading.numbers.ids
    enough = everything or all(part.complete >= min(size - 1, len(unit)) for part, unit in zip(choices, reading.numbers.units, strict=True))
    return Smallest(tuple(sorted(items)), reading.following(ids[i] for i in items), certain and enough)


def _choices(reading: Reading, u: int, leader: int) -> Choices:
    """Return sets of a unit's items by size, the empty one first."""
    unit = reading.numbers.units[u]
    n, complete, total = len(unit), 0, 1
    most = MOST_SUBSETS if not reading.unit_error[u].any() else MOST_SAMPLED
    while complete < n and total + comb(n, complete + 1) <= most:
        complete += 1
        total += comb(n, complete)
    sets = [chosen for size in range(complete + 1) for chosen in combinations(unit, size)]
    nats = _left(reading, u, sets)
    if complete < n:
        more = list(_greedily(reading, u, leader, sets, nats, complete))
        sets += [chosen for chosen, _ in more]
        nats = np.vstack([nats, [values for _, values in more]])
    return Choices(sets, nats, complete)


def _left(reading: Reading, u: int, sets: list[tuple[int, ...]]) -> Array:
    unit, ids = reading.numbers.units[u], reading.numbers.ids
    kept: NDArray[np.bool_] = np.ones((len(sets), len(unit)), bool)
    for row, chosen in enumerate(sets):
        kept[row] = ~np.isin(unit, reading.following(ids[i] for i in chosen))
    masks, back = np.unique(kept, axis=0, return_inverse=True)
    return unit_subsets(reading.numbers, unit, masks).nats[back.ravel()]


def _greedily(
    reading: Reading, u: int, leader: int, sets: list[tuple[int, ...]], nats: Array, size: int
) -> Iterator[tuple[tuple[int, ...], Array]]:
    """Yield for each rival the best set of `size`, grown by one item at a time."""
    unit = reading.numbers.units[u]
    for rival in range(nats.shape[1]):
        if rival == leader:
            continue
        rows = [row for row, chosen in enumerate(sets) if len(chosen) == size]
        here = sets[min(rows, key=lambda row: nats[row, leader] - nats[row, rival])]
        while len(here) < len(unit):
            grown = [tuple(sorted((*here, i))) for i in unit if i not in here]
            values = _left(reading, u, grown)
            row = int(np.argmin(values[:, leader] - values[:, rival]))
            here = grown[row]
            yield here, values[row]


def _best_sets(choices: list[Choices], leader: int, rival: int, target: float) -> tuple[int, float, tuple[int, ...]] | None:
    """Return size, log odds left and items of the smallest choice over all units that brings the log odds to the target."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for part in choices:
        own: dict[int, tuple[float, tuple[int, ...]]] = {}
        for chosen, nats in zip(part.sets, part.nats, strict=True):
            odds = float(nats[leader] - nats[rival])
            if len(chosen) not in own or odds < own[len(chosen)][0]:
                own[len(chosen)] = (odds, chosen)
        joined: dict[int, tuple[float, tuple[int, ...]]] = {}
        for size, (odds, items) in best.items():
            for more, (other, chosen) in own.items():
                if size + more not in joined or odds + other < joined[size + more][0]:
                    joined[size + more] = (odds + other, items + chosen)
        best = joined
    reached = [(size, odds, items) for size, (odds, items) in sorted(best.items()) if odds <= target]
    return reached[0] if reached else None


def _keys(answer: Answer) -> dict[str, Any]:
    held = answer.own(EVIDENCE)
    chosen = [str(item) for item in held["evidence_id"].values[held["left_out"].values]]
    return {"fewest_left_out": {"items": chosen, "exact": answer.value("exact")} if chosen else None}


FEWEST_LEFT_OUT = Question(fewest_left_out, _keys)
