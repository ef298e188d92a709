"""The integral over a lean against nested sums on dense grids, and identities that hold at its ends."""

from __future__ import annotations

import dataclasses
from statistics import NormalDist

import numpy as np
import pytest
from scipy.special import expit, logit, ndtr, ndtri
from strategies.designs import ten_items

import processtrace as pt
from processtrace.exact.lean import half_widths, moved
from processtrace.exact.tilted import lean_nats, moved_nats
from processtrace.inference.reading import readings

Z = -NormalDist().inv_cdf(0.05)
GRID = np.linspace(-9, 9, 601)
WEIGHT = np.exp(-(GRID**2) / 2) / np.sqrt(2 * np.pi) * (GRID[1] - GRID[0])


def theta(span, r, lean):
    """The judged probability at every own error (last axis), at leans; a point stays."""
    low, high = logit(span[0]), logit(span[1])
    mu, sd = (low + high) / 2, (high - low) / (2 * Z)
    return expit(mu + sd * (np.sqrt(1 - r) * GRID + np.sqrt(r) * np.asarray(lean)[..., None]))


def study(spans, **fields):
    made = [pt.Evidence(f"e{k}", finding="A memo.", probability={"a": span, "b": 0.5}, **more) for k, (span, more) in enumerate(spans)]
    return pt.Study("Lean", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=made, **fields)])


def nats(made, r):
    return lean_nats(readings(made)[0].numbers, r)[0]


@pytest.mark.parametrize("r", [0.0, 0.05, 0.4, 0.9, 1.0])
def test_found_and_not_found_items_by_nested_sums(r):
    spans = [((0.3, 0.8), {}), ((0.5, 0.6), {"source": "s"}), ((0.2, 0.9), {"status": "not_found", "search_sensitivity": 0.7})]
    made = study(spans, sources={"s": {"reliability": 0.6}})
    first, second, third = (theta(span, r, GRID) @ WEIGHT for span, _ in spans)
    total = first * (0.2 + 0.6 * second) * (1 - 0.7 * third)
    assert nats(made, r) == pytest.approx(np.log(total @ WEIGHT), abs=1e-10)


@pytest.mark.parametrize("r", [0.2, 0.7])
def test_a_cluster_inside_the_lean_by_nested_sums(r):
    rho, spans = 0.4, [(0.3, 0.7), (0.5, 0.9)]
    made = study([(span, {"cluster": "k"}) for span in spans], clusters={"k": {"correlation": rho}})
    u = GRID[::6]
    total = np.zeros(len(u))
    for place, lean in enumerate(u):
        both = np.ones(len(u))
        for span in spans:
            probits = ndtri(theta(span, r, [lean])[0])
            both = both * (ndtr((probits + np.sqrt(rho) * u[:, None]) / np.sqrt(1 - rho)) @ WEIGHT)
        total[place] = both @ (6 * WEIGHT[::6])
    assert nats(made, r) == pytest.approx(np.log(total @ (6 * WEIGHT[::6])), abs=1e-9)


def test_many_wide_ranges_that_pull_the_lean_far_from_zero():
    """Thirty findings that one lean makes probable together: the peak of the integrand is far out."""
    made = study([((0.01, 0.3), {})] * 30)
    grid = np.linspace(-15, 25, 4001)
    inner = theta((0.01, 0.3), 0.5, grid) @ WEIGHT
    integrand = -(grid**2) / 2 - np.log(np.sqrt(2 * np.pi)) + 30 * np.log(inner)
    expected = np.logaddexp.reduce(integrand) + np.log(grid[1] - grid[0])
    assert grid[integrand.argmax()] > 2
    assert nats(made, 0.5) == pytest.approx(expected, abs=1e-9)


def test_no_correlation_is_the_likelihood_and_one_item_knows_no_lean():
    numbers = readings(ten_items())[0].numbers
    assert lean_nats(numbers, 0.0) == pytest.approx(readings(ten_items())[0].log_likelihood, abs=1e-10)
    alone = study([((0.1, 0.7), {})])
    assert nats(alone, 0.6) == pytest.approx(nats(alone, 0.0), abs=1e-10)
    assert nats(alone, 1.0) == pytest.approx(nats(alone, 0.0), abs=1e-10)


