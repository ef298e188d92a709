"""The common cause of a cluster, piece by piece: orthant probabilities, normal integrals in closed form, mpmath.

Nothing here is random: a failure is an error, never chance.
"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.special import log_ndtr, ndtr
from truth import oracle

from processtrace.exact import cluster
from processtrace.exact.cluster import AGREEMENT, NEAR_ONE, Latent, latent, settled
from processtrace.exact.items import Item
from processtrace.exact.ranges import REACH, z_of
from processtrace.logspace import logsumexp

COVERAGE = 0.9
Z = z_of(COVERAGE)


def item(*judged: tuple[float, float] | float, found: bool = True) -> Item:
    spans = [p if isinstance(p, tuple) else (p, p) for p in judged]
    one = (1.0,) * len(spans)
    return Item(found, tuple(low for low, _ in spans), tuple(high for _, high in spans), one, one, cluster=0)


def together(form: Latent, found: list[bool]) -> np.ndarray:
    """Log P(findings), (hypothesis,)."""
    return logsumexp(form.log_weight + sum(form.log_p[i] if there else form.log_q[i] for i, there in enumerate(found)))


@pytest.mark.parametrize("rho", [0.0, 0.01, 0.3, 0.5, 0.9, 0.99, NEAR_ONE, 0.99995, 1 - 1e-8])
def test_even_judgements_have_the_orthant_probabilities(rho: float) -> None:
    """Sheppard 1899: for two 1/4 + asin(rho)/(2 pi), for three 1/8 + 3 asin(rho)/(4 pi)."""
    with mpmath.workdps(30):
        pair = mpmath.mpf(1) / 4 + mpmath.asin(mpmath.mpf(rho)) / (2 * mpmath.pi)
        three = mpmath.mpf(1) / 8 + 3 * mpmath.asin(mpmath.mpf(rho)) / (4 * mpmath.pi)
        opposed = mpmath.acos(mpmath.mpf(rho)) / (2 * mpmath.pi)
        logs = [float(mpmath.log(p)) for p in (pair, three, opposed)]
    for found, expected in (([True, True], logs[0]), ([False] * 2, logs[0]), ([True] * 3, logs[1]), ([False, True], logs[2])):
        items = tuple(item(0.5, found=there) for there in found)
        for form in (latent(items, rho, Z), settled(items, rho, Z)):
            assert together(form, found)[0] == pytest.approx(expected, rel=0, abs=1e-10)


SPANS = [(0.2, 0.6), (0.9, 0.99), (1e-6, 1e-3), (0.001, 0.999), (0.499, 0.501), (1 - 1e-6, 1 - 1e-9)]


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("rho", [0.0, 0.3, 0.75, 0.97])
def test_findings_given_the_cause_average_over_the_range(span: tuple[float, float], rho: float) -> None:
    """Against sums on a wide fine grid of theta; narrow ranges and wide ones are taken by different inner sums."""
    items = (item(span), item(0.3))
    form = latent(items, rho, Z)
    some = np.linspace(0, len(form.u) - 1, 9).astype(int)
    for i, judged in enumerate((span, (0.3, 0.3))):
        yes, no = oracle.sharpened(judged, COVERAGE, rho, form.u[some])
        np.testing.assert_allclose(form.log_p[i, 0, some], yes, rtol=1e-12, atol=1e-10)
        np.testing.assert_allclose(form.log_q[i, 0, some], no, rtol=1e-12, atol=1e-10)


def test_the_average_over_a_range_is_that_of_mpmath() -> None:
    """theta > Phi(-t) where its log odds exceed log Phi(-t) - log Phi(t): a normal probability at each t, summed over the noise."""
    span, rho = (0.05, 0.7), 0.6
    form = latent((item(span),), rho, Z)
    for k in np.linspace(0, len(form.u) - 1, 5).astype(int):
        with mpmath.workdps(20):
            ends = [mpmath.log(mpmath.mpf(p) / (1 - mpmath.mpf(p))) for p in span]
            mu, sd = (ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / (2 * mpmath.mpf(Z))

            def above(e, cause=float(form.u[k]), mu=mu, sd=sd):
                t = mpmath.sqrt(rho) * cause + mpmath.sqrt(1 - mpmath.mpf(rho)) * e
                odds = mpmath.log(mpmath.ncdf(t)) - mpmath.log(mpmath.ncdf(-t))
                return mpmath.npdf(e) * mpmath.ncdf((mu + odds) / sd)

            truth = mpmath.log(mpmath.fsum(above(mpmath.mpf(n) / 16) for n in range(-320, 321)) / 16)
        assert form.log_p[0, 0, k] == pytest.approx(float(truth), rel=0, abs=1e-10)


def test_certain_judgements_do_not_move_with_the_cause() -> None:
    for rho in (0.4, 0.99999):
        form = latent((item(0.0, 0.3), item(1.0, 0.3)), rho, Z)
        np.testing.assert_array_equal(form.log_p[:, 0], [np.full(len(form.u), -np.inf), np.zeros(len(form.u))])
        np.testing.assert_array_equal(form.log_q[:, 0], [np.zeros(len(form.u)), np.full(len(form.u), -np.inf)])


@pytest.mark.parametrize("rho", [0.0, 0.05, 0.5, 0.95, 0.9999])
@pytest.mark.parametrize("size", [1, 3, 20])
@pytest.mark.parametrize("p", [1e-200, 1e-5, 0.4])
def test_nodes_reach_past_every_peak(rho: float, size: int, p: float) -> None:
    """The integrand of `size` findings judged p peaks where u = n x slope: nodes go nine deviations past that, so nothing is cut off."""
    form = latent((item(p),) * size, rho, Z)
    total = form.log_weight + size * form.log_p[0, 0]
    assert max(total[0], total[-1]) < total.max() - 37
    assert form.u[0] <= -REACH
    assert form.u[-1] >= REACH
    assert np.exp(form.log_weight).sum() == pytest.approx(1, rel=1e-13)


@pytest.mark.parametrize("refine", [1, 3])
def test_refining_halves_the_step(refine: int) -> None:
    items = (item(0.2), item(0.7))
    plain, fine = latent(items, 0.5, Z), latent(items, 0.5, Z, refine)
    assert np.diff(plain.u)[0] == pytest.approx(2**refine * np.diff(fine.u)[0], rel=1e-12)
    assert together(fine, [True, True]) == pytest.approx(together(plain, [True, True]), rel=0, abs=1e-12)


def test_the_disagreement_of_two_rules_is_the_larger_of_every_other_node_over_all_hypotheses() -> None:
    """Weights a at even and b at odd places sum to n (a + b); every other one, doubled, to 2 n a or 2 n b."""
    a, b = 3.0, 1.0
    weight = np.log(np.tile([a, b], 10))
    flat = np.zeros((1, 2, 20))
    uneven = flat.copy()
    uneven[0, 1] = -np.log(np.tile([a, b], 10))  # the other hypothesis undoes the weights: its rules agree
    form = Latent(np.arange(20.0), weight, uneven, flat)
    assert cluster._disagreement(form, (item(0.5, 0.5),)) == pytest.approx(np.log((a + b) / (2 * b)), rel=1e-12)
    assert cluster._disagreement(form, (item(0.5, 0.5, found=False),)) == pytest.approx(np.log((a + b) / (2 * b)), rel=1e-12)
    agreed = Latent(np.arange(20.0), weight, uneven[:, 1:], flat[:, 1:])
    assert cluster._disagreement(agreed, (item(0.5),)) == pytest.approx(0, abs=1e-12)
    nowhere = Latent(np.arange(20.0), weight, np.full((1, 1, 20), -np.inf), flat[:, :1])
    assert cluster._disagreement(nowhere, (item(0.0),)) == 0


@pytest.mark.parametrize("judged", [[0.5] * 2, [1e-250] * 3, [1 - 1e-12, 1e-100, 0.3] * 5])
def test_a_settled_form_agrees_with_a_coarser_rule(judged: list[float]) -> None:
    items = tuple(item(p) for p in judged)
    form = settled(items, 0.9, Z)
    assert cluster._disagreement(form, items) < AGREEMENT
    finer = latent(items, 0.9, Z, 4)
    assert together(form, [True] * len(items)) == pytest.approx(together(finer, [True] * len(items)), rel=0, abs=1e-9)


@pytest.mark.parametrize(("a", "b"), [(0.7, 0.5), (0.0, 2.0), (-3.0, 0.3), (40.0, 1.5)])
def test_sums_over_normal_nodes_have_their_closed_form(a: float, b: float) -> None:
    """E[Phi(a + u + b X)] = Phi((a + u)/sqrt(1 + b^2)), from where it is all but 1 to where no double holds it."""
    step = 0.05
    x = np.arange(-60, 60 + step, step)
    u = np.array([-70.0, -38.0, -5.0, 0.0, 3.0, 45.0])
    log_p, log_q, disagreement = cluster._summed(lambda x, u: a + u + b * x, x[None], np.array([step]), u)
    truth = (a + u) / np.sqrt(1 + b * b)
    np.testing.assert_allclose(log_p[0], log_ndtr(truth), rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(log_q[0], log_ndtr(-truth), rtol=1e-11, atol=1e-13)
    assert disagreement < 1e-10


def test_a_step_that_is_too_long_shows_in_the_disagreement() -> None:
    """At steps of 2 and 4 the sums differ by what they are: taken here by hand."""
    x, u = np.arange(-10.0, 10.5, 2.0), np.array([0.4, -60.0])
    log_p, log_q, disagreement = cluster._summed(lambda x, u: u + 0.8 * x, x[None], np.array([2.0]), u)
    by_hand = []
    for nodes, step in ((x, 2.0), (x[::2], 4.0)):
        weight = -(nodes**2) / 2 - np.log(2 * np.pi) / 2 + np.log(step)
        by_hand.append([np.logaddexp.reduce(weight + log_ndtr(side * (u[:, None] + 0.8 * nodes)), axis=1) for side in (1, -1)])
    np.testing.assert_allclose([log_p[0], log_q[0]], by_hand[0], rtol=1e-12, atol=1e-14)
    assert disagreement == pytest.approx(np.abs(np.subtract(*by_hand)).max(), rel=1e-9)


def test_peaks_are_found_between_zero_and_the_end() -> None:
    """-a (x - b)^2/2 under a standard normal peaks at a b/(1 + a)."""
    a, b, end = np.array([1.0, 25.0, 4.0, 9.0]), np.array([3.0, 120.0, -2.0, 0.0]), np.array([5.0, 150.0, -7.0, 4.0])
    found = cluster._peaks(lambda x: -a * (x - b) ** 2 / 2, end)
    np.testing.assert_allclose(found, a * b / (1 + a), rtol=0, atol=0.25)


def test_the_same_judgement_under_two_hypotheses_is_computed_once_and_stands_under_both() -> None:
    form = latent((item(0.3, (0.2, 0.6), 0.3), item((0.2, 0.6), 0.3, 0.9)), 0.4, Z)
    np.testing.assert_array_equal(form.log_p[0, 0], form.log_p[0, 2])
    np.testing.assert_array_equal(form.log_p[0, 1], form.log_p[1, 0])
    np.testing.assert_array_equal(form.log_q[0, 0], form.log_q[1, 1])
    assert (form.log_p[1, 2] > form.log_p[1, 1]).all()


def redundant(judged: list[tuple[float, float] | float], found: list[bool]) -> float:
    """Log of the integral over one shared uniform v of P(theta >= v) or P(theta < v), over its log odds piece by piece."""
    spans = [p if isinstance(p, tuple) else (p, p) for p in judged]
    normal = []
    for span in spans:
        low, high = (np.log(p / (1 - p)) for p in span)
        normal.append(((low + high) / 2, (high - low) / (2 * Z)))

    cuts = np.unique(np.concatenate([np.arange(-42, 43, 2.0), *(mu + sd * np.arange(-9, 10) for mu, sd in normal)]))
    nodes, weights = np.polynomial.legendre.leggauss(30)
    half = np.diff(cuts)[:, None] / 2
    x = ((cuts[1:] + cuts[:-1])[:, None] / 2 + half * nodes).ravel()
    value = (half * weights).ravel() / (2 + np.exp(x) + np.exp(-x))
    for (mu, sd), there in zip(normal, found, strict=True):
        side = 1 if there else -1
        value *= ndtr(side * (mu - x) / sd) if sd else side * (mu - x) > 0
    return float(np.log(value.sum()))


@pytest.mark.parametrize(
    ("judged", "found"),
    [
        ([(0.3, 0.31), (0.305, 0.32)], [True, True]),
        ([(0.3, 0.31), (0.305, 0.32)], [False, True]),
        ([0.3, (0.25, 0.4), (0.01, 0.9)], [True, True, True]),
        ([(0.9990, 0.9999), (0.99, 0.9999)], [False, True]),
    ],
)
def test_ranges_next_to_one_are_as_good_as_fully_redundant(judged: list[tuple[float, float] | float], found: list[bool]) -> None:
    """A range blunts the step, so that the limit is reached at the rate of 1 - rho."""
    items = tuple(item(p, found=there) for p, there in zip(judged, found, strict=True))
    assert together(latent(items, 1 - 1e-12, Z), found)[0] == pytest.approx(redundant(judged, found), rel=0, abs=1e-9)


def test_finer_panels_change_nothing_next_to_one() -> None:
    items = (item((0.999, 0.9999), found=False), item((0.99, 0.9999)), item(0.995))
    plain, fine = (together(latent(items, 1 - 1e-6, Z, refine), [False, True, True])[0] for refine in (0, 1))
    assert plain == pytest.approx(fine, rel=0, abs=1e-9)
