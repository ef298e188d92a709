"""What would overturn the lead, against the study with the change made. Deterministic unless a test states its error rate."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies.designs import two
from strategies.studies import leads, studies
from truth.plain_numbers import log_likelihood, updated

import processtrace as pt
from processtrace import robustness
from processtrace.inference.numbers import case_numbers

DB = 10 / np.log(10)
SEEDS = range(30)


def pair(study: pt.Study) -> tuple[int, int]:
    data = robustness.margins(study)
    names = list(data["hypothesis"].values)
    return names.index(data["leader"].item()), names.index(data["runner_up"].item())


@settings(max_examples=30)
@given(studies(excluded=False).filter(leads))
def test_at_the_tipping_probability_leader_and_runner_up_tie(study):
    a, b = pair(study)
    data, margin = robustness.tipping(study), robustness.margins(study)["margin_db"].item()
    numbers = case_numbers(study, study.cases[0])
    prior = np.log(np.array(numbers.prior))
    last = pt.update(study)["last_db"].values
    for i in range(len(numbers.items)):
        weight = last[i, a] - last[i, b]
        if not np.isfinite(margin):
            assert np.isnan(data["tips_at_probability"].values[i])
            continue
        assert data["weight_db"].values[i] == pytest.approx(weight, abs=1e-7)
        assert data["tips_at_db"].values[i] == pytest.approx(weight - margin, abs=1e-7)
        others = np.abs(np.delete(last[:, a] - last[:, b], i))
        assert data["rank"].values[i] == 1 + (others > margin).sum()

        def margin_at(p: float, i: int = i) -> float:
            item = numbers.items[i]
            low, high = (tuple(p if h == a else end[h] for h in range(len(end))) for end in (item.low, item.high))
            items = tuple(dataclasses.replace(one, low=low, high=high) if k == i else one for k, one in enumerate(numbers.items))
            joint = prior + log_likelihood(dataclasses.replace(numbers, items=items))
            return float(joint[a] - joint[b])

        p = data["tips_at_probability"].values[i]
        if np.isfinite(p):
            assert margin_at(float(p)) == pytest.approx(0, abs=1e-8)
        else:
            assert min(margin_at(0.0), margin_at(1.0)) > 0


def test_the_tipping_probability_is_found_where_it_is_tiny():
    items = [pt.Evidence(f"e{k}", finding="A poll.", cluster="polls", probability={"a": 0.9, "b": 1e-9}) for k in range(3)]
    case = pt.Case("x", evidence=items, clusters={"polls": {"correlation": 0.5}})
    study = pt.Study("Tiny", hypotheses={"a": {}, "b": {}}, cases=[case])
    p = robustness.tipping(study)["tips_at_probability"].values[0]
    assert 0 < p < 1e-12
    values = {"a": float(p), "b": 1e-9}
    np.testing.assert_allclose(updated(study.with_judgement("x", "e0", values)), 0.5, atol=1e-8)


@settings(max_examples=30)
@given(studies(excluded=False).filter(leads))
def test_common_shrink_against_a_scan(study):
    a, _ = pair(study)
    data = pt.to_dataset(study)
    prior, nats = np.log(data["prior"].values[0]), data["log_likelihood"].values.sum(axis=0)
    f = np.linspace(1e-4, 1 - 1e-9, 20_001)
    with np.errstate(invalid="ignore"):
        joint = prior + f[:, None] * nats
    another = joint.argmax(axis=1) != a
    even = np.exp(joint[:, a] - np.logaddexp.reduce(joint, axis=1)) <= 0.5
    shrink = robustness.common_shrink(study)["common_shrink"].item()
    if another.any():
        assert shrink == pytest.approx(f[another].max(), abs=6e-5)
    else:
        assert np.isnan(shrink) or shrink < 2e-4
    half = robustness.shrink_to_even(study)["shrink_to_even"].item()
    if even.any() and not even[-1]:
        assert half == pytest.approx(f[even].max(), abs=6e-5)
    else:
        assert np.isnan(half) or half < 2e-4


@settings(max_examples=30)
@given(studies(zeros=False, excluded=False).filter(leads))
def test_shrinking_what_speaks_for_the_leader_makes_a_tie(study):
    a, b = pair(study)
    numbers = case_numbers(study, study.cases[0])
    prior = np.log(np.array(numbers.prior))
    weights = []
    for unit in numbers.units:
        alone = dataclasses.replace(numbers, units=(unit,))
        weights.append(np.subtract(*log_likelihood(alone)[[a, b]]))
    factor = robustness.shrink_for(study)["shrink_for"].item()
    shrunk = [w * factor if w > 0 else w for w in weights]
    if np.isnan(factor):
        assert prior[a] - prior[b] + sum(min(w, 0) for w in weights) > 0 or not any(w > 0 for w in weights)
    else:
        assert prior[a] - prior[b] + sum(shrunk) == pytest.approx(0, abs=1e-9)


def test_equal_priors_know_no_common_shrink():
    assert np.isnan(robustness.common_shrink(two())["common_shrink"].item())
    assert np.isnan(robustness.shrink_to_even(two())["shrink_to_even"].item())


@settings(max_examples=30)
@given(studies(zeros=False, excluded=False).filter(leads))
def test_that_many_unrecorded_items_undo_the_lead(study):
    assume(pt.to_dataset(study).sizes["evidence"])
    data, margin = robustness.fail_safe(study), robustness.margins(study)["margin_db"].item()
    a, b = pair(study)
    last = pt.update(study)["last_db"].values
    weights = last[:, a] - last[:, b]
    against = -weights[weights < -1e-9]
    median = np.median(against if len(against) else np.abs(weights))
    count = data["fail_safe"].item()
    assert bool(data["reversed"].item()) == (len(against) == 0)
    if np.isnan(count):
        assert median < 1e-9
    else:
        assert count * median >= margin - 1e-6
        assert (count - 1) * median < margin


@settings(max_examples=30)
@given(studies().filter(leads))
def test_at_the_break_even_odds_leader_and_rival_tie(study):
    a, _ = pair(study)
    data = robustness.prior_odds_to_overturn(study)
    names = list(study.hypotheses)
    for k, rival in enumerate(names):
        odds = data["prior_odds"].values[0, k]
        if k == a or np.isnan(odds):
            assert k == a or robustness.margins(study)["posterior"].values[0, k] == 0
            continue
        prior = {h: float(odds) if h == names[a] else float(h == rival) for h in names}
        posterior = updated(study.with_prior(prior))
        assert posterior[a] == pytest.approx(posterior[k], abs=1e-9)


@settings(max_examples=4)
@given(study=studies().filter(leads), seed=st.integers(0, 2**32 - 1))
def test_the_share_of_priors_against_simulation(study, seed):
    """Error rate: 4 hypotheses at 5 standard errors of 100,000 draws, below 1e-5 in all."""
    nats = pt.to_dataset(study)["log_likelihood"].values.sum(axis=0)
    prior = np.random.default_rng(seed).dirichlet(np.ones(len(nats)), 100_000)
    leads = (np.log(prior) + nats).argmax(axis=1)
    shares = robustness.prior_odds_to_overturn(study)["share_of_priors"].values[0]
    assert shares.sum() == pytest.approx(1, abs=1e-9)
    for h, share in enumerate(shares):
        assert abs((leads == h).mean() - share) <= 5 * np.sqrt(share * (1 - share) / 100_000) + 1e-9


@settings(max_examples=3)
@given(studies(zeros=False))
def test_the_prior_simplex_is_the_update_at_each_prior(study):
    data = robustness.prior_simplex(study, steps=3)
    names = list(study.hypotheses)
    for row in range(data.sizes["prior_point"]):
        prior = data["prior"].values[row]
        expected = updated(study.with_prior(dict(zip(names, map(float, prior), strict=True))))
        np.testing.assert_allclose(data["posterior"].values[0, row], expected, atol=1e-12)
    with pytest.raises(pt.UsageError, match="steps: 0"):
        robustness.prior_simplex(study, steps=0)


@settings(max_examples=6)
@given(study=studies().filter(leads), seed=st.integers(0, 2**32 - 1))
def test_noise_against_simulation(study, seed):
    """Error rate: three values at 5 standard errors of 100,000 draws, below 2e-6 in all."""
    a, _ = pair(study)
    posterior = pt.update(study)["log_posterior"].values[0]
    n = pt.to_dataset(study).sizes["evidence"]
    rng = np.random.default_rng(seed)
    data = robustness.noise(study, [0, 2, 6])
    for s, got in zip((0, 2, 6), data["leader_stays"].values[0], strict=True):
        error = rng.standard_normal((100_000, n, len(posterior))).sum(axis=1) * s / np.sqrt(2) / DB
        stays = ((posterior + error).argmax(axis=1) == a).mean()
        assert abs(stays - got) <= 5 * np.sqrt(got * (1 - got) / 100_000) + 1e-12
    at = data["sd_at_90"].item()
    if np.isfinite(at):
        assert robustness.noise(study, [at])["leader_stays"].item() == pytest.approx(0.9, abs=1e-9)


def test_noise_with_two_hypotheses_is_a_normal_tail():
    from statistics import NormalDist

    data = robustness.noise(two(), [3.0])
    assert data["leader_stays"].item() == pytest.approx(NormalDist().cdf(10 * np.log10(4) / 3), abs=1e-12)
    assert data["sd_at_90"].item() == pytest.approx(10 * np.log10(4) / NormalDist().inv_cdf(0.9), abs=1e-9)
