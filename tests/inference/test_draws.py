"""Independent draws against the exact update, against quadrature of every unknown together, and against themselves.

Comparisons are in standard errors of independent draws. A test of k comparisons at 4.5 standard errors accuses a right
program with probability below k x 7e-6: under 1 in 500 for each test here.
"""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import binom
from strategies.designs import ten_items
from strategies.studies import examples, redrawn

import processtrace as pt

RANGE = {"e": (0.3, 0.8), "f": (0.5, 0.9), "g": (0.2, 0.6)}
POINT = {"e": 0.35, "f": 0.5, "g": 0.6}
RELIABILITY, SENSITIVITY, RHO, PRIOR = (0.3, 0.9), (0.4, 0.9), 0.7, (1 / 3, 2 / 3)
Z = float(ndtri(0.95))


def study(rho=RHO) -> pt.Study:
    """A cluster of a found and a missing item that one source of uncertain reliability reports, and an item by itself."""

    def judged(name):
        return {"a": RANGE[name], "b": POINT[name]}

    items = [
        pt.Evidence("e", finding="E.", probability=judged("e"), cluster="k", source="s"),
        pt.Evidence(
            "f", finding="F.", probability=judged("f"), cluster="k", source="s", status="not_found", search_sensitivity=SENSITIVITY
        ),
        pt.Evidence("g", finding="G.", probability=judged("g"), source="s"),
    ]
    return pt.Study(
        "Small",
        hypotheses={"a": {"prior": 1}, "b": {"prior": 2}},
        sources={"s": {"reliability": RELIABILITY}},
        clusters={"k": {"correlation": rho}},
        cases=[pt.Case("x", evidence=items)],
    )


def normal(low, high):
    """Mean and standard deviation of the log odds of a range that holds the central 90 %."""
    return (logit(low) + logit(high)) / 2, (logit(high) - logit(low)) / (2 * Z)


def quadrature():
    """First two moments of every unknown and P(a | E), by a product rule over reliability, sensitivity, cause and judgements."""
    rules = [np.polynomial.hermite_e.hermegauss(count) for count in (14, 14, 24, 14, 14, 10)]
    axes = np.meshgrid(*[nodes for nodes, _ in rules], indexing="ij", sparse=True)
    mass = 1.0
    for k, (_, weights) in enumerate(rules):
        mass = mass * (weights / weights.sum()).reshape([-1 if j == k else 1 for j in range(6)])
    r, s, u = expit(np.polyval(normal(*RELIABILITY)[::-1], axes[0])), expit(np.polyval(normal(*SENSITIVITY)[::-1], axes[1])), axes[2]
    theta = {name: expit(np.polyval(normal(*RANGE[name])[::-1], axes[3 + k])) for k, name in enumerate("efg")}
    a, b = (1 + r) / 2, (1 - r) / 2

    def likelihood(p):
        there = {name: ndtr((ndtri(p[name]) + np.sqrt(RHO) * u) / np.sqrt(1 - RHO)) for name in "ef"}
        missed = (1 - s * a) * there["f"] + (1 - s * b) * (1 - there["f"])
        return (a * there["e"] + b * (1 - there["e"])) * missed * (a * p["g"] + b * (1 - p["g"]))

    of_a, of_b = PRIOR[0] * likelihood(theta), PRIOR[1] * likelihood(POINT)
    density = mass * (of_a + of_b)
    total = density.sum()
    unknowns = {"x/s": r, "x/f": s} | {f"x/{name}/a": theta[name] for name in "efg"}
    moments = {name: [float((density * value**power).sum() / total) for power in (1, 2)] for name, value in unknowns.items()}
    return moments, float((mass * of_a).sum() / total)


@pytest.fixture(scope="module")
def drawn():
    return pt.exact_draws(study(), draws=10_000, random_seed=1)["posterior"].to_dataset().stack(sample=("chain", "draw"))


def errors(values, expected):
    return (values.mean() - expected) / (values.std() / np.sqrt(len(values)))


