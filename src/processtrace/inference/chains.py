"""Whether several chains disagree, judged for many quantities at once, and how many effective draws they have.

The largest r-hat of hundreds of quantities exceeds 1.01 in many runs that are right. Here each quantity's r-hat is compared with
its own distribution under agreement: chains of n draws worth n_eff independent ones, m of them, have

    (r-hat^2 - (n - 1)/n) n_eff  ~  F(m - 1, m (n_eff - 1))

nearly, with n_eff from within the chains, so that chains which disagree do not excuse themselves by it. The smallest
probability over all quantities is multiplied by their number (Bonferroni), so that a share of at most `LEVEL` of right runs is
accused. An r-hat of up to `HARMLESS` is allowed in any case: long chains show differences that are too small to matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import f as f_distribution
from scipy.stats import rankdata

from processtrace.logspace import Array

LEVEL = 0.01
"""Share of right runs in which the chains are said to disagree."""

HARMLESS = 1.01
"""An r-hat that is allowed in any case (Vehtari et al. 2021, doi:10.1214/20-BA1221)."""


_SHORTEST = 1e-12
"""Of an autocorrelation time, where lags cancel each other."""


@dataclass(frozen=True)
class Agreement:
    """How far chains agree on each quantity.

    Parameters
    ----------
    rhat
        Rank-normalised split r-hat, of values or of distances from the median, whichever is nearer its limit
        (quantity,).
    limit
        What r-hat may reach: what chance exceeds in `LEVEL` of right runs with so many quantities, at least `HARMLESS`,
        (quantity,).
    ess
        Effective draws of all chains together for the mean of rank-normalised values, (quantity,).
    """

    rhat: Array
    limit: Array
    ess: Array


def agreement(draws: Array) -> Agreement:
    """Return how far chains agree on many quantities, and how many effective draws they have.

    Parameters
    ----------
    draws
        (quantity, chain, draw), each quantity varying; at least four draws of a chain.

    Returns
    -------
    Agreement
        One entry for each quantity.

    References
    ----------
    Vehtari et al. 2021, doi:10.1214/20-BA1221 (rank normalisation, splitting, folding). Geyer 1992, doi:10.1214/ss/1177011137
    (initial monotone sequence).
    """
    values = _split(draws)
    folded = np.abs(values - np.median(values, axis=(1, 2), keepdims=True))
    plain, far = _Chains(_rank_normal(values)), _Chains(_rank_normal(folded))
    level = LEVEL / (2 * len(draws))
    first = (plain.rhat - 1) * (far.limit(level) - 1) >= (far.rhat - 1) * (plain.limit(level) - 1)
    return Agreement(
        rhat=np.where(first, plain.rhat, far.rhat),
        limit=np.where(first, plain.limit(level), far.limit(level)),
        ess=plain.ess,
    )


def _split(draws: Array) -> Array:
    """Return chains cut in two, (quantity, half chain, draw)."""
    half = draws.shape[2] // 2
    return np.concatenate([draws[:, :, :half], draws[:, :, -half:]], axis=1)


def _rank_normal(values: Array) -> Array:
    """Return the normal scores of the ranks of each quantity over all chains (Blom 1958)."""
    flat = values.reshape(len(values), -1)
    count = flat.shape[1]
    order = np.argsort(flat, axis=1)
    scores = np.empty(flat.shape)
    np.put_along_axis(scores, order, ndtri((np.arange(1, count + 1) - 0.375) / (count + 0.25))[None], axis=1)
    ordered = np.take_along_axis(flat, order, axis=1)
    for k in np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1)):  # equal values have their mean rank
        scores[k] = ndtri((rankdata(flat[k]) - 0.375) / (count + 0.25))
    return scores.reshape(values.shape)


class _Chains:
    """Variances within and between chains, and their effective draws."""

    def __init__(self, values: Array):
        _, self.chains, self.length = values.shape
        covariance = _autocovariance(values)
        self.within = covariance[:, 0] * self.length / (self.length - 1)
        between = values.mean(axis=2).var(axis=1, ddof=1)
        scale = np.maximum(self.within, 1e-300)
        self.rhat = np.sqrt((self.length - 1) / self.length + between / scale)
        time = _time(covariance / np.maximum(covariance[:, :1], 1e-300))
        self.effective = self.length / np.maximum(time, 1 / np.log10(self.length + 10))
        mixed = (self.length - 1) / self.length * self.within + between
        total = self.chains * self.length
        ratio = 1 - (self.within[:, None] - covariance) / np.maximum(mixed, 1e-300)[:, None]
        ratio[:, 0] = 1.0
        self.ess = np.minimum(total / _time(ratio), total * np.log10(total))

    def limit(self, level: float) -> Array:
        """Return what r-hat exceeds with probability `level` where the chains agree."""
        n = np.maximum(self.effective, 2.0)
        quantile = f_distribution.isf(level, self.chains - 1, self.chains * (n - 1))
        return np.asarray(np.maximum(HARMLESS, np.sqrt((self.length - 1) / self.length + quantile / n)))


def _autocovariance(values: Array) -> Array:
    """Return autocovariances within chains, around each chain's own mean, averaged over chains, (quantity, lag)."""
    length = values.shape[2]
    size = 1 << (2 * length - 1).bit_length()
    total = np.zeros((len(values), length))
    for chain in range(values.shape[1]):
        centred = values[:, chain] - values[:, chain].mean(axis=1, keepdims=True)
        power = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
        total += np.fft.irfft(power, size, axis=1)[:, :length]
    return np.asarray(total / (length * values.shape[1]))


def _time(correlation: Array) -> Array:
    """Return integrated autocorrelation times by Geyer's initial monotone sequence, (quantity,).

    The first lag after the sequence counts once where it is positive, as in ArviZ.
    """
    pairs = correlation[:, : correlation.shape[1] // 2 * 2].reshape(len(correlation), -1, 2).sum(axis=2)
    positive = np.logical_and.accumulate(pairs > 0, axis=1)
    monotone = np.minimum.accumulate(np.where(positive, pairs, 0.0), axis=1)
    after = np.minimum(2 * positive.sum(axis=1), correlation.shape[1] - 1)
    last = np.maximum(correlation[np.arange(len(correlation)), after], 0.0)
    return np.asarray(np.maximum(-1 + 2 * monotone.sum(axis=1) + last, _SHORTEST))
