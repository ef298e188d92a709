"""The cluster integral: the error of its LOG is below 1e-9 nats, absolutely, wherever the page on numbers promises it.

Truth is `oracle.adaptive_cluster` (adaptive Gauss-Legendre in mpmath, 25 digits, error below 1e-12 of the integral), and for
many more problems `oracle.log_together` (trapezoidal sums on a wide fine grid), which is held against the first here.
Nothing is random but the choice of problems, whose seeds are fixed: a failure is an error, never chance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from truth import oracle

import processtrace as pt
from processtrace.exact import cluster
from processtrace.exact.ranges import parameters, z_of

TOLERANCE = 1e-9
CORRELATIONS = (0.0, 0.01, 0.1, 0.3, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99)
SIZES = (1, 2, 3, 4, 6, 10, 20, 30)


def probability(rng: np.random.Generator) -> float:
    """From 1e-300 to 1 - 1e-12, the tails as likely as the middle."""
    kind = rng.integers(4)
    if kind == 0:
        return float(10 ** -rng.uniform(1, 300))
    if kind == 1:
        return float(10 ** -rng.uniform(0.3, 8))
    if kind == 2:
        return float(1 - 10 ** -rng.uniform(0.3, 12))
    return float(rng.uniform(0.05, 0.95))


def spread(rng: np.random.Generator) -> Any:
    """A range up to 6 wide in log odds, anywhere above 1e-290 and below 1 - 1e-11."""
    p = min(max(probability(rng), 1e-290), 1 - 1e-11)
    odds = np.log(p / (1 - p)) + np.array([-1, 1]) * rng.uniform(0.05, 3)
    low, high = np.exp(-np.logaddexp(0, -odds))
    return (float(low), float(high)) if 0 < low < high < 1 else p


def problem(seed: int, ranges: float = 0.0, sizes: tuple[int, ...] = SIZES) -> pt.Study:
    """One cluster, found and not found mixed, perfect and imperfect search, with and without a source."""
    rng = np.random.default_rng(seed)
    size, rho = int(rng.choice(sizes)), float(rng.choice(CORRELATIONS))
    alike = rng.random() < 0.3
    items, theta = [], {}
    for k in range(size):
        theta = {h: spread(rng) if rng.random() < ranges else probability(rng) for h in ("a", "b")} if k == 0 or not alike else theta
        found = rng.random() < 0.6
        search = {} if found else {"search_sensitivity": float(rng.choice([1.0, 1 - 1e-9, 0.9, 0.4]))}
        reported = {"source": "press"} if rng.random() < 0.25 else {}
        status = "found" if found else "not_found"
        items.append(pt.Evidence(f"e{k}", finding="A finding.", cluster="one", status=status, probability=theta, **search, **reported))
    case = pt.Case("case", sources={"press": {"reliability": 0.9}}, clusters={"one": {"correlation": rho}}, evidence=items)
    return pt.Study("Cluster", hypotheses={"a": {}, "b": {}}, cases=[case])


def engine(study: pt.Study) -> dict[str, float]:
    total = pt.to_dataset(study)["log_likelihood"].sum("evidence")
    return {h: float(total.sel(hypothesis=h)) for h in ("a", "b")}


def adaptive(study: pt.Study, h: str) -> float:
    case = study.cases[0]
    rho = case.clusters["one"].correlation
    assert rho is not None
    factors = []
    for item in case.evidence:
        assert item.probability is not None
        factors.append((*oracle.true_and_false(study, case, item, h, {}), item.probability[h]))
    return oracle.adaptive_cluster(factors, rho, study.range_coverage)


def summed(study: pt.Study, h: str) -> float:
    return oracle.log_likelihood(study, study.cases[0], h)


@pytest.mark.parametrize("seed", range(22))
def test_points_and_the_oracle_itself_against_adaptive_quadrature(seed: int) -> None:
    study = problem(seed)
    h = "ab"[seed % 2]
    truth = adaptive(study, h)
    assert engine(study)[h] == pytest.approx(truth, rel=0, abs=TOLERANCE)
    assert summed(study, h) == pytest.approx(truth, rel=0, abs=TOLERANCE / 10)


@pytest.mark.parametrize("seed", range(500, 506))
def test_ranges_against_adaptive_quadrature(seed: int) -> None:
    study = problem(seed, ranges=0.5, sizes=(1, 2, 3))
    h = "ab"[seed % 2]
    assert engine(study)[h] == pytest.approx(adaptive(study, h), rel=0, abs=TOLERANCE)


def assert_summed(seed: int, ranges: float, sizes: tuple[int, ...] = SIZES) -> None:
    study = problem(seed, ranges, sizes)
    got = engine(study)
    for h in ("a", "b"):
        assert got[h] == pytest.approx(summed(study, h), rel=0, abs=TOLERANCE), f"problem({seed}, {ranges}, {sizes}) under {h}"


@pytest.mark.parametrize("block", range(6))
def test_points_against_sums_on_a_wide_fine_grid(block: int) -> None:
    for seed in range(1000 + 20 * block, 1020 + 20 * block):
        assert_summed(seed, ranges=0.0)


@pytest.mark.parametrize("block", range(4))
def test_ranges_against_sums_on_a_wide_fine_grid(block: int) -> None:
    for seed in range(2000 + 5 * block, 2005 + 5 * block):
        assert_summed(seed, ranges=0.4, sizes=(1, 2, 3, 4, 6))


@pytest.mark.parametrize("seed", [1065, 1099])
def test_ranges_in_thirty_items_against_sums_on_a_wide_fine_grid(seed: int) -> None:
    assert_summed(seed, ranges=0.1, sizes=(30,))


def test_a_range_that_must_give_way_to_an_item_far_away() -> None:
    """The range counts some 150 standard deviations off its middle, where a window of ordinary width ends too early."""
    items = [
        pt.Evidence("e0", finding="f", cluster="one", status="not_found", probability={"a": (0.02, 0.6), "b": 0.5}, search_sensitivity=1),
        pt.Evidence("e1", finding="f", cluster="one", probability={"a": 1e-300, "b": 0.5}),
    ]
    case = pt.Case("case", clusters={"one": {"correlation": 0.99}}, evidence=items)
    study = pt.Study("Far away", hypotheses={"a": {}, "b": {}}, cases=[case])
    assert engine(study)["a"] == pytest.approx(adaptive(study, "a"), rel=0, abs=TOLERANCE)
    assert engine(study)["a"] == pytest.approx(summed(study, "a"), rel=0, abs=TOLERANCE)


@pytest.mark.parametrize("rho", [0.5, 0.75, 0.9])
def test_a_narrow_range_that_must_give_way_past_the_middle_of_the_scale(rho: float) -> None:
    """Where a range counts on the other side of log odds 0, the poles of the logistic function bound the step, not its width."""
    items = [
        pt.Evidence(
            "e0", finding="f", cluster="one", status="not_found", probability={"a": (1 - 3e-10, 1 - 5e-12), "b": 0.5}, search_sensitivity=1
        ),
        *(pt.Evidence(f"e{k}", finding="f", cluster="one", probability={"a": 10.0**-p, "b": 0.5}) for k, p in enumerate((180, 90, 120), 1)),
    ]
    case = pt.Case("case", clusters={"one": {"correlation": rho}}, evidence=items)
    study = pt.Study("Past the middle", hypotheses={"a": {}, "b": {}}, cases=[case])
    assert engine(study)["a"] == pytest.approx(summed(study, "a"), rel=0, abs=TOLERANCE)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10_000, 10_400))
def test_many_points_against_adaptive_quadrature(seed: int) -> None:
    study = problem(seed)
    got = engine(study)
    for h in ("a", "b"):
        assert got[h] == pytest.approx(adaptive(study, h), rel=0, abs=TOLERANCE)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20_000, 20_060))
def test_many_ranges_against_adaptive_quadrature(seed: int) -> None:
    study = problem(seed, ranges=0.5, sizes=(1, 2, 3, 5))
    got = engine(study)
    for h in ("a", "b"):
        assert got[h] == pytest.approx(adaptive(study, h), rel=0, abs=TOLERANCE)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30_000, 30_100))
def test_a_thousand_problems_against_sums_on_a_wide_fine_grid(seed: int) -> None:
    for part in range(10):
        assert_summed(100 * seed + part, ranges=0.3)


@pytest.mark.parametrize(
    ("span", "rho"),
    [((0.3, 0.31), 1 - 1e-5), ((0.3, 0.5), 1 - 1e-5), ((0.3, 0.3005), 0.9999), ((0.999, 0.9999), 1 - 1e-6), ((0.2, 0.6), 0.99)],
)
def test_peaks_far_apart_have_windows_of_their_own(span, rho, monkeypatch):
    """The same sums over every node between the peaks, where there is nothing: a second way, and a slow one."""
    z = z_of(0.9)
    mu, sd = parameters(np.array(span[:1]), np.array(span[1:]), z)
    u = np.linspace(-12, 12, 13)
    inner = cluster._over_range if span[1] - span[0] < 0.02 else cluster._over_noise
    windows = cluster._averaged(inner, mu, sd, rho, u)
    monkeypatch.setattr(cluster, "_WIDE", np.inf)
    for part, whole in zip(windows, cluster._averaged(inner, mu, sd, rho, u), strict=True):
        np.testing.assert_allclose(part, whole, rtol=1e-13, atol=1e-13)
