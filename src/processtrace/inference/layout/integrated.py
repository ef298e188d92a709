"""A study with everything integrated out but its reliabilities: polynomials that a sampler's graph evaluates. Numpy only.

A source of reliability r reports what is true with probability a = (1 + r)/2 and what is false with b = 1 - a. Each item's
factor F + (T - F) theta is then a sum of products, one a or b for each of its sources, with coefficients that are not
negative; so is the product over a unit's items, whose common causes, judgements and sensitivities enter the coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from processtrace.errors import AnalysisError
from processtrace.exact.case import CaseNumbers
from processtrace.exact.cluster import settled
from processtrace.exact.items import Item, log_means_of
from processtrace.exact.lean import half_widths, lean_of, moved, step_of
from processtrace.exact.ranges import REACH, gauss_rule, log_normal_density, parameters
from processtrace.exact.unit import blocks, likelihood
from processtrace.inference.layout.types import FLOOR, Free, Places
from processtrace.inference.update import numbers_of
from processtrace.logspace import Array, log, logsumexp
from processtrace.study import Study

TOGETHER = 256
"""Terms up to which the polynomials of a unit's blocks are multiplied out."""

MOST_TERMS = 8192
"""Terms of one polynomial that are allowed."""


@dataclass(frozen=True)
class Integrated:
    """A study as polynomials in its reliabilities.

    `prior`: probabilities (case, hypothesis). `unit_case` (unit,): the case of each unit. `fixed`: log likelihood that no
    reliability reaches, (unit, hypothesis), nats, at least FLOOR. `unit` (factor,): the unit that a polynomial belongs to.
    `coefficient` (factor, term, hypothesis), nats. `source` (factor, place): the reliabilities that a polynomial depends on, among
    all, filled up with 0; `true` and `false` (factor, term, place): the powers of their a and b, 0 where there is none.
    """

    cases: tuple[str, ...]
    hypotheses: tuple[str, ...]
    prior: Array
    unit_case: Places
    fixed: Array
    reliability: Free
    unit: Places
    coefficient: Array
    source: Places
    true: Array
    false: Array


@dataclass(frozen=True)
class _Polynomial:
    """`sources`: places among all reliabilities. `nats`: (power of a of each source, ..., hypothesis), logs of coefficients."""

    sources: tuple[int, ...]
    nats: Array


def integrated(study: Study) -> Integrated:
    """Return a study as polynomials in its reliabilities.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Integrated
        All its cases together.

    Raises
    ------
    AnalysisError
        Where a cluster's items depend on so many uncertain reliabilities that its polynomial has more than 8,192 terms.
    """
    each = numbers_of(study)
    hypotheses = len(study.explanations)
    labels, names, ends = _reliabilities(study, each)
    place = {label: k for k, label in enumerate(labels)}
    unit_case: list[int] = []
    fixed: list[Array] = []
    made: list[tuple[int, _Polynomial]] = []
    for row, (case, numbers) in enumerate(each.items()):
        own = [place[f"{case}/{source}"] for source in numbers.sources]
        for unit in numbers.units:
            known, polynomials = _unit(numbers, unit, own, case)
            made += [(len(unit_case), part) for part in polynomials]
            unit_case.append(row)
            fixed.append(known)
    z = next(iter(each.values())).z if each else 1.0
    prior = np.array([part.prior for part in each.values()], float).reshape(len(each), hypotheses)
    mu, sd = parameters(ends[:, 0], ends[:, 1], z)
    coefficient, source, true, false = _padded([part for _, part in made], hypotheses)
    return Integrated(
        cases=tuple(each),
        hypotheses=tuple(study.explanations),
        prior=prior / prior.sum(axis=1, keepdims=True),
        unit_case=np.array(unit_case, int),
        fixed=np.maximum(np.array(fixed, float).reshape(-1, hypotheses), FLOOR),
        reliability=Free(labels, names, mu, sd),
        unit=np.array([unit for unit, _ in made], int),
        coefficient=coefficient,
        source=source,
        true=true,
        false=false,
    )


def _reliabilities(study: Study, each: dict[str, CaseNumbers]) -> tuple[tuple[str, ...], tuple[str, ...], Array]:
    """Return labels, names and ends of the reliabilities of all cases."""
    labels, names, ends = [], [], []
    for name, numbers in each.items():
        case = study.case(name)
        for source, pair in zip(numbers.sources, numbers.ranges, strict=True):
            labels.append(f"{name}/{source}")
            names.append(f"{case.name}: {study.source_of(case, source).name}")
            ends.append(pair)
    return tuple(labels), tuple(names), np.array(ends, float).reshape(-1, 2)


