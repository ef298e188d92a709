# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "scipy"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""The cluster integral: 20 clusters, 8 items, 4 hypotheses, 100 values of rho; 80-node Gauss-Hermite in vectorised numpy beside it."""

from __future__ import annotations

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.integrate import quad
from scipy.special import ndtr, ndtri
from side_by_side import Target, medians, show

from processtrace.exact import cluster_likelihoods

P = np.random.default_rng(1).uniform(0.05, 0.95, (20, 8, 4))
RHO = np.linspace(0, 0.99, 100)


def gauss_hermite() -> np.ndarray:
    nodes, weights = hermegauss(80)
    q = ndtri(P)[..., None]
    return np.stack([np.log(ndtr((q + np.sqrt(r) * nodes) / np.sqrt(1 - r)).prod(axis=1) @ (weights / weights.sum())) for r in RHO], axis=1)


def fine() -> np.ndarray:
    """Equal steps, ten times finer than the engine's."""
    out = np.empty((len(P), len(RHO), P.shape[2]))
    q = ndtri(P)[..., None]
    for k, r in enumerate(RHO):
        u = np.arange(-12, 12, 0.05 * np.sqrt(1 - r))
        density = np.exp(-u * u / 2) / np.sqrt(2 * np.pi) * (u[1] - u[0])
        out[:, k] = np.log(ndtr((q + np.sqrt(r) * u) / np.sqrt(1 - r)).prod(axis=1) @ density)
    return out


def adaptive(count: int = 40) -> None:
    """`scipy.integrate.quad` on a few of the 8,000 integrals."""
    q, r = ndtri(P[0, :, 0]), RHO[50]
    for _ in range(count):
        quad(lambda u: np.exp(-u * u / 2) * ndtr((q + np.sqrt(r) * u) / np.sqrt(1 - r)).prod(), -12, 12, epsabs=0, epsrel=1e-10)


if __name__ == "__main__":
    truth = fine()
    for name, got in (("engine", cluster_likelihoods(P, RHO)), ("Gauss-Hermite", gauss_hermite())):
        error = np.abs(got - truth).max(axis=(0, 2))
        right = RHO[error < 1e-9]
        print(f"{name}: largest error of the log likelihood {error.max():.1e} nats; below 1e-9 up to rho = {right.max():.2f}")
    seconds = medians(
        {"engine": lambda: cluster_likelihoods(P, RHO), "80-node Gauss-Hermite": gauss_hermite, "quad, 40 of 8,000": adaptive}, 9
    )
    show("Cluster integral", seconds, [Target("engine", "80-node Gauss-Hermite", 1 / 2)])
