"""Arithmetic on logarithms, against fractions and mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from processtrace.logspace import DB_PER_NAT, log, log_mix, logsumexp, normalise, odds_db, relative_db, to_db


def test_ten_decibels_are_a_factor_of_ten() -> None:
    assert to_db(np.log(np.array([10.0, 0.01]))) == pytest.approx([10, -20], rel=1e-14)
    assert pytest.approx(np.e, rel=1e-14) == 10 ** (DB_PER_NAT / 10)


def test_the_log_of_zero_is_silent() -> None:
    np.testing.assert_array_equal(log(np.array([0.0, 1.0, np.e])), [-np.inf, 0, 1])


@pytest.mark.parametrize("values", [[-1e5, -1e5 - 1, -2e5], [3.0, 700.0, 710.0], [0.1, 0.2, 0.3], [-np.inf, -5.0, -np.inf]])
def test_sums_of_exponentials_are_those_of_mpmath(values: list[float]) -> None:
    with mpmath.workdps(40):
        truth = mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(v)) if np.isfinite(v) else 0 for v in values))
    assert logsumexp(np.array(values)) == pytest.approx(float(truth), rel=1e-14)
    shares = normalise(np.array(values))
    np.testing.assert_allclose(shares, np.array(values) - float(truth), rtol=0, atol=1e-11)


def test_axes_and_slices_of_nothing() -> None:
    values = np.log(np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 0.0 + 1e-300]]))
    np.testing.assert_allclose(np.exp(logsumexp(values, axis=0)), [5, 7, 3], rtol=1e-13)
    np.testing.assert_allclose(np.exp(logsumexp(values, axis=1)), [6, 9], rtol=1e-13)
    np.testing.assert_allclose(np.exp(normalise(values, axis=0))[:, 0], [0.2, 0.8], rtol=1e-13)
    nothing = np.full((2, 3), -np.inf)
    np.testing.assert_array_equal(logsumexp(nothing), [-np.inf, -np.inf])
    np.testing.assert_array_equal(normalise(nothing), nothing)


def test_decibels_below_the_best() -> None:
    found = relative_db(np.log(np.array([[1e-3, 1e-1, 1e-2], [0.5, 0.05, 0.5]])))
    np.testing.assert_allclose(found, [[-20, 0, -10], [0, -10, 0]], atol=1e-12)
    assert np.isnan(relative_db(np.full((1, 2), -np.inf))).all()
    np.testing.assert_array_equal(relative_db(np.array([[0.0, -np.inf]])), [[0, -np.inf]])


def test_odds_against_all_the_others() -> None:
    p = np.array([[0.1, 0.2, 0.7], [1.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
    with np.errstate(divide="ignore"):
        truth = 10 * np.log10(p / (1 - p))
    np.testing.assert_allclose(odds_db(log(p)), truth, atol=1e-12)
    np.testing.assert_array_equal(odds_db(np.full((1, 3), -np.inf)), np.full((1, 3), -np.inf))
    assert odds_db(np.array([0.0])).tolist() == [np.inf]
    assert odds_db(np.array([-np.inf])).tolist() == [-np.inf]
    # 1 - p is lost in a double: the rest is summed instead
    assert odds_db(np.array([0.0, -300.0]))[0] == pytest.approx(300 * DB_PER_NAT, rel=1e-14)


def test_mixtures_of_two() -> None:
    weights, values = (0.25, 0.75), (np.array([0.4, 0.0, 1e-300]), np.array([0.8, 0.4, 0.0]))
    found = log_mix([log(w) for w in weights], [log(v) for v in values])
    np.testing.assert_allclose(np.exp(found), [0.7, 0.3, 0.25e-300], rtol=1e-13)
    # nothing of something without end: 0 times infinity is nothing here
    np.testing.assert_array_equal(log_mix([log(0.0), log(1.0)], [np.array([np.inf]), np.array([-1.0])]), [-1.0])
    np.testing.assert_array_equal(log_mix([log(1.0), log(0.0)], [np.array([-2.0]), np.array([np.inf])]), [-2.0])
