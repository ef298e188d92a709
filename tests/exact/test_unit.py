"""The likelihood of a unit and its terms: against sums by hand, and the error that randomised points state.

Sobol points are fixed: a failure is an error, never chance. What has a standard error is held to six of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from processtrace.exact import unit
from processtrace.exact.case import subset_nats, terms
from processtrace.exact.items import Item
from processtrace.exact.ranges import z_of
from processtrace.exact.unit import likelihood, reliabilities

Z = z_of(0.9)
SPANS = [(0.6, 0.9), (0.3, 0.7), (0.8, 0.99), (0.5, 0.6), (0.2, 0.4)]


def item(p: tuple[float, ...], found: bool = True, sources: tuple[int, ...] = (), cluster: int | None = None, s: float = 0.8) -> Item:
    return Item(found, p, p, (s,) * len(p), (s,) * len(p), (), sources, cluster)


def nodes(span: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """A range's nodes and weights by the trapezoidal rule."""
    ends = [np.log(p / (1 - p)) for p in span]
    x = np.arange(-9, 9, 0.15)
    return 1 / (1 + np.exp(-(ends[0] + ends[1]) / 2 - (ends[1] - ends[0]) / (2 * Z) * x)), np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * 0.15


def by_sums(items: list[Item], h: int, spans: list[tuple[float, float]]) -> float:
    """Log P of items that stand in no cluster, over a product of nodes for every source."""
    used = sorted({w for one in items for w in one.sources})
    grids = [nodes(spans[w]) for w in used]
    r = np.meshgrid(*(grid[0] for grid in grids), indexing="ij")
    weight: object = 1.0
    for k, grid in enumerate(grids):
        weight = weight * grid[1].reshape([-1 if j == k else 1 for j in range(len(grids))])
    total: object = weight
    for one in items:
        s, p = one.least[h], one.low[h]
        a = [(1 + r[used.index(w)]) / 2 for w in one.sources]
        b = [(1 - r[used.index(w)]) / 2 for w in one.sources]
        if one.found:
            true, false = s * np.prod(a, axis=0), s * np.prod(b, axis=0)
        else:
            true, false = np.prod([1 - s * part for part in a], axis=0), np.prod([1 - s * part for part in b], axis=0)
        total = total * (true * p + false * (1 - p))
    return float(np.log(np.sum(total)))


ITEMS = [
    item((0.7, 0.1), sources=(0,)),
    item((0.2, 0.6), found=False, sources=(0, 2)),
    item((0.9, 0.3), sources=(2,)),
    item((0.5, 0.8), sources=(0,)),
    item((0.4, 0.3), found=False, sources=(3,)),
]


def test_up_to_three_ranges_of_reliability_are_exact() -> None:
    subsets = np.array([[1, 1, 1, 1, 1], [1, 0, 0, 1, 0], [0, 1, 1, 0, 1], [0, 0, 0, 0, 1]], bool)
    made = likelihood(ITEMS, subsets, (), SPANS, Z)
    assert made.nats.shape == (4, 2)
    np.testing.assert_array_equal(made.error, 0)
    for row, chosen in enumerate(subsets):
        for h in range(2):
            some = [one for one, kept in zip(ITEMS, chosen, strict=True) if kept]
            assert made.nats[row, h] == pytest.approx(by_sums(some, h, SPANS), rel=0, abs=1e-10)


def test_the_rule_of_a_reliability_has_the_nodes_that_its_reports_need_and_no_more() -> None:
    """n reports are a polynomial of degree n: n // 2 + 1 nodes each, for the sources that the items name only."""
    made = reliabilities(SPANS, ITEMS, Z)
    assert made.groups == 1
    assert made.r.shape == (5, 2 * 2 * 1)  # three reports of the first, two of the third, one of the fourth
    assert np.exp(made.log_weight).sum() == pytest.approx(1, rel=1e-13)
    np.testing.assert_array_equal(made.r[[1, 4]], 1)  # no item names them
    np.testing.assert_array_equal(made.rest[[1, 4]], 0)
    np.testing.assert_allclose(made.r + made.rest, 1, rtol=1e-14)


FIVE = [item((0.7, 0.1), sources=(w, (w + 1) % 4)) for w in range(4)]


