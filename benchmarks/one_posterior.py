# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "pyagrum", "pgmpy"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""One posterior: 5 cases, 40 items, 4 hypotheses, beside Bayesian networks that hold the same model."""

from __future__ import annotations

import numpy as np
from side_by_side import Target, many, medians, show

import processtrace as pt

CASES, ITEMS, HYPOTHESES = 5, 40, 4
P = np.random.default_rng(1).uniform(0.05, 0.95, (CASES, ITEMS, HYPOTHESES))
NAMES = [f"h{k}" for k in range(HYPOTHESES)]


def study() -> pt.Study:
    cases = [
        pt.Case(
            f"c{c}",
            evidence=[
                pt.Evidence(f"e{i}", finding="A finding.", probability=dict(zip(NAMES, map(float, row), strict=True)))
                for i, row in enumerate(items)
            ],
        )
        for c, items in enumerate(P)
    ]
    return pt.Study("One posterior", hypotheses={h: {} for h in NAMES}, cases=cases)


def agrum():
    import pyagrum as gum

    engines = []
    for items in P:
        net = gum.BayesNet()
        net.add(gum.LabelizedVariable("h", "", HYPOTHESES))
        net.cpt("h").fillWith([1 / HYPOTHESES] * HYPOTHESES)
        for i, row in enumerate(items):
            net.add(gum.LabelizedVariable(f"e{i}", "", 2))
            net.addArc("h", f"e{i}")
            net.cpt(f"e{i}").fillWith(np.stack([1 - row, row], axis=1).ravel().tolist())
        engine = gum.LazyPropagation(net)
        engine.addTarget("h")
        engines.append(engine)
    evidence = {f"e{i}": 1 for i in range(ITEMS)}

    def run() -> np.ndarray:
        out = []
        for engine in engines:
            engine.eraseAllEvidence()
            engine.setEvidence(evidence)
            engine.makeInference()
            out.append(engine.posterior("h").toarray())
        return np.array(out)

    return run


def pgm():
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    engines = []
    for items in P:
        net = DiscreteBayesianNetwork([("h", f"e{i}") for i in range(ITEMS)])
        net.add_cpds(TabularCPD("h", HYPOTHESES, [[1 / HYPOTHESES]] * HYPOTHESES))
        for i, row in enumerate(items):
            net.add_cpds(TabularCPD(f"e{i}", 2, [list(1 - row), list(row)], evidence=["h"], evidence_card=[HYPOTHESES]))
        engines.append(VariableElimination(net))
    evidence = {f"e{i}": 1 for i in range(ITEMS)}
    return lambda: np.array([engine.query(["h"], evidence=evidence, show_progress=False).values for engine in engines])


if __name__ == "__main__":
    prior, nats = np.full((CASES, HYPOTHESES), 1 / HYPOTHESES), np.log(P).reshape(-1, HYPOTHESES)
    rows = np.repeat(np.arange(CASES), ITEMS)
    data = pt.to_dataset(study())
    arrays, labelled = (lambda: pt.exact.posterior(prior, nats, rows)), (lambda: pt.update(data))
    lazy, elimination = agrum(), pgm()
    for other in (labelled()["posterior"].values, lazy(), elimination()):
        assert np.abs(arrays() - other).max() < 1e-9
    seconds = medians(
        {
            "exact.posterior": many(arrays, 100),
            "update": many(labelled, 10),
            "pyAgrum LazyPropagation": many(lazy, 10),
            "pgmpy VariableElimination": many(elimination, 3),
        },
        rounds=7,
    )
    times = (100, 10, 10, 3)
    show(
        "One posterior, 5 cases x 40 items x 4 hypotheses",
        {name: each / n for (name, each), n in zip(seconds.items(), times, strict=True)},
        [
            Target("exact.posterior", "pyAgrum LazyPropagation", 1 / 50),
            Target("exact.posterior", "pgmpy VariableElimination", 1 / 150),
            Target("update", "pyAgrum LazyPropagation", 1 / 2),
            Target("update", "pgmpy VariableElimination", 1 / 5),
        ],
    )