def test_every_unknown_has_the_moments_of_quadrature(drawn):
    moments, posterior = quadrature()
    assert pt.update(study()).posterior.sel(hypothesis="a").item() == pytest.approx(posterior, abs=1e-6)
    dims = {"reliability": "witness", "sensitivity": "search", "judgement": "judged"}
    seen = set()
    for name, dim in dims.items():
        for label in drawn[dim].values:
            values = drawn[name].sel({dim: label}).values
            for power in (1, 2):
                assert abs(errors(values**power, moments[label][power - 1])) < 4.5, (label, power)
            seen.add(label)
    assert seen == set(moments)


def test_draws_without_dependence_are_told_apart(drawn):
    values = drawn["explanation"].sel(case="x", hypothesis="a").values
    assert abs(errors(values, pt.update(study()).posterior.values[0, 0])) < 4.5
    assert abs(errors(values, pt.update(study(rho=0.0)).posterior.values[0, 0])) > 6


def test_means_are_the_exact_posterior():
    """Over six random studies of three cases, two hypotheses of three each: 36 comparisons; beyond 2 errors by the binomial at 1e-3."""
    found = []
    for seed, wanted in enumerate(examples(redrawn(ten_items(3, own_prior=True)), 6)):
        tree = pt.exact_draws(wanted, draws=500, random_seed=seed)
        values = tree["posterior"]["explanation"].values.reshape(-1, 3, 3)
        exact = pt.update(wanted).posterior.values
        found += [errors(values[:, c, h], exact[c, h]) for c, h in itertools.product(range(3), range(2))]
        assert tree.attrs["converged"] == 1
        assert tree.attrs["diagnostics"][0].startswith("Independent draws from the exact posterior, 2,000 of them and all effective")
    assert np.abs(found).max() < 4.5
    # normal tails beyond 2 hold 4.55 %; cases share nothing, the hypotheses of one do: counted by case
    either = (np.abs(np.reshape(found, (-1, 2))) > 2).any(axis=1).sum()
    assert binom.sf(either - 1, len(found) // 2, 0.091) > 1e-3


def test_two_and_more_reliabilities_in_one_unit():
    """Two are drawn one after the other; four are resampled, and the result says so."""

    def many(count):
        items = [
            pt.Evidence(f"e{k}{j}", finding="E.", probability={"a": (0.4, 0.9), "b": (0.1, 0.5)}, source=[f"s{k}", f"s{(k + 1) % count}"])
            for k in range(count)
            for j in range(2)
        ]
        items.append(
            pt.Evidence("miss", finding="M.", probability={"a": 0.7, "b": 0.4}, source="s0", status="not_found", search_sensitivity=0.9)
        )
        sources = {f"s{k}": {"reliability": (0.2, 0.8 + 0.03 * k)} for k in range(count)}
        return pt.Study("Many", hypotheses={"a": {}, "b": {}}, sources=sources, cases=[pt.Case("x", evidence=items)])

    for count in (2, 3, 4):
        tree = pt.exact_draws(many(count), draws=1500, random_seed=count)
        values = tree["posterior"]["explanation"].values[..., 0, 0].ravel()
        assert abs(errors(values, pt.update(many(count)).posterior.values[0, 0])) < 4.5
        assert tree.attrs["method"].startswith("exact" if count < 4 else "quasi")


def test_one_seed_gives_the_same_draws_in_any_process():
    program = (
        "import sys; sys.path.insert(0, 'tests'); from strategies.designs import ten_items; import processtrace as pt;"
        "print(pt.exact_draws(ten_items(), draws=50, random_seed=3)['posterior']['judgement'].values.sum().hex(), 'pymc' in sys.modules)"
    )
    here = pt.exact_draws(ten_items(), draws=50, random_seed=3)["posterior"]["judgement"].values.sum().hex()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [here, "False"]
    assert pt.exact_draws(ten_items(), draws=50, random_seed=4)["posterior"]["judgement"].values.sum().hex() != here


def test_without_ranges_every_draw_is_the_posterior_and_zeros_are_kept():
    items = [pt.Evidence("e", finding="E.", probability={"a": 0.8, "b": 0.2, "c": 0})]
    sure = pt.Study("Sure", hypotheses={"a": {}, "b": {}, "c": {}}, cases=[pt.Case("x", evidence=items), pt.Case("y")])
    tree = pt.exact_draws(sure, draws=3)
    assert np.allclose(tree["posterior"]["explanation"].values, [[0.8, 0.2, 0], [1 / 3] * 3])
    assert list(tree["posterior"].data_vars) == ["explanation"]
