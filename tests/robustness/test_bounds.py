"""Bounds against every corner and a grid; draws against the exact engine at fixed values; quantiles against simulation.

The last has an error rate: each comparison is at 5 standard errors of the plain simulation, 6e-7 two-sided.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies.designs import ten_items
from strategies.studies import leads, studies
from truth.plain_numbers import fixed, log_likelihood

import processtrace as pt
from processtrace import robustness
from processtrace.exact.fixed import Setting, at
from processtrace.exact.ranges import log_odds, parameters
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import common_sensitivity, readings
from processtrace.robustness.ranges import log_posterior_draws


def corners(item_low, item_high):
    return [(low,) if low == high else (low, high) for low, high in zip(item_low, item_high, strict=True)]


def brute(study: pt.Study, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest posterior over all corners of judgements and a grid over what moves several hypotheses."""
    case = study.cases[0]
    numbers = case_numbers(study, case)
    n, hypotheses = len(numbers.items), len(numbers.hypotheses)
    prior = np.log(np.array(numbers.prior))
    shared = [i for i in range(n) if common_sensitivity(case, numbers, i)]
    grids = [np.linspace(*ends, steps) for ends in numbers.ranges]
    grids += [np.linspace(numbers.items[i].least[0], numbers.items[i].most[0], steps) for i in shared]
    lowest, highest = np.full(hypotheses, np.inf), np.full(hypotheses, -np.inf)
    for point in product(*grids):
        r = np.array(point[: len(numbers.ranges)])
        s = np.array([item.least for item in numbers.items])
        s[shared] = np.array(point[len(numbers.ranges) :])[:, None]
        ends = np.empty((2, hypotheses))
        # each hypothesis's likelihood depends on its own judgements alone: all their corners, one hypothesis at a time
        for h in range(hypotheses):
            theta_choices = [corners([item.low[h]], [item.high[h]])[0] for item in numbers.items]
            s_choices = [(s[i, h],) if i in shared else corners([item.least[h]], [item.most[h]])[0] for i, item in enumerate(numbers.items)]
            found = []
            for chosen in product(*theta_choices):
                for searched in product(*s_choices):
                    theta, sense = np.full((n, hypotheses), 0.5), np.full((n, hypotheses), 0.5)
                    theta[:, h], sense[:, h] = chosen, searched
                    found.append(log_likelihood(fixed(numbers, theta, sense, r))[h])
            ends[:, h] = min(found), max(found)
        for h in range(hypotheses):
            for k, keep in ((0, lowest), (1, highest)):
                joint = prior + ends[1 - k]
                joint[h] = prior[h] + ends[k, h]
                share = np.exp(joint[h] - np.logaddexp.reduce(joint))
                keep[h] = min(keep[h], share) if k == 0 else max(keep[h], share)
    return lowest, highest


@settings(max_examples=12)
@given(studies(items=(1, 4), excluded=False, reliabilities=0))
def test_two_corners_are_exact(study):
    assume(pt.to_dataset(study).sizes["evidence"])
    data = robustness.bounds(study)
    optimised = bool(data.attrs["optimised"])
    lowest, highest = brute(study, 9 if optimised else 2)
    tolerance = 1e-4 if optimised else 1e-9
    np.testing.assert_array_less(data["lowest"].values[0], lowest + 1e-9)
    np.testing.assert_array_less(highest - 1e-9, data["highest"].values[0])
    np.testing.assert_allclose(data["lowest"].values[0], lowest, atol=tolerance)
    np.testing.assert_allclose(data["highest"].values[0], highest, atol=tolerance)


@settings(max_examples=6)
@given(studies(items=(1, 3), excluded=False, reliabilities=1).filter(leads))
def test_what_moves_several_hypotheses_is_optimised_and_marked(study):
    assume(pt.to_dataset(study).sizes["evidence"])
    data = robustness.bounds(study)
    lowest, highest = brute(study, 9)
    assert (data["lowest"].values[0] <= lowest + 1e-9).all()
    assert (data["highest"].values[0] >= highest - 1e-9).all()
    np.testing.assert_allclose(data["lowest"].values[0], lowest, atol=5e-3)
    np.testing.assert_allclose(data["highest"].values[0], highest, atol=5e-3)


def test_an_optimum_inside_the_range_is_found():
    # Found with a lean towards a, not found with a lean against it: support peaks at a reliability inside the range.
    items = [
        pt.Evidence("report", finding="A report.", source="paper", probability={"a": 0.9, "b": 0.1}),
        pt.Evidence(
            "silence", finding="A note.", status="not_found", search_sensitivity=1, source="paper", probability={"a": 0.97, "b": 0.6}
        ),
    ]
    case = pt.Case("x", evidence=items, sources={"paper": {"reliability": (0.05, 0.95)}})
    study = pt.Study("Inside", hypotheses={"a": {}, "b": {}}, cases=[case])
    numbers = case_numbers(study, case)
    theta = np.array([item.low for item in numbers.items])
    grid = np.linspace(0.05, 0.95, 4001)
    odds = [np.subtract(*log_likelihood(fixed(numbers, theta, np.ones((2, 2)), np.array([r])))) for r in grid]
    best = int(np.argmax(odds))
    assert 0 < best < 4000
    data = robustness.bounds(study)
    assert data.attrs["optimised"] == ["x"]
    assert data["log_odds_highest"].values[0, 0] == pytest.approx(odds[best], abs=1e-7)
    assert data["log_odds_lowest"].values[0, 0] == pytest.approx(min(odds), abs=1e-9)