def _unit(numbers: CaseNumbers, unit: tuple[int, ...], own: list[int], case: str) -> tuple[Array, list[_Polynomial]]:
    """Return what no reliability reaches, (hypothesis,), nats, and the polynomials of the rest."""
    if (lean := lean_of([numbers.items[i] for i in unit])) > 0:
        return _leaning(numbers, unit, own, case, lean)
    known, parts = np.zeros(len(numbers.hypotheses)), []
    for cluster, places in blocks(numbers.items, unit):
        for some in [places] if cluster is not None else [(i,) for i in places]:
            items = tuple(numbers.items[i] for i in some)
            if any(item.sources for item in items):
                parts.append(_block(items, None if cluster is None else numbers.rho[cluster], numbers.z, own, case))
            else:
                known = known + likelihood(items, np.ones((1, len(items)), bool), numbers.rho, (), numbers.z).nats[0]
    merged: list[_Polynomial] = []
    for part in parts:
        if merged and _size(_joint(merged[-1], part)) <= TOGETHER:
            merged[-1] = _times(merged[-1], part)
        else:
            merged.append(part)
    return known, merged


def _leaning(numbers: CaseNumbers, unit: tuple[int, ...], own: list[int], case: str, lean: float) -> tuple[Array, list[_Polynomial]]:
    """Return the same of a unit whose judgements lean together: one polynomial, its coefficients averaged over the lean."""
    n = len(numbers.hypotheses)
    slopes = np.sqrt(lean) * half_widths(numbers.items) / numbers.z
    signs = np.array([1.0 if item.found else -1.0 for item in numbers.items])
    up, down = (float((slopes * np.maximum(side * signs, 0)[:, None]).sum(axis=0).max()) for side in (1, -1))
    step = min(step_of(slopes[:, h]) for h in range(n) if slopes[:, h].any())
    nodes = np.arange(-REACH - down, REACH + up + step, step)
    weight = log_normal_density(nodes) + np.log(step)
    columns, leans = np.repeat(np.arange(n), len(nodes)), np.tile(nodes, n)
    narrowed = float(np.sqrt(1 - lean))
    there = [moved(item, columns.tolist(), by[columns] * leans, narrowed) for item, by in zip(numbers.items, slopes, strict=True)]
    bare = replace(numbers, items=tuple(replace(item, lean=0.0) for item in there), hypotheses=tuple(str(k) for k in range(len(columns))))
    known, parts = _unit(bare, unit, own, case)

    def averaged(nats: Array) -> Array:
        return logsumexp((nats + known).reshape(*nats.shape[:-1], n, len(nodes)) + weight)

    if not parts:
        return averaged(np.zeros_like(known)), []
    whole = parts[0]
    for part in parts[1:]:
        if _size(_joint(whole, part)) > MOST_TERMS:
            raise AnalysisError(
                f"case '{case}': judgements that lean together depend on too many uncertain reliabilities for their lean to be integrated out; "
                "give some of these sources a point reliability, or sample the model 'judgements'"
            )
        whole = _times(whole, part)
    return np.zeros(n), [_Polynomial(whole.sources, averaged(whole.nats))]


def _block(items: tuple[Item, ...], rho: float | None, z: float, own: list[int], case: str) -> _Polynomial:
    """Return the polynomial of items that a common cause joins, or of one item."""
    sources = sorted({w for item in items for w in item.sources})
    powers = [sum(w in item.sources for item in items) for w in sources]
    if np.prod([n + 1.0 for n in powers]) > MOST_TERMS:
        raise AnalysisError(
            f"case '{case}': {len(items)} items of one cluster depend on {len(sources)} uncertain reliabilities, too many to "
            "integrate their common cause out; give some of these sources a point reliability, or sample the model 'judgements'"
        )
    if rho is None:
        log_p, log_q = (part[None, :, None] for part in log_means_of(items[0], z))
        weight = np.zeros(1)
    else:
        form = settled(items, rho, z)
        log_p, log_q, weight = form.log_p, form.log_q, form.log_weight
    hypotheses = len(items[0].low)
    total = np.broadcast_to(weight, (*[1] * len(sources), hypotheses, len(weight)))
    for k, item in enumerate(items):
        grown = np.full([n + (w in item.sources) for w, n in zip(sources, total.shape, strict=False)] + list(total.shape[-2:]), -np.inf)
        for sides, (t, f) in _terms(item, z).items():
            chosen = dict(zip(item.sources, sides, strict=True))
            place = tuple(slice(chosen.get(w, 0), chosen.get(w, 0) + n) for w, n in zip(sources, total.shape, strict=False))
            factor = np.logaddexp(t[:, None] + log_p[k], f[:, None] + log_q[k])
            grown[place] = np.logaddexp(grown[place], total + factor)
        total = grown
    return _Polynomial(tuple(own[w] for w in sources), logsumexp(total))