def test_four_ranges_are_sampled_within_the_error_that_is_stated() -> None:
    made = likelihood(FIVE, np.ones((1, 4), bool), (), SPANS, Z)
    assert (made.error > 0).all()
    assert (made.error < 1e-3).all()
    for h in range(2):
        assert made.nats[0, h] == pytest.approx(by_sums_of_four(h), rel=0, abs=6 * made.error[0, h])


def by_sums_of_four(h: int) -> float:
    """The same by a coarser product rule: 28 nodes each."""
    grids = []
    for span in SPANS[:4]:
        ends = [np.log(p / (1 - p)) for p in span]
        x = np.arange(-6.75, 6.8, 0.5)
        grids.append(
            (1 / (1 + np.exp(-(ends[0] + ends[1]) / 2 - (ends[1] - ends[0]) / (2 * Z) * x)), np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * 0.5)
        )
    r = [grid[0].reshape([-1 if j == k else 1 for j in range(4)]) for k, grid in enumerate(grids)]
    total: object = 1.0
    for k, grid in enumerate(grids):
        total = total * grid[1].reshape([-1 if j == k else 1 for j in range(4)])
    for one in FIVE:
        w, v = one.sources
        a, b = (1 + r[w]) * (1 + r[v]) / 4, (1 - r[w]) * (1 - r[v]) / 4
        total = total * 0.8 * (a * one.low[h] + b * (1 - one.low[h]))
    return float(np.log(np.sum(total)))


def test_sampled_reliabilities_have_the_mean_of_their_range() -> None:
    made = reliabilities(SPANS, FIVE, Z)
    assert made.groups == unit.SOBOL_SCRAMBLES
    assert made.r.shape == (5, unit.SOBOL_POINTS * unit.SOBOL_SCRAMBLES)
    np.testing.assert_array_equal(made.r[4], 1)
    np.testing.assert_array_equal(made.rest[4], 0)
    for w in range(4):
        r, weight = nodes(SPANS[w])
        assert np.exp(made.log_weight) @ made.r[w] == pytest.approx(weight @ r, abs=1e-4)
        assert np.exp(made.log_weight) @ made.r[w] ** 2 == pytest.approx(weight @ r**2, abs=1e-4)
    np.testing.assert_allclose(made.r + made.rest, 1, rtol=1e-13)


def test_the_error_over_randomisations_by_hand() -> None:
    """Two groups of means 0.2 and 0.6: the whole is 0.4, the relative means 0.5 and 1.5, their sd sqrt(1/2)."""
    values = np.log(np.array([[[0.1, 0.3, 0.5, 0.7]], [[0.4, 0.4, 0.4, 0.4]]]) / 4)
    made = unit._over_nodes(values, 2)
    np.testing.assert_allclose(np.exp(made.nats), [[0.4], [0.4]], rtol=1e-13)
    np.testing.assert_allclose(made.error, [[0.5], [0.0]], rtol=1e-13, atol=1e-15)
    nothing = unit._over_nodes(np.full((1, 1, 4), -np.inf), 2)
    assert nothing.nats[0, 0] == -np.inf
    assert nothing.error[0, 0] == 0


def test_items_of_one_cluster_depend_and_items_of_none_and_alone_do_not() -> None:
    """Bivariate normal probabilities; a cluster of which one item is in the unit is that item by itself."""
    items = [item((0.7, 0.2), cluster=1, s=1.0), item((0.4, 0.3), cluster=1, s=1.0), item((0.6, 0.5), cluster=0), item((0.9, 0.1))]
    made = likelihood(items, np.array([[1, 1, 1, 1], [1, 0, 0, 0], [0, 1, 1, 0]], bool), (0.3, 0.6), (), Z)
    for h in range(2):
        p, q = items[0].low[h], items[1].low[h]
        both = multivariate_normal.cdf(norm.ppf([p, q]), mean=[0, 0], cov=[[1, 0.6], [0.6, 1]], abseps=1e-13, releps=1e-13)
        alone = 0.8 * items[2].low[h]
        assert np.exp(made.nats[:, h]) == pytest.approx([both * alone * 0.8 * items[3].low[h], p, q * alone], rel=1e-9)


