"""Clusters at many correlations: orthant probabilities in closed form, and the table that the compiled rule reads.

Nothing here is random: a failure is an error, never chance.
"""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.special import ndtr

from processtrace import UsageError
from processtrace.exact import cluster_grid
from processtrace.exact.cluster_grid import HIGH, LOW, cluster_likelihoods

RHO = np.array([0.0, 0.02, 0.3, 0.7, 0.95, 0.9999, 0.99995, 1 - 1e-8])


def orthants() -> dict[str, np.ndarray]:
    """Sheppard 1899: two above 0, three above 0, one above and one below."""
    with mpmath.workdps(30):
        asin = [mpmath.asin(mpmath.mpf(r)) / (2 * mpmath.pi) for r in RHO]
        acos = [mpmath.acos(mpmath.mpf(r)) / (2 * mpmath.pi) for r in RHO]
        return {
            "pair": np.array([float(mpmath.mpf(1) / 4 + a) for a in asin]),
            "three": np.array([float(mpmath.mpf(1) / 8 + 3 * a / 2) for a in asin]),
            "opposed": np.array([float(a) for a in acos]),
        }


def test_even_judgements_have_the_orthant_probabilities() -> None:
    truth = orthants()
    pair = np.full((1, 2, 1), 0.5)
    np.testing.assert_allclose(cluster_likelihoods(pair, RHO)[0, :, 0], np.log(truth["pair"]), rtol=0, atol=1e-9)
    np.testing.assert_allclose(cluster_likelihoods(np.full((1, 3, 1), 0.5), RHO)[0, :, 0], np.log(truth["three"]), rtol=0, atol=1e-9)
    t, f = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    np.testing.assert_allclose(cluster_likelihoods(pair, RHO, t, f)[0, :, 0], np.log(truth["opposed"]), rtol=0, atol=1e-9)


def test_reports_that_may_be_false_mix_the_orthants() -> None:
    """sum over what is true of the product of rates: with p = 1/2 each pair of truths has its orthant."""
    truth, t, f = orthants(), np.array([[0.9], [0.3]]), np.array([[0.2], [0.7]])
    mixed = truth["pair"] * (0.9 * 0.3 + 0.2 * 0.7) + truth["opposed"] * (0.9 * 0.7 + 0.2 * 0.3)
    np.testing.assert_allclose(cluster_likelihoods(np.full((1, 2, 1), 0.5), RHO, t, f)[0, :, 0], np.log(mixed), rtol=0, atol=1e-9)


@pytest.mark.parametrize("p", [1e-300, 1e-40, 1e-6, 0.2, 0.5, 0.9, 1 - 1e-12])
def test_an_item_by_itself_does_not_depend_on_the_correlation(p: float) -> None:
    one = np.full((1, 1, 1), p)
    found, missed, doubtful = (cluster_likelihoods(one, RHO[:6], t, f)[0, :, 0] for t, f in ((1.0, 0.0), (0.0, 1.0), (0.8, 0.3)))
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
    found = cluster_likelihoods(p, RHO)[0]
    assert (found[:, 0] == -np.inf).all()
    np.testing.assert_allclose(found[:, 1], np.log(0.4), rtol=0, atol=1e-9)
    np.testing.assert_allclose(found[:, 2], 0, atol=1e-9)
    missed = cluster_likelihoods(p, RHO, np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]]))[0]
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
