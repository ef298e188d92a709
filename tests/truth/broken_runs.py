"""Runs that are right, and runs broken on purpose, as the diagnostics see them: how many of each they accuse.

`PYTHONPATH=src:tests python tests/truth/broken_runs.py [RUNS]` prints the share of each kind that is accused, over that many
runs of 300 quantities and four chains of 1,000 draws; docs/calibration.md has those of 100 quantities.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.signal import lfilter
from scipy.special import expit

from processtrace.inference.diagnostics import diagnose

DIMS = ("chain", "draw", "judged")
Run = Callable[[np.random.Generator, int], xr.DataTree]


def chains(rng: np.random.Generator, phi: float, quantities: int, draws: int = 1000, count: int = 4) -> np.ndarray:
    """Stationary autoregressive chains with standard normal margins, (chain, draw, quantity)."""
    noise = rng.normal(size=(count, draws + 300, quantities))
    return lfilter([1], [1, -phi], noise, axis=1)[:, 300:] * np.sqrt(1 - phi**2)


def tree(values: np.ndarray, diverging: np.ndarray | None = None, exact: np.ndarray | None = None) -> xr.DataTree:
    groups = {"posterior": xr.Dataset({"judgement": (DIMS, values)})}
    if diverging is not None:
        groups["sample_stats"] = xr.Dataset({"diverging": (DIMS[:2], diverging)})
    if exact is not None:
        groups["exact"] = xr.Dataset({"judgement": (DIMS[2:], exact)})
    return xr.DataTree.from_dict(groups)


def right(phi: float) -> Run:
    """A right run, with its exact means; half of its quantities are skewed, as probabilities near an end are."""

    def run(rng: np.random.Generator, quantities: int) -> xr.DataTree:
        x = chains(rng, phi, quantities)
        nodes, weights = np.polynomial.hermite_e.hermegauss(80)
        exact = np.where(np.arange(quantities) % 2, weights @ expit(1.5 * nodes - 3) / weights.sum(), 0.5)
        return tree(np.where(np.arange(quantities) % 2, expit(1.5 * x - 3), ndtr(x)), np.zeros((4, 1000), bool), exact)

    return run


def ndtr(x: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr as normal

    return np.asarray(normal(x))


def two_modes(rng: np.random.Generator, stay: float = 0.9) -> np.ndarray:
    """Chains that visit two modes, the second with probability .3, as (chain, draw): a Markov chain that stays with `stay`."""
    mode = np.zeros((4, 1000), bool)
    mode[:, 0] = rng.random(4) < 0.3
    for k in range(1, 1000):
        again = rng.random(4) < stay
        mode[:, k] = np.where(again, mode[:, k - 1], rng.random(4) < 0.3)
    return mode


def stuck(rng: np.random.Generator, quantities: int) -> xr.DataTree:
    """One chain never leaves one of two modes that the others visit; one quantity of all sees the modes, three sd apart."""
    x, mode = chains(rng, 0.3, quantities), two_modes(rng)
    mode[0] = False
    x[:, :, 0] += 3 * mode
    return tree(x)


def divided(rng: np.random.Generator, quantities: int) -> xr.DataTree:
    """Two chains in one mode and two in another, half a standard deviation apart."""
    x = chains(rng, 0.3, quantities)
    x[:2, :, 0] += 0.5
    return tree(x)


def missed(rng: np.random.Generator, quantities: int) -> xr.DataTree:
    """All chains miss a mode that holds a tenth of the probability: only the exact mean knows of it."""
    x = ndtr(chains(rng, 0.3, quantities))
    exact = np.full(quantities, 0.5)
    exact[0] = 0.45
    return tree(x, exact=exact)


def too_few(rng: np.random.Generator, quantities: int) -> xr.DataTree:
    """Draws of which four hundred are worth some hundred."""
    return tree(chains(rng, 0.6, quantities, draws=100))


def divergent(rng: np.random.Generator, quantities: int) -> xr.DataTree:
    """One draw in a hundred ends a divergent transition."""
    return tree(chains(rng, 0.3, quantities), rng.random((4, 1000)) < 0.01)


RIGHT: dict[str, Run] = {
    "right, independent": right(0.0),
    "right, autocorrelated": right(0.5),
    "right, antithetic": right(-0.4),
}
BROKEN: dict[str, Run] = {
    "a chain stuck in one mode": stuck,
    "chains divided between modes": divided,
    "a mode missed by all": missed,
    "too few draws": too_few,
    "divergences": divergent,
}


def accused(run: Run, runs: int, quantities: int = 300, seed: int = 0) -> float:
    """Share of runs that the diagnostics fail."""
    return float(np.mean([not diagnose(run(np.random.default_rng([seed, k]), quantities)).passed for k in range(runs)]))


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for name, run in (RIGHT | BROKEN).items():
        print(f"{name}: {accused(run, times):.1%} of {times}", flush=True)
