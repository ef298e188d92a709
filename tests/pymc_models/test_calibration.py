"""Every sampled model: calibrated by simulation, and held against its exact counterpart over random studies.

Calibration: ranks of what was simulated among posterior draws; a right model is accused with probability .005 (by simulation
of uniform ranks, shared out over a model's quantities). At 24 studies only gross errors show; `-m long` takes 200.

Exact counterparts: a mean fails beyond 4 Monte Carlo standard errors and .02 (for a right model 6e-5 each, below .005 all
together); the number of independent means beyond 2 errors is held to the binomial at level .001.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import arviz as az
import numpy as np
import pytest
import xarray as xr
from scipy.stats import binom
from strategies.designs import six_items
from strategies.studies import examples, redrawn
from truth import calibration

import processtrace as pt
from processtrace.inference import mixtures
from processtrace.inference.diagnostics import diagnose
from processtrace.study.frozen import Map

LEVEL = 0.005
STUDIES = examples(redrawn(six_items(3), findings=True), 4)
EXACT = {
    "explanation": lambda study: pt.update(study)["posterior"],
    "pooled": lambda study: mixtures.pooled(study)["case_share"],
    "shares": lambda study: mixtures.shares(study)["evidence_share"],
}
VARIABLE = {"explanation": "explanation", "pooled": "case_share", "shares": "evidence_share"}


@cache
def sampler(name: str) -> Any:
    return calibration.MODELS[name].sampler()


def assert_uniform(name: str, replications: int, levels: int) -> None:
    p = calibration.p_values(calibration.ranks(calibration.MODELS[name], replications, levels, sampler=sampler(name)), levels)
    assert min(p.values()) * len(p) > LEVEL, p


@pytest.mark.parametrize("name", calibration.MODELS)
def test_ranks_of_the_truth_are_uniform(name):
    assert_uniform(name, 24, 39)


@pytest.mark.long
@pytest.mark.parametrize("name", calibration.MODELS)
def test_ranks_of_the_truth_are_uniform_at_length(name):
    assert_uniform(name, 200, 99)


def test_a_sampler_that_never_read_the_data_is_accused():
    """Draws from the prior: ranks of the parameters alone would be uniform, those that carry the findings are not."""
    found = []
    for k in range(300):
        rng = np.random.default_rng([2, k])
        study, true = calibration.explanation(rng)
        draws = [calibration.judged(calibration.truth(calibration.elicited(study, rng)), study).item() for _ in range(39)]
        found.append(sum(one < calibration.judged(true, study).item() for one in draws))
    p = calibration.p_values({"judgements": np.array(found)}, 39)
    assert p["judgements"] < LEVEL / len(calibration.COMMON)


@pytest.mark.parametrize("name", calibration.MODELS)
def test_a_run_that_is_far_too_short_fails_its_diagnosis(name):
    model = calibration.MODELS[name]
    study, _ = model.simulate(np.random.default_rng(3))
    said = diagnose(xr.DataTree.from_dict({"posterior": sampler(name).draw(study, draws=12, tune=3, chains=2, seed=1)}))
    assert not said.passed
    assert said.lines[0] == "This run did not converge; its numbers must not be used."
    assert any("effective draws" in line for line in said.lines)


@cache
def sampled(name: str) -> list[tuple[pt.Study, np.ndarray, np.ndarray]]:
    """Mean and Monte Carlo standard error of the first of two hypotheses, by study."""
    found = []
    for seed, study in enumerate(STUDIES):
        part = sampler(name).draw(study, draws=1000, tune=400, chains=4, seed=seed)[VARIABLE[name]].isel(hypothesis=0)
        assert float(az.ess(part).min()) >= 1000
        assert float(az.rhat(part).max()) < 1.02
        found.append((study, part.mean(("chain", "draw")).values, az.mcse(part).values))
    return found


def errors(name: str, change=lambda study: study) -> tuple[np.ndarray, np.ndarray]:
    """Differences from the exact means of a study, or of one changed: in standard errors and as they are."""
    off = [(mean - EXACT[name](change(study)).isel(hypothesis=0).values, mcse) for study, mean, mcse in sampled(name)]
    return np.array([d / mcse for d, mcse in off]).ravel(), np.array([d for d, _ in off]).ravel()


@pytest.mark.parametrize("name", EXACT)
def test_means_over_random_studies_are_the_exact_ones(name):
    z, off = errors(name)
    assert np.abs(z).max() < 4
    assert np.abs(off).max() < 0.02
    assert binom.sf((np.abs(z) > 2).sum() - 1, z.size, 0.0455) > 1e-3


def test_shares_around_a_learned_mean_agree_with_weighted_points():
    """Their counterpart errs too: four times both errors together, for a right model once in 1,000 runs of these eight means."""
    for seed, study in enumerate(STUDIES[:2]):
        part = sampler("learned").draw(study, draws=1000, tune=500, chains=4, seed=seed)
        known = mixtures.learned_shares(study)
        for name in ("evidence_share", "common_share"):
            draws = part[name].isel(hypothesis=0)
            error = np.hypot(az.mcse(draws).values, known.attrs["error_mean"])
            off = draws.mean(("chain", "draw")).values - known[name].isel(hypothesis=0).values
            assert (np.abs(off) < 4 * error).all()
            assert (error < 0.01).all()


def independent(study: pt.Study) -> pt.Study:
    return dataclasses.replace(study, clusters=Map({"k": pt.Cluster("k", correlation=0)}))


def believed(study: pt.Study) -> pt.Study:
    return dataclasses.replace(study, sources=Map({"point": pt.Source("point", reliability=0.8), "ranged": pt.Source("ranged")}))


@pytest.mark.parametrize("change", [independent, believed])
@pytest.mark.parametrize("name", EXACT)
def test_a_model_that_ignores_dependence_or_reliability_is_caught(name, change):
    z, _ = errors(name, change)
    assert np.abs(z).max() > 4
