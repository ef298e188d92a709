"""Judgements that lean together in the sampled models, against the exact engine."""

from __future__ import annotations

import dataclasses

import numpy as np
import pymc as pm
import pytest
from strategies.designs import ten_items

import processtrace as pt
from processtrace.exact.ranges import gauss_rule
from processtrace.inference.layout.integrated import integrated, unit_nats_at
from processtrace.inference.reading import readings
from processtrace.pymc_models.explanation import explanation_model
from processtrace.pymc_models.judgements import judgements_model


def leaning(r: float, sources: bool = True) -> pt.Study:
    """Ten items, or those without an uncertain source, whose judgements lean together."""
    made = ten_items()
    case = made.cases[0]
    kept = [item for item in case.evidence if sources or "ranged" not in item.source]
    return dataclasses.replace(made, lean_correlation=r, cases=(dataclasses.replace(case, evidence=tuple(kept)),))


def test_without_uncertain_sources_the_model_is_the_update():
    made = leaning(0.6, sources=False)
    with explanation_model(made) as model:
        found = pm.draw(model["explanation"], draws=1)
    assert np.ravel(found) == pytest.approx(pt.update(made)["posterior"].values[0], abs=1e-9)
    assert np.ravel(found) != pytest.approx(pt.update(leaning(0.0, sources=False))["posterior"].values[0], abs=1e-4)


def test_polynomials_in_reliabilities_average_the_lean():
    """The polynomial of a leaning unit, averaged over its one reliability, is the exact likelihood."""
    made = leaning(0.5)
    reading, form = readings(made)[0], integrated(made)
    r, _, log_weight = gauss_rule(*reading.numbers.ranges[0], reading.numbers.z, 6)
    at = unit_nats_at(form, r[:, None]).sum(axis=1)
    assert np.logaddexp.reduce(at + log_weight[:, None]) == pytest.approx(reading.log_likelihood, abs=1e-8)


@pytest.mark.parametrize("r", [0.0, 0.8])
def test_free_judgements_have_the_evidence_of_the_update(r):
    """The mean of P(E | theta) over 40,000 draws of the prior is P(E), within four standard errors: wrong once in 16,000 runs."""
    made = leaning(r, sources=False)
    with judgements_model(made) as model:
        drawn = np.exp(pm.draw(model["log_evidence"], draws=40_000, random_seed=1).ravel())
    reading = readings(made)[0]
    exact = float(np.exp(np.logaddexp.reduce(reading.log_prior + reading.log_likelihood)))
    assert abs(drawn.mean() - exact) < 4 * drawn.std() / np.sqrt(len(drawn))
    assert ("lean" in model.named_vars) == (r > 0)


def test_independent_draws_are_refused():
    with pytest.raises(pt.UsageError, match="sample the model 'judgements'"):
        pt.exact_draws(leaning(0.3))
