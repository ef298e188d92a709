"""The figure of Bland and Altman: each point, the lean and the limits, computed another way."""

import numpy as np
import pytest

import processtrace as pt
from processtrace.elicitation import limits_of_agreement
from processtrace.pipeline import findings_of


def test_points_and_lines():
    ratios = [(10, 1), (100, 10), (1, 10), (2, 5)]
    items = [
        pt.Evidence(f"i{k}", finding="F.", judgements={"ana": {"ratio": {"a": one, "b": 1}}, "ben": {"ratio": {"a": other, "b": 1}}})
        for k, (one, other) in enumerate(ratios)
    ]
    study = pt.Study(
        "Judges",
        hypotheses={"a": {"label": "Alpha"}, "b": {"label": "Beta"}},
        cases=[pt.Case("x", evidence=items)],
        analysts={"ana": {"label": "Ana"}, "ben": {"label": "Ben"}},
    )
    figure = pt.plots.limits_of_agreement(limits_of_agreement(study, "ana", "ben", "a", "b"))
    axes = figure.axes[0]
    decibels = 10 * np.log10(np.array(ratios, float))
    zero, points, *lines = axes.lines
    assert zero.get_ydata()[0] == 0
    assert points.get_xdata() == pytest.approx(decibels.mean(axis=1))
    assert points.get_ydata() == pytest.approx(decibels[:, 0] - decibels[:, 1])
    apart = decibels[:, 0] - decibels[:, 1]
    sd = np.sqrt(((apart - apart.mean()) ** 2).sum() / 3)
    assert [line.get_ydata()[0] for line in lines] == pytest.approx(
        [apart.mean(), apart.mean() - 1.96 * sd, apart.mean() + 1.96 * sd], rel=1e-4
    )
    assert [line.get_linestyle() for line in lines] == ["-", "--", "--"]
    assert axes.get_ylabel() == "Ana minus Ben (dB)"


def test_the_finding_has_the_mean_and_the_limits(tmp_path):
    """Differences of 10, 10, −10 and −10 dB: the mean is 0, and the limits 1.96 standard deviations of 20 / √3 from it."""
    items = [
        pt.Evidence(f"i{k}", finding="F.", judgements={"ana": {"ratio": {"a": ratio, "b": 1}}, "ben": {"ratio": {"a": 1, "b": 1}}})
        for k, ratio in enumerate([10, 10, 0.1, 0.1])
    ]
    study = pt.Study("Judges", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], analysts={"ana": {}, "ben": {}})
    results = pt.run(study, tmp_path / "out", sample=False)
    said = findings_of(results)["limits_of_agreement"]
    assert (tmp_path / "out/figures/captions.md").read_text(encoding="utf-8").count(said) == 1
    assert said == "Ana minus Ben, for A against B: 0.0 dB an item in the mean, and between −23 and 23 dB for about 95 % of 4 items."
