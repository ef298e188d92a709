"""Nodes for correlations next to 1: against orthant probabilities in closed form, and mpmath between the jumps.

Nothing here is random: a failure is an error, never chance.
"""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import log_ndtr

from processtrace.exact import near_one
from processtrace.exact.near_one import nodes_at_jumps

NEXT_TO_ONE = [1 - 1e-4, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12]
END = 12.0


def integral(q: list[float], found: list[bool], rho: float, refine: int = 0) -> float:
    """Log of the integral over the common cause, nats."""
    middle = np.array(q)[:, None]
    u, log_length = nodes_at_jumps(middle, np.zeros_like(middle), np.array(found), rho, END, refine)
    total = -u * u / 2 - 0.5 * np.log(2 * np.pi) + log_length
    for at, there in zip(q, found, strict=True):
        x = (at + np.sqrt(rho) * u) / np.sqrt(1 - rho)
        total = total + log_ndtr(x if there else -x)
    return float(np.logaddexp.reduce(total))


def truth(q: list[float], found: list[bool], rho: float) -> float:
    """The same in mpmath, cut around each jump and around the one peak of the log-concave integrand."""
    with mpmath.workdps(25):
        r = mpmath.mpf(rho)
        narrow, root = mpmath.sqrt(1 - r), mpmath.sqrt(r)
        sides = [1 if there else -1 for there in found]

        def log_integrand(u):
            value = -u * u / 2 - mpmath.log(2 * mpmath.pi) / 2
            for at, side in zip(q, sides, strict=True):
                value += mpmath.log(mpmath.erfc(-side * (at + root * u) / narrow / mpmath.sqrt(2)) / 2)
            return value

        left, right = mpmath.mpf(-END), mpmath.mpf(END)
        for _ in range(45):
            one, two = left + (right - left) / 3, right - (right - left) / 3
            if log_integrand(one) < log_integrand(two):
                left = one
            else:
                right = two
        peak = (left + right) / 2
        top = log_integrand(peak)
        steps = [k * narrow for k in (-20, -8, -4, -2, 0, 2, 4, 8, 20)]
        middles = [peak, *(-at / root for at in q)]
        cuts = sorted({c for m in middles for s in steps if -END <= (c := m + s) <= END} | {-END, -4, 0, 4, END})
        return float(top + mpmath.log(mpmath.quad(lambda u: mpmath.exp(log_integrand(u) - top), cuts, maxdegree=4)))


@pytest.mark.parametrize("rho", NEXT_TO_ONE)
def test_even_judgements_have_the_orthant_probabilities(rho: float) -> None:
    """Two and three normal variables of one correlation, all above 0 (Sheppard 1899): 1/4 + asin(rho)/(2 pi), 1/8 + 3 asin(rho)/(4 pi)."""
    with mpmath.workdps(30):
        pair = mpmath.mpf(1) / 4 + mpmath.asin(mpmath.mpf(rho)) / (2 * mpmath.pi)
        three = mpmath.mpf(1) / 8 + 3 * mpmath.asin(mpmath.mpf(rho)) / (4 * mpmath.pi)
        opposed = mpmath.acos(mpmath.mpf(rho)) / (2 * mpmath.pi)  # one above 0, the other below
        logs = [float(mpmath.log(p)) for p in (pair, three, opposed, opposed / 2)]
    assert integral([0, 0], [True, True], rho) == pytest.approx(logs[0], rel=0, abs=1e-11)
    assert integral([0, 0], [False, False], rho) == pytest.approx(logs[0], rel=0, abs=1e-11)
    assert integral([0, 0, 0], [True] * 3, rho) == pytest.approx(logs[1], rel=0, abs=1e-11)
    assert integral([0, 0], [True, False], rho) == pytest.approx(logs[2], rel=0, abs=1e-9)
    # two above and one below: the pair that is opposed, less nothing, halves by symmetry of the two that agree
    assert integral([0, 0, 0], [True, True, False], rho) == pytest.approx(logs[3], rel=0, abs=1e-9)


@pytest.mark.parametrize(
    ("q", "found", "rho"),
    [
        ([0.3], [True], 1 - 1e-4),
        ([0.5, -0.2, 1.4], [True, True, True], 1 - 1e-4),
        ([0.5, -0.2, 1.4], [False, False, True], 1 - 1e-7),
        ([-0.7, 0.4], [True, False], 1 - 1e-7),
        ([-0.7, 0.4, 0.6, -2.0], [True, False, False, False], 1 - 1e-4),
        ([-3.0, -2.0, 1.0], [True, True, False], 1 - 1e-4),
        ([2.5, 2.6, -3.1], [False, False, True], 1 - 1e-7),
    ],
)
def test_findings_that_agree_or_exclude_each_other_against_mpmath(q: list[float], found: list[bool], rho: float) -> None:
    expected = truth(q, found, rho)
    assert integral(q, found, rho) == pytest.approx(expected, rel=1e-13, abs=1e-9)
    assert integral([-x for x in q], [not there for there in found], rho) == pytest.approx(expected, rel=1e-13, abs=1e-9)


