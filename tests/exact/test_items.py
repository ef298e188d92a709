"""How an item enters: g = F + (T - F) theta, by hand and by sums over sensitivities in mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from processtrace.exact.items import Item, log_means_of, log_reports
from processtrace.exact.ranges import z_of

Z = z_of(0.9)
R = np.array([[0.9, 0.2, 1.0], [0.5, 0.6, 0.0]])


def item(found: bool, s: tuple[float, float], rates: tuple[tuple[float, float], ...] = (), sources: tuple[int, ...] = ()) -> Item:
    return Item(found, (0.3, 0.4), (0.3, 0.6), (s[0], 0.5), (s[1], 0.5), rates, sources, None)


def product_of(found: bool, s: float, rates: list[float]) -> float:
    """What is read where the finding is (rates a) or is not (rates b) there."""
    if found:
        return s * float(np.prod(rates))
    return float(np.prod([1 - s * rate for rate in rates]))


@pytest.mark.parametrize("found", [True, False])
@pytest.mark.parametrize("s", [1.0, 0.35, 0.0])
@pytest.mark.parametrize(("rates", "sources"), [((), ()), (((0.8, 0.1),), ()), ((), (1,)), (((0.8, 0.1), (0.7, 0.4)), (0, 1))])
def test_reports_at_points_by_hand(found: bool, s: float, rates: tuple[tuple[float, float], ...], sources: tuple[int, ...]) -> None:
    log_t, log_f = log_reports(item(found, (s, s), rates, sources), R, 1 - R, Z)
    for h, here in enumerate((s, 0.5)):
        for node in range(3):
            a = [rate[0] for rate in rates] + [(1 + R[w, node]) / 2 for w in sources]
            b = [rate[1] for rate in rates] + [(1 - R[w, node]) / 2 for w in sources]
            truth = product_of(found, here, a), product_of(found, here, b)
            if not a:  # nobody reports: what is there is found with the search's sensitivity, what is not is never found
                truth = (here, 0.0) if found else (1 - here, 1.0)
            np.testing.assert_allclose(np.exp([log_t[h, node], log_f[h, node]]), truth, rtol=1e-13)


@pytest.mark.parametrize("found", [True, False])
@pytest.mark.parametrize(("rates", "sources"), [((), ()), (((0.8, 0.1),), ()), (((0.8, 0.1), (0.7, 0.4), (0.99, 0.5)), (0, 1))])
def test_a_range_of_sensitivity_is_averaged_out(found: bool, rates: tuple[tuple[float, float], ...], sources: tuple[int, ...]) -> None:
    low, high = 0.4, 0.95
    log_t, log_f = log_reports(item(found, (low, high), rates, sources), R, 1 - R, Z)
    odds = [float(mpmath.log(p / (1 - mpmath.mpf(p)))) for p in (low, high)]
    mu, sd = sum(odds) / 2, (odds[1] - odds[0]) / (2 * Z)
    x = np.arange(-12, 12, 0.05)
    s, weight = 1 / (1 + np.exp(-mu - sd * x)), np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * 0.05
    for node in range(3):
        a = [rate[0] for rate in rates] + [(1 + R[w, node]) / 2 for w in sources]
        b = [rate[1] for rate in rates] + [(1 - R[w, node]) / 2 for w in sources]
        if not a:
            truth = (weight @ s, 0.0) if found else (weight @ (1 - s), 1.0)
        else:
            truth = tuple(sum(w * product_of(found, float(one), part) for w, one in zip(weight, s, strict=True)) for part in (a, b))
        np.testing.assert_allclose(np.exp([log_t[0, node], log_f[0, node]]), truth, rtol=1e-10)


def test_a_report_missed_by_all_but_a_certain_search_keeps_its_digits() -> None:
    """1 - s a with s = 1 and a next to 1, as (1 - s) + s (1 - a): r = 1 - 1e-18 leaves half of it."""
    r, rest = np.array([[1.0]]), np.array([[1e-18]])
    log_t, log_f = log_reports(Item(False, (0.3,), (0.3,), (0.25,), (0.25,), (), (0,)), r, rest, Z)
    assert np.exp(log_t[0, 0]) == pytest.approx(0.75, rel=1e-15)
    found_t, found_f = log_reports(Item(True, (0.3,), (0.3,), (0.25,), (0.25,), (), (0,)), r, rest, Z)
    assert found_t[0, 0] == pytest.approx(np.log(0.25), rel=1e-14)
    assert found_f[0, 0] == pytest.approx(np.log(0.25 * 0.5e-18), rel=1e-14)
    assert log_f[0, 0] == pytest.approx(-0.25 * 0.5e-18, abs=1e-17)


def test_means_of_an_item_are_those_of_its_judgement() -> None:
    log_p, log_q = log_means_of(item(True, (1.0, 1.0)), Z)
    assert log_p[0] == np.log(0.3)
    assert log_q[0] == np.log1p(-0.3)
    assert np.exp(log_p[1]) + np.exp(log_q[1]) == pytest.approx(1, rel=1e-14)
    assert 0.4 < np.exp(log_p[1]) < 0.6
