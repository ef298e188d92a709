"""Fixed nodes for a sampler: good to a few parts in ten million wherever it takes the judgements, and no wider than that asks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.special import expit, log_ndtr, ndtri

from processtrace.exact.items import Item
from processtrace.exact.nodes import Member, extremes, fixed_factor, nodes, window
from processtrace.exact.ranges import parameters, z_of
from processtrace.exact.unit import likelihood

Z = z_of(0.9)


def grid(members: list[Member], rho: float) -> tuple[np.ndarray, np.ndarray]:
    first, last, step = window(members, rho, Z)
    return nodes(first, last, int(np.ceil((last - first) / step)) + 1)


def log_sum(members: list[Member], odds: list[float], rho: float) -> float:
    u, total = grid(members, rho)
    for member, x in zip(members, odds, strict=True):
        at = (ndtri(expit(x)) + np.sqrt(rho) * u) / np.sqrt(1 - rho)
        total = total + log_ndtr(at if member.found else -at)
    return float(np.logaddexp.reduce(total))


def exact(members: list[Member], odds: list[float], rho: float) -> float:
    one = (1.0,)
    p = [float(expit(x)) for x in odds]
    items = [Item(m.found, (x,), (x,), one, one, cluster=0) for m, x in zip(members, p, strict=True)]
    return float(likelihood(items, np.ones((1, len(items)), bool), (rho,), (), Z).nats[0, 0])


def middle_and_sd(member: Member) -> tuple[float, float]:
    mu, sd = parameters(np.float64(member.low), np.float64(member.high), Z)
    return float(mu), float(sd)


@pytest.mark.parametrize("rho", [0.05, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(
    "members",
    [
        [Member(True, 0.6, 0.9), Member(True, 0.2, 0.4)],
        [Member(True, 0.01, 0.05)] * 4,
        [Member(False, 0.9, 0.99), Member(False, 0.95, 0.99)],
        [Member(True, 0.1, 0.3), Member(False, 0.6, 0.8), Member(False, 0.5, 0.5), Member(True, 0.01, 0.01)],
    ],
)
def test_sums_over_the_nodes_are_the_engines_integrals_wherever_judgements_are_followed(rho: float, members: list[Member]) -> None:
    """At the middle of every range and four deviations to either side: 1e-6 nats, where the rule promises 2e-8 of the mass."""
    for k in itertools.product((-4.0, 0.0, 4.0), repeat=2):
        odds = []
        for i, member in enumerate(members):
            mu, sd = middle_and_sd(member)
            odds.append(mu + k[i % 2] * sd)
        assert log_sum(members, odds, rho) == pytest.approx(exact(members, odds, rho), rel=0, abs=1e-6)


def test_the_furthest_judgement_that_is_followed_by_hand() -> None:
    """4.5 standard deviations of the log odds, as normal quantiles."""
    mu, sd = middle_and_sd(Member(True, 0.2, 0.6))
    assert extremes(Member(True, 0.2, 0.6), Z) == pytest.approx([ndtri(expit(mu - 4.5 * sd)), ndtri(expit(mu + 4.5 * sd))], rel=1e-10)
    assert extremes(Member(True, 0.3, 0.3), Z) == pytest.approx([ndtri(0.3), ndtri(0.3)], rel=1e-12)
    assert np.isnan(extremes(Member(True, 0.0, 0.0), Z)).all()
    assert np.isnan(extremes(Member(True, 1.0, 1.0), Z)).all()


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.95])
def test_the_window_ends_where_the_mass_does(rho: float) -> None:
    """5.6 deviations past the peak of the integrand at the least probable judgements, found here on a fine grid."""
    members = [Member(True, 0.1, 0.3), Member(True, 0.02, 0.05), Member(False, 0.7, 0.9)]
    u = np.linspace(-60, 60, 120_001)
    peaks = []
    for side in (True, False):
        total = -0.5 * u * u
        for member in members:
            if member.found == side:
                mu, sd = middle_and_sd(member)
                q = ndtri(expit(mu - 4.5 * sd)) if side else -ndtri(expit(mu + 4.5 * sd))
                total = total + log_ndtr((q + np.sqrt(rho) * u) / np.sqrt(1 - rho))
        peaks.append(u[np.argmax(total)])
    first, last, step = window(members, rho, Z)
    assert last == pytest.approx(peaks[0] + 5.6, abs=0.15)
    assert first == pytest.approx(-peaks[1] - 5.6, abs=0.15)
    assert step == pytest.approx(2 * np.pi / np.sqrt(40 * (1 + 3 * rho / (1 - rho))), rel=1e-12)
    certain = [Member(True, 1.0, 1.0), Member(False, 0.0, 0.0)]
    assert window(certain, rho, Z)[:2] == pytest.approx((-5.6, 5.6), abs=1e-8)


def test_nodes_are_equidistant_and_weigh_one() -> None:
    u, log_weight = nodes(-8.0, 7.0, 61)
    assert (u[0], u[-1], len(u)) == (-8, 7, 61)
    np.testing.assert_allclose(np.diff(u), 0.25, rtol=1e-12)
    assert np.exp(log_weight).sum() == pytest.approx(1, abs=1e-10)


def test_a_fixed_member_is_what_it_is_read_as() -> None:
    """g = F + (T - F) Phi((Phi^-1(p) + sqrt(rho) u)/sqrt(1 - rho))."""
    u, rho = np.array([-7.0, -0.4, 0.0, 2.0]), 0.36
    x = (ndtri(0.3) + 0.6 * u) / 0.8
    truth = 0.1 + (0.7 - 0.1) * np.exp(log_ndtr(x))
    np.testing.assert_allclose(np.exp(fixed_factor(Member(True, 0.3, 0.3, True, np.log(0.7), np.log(0.1)), rho, u)), truth, rtol=1e-12)
    np.testing.assert_array_equal(fixed_factor(Member(True, 0.0, 0.0, True, -1.0, -2.0), rho, u), [-2.0] * 4)
    np.testing.assert_array_equal(fixed_factor(Member(True, 1.0, 1.0, True, -1.0, -2.0), rho, u), [-1.0] * 4)