@pytest.mark.parametrize("size", [1, 4, 30])
def test_panels_cover_the_line_once_and_hold_polynomials(size: int) -> None:
    q = np.linspace(-2, 3, size)[:, None]
    u, log_length = nodes_at_jumps(q, np.zeros_like(q), np.arange(size) % 2 == 0, 1 - 1e-7, END)
    assert (np.diff(u) > -1e-14).all()
    for power in range(0, 24, 2):
        assert np.exp(log_length) @ (u / END) ** power == pytest.approx(2 * END / (power + 1), rel=1e-12)
        assert np.exp(log_length) @ (u / END) ** (power + 1) == pytest.approx(0, abs=1e-12)


def test_the_number_of_nodes_grows_with_the_logarithm_of_what_is_left() -> None:
    """So that a decade costs about as much as the last one: 1 - rho = 1e-4, 1e-6, 1e-8, 1e-10."""
    q = np.array([[0.3], [-0.8]])
    counts = [len(nodes_at_jumps(q, np.zeros_like(q), np.ones(2, bool), 1 - 10.0**-k, END)[0]) for k in (4, 6, 8, 10)]
    grown = np.diff(counts)
    assert (grown > 0).all()
    assert grown.max() < 1.5 * grown.min()
    assert counts[-1] < 4_000


@pytest.mark.parametrize("refine", [1, 2])
def test_refining_halves_the_panels_and_changes_nothing(refine: int) -> None:
    q, found = [-0.7, 0.4, 1.3], [True, False, True]
    middle = np.array(q)[:, None]
    plain, fine = (nodes_at_jumps(middle, np.zeros_like(middle), np.array(found), 1 - 1e-6, END, k)[1] for k in (0, refine))
    assert 1.5**refine < len(fine) / len(plain) < 2.2**refine
    assert np.exp(fine.max() - plain.max()) == pytest.approx(0.5**refine, rel=0.05)
    assert integral(q, found, 1 - 1e-6, refine) == pytest.approx(integral(q, found, 1 - 1e-6), rel=1e-13, abs=1e-9)


def test_a_range_has_fine_panels_all_along_it_and_an_infinite_quantile_has_none() -> None:
    """The jump of a range moves with the judgement: nodes lie close from three half widths below its middle to three above."""
    alone, half = np.array([[0.5]]), 0.2
    rho, found = 1 - 1e-6, np.ones(1, bool)
    u, log_length = nodes_at_jumps(alone, np.full((1, 1), half), found, rho, END)
    jump = -0.5 / math.sqrt(rho)
    for place in np.linspace(jump - 3 * half, jump + 3 * half, 25):
        assert np.abs(u - place).min() < 1e-3
    for power in (0, 2, 10):
        assert np.exp(log_length) @ (u / END) ** power == pytest.approx(2 * END / (power + 1), rel=1e-12)
    without = nodes_at_jumps(np.array([[0.5, np.inf]]), np.zeros((1, 2)), found, rho, END)[0]
    np.testing.assert_array_equal(without, nodes_at_jumps(np.array([[0.5]]), np.zeros((1, 1)), found, rho, END)[0])
    nowhere, _ = nodes_at_jumps(np.array([[np.inf]]), np.zeros((1, 1)), found, rho, END)
    assert np.isfinite(nowhere).all()


@pytest.mark.parametrize("rho", [1 - 1e-3, 1 - 1e-4, 1 - 1e-6])
@pytest.mark.parametrize(
    ("q", "found"),
    [([-0.7, 0.4, 0.6], [True, False, False]), ([0.5, -0.2, 1.4], [True, True, True]), ([2.5, 0.1, -3.1], [False, True, True])],
)
def test_peaks_between_contradictions_are_those_of_every_subset_that_is_asked_for(q: list[float], found: list[bool], rho: float) -> None:
    """The subsets are the chain's, and all but one; each peak by a root of the slope; none where nothing is five widths amiss."""
    narrow, root = np.sqrt(1 - rho), np.sqrt(rho)
    side = np.where(found, 1.0, -1.0)
    truth = set()
    for some in ([0], [0, 1], [0, 1, 2], [1, 2], [0, 2]):
        at, sides = np.array(q)[some], side[some]

        def slope(u: float, at: np.ndarray = at, sides: np.ndarray = sides) -> float:
            x = sides * (at + root * u) / narrow
            hazard = np.exp(-x * x / 2 - log_ndtr(x)) / np.sqrt(2 * np.pi)
            return float((hazard * sides).sum() * root / narrow - u)

        u = brentq(slope, -END, END, xtol=1e-14)
        if (sides * (at + root * u) / narrow).min() < -5:
            truth.add(round(u, 6))
    probits = np.array(q)[:, None]
    peaks = near_one._between(probits, np.array(found), rho, END)
    assert {round(float(u), 6) for u in peaks} == truth
    # what is certain of a hypothesis is no jump, and another hypothesis has its own peaks
    more = near_one._between(np.hstack([probits, np.full((3, 1), np.inf)]), np.array(found), rho, END)
    assert {round(float(u), 6) for u in more} == truth
