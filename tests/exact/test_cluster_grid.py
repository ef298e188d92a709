"""Clusters at many correlations, and next to 1: orthants in closed form, sums, adaptive quadrature, and the table of the compiled rule.

The problems are drawn with fixed seeds: a failure is an error, never chance.
"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.special import ndtr
from truth import oracle

import processtrace as pt
from processtrace import UsageError
from processtrace.exact import cluster_grid
from processtrace.exact.cluster import latent
from processtrace.exact.cluster_grid import HIGH, LOW, cluster_likelihoods
from processtrace.exact.items import Item
from processtrace.exact.ranges import z_of
from processtrace.exact.redundant import redundant_nats
from processtrace.inference.numbers import case_numbers

RHO = (0.0, 0.01, 0.3, 0.5, 0.75, 0.9, 0.99)
NEXT_TO_ONE = (0.99999, 0.999999, 1 - 1e-12)


def probability(rng: np.random.Generator) -> float:
    return float(
        [10 ** -rng.uniform(1, 300), 10 ** -rng.uniform(0.3, 8), 1 - 10 ** -rng.uniform(0.3, 12), rng.uniform(0.05, 0.95)][rng.integers(4)]
    )


def summed(p: np.ndarray, t: np.ndarray, f: np.ndarray, rho: float) -> float:
    """Equal steps over a wide line, far finer than needed, the log of every factor taken by itself."""
    step = 0.05 * np.sqrt(1 - rho) / np.sqrt(len(p))
    u = np.arange(-60, 60, step)
    total = -u * u / 2 - 0.5 * np.log(2 * np.pi) + np.log(step)
    for theta, true, false in zip(p, t, f, strict=True):
        total = total + oracle.mixture(*oracle.sharpened((theta, theta), 0.9, rho, u), true, false)
    return float(np.logaddexp.reduce(total))


@pytest.mark.parametrize("rho", RHO)
def test_many_clusters_against_sums(rho):
    rng = np.random.default_rng(int(1000 * rho))
    for size in (1, 2, 5, 12):
        p = np.array([[probability(rng)] for _ in range(size)])
        found, s = rng.random((size, 1)) < 0.6, rng.choice([1.0, 1 - 1e-9, 0.9, 0.4], (size, 1))
        t, f = np.where(found, 1.0, 1 - s), np.where(found, rng.choice([0.0, 0.05], (size, 1)), 1.0)
        got = cluster_likelihoods(p[None], [rho], t, f)[0, 0, 0]
        assert got == pytest.approx(summed(p[:, 0], t[:, 0], f[:, 0], rho), rel=0, abs=1e-9)


def test_many_clusters_without_dependence_are_products_and_zero_refutes():
    p = np.array([[[0.3, 0.0], [0.5, 0.2]], [[1.0, 1e-300], [0.25, 1e-300]]])
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(cluster_likelihoods(p, [0.0])[:, 0], np.log(p).sum(axis=1), rtol=1e-10)


@pytest.mark.parametrize(("p", "rho"), [(1.2, 0.5), (0.5, 1.0), (0.5, -0.1), (np.nan, 0.5)])
def test_numbers_out_of_bounds_are_refused(p, rho):
    with pytest.raises(pt.UsageError, match=r"numbers in \[0, 1\]"):
        cluster_likelihoods(np.full((1, 2, 2), p), [rho])


def study(judged: list[tuple[str, object]], rho: float) -> pt.Study:
    items = [
        pt.Evidence(
            f"e{k}",
            finding="f",
            cluster="one",
            status=status,
            probability={"a": p, "b": 0.5},
            **({"search_sensitivity": 1.0} if status == "not_found" else {}),
        )
        for k, (status, p) in enumerate(judged)
    ]
    return pt.Study(
        "Next to one", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("c", clusters={"one": {"correlation": rho}}, evidence=items)]
    )


def engine(judged: list[tuple[str, object]], rho: float) -> float:
    return float(pt.to_dataset(study(judged, rho))["log_likelihood"].sum("evidence").sel(hypothesis="a"))


def split_at_jumps(judged: list[tuple[str, float]], rho: float) -> float:
    """The integral in mpmath, cut around every jump."""
    with mpmath.workdps(30):
        narrow, root = mpmath.sqrt(1 - mpmath.mpf(rho)), mpmath.sqrt(mpmath.mpf(rho))
        probits = [mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(p) - 1) for _, p in judged]
        steps = [k * narrow for k in (-30, -10, -6, -4, -2, 0, 2, 4, 6, 10, 30)]
        cuts = sorted({c for q in probits for step in steps if -12 <= (c := -q / root + step) <= 12} | {-12, -5, -2, 0, 2, 5, 12})

        def integrand(u):
            value = mpmath.npdf(u)
            for (status, _), q in zip(judged, probits, strict=True):
                value *= mpmath.ncdf((q + root * u) / narrow * (1 if status == "found" else -1))
            return value

        return float(mpmath.log(mpmath.quad(integrand, cuts, maxdegree=5)))


@pytest.mark.parametrize("rho", NEXT_TO_ONE)
def test_next_to_one_against_quadrature_between_the_jumps(rho):
    judged = [("found", 0.7), ("found", 0.7), ("not_found", 0.2)]
    assert engine(judged, rho) == pytest.approx(split_at_jumps(judged, rho), rel=0, abs=1e-9)


@pytest.mark.parametrize(
    "judged",
    [
        [("found", 0.7), ("found", 0.3), ("found", 1e-6), ("not_found", 1e-8)],
        [("found", 0.9), ("not_found", 0.2), ("not_found", 0.6)],
        [("found", (0.2, 0.6)), ("found", 0.7), ("not_found", (0.01, 0.05))],
    ],
)
def test_the_limit_is_reached_at_the_rate_of_the_root_of_what_is_left(judged):
    """The distance falls as sqrt(1 - rho): a jump is so wide."""
    limits = redundant_nats(case_numbers(study(judged, 0.5), study(judged, 0.5).cases[0]), range(len(judged)), {0})
    apart = [abs(engine(judged, rho) - float(limits[0])) for rho in NEXT_TO_ONE]
    assert all(distance < 5 * np.sqrt(1 - rho) for distance, rho in zip(apart, NEXT_TO_ONE, strict=True))
    assert apart[2] < 1e-5


def test_findings_that_exclude_each_other_in_the_limit_have_the_exponent_of_their_distance():
    """Two findings whose jumps lie d apart the wrong way: the peak stands between them, and log P -> -d^2/(4 (1 - rho))."""
    for rho in (0.99999, 0.999999):
        judged = [("found", float(ndtr(0.2))), ("not_found", float(ndtr(0.7)))]
        assert engine(judged, rho) == pytest.approx(-(0.5**2) / (4 * (1 - rho)), rel=0.01)


def test_memory_does_not_grow_as_the_correlation_nears_one():
    items = tuple(Item(True, (p, p / 2), (p, p / 2), (1.0,) * 2, (1.0,) * 2, cluster=0) for p in np.linspace(0.05, 0.95, 30))
    assert max(len(latent(items, rho, z_of(0.9)).u) for rho in NEXT_TO_ONE) < 80_000


def test_draws_refuse_correlations_that_would_need_unequal_steps():
    with pytest.raises(pt.UsageError, match="draws need equal steps"):
        pt.exact_draws(study([("found", (0.2, 0.6)), ("found", 0.7)], 0.99999), draws=10, random_seed=1)


ORTHANT_RHO = np.array([0.0, 0.02, 0.3, 0.7, 0.95, 0.9999, 0.99995, 1 - 1e-8])


def orthants() -> dict[str, np.ndarray]:
    """Sheppard 1899: two above 0, three above 0, one above and one below."""
    with mpmath.workdps(30):
        asin = [mpmath.asin(mpmath.mpf(r)) / (2 * mpmath.pi) for r in ORTHANT_RHO]
        acos = [mpmath.acos(mpmath.mpf(r)) / (2 * mpmath.pi) for r in ORTHANT_RHO]
        return {
            "pair": np.array([float(mpmath.mpf(1) / 4 + a) for a in asin]),
            "three": np.array([float(mpmath.mpf(1) / 8 + 3 * a / 2) for a in asin]),
            "opposed": np.array([float(a) for a in acos]),
        }


def test_even_judgements_have_the_orthant_probabilities() -> None:
    truth = orthants()
    pair = np.full((1, 2, 1), 0.5)
    np.testing.assert_allclose(cluster_likelihoods(pair, ORTHANT_RHO)[0, :, 0], np.log(truth["pair"]), rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        cluster_likelihoods(np.full((1, 3, 1), 0.5), ORTHANT_RHO)[0, :, 0], np.log(truth["three"]), rtol=0, atol=1e-9
    )
    t, f = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    np.testing.assert_allclose(cluster_likelihoods(pair, ORTHANT_RHO, t, f)[0, :, 0], np.log(truth["opposed"]), rtol=0, atol=1e-9)


def test_reports_that_may_be_false_mix_the_orthants() -> None:
    """sum over what is true of the product of rates: with p = 1/2 each pair of truths has its orthant."""
    truth, t, f = orthants(), np.array([[0.9], [0.3]]), np.array([[0.2], [0.7]])
    mixed = truth["pair"] * (0.9 * 0.3 + 0.2 * 0.7) + truth["opposed"] * (0.9 * 0.7 + 0.2 * 0.3)
    np.testing.assert_allclose(cluster_likelihoods(np.full((1, 2, 1), 0.5), ORTHANT_RHO, t, f)[0, :, 0], np.log(mixed), rtol=0, atol=1e-9)


@pytest.mark.parametrize("p", [1e-300, 1e-40, 1e-6, 0.2, 0.5, 0.9, 1 - 1e-12])
def test_an_item_by_itself_does_not_depend_on_the_correlation(p: float) -> None:
    one = np.full((1, 1, 1), p)
    found, missed, doubtful = (cluster_likelihoods(one, ORTHANT_RHO[:6], t, f)[0, :, 0] for t, f in ((1.0, 0.0), (0.0, 1.0), (0.8, 0.3)))
    np.testing.assert_allclose(found, np.log(p), rtol=0, atol=1e-9)
    np.testing.assert_allclose(missed, np.log1p(-p), rtol=0, atol=1e-9)
    np.testing.assert_allclose(doubtful, np.log(0.8 * p + 0.3 * (1 - p)), rtol=0, atol=1e-9)


def test_clusters_items_and_hypotheses_keep_their_places() -> None:
    """Without dependence each is a product; each hypothesis, cluster and rate has its own."""
    rng = np.random.default_rng(4)
    p, t, f = (rng.uniform(0.05, 0.95, (3, 4, 2)) for _ in range(3))
    np.testing.assert_allclose(cluster_likelihoods(p, [0.0], t, f)[:, 0], np.log(t * p + f * (1 - p)).sum(axis=1), rtol=0, atol=1e-9)
    both = cluster_likelihoods(p, [0.6, 0.99995, 0.2], t, f)
    for k, rho in enumerate((0.6, 0.99995, 0.2)):
        for c in range(3):
            np.testing.assert_allclose(
                both[c, k], cluster_likelihoods(p[c : c + 1], [rho], t[c : c + 1], f[c : c + 1])[0, 0], rtol=0, atol=1e-9
            )


def test_certain_judgements_are_certain_at_every_correlation() -> None:
    p = np.array([[[0.0, 1.0, 1.0], [0.4, 0.4, 1.0]]])
    found = cluster_likelihoods(p, ORTHANT_RHO)[0]
    assert (found[:, 0] == -np.inf).all()
    np.testing.assert_allclose(found[:, 1], np.log(0.4), rtol=0, atol=1e-9)
    np.testing.assert_allclose(found[:, 2], 0, atol=1e-9)
    missed = cluster_likelihoods(p, ORTHANT_RHO, np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]]))[0]
    np.testing.assert_allclose(missed[:, 0], np.log(0.4), rtol=0, atol=1e-9)
    assert (missed[:, 1] == -np.inf).all()


def test_more_agreement_is_more_probable_the_more_items_depend() -> None:
    logs = cluster_likelihoods(np.full((1, 12, 1), 1e-30), np.linspace(0, 0.99, 30))[0, :, 0]
    assert (np.diff(logs) > 0).all()
    assert logs[0] == pytest.approx(12 * np.log(1e-30), abs=1e-9)


def test_the_table_holds_phi_between_its_nodes() -> None:
    """Seven powers of at most half a cell: relative error below 1e-11."""
    table = cluster_grid._table()
    x = np.linspace(-LOW, HIGH - 1e-9, 50_001)
    place = (x + LOW) * cluster_grid.CELLS
    d = (place - np.floor(place) - 0.5) / cluster_grid.CELLS
    value = (table[np.floor(place).astype(int)] * d[:, None] ** np.arange(8)).sum(axis=1)
    np.testing.assert_allclose(value, ndtr(x), rtol=1e-11)
    assert 1 - ndtr(HIGH) < 1e-16


@pytest.mark.parametrize(("shape", "rho"), [((2, 2), [0.5]), ((1, 2, 2), [[0.5]])])
def test_shapes_that_do_not_go_together_are_refused(shape: tuple[int, ...], rho: object) -> None:
    with pytest.raises(UsageError):
        cluster_likelihoods(np.full(shape, 0.5), rho)


@pytest.mark.parametrize(("t", "f"), [(1.1, 0.0), (-0.1, 0.0), (1.0, 1.1), (1.0, -0.1)])
def test_rates_outside_their_bounds_are_refused(t: float, f: float) -> None:
    with pytest.raises(UsageError, match="probability, true, false"):
        cluster_likelihoods(np.full((1, 2, 1), 0.5), [0.3], t, f)
