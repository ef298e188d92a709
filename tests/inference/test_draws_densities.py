"""Draws from densities on a grid and from tilted ranges, against their distribution functions.

Kolmogorov-Smirnov tests of 20,000 draws with fixed seeds: a right program has p below 1e-4 once in 10,000 tests, so that
choosing the seeds anew would accuse it with probability below 1 in 300 over all of these.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import expit, log_expit, log_ndtr, ndtri
from scipy.stats import kstest

from processtrace.exact.cluster import latent
from processtrace.exact.items import Item
from processtrace.exact.ranges import parameters, z_of
from processtrace.inference.draws import density, unit
from processtrace.inference.draws.density import between, interpolated, range_grid, repeated, tilted

COUNT = 20_000
Z = z_of(0.9)


def assert_drawn(values: np.ndarray, log_density: Callable[[np.ndarray], np.ndarray], low: float, high: float) -> None:
    """Draws have the density, by its distribution function on a fine grid."""
    x = np.linspace(low, high, 40_001)
    mass = np.exp(log_density(x) - log_density(x).max())
    below = np.concatenate([[0.0], np.cumsum((mass[1:] + mass[:-1]) / 2)])
    assert kstest(values, lambda at: np.interp(at, x, below / below[-1])).pvalue > 1e-4
    assert values.min() >= low
    assert values.max() <= high


def triangle(x: np.ndarray) -> np.ndarray:
    """A density that is linear between the nodes -1, 0, 1, 2 and beyond them falls to 0 within a step."""
    return np.log(np.maximum(np.interp(x, [-2, -1, 0, 1, 2, 3], [0, 1, 4, 0.5, 2, 0]), 1e-300))


NODES, WEIGHTS = np.array([-1.0, 0.0, 1.0, 2.0]), np.array([1.0, 4.0, 0.5, 2.0])


def test_linear_densities_are_drawn_from_and_the_node_lies_beside_the_draw() -> None:
    rng = np.random.default_rng(1)
    for x, place in (
        interpolated(rng, NODES, np.tile(np.log(WEIGHTS) - 900, (COUNT, 1))),
        between(rng, NODES, np.tile(WEIGHTS * 1e-200, (COUNT, 1))),
        repeated(rng, NODES, np.log(WEIGHTS) + 700, COUNT),
    ):
        assert_drawn(x, triangle, -2, 3)
        assert np.abs(x - NODES[place]).max() <= 1
        assert np.bincount(place, minlength=4) / COUNT == pytest.approx(WEIGHTS / WEIGHTS.sum(), abs=0.02)


def test_each_row_is_drawn_from_its_own_density() -> None:
    rng = np.random.default_rng(2)
    table = np.where(np.arange(5) == np.arange(4)[:, None], 0.0, -np.inf)
    x, place = interpolated(rng, np.arange(5.0) * 0.1, np.repeat(table, 3000, axis=0))
    np.testing.assert_array_equal(place, np.repeat(np.arange(4), 3000))
    for k in range(4):
        own = x[3000 * k : 3000 * (k + 1)] - 0.1 * k
        assert own.var() == pytest.approx(0.01 / 6, rel=0.1)  # a triangle one step wide on either side
        assert abs(own.mean()) < 5 * 0.1 / np.sqrt(6 * 3000)


@pytest.mark.parametrize(("mu", "sd", "side"), [(0.3, 0.8, 1), (0.3, 0.8, -1), (-7.0, 1.5, 1), (9.0, 0.6, -1), (-25.0, 2.0, 1)])
def test_ranges_tilted_by_a_probability(mu: float, sd: float, side: int) -> None:
    """By acceptance where it is common, from a grid where it is not: the density is the product of both in either case."""
    made = tilted(
        np.random.default_rng(3), np.full(COUNT, mu), np.full(COUNT, sd), 1, lambda odds, draws: log_expit(side * odds) + 0 * draws
    )
    assert_drawn(made, lambda x: -((x - mu) ** 2) / (2 * sd**2) + log_expit(side * x), mu - 12 * sd, mu + 12 * sd)


def test_draws_of_different_ranges_do_not_mix() -> None:
    """Every other draw has another range and another tilt; those that a grid completes included."""
    mu, sd = np.tile([0.0, -7.0], COUNT), np.tile([1.0, 0.5], COUNT)
    power = np.tile([1.0, 3.0], COUNT)

    def log_probability(odds: np.ndarray, draws: np.ndarray) -> np.ndarray:
        return np.asarray(power[draws] * log_expit(odds))

    made = tilted(np.random.default_rng(4), mu, sd, 3, log_probability)
    for k in range(2):
        assert_drawn(made[k::2], lambda x, k=k: -((x - mu[k]) ** 2) / (2 * sd[k] ** 2) + power[k] * log_expit(x), -14, 14)


def test_a_grid_reaches_past_what_a_polynomial_tilts() -> None:
    nodes, odds, log_density = range_grid(-3.0, 0.7, 6)
    np.testing.assert_allclose(np.diff(nodes), density.STEP, rtol=1e-9)
    np.testing.assert_allclose(odds, -3 + 0.7 * nodes, rtol=1e-12)
    np.testing.assert_allclose(log_density, -(nodes**2) / 2 - np.log(2 * np.pi) / 2, rtol=1e-12)
    for side in (1, -1):
        total = log_density + 6 * log_expit(side * odds)
        assert max(total[0], total[-1]) < total.max() - 30


@pytest.mark.parametrize("found", [True, False])
def test_a_sensitivity_given_its_item(found: bool) -> None:
    """Found: tilted by s. Not found: by (1 - s a) p + (1 - s b)(1 - p), two reports and one source of rates among them."""
    span, p, r = (0.3, 0.9), 0.6, 0.7
    item = Item(found, (p,), (p,), (span[0],), (span[1],), ((0.9, 0.2),), (0,))
    log_p, log_q = np.full(COUNT, np.log(p)), np.full(COUNT, np.log(1 - p))
    made = unit._sensitivity(item, 0, Z, np.full((1, COUNT), r), log_p, log_q, np.random.default_rng(5))
    mu, sd = (float(part) for part in parameters(*span, Z))

    def log_density(x: np.ndarray) -> np.ndarray:
        s = expit(x)
        tilt = s if found else (1 - 0.9 * s) * (1 - s * (1 + r) / 2) * p + (1 - 0.2 * s) * (1 - s * (1 - r) / 2) * (1 - p)
        return -((x - mu) ** 2) / (2 * sd**2) + np.log(tilt)

    assert_drawn(made, log_density, mu - 10 * sd, mu + 10 * sd)


def test_a_common_cause_given_its_findings() -> None:
    """phi(u) Phi((q + sqrt(rho) u)/sqrt(1 - rho)) [f + (t - f) Phi(...)] for a finding and a report of doubtful worth."""
    rho, r = 0.6, 0.4
    items = (Item(True, (0.2,), (0.2,), (1.0,), (1.0,), cluster=0), Item(False, (0.9,), (0.9,), (0.8,), (0.8,), (), (0,), 0))
    u, means = unit._cause(items, rho, Z, 0, np.full((1, COUNT), r), np.full((1, COUNT), 1 - r), np.random.default_rng(6))

    def yes(p: float, x: np.ndarray) -> np.ndarray:
        return np.asarray(log_ndtr((ndtri(p) + np.sqrt(rho) * x) / np.sqrt(1 - rho)))

    def log_density(x: np.ndarray) -> np.ndarray:
        t, f = 1 - 0.8 * (1 + r) / 2, 1 - 0.8 * (1 - r) / 2
        return -(x**2) / 2 + yes(0.2, x) + np.log(f + (t - f) * np.exp(yes(0.9, x)))

    assert_drawn(u, log_density, -10, 10)
    for (log_p, log_q), p in zip(means, (0.2, 0.9), strict=True):
        np.testing.assert_allclose(np.exp(log_p), np.exp(yes(p, u)), atol=2e-4)
        np.testing.assert_allclose(np.exp(log_p) + np.exp(log_q), 1, atol=5e-4)


def test_a_judgement_given_the_common_cause() -> None:
    """The range times Phi((Phi^-1(theta) + sqrt(rho) u)/sqrt(1 - rho)) where the finding is there, times the rest where it is not."""
    span, rho, u = (0.2, 0.7), 0.5, -1.3
    item = Item(True, (span[0],), (span[1],), (1.0,), (1.0,), cluster=0)
    mu, sd = (float(part) for part in parameters(*span, Z))
    for log_true, log_false in ((0.0, -np.inf), (-np.inf, 0.0), (np.log(0.3), np.log(0.7))):
        made = unit._clustered(
            item, 0, Z, rho, np.full(COUNT, u), np.full(COUNT, log_true), np.full(COUNT, log_false), np.random.default_rng(7)
        )

        def log_density(x: np.ndarray, log_true: float = log_true, log_false: float = log_false) -> np.ndarray:
            at = (ndtri(expit(x)) + np.sqrt(rho) * u) / np.sqrt(1 - rho)
            norm = -((x - mu) ** 2) / (2 * sd**2)
            yes, no = norm + log_ndtr(at), norm + log_ndtr(-at)
            # the sides have the chances that are given, whatever the areas
            return np.logaddexp(log_true + yes - np.logaddexp.reduce(yes), log_false + no - np.logaddexp.reduce(no))

        assert_drawn(made, log_density, mu - 10 * sd, mu + 10 * sd)


def test_findings_keep_their_digits_where_products_underflow() -> None:
    """Forty findings of 1e-12: the sum over the cause from logs, row by row, beside a row that would not need it."""
    items = tuple(Item(True, (1e-12,), (1e-12,), (1.0,), (1.0,), cluster=0) for _ in range(40))
    form = latent(items, 0.1, Z)
    pairs = [(np.array([0.0, -5.0]), np.array([-np.inf, -3.0])) for _ in items]
    density_of, scale = unit._findings(form, 0, pairs)
    found = np.log(density_of.sum(axis=1)) + scale
    for row, (t, f) in enumerate(((0.0, -np.inf), (-5.0, -3.0))):
        total = form.log_weight + 40 * np.logaddexp(f + form.log_q[0, 0], t + form.log_p[0, 0])
        assert found[row] == pytest.approx(np.logaddexp.reduce(total), rel=1e-12)
    shallow, scale = unit._findings(form, 0, pairs[:2])
    total = form.log_weight + 2 * form.log_p[0, 0]
    assert np.log(shallow[0].sum()) + scale[0] == pytest.approx(np.logaddexp.reduce(total), rel=1e-12)
