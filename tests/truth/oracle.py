"""A second, slow and simple reference for the numbers of a case, written from the formulas alone.

It shares no code with the engine: judgements become probabilities here, ranges are integrated by the trapezoidal rule on
the whole line (which converges geometrically for analytic integrands that decay like a normal density: Trefethen &
Weideman 2014, doi:10.1137/130932132), reliabilities and the latent of a cluster by nested sums, and nothing is clever.
`adaptive_cluster` takes one cluster's integral a third way, by adaptive Gauss-Legendre quadrature in mpmath.
"""

from __future__ import annotations

import calendar
import itertools
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import mpmath
import numpy as np
from scipy.special import log_ndtr, ndtri, ndtri_exp

ICD_203 = {
    "almost no chance": (0.01, 0.05),
    "very unlikely": (0.05, 0.2),
    "unlikely": (0.2, 0.45),
    "roughly even": (0.45, 0.55),
    "likely": (0.55, 0.8),
    "very likely": (0.8, 0.95),
    "almost certain": (0.95, 0.99),
}
DB = 10 / math.log(10)
LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)


# --- judgements: encodings, then the pool -------------------------------------------------------------------------------


def ends(value: Any) -> tuple[float, float]:
    return (value[0], value[1]) if isinstance(value, tuple | list) else (value, value)


def as_probabilities(study: Any, item: Any, judgement: Any) -> dict[str, tuple[float, float]]:
    """(low, high) by hypothesis of one analyst's judgement; equal ends are a point."""
    anchor = judgement.anchor or item.anchor or study.anchor
    if judgement.probability is not None:
        return {h: ends(p) for h, p in judgement.probability.items()}
    if judgement.words is not None:
        scale = {word: ends(value) for word, value in (study.words or ICD_203).items()}
        spans = {h: (word, word) if isinstance(word, str) else word for h, word in judgement.words.items()}
        return {h: (scale[first][0], scale[last][1]) for h, (first, last) in spans.items()}
    if judgement.ratio is not None:
        ratios = {h: ends(x) for h, x in judgement.ratio.items()}
    else:
        ratios = {h: tuple(10 ** (x / 10) for x in ends(db)) for h, db in judgement.decibels.items()}
        assert all(high > 0 for _, high in ratios.values()), "decibels that no float holds are a fault of the reader"
    largest = max(high for _, high in ratios.values())
    return {h: (anchor * low / largest, anchor * high / largest) for h, (low, high) in ratios.items()}


def judged(study: Any, item: Any) -> dict[str, tuple[float, float]] | None:
    """The main judgement of an item: one analyst's or the pool's; None where that analyst made none."""
    if item.judgements is None:
        return as_probabilities(study, item, item)
    if study.analyst != "pool":
        own = item.judgements.get(study.analyst)
        return None if own is None else as_probabilities(study, item, own)
    parts = [(study.analysts[name].weight, as_probabilities(study, item, part)) for name, part in item.judgements.items()]
    parts = [(weight, part) for weight, part in parts if weight > 0]
    total = sum(weight for weight, _ in parts)
    pooled = {}
    for h in parts[0][1]:
        pooled[h] = tuple(math.prod(part[h][end] ** (weight / total) for weight, part in parts) for end in (0, 1))
    return pooled  # type: ignore[return-value]


def entering(study: Any, case: Any) -> list[Any]:
    """Items that enter the posterior: found or not, judged by the analyst in question, and nothing they rest on missing."""
    out = {item.id for item in case.evidence if item.status in ("found", "not_found") and judged(study, item) is None}
    while True:
        more = {item.id for item in case.evidence if item.id not in out and out & set(item.given)}
        if not more:
            break
        out |= more
    return [item for item in case.evidence if item.status in ("found", "not_found") and item.id not in out]


# --- ranges: logit-normal, by the trapezoidal rule ----------------------------------------------------------------------


def logit(p: float) -> float:
    return math.log(p) - math.log1p(-p)


