"""How the other items predict each item, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from strategies.designs import by_pairs

import processtrace as pt
from processtrace import robustness


def test_how_the_others_predict_an_item() -> None:
    """Without e0: P(a) = 0.8, and e0 has 0.5 under a, 0.25 under b: -log2 0.45; the best alone would have said 1 bit."""
    data = robustness.prediction_bits(by_pairs((0.5, 0.25), (0.8, 0.2)))
    assert data["bits"].values[0] == pytest.approx(-np.log2(0.8 * 0.5 + 0.2 * 0.25), rel=1e-12)
    assert data["bits"].values[1] == pytest.approx(-np.log2(2 / 3 * 0.8 + 1 / 3 * 0.2), rel=1e-12)
    np.testing.assert_allclose(data["best_bits"].values, [1, -np.log2(0.8)], rtol=1e-12)
    np.testing.assert_allclose(data["excess"].values, data["bits"].values - data["best_bits"].values, rtol=1e-12)
    np.testing.assert_allclose(data["bits_under"].values, -np.log2([[0.5, 0.25], [0.8, 0.2]]), rtol=1e-12)
    refuted = robustness.prediction_bits(by_pairs((0.5, 0.25), (0.8, 0.0)))  # the rest refutes b where e0 is asked for
    assert refuted["bits"].values[0] == pytest.approx(1, rel=1e-12)
    assert np.isnan(refuted["bits_under"].values[0, 1])


def test_an_item_is_predicted_without_what_is_judged_given_it() -> None:
    """e1 is judged given e0: e0 is predicted by the prior alone, e1 by the posterior 2/3 after e0; e2 is by itself."""
    items = [
        pt.Evidence("e0", finding="A memo.", probability={"a": 0.5, "b": 0.25}),
        pt.Evidence("e1", finding="A memo.", probability={"a": 0.8, "b": 0.2}, given="e0"),
    ]
    study = pt.Study("Given", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    data = robustness.prediction_bits(study)
    np.testing.assert_allclose(data["bits"].values, -np.log2([0.5 * 0.5 + 0.5 * 0.25, 2 / 3 * 0.8 + 1 / 3 * 0.2]), rtol=1e-12)
    np.testing.assert_allclose(data["bits_under"].values, -np.log2([[0.5, 0.25], [0.8, 0.2]]), rtol=1e-12)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_items_of_a_cluster_predict_each_other(rho: float) -> None:
    """Sheppard 1899: two even judgements are there together with 1/4 + asin(rho)/(2 pi); under b both are certain."""
    items = [pt.Evidence(name, finding="A memo.", probability={"a": 0.5, "b": 1.0}, cluster="k") for name in ("e0", "e1")]
    study = pt.Study("Pair", hypotheses={"a": {}, "b": {}}, clusters={"k": {"correlation": rho}}, cases=[pt.Case("x", evidence=items)])
    data, again = robustness.prediction_bits(study), (0.25 + np.arcsin(rho) / (2 * np.pi)) / 0.5
    np.testing.assert_allclose(data["bits"].values, -np.log2(1 / 3 * again + 2 / 3), rtol=0, atol=1e-8)
    np.testing.assert_allclose(data["bits_under"].values, [[-np.log2(again), 0]] * 2, rtol=0, atol=1e-8)
    np.testing.assert_allclose(data["excess"].values, data["bits"].values, rtol=0, atol=1e-8)


def test_cases_and_hypotheses_keep_their_places() -> None:
    """Two cases, of one item and of none, and three hypotheses of which one is excluded."""
    item = pt.Evidence("e", finding="A memo.", probability={"a": 0.5, "b": 0.25, "c": 0.9})
    hypotheses = {"a": {"prior": 1}, "b": {"prior": 3}, "c": {"prior": 0}}
    study = pt.Study("Cases", hypotheses=hypotheses, cases=[pt.Case("none", evidence=[]), pt.Case("x", evidence=[item])])
    data = robustness.prediction_bits(study)
    np.testing.assert_allclose(data["bits"].values, [-np.log2(0.25 * 0.5 + 0.75 * 0.25)], rtol=1e-12)
    np.testing.assert_allclose(data["best_bits"].values, [1], rtol=1e-12)
    np.testing.assert_allclose(data["bits_under"].values, [[1, 2, np.nan]], rtol=1e-12)
