# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""Scenarios: 100,000 with a new prior and noise on every judgement; 1,000,000 priors beside the bandwidth of a copy."""

from __future__ import annotations

import os

os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # one core on each side; set it higher to see what more cores bring

import numpy as np
from side_by_side import Target, medians, show

from processtrace.exact import posteriors

CASES, ITEMS, HYPOTHESES, BLOCK = 5, 40, 4, 2_000
RNG = np.random.default_rng(1)
NATS = np.log(RNG.uniform(0.05, 0.95, (CASES * ITEMS, HYPOTHESES)))
ROWS = np.repeat(np.arange(CASES), ITEMS)


def in_numpy(prior: np.ndarray, nats: np.ndarray) -> np.ndarray:
    total = np.log(prior) + nats.reshape(len(nats), CASES, ITEMS, HYPOTHESES).sum(axis=2)
    total = np.exp(total - total.max(axis=-1, keepdims=True))
    return total / total.sum(axis=-1, keepdims=True)


if __name__ == "__main__":
    prior = RNG.dirichlet(np.ones(HYPOTHESES), (BLOCK, CASES))
    noisy = NATS + RNG.normal(0, 0.3, (BLOCK, *NATS.shape))
    assert np.abs(posteriors(prior, noisy, ROWS) - in_numpy(prior, noisy)).max() < 1e-12
    seconds = medians({"posteriors": lambda: posteriors(prior, noisy, ROWS), "plain numpy": lambda: in_numpy(prior, noisy)}, 15)
    show(
        "100,000 scenarios (in blocks of 2,000, the draws of the noise left out on both sides)",
        {name: each * 100_000 / BLOCK for name, each in seconds.items()},
        [Target("posteriors", "plain numpy", 1 / 3)],
    )
    priors = RNG.dirichlet(np.ones(HYPOTHESES), (1_000_000, 1))
    total = NATS[:ITEMS].sum(axis=0, keepdims=True)
    room = np.empty_like(priors)
    seconds = medians({"posteriors": lambda: posteriors(priors, total), "copy": lambda: np.copyto(room, priors)}, 15)
    show(
        "1,000,000 priors on fixed likelihoods",
        seconds,
        [
            Target(
                "posteriors",
                "copy",
                2.0,
                "not separated: the arithmetic of a row, and new memory whose pages are touched for the first time",
            )
        ],
    )