class Spread:
    """Nodes of an uncertain quantity in (0, 1): logs of it and of its complement, and log weights; a point has one node.

    The step resolves the poles of the logistic function and, in a cluster of correlation `rho`, a normal of the width to
    which the common cause sharpens the integrand, at least 1/sqrt(1 + sd^2/(1 - rho)).
    """

    def __init__(self, span: tuple[float, float], coverage: float, rho: float = 0.0, reach: float = 38.0, step: float | None = None):
        low, high = span
        if low == high:
            with np.errstate(divide="ignore"):
                self.log_p, self.log_q = np.log(np.array([low])), np.log1p(-np.array([low]))
            self.log_weight = np.zeros(1)
            return
        z = float(ndtri((1 + coverage) / 2))
        mu, sd = (logit(low) + logit(high)) / 2, (logit(high) - logit(low)) / (2 * z)
        step = step or min(0.25, math.pi / (6 * sd), 0.5 / math.sqrt(1 + sd**2 / (1 - rho)))
        x = np.arange(-reach, reach + step, step)
        self.log_p, self.log_q = -np.logaddexp(0, -(mu + sd * x)), -np.logaddexp(0, mu + sd * x)
        self.log_weight = -(x**2) / 2 - LOG_SQRT_2PI + math.log(step)


def log_sum(values: np.ndarray, axis: int = -1) -> np.ndarray:
    top = np.max(values, axis=axis, keepdims=True)
    top = np.where(np.isneginf(top), 0.0, top)
    with np.errstate(divide="ignore"):
        return np.squeeze(top, axis) + np.log(np.sum(np.exp(values - top), axis=axis))


def farthest_peak(span: tuple[float, float], coverage: float, rho: float, u: float) -> float:
    """How many sd off its middle a range can count most at a common cause of up to |u|.

    That is the peak of -x^2/2 - z(x)^2/2, where z is at most `out` at x = 0 and changes by at most `slope` for each sd.
    """
    sd = (logit(span[1]) - logit(span[0])) / (2 * float(ndtri((1 + coverage) / 2)))
    quantile = quantile_of(np.log(np.array(span)), np.log1p(-np.array(span)))
    out = (float(np.abs(quantile).max()) + math.sqrt(rho) * u) / math.sqrt(1 - rho)
    slope = 0.63 * sd / math.sqrt(1 - rho)
    return out * slope / (1 + slope**2) if slope < 1 else out / 2


