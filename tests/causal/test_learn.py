"""Learning of shares: published and derived answers, the urn of Polya in fractions, weighted draws of the prior, and calibration."""

from __future__ import annotations

import json
from fractions import Fraction
from importlib import import_module
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from strategies import causal_models as draw
from truth.causal_enumeration import Enumeration
from truth.causal_learning import compatible, evidence, weighted

import processtrace as pt
from processtrace.causal.joint import Known
from processtrace.causal.learned import Mixture
from processtrace.causal.statements import values_of

FACTS = {
    fact["id"]: fact
    for fact in json.loads((Path(__file__).parents[1] / "truth" / "causal_facts.json").read_text(encoding="utf-8"))["facts"]
}
CAUSED = "Y[X=1] > Y[X=0]"
EFFECT = "Y[X=1] - Y[X=0]"
LIPIDS = [
    {"Z": int(kind[1]), "X": int(kind[3]), "Y": int(kind[5]), "count": int(count)}
    for kind, count in (
        part.split() for part in FACTS["lipids-bounds"]["data"].removeprefix("lipids: ").removesuffix("; shares taken as known").split(", ")
    )
]
# Inequality, mobilisation, pressure and democracy in 84 cases (Haggard and Kaufman 2012, as coded in the package CausalQueries, MIT
# licence): mobilisation and pressure were looked for where democracy came.
DEMOCRACY = [
    {"P": p, "I": i, "M": m, "D": 1, "count": n} for (p, i, m), n in zip(product((0, 1), repeat=3), (4, 9, 4, 8, 4, 1, 3, 6), strict=True)
] + [{"I": 0, "D": 0, "count": 14}, {"I": 1, "D": 0, "count": 31}]
DEMOCRATISATION = {
    "graph": "I -> M -> D <- P; I -> D",
    "never": ["M[I=1] < M[I=0]", "(D[I=1] > D[I=0]) | (D[M=1] < D[M=0]) | (D[P=1] < D[P=0])"],
}
# Income, institutions, distance from the equator and settler mortality in 79 countries (Rodrik, Subramanian and Trebbi 2004, cut in two, as
# coded in the same package).
INSTITUTIONS = [
    {"Y": y, "R": r, "D": d, "M": m, "count": n}
    for (y, r, d, m), n in zip(product((0, 1), repeat=4), (1, 19, 4, 6, 3, 4, 2, 1, 5, 1, 4, 0, 6, 3, 17, 3), strict=True)
]


def answers(name):
    return {answer["label"]: float(Fraction(str(answer["value"]))) for answer in FACTS[name]["answers"]}


def log_evidence(tree):
    return tree["evidence"]["log_evidence"].item()


def test_prior_moments():
    fact = answers("prior-moments")
    of_effect, of_ratio = (float(Fraction(a["value"])) for a in FACTS["prior-moments"]["answers"] if a["label"] == "its variance")
    tree = pt.causal.learn(pt.CausalModel("X -> Y"), [], random_seed=1, draws=20_000)
    summary = tree["summary"].sel(type_Y="01")
    assert summary["mean_Y"].item() == pytest.approx(fact["mean of P(Y[X=1] > Y[X=0])"], rel=1e-12)
    assert summary["sd_Y"].item() ** 2 == pytest.approx(of_effect, rel=1e-12)
    # Of 20,000 independent draws: five standard errors, or 1 failure in a million.
    spread = pt.causal.query(tree, EFFECT)["share"].sel(statistic="sd").item() ** 2
    assert spread == pytest.approx(fact["variance of Y[X=1] - Y[X=0]"], abs=5 * 0.1 * np.sqrt(2 / 20_000))
    among = pt.causal.query(tree, CAUSED, "X == 1 & Y == 1")["share"].squeeze()
    assert among.sel(statistic="mean").item() == pytest.approx(
        fact["mean share of Y[X=1] > Y[X=0] among X=1,Y=1"], abs=5 * np.sqrt(1 / 12 / 20_000)
    )
    assert among.sel(statistic="sd").item() ** 2 == pytest.approx(of_ratio, abs=5 / 12 * np.sqrt(2 / 20_000))


