"""The figure of Bland and Altman: each point, the lean and the limits, computed another way."""

import numpy as np
import pytest

import processtrace as pt
from processtrace.elicitation import limits_of_agreement


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
