"""The central 90 % of posteriors where it has a closed form, and who leads how often.

Quasi-random points are fixed: a failure is an error, never chance. Quantiles are held to six of their own standard errors.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

import processtrace as pt
from processtrace import robustness
from processtrace.inference.reading import readings
from processtrace.robustness.ranges import log_odds_of, log_posterior_draws, unknowns_of

DB = 10 / np.log(10)
PHI = NormalDist().cdf


def study(*judged: dict[str, object], **fields: object) -> pt.Study:
    items = [pt.Evidence(f"e{k}", finding="A memo.", probability=p, **fields) for k, p in enumerate(judged)]  # type: ignore[arg-type]
    return pt.Study("Ranges", hypotheses={h: {} for h in judged[0]}, cases=[pt.Case("x", evidence=items)])


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_one_range_against_a_point_has_the_range_s_own_ends() -> None:
    """P(a) = theta/(theta + 0.2) grows with theta, whose central 90 % is the range itself."""
    data = robustness.ranges(study({"a": (0.6, 0.9), "b": 0.2}))
    low, high = 0.6 / 0.8, 0.9 / 1.1
    for name, h, truth in (("low", 0, low), ("high", 0, high), ("low", 1, 1 - high), ("high", 1, 1 - low)):
        error = data[f"{name}_error"].values[0, h]
        assert 0 < error < 2e-3
        assert data[name].values[0, h] == pytest.approx(truth, abs=6 * error)
        assert data[f"log_odds_{name}"].values[0, h] == pytest.approx(logit(data[name].values[0, h]), rel=1e-9)
    assert data["margin_low_db"].item() == pytest.approx(DB * np.log(3), abs=0.05)
    assert data["margin_high_db"].item() == pytest.approx(DB * np.log(4.5), abs=0.05)
    assert data["leader_stays"].item() == 1


@pytest.mark.parametrize(("a", "b"), [((0.6, 0.9), 0.7), ((0.6, 0.9), (0.4, 0.7)), ((0.3, 0.5), (0.25, 0.45))])
def test_the_leader_stays_where_one_range_exceeds_the_other(a: object, b: object) -> None:
    """Log odds are normal, so P(theta_a > theta_b) = Phi((mu_a - mu_b)/sqrt(sd_a^2 + sd_b^2)); 2,048 points are good to 1 %."""
    z = NormalDist().inv_cdf(0.95)
    ends = [(logit(p[0]), logit(p[1])) if isinstance(p, tuple) else (logit(p),) * 2 for p in (a, b)]  # type: ignore[arg-type]
    mu = [(low + high) / 2 for low, high in ends]
    sd = [(high - low) / (2 * z) for low, high in ends]
    stays = robustness.ranges(study({"a": a, "b": b}))["leader_stays"].item()
    assert stays == pytest.approx(PHI((mu[0] - mu[1]) / np.hypot(*sd)), abs=0.01)


def test_a_standard_error_is_that_of_eight_scrambles() -> None:
    made = study({"a": (0.6, 0.9), "b": (0.1, 0.4)}, {"a": 0.5, "b": 0.3})
    draws = log_posterior_draws(readings(made)[0])
    assert draws.shape == (8 * 256, 2)
    np.testing.assert_allclose(np.exp(draws).sum(axis=1), 1, rtol=1e-12)
    each = [np.quantile(np.exp(draws[256 * k : 256 * (k + 1), 0]), [0.05, 0.95], method="inverted_cdf") for k in range(8)]
    error = np.std(each, axis=0, ddof=1) / np.sqrt(8)
    data = robustness.ranges(made)
    np.testing.assert_allclose([data["low_error"].values[0, 0], data["high_error"].values[0, 0]], error, rtol=1e-6)
    whole = np.quantile(np.exp(draws[:, 0]), [0.05, 0.95], method="inverted_cdf")
    np.testing.assert_allclose([data["low"].values[0, 0], data["high"].values[0, 0]], whole, rtol=1e-9)
    above = np.quantile((draws[:, 0] - draws[:, 1]) * DB, [0.05, 0.95], method="inverted_cdf")
    np.testing.assert_allclose([data["margin_low_db"].item(), data["margin_high_db"].item()], above, rtol=1e-9)


def test_log_odds_against_all_the_others() -> None:
    p = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]])
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(log_odds_of(np.log(p), 1), np.log(p[:, 1] / (1 - p[:, 1])), rtol=1e-12)
    assert log_odds_of(np.zeros((4, 1)), 0).tolist() == [np.inf] * 4


def test_every_range_is_an_unknown_once() -> None:
    """A reliability is its source's, a sensitivity common to the hypotheses is one, one for each hypothesis is two."""
    items = [
        pt.Evidence("e", finding="E.", probability={"a": (0.2, 0.4), "b": 0.3}, source="s"),
        pt.Evidence(
            "f", finding="F.", probability={"a": 0.2, "b": (0.3, 0.5)}, source="s", status="not_found", search_sensitivity=(0.5, 0.9)
        ),
        pt.Evidence(
            "g", finding="G.", probability={"a": 0.2, "b": 0.5}, status="not_found", search_sensitivity={"a": (0.5, 0.8), "b": (0.6, 0.7)}
        ),
    ]
    made = pt.Study("U", hypotheses={"a": {}, "b": {}}, sources={"s": {"reliability": (0.5, 0.9)}}, cases=[pt.Case("x", evidence=items)])
    found = list(unknowns_of(readings(made)[0]))
    z = NormalDist().inv_cdf(0.95)
    truth = {
        ("reliability", 0, 0): (0.5, 0.9), ("judgement", 0, 0): (0.2, 0.4), ("judgement", 1, 1): (0.3, 0.5),
        ("sensitivity", 1, 0): (0.5, 0.9), ("sensitivity", 2, 0): (0.5, 0.8), ("sensitivity", 2, 1): (0.6, 0.7),
    }  # fmt: skip
    assert [key for key, _, _ in found] == list(dict.fromkeys(key for key, _, _ in found))
    assert {key for key, _, _ in found} == set(truth)
    for key, mu, sd in found:
        low, high = (logit(p) for p in truth[key])
        assert (mu, sd) == pytest.approx(((low + high) / 2, (high - low) / (2 * z)), rel=1e-12)
