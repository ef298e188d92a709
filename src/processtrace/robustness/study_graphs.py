"""The cases of a study under each of its causal models, as the questions about graphs take them."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np

from processtrace.causal.lesson import Lesson
from processtrace.exact.case import CaseNumbers
from processtrace.exact.items import Item
from processtrace.exact.unit import likelihood
from processtrace.inference.reading import Reading, readings
from processtrace.logspace import Array
from processtrace.robustness.causal_case import CausalCase
from processtrace.study import Study

MOST_PATTERNS = 4096
"""Combinations of levels of the nodes that clues are about, up to which a case is asked about its graph."""


@dataclasses.dataclass(frozen=True, eq=False)
class Graphed:
    """A case under one causal model of its study; `model` is the model's name, blank where there is one.

    `lesson` holds the cases from which its shares are learned. They are then no longer those of `causal`.
    """

    case: str
    model: str
    places: tuple[int, ...]
    causal: CausalCase
    lesson: Lesson | None = None

    def posterior(self, values: Array) -> Array:
        """Return values by explanation of the causal case in the order of the study's hypotheses."""
        found = np.empty(len(values))
        found[list(self.places)] = values
        return found


def stated(study: Study) -> tuple[Graphed, ...]:
    """Return every case of a study under each of its causal models whose shares are stated, and not learned."""
    return tuple(one for one in graphed(study) if one.lesson is None)


@lru_cache(maxsize=8)
def graphed(study: Study) -> tuple[Graphed, ...]:
    """Return every case of a study under each of its causal models; none for a study without one, and for cases with too many clues."""
    if study.causal is None:
        return ()
    return tuple(one for reading in readings(study) for one in _of_case(study, reading))


def _of_case(study: Study, reading: Reading) -> list[Graphed]:
    explained = study.explained(reading.case)
    from_model = study.prior_from_model and reading.case.prior is None
    nodes = tuple(dict.fromkeys(item.clue.node for item in reading.numbers.items if item.clue is not None))
    sizes = [len(explained.levels(node)) for node in nodes]
    if prod(sizes) > MOST_PATTERNS:
        return []
    table = _likelihood(reading.numbers, nodes, sizes)
    peak = float(table.max()) if np.isfinite(table.max()) else 0.0
    own_logs = np.log(
        np.maximum(np.exp(reading.log_prior), 0.0), where=np.isfinite(reading.log_prior), out=np.full(len(reading.log_prior), -np.inf)
    )
    total = own_logs + reading.log_likelihood - peak
    prior = dict(study.prior_of(reading.case))
    if from_model:
        total = total + np.log(sum(prior.values()))
    found = []
    for place, name in enumerate(study.causal_models):
        own = explained.of_model(place)
        if not own:
            continue
        others = [h for h in range(len(explained.names)) if h not in own]
        events = {explained.names[h]: (explained.events[h] or (0, ""))[1] for h in own}
        side = next(side for side in explained.sides() if side.place == place)
        causal = CausalCase(
            side.whole.model,
            events,
            side.case,
            prior=None if from_model else {explained.names[h]: float(np.exp(own_logs[h])) for h in own},
            others={explained.names[h]: float(total[h]) for h in others},
            nodes=nodes,
            likelihood=np.exp(table[..., list(own)] - peak),
        )
        lesson = explained.lessons[place] if explained.lessons else None
        found.append(Graphed(reading.case.id, name, (*own, *others), causal, lesson))
    return found


def _likelihood(numbers: CaseNumbers, nodes: tuple[str, ...], sizes: list[int]) -> Array:
    """Return the log probability of all the evidence at each level of the nodes that clues are about, (level, ..., hypothesis), nats."""
    patterns = list(product(*map(range, sizes)))
    total = np.zeros((len(patterns), len(numbers.hypotheses)))
    for unit in numbers.units:
        for row, pattern in enumerate(patterns):
            levels = dict(zip(nodes, pattern, strict=True))
            items = [_at(numbers.items[i], levels) for i in unit]
            total[row] += likelihood(items, np.ones((1, len(items)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0]
    return total.reshape(*sizes, -1)


def _at(item: Item, levels: dict[str, int]) -> Item:
    """Return an item as it is where the nodes have these levels; under a hypothesis that is judged by hand it stays as judged."""
    if item.clue is None:
        return item
    level = levels[item.clue.node]
    by_hand = item.clue.causes.by_hand
    ends = [
        tuple(judged if hand else at[level] for judged, hand in zip(own, by_hand, strict=True))
        for own, at in ((item.low, item.clue.low), (item.high, item.clue.high))
    ]
    return dataclasses.replace(item, clue=None, low=ends[0], high=ends[1])
