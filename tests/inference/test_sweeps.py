"""Many scenarios: the same numbers as one by one, in any chunks, on one core or on several workers."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import processtrace as pt
from processtrace.inference.sweeps import judged_with_noise, posterior_of

RNG = np.random.default_rng(7)


def study() -> pt.Study:
    def items(case: int) -> list[pt.Evidence]:
        p = RNG.uniform(0.05, 0.95, (4, 3))
        return [
            pt.Evidence(f"e{k}", finding=f"Finding {k} of case {case}.", probability=dict(zip("abc", map(float, row), strict=True)))
            for k, row in enumerate(p)
        ]

    return pt.Study("Many", hypotheses={h: {} for h in "abc"}, cases=[pt.Case(f"c{k}", evidence=items(k)) for k in range(3)])


STUDY = study()
DATA = pt.to_dataset(STUDY)


def priors(scenarios: int) -> xr.DataArray:
    return xr.DataArray(RNG.gamma(1.0, size=(scenarios, 3)), dims=("scenario", "hypothesis"), coords={"hypothesis": list("abc")})


def test_each_scenario_is_the_update_of_a_study_with_that_prior():
    prior = priors(5)
    swept = pt.sweep(STUDY, prior)
    assert swept.dims == ("scenario", "case", "hypothesis")
    for s in range(5):
        one = pt.update(STUDY.with_prior({h: float(prior[s].sel(hypothesis=h)) for h in "abc"})).posterior
        np.testing.assert_allclose(swept[s].values, one.values, rtol=0, atol=1e-14)


def test_errors_of_judgement_enter_every_item():
    noisy = judged_with_noise(DATA, 6, 3.0, random_seed=1)
    swept = pt.sweep(DATA, log_likelihood=noisy)
    for s in range(6):
        one = pt.update(DATA.assign(log_likelihood=noisy[s])).posterior
        np.testing.assert_allclose(swept[s].values, one.values, rtol=0, atol=1e-14)


def test_errors_have_the_standard_deviation_that_was_asked_for():
    """Chi-square of 24,000 differences: outside four standard errors once in 16,000."""
    noisy = judged_with_noise(DATA, 2000, 5.0, random_seed=2) - DATA["log_likelihood"]
    differences = (noisy.sel(hypothesis="a") - noisy.sel(hypothesis="b")).values.ravel() * 10 / np.log(10)
    assert differences.std() == pytest.approx(5.0, abs=4 * 5.0 / np.sqrt(2 * differences.size))


@pytest.mark.parametrize("chunk", [1, 3, 7, 20])
def test_numbers_do_not_depend_on_chunks(chunk):
    whole = pt.sweep(DATA, log_likelihood=judged_with_noise(DATA, 20, 3.0, random_seed=3))
    parts = pt.sweep(DATA, log_likelihood=judged_with_noise(DATA, 20, 3.0, random_seed=3, chunk=chunk))
    assert parts.chunks is not None
    np.testing.assert_array_equal(parts.compute().values, whole.values)


def test_nothing_underflows_and_what_is_refuted_is_told():
    nats = np.array([[-2000.0, -2001.0, -3000.0]])
    prior = np.array([[[1e-300, 1.0, 1.0]], [[0.0, 0.0, 0.0]], [[1.0, 1e-200, 0.0]]])
    found = pt.exact.posteriors(prior, nats)
    odds = np.log(1e-300) + 1.0
    assert found[0, 0, 0] == pytest.approx(np.exp(odds), rel=1e-12)
    assert np.isnan(found[1]).all()
    assert found[2, 0].tolist() == pytest.approx([1.0, np.exp(-1) * 1e-200, 0.0], rel=1e-12)
    tiny = pt.exact.posteriors(np.array([[[1e-300, 1e-300, 0.0]]]), nats)
    assert tiny[0, 0].tolist() == pytest.approx([1 / (1 + np.exp(-1)), np.exp(-1) / (1 + np.exp(-1)), 0.0], rel=1e-12)


def test_many_cases_need_no_scenario():
    nats = xr.DataArray(RNG.normal(0, 5, (1000, 3)), dims=("case", "hypothesis"))
    prior = xr.DataArray([1.0, 2.0, 1.0], dims="hypothesis")
    expected = np.array([pt.exact.posterior(prior.values, row[None]) for row in nats.values])
    np.testing.assert_allclose(posterior_of(prior, nats).values, expected, atol=1e-14)
    np.testing.assert_array_equal(posterior_of(prior, nats.chunk(case=100)).compute().values, posterior_of(prior, nats).values)


def test_a_million_cases_in_chunks_are_the_same_to_the_bit():
    nats = xr.DataArray(RNG.normal(0, 5, (1_000_000, 3)), dims=("case", "hypothesis"))
    prior = xr.DataArray([1.0, 2.0, 1.0], dims="hypothesis")
    chunked = posterior_of(prior, nats.chunk(case=50_000))
    assert chunked.chunksizes["case"] == (50_000,) * 20
    np.testing.assert_array_equal(chunked.compute().values, posterior_of(prior, nats).values)


@pytest.mark.parametrize(
    ("prior", "nats", "words"),
    [
        (None, None, "needs the dimension 'scenario'"),
        (xr.DataArray([1.0, 2.0], dims="scenario"), None, "needs the dimension 'hypothesis'"),
    ],
)
def test_what_is_missing_is_told(prior, nats, words):
    with pytest.raises(pt.UsageError, match=words):
        pt.sweep(DATA, prior, nats)


def test_shapes_that_do_not_go_together_are_told():
    with pytest.raises(pt.UsageError, match="the same scenarios, items and hypotheses"):
        pt.exact.posteriors(np.ones((4, 3, 3)), np.zeros((5, 12, 3)), np.repeat([0, 1, 2], 4))
    with pytest.raises(pt.UsageError, match="ascending order"):
        pt.exact.posteriors(np.ones((4, 2, 3)), np.zeros((3, 3)), [0, 1, 0])


@pytest.mark.filterwarnings("ignore::Warning")  # of a worker that is killed on purpose
def test_a_cluster_gives_the_same_numbers_though_a_worker_dies():
    import distributed

    whole = pt.sweep(DATA, log_likelihood=judged_with_noise(DATA, 4000, 3.0, random_seed=4))
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit="1GiB") as cluster,
        distributed.Client(cluster) as client,
    ):
        lazy = pt.sweep(DATA, log_likelihood=judged_with_noise(DATA, 4000, 3.0, random_seed=4, chunk=100))
        running = client.compute(lazy)
        pids = client.run(lambda: __import__("os").getpid())
        client.run(lambda: None)
        import os
        import signal

        os.kill(next(iter(pids.values())), signal.SIGKILL)
        np.testing.assert_array_equal(running.result(timeout=300).values, whole.values)