def quantile_of(log_p: np.ndarray, log_q: np.ndarray) -> np.ndarray:
    """Phi^-1(p), from the smaller of p and 1 - p."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low = log_p < math.log(0.5)
        quantile = np.where(low, ndtri_exp(np.where(low, log_p, -1.0)), -ndtri_exp(np.where(low, -1.0, log_q)))
    return np.where(np.isneginf(log_p), -np.inf, np.where(np.isneginf(log_q), np.inf, quantile))


def sharpened(span: tuple[float, float], coverage: float, rho: float, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logs of the averages over theta of Phi((Phi^-1(theta) + sqrt(rho) u)/sqrt(1 - rho)) and of its complement."""
    beyond = 0.0 if span[0] == span[1] else farthest_peak(span, coverage, rho, float(np.abs(u).max()))
    theta = Spread(span, coverage, rho, reach=10 + beyond)
    quantile = quantile_of(theta.log_p, theta.log_q)
    yes, no = np.empty(u.size), np.empty(u.size)
    for block in np.array_split(np.arange(u.size), max(1, u.size * quantile.size // 2_000_000)):
        z = (quantile + math.sqrt(rho) * u[block, None]) / math.sqrt(1 - rho)
        yes[block] = log_sum(log_ndtr(z) + theta.log_weight)
        no[block] = log_sum(log_ndtr(-z) + theta.log_weight)
    return yes, no


# --- search and sources -------------------------------------------------------------------------------------------------


def source_of(study: Any, case: Any, name: str) -> Any:
    return case.sources[name] if name in case.sources else study.sources[name]


def is_ranged(source: Any) -> bool:
    return isinstance(source.reliability, tuple) and source.reliability[0] < source.reliability[1]


def true_and_false(study: Any, case: Any, item: Any, h: str, r: Mapping[str, tuple[Any, Any]]) -> tuple[Any, Any]:
    """T and F of an item, averaged over its own sensitivity; `r` holds (r, 1 - r) of the sources of ranged reliability."""
    rates = []
    for name in item.source:
        source = source_of(study, case, name)
        if is_ranged(source):
            reliable, worthless = r[name]
            rates.append(((1 + reliable) / 2, worthless / 2, worthless / 2, (1 + reliable) / 2))
        elif source.reports_if_true is not None:
            a, b = source.reports_if_true, source.reports_if_false
            rates.append((a, 1 - a, b, 1 - b))
        else:
            point = 1.0 if source.reliability is None else ends(source.reliability)[0]
            rates.append(((1 + point) / 2, (1 - point) / 2, (1 - point) / 2, (1 + point) / 2))
    sensitivity = 1.0 if item.search_sensitivity is None else item.search_sensitivity
    if isinstance(sensitivity, Mapping):
        sensitivity = sensitivity[h]
    spread = Spread(ends(sensitivity), study.range_coverage)
    total_t: Any = 0.0
    total_f: Any = 0.0
    for s, missed, weight in zip(np.exp(spread.log_p), np.exp(spread.log_q), np.exp(spread.log_weight), strict=True):
        if item.status == "found":
            t = s * math.prod((a for a, _, _, _ in rates), start=1.0)
            f = s * math.prod((b for _, _, b, _ in rates), start=1.0) if rates else 0.0
        else:
            t = math.prod((missed + s * not_a for _, not_a, _, _ in rates), start=1.0) if rates else missed
            f = math.prod((missed + s * not_b for _, _, _, not_b in rates), start=1.0)
        total_t, total_f = total_t + weight * t, total_f + weight * f
    return total_t, total_f


# --- the likelihood of some items of a case ----------------------------------------------------------------------------


def reliability_nodes(span: tuple[float, float], coverage: float, reports: int) -> Spread:
    """Nodes of a reliability that `reports` items depend on.

    The product of n reports peaks at most n sd off the middle, and not beyond where r or 1 - r levels off; within half the
    distance to the poles of the logistic function each report grows by at most sqrt 2, so this step leaves e^-37.
    """
    z = float(ndtri((1 + coverage) / 2))
    mu, sd = (logit(span[0]) + logit(span[1])) / 2, (logit(span[1]) - logit(span[0])) / (2 * z)
    strip = min(math.pi / (2 * sd), 6.0)
    step = 2 * math.pi * strip / (37 + 0.35 * reports + strip**2 / 2)
    return Spread(span, coverage, reach=10 + min(reports * sd, abs(mu) / sd + math.log1p(reports * sd**2) / sd), step=step)


def latent_grid(rho: float, spreads: Sequence[Spread]) -> tuple[np.ndarray, np.ndarray]:
    """Equally spaced u, wide enough for every peak of the integrand and fine enough for 1e-17, and the log weights."""
    n = len(spreads)
    sharpness = 0.5 + n * rho / (2 * (1 - rho))
    step = math.pi / math.sqrt(40 * sharpness)
    farthest = 0.0
    for spread in spreads:
        likely = spread.log_weight > spread.log_weight.max() - 8
        tails = np.minimum(spread.log_p, spread.log_q)[likely]
        tails = tails[np.isfinite(tails) & (tails < math.log(0.5))]
        if tails.size:
            farthest = max(farthest, float(-ndtri_exp(tails).min()))
    reach = 9.5 + farthest * min(1 / math.sqrt(max(rho, 1e-12)), math.sqrt(n))
    u = np.arange(-reach, reach + step, step)
    return u, -(u**2) / 2 - LOG_SQRT_2PI + math.log(step)


def mixture(log_yes: Any, log_no: Any, t: Any, f: Any) -> np.ndarray:
    """log(T x yes + F x no)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = np.log(t) + log_yes, np.log(f) + log_no
        return np.asarray(np.logaddexp(first, second))


def log_together(study: Any, case: Any, items: Sequence[Any], h: str) -> float:
    """log P(items | h): integral over every ranged reliability of the products of lone items and cluster integrals."""
    if not items:
        return 0.0
    ranged = sorted({name for item in items for name in item.source if is_ranged(source_of(study, case, name))})
    spreads = {
        name: reliability_nodes(ends(source_of(study, case, name).reliability), study.range_coverage, sum(name in e.source for e in items))
        for name in ranged
    }
    clusters: dict[str, list[Any]] = {}
    lone = []
    for item in items:
        if item.cluster is not None and not item.given:
            clusters.setdefault(item.cluster, []).append(item)
        else:
            lone.append(item)

    def correlation(item: Any) -> float:
        if item.cluster is None or item.given:
            return 0.0
        part = case.clusters[item.cluster] if item.cluster in case.clusters else study.clusters[item.cluster]
        return study.cluster_correlation if part.correlation is None else part.correlation

    thetas = {item.id: (judged(study, item) or {})[h] for item in items}
    shares = {}
    for item in lone:
        theta = Spread(thetas[item.id], study.range_coverage)
        shares[item.id] = log_sum(theta.log_p + theta.log_weight), log_sum(theta.log_q + theta.log_weight)
    latents = {}
    for name, members in clusters.items():
        rho = correlation(members[0])
        u, log_weight = latent_grid(rho, [Spread(thetas[item.id], study.range_coverage) for item in members])
        latents[name] = (log_weight, {item.id: sharpened(thetas[item.id], study.range_coverage, rho, u) for item in members})

    def at(r: Mapping[str, tuple[Any, Any]]) -> np.ndarray:
        total: Any = np.zeros(1)
        for item in lone:
            total = total + mixture(*shares[item.id], *true_and_false(study, case, item, h, r))
        for name, members in clusters.items():
            log_weight, curves = latents[name]
            integrand: Any = log_weight
            for item in members:
                t, f = true_and_false(study, case, item, h, r)
                integrand = integrand + mixture(*curves[item.id], np.asarray(t)[..., None], np.asarray(f)[..., None])
            total = total + log_sum(integrand)
        return total

    # The first reliability is summed in a loop, the others on axes of their own, so that nothing large is held.
    axes = {}
    for place, name in enumerate(ranged[1:]):
        shape = [1] * len(ranged[1:])
        shape[place] = -1
        axes[name] = tuple(np.exp(part).reshape(shape) for part in (spreads[name].log_p, spreads[name].log_q))
    rest: Any = 0.0
    for name in ranged[1:]:
        shape = [-1 if name == other else 1 for other in ranged[1:]]
        rest = rest + spreads[name].log_weight.reshape(shape)
    if not ranged:
        return float(at({})[0])
    first = spreads[ranged[0]]
    sums = []
    for log_r, log_worthless, log_weight in zip(first.log_p, first.log_q, first.log_weight, strict=True):
        values = at({ranged[0]: (math.exp(log_r), math.exp(log_worthless)), **axes}) + rest
        sums.append(float(log_sum(np.ravel(values))) + log_weight)
    return float(log_sum(np.array(sums)))


def groups(study: Any, case: Any, items: Sequence[Any], with_given: bool = False) -> list[list[Any]]:
    """Items linked by a cluster, by a source of ranged reliability or, for the units of the page, by `given`."""
    left, found = list(items), []
    while left:
        group = [left.pop(0)]
        grown = True
        while grown:
            grown = False
            for item in list(left):
                if any(linked(study, case, item, other, with_given) for other in group):
                    left.remove(item)
                    group.append(item)
                    grown = True
        found.append(group)
    return found


def linked(study: Any, case: Any, one: Any, other: Any, with_given: bool) -> bool:
    if one.cluster is not None and one.cluster == other.cluster and not one.given and not other.given:
        return True
    if with_given and (one.id in other.given or other.id in one.given):
        return True
    return any(is_ranged(source_of(study, case, name)) for name in set(one.source) & set(other.source))


def log_likelihood(study: Any, case: Any, h: str, items: Sequence[Any] | None = None) -> float:
    """log P(evidence of the case | h), or of some of its items."""
    chosen = entering(study, case) if items is None else items
    return sum(log_together(study, case, group, h) for group in groups(study, case, chosen))


# --- weights and posterior ----------------------------------------------------------------------------------------------


@cache
def last_day(date: str) -> tuple[int, int, int]:
    parts = [int(part) for part in date.split("/")[-1].strip().split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1]


def in_order(items: Sequence[Any]) -> list[Any]:
    return sorted(items, key=lambda item: (item.date is None, last_day(item.date) if item.date else (0, 0, 0), item.id))


def less(whole: float, part: float) -> float:
    """whole - part in logs, 0 after the part is already impossible."""
    return 0.0 if part == -math.inf else whole - part


def terms(study: Any, case: Any, h: str) -> dict[str, float]:
    """Chain-rule term of each item, nats: log P(item | earlier items of its unit, h), 0 once the unit is impossible."""
    out = {}
    for unit in groups(study, case, entering(study, case), with_given=True):
        before, earlier = 0.0, []
        for item in in_order(unit):
            earlier.append(item)
            now = log_likelihood(study, case, h, earlier)
            out[item.id] = less(now, before)
            before = now
    return out


def alone(study: Any, case: Any, h: str) -> dict[str, float]:
    return {item.id: log_likelihood(study, case, h, [item]) for item in entering(study, case)}


def last(study: Any, case: Any, h: str) -> dict[str, float]:
    """log P(item | all other items of its unit, h); nan where the others are impossible without it."""
    out = {}
    for unit in groups(study, case, entering(study, case), with_given=True):
        whole = log_likelihood(study, case, h, unit)
        for item in unit:
            others = log_likelihood(study, case, h, [other for other in unit if other is not item])
            out[item.id] = math.nan if others == -math.inf else whole - others
    return out


def relative_db(nats: Mapping[str, float]) -> dict[str, float]:
    """Decibels relative to the best hypothesis."""
    best = max(value for value in nats.values() if not math.isnan(value))
    return {h: (value - best) * DB for h, value in nats.items()}


def posterior(study: Any, case: Any, likelihood: Mapping[str, float]) -> dict[str, float]:
    """Prior times likelihood, `likelihood` the log of it by hypothesis, normalised."""
    weights = study.prior_of(case)
    total = {h: (math.log(w) if w > 0 else -math.inf) + likelihood[h] for h, w in weights.items()}
    best = max(total.values())
    odds = {h: math.exp(value - best) for h, value in total.items()}
    return {h: value / math.fsum(odds.values()) for h, value in odds.items()}


# --- one cluster by adaptive quadrature in mpmath -----------------------------------------------------------------------


def adaptive_cluster(factors: Sequence[tuple[float, float, Any]], rho: float, coverage: float = 0.9, digits: int = 25) -> float:
    """log of the cluster integral of DESIGN 4.5; `factors` are (T, F, theta), theta a point or a range (low, high).

    Gauss-Legendre on panels of length one where the integrand matters, each halved until the halves agree with the whole
    to 1e-13 of the largest panel; the average over a range is itself taken so at each u, in floats.
    """
    with mpmath.workdps(digits):
        shares = [_share(theta, rho, coverage) for _, _, theta in factors]
        weights = [(mpmath.mpf(t), mpmath.mpf(f)) for t, f, _ in factors]

        def log_integrand(u: Any) -> Any:
            total = -(u**2) / 2 - mpmath.log(2 * mpmath.pi) / 2
            for (t, f), share in zip(weights, shares, strict=True):
                yes, no = share(u)
                total += mpmath.log(t * yes + f * no)
            return total

        return float(_log_adaptive(log_integrand, *_interesting(factors, rho, coverage)))


def _interesting(factors: Sequence[tuple[float, float, Any]], rho: float, coverage: float) -> tuple[list[float], float]:
    """Edges of the panels within e^-50 of the peak, and the log of the peak: from plain floats, so only to place panels."""
    u = np.linspace(-60, 60, 2401)
    total = -(u**2) / 2
    for t, f, theta in factors:
        total = total + mixture(*sharpened(ends(theta), coverage, rho, u), t, f)
    near = u[total > total.max() - 50]
    width = min(1.0, 3 * math.sqrt((1 - rho) / max(rho, 1e-9)))
    return list(np.arange(near[0] - 0.1, near[-1] + 0.1 + width, width)), float(total.max())


@cache
def _rule(nodes: int, digits: int) -> list[tuple[Any, Any]]:
    found = []
    for start in np.polynomial.legendre.leggauss(nodes)[0]:
        x = mpmath.mpf(float(start))
        for _ in range(4):
            value, slope = _legendre(nodes, x)
            x -= value / slope
        slope = _legendre(nodes, x)[1]
        found.append((x, 2 / ((1 - x * x) * slope * slope)))
    return found


def _legendre(n: int, x: Any) -> tuple[Any, Any]:
    """The Legendre polynomial of degree n and its slope."""
    before, now = mpmath.mpf(1), x
    for k in range(2, n + 1):
        before, now = now, ((2 * k - 1) * x * now - (k - 1) * before) / k
    return now, n * (x * now - before) / (x * x - 1)


def _log_adaptive(log_f: Any, edges: Sequence[float], peak: float, tolerance: float = 1e-13) -> Any:
    rule = _rule(14, mpmath.mp.dps)

    def panel(low: Any, high: Any) -> Any:
        middle, half = (low + high) / 2, (high - low) / 2
        return half * mpmath.fsum(w * mpmath.exp(log_f(middle + half * x) - peak) for x, w in rule)

    panels = [(mpmath.mpf(a), mpmath.mpf(b)) for a, b in itertools.pairwise(edges)]
    work = [(a, b, panel(a, b)) for a, b in panels]
    largest = max(value for _, _, value in work)
    total = mpmath.mpf(0)
    while work:
        low, high, whole = work.pop()
        middle = (low + high) / 2
        first, second = panel(low, middle), panel(middle, high)
        if abs(first + second - whole) < tolerance * largest:
            total += first + second
        else:
            work += [(low, middle, first), (middle, high, second)]
    return peak + mpmath.log(total)


def _share(theta: Any, rho: float, coverage: float) -> Any:
    """u -> (average of Phi(...), average of its complement) in mpmath."""
    low, high = ends(theta)
    root, rest = mpmath.sqrt(mpmath.mpf(rho)), mpmath.sqrt(1 - mpmath.mpf(rho))
    if low == high:
        quantile = precise_quantile(mpmath.mpf(low))

        def point(u: Any) -> tuple[Any, Any]:
            z = (quantile + root * u) / rest
            return mpmath.ncdf(z), mpmath.ncdf(-z)

        return point
    z = float(ndtri((1 + coverage) / 2))
    mu, sd = (logit(low) + logit(high)) / 2, (logit(high) - logit(low)) / (2 * z)

    def ranged(u: Any) -> tuple[Any, Any]:
        def log_average(sign: int) -> Any:
            def log_f(x: np.ndarray) -> np.ndarray:
                odds = mu + sd * x
                tail = ndtri_exp(-np.logaddexp(0, np.abs(odds)))
                inside = (np.where(odds < 0, tail, -tail) + float(root) * float(u)) / float(rest)
                return np.asarray(-(x**2) / 2 - LOG_SQRT_2PI + log_ndtr(sign * inside))

            return mpmath.exp(mpmath.mpf(_log_adaptive_floats(log_f, 10 + farthest_peak((low, high), coverage, rho, abs(float(u))))))

        return log_average(1), log_average(-1)

    return ranged


def _log_adaptive_floats(log_f: Any, reach: float, tolerance: float = 1e-14) -> float:
    """log of the integral over [-reach, reach]: Gauss-Legendre panels, all those halved whose halves disagree with them."""
    x, w = np.polynomial.legendre.leggauss(14)
    edges = np.linspace(-reach, reach, 2 * math.ceil(reach) + 1)

    def panels(low: np.ndarray, high: np.ndarray) -> np.ndarray:
        middle, half = (low + high) / 2, (high - low) / 2
        return np.asarray(log_sum(log_f(middle[:, None] + half[:, None] * x) + np.log(w)) + np.log(half))

    low, high = edges[:-1], edges[1:]
    whole = panels(low, high)
    done = [np.array([-math.inf])]
    while low.size:
        top = max(float(whole.max()), max(float(part.max(initial=-math.inf)) for part in done))
        middle = (low + high) / 2
        first, second = panels(low, middle), panels(middle, high)
        both = np.logaddexp(first, second)
        settled = np.abs(np.exp(both - top) - np.exp(whole - top)) < tolerance * (1 + abs(top))
        done.append(both[settled])
        low, high = np.concatenate([low[~settled], middle[~settled]]), np.concatenate([middle[~settled], high[~settled]])
        whole = np.concatenate([first[~settled], second[~settled]])
    return float(log_sum(np.concatenate(done)))


def precise_quantile(p: Any) -> Any:
    """Phi^-1(p) in the working precision, from the float's by Newton's method on log Phi; +-inf at 1 and 0."""
    if p <= 0 or p >= 1:
        return mpmath.mpf("-inf") if p <= 0 else mpmath.mpf("inf")
    if p > 0.5:
        return -precise_quantile(1 - p)
    x = mpmath.mpf(float(ndtri_exp(float(mpmath.log(p)))))
    for _ in range(4):
        value = mpmath.ncdf(x)
        x -= value * mpmath.log(value / p) / mpmath.npdf(x)
    return x
