"""What is known of a case and can't all be true: a smallest set of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from processtrace.causal.joint import Known, Report, joint
from processtrace.causal.model import CausalModel
from processtrace.causal.statements import Statement, conjuncts, in_words
from processtrace.errors import ImpossibleError


def impossible(model: CausalModel, known: Known) -> ImpossibleError:
    """Return the error that names a smallest set of what is known that has probability 0 together."""
    terms: list[Statement | Report] = [term for whole in known.statements for term in conjuncts(whole)]
    terms += known.reports

    def possible(chosen: Sequence[int]) -> bool:
        return bool(_possible(model, [terms[k] for k in chosen]))

    return ImpossibleError([_named(terms[k], model) for k in smallest_conflict(len(terms), possible)])


def smallest_conflict(number: int, possible: Callable[[Sequence[int]], bool]) -> tuple[int, ...]:
    """Return a smallest set of `number` terms that are not possible together, where all of them are not.

    Every conflict has a term outside of each largest set that is possible. So the smallest set that meets the complement of every
    such set found so far is either a conflict, and then a smallest one, or grows into another such set (Ignatiev et al. 2015).

    References
    ----------
    Ignatiev, A., Previti, A., Liffiton, M., & Marques-Silva, J. (2015). Smallest MUS extraction with minimal hitting set dualization.
    https://doi.org/10.1007/978-3-319-23219-5_13
    """
    outside: list[frozenset[int]] = []
    while True:
        chosen = _smallest_meeting(outside)
        if not possible(chosen):
            return tuple(sorted(chosen))
        held = _grown(chosen, [term for term in range(number) if term not in chosen], possible)
        outside.append(frozenset(range(number)) - frozenset(held))


def _grown(held: Sequence[int], more: Sequence[int], possible: Callable[[Sequence[int]], bool]) -> Sequence[int]:
    """Return a possible set with as many of the other terms as can be added one after the other, tried in halves."""
    if not more:
        return held
    if possible([*held, *more]):
        return [*held, *more]
    if len(more) == 1:
        return held
    half = len(more) // 2
    return _grown(_grown(held, more[:half], possible), more[half:], possible)


def _smallest_meeting(sets: Sequence[frozenset[int]]) -> tuple[int, ...]:
    """Return a smallest choice of terms that has one in each set."""

    def choice(waiting: Sequence[frozenset[int]], left: int) -> tuple[int, ...] | None:
        if not waiting:
            return ()
        if not left:
            return None
        shortest: frozenset[int] = min(waiting, key=len)
        for term in sorted(shortest):
            rest = choice([one for one in waiting if term not in one], left - 1)
            if rest is not None:
                return (term, *rest)
        return None

    size = 0
    while (found := choice(sets, size)) is None:
        size += 1
    return found


def _possible(model: CausalModel, terms: Sequence[Statement | Report]) -> bool:
    statements = tuple(term for term in terms if not isinstance(term, tuple))
    reports = tuple(term for term in terms if isinstance(term, tuple))
    return bool(np.isfinite(joint(model, [], Known(statements, reports)).log_total()).any())


def _named(term: Statement | Report, model: CausalModel) -> str:
    labels: Mapping[str, tuple[str, ...]] = model.graph.levels
    return f"the report of {term[0]}" if isinstance(term, tuple) else in_words(term, labels)
