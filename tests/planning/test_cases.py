"""Which cases to study: the urn of Polya in fractions, a closed form, and draws against the exact answer."""

from __future__ import annotations

from itertools import product
from random import Random

import numpy as np
import pytest
from strategies import causal_models as draw
from truth.causal_enumeration import Enumeration
from truth.causal_learning import compatible, evidence

import processtrace as pt
from processtrace.causal.cases import read_cases
from processtrace.causal.spread import spread

CAUSED = "Y[X=1] > Y[X=0]"
MONOTONE = {"graph": "X -> M -> Y", "never": ["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"]}


def by_urn(truth, cases, query):
    """The probability of cases, and the mean and variance of a share: of one more case and of two of which the query is true."""
    known = [compatible(truth, case) for case in cases]
    event = compatible(truth, {}, query)
    whole = evidence(truth, known)
    mean, second = evidence(truth, [*known, event]) / whole, evidence(truth, [*known, event, event]) / whole
    return whole, mean, second - mean**2


def test_mean_and_variance_of_a_share_agree_with_the_urn():
    done = 0
    for seed in range(70):
        random = Random(seed)
        drawn = draw.model(random, 10)
        words = {**drawn.words, "shares": {}}
        truth = Enumeration(**words)
        if any(len(truth.conditions[node]) not in (0, truth.order.index(node)) for node in truth.nodes):
            continue
        cases = []
        while len(cases) < 2:
            case = {node: random.randrange(truth.levels[node]) for node in truth.nodes if random.random() < 0.6}
            if case and compatible(truth, case):
                cases.append(case)
        m = pt.CausalModel(**words)
        query = draw.statement(random, truth)
        found = spread(m, read_cases(cases, m.graph), None, [m.read(query)])
        whole, mean, variance = by_urn(truth, cases, query)
        assert found.log_evidence == pytest.approx(float(np.log(float(whole))), abs=1e-11)
        assert found.mean[0] == pytest.approx(float(mean), abs=1e-11), (words, cases, query)
        assert found.variance[0] == pytest.approx(float(variance), abs=1e-11), (words, cases, query)
        done += 1
    assert done > 40


@pytest.mark.parametrize("graph", ["X -> M -> Y", "X -> M -> Y; M <-> Y"])
def test_a_plan_agrees_with_every_outcome_by_the_urn(graph):
    truth = Enumeration(graph)
    known = [{"X": 1, "Y": 1}, {"X": 0, "Y": 0}]
    before, _, now = by_urn(truth, known, CAUSED)
    expected = 0
    for found in product((0, 1), repeat=2):
        after = [{**known[0], "M": found[0]}, {**known[1], "M": found[1]}]
        chance, _, variance = by_urn(truth, after, CAUSED)
        expected += chance / before * variance
    data = [{"X": 1, "Y": 1}, {"X": 0, "Y": 0}]
    plan = {"X == 1 & Y == 1": {"M": 1}, "X == 0 & Y == 0": {"M": 1}}
    found = pt.planning.cases(pt.CausalModel(graph), data, plan, CAUSED)
    assert found.attrs["method"] == "exact"
    assert found["variance"].item() == pytest.approx(float(now), rel=1e-10)
    assert found["expected_variance"].item() == pytest.approx(float(expected), rel=1e-10)
    assert (found["studied"].item(), found["outcomes"].item(), found["effective_share"].item()) == (2, 4, 1)


def test_a_share_that_is_seen_has_a_closed_form():
    """Of a Beta(1, 1) share n cases leave 1/12 * 2/(2 + n) on average."""
    found = pt.planning.cases(
        pt.CausalModel("X; M"), [{"X": 0, "count": 5}], [{"X == 0": {"M": n}} for n in range(6)], {"share": "M == 1", "other": "X == 1"}
    )
    assert found["expected_variance"].sel(query="share").values == pytest.approx([1 / 12 * 2 / (2 + n) for n in range(6)], rel=1e-12)
    assert found["expected_variance"].sel(query="other").values == pytest.approx(
        [found["variance"].sel(query="other").item()] * 6, rel=1e-12
    )


def test_draws_agree_with_the_exact_answer():
    """A reduction of variance by 20,000 draws lies within 5 % of the exact one: some four standard errors, estimated by repeating it."""
    data = [{"X": 1, "Y": 1, "count": 3}, {"X": 0, "Y": 0, "count": 2}]
    plans = {"on": {"X == 1 & Y == 1": {"M": 2}}, "both": {"X == 1 & Y == 1": {"M": 1}, "X == 0 & Y == 0": {"M": 1}}}
    exact = pt.planning.cases(pt.CausalModel(**MONOTONE), data, plans, CAUSED)
    drawn = pt.planning.cases(pt.CausalModel(**MONOTONE), data, plans, CAUSED, given="X == 0 | X == 1", draws=20_000, random_seed=1)
    assert (exact.attrs["method"], drawn.attrs["method"]) == ("exact", "draws")
    assert drawn["expected_variance"].values == pytest.approx(exact["expected_variance"].values, rel=0.05)
    assert ((drawn["effective_share"] > 0.1) & (drawn["effective_share"] < 1)).all()
    assert exact["plan"].values.tolist() == ["on", "both"]


def test_expected_variance_never_rises_with_more_cases():
    data = [{"X": 1, "Y": 1, "count": 4}]
    found = pt.planning.cases(pt.CausalModel("X -> M -> Y"), data, [{"X == 1 & Y == 1": {"M": n}} for n in range(5)], [CAUSED, "M == 1"])
    assert (np.diff(found["expected_variance"].values, axis=0) < 1e-12).all()
    assert found["expected_variance"].values[0] == pytest.approx(found["variance"].values, rel=1e-12)


@pytest.mark.parametrize(
    ("look_for", "message"),
    [
        ({"X == 1": {"M": 3}}, "the data have 2 of which M is not known"),
        ({"X == 1": {"Z": 1}}, "look_for: 'Z'; a node of the graph"),
        ({"X == 1": {"M": 0.5}}, "a whole number is allowed"),
        ({"X == 0": {"M": 1}}, "differ in Y"),
        ({"Y[X=1] == 1": {"M": 1}}, "a statement about cases as they are"),
        ("M", "a plan such as"),
    ],
)
def test_a_plan_that_can_not_be_is_refused(look_for, message):
    data = [{"X": 1, "Y": 1, "count": 2}, {"X": 0, "Y": 0}, {"X": 0, "Y": 1}]
    with pytest.raises(pt.ProcesstraceError, match=message):
        pt.planning.cases(pt.CausalModel("X -> M -> Y"), data, look_for, CAUSED)
