"""Shares of evidence around a common mean that is learned: each case's shares integrated out exactly, the rest by points.

prod_t sum_h w_h L_th is a polynomial in w with coefficients of one sign, and a Dirichlet's moments are ratios of Gamma functions.
P(E_c | kappa, m) is therefore a finite sum over the ways in which a case's units can come from the hypotheses (Mosimann 1962,
doi:10.1093/biomet/49.1-2.65). What is left, kappa and m, are as many numbers as there are hypotheses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from processtrace.errors import AnalysisError
from processtrace.exact.dirichlet import blocks, stick_breaking
from processtrace.exact.importance import SCRAMBLES, log_standard_normal, points
from processtrace.logspace import Array, logsumexp

MOST_WORK = 5e9
"""Largest number of products, which sets the number of points: each point takes one per coefficient, and some forty per way."""

MOST_COEFFICIENTS = 50_000_000
"""Largest number of coefficients of all cases together, 400 MB."""

MOST_WAYS = 50_000
"""Largest number of ways of one case."""


@dataclass(frozen=True)
class Learned:
    """The posterior of cases with a common mean.

    Attributes
    ----------
    common_mean, common_sd
        Of the common mean m, (hypothesis,).
    concentration_mean, concentration_sd
        Of kappa.
    share_mean, share_sd
        Of each case's shares, (case, hypothesis).
    log_evidence, error_nats
        Log evidence of all cases and its standard error, nats.
    error_mean
        Largest standard error of the common and the cases' means.
    effective
        Number of draws of (kappa, m) that the points are worth.
    """

    common_mean: Array
    common_sd: Array
    concentration_mean: float
    concentration_sd: float
    share_mean: Array
    share_sd: Array
    log_evidence: float
    error_nats: float
    error_mean: float
    effective: float


@dataclass(frozen=True)
class _Alike:
    """Cases with as many units and one background: counts (hypothesis, way), coefficients (case, way), logs taken out."""

    cases: NDArray[np.int64]
    background: Array
    counts: NDArray[np.int64]
    coefficients: Array
    taken: float


def learned(alpha: Array, background: Array, units: Sequence[Array]) -> Learned:
    """Return the posterior of shares of evidence around a common mean.

    w_c ~ Dirichlet(kappa m_c), m_c proportional to m exp(background_c), m ~ Dirichlet(alpha), log kappa ~ N(log sum alpha, 1).

    Parameters
    ----------
    alpha
        Dirichlet parameters, all above 0, (hypothesis,).
    background
        Nats, (case, hypothesis); -inf where a case excludes a hypothesis.
    units
        For each case log P(unit | hypothesis), (unit, hypothesis).

    Returns
    -------
    Learned
        Means, standard deviations, and their errors.

    Raises
    ------
    AnalysisError
        If the ways in which units can come from hypotheses are too many, or if a case's evidence is impossible.

    References
    ----------
    Mosimann 1962, doi:10.1093/biomet/49.1-2.65.
    """
    alike = _grouped(background, units)
    total = np.log(alpha.sum())

    def log_density(x: Array) -> Array:
        log_m, log_kappa = stick_breaking(alpha, x[:, :-1]), total + x[:, -1]
        evidence = [_evidence(log_m[rows], log_kappa[rows], alike) for rows in blocks(len(x), 64)]
        return np.asarray(log_standard_normal(x) + np.concatenate(evidence))

    count = _points(alike)
    found = points(log_density, np.zeros(len(alpha)), count)
    log_m, log_kappa = stick_breaking(alpha, found.x[:, :-1]), total + found.x[:, -1]
    m, kappa, weight = np.exp(log_m), np.exp(log_kappa), np.exp(found.log_weight)
    common, common_error = found.mean(m)
    concentration = float(weight @ kappa)
    moments = [
        _shares(log_m[rows], log_kappa[rows], weight[rows] / weight[rows].sum(), alike, background.shape)
        for rows in blocks(len(weight), count)
    ]
    means, squares = (np.array(each) for each in zip(*moments, strict=True))
    by_scramble = np.exp(logsumexp(found.log_weight.reshape(SCRAMBLES, count)))
    mean, error = np.tensordot(by_scramble, means, 1), means.std(axis=0, ddof=1) / np.sqrt(SCRAMBLES)
    return Learned(
        common,
        np.sqrt(weight @ (m - common) ** 2),
        concentration,
        float(np.sqrt(weight @ (kappa - concentration) ** 2)),
        mean,
        np.sqrt(np.maximum(np.tensordot(by_scramble, squares, 1) - mean**2, 0.0)),
        found.log_evidence + sum(part.taken for part in alike),
        found.error_nats,
        float(max(common_error.max(), error.max(initial=0.0))),
        found.effective,
    )


def _points(alike: Sequence[_Alike]) -> int:
    """Return the number of points of a scramble, a power of two."""
    work = sum(part.counts.shape[1] * (40 + len(part.cases)) for part in alike)
    return int(2 ** np.clip(np.floor(np.log2(MOST_WORK / (SCRAMBLES * max(work, 1)))), 6, 11))


def ways(units: int, hypotheses: int) -> int:
    """Return in how many ways so many units can come from so many hypotheses, by their counts."""
    return comb(units + hypotheses - 1, hypotheses - 1)


def _grouped(background: Array, units: Sequence[Array]) -> list[_Alike]:
    keys = [(len(part), tuple(row.tolist())) for part, row in zip(units, background, strict=True)]
    each = [ways(len(part), background.shape[1]) for part in units]
    if sum(each) > MOST_COEFFICIENTS or max(each, default=0) > MOST_WAYS:
        raise AnalysisError(
            f"{len(units)} cases of up to {max(map(len, units))} units under {background.shape[1]} hypotheses: more than "
            f"{MOST_WAYS:,} ways in which the units of one can be assigned, or {MOST_COEFFICIENTS:,} together; sample them instead (model 'shares', mean 'learned')"
        )
    made = []
    for key in dict.fromkeys(keys):
        cases = np.array([place for place, other in enumerate(keys) if other == key])
        nats = np.array([units[case] for case in cases]).reshape(len(cases), key[0], background.shape[1])
        nats = np.where(np.isneginf(key[1]), -np.inf, nats)  # what the case excludes sets no scale
        best = nats.max(axis=2, initial=-np.inf)
        if np.isneginf(best).any():
            raise AnalysisError("a unit is impossible under every hypothesis; see `update`, which names it")
        counts, coefficients = _coefficients(np.exp(nats - best[:, :, None]))
        made.append(_Alike(cases, np.array(key[1]), counts, coefficients, float(best.sum())))
    return made


def _coefficients(likelihood: Array) -> tuple[NDArray[np.int64], Array]:
    """Return the terms of prod_t sum_h w_h L_th, for likelihoods (case, unit, hypothesis).

    These are exponents (hypothesis, way) and coefficients (case, way).
    """
    cases, units, hypotheses = likelihood.shape
    counts = np.zeros((hypotheses, 1), np.int64)
    value = np.ones((cases, 1))
    for t in range(units):
        grown = _exponents(t + 1, hypotheses)
        base = (t + 2) ** np.arange(hypotheses)
        codes = base @ counts
        order = np.argsort(codes)
        fewer = base @ grown - base[:, None]
        before = order[np.searchsorted(codes, fewer, sorter=order).clip(max=len(codes) - 1)]
        before[codes[before] != fewer] = len(codes)  # a count below 0: the column of zeros
        padded = np.hstack([value, np.zeros((cases, 1))])
        value = sum((padded[:, before[h]] * likelihood[:, t, h, None] for h in range(hypotheses)), np.zeros((cases, grown.shape[1])))
        counts = grown
    return counts, value


def _exponents(total: int, hypotheses: int) -> NDArray[np.int64]:
    """Return all vectors of counts that add up to `total`, (hypothesis, way)."""
    rows = np.zeros((0, 1), np.int64)
    for _ in range(hypotheses - 1):
        left = total - rows.sum(axis=0)
        rows = np.vstack([np.repeat(rows, left + 1, axis=1), np.concatenate([np.arange(n + 1) for n in left])])
    return np.vstack([rows, total - rows.sum(axis=0)])


def _moments(log_m: Array, log_kappa: Array, part: _Alike) -> tuple[Array, Array, Array]:
    """Return Dirichlet parameters and the moment of each way.

    These are parameters (point, hypothesis), each way's moment relative to the largest (point, way), and the log of the largest.
    """
    scores = log_m + part.background
    a = np.exp(log_kappa[:, None] + scores - logsumexp(scores)[:, None])
    units = int(part.counts[:, 0].sum())
    steps = np.arange(units)
    with np.errstate(divide="ignore"):
        rising = np.concatenate([np.zeros((*a.shape, 1)), np.cumsum(np.log(a[:, :, None] + steps), axis=2)], axis=2)
    nats = sum((rising[:, h, n] for h, n in enumerate(part.counts)), np.zeros((len(a), part.counts.shape[1])))
    whole = np.log(a.sum(axis=1)[:, None] + steps).sum(axis=1)
    top = nats.max(axis=1)
    return a, np.exp(nats - top[:, None]), top - whole


def _evidence(log_m: Array, log_kappa: Array, alike: Sequence[_Alike]) -> Array:
    """Return log P(all cases | m, kappa), (point,), nats, without the scale that was divided out."""
    total = np.zeros(len(log_m))
    for part in alike:
        _, moment, top = _moments(log_m, log_kappa, part)
        with np.errstate(divide="ignore"):
            total += len(part.cases) * top + np.log(moment @ part.coefficients.T).sum(axis=1)
    return total


def _shares(log_m: Array, log_kappa: Array, weight: Array, alike: Sequence[_Alike], shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Return E[w] and E[w^2] over weighted points, (case, hypothesis) each."""
    first, second = np.zeros((2, *shape))
    for part in alike:
        a, moment, _ = _moments(log_m, log_kappa, part)
        whole = a.sum(axis=1) + part.counts[:, 0].sum()
        each = weight[:, None] / (moment @ part.coefficients.T)
        for h, n in enumerate(part.counts):
            ahead = a[:, h] + n[:, None]
            once, twice = ahead / whole, ahead * (ahead + 1) / (whole * (whole + 1))
            for total, factor in ((first, once), (second, twice)):
                total[part.cases, h] = (((moment * factor.T) @ part.coefficients.T) * each).sum(axis=0)
    return first, second