@settings(max_examples=10)
@given(studies(reliabilities=2).filter(leads))
def test_bounds_hold_the_posterior_and_the_worst_margin(study):
    data, lead = robustness.bounds(study), robustness.margins(study)
    posterior = lead["posterior"].values
    assert (data["lowest"].values <= posterior + 1e-9).all()
    assert (posterior <= data["highest"].values + 1e-9).all()
    assert data["margin_lowest_db"].item() <= lead["margin_db"].item() + 1e-9


@settings(max_examples=15)
@given(study=studies(reliabilities=2), seed=st.integers(0, 2**32 - 1))
def test_the_likelihood_at_fixed_values_is_the_exact_one(study, seed):
    rng = np.random.default_rng(seed)
    numbers = case_numbers(study, study.cases[0])
    n, hypotheses = len(numbers.items), len(numbers.hypotheses)
    theta = np.array([item.low for item in numbers.items])
    theta = np.where(theta == 0, 0.0, rng.uniform(0.01, 0.99, (n, hypotheses)))
    s, r = rng.uniform(0.1, 1, (n, hypotheses)), rng.uniform(0.1, 0.9, len(numbers.ranges))
    truth = log_likelihood(fixed(numbers, theta, s, r))
    setting = Setting(r[:, None], s[:, :, None])
    found = sum(at(numbers, unit, setting, {i: log_odds(theta[i])[:, None] for i in unit})[:, 0] for unit in numbers.units)
    np.testing.assert_allclose(found, truth, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_central_ninety_percent_against_plain_simulation(seed):
    rng = np.random.default_rng(seed)
    names, low = ["a", "b", "c"], rng.uniform(0.05, 0.6, (5, 3))
    high = low + rng.uniform(0.05, 0.3, (5, 3))
    items = [
        pt.Evidence(f"e{i}", finding="A memo.", probability={h: (low[i, k], high[i, k]) for k, h in enumerate(names)}, source="press")
        for i in range(5)
    ]
    case = pt.Case("x", evidence=items, sources={"press": {"reliability": (0.5, 0.95)}})
    study = pt.Study("Ranges", hypotheses={h: {} for h in names}, cases=[case])
    data = robustness.ranges(study)
    draws = 200_000
    mu, sd = parameters(low, high, case_numbers(study, case).z)
    theta = 1 / (1 + np.exp(-(mu + sd * rng.standard_normal((draws, 5, 3)))))
    m, w = parameters(np.float64(0.5), np.float64(0.95), case_numbers(study, case).z)
    r = 1 / (1 + np.exp(-(m + w * rng.standard_normal((draws, 1, 1)))))
    joint = ((1 - r) / 2 + r * theta).prod(axis=1)
    posterior = joint / joint.sum(axis=1, keepdims=True)
    for end, q in (("low", 0.05), ("high", 0.95)):
        truth = np.quantile(posterior, q, axis=0)
        density = (np.quantile(posterior, q + 0.005, axis=0) - np.quantile(posterior, q - 0.005, axis=0)) / 0.01
        plain = density * np.sqrt(q * (1 - q) / draws)
        error = np.hypot(plain, 2 * data[f"{end}_error"].values[0])  # 8 scrambles: the error is itself known to about 27 %
        assert (np.abs(data[end].values[0] - truth) < 5 * error).all()


@settings(max_examples=3)
@given(studies(ranges=False, reliabilities=0, scales=("probability", "ratio", "decibels")))
def test_without_ranges_nothing_spreads(study):
    bounds, ranges, posterior = robustness.bounds(study), robustness.ranges(study), robustness.margins(study)["posterior"].values
    for data, names in ((bounds, ("lowest", "highest")), (ranges, ("low", "high"))):
        for name in names:
            np.testing.assert_allclose(data[name].values, posterior, atol=1e-9)
    assert bounds.attrs["optimised"] == []


def test_a_common_sensitivity_is_one_number_for_all_hypotheses():
    judged = {"probability": {"a": 0.5, "b": 0.5}}
    each = pt.Evidence("x", finding="A memo.", status="not_found", search_sensitivity={"a": (0.3, 0.9), "b": (0.3, 0.9)}, **judged)
    common = pt.Evidence("x", finding="A memo.", status="not_found", search_sensitivity=(0.3, 0.9), **judged)
    studies = [pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])]) for item in (each, common)]
    spread = [robustness.ranges(study) for study in studies]
    assert spread[0]["high"].values[0, 0] > 0.55
    np.testing.assert_allclose(spread[1]["high"].values, 0.5, atol=1e-12)
    assert [len(robustness.bounds(study).attrs["optimised"]) for study in studies] == [0, 1]
    np.testing.assert_allclose(robustness.bounds(studies[1])["highest"].values, 0.5, atol=1e-12)


def test_draws_are_the_same_every_time():
    study = ten_items()
    first = log_posterior_draws(readings(study)[0])
    log_posterior_draws.cache_clear()
    np.testing.assert_array_equal(first, log_posterior_draws(readings(study)[0]))
