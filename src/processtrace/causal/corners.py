"""The explanations of a case at the corners of the ranges of shares: a source of likelihoods for its clues at all corners at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from math import prod

import numpy as np

from processtrace.causal.events import weights
from processtrace.causal.explained import Explained, Side
from processtrace.causal.joint import Known, Report, joint
from processtrace.causal.learned import AT_ONCE, Mixture
from processtrace.causal.ranged import Chosen, RangedSet, ranged_sets, tables_at
from processtrace.logspace import Array


@dataclass(frozen=True, eq=False)
class Ranged:
    """The explanations of a case, and for each causal model whose shares are stated its parameter sets with ranges."""

    explained: Explained
    sets: tuple[tuple[RangedSet, ...], ...]

    @classmethod
    def of(cls, explained: Explained) -> Ranged | None:
        """Return the ranges that bear on a case; none where there are none. Shares that are learned from cases have none."""
        sides = explained.sides()
        taught = [bool(explained.lessons) and explained.lessons[side.place] is not None for side in sides]
        sets = tuple(() if learned else tuple(ranged_sets(side.model)) for side, learned in zip(sides, taught, strict=True))
        return cls(explained, sets) if any(sets) else None

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The number of corners of each parameter set with ranges, over all models."""
        return tuple(len(one.corners) for own in self.sets for one in own)

    @property
    def number(self) -> int:
        """The number of places where each set is at one of its corners."""
        return prod(self.sizes)

    def every(self) -> Corners:
        """Return all these places."""
        return self.at(list(product(*map(range, self.sizes))))

    def at(self, places: Sequence[Chosen]) -> Corners:
        """Return some of these places: for each the corner of every set."""
        return Corners(self, tuple(places))


@dataclass(frozen=True, eq=False)
class Corners:
    """The explanations of a case where each parameter set with ranges is at one of its corners."""

    ranged: Ranged
    places: tuple[Chosen, ...]

    @property
    def by_hand(self) -> tuple[bool, ...]:
        """Whether each explanation is judged by hand."""
        return self.ranged.explained.by_hand

    @cached_property
    def log_events(self) -> Array:
        """The log probability of each event together with what is known, nats, (corner, hypothesis), but for a constant of its model."""
        found = np.zeros((len(self.places), len(self.by_hand)))
        for side, tables in self._sides():
            found[:, list(side.places)] = _log_weights(side, tables, ()) if tables else side.log_prior
        return found

    @cached_property
    def log_prior(self) -> Array:
        """The log probability of each event given what is known, nats, (corner, hypothesis); NaN where what is known is impossible."""
        found = self.log_events.copy()
        for side, tables in self._sides():
            if tables:
                total = Mixture(side.model, tables, np.zeros(len(self.places))).each([], Known(side.case)).log_total()
                found[:, list(side.places)] -= np.where(np.isfinite(total), total, np.nan)[:, None]
        return found

    def log_likelihood(self, reports: Sequence[Report]) -> Array:
        """Return the log probability of reports of nodes under each explanation at each corner, given what is known.

        Parameters
        ----------
        reports
            Nodes, and how probable a report of each is at each of its levels, (batch, level); the corners run fastest in the batch.

        Returns
        -------
        Array
            Nats, (batch, hypothesis); 0 under an explanation that is judged by hand, or whose event is impossible at the corner.
        """
        size = len(reports[0][1])
        times = size // len(self.places)
        found = np.zeros((size, len(self.by_hand)))
        for side, tables in self._sides():
            own = list(side.places)
            if not tables:
                found[:, own] = side.log_likelihood(reports)
                continue
            tiled = {node: np.tile(table, (times, *[1] * (table.ndim - 1))) for node, table in tables.items()}
            events = np.tile(self.log_events[:, own], (times, 1))
            found[:, own] = np.subtract(_log_weights(side, tiled, reports), events, out=np.zeros_like(events), where=np.isfinite(events))
        return found

    def log_table(self, nodes: Sequence[str]) -> None:
        """Return nothing: at several corners there is no single table."""

    def _sides(self) -> Iterator[tuple[Side, Mapping[str, Array]]]:
        """Yield each model with its events, and its tables of shares at each corner."""
        columns = iter(np.array(self.places).T)
        for side, own in zip(self.ranged.explained.sides(), self.ranged.sets, strict=True):
            chosen = np.array(list(islice(columns, len(own)))).T
            yield side, tables_at(side.model, own, [tuple(row) for row in chosen]) if own else {}


def _log_weights(side: Side, tables: Mapping[str, Array], reports: Sequence[Report]) -> Array:
    """Return the log probability of each event together with what is known and reported (batch, event)."""
    size = len(next(iter(tables.values())))
    found = np.empty((size, len(side.events)))
    for start in range(0, size, AT_ONCE):
        some = slice(start, start + AT_ONCE)
        known = Known(side.case, tuple((node, chances[some]) for node, chances in reports))
        found[some] = weights(joint(side.model, side.asked, known, {node: table[some] for node, table in tables.items()}), side.events)
    return found
