# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "pyagrum==3.3.1"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""Scenarios: 100,000 with a new prior and noise on every judgement; 1,000,000 priors beside the bandwidth of a copy.

All go in blocks of 2,000; pyAgrum does 200 of them, times 500. Its networks stand ready, and each scenario fills their tables.
"""

from __future__ import annotations

import os

os.environ.setdefault("NUMBA_NUM_THREADS", "1")  # one core on each side; set it higher to see what more cores bring

import numpy as np
from side_by_side import Target, medians, show

from processtrace.exact import posteriors

CASES, ITEMS, HYPOTHESES, BLOCK, SOME = 5, 40, 4, 2_000, 200
RNG = np.random.default_rng(1)
NATS = np.log(RNG.uniform(0.05, 0.95, (CASES * ITEMS, HYPOTHESES)))
ROWS = np.repeat(np.arange(CASES), ITEMS)


def in_numpy(prior: np.ndarray, nats: np.ndarray) -> np.ndarray:
    total = np.log(prior) + nats.reshape(len(nats), CASES, ITEMS, HYPOTHESES).sum(axis=2)
    total = np.exp(total - total.max(axis=-1, keepdims=True))
    return total / total.sum(axis=-1, keepdims=True)


def agrum(prior: np.ndarray, nats: np.ndarray):
    """Lazy propagation in one network per case, all items found. Likelihoods are scaled to at most 1, which changes no posterior."""
    import pyagrum as gum

    engines = []
    for _ in range(CASES):
        net = gum.BayesNet()
        net.add(gum.LabelizedVariable("h", "", HYPOTHESES))
        for i in range(ITEMS):
            net.add(gum.LabelizedVariable(f"e{i}", "", 2))
            net.addArc("h", f"e{i}")
        engine = gum.LazyPropagation(net)
        engine.addTarget("h")
        engines.append((net, engine))
    found = {f"e{i}": 1 for i in range(ITEMS)}

    def run() -> np.ndarray:
        out = np.empty((len(prior), CASES, HYPOTHESES))
        shape = (len(prior), CASES, ITEMS, HYPOTHESES)
        p = np.exp(nats - nats.max(axis=2, keepdims=True)).reshape(shape)
        tables = np.stack([1 - p, p], axis=-1)
        for s in range(len(prior)):
            for c, (net, engine) in enumerate(engines):
                net.cpt("h").fillWith(prior[s, c])
                for i in range(ITEMS):
                    net.cpt(f"e{i}").fillWith(tables[s, c, i].ravel())
                engine.eraseAllEvidence()
                engine.setEvidence(found)
                engine.makeInference()
                out[s, c] = engine.posterior("h").toarray()
        return out

    return run


if __name__ == "__main__":
    prior = RNG.dirichlet(np.ones(HYPOTHESES), (BLOCK, CASES))
    noisy = NATS + RNG.normal(0, 0.3, (BLOCK, *NATS.shape))
    assert np.abs(posteriors(prior, noisy, ROWS) - in_numpy(prior, noisy)).max() < 1e-12
    lazy = agrum(prior[:SOME], noisy[:SOME])
    assert np.abs(posteriors(prior[:SOME], noisy[:SOME], ROWS) - lazy()).max() < 1e-9
    seconds = medians({"posteriors": lambda: posteriors(prior, noisy, ROWS), "plain numpy": lambda: in_numpy(prior, noisy)}, 15)
    slow = medians({"pyAgrum LazyPropagation": lazy}, 3, warm=False)
    show(
        "100,000 scenarios (scaled up from blocks of 2,000, for pyAgrum from 200; the draws of the noise left out everywhere)",
        {name: each * 100_000 / BLOCK for name, each in seconds.items()} | {name: each * 100_000 / SOME for name, each in slow.items()},
        [Target("posteriors", "plain numpy", 1 / 3), Target("posteriors", "pyAgrum LazyPropagation", 1 / 2_500)],
    )
    priors = RNG.dirichlet(np.ones(HYPOTHESES), (1_000_000, 1))
    total = NATS[:ITEMS].sum(axis=0, keepdims=True)
    room = np.empty_like(priors)
    seconds = medians({"posteriors": lambda: posteriors(priors, total), "copy": lambda: np.copyto(room, priors)}, 15)
    show(
        "1,000,000 priors on fixed likelihoods",
        seconds,
        [Target("posteriors", "copy", 2.0)],
    )