def test_a_certain_finding_that_was_not_found_is_impossible_and_another_subset_is_not() -> None:
    items = [item((1.0, 0.5), found=False, s=1.0, cluster=0), item((0.5, 0.5), s=1.0, cluster=0), item((0.0, 0.5), s=1.0)]
    made = likelihood(items, np.array([[1, 1, 0], [0, 1, 0], [0, 1, 1]], bool), (0.4,), (), Z)
    assert made.nats[0, 0] == -np.inf
    assert made.nats[1, 0] == pytest.approx(np.log(0.5), rel=1e-10)
    assert made.nats[2, 0] == -np.inf
    assert np.isfinite(made.nats[:, 1]).all()


# --- terms of a case ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    items: tuple[Item, ...]
    rho: tuple[float, ...]
    ranges: tuple[tuple[float, float], ...]
    units: tuple[tuple[int, ...], ...]
    z: float = Z


def test_terms_are_differences_of_the_logs_of_what_came_before_alone_and_last() -> None:
    """Three reports of one source, out of order, and one item by itself: each term from sums over the reliability."""
    items = (item((0.7, 0.2), sources=(0,)), item((0.5, 0.25)), item((0.1, 0.9), sources=(0,)), item((0.4, 0.3), False, (0,)))
    found = terms(Numbers(items, (), ((0.6, 0.9),), ((2, 0, 3), (1,))), 2)
    for h in range(2):

        def log_p(*places: int, h: int = h) -> float:
            return by_sums([items[i] for i in places], h, [(0.6, 0.9)]) if places else 0.0

        chain = [log_p(2, 0) - log_p(2), np.log(0.8 * items[1].low[h]), log_p(2), log_p(2, 0, 3) - log_p(2, 0)]
        alone = [log_p(0), np.log(0.8 * items[1].low[h]), log_p(2), log_p(3)]
        last = [log_p(0, 2, 3) - log_p(2, 3), alone[1], log_p(0, 2, 3) - log_p(0, 3), log_p(0, 2, 3) - log_p(0, 2)]
        np.testing.assert_allclose(found.chain[:, h], chain, rtol=0, atol=1e-10)
        np.testing.assert_allclose(found.alone[:, h], alone, rtol=0, atol=1e-10)
        np.testing.assert_allclose(found.last[:, h], last, rtol=0, atol=1e-10)
    np.testing.assert_array_equal(found.error, 0)


def test_errors_of_units_add_as_variances() -> None:
    """Two units of the same kind have sqrt 2 the error of one, and that of the whole unit counts, not of a part of it."""
    pair = tuple(FIVE) + tuple(FIVE)
    one = terms(Numbers(tuple(FIVE), (), tuple(SPANS), ((0, 1, 2, 3),)), 2)
    two = terms(Numbers(pair, (), tuple(SPANS), ((0, 1, 2, 3), (4, 5, 6, 7))), 2)
    whole = likelihood(FIVE, np.ones((1, 4), bool), (), SPANS, Z)
    np.testing.assert_allclose(one.error, whole.error[0], rtol=1e-12)
    np.testing.assert_allclose(two.error, np.sqrt(2) * one.error, rtol=1e-12)
    np.testing.assert_allclose(one.chain.sum(axis=0), whole.nats[0], rtol=0, atol=1e-12)


def test_after_what_is_impossible_the_chain_is_silent() -> None:
    items = (item((0.5,), cluster=0), item((0.0,), cluster=0), item((0.3,), cluster=0), item((0.2,)))
    found = terms(Numbers(items, (0.3,), (), ((0, 1, 2), (3,))), 1)
    assert found.chain[1, 0] == -np.inf
    assert found.chain[2, 0] == 0
    assert np.isnan(found.last[[0, 2], 0]).all()
    assert found.last[1, 0] == -np.inf
    assert found.chain[3, 0] == pytest.approx(np.log(0.8 * 0.2), rel=1e-13)


def test_subsets_of_a_unit_are_those_of_its_places() -> None:
    items = (item((0.7, 0.2)), item((0.5, 0.25)), item((0.1, 0.9)))
    masks = np.array(list(product((False, True), repeat=2)))
    nats, error = subset_nats(Numbers(items, (), (), ((2, 0), (1,))), (2, 0), masks)
    p = 0.8 * np.array([[0.1, 0.9], [0.7, 0.2]])
    np.testing.assert_allclose(np.exp(nats), [np.prod(p[mask], axis=0) for mask in masks], rtol=1e-13)
    np.testing.assert_array_equal(error, 0)