def test_a_share_and_a_new_case_are_not_the_same():
    """Two worlds with prior .01 and .99: the mean of ratios, and the ratio of means."""
    fact = answers("two-kinds-of-case-query")
    m = pt.CausalModel("X -> Y <- K", parents={"Y": ["X", "K"]})
    raises, never = (np.array([label == wanted for label in m.nodal_types("Y").labels], float) for wanted in ("0001", "0000"))
    shares = {"K": np.array([[0.001, 0.999], [0.999, 0.001]]), "Y": np.stack([raises, never])}
    worlds = Mixture(m, shares, np.log([0.01, 0.99]))
    asked = m.read(CAUSED)
    known = Known((m.read("K == 1"),))
    each = worlds.each(values_of(asked), known).mean(asked)
    assert [0.01, 0.99] @ each == pytest.approx(fact["expected share among cases with K=1 (mean of ratios)"], rel=1e-12)
    new = worlds.joint(values_of(asked), known).mean(asked)[0]
    assert new == pytest.approx(fact["a case drawn at random that turns out to have K=1 (ratio of means)"], rel=1e-12)


def test_mean_shares_are_not_enough_where_shares_depend():
    fact = answers("shares-that-depend")
    m = pt.CausalModel("X -> M -> Y")
    one, other = np.array([0, 0.99, 0.01, 0]), np.array([0, 0.01, 0.99, 0])
    tables = np.stack([one, other])
    asked = m.read(CAUSED)
    worlds = Mixture(m, {"M": tables, "Y": tables}, np.zeros(2))
    assert worlds.joint(values_of(asked), Known()).mean(asked)[0] == pytest.approx(fact["P(Y[X=1] > Y[X=0])"], rel=1e-12)
    means = Mixture(m, {"M": tables.mean(axis=0)[None], "Y": tables.mean(axis=0)[None]}, np.zeros(1))
    assert means.joint(values_of(asked), Known()).mean(asked)[0] == pytest.approx(fact["from the mean shares (wrong here)"], rel=1e-12)


def test_two_cases():
    fact = answers("learning-two-cases")
    tree = pt.causal.learn(pt.CausalModel("X -> Y"), [{"X": 0, "Y": 0}, {"case": "studied", "X": 1, "Y": 1}], random_seed=1)
    assert tree.attrs["method"] == "exact"
    population = pt.causal.query(tree, [CAUSED, EFFECT])
    assert population["share"].sel(statistic="mean").values.ravel() == pytest.approx(
        [fact["mean share of Y[X=1] > Y[X=0]"], fact["mean of Y[X=1] - Y[X=0]"]], rel=1e-12
    )
    new = pt.causal.query(tree, CAUSED, "X == 1 & Y == 1")
    assert new["new_case"].item() == pytest.approx(fact["another case, found to have X=1,Y=1"], rel=1e-12)
    assert new["value"].item() == new["new_case"].item()
    studied = pt.causal.query(tree, CAUSED, row="studied")
    assert set(studied.data_vars) == {"studied_case", "probability_of_given", "effective_draws"}
    assert studied["studied_case"].item() == pytest.approx(fact["the studied X=1,Y=1 case itself: P(Y[X=1] > Y[X=0])"], rel=1e-12)


@pytest.mark.parametrize("number", [1, 2, 8])
def test_evidence_of_a_posterior_with_two_modes(number):
    fact = next(one for label, one in answers("two-modes-evidence").items() if label.startswith(f"{number} of each"))
    m = pt.CausalModel("X -> M -> Y")
    whole = pt.causal.learn(m, [{"X": 0, "Y": 0, "count": number}, {"X": 1, "Y": 1, "count": number}], random_seed=1)
    causes = pt.causal.learn(m, [{"X": 0, "count": number}, {"X": 1, "count": number}], random_seed=1)
    assert whole.attrs["method"] == "exact"
    assert np.exp(log_evidence(whole) - log_evidence(causes)) == pytest.approx(fact, rel=1e-9)


def small_data(random, truth):
    """Two to four cases with blanks, none of them impossible."""
    cases = []
    while len(cases) < random.randint(2, 4):
        case = {node: random.randrange(truth.levels[node]) for node in truth.nodes if random.random() < 0.6}
        if case and compatible(truth, case):
            cases.append(case)
    return cases