def test_points_have_no_lean():
    made = study([(0.3, {}), (0.8, {})])
    assert nats(made, 0.5) == pytest.approx(np.log(0.24), abs=1e-12)


def test_a_range_moves_whole_and_certainty_stays():
    item = readings(study([((0.4, 0.9), {})]))[0].numbers.items[0]
    item = dataclasses.replace(item, low=(0.4, 0.0), high=(0.9, 0.0))
    assert half_widths([item])[0] == pytest.approx([(logit(0.9) - logit(0.4)) / 2, 0.0])
    there = moved(item, [0, 0, 1], np.array([0.7, 0.0, 5.0]))
    assert there.low == pytest.approx((expit(logit(0.4) + 0.7), 0.4, 0.0))
    assert there.high == pytest.approx((expit(logit(0.9) + 0.7), 0.9, 0.0))
    narrow = moved(item, [0], np.array([0.0]), 0.5)
    middle = (logit(0.4) + logit(0.9)) / 2
    assert logit(narrow.high[0]) - middle == pytest.approx((logit(0.9) - middle) / 2)
    assert middle - logit(narrow.low[0]) == pytest.approx((logit(0.9) - middle) / 2)


def test_a_case_moved_by_nothing_is_the_case():
    reading = readings(ten_items())[0]
    numbers = reading.numbers
    assert moved_nats(numbers, [2, 0], np.zeros((len(numbers.items), 2))) == pytest.approx(reading.log_likelihood[[2, 0]], abs=1e-12)


def declared(r, made=None):
    return dataclasses.replace(ten_items() if made is None else made, lean_correlation=r)


def test_the_update_takes_a_declared_lean():
    """The update has the likelihood of a case that leans, its terms add up to it, and an item's last is what leaving it out takes."""
    made = declared(0.35)
    data, numbers = pt.update(made), readings(made)[0].numbers
    expected = lean_nats(readings(ten_items())[0].numbers, 0.35)
    total = data["log_likelihood"].values.sum(axis=0)
    assert total == pytest.approx(expected, abs=1e-10)
    for name in ("four", "seven", "two"):
        place = list(data["evidence_id"].values).index(name)
        rest = pt.update(made.without(item=name))["log_likelihood"].values.sum(axis=0)
        last = data["last_db"].values[place]
        assert last - last[0] == pytest.approx(((total - rest) - (total - rest)[0]) * 10 / np.log(10), abs=1e-8)
    assert len(numbers.units) == 1


def test_no_declared_lean_changes_nothing():
    assert pt.update(declared(0.0))["posterior"].values == pytest.approx(pt.update(ten_items())["posterior"].values, abs=0)


def test_what_robustness_asks_of_a_study_that_leans():
    made = declared(0.4)
    found = pt.robustness.tilt(made, [0.0, 0.4])
    assert found["posterior"].values[0, 0] == pytest.approx(pt.update(ten_items())["posterior"].values[0], abs=1e-10)
    assert found["posterior"].values[0, 1] == pytest.approx(pt.update(made)["posterior"].values[0], abs=1e-10)
    near = pt.robustness.dependence(made, [0.99, 0.999])["posterior"].values[0]
    assert pt.robustness.dependence(made)["fully_redundant"].values[0] == pytest.approx(near[1], abs=3e-3)
    data, first = pt.robustness.tipping(made), pt.update(made)["posterior"].values[0]
    names = list(made.hypotheses)
    for name in ("one", "six"):
        p = float(data["tips_at_probability"].values[list(data["evidence_id"].values).index(name)])
        item = made.cases[0].item(name)
        changed = made.with_judgement("case_0", name, {**item.probability, names[int(first.argmax())]: p})
        top = np.sort(pt.update(changed)["posterior"].values[0])
        assert top[-1] == pytest.approx(top[-2], abs=1e-6)
