"""Integrals over a few unbounded parameters by importance sampling around the mode.

The parameters are such that their prior is standard normal. The proposal is a multivariate t at the mode with the curvature there,
mixed with the prior, which covers what the curvature does not show (Hesterberg 1995, doi:10.1080/00401706.1995.10484303). Its
points are scrambled Sobol points (Owen 1998, doi:10.1006/jcom.1998.0487). Nothing is exact here: independent scrambles give the
standard error of every mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from processtrace.logspace import Array, logsumexp

SCRAMBLES = 8
DEGREES = 5.0
"""Degrees of freedom of the t. Its tails are heavier than those of any posterior whose prior is normal and whose likelihood is bounded."""

BROAD = 0.15
"""Share of the points that come from the prior."""

TRUSTED = 400
"""Draws that points must be worth before the differences of their scrambles estimate an error."""

_STEP = 1e-3
_WIDEST = 30.0

LogDensity = Callable[[Array], Array]


@dataclass(frozen=True)
class Points:
    """Weighted points of a density, one scramble after another.

    Attributes
    ----------
    x
        Points, (point, parameter).
    log_weight
        Normalised log weights, (point,).
    log_evidence, error_nats
        Log of the density's integral and its standard error, nats.
    """

    x: Array
    log_weight: Array
    log_evidence: float
    error_nats: float

    @property
    def effective(self) -> float:
        """Return the number of independent draws with the same variance (Kish 1965), which points of low discrepancy exceed."""
        return float(np.exp(-logsumexp(2 * self.log_weight)))

    def mean(self, values: Array) -> tuple[Array, Array]:
        """Return the posterior mean of `values` (point, ...) and its standard error over the scrambles."""
        apart = self.log_weight.reshape(SCRAMBLES, -1)
        some = np.moveaxis(values, 0, -1).reshape(*values.shape[1:], SCRAMBLES, -1)
        each = (some * np.exp(apart - logsumexp(apart)[:, None])).sum(axis=-1)
        return np.moveaxis(values, 0, -1) @ np.exp(self.log_weight), each.std(axis=-1, ddof=1) / np.sqrt(SCRAMBLES)


def worth(effective: float) -> str:
    """Return in words how far weighted points can be trusted."""
    doubt = "" if effective >= TRUSTED else ", too few for their stated error to be trusted"
    return f"importance sampling: points worth {effective:.0f} draws{doubt}"


def log_standard_normal(x: Array) -> Array:
    """Return the log density of independent standard normal parameters, (point,)."""
    return np.asarray(-0.5 * (x**2).sum(axis=1) - x.shape[1] / 2 * np.log(2 * np.pi))


def points(log_density: LogDensity, start: Array, count: int) -> Points:
    """Return weighted points of a density.

    Parameters
    ----------
    log_density
        Function from (point, parameter) to the log density, nats, (point,).
    start
        Where the search for the mode starts, (parameter,).
    count
        Number of points in each of eight scrambles.

    Returns
    -------
    Points
        Points and log weights.

    References
    ----------
    Hesterberg 1995, doi:10.1080/00401706.1995.10484303; Owen 1998, doi:10.1006/jcom.1998.0487.
    """
    from scipy.special import gammaincinv, gammaln, ndtri
    from scipy.stats import qmc

    middle, root = _mode(log_density, start)
    width = len(start)
    uniform = np.concatenate([qmc.Sobol(width + 1, rng=np.random.default_rng(seed)).random(count) for seed in range(SCRAMBLES)])
    uniform = np.clip(uniform, 1e-12, 1 - 1e-12)
    normal, last = ndtri(uniform[:, :-1]), uniform[:, -1:]
    squares = 2 * gammaincinv(DEGREES / 2, np.maximum((last - BROAD) / (1 - BROAD), 1e-12)) / DEGREES
    x = np.where(last < BROAD, normal, middle + normal / np.sqrt(squares) @ root.T)
    log_t = (
        gammaln((DEGREES + width) / 2)
        - gammaln(DEGREES / 2)
        - width / 2 * np.log(DEGREES * np.pi)
        - np.linalg.slogdet(root)[1]
        - (DEGREES + width) / 2 * np.log1p((np.linalg.solve(root, (x - middle).T) ** 2).sum(axis=0) / DEGREES)
    )
    log_ratio = log_density(x) - np.logaddexp(np.log(BROAD) + log_standard_normal(x), np.log1p(-BROAD) + log_t)
    each = logsumexp(log_ratio.reshape(SCRAMBLES, count)) - np.log(count)
    log_evidence = float(logsumexp(each) - np.log(SCRAMBLES))
    error = float(np.exp(each - log_evidence).std(ddof=1) / np.sqrt(SCRAMBLES))
    return Points(x, log_ratio - logsumexp(log_ratio), log_evidence, error)


def _mode(log_density: LogDensity, start: Array) -> tuple[Array, Array]:
    """Return the mode by Newton's method with numerical derivatives, and a square root of the inverse curvature there."""
    x = start
    best = log_density(x[None])[0]
    lengths = 0.5 ** np.arange(-1, 20)[:, None]
    for _ in range(200):
        slope, values, vectors = _curvature(log_density, x)
        step = vectors @ (vectors.T @ slope / values)
        step *= min(1.0, 10 / max(np.abs(step).max(), 1e-300))
        tried = log_density(x + lengths * step)
        place = int(np.argmax(tried))
        if not tried[place] > best + 1e-9:
            break
        x, best = x + lengths[place] * step, tried[place]
    _, values, vectors = _curvature(log_density, x)
    return x, vectors / np.sqrt(values)


def _curvature(log_density: LogDensity, x: Array) -> tuple[Array, Array, Array]:
    """Return the gradient, and eigenvalues (made positive, bounded below) and eigenvectors of the negative Hessian."""
    one = _STEP * np.eye(len(x))
    pairs = one[:, None] + one[None]
    shifts = np.concatenate([x + one, x - one, (x + pairs).reshape(-1, len(x)), (x - pairs).reshape(-1, len(x)), x[None]])
    values = log_density(shifts)
    width = len(x)
    up, down = values[:width], values[width : 2 * width]
    both, neither = values[2 * width : -1].reshape(2, width, width)
    hessian = (both + neither - (up + down)[:, None] - (up + down)[None] + 2 * values[-1]) / (2 * _STEP**2)
    eigenvalues, vectors = np.linalg.eigh(-hessian)
    return (up - down) / (2 * _STEP), np.maximum(np.abs(eigenvalues), _WIDEST**-2), vectors
