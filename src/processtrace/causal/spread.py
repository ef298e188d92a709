"""How much is known of a share in the population after few cases, exactly: its mean and variance under the posterior of all shares.

The share of a statement is a sum over causal types of products of shares. Its square is such a sum over pairs of causal types, and given a
term of the exact posterior the expectation of a product of two shares has a closed form (Dirichlet).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from processtrace.causal.cases import Cases
from processtrace.causal.districts import Places, answers, districts
from processtrace.causal.model import CausalModel
from processtrace.causal.moments import Classes, Counts, ExactPart, exact_part
from processtrace.causal.patterns import parts
from processtrace.causal.statements import Statement
from processtrace.logspace import Array

_AT_ONCE = 2**22  # numbers in one batch of terms


@dataclass(frozen=True, eq=False)
class Spread:
    """The log probability of cases in their order, and the mean and the variance of some numbers in the population."""

    log_evidence: float
    mean: Array
    variance: Array


def spread(model: CausalModel, cases: Cases, selected: str | None, asked: Sequence[Statement]) -> Spread | None:
    """Return what is known of some numbers in the population after cases; none where that can't be computed exactly.

    Raises
    ------
    StudyError
        If a case is impossible under the model.
    """
    exact = []
    for part in parts(model, cases, selected):
        one = exact_part(part)
        if one is None:
            return None
        exact.append(one)
    components = [one for own in exact for one in own.part.components]
    whole = districts(model, model.nodes)
    order = [next(k for k, one in enumerate(components) if one.nodes == district.nodes) for district in whole]
    means, variances = [], []
    for statement in asked:
        found = answers(model, whole, statement, ())
        number = np.moveaxis(found.number, range(len(order)), order)
        kinds = [found.kinds[order.index(k)][_rows(whole[order.index(k)].types, one.types)] for k, one in enumerate(components)]
        first, second = number, number
        start = 0
        for own in exact:
            end = start + len(own.part.components)
            onto = [np.eye(number.shape[k])[kinds[k]] for k in range(start, end)]
            first = _applied(own, first, start, onto, 1)
            second = _applied(own, second, start, onto, 2)
            start = end
        mean = float(first.sum())
        means.append(mean)
        variances.append(max(float((second * number).sum()) - mean**2, 0.0))
    return Spread(float(sum(own.log_evidence for own in exact)), np.array(means), np.array(variances))


def _rows(every: Places, possible: Places) -> Places:
    """Return the places of joint types among all of them, which stand in order."""
    return np.asarray(np.ravel_multi_index(tuple(possible.T), tuple(every.max(axis=0) + 1)), np.intp)


def _applied(exact: ExactPart, number: Array, start: int, onto: Sequence[Array], power: int) -> Array:
    """Return a table of numbers by kind, weighed by the expected shares (`power` 1) or products of two shares (2) of a part's components.

    The axes of the part's components, which begin at `start`, stand for the second of the two shares afterwards.
    """
    weighed = []
    for classes, products, own in zip(exact.classes, exact.products, onto, strict=True):
        if power == 1:
            means = np.array([one.probabilities @ classes.mean(one.counts) @ own for one in products])
            weighed.append(means[:, :, None])
        else:
            weighed.append(np.array([own.T @ _second(classes, one.counts, one.probabilities) @ own for one in products]))
    unique, inverse = np.unique(exact.places, axis=0, return_inverse=True)
    chances = np.bincount(inverse.ravel(), weights=exact.probabilities)
    total: Array | float = 0.0
    step = max(1, _AT_ONCE // number.size)
    for begin in range(0, len(unique), step):
        some, table = unique[begin : begin + step], number[None]
        for k, own in enumerate(weighed):
            moved = np.moveaxis(table, 1 + start + k, -1)
            shape = moved.shape
            moved = (moved.reshape(len(moved), -1, shape[-1]) @ own[some[:, k]]).reshape(len(some), *shape[1:-1], own.shape[-1])
            table = np.moveaxis(moved, -1, 1 + start + k)
        total = total + np.tensordot(chances[begin : begin + step], table, 1)
    return np.asarray(total)


def _second(classes: Classes, counts: Counts, probabilities: Array) -> Array:
    """Return the expectation of the product of the shares of every two joint types, under a mixture of terms."""
    whole = np.ones((len(counts), classes.number, classes.number))
    for table, entries in zip(classes.tables(counts), classes.entries, strict=True):
        total = table.sum(axis=-1, keepdims=True)
        mean = (table / total).reshape(len(counts), -1)[:, entries]
        row = entries // table.shape[-1]
        shrunk = (total / (total + 1))[:, :, 0][:, row]
        same_row = row[:, None] == row
        both = mean[:, :, None] * mean[:, None, :]
        own = both * shrunk[:, :, None] + (entries[:, None] == entries) * (mean * (1 - shrunk))[:, :, None]
        whole *= np.where(same_row, own, both)
    second = np.tensordot(probabilities, whole, 1)[np.ix_(classes.members, classes.members)]
    if len(classes.component.nodes) == 1:
        weights = classes.component.weights[0].ravel()[classes.component.entries[0]]
        total = np.bincount(classes.members, weights=weights)[classes.members]
        part = weights / total
        within = part[:, None] * part
        same = classes.members[:, None] == classes.members
        second = second * np.where(same, within * (total / (total + 1))[:, None] + np.diag(part / (total + 1)), within)
    return np.asarray(second)
