"""The operations of a model's graph: values against the exact engine, gradients against differences of values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pymc as pm
import pytensor
import pytensor.tensor as pt
import pytest
from scipy.stats import gamma, norm
from strategies.designs import ten_items
from strategies.studies import examples, redrawn

from processtrace.inference.layout import FLOOR
from processtrace.inference.layout.integrated import integrated, unit_nats_at
from processtrace.pymc_models.operations import AS_IT_IS, case_nats, log_sum_exp, unit_nats
from processtrace.pymc_models.weights import log_gamma_quantiles, log_weights, weights_from_normal

ONE, OTHER = examples(redrawn(ten_items(3, own_prior=True)), 2)
FORM = integrated(ONE)


def gradient_error(function, at, seed=0):
    """Largest error of a gradient, of a sum of outputs with random weights, against central differences; relative to the largest."""
    x = pt.vector("x")
    out = function(x)
    weight = np.random.default_rng(seed).normal(size=out.eval({x: at}, mode=AS_IT_IS).shape)
    total = (out * weight).sum()
    value, slope = (pytensor.function([x], part, mode=AS_IT_IS) for part in (total, pt.grad(total, x)))
    step = 1e-5
    numeric = np.array([(value(at + step * one) - value(at - step * one)) / (2 * step) for one in np.eye(len(at))])
    return np.abs(slope(at) - numeric).max() / np.abs(numeric).max()


@pytest.mark.parametrize("function", [case_nats, unit_nats])
def test_likelihoods_by_reliability_and_their_gradient(function):
    r = np.random.default_rng(1).uniform(0.05, 0.95, len(FORM.reliability.labels))
    exact = unit_nats_at(FORM, r[None])[0]
    if function is case_nats:
        exact = np.array([exact[FORM.unit_case == place].sum(axis=0) for place in range(len(FORM.cases))])
    x = pt.vector("x")
    assert np.allclose(function(FORM, x).eval({x: r}, mode=AS_IT_IS), exact, rtol=1e-12)
    assert gradient_error(lambda x: function(FORM, x), r) < 1e-7


def test_likelihoods_keep_their_digits_where_products_underflow():
    """Polynomials of which only b^200 is left, next to a reliability of 1: some -7,000 nats."""
    false = FORM.false * 200
    only = np.where((FORM.false > 0).any(axis=2, keepdims=True), FORM.coefficient, FLOOR)
    form = replace(FORM, false=false, coefficient=only)
    r = np.full(len(form.reliability.labels), 1 - 1e-6)
    exact = unit_nats_at(form, r[None])[0]
    touched = np.unique(form.unit)
    assert exact[touched].min() < -2000
    x = pt.vector("x")
    assert np.allclose(unit_nats(form, x).eval({x: r}, mode=AS_IT_IS), exact, rtol=1e-9)
    slope = pytensor.function([x], pt.grad(unit_nats(form, x).sum(), x), mode=AS_IT_IS)(r)
    step = 1e-10
    ends = [unit_nats_at(form, np.array([r + side * step * one for one in np.eye(len(r))])).sum(axis=(1, 2)) for side in (-1, 1)]
    assert np.allclose(slope, (ends[1] - ends[0]) / (2 * step), rtol=1e-4)


def test_logs_of_weights_and_their_gradient():
    assert gradient_error(lambda x: log_weights(x.reshape((2, 2))), np.array([0.2, 0.8, 0.1, 0.9])) < 1e-7
    x = pt.matrix("x")
    at = np.array([[0.0, 1.0]])
    assert log_weights(x).eval({x: at}, mode=AS_IT_IS)[0] == pytest.approx([np.log(1e-300), 0.0])
    assert (pytensor.function([x], pt.grad(log_weights(x).sum(), x), mode=AS_IT_IS)(at) == [[0.0, 1.0]]).all()


def test_the_log_of_a_sum_of_exponentials():
    at = np.array([1.0, -700.0, 3.0, 2.0, 900.0, -1e200])
    assert gradient_error(lambda x: log_sum_exp(x.reshape((2, 3))), at[:3].repeat(2)) < 1e-7
    made = log_sum_exp(pt.as_tensor(at.reshape(2, 3))).eval(mode=AS_IT_IS)
    assert np.allclose(made, [np.logaddexp(1.0, 3.0), 900.0], rtol=1e-15)


@pytest.mark.parametrize("a", [1e-3, 0.01, 0.3, 1.0, 3.0, 50.0])
def test_log_gamma_quantiles_have_the_probability_of_their_normal_variables(a):
    x = np.linspace(-6, 6, 13)
    made, slope = log_gamma_quantiles(np.full(13, a), x)
    whole = made > -600  # below, SciPy's own distribution function underflows
    assert np.allclose(gamma(a).logcdf(np.exp(made[whole])), norm.logcdf(x[whole]), rtol=1e-10, atol=1e-14)
    assert np.allclose(gamma(a).logsf(np.exp(made[whole])), norm.logsf(x[whole]), rtol=1e-10, atol=1e-14)
    ends = [log_gamma_quantiles(np.full(13, a), x + step)[0] for step in (-1e-5, 1e-5)]
    assert np.allclose(slope, (ends[1] - ends[0]) / 2e-5, rtol=1e-7)


def test_dirichlet_weights_have_the_moments_of_their_distribution():
    """200,000 draws: each mean within 4.5 of its standard errors, which a right one misses with probability 7e-6."""
    alpha = np.array([[0.2, 0.0, 1.5], [3.0, 1.0, 0.05]])
    x = pt.vector("x")
    draw = pytensor.function([x], weights_from_normal(np.tile(alpha, (50_000, 1)), x), mode=AS_IT_IS)
    w = draw(np.random.default_rng(5).normal(size=5 * 50_000)).reshape(-1, 2, 3)
    mean, total = alpha / alpha.sum(axis=1, keepdims=True), alpha.sum(axis=1, keepdims=True)
    variance = mean * (1 - mean) / (total + 1)
    assert np.allclose(w.sum(axis=-1), 1)
    assert (np.abs(w.mean(axis=0) - mean) <= 4.5 * np.sqrt(variance / len(w))).all()
    assert np.allclose(w.var(axis=0), variance, rtol=0.05)
    small = np.array([0.4, -0.7, 1.1, -1.0, 0.3])
    assert gradient_error(lambda x: weights_from_normal(alpha, x), small) < 1e-6


def test_one_study_s_operation_is_never_taken_for_another_s():
    other = integrated(OTHER)
    with pm.Model():
        r = pt.as_tensor(np.full(len(FORM.reliability.labels), 0.5))
        pair = pytensor.function([], [case_nats(FORM, r), case_nats(other, r)], mode=AS_IT_IS)()
    assert not np.allclose(*pair)