def _terms(item: Item, z: float) -> dict[tuple[int, ...], tuple[Array, Array]]:
    """Return, for each choice of a (1) or b (0) of an item's uncertain sources, the logs of its share in T and in F, (hypothesis,)."""
    count = len(item.sources)
    rates = item.rates if item.rates or item.sources else ((1.0, 0.0),)
    a, b = (np.array([rate[side] for rate in rates]) for side in (0, 1))
    found: dict[tuple[int, ...], list[tuple[float, float]]] = {}
    for least, most in zip(item.least, item.most, strict=True):
        if least == most:
            s, rest, weights = np.array([least]), np.array([1 - least]), np.zeros(1)
        else:
            s, rest, weights = gauss_rule(least, most, z, max(1, len(a) + count))
        if item.found:
            log_s = float(logsumexp(weights + log(s)))
            pairs = {(1,) * count: (log_s + float(log(a).sum()), -np.inf)}
            pairs[(0,) * count] = (pairs.get((0,) * count, (-np.inf, 0.0))[0], log_s + float(log(b).sum()))
        else:
            missed = [weights + log(rest[:, None] + s[:, None] * (1 - rate)).sum(axis=1) for rate in (a, b)]
            pairs = {
                sides: (
                    float(logsumexp(missed[0] + sum(sides) * log(rest))),
                    float(logsumexp(missed[1] + (count - sum(sides)) * log(rest))),
                )
                for sides in product((0, 1), repeat=count)
            }
        for sides, pair in pairs.items():
            found.setdefault(sides, []).append(pair)
    return {sides: (np.array(pairs)[:, 0], np.array(pairs)[:, 1]) for sides, pairs in found.items()}


def _joint(first: _Polynomial, second: _Polynomial) -> dict[int, int]:
    """Return the highest power of each source in a product."""
    powers: dict[int, int] = {}
    for part in (first, second):
        for source, n in zip(part.sources, part.nats.shape, strict=False):
            powers[source] = powers.get(source, 0) + n - 1
    return powers


def _size(powers: dict[int, int]) -> int:
    return int(np.prod([n + 1 for n in powers.values()]))


def _times(first: _Polynomial, second: _Polynomial) -> _Polynomial:
    powers = _joint(first, second)
    sources = tuple(sorted(powers))
    one, other = (_over(part, sources) for part in (first, second))
    total = np.full([powers[w] + 1 for w in sources] + [first.nats.shape[-1]], -np.inf)
    for place in np.ndindex(*other.shape[:-1]):
        some = tuple(slice(k, k + n) for k, n in zip(place, one.shape, strict=False))
        total[some] = np.logaddexp(total[some], one + other[place])
    return _Polynomial(sources, total)


def _over(part: _Polynomial, sources: tuple[int, ...]) -> Array:
    """Return the logs of coefficients with an axis for each of more sources."""
    powers = dict(zip(part.sources, part.nats.shape, strict=False))
    order = np.argsort(part.sources)
    return part.nats.transpose(*order, -1).reshape(*(powers.get(w, 1) for w in sources), part.nats.shape[-1])


def _padded(made: list[_Polynomial], hypotheses: int) -> tuple[Array, Places, Array, Array]:
    """Return coefficients, sources and powers in arrays of one size, filled up with terms of no weight."""
    longest = max((int(np.prod(part.nats.shape[:-1])) for part in made), default=1)
    width = max((len(part.sources) for part in made), default=0)
    coefficient = np.full((len(made), longest, hypotheses), FLOOR)
    source = np.zeros((len(made), width), int)
    true, false = np.zeros((2, len(made), longest, width))
    for k, part in enumerate(made):
        shape, own = part.nats.shape[:-1], len(part.sources)
        powers = np.array(list(np.ndindex(*shape)), float)
        coefficient[k, : len(powers)] = np.maximum(part.nats.reshape(-1, hypotheses), FLOOR)
        source[k, :own] = part.sources
        true[k, : len(powers), :own] = powers
        false[k, : len(powers), :own] = np.array(shape) - 1 - powers
    return coefficient, source, true, false


def unit_nats_at(form: Integrated, r: Array) -> Array:
    """Return log P(findings of a unit | reliabilities, hypothesis) at many reliabilities, (draw, unit, hypothesis), nats.

    Parameters
    ----------
    form
        The study as polynomials in its reliabilities.
    r
        Reliabilities, (draw, source).
    """
    nats = np.tile(form.fixed, (len(r), 1, 1))
    log_a, log_b = np.log1p(r) - np.log(2), log(1 - r) - np.log(2)
    for k, unit in enumerate(form.unit):
        used = (form.true[k] + form.false[k]).any(axis=0)
        place = form.source[k, used]
        powers = log_a[:, place] @ form.true[k][:, used].T + log_b[:, place] @ form.false[k][:, used].T
        for h in range(nats.shape[2]):
            nats[:, unit, h] += logsumexp(form.coefficient[k, :, h] + powers)
    return nats