def test_few_cases_agree_with_the_urn():
    done = 0
    for seed in range(100):
        random = Random(seed)
        drawn = draw.model(random, 24)
        words = {**drawn.words, "shares": {}}
        truth = Enumeration(**words)
        cases = small_data(random, truth)
        m = pt.CausalModel(**words)
        tree = pt.causal.learn(m, cases, draws=4, random_seed=seed)
        known = [compatible(truth, case) for case in cases]
        whole = evidence(truth, known)
        assert tree.attrs["method"] == "exact"
        assert log_evidence(tree) == pytest.approx(float(np.log(float(whole))), abs=1e-11), (seed, words, cases)
        event = draw.statement(random, truth)
        happens = evidence(truth, [*known, compatible(truth, {}, event)]) / whole
        found = pt.causal.query(tree, event)
        if np.isinf(found["effective_draws"].item()):
            assert found["new_case"].item() == pytest.approx(float(happens), abs=1e-11), (seed, words, cases, event)
            done += 1
    assert done > 80


def test_stated_weights_agree_with_the_urn():
    alpha = {"X": {"1": "1/2"}, "M": {"01": 3}, "Y": {"00": "2/3", "11": 5}}
    truth = Enumeration("X -> M -> Y")
    cases = [{"X": 1, "Y": 1}, {"X": 0, "M": 0, "Y": 0}, {"M": 1}]
    tree = pt.causal.learn(pt.CausalModel("X -> M -> Y", alpha=alpha), cases, draws=4)
    whole = evidence(
        truth, [compatible(truth, case) for case in cases], {k: {t: Fraction(w) for t, w in v.items()} for k, v in alpha.items()}
    )
    assert np.exp(log_evidence(tree)) == pytest.approx(float(whole), rel=1e-12)


@pytest.fixture
def particles_only(monkeypatch):
    for module in ("learn", "learned"):
        monkeypatch.setattr(import_module(f"processtrace.causal.{module}"), "exact_part", lambda part: None)


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        ({"graph": "X -> Y"}, [{"X": 0, "Y": 0, "count": 3}, {"X": 1, "Y": 1, "count": 5}, {"X": 1, "Y": 0}]),
        ({"graph": "X -> M -> Y"}, [{"X": 0, "Y": 0, "count": 6}, {"X": 1, "Y": 1, "count": 6}]),
        ({"graph": "Z -> X -> Y; X <-> Y"}, [{"Z": 0, "X": 0, "Y": 0, "count": 2}, {"Z": 1, "X": 1, "Y": 1, "count": 2}, {"Z": 1, "Y": 1}]),
        ({"graph": "A -> C; B -> C; A <-> C; B <-> C", "keep": {"C": ["0000", "0111", "0001"]}}, [{"A": 1, "C": 1, "count": 2}, {"B": 0, "C": 0}]),
        ({"graph": "X -> Y", "alpha": {"Y": {"01": "1/20", "10": 4}}}, [{"X": 1, "Y": 1, "count": 4}, {"X": 0, "count": 2}]),
    ],
)  # fmt: skip
def test_particles_agree_with_the_exact_answer(words, cases, request):
    """Evidence and mean shares within 4.5 and 6 estimated standard errors, of which there are four runs: about 1 failure in 2,000."""
    m = pt.CausalModel(**words)
    exact = pt.causal.learn(m, cases, random_seed=3)
    assert exact.attrs["method"] == "exact"
    request.getfixturevalue("particles_only")
    drawn = pt.causal.learn(m, cases, random_seed=3, draws=8000)
    assert drawn.attrs["method"] == "particles"
    error = drawn["evidence"]["log_evidence_error"].item()
    assert log_evidence(drawn) == pytest.approx(log_evidence(exact), abs=max(4.5 * error, 0.1))
    for node in m.nodes:
        true, sd = exact["summary"][f"mean_{node}"].values, exact["summary"][f"sd_{node}"].values
        assert drawn["summary"][f"mean_{node}"].values == pytest.approx(true, abs=0.05 * sd.max() + 0.004)
        assert drawn["summary"][f"sd_{node}"].values == pytest.approx(sd, abs=0.08 * sd.max() + 0.002)
        flat = exact["posterior"][f"share_{node}"]
        assert flat.mean(("chain", "draw")).values == pytest.approx(true, abs=6 * sd.max() / np.sqrt(4000))


