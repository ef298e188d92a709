"""Planned items that are correlated: what a product-moment correlation of two clues may be, and what it makes of both.

Two clues with probabilities p and q and correlation r are both true with probability p q + r sqrt(p (1-p) q (1-q)),
which must lie within Fréchet's limits, max(0, p + q - 1) and min(p, q) (Fréchet 1951).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING

from processtrace.errors import Fault, Location
from processtrace.study.evidence import Evidence
from processtrace.study.judged import Judged, JudgementError, ends
from processtrace.study.probabilities import judged_by_analyst, pooled
from processtrace.study.scales import SCALES

if TYPE_CHECKING:
    from processtrace.study.case import Case, PairCorrelation
    from processtrace.study.declared import Declared

_ROUNDING = 1e-9


def joint(p: float, q: float, r: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the joint probabilities of two clues.

    Parameters
    ----------
    p, q : float
        The probability of the first and of the second clue.
    r : float
        Their product-moment correlation, within `limits(p, q)`.

    Returns
    -------
    tuple
        ((neither, second only), (first only, both)); what rounding puts below 0 is 0.
    """
    both = p * q + r * _spread(p, q)
    cells = ((1 - p - q + both, q - both), (p - both, both))
    return ((max(0.0, cells[0][0]), max(0.0, cells[0][1])), (max(0.0, cells[1][0]), max(0.0, cells[1][1])))


def limits(p: float, q: float) -> tuple[float, float]:
    """Return the smallest and the largest correlation of two clues with these probabilities; (0, 0) where one is certain.

    References
    ----------
    Fréchet, M. (1951). Sur les tableaux de corrélation dont les marges sont données. Annales de l'Université de Lyon A 14.
    """
    spread = _spread(p, q)
    if spread == 0:
        return 0.0, 0.0
    return (max(0.0, p + q - 1) - p * q) / spread, (min(p, q) - p * q) / spread


def _spread(p: float, q: float) -> float:
    return math.sqrt(p * (1 - p) * q * (1 - q))


def faults_of_correlations(study: Declared, case: Case, known: Mapping[str, Evidence], loc: Location) -> Iterator[Fault]:
    """Yield what is wrong with the pairs of a case whose items are known and planned."""
    head = f"case '{case.id}', correlations"
    seen: set[str] = set()
    for k, pair in enumerate(case.correlations):
        at = (*loc, "correlations", k)
        where = f"{head} of {' and '.join(pair.items)}"
        if pair.items[0] == pair.items[1]:
            yield Fault(where, "one item twice", "two planned items", "", (*at, "items"))
            continue
        for name in pair.items:
            if name in seen:
                yield Fault(where, f"'{name}' again", "each item in one pair", "three items together are a cluster", (*at, "items"))
            seen.add(name)
        items = [known[name] for name in pair.items if name in known and known[name].status == "planned"]
        if len(items) < 2:
            continue
        clustered = [item.id for item in items if item.cluster is not None and not item.given]
        if clustered:
            yield Fault(where, f"'{clustered[0]}' is in a cluster", "items outside clusters", "state the dependence once", (*at, "items"))
            continue
        vague = [item.id for item in items if not _points(study, item)]
        if vague:
            yield Fault(
                where,
                f"'{vague[0]}' is judged by {', '.join(scale.plural for scale in SCALES.values() if scale.anchored)} or ranges",
                "points, as probabilities: the limits of a correlation follow from them",
                "judge both by 'probability:'",
                (*at, "items"),
            )
            continue
        yield from _outside(study, pair, items, where, (*at, "under"))


def _outside(study: Declared, pair: PairCorrelation, items: list[Evidence], where: str, loc: Location) -> Iterator[Fault]:
    reported: set[str] = set()
    for first, second in product(*(_each(study, item) for item in items)):
        for h, r in pair.under.items():
            if h not in first or h not in second or h in reported:
                continue
            (p, _), (q, _) = ends(first[h]), ends(second[h])
            low, high = limits(p, q)
            if not low - _ROUNDING <= r <= high + _ROUNDING:
                reported.add(h)
                allowed = f"a number in [{low:.4g}, {high:.4g}], its Fréchet limits where the items have {p:g} and {q:g}"
                yield Fault(f"{where}, under {h}", f"{r:g}", allowed, "", (*loc, h))


def _points(study: Declared, item: Evidence) -> bool:
    relative = any(part.anchored for part in item.by_analyst.values() if len(part.scales) == 1)
    return not relative and not any(isinstance(value, tuple) for values in _each(study, item) for value in values.values())


def _each(study: Declared, item: Evidence) -> list[dict[str, Judged]]:
    """Return the judgements that may enter: each analyst's, and the pool's. Empty where one has a fault, which another check finds."""
    try:
        each = judged_by_analyst(study, item)
        pool = [pooled(study, each)] if len(each) > 1 and sum(study.analysts[str(name)].weight for name in each) > 0 else []
    except (JudgementError, KeyError):
        return []
    return [*each.values(), *pool]
