"""Dirichlet mixtures by quadrature, against the sum over every assignment of terms to hypotheses."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.special import gammaln
from strategies.designs import ten_items
from truth.all_assignments import enumerated

import processtrace as pt
from processtrace.exact.dirichlet import beta_rule, mixture
from processtrace.inference import mixtures
from processtrace.study.frozen import Map


@pytest.mark.parametrize("alpha", [[1, 1, 1], [0.3, 0.8, 2.5, 1], [0, 1.5, 40], [2, 0.1]])
@pytest.mark.parametrize("terms", [0, 1, 4, 6])
def test_mixture_is_the_sum_over_all_assignments(alpha, terms):
    alpha = np.array(alpha, float)
    nats = np.random.default_rng(terms).normal(0, 4, (terms, len(alpha)))
    made, truth = mixture(alpha, nats), enumerated(alpha, nats)
    for got, expected in zip((made.log_evidence, made.mean, made.sd, made.responsibility), truth, strict=True):
        assert np.allclose(got, expected, rtol=1e-10, atol=1e-12)
    assert made.error_nats == 0


def test_terms_of_any_size_and_refuted_ones():
    nats = np.array([[-3000.0, -3001.0], [-np.inf, -700.0], [0.0, -np.inf]])
    made, truth = mixture(np.ones(2), nats), enumerated(np.ones(2), nats + np.array([[3000.0], [700.0], [0.0]]))
    assert made.log_evidence == pytest.approx(truth[0] - 3700, abs=1e-9)
    assert np.allclose(made.mean, truth[1], rtol=1e-12)
    impossible = mixture(np.ones(2), np.array([[-np.inf, -np.inf]]))
    assert np.isneginf(impossible.log_evidence)


def test_far_out_in_the_prior():
    """A hundred cases of one kind against a prior worth a thousand: mean (alpha + n)/(A + n), far in the rule's tail."""
    alpha = np.array([300.0, 300.0, 400.0])
    made = mixture(alpha, np.tile([0.0, -np.inf, -np.inf], (100, 1)))
    assert np.allclose(made.mean, (alpha + np.array([100, 0, 0])) / 1100, rtol=1e-10)
    assert made.log_evidence == pytest.approx(gammaln(1000) - gammaln(1100) + gammaln(400) - gammaln(300), rel=1e-12)


def test_beta_rule_integrates_powers_exactly():
    v, rest, log_weight = beta_rule(0.5, 3.0, 12)
    for power in range(24):
        truth = np.exp(gammaln(0.5 + power) + gammaln(3.5) - gammaln(0.5) - gammaln(3.5 + power))
        assert np.exp(log_weight) @ v**power == pytest.approx(truth, rel=1e-11)
    assert np.allclose(v + rest, 1)


def test_too_many_hypotheses_for_exactness_state_their_error():
    nats = np.random.default_rng(1).normal(0, 3, (24, 8))
    made = mixture(np.ones(8), nats)
    assert 0 < made.error_mean < 0.005
    assert 0 < made.error_nats < 0.05


def test_one_case_alone_is_the_update():
    study = ten_items(1)
    assert np.allclose(mixtures.pooled(study).explanation, pt.update(study).posterior, rtol=1e-12)


def test_a_concentration_without_limit_is_the_update_of_each_case():
    study = ten_items(4)
    assert np.allclose(mixtures.pooled(study, 1e7).explanation, pt.update(study).posterior, atol=1e-5)


def test_a_cases_own_prior_is_background_evidence():
    study = ten_items(1, own_prior=True)
    assert np.allclose(mixtures.pooled(study).explanation, pt.update(study).posterior, rtol=1e-12)


def test_shares_of_one_unit_say_what_the_update_says():
    """With one unit the mixture is the prior's: same evidence, no Bayes factor, mean (alpha + posterior)/(A + 1)."""
    item = pt.Evidence("e", finding="E.", probability={"a": (0.5, 0.9), "b": 0.2})
    study = pt.Study("One", hypotheses={"a": {}, "b": {"prior": 3}}, cases=[pt.Case("x", evidence=[item])])
    made, exact = mixtures.shares(study), pt.update(study)
    assert made.bayes_factor_db.item() == pytest.approx(0, abs=1e-10)
    assert np.allclose(made.evidence_share, (2 * exact.prior + exact.posterior) / 3, rtol=1e-12)


def test_shares_divide_units_not_items():
    """Two opposite items favour division; in one cluster they are one unit, which has one explanation."""
    items = [
        pt.Evidence("e", finding="E.", probability={"a": 0.9, "b": 0.01}, cluster="k"),
        pt.Evidence("f", finding="F.", probability={"a": 0.01, "b": 0.9}, cluster="k"),
    ]
    joined = pt.Study("Two", hypotheses={"a": {}, "b": {}}, clusters={"k": {"correlation": 0}}, cases=[pt.Case("x", evidence=items)])
    bare = [dataclasses.replace(item, cluster=None) for item in items]
    apart = dataclasses.replace(joined, cases=(dataclasses.replace(joined.cases[0], evidence=tuple(bare)),))
    assert mixtures.shares(joined).bayes_factor_db.item() == pytest.approx(0, abs=1e-9)
    # by hand: E[w(1-w)] = 1/6, E[w^2] = 1/3 under Beta(1, 1)
    divided = (0.9 * 0.01) * 2 / 3 + (0.81 + 0.0001) / 6
    assert mixtures.shares(apart).log_evidence.item() == pytest.approx(np.log(divided), rel=1e-12)


def test_what_cannot_be_asked_is_refused():
    study = ten_items(1)
    with pytest.raises(pt.UsageError, match="concentration 0; a number above 0"):
        mixtures.pooled(study, 0)
    excluded = study.with_prior({"a": 0, "b": 1, "c": 1})
    odd = excluded.with_prior({"a": 1, "b": 1, "c": 1}, case="case_0")
    with pytest.raises(pt.AnalysisError, match="the study gives it 0"):
        mixtures.pooled(odd)


def test_what_one_explanation_cannot_account_for_two_can():
    """Each of two items is impossible under one hypothesis: a contradiction for one explanation, not for shares."""
    items = [pt.Evidence(name, finding=name, probability=p) for name, p in (("e", {"a": 0, "b": 0.5}), ("f", {"a": 0.5, "b": 0}))]
    study = pt.Study("Opposed", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    with pytest.raises(pt.ContradictionError, match="a by e; b by f"):
        mixtures.pooled(study)
    assert mixtures.shares(study).log_evidence.item() == pytest.approx(np.log(0.25 / 6))  # E[w (1 - w)] = 1/6
    joined = dataclasses.replace(
        study, clusters=Map({"k": pt.Cluster("k")}), cases=(pt.Case("x", evidence=[dataclasses.replace(e, cluster="k") for e in items]),)
    )
    with pytest.raises(pt.ContradictionError, match="e, f"):
        mixtures.shares(joined)


def test_a_prior_of_zero_has_no_share():
    made = mixtures.pooled(ten_items(3).with_prior({"a": 0, "b": 1, "c": 1}))
    assert made.case_share.sel(hypothesis="a") == 0
    assert made.case_share.sum() == pytest.approx(1)
