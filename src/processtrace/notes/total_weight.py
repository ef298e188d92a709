"""A total weight that a small error of the whole model would not leave."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from processtrace.logspace import Array, log
from processtrace.notes.note import STUDY, Note
from processtrace.notes.weights import Weighed, db, difference_db, names_of, weighed
from processtrace.study import Study
from processtrace.text.names import listed

NAMES = {
    "total-weight": "a total weight of evidence larger than a model error of 1 % allows",
    "contradiction": "a case whose every explanation is refuted, so that it has no posterior",
}

MODEL_ERROR = 0.01
"""Probability that the judgements of a case as a whole say nothing about its explanations."""

NAMED = 4
"""Explanations at most that are named as outweighed in a case."""


def notes(study: Study) -> Iterator[Note]:
    """Yield cases whose evidence weighs more between the best explanation and another than a small model error allows.

    The limit is 10 log10(1 + H (1 - eps)/eps) dB, which is 25 dB with three explanations. It is the most that the evidence can
    weigh if with probability eps = 0.01 the coding as a whole says nothing, so that
    P'(E|h) = (1 - eps) P(E|h) + eps mean P(E|h') over the H explanations.
    """
    names = names_of(study)
    most = 10 * math.log10(1 + len(names) * (1 - MODEL_ERROR) / MODEL_ERROR)
    texts = []
    for case in weighed(study):
        nats = total_nats(case)
        if np.isneginf(nats + log(np.array(case.numbers.prior, float))).all():
            yield Note("contradiction", case.case.name, f"its evidence refutes every explanation: {listed(_refuting(case, names))}")
            continue
        best = int(nats.argmax())
        sizes = {k: value for k in range(len(names)) if (value := difference_db(nats, best, k)) > most}
        over = [f"{_size(sizes[k])} over {names[k]}" for k in sorted(sorted(sizes, key=lambda k: -sizes[k])[:NAMED])]
        over += [f"more than that over {len(sizes) - NAMED} others"] if len(sizes) > NAMED else []
        texts += [f"{case.case.name}, {names[best]} {' and '.join(over)}"] if over else []
    if texts:
        yield Note(
            "total-weight",
            STUDY,
            f"if with a probability of only 1 % a case's judgements as a whole said nothing, they could put no more than {db(most)} between "
            f"two explanations; they put more: {listed(texts)}",
        )


def _size(weight: float) -> str:
    return "beyond any size (a judged zero)" if math.isinf(weight) else db(weight)


def total_nats(case: Weighed) -> Array:
    """Return the log likelihood of a case's evidence, nats, (hypothesis,)."""
    from processtrace.exact.unit import likelihood

    numbers = case.numbers
    total = np.zeros(len(numbers.hypotheses))
    for unit in numbers.units:
        items = [numbers.items[i] for i in unit]
        alone = len(items) == 1
        total += (
            case.alone(items[0])
            if alone
            else likelihood(items, np.ones((1, len(items)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0]
        )
    return total


def _refuting(case: Weighed, names: list[str]) -> Iterator[str]:
    for h, name in enumerate(names):
        by = [evidence.name for evidence, item in case.rows if np.isneginf(case.alone(item)[h])]
        excluded = "a prior of 0" if case.numbers.prior[h] == 0 else ""
        yield f"{name} by {excluded or ', '.join(by) or 'items together'}"
