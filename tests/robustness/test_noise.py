"""Errors of judgement that change the lead, by quadrature."""

from __future__ import annotations

import numpy as np
from strategies.designs import by_pairs

import processtrace as pt
from processtrace import robustness

FOUR, TWO = 10 * np.log10(4), 10 * np.log10(2)


def test_noise_with_several_items_and_rivals() -> None:
    """Errors of n items add as variances; against two rivals as far behind P(leader first) is a sum over the leader's own error."""
    from scipy.integrate import quad
    from scipy.stats import norm

    item = [pt.Evidence(f"e{k}", finding="E.", probability={"a": 0.8, "b": 0.4, "c": 0.2}) for k in range(3)]
    case = pt.Study("N", hypotheses={h: {} for h in "abc"}, cases=[pt.Case("x", evidence=item)])
    s = 7.0 * np.sqrt(3 / 2)
    truth = quad(lambda e: norm.pdf(e) * norm.cdf(e + 3 * TWO / s) * norm.cdf(e + 3 * FOUR / s), -12, 12, epsabs=1e-13)[0]
    data = robustness.noise(case, [7.0, 1e-3])
    np.testing.assert_allclose(data["leader_stays"].values[0], [truth, 1], rtol=0, atol=1e-10)
    alone = robustness.noise(by_pairs((0.5, 0.0)))  # no rival left
    assert (alone["leader_stays"].values == 1).all()
    assert np.isnan(alone["sd_at_90"].item())
    assert np.isnan(robustness.noise(by_pairs((0.5, 0.5)))["leader_stays"].values).all()
