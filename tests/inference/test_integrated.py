"""A study as polynomials in its reliabilities, against the exact engine's own likelihood of each unit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logsumexp
from strategies.designs import six_items, ten_items
from strategies.studies import examples, redrawn

import processtrace as pt
from processtrace.exact.case import subset_nats
from processtrace.inference.layout import integrated as room
from processtrace.inference.layout.integrated import integrated, unit_nats_at
from processtrace.inference.update import numbers_of

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)


def over_reliabilities(form, unit):
    """Log of the integral of a unit's likelihood over its reliabilities, by a product rule of 60 nodes each."""
    factors = np.flatnonzero(form.unit == unit)
    used = np.unique([form.source[k, place] for k in factors for place in np.flatnonzero((form.true[k] + form.false[k]).any(axis=0))])
    grid = np.array(np.meshgrid(*[NODES] * len(used), indexing="ij")).reshape(len(used), -1)
    weight = np.array(np.meshgrid(*[np.log(WEIGHTS / WEIGHTS.sum())] * len(used), indexing="ij")).reshape(len(used), -1).sum(axis=0)
    r = np.full((grid.shape[1], len(form.reliability.labels)), 0.5)
    r[:, used] = expit(form.reliability.mu[used] + form.reliability.sd[used] * grid.T)
    return logsumexp(unit_nats_at(form, r)[:, unit] + weight[:, None], axis=0)


@pytest.mark.parametrize("together", [1, 256])
@pytest.mark.parametrize("study", examples(redrawn(ten_items(3, own_prior=True)), 4) + examples(redrawn(six_items(2), findings=True), 4))
def test_polynomials_integrate_to_the_exact_likelihood_of_each_unit(study, together, monkeypatch):
    monkeypatch.setattr(room, "TOGETHER", together)
    form, unit = integrated(study), 0
    for numbers in numbers_of(study).values():
        for places in numbers.units:
            exact = subset_nats(numbers, places, np.ones((1, len(places)), bool))[0][0]
            made = over_reliabilities(form, unit) if (form.unit == unit).any() else form.fixed[unit]
            assert np.allclose(made, exact, rtol=0, atol=1e-12)
            unit += 1
    assert unit == len(form.unit_case)
    assert len(form.unit) >= len(study.cases)


def test_two_uncertain_sources_of_one_item_that_was_not_found():
    """By hand: T = E_s[(1 - s a)(1 - s a')], F = E_s[(1 - s b)(1 - s b')], the sensitivity integrated by a fine sum."""
    item = pt.Evidence(
        "e",
        finding="E.",
        status="not_found",
        search_sensitivity=(0.4, 0.8),
        probability={"a": 0.7, "b": (0.1, 0.4)},
        source=["one", "two"],
    )
    study = pt.Study(
        "Two sources",
        hypotheses={"a": {}, "b": {}},
        sources={"one": {"reliability": (0.3, 0.9)}, "two": {"reliability": (0.5, 0.8)}},
        cases=[pt.Case("x", evidence=[item])],
    )
    r = np.array([[0.25, 0.9]])
    made = unit_nats_at(integrated(study), r)[0, 0]
    z = 1.6448536269514722

    def mean(low, high, function):
        odds = [np.log(p / (1 - p)) for p in (low, high)]
        x = np.linspace(-9, 9, 20001)
        value = function(expit((odds[0] + odds[1]) / 2 + (odds[1] - odds[0]) / (2 * z) * x))
        return (value * np.exp(-x * x / 2)).sum() / np.exp(-x * x / 2).sum()

    t = mean(0.4, 0.8, lambda s: np.prod([1 - s * (1 + one) / 2 for one in r[0]], axis=0))
    f = mean(0.4, 0.8, lambda s: np.prod([1 - s * (1 - one) / 2 for one in r[0]], axis=0))
    expected = [f + (t - f) * p for p in (0.7, mean(0.1, 0.4, lambda p: p))]
    assert np.allclose(np.exp(made), expected, rtol=1e-9)


def test_too_many_reliabilities_in_one_cluster_are_refused():
    sources = {f"s{k}": {"reliability": (0.4, 0.9)} for k in range(14)}
    items = [pt.Evidence(f"e{k}", finding="E.", probability={"a": 0.6, "b": 0.2}, cluster="k", source=f"s{k}") for k in range(14)]
    study = pt.Study(
        "Many", hypotheses={"a": {}, "b": {}}, clusters={"k": {"correlation": 0.5}}, sources=sources, cases=[pt.Case("x", evidence=items)]
    )
    with pytest.raises(pt.AnalysisError, match="14 items of one cluster depend on 14 uncertain reliabilities"):
        integrated(study)
