"""What is known of a model without sampling: its exact means, and the spread before the evidence."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from strategies.designs import six_items
from truth.calibration import panel_study

import processtrace as pt
from processtrace.inference import mixtures
from processtrace.pymc_models import MODELS


def known(study, name, options):
    return MODELS[name].known(study, **options).groups()


STUDY = six_items(2)


def test_exact_means_are_those_of_update_and_mixtures():
    assert known(STUDY, "explanation", {})["exact"]["explanation"].equals(pt.update(STUDY)["posterior"].reset_coords(drop=True))
    made = known(STUDY, "pooled", {"concentration": 3})["exact"]
    assert np.allclose(made["case_share"], mixtures.pooled(STUDY, 3).case_share)
    assert np.allclose(known(STUDY, "shares", {})["exact"]["evidence_share"], mixtures.shares(STUDY).evidence_share)


def test_shares_around_a_learned_mean_have_the_spread_of_their_prior():
    """sd^2 = E[m (1 - m)] E[1/(kappa + 1)] + Var m, the second by quadrature of a log-normal; 20,000 draws give it to 1 %."""
    groups = known(STUDY, "shares", {"mean": "learned"})
    counterpart = mixtures.learned_shares(STUDY)
    for name in ("evidence_share", "common_share"):
        assert np.array_equal(groups["exact"][name], counterpart[name])
    alpha = np.array([2 / 3, 4 / 3])
    mean, sd = alpha / 2, mixtures.dirichlet_sd(alpha)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    shrunk = weights @ expit(-(np.log(2) + nodes)) / weights.sum()
    expected = np.sqrt((mean * (1 - mean) - sd**2) * shrunk + sd**2)
    assert np.allclose(groups["elicited"]["evidence_share_sd"], expected, rtol=0.03)
    assert np.allclose(groups["elicited"]["common_share_sd"], sd)


def test_a_panel_has_no_exact_means_but_a_prior():
    groups = known(panel_study({}), "panel", {})
    assert set(groups) == {"elicited"}
    assert groups["elicited"]["lean_sd"].values[0, 0] == pytest.approx(np.sqrt(2 / 3))
    rng = np.random.default_rng(1)
    drawn = np.exp(np.log(0.5) + 0.75 * rng.normal(size=400_000))
    assert groups["elicited"]["spread_sd"].values[0] == pytest.approx(drawn.std(), rel=0.02)
