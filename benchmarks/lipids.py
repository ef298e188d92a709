# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "arviz-stats"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""Shares learned from the lipids data (337 units, one hidden common cause): particles beside PyMC's NUTS on the same posterior.

Seconds for an effective draw, by the share that is drawn worst, the compilation of PyMC's model apart; the means are held against each other.
"""

from __future__ import annotations

import time

from causal_models import LIPIDS
from samplers import CHAINS, DRAWS, Contender, Drawn, agree, cost, in_turn, measured, nuts_of_pymc, table, together
from side_by_side import Target, show

import processtrace as pt
from processtrace.pymc_models.causal import causal_model

MODEL = pt.CausalModel("Z -> X -> Y; X <-> Y")
SHARES = [f"share_{node}" for node in MODEL.nodes]


def particles(seed: int) -> Drawn:
    began = time.perf_counter()
    tree = pt.causal.learn(MODEL, LIPIDS, draws=CHAINS * DRAWS, random_seed=seed)
    seconds = time.perf_counter() - began
    return measured(together(tree["posterior"].dataset, SHARES), seconds)


def main() -> None:
    particles(0)
    contenders = {"ours": Contender(0.0, particles), "PyMC": nuts_of_pymc(causal_model(MODEL, LIPIDS), *SHARES)}
    drawn = in_turn(contenders)
    table(contenders, drawn)
    print(f"  largest difference of a mean share: {agree(drawn['ours'], drawn['PyMC']):.2g} standard errors")
    show("Lipids, seconds for an effective draw", {name: cost(each) for name, each in drawn.items()}, [Target("ours", "PyMC", 1 / 50)])


if __name__ == "__main__":
    main()
