"""Nothing underflows, a zero is a zero, and large models are answered: against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp

import processtrace as pt
from processtrace.causal.joint import Known, joint
from processtrace.causal.statements import values_of


def clues(n, at_zero, at_one):
    """A cause H with n effects: P(K = 1) if H is 0, and if it is 1."""
    shares = {
        f"K{i}": {"00": (1 - at_zero) * (1 - at_one), "10": at_zero * (1 - at_one), "01": (1 - at_zero) * at_one, "11": at_zero * at_one}
        for i in range(n)
    }
    return "; ".join(f"H -> K{i}" for i in range(n)), shares


def all_seen(n):
    return {f"K{i}": 1 for i in range(n)}


@pytest.mark.parametrize(("n", "at_zero", "at_one"), [(9, 0.2, 0.7), (300, 0.001, 0.002), (1000, 1e-3, 1.1e-3), (1000, 1e-3, 1e-6)])
def test_many_clues_have_the_likelihood_of_their_product(n, at_zero, at_one):
    graph, shares = clues(n, at_zero, at_one)
    found = pt.causal.likelihood(pt.CausalModel(graph, shares=shares), all_seen(n), {"one": "H == 1", "none": "H == 0"})
    assert found["log_probability"][0].values == pytest.approx([n * np.log(at_one), n * np.log(at_zero)], rel=1e-13)


def test_reports_of_many_nodes_have_the_likelihood_of_their_product():
    n, at_zero, at_one = 300, 0.3, 0.6
    graph, shares = clues(n, at_zero, at_one)
    rng = np.random.default_rng(0)
    chances = rng.random((n, 2)) * 1e-8
    found = pt.causal.likelihood(
        pt.CausalModel(graph, shares=shares), {f"K{i}": chances[i] for i in range(n)}, {"one": "H == 1", "none": "H == 0"}
    )
    expected = [np.log(chances @ [1 - p, p]).sum() for p in (at_one, at_zero)]
    assert found["log_probability"][0].values == pytest.approx(expected, rel=1e-13)


def test_what_is_improbable_beyond_floats_is_not_impossible():
    """200 clues speak for H = 1 at odds of 10^400, and one more rules it out."""
    graph, shares = clues(200, 0.01, 1.0)
    shares["Z"] = {"10": 1}
    m = pt.CausalModel(graph + "; H -> Z -> W", shares=shares)
    given = " & ".join(f"K{i} == 1" for i in range(200)) + " & Z == 1"
    found = pt.causal.query(m, ["H == 0", "W == 1"], given)
    assert found["value"][:, 0].values == pytest.approx([1, 0.5], rel=1e-13)
    log_known = joint(m, [], Known((m.read(given),))).log_total()[0]
    assert log_known == pytest.approx(200 * np.log(0.01) + np.log(0.5), rel=1e-13)


def test_a_term_that_vanishes_beside_others_can_come_back():
    """H = 0 is 10^400 times less probable than H = 1 and 10^200 times less than H = 2, until later clues rule these out or nearly so."""
    levels = {"H": 3}
    first = {f"A{i}": [1e-2, 1.0, 0.1] for i in range(200)}
    second = {f"B{i}": [1.0, 0.0, 1e-2] for i in range(200)}
    graph = "; ".join(f"H -> {node}" for node in [*first, *second])
    shares = {
        node: {
            f"{a}{b}{c}": float(np.prod([p if one else 1 - p for p, one in zip(chance, (a, b, c), strict=True)]))
            for a in (0, 1)
            for b in (0, 1)
            for c in (0, 1)
        }
        for node, chance in {**first, **second}.items()
    }
    m = pt.CausalModel(graph, levels, shares=shares)
    seen = dict.fromkeys([*first, *second], 1)
    found = pt.causal.likelihood(m, seen, {"0": "H == 0", "1": "H == 1", "2": "H == 2"})
    assert found["log_probability"][0].values == pytest.approx(
        [200 * np.log(1e-2), -np.inf, 200 * np.log(0.1) + 200 * np.log(1e-2)], rel=1e-13
    )
    log_known = joint(m, [], Known((m.read(" & ".join(f"{node} == 1" for node in seen)),))).log_total()[0]
    assert log_known == pytest.approx(logsumexp([200 * np.log(1e-2), 200 * np.log(1e-3)]) - np.log(3), rel=1e-13)


def test_a_batch_may_hold_what_is_probable_beside_what_is_not():
    graph, shares = clues(300, 0.3, 0.6)
    m = pt.CausalModel(graph, shares=shares)
    scale = np.array([1.0, 1e-5, 1e-30])
    known = Known((), tuple((f"K{i}", scale[:, None] * [[0.2, 0.5]]) for i in range(300)))
    asked = m.read("H == 1")
    found = joint(m, values_of(asked), known)
    assert found.mean(asked) == pytest.approx(found.mean(asked)[0], rel=1e-11)
    assert found.log_total() == pytest.approx(found.log_total()[0] + 300 * np.log(scale), rel=1e-13)


@pytest.mark.parametrize("n", [12, 300])
def test_a_contradiction_among_many_clues_is_named_by_the_fewest(n):
    graph, shares = clues(n, 0.2, 0.7)
    m = pt.CausalModel(graph + "; H -> Z; Z -> W", shares=shares | {"Z": {"raises": 1}, "W": {"raises": 1}})
    given = " & ".join([*(f"K{i} == {i % 2}" for i in range(n)), "H == 0", "W == 1"])
    with pytest.raises(pt.ImpossibleError) as error:
        pt.causal.query(m, "Z == 1", given)
    assert error.value.clues == ("H == 0", "W == 1")
    assert isinstance(error.value, pt.ContradictionError)
    assert "these can't go together: H == 0; W == 1" in str(error.value)


def test_a_report_that_can_not_be_is_named():
    m = pt.CausalModel("X -> Y", keep={"Y": ["01"]})
    with pytest.raises(pt.ImpossibleError, match="these can't go together: X == 1; the report of Y"):
        pt.causal.query(m, "Y == 1", "X == 1", {"Y": [0.7, 0]})
    with pytest.raises(pt.ImpossibleError, match="this can't be: the report of X"):
        pt.causal.query(m, "Y == 1", "X == 1", {"X": [0, 0]})


def test_chains_of_fifty_are_answered():
    """P(effect | start = end = 1) of monotone links with equal shares: carried 3^-n, forgotten it ends in 1 as often as in 0."""
    n = 49
    m = pt.CausalModel(" -> ".join(f"N{k}" for k in range(n + 1)), never=[f"N{k + 1}[N{k}=1] < N{k + 1}[N{k}=0]" for k in range(n)])
    carried = 3.0**-n
    found = pt.causal.query(m, f"N{n}[N0=1] > N{n}[N0=0]", f"N0 == 1 & N{n} == 1")["value"].item()
    assert found == pytest.approx(carried / (carried + (1 - carried) / 2), rel=1e-11)


def test_a_question_about_many_values_at_once_is_answered_term_by_term():
    graph, shares = clues(40, 0.2, 0.7)
    m = pt.CausalModel(graph, shares=shares)
    found = pt.causal.query(m, " & ".join(f"K{i} == 1" for i in range(40)), "H == 1")
    assert found["value"].item() == pytest.approx(0.7**40, rel=1e-12)


def test_a_question_beyond_memory_is_refused():
    graph, shares = clues(40, 0.2, 0.7)
    m = pt.CausalModel(graph, shares=shares)
    with pytest.raises(pt.AnalysisError, match="at most 134,217,728"):
        pt.causal.query(m, " | ".join(f"K{i} == 1" for i in range(40)))


def test_every_pattern_of_twelve_clues_comes_from_one_table():
    graph, shares = clues(12, 0.2, 0.7)
    found = pt.causal.likelihood(pt.CausalModel(graph, shares=shares), [f"K{i}" for i in range(12)], {"one": "H == 1", "none": "otherwise"})
    ones = np.array([pattern.count("=1") for pattern in found["pattern"].values])
    assert found["probability"].sel(hypothesis="one").values == pytest.approx(0.7**ones * 0.3 ** (12 - ones), rel=1e-12)
    assert found["probability"].sum("pattern").values == pytest.approx([1, 1], rel=1e-12)