def test_both_modes_are_found_in_their_proportion(particles_only):
    """X raises M and M raises Y, or both lower: equally probable; of four runs the part in one mode has a standard error below .05."""
    tree = pt.causal.learn(pt.CausalModel("X -> M -> Y"), [{"X": 0, "Y": 0, "count": 8}, {"X": 1, "Y": 1, "count": 8}], random_seed=5)
    raises = tree["posterior"]["share_M"].sel(type_M="01") > tree["posterior"]["share_M"].sel(type_M="10")
    assert raises.mean().item() == pytest.approx(0.5, abs=0.15)
    both = tree["posterior"]["share_Y"].sel(type_Y="01") > tree["posterior"]["share_Y"].sel(type_Y="10")
    assert (raises == both).mean().item() > 0.85


def test_lipids():
    fact = FACTS["lipids-learned"]
    tree = pt.causal.learn(pt.CausalModel(fact["graph"]), LIPIDS, random_seed=1)
    found = pt.causal.query(tree, EFFECT, ["", "X == 0 & Y == 0", "X[Z=1] > X[Z=0]"])["share"].squeeze("query")
    for k, answer in enumerate(fact["answers"]):
        place = {"given": k // 2, "statistic": k % 2}
        assert found.isel(place).item() == pytest.approx(answer["value"], abs=fact["tolerance"]), answer["label"]


@pytest.mark.parametrize(
    ("words", "cases", "queries"),
    [
        (DEMOCRATISATION, DEMOCRACY, ["D[I=1] < D[I=0]", "M[I=1] > M[I=0]"]),
        ({"graph": "M -> R -> Y"}, [{k: v for k, v in row.items() if k != "D"} for row in INSTITUTIONS], ["Y[R=1] > Y[R=0]", "R[M=1] < R[M=0]"]),
    ],
    ids=["84 cases with blanks", "79 cases"],
)  # fmt: skip
def test_published_data_agree_with_weighted_draws_of_the_prior(words, cases, queries):
    """The oracle has some 100 effective draws, so that its means are right to .1 standard deviations and its log evidence to .15."""
    tree = pt.causal.learn(pt.CausalModel(**words), cases, random_seed=2)
    known = [({k: v for k, v in row.items() if k != "count"}, row["count"]) for row in cases if row["count"]]
    log_total, mean, sd, effective = weighted(Enumeration(**words), known, queries, 60_000, 1)
    assert effective > 40
    assert log_evidence(tree) == pytest.approx(log_total, abs=4 / np.sqrt(effective))
    share = pt.causal.query(tree, queries)["share"].squeeze("given")
    assert np.abs(share.sel(statistic="mean").values - mean).max() < 4 * sd.max() / np.sqrt(effective)
    assert share.sel(statistic="sd").values == pytest.approx(sd, rel=0.35)


def test_selected_cases_agree_with_weighted_draws_of_the_prior():
    words = {"graph": "X -> Y"}
    cases = [({"X": 1, "Y": 1}, 7), ({"X": 0, "Y": 1}, 2)]
    tree = pt.causal.learn(
        pt.CausalModel(**words), [{**case, "count": n} for case, n in cases], selected="Y == 1", random_seed=1, draws=8000
    )
    log_total, mean, sd, effective = weighted(Enumeration(**words), cases, [CAUSED, "X == 1"], 200_000, 1, selected="Y == 1")
    assert effective > 10_000
    assert log_evidence(tree) == pytest.approx(log_total, abs=max(0.05, 4.5 * tree["evidence"]["log_evidence_error"].item()))
    share = pt.causal.query(tree, [CAUSED, "X == 1"])["share"].squeeze("given")
    assert np.abs(share.sel(statistic="mean").values - mean).max() < 0.015
    assert share.sel(statistic="sd").values == pytest.approx(sd, rel=0.06)


def test_the_case_left_out_is_the_same_by_draws_and_exactly(request):
    m = pt.CausalModel("X -> M -> Y")
    cases = [{"case": f"c{k}", "X": k % 2, "Y": k % 2, **({"M": 1} if k == 3 else {})} for k in range(6)]
    exact = pt.causal.query(pt.causal.learn(m, cases, random_seed=1), CAUSED, row="c3")
    assert np.isinf(exact["effective_draws"].item())
    request.getfixturevalue("particles_only")
    drawn = pt.causal.query(pt.causal.learn(m, cases, random_seed=1, draws=8000), CAUSED, row="c3")
    assert 500 < drawn["effective_draws"].item() < 8000
    assert drawn["studied_case"].item() == pytest.approx(exact["studied_case"].item(), abs=0.02)


@pytest.mark.parametrize("repeats", [15, pytest.param(300, marks=pytest.mark.long)])
def test_ranks_of_the_truth_are_uniform(repeats):
    """Calibration by simulation (Talts et al. 2018), by particles: chi-square of 5 cells, beyond its 99.99 % point 1 time in 10,000."""
    random = np.random.default_rng(11)
    m = pt.CausalModel("X -> M -> Y; M <-> Y")
    cells = np.zeros(5)
    for _ in range(repeats):
        shares = {node: random.dirichlet(np.ones(m.share_table(node).shape[-1]), m.share_table(node).shape[:-1]) for node in m.nodes}
        truth = {
            key: {label: f"{p:.12f}" for label, p in zip(m.nodal_types(node).labels, row, strict=True)}
            for node in m.nodes
            for key, row in (
                [(node, shares[node])] if shares[node].ndim == 1 else [(f"{node}|{label}", shares[node][k]) for k, label in enumerate(m.nodal_types("M").labels)]
            )
        }  # fmt: skip
        true = pt.CausalModel("X -> M -> Y; M <-> Y", shares=truth)
        cases = pt.causal.simulate(true, 12, random).astype("Int64")
        cases.loc[::2, "M"] = pd.NA
        tree = pt.causal.learn(m, cases, draws=200, random_seed=int(random.integers(2**31)))
        asked = m.read(CAUSED)
        drawn = (shares["M"][:, None] * shares["Y"])[None]
        assert drawn.sum() == pytest.approx(1)
        value = pt.causal.query(true, CAUSED)["value"].item()
        every = tree["posterior"].dataset
        each = Mixture(m, {n: every[f"share_{n}"].values.reshape(200, *m.share_table(n).shape) for n in m.nodes}, np.zeros(200))
        below = (each.each(values_of(asked), Known()).mean(asked) < value).mean()
        cells[min(int(below * 5), 4)] += 1
    assert ((cells - repeats / 5) ** 2 / (repeats / 5)).sum() < 23.5


def test_what_was_learned_can_be_written_and_read(tmp_path):
    import xarray as xr

    m = pt.CausalModel(
        "X -> M -> Y; M <-> Y", levels={"X": ["low", "middle", "high"]}, never=["M[X=high] < M[X=low]"], shares={"X": {"low": "1/2"}}
    )
    tree = pt.causal.learn(m, [{"case": "a", "X": "high", "Y": 1}, {"case": "b", "M": 0}], random_seed=1, draws=40)
    tree.to_netcdf(tmp_path / "learned.nc")
    with xr.open_datatree(tmp_path / "learned.nc") as again:
        for keywords in ({}, {"row": "a"}):
            xr.testing.assert_identical(pt.causal.query(again, "Y == 1", **keywords), pt.causal.query(tree, "Y == 1", **keywords))


def test_one_seed_gives_one_answer():
    first, second = (pt.causal.learn(pt.CausalModel("Z -> X -> Y; X <-> Y"), LIPIDS, draws=100, random_seed=9) for _ in range(2))
    assert (first["posterior"]["share_Y"].values == second["posterior"]["share_Y"].values).all()


def test_clues_of_a_new_case_have_likelihoods_under_what_was_learned():
    tree = pt.causal.learn(pt.CausalModel("X -> M -> Y"), [{"X": 1, "M": 1, "Y": 1}, {"X": 0, "Y": 0}], random_seed=1)
    found = pt.causal.likelihood(tree, ["M"], {"caused": CAUSED, "not": "otherwise"}, {"X": 1, "Y": 1})
    answer = pt.causal.query(tree, CAUSED, "X == 1 & Y == 1 & M == 1")["new_case"].item()
    joint = found["prior"] * found["probability"].sel(pattern="M=1")
    assert (joint / joint.sum()).sel(hypothesis="caused").item() == pytest.approx(answer, rel=1e-12)
