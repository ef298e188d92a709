"""Differences of judges in decibels: by hand, and a simulation with a known lean and noise."""

import numpy as np
import pytest

import processtrace as pt
from processtrace.elicitation import difference, differences, paired_weights
from processtrace.elicitation.differences import weights_db


def _study(first, second, third=()):
    """One item for each pair of ratios; the third judge judged only the first items."""
    items = []
    for k, (one, other) in enumerate(zip(first, second, strict=True)):
        judged = {"ana": {"ratio": {"a": one, "b": 1}}, "ben": {"ratio": {"a": other, "b": 1}}}
        if k < len(third):
            judged["cyd"] = {"ratio": {"a": third[k], "b": 1}}
        items.append(pt.Evidence(f"i{k}", finding=f"F{k}.", judgements=judged))
    analysts = {"ana": {"label": "Ana"}, "ben": {"label": "Ben"}, "cyd": {}}
    return pt.Study("Judges", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], analysts=analysts)


def test_by_hand():
    found = differences(_study([10, 100, 1], [1, 10, 10], [1]))
    one = found["ana", "ben", "a", "b"]  # 10, 10 and -10 dB apart
    assert one.mean_db == pytest.approx(10 / 3)
    assert one.sd_db == pytest.approx(np.std([10, 10, -10], ddof=1))
    assert one.low_db == pytest.approx(10 / 3 - 1.959963984540054 * one.sd_db)
    assert one.high_db == pytest.approx(10 / 3 + 1.959963984540054 * one.sd_db)
    assert (one.items, one.infinite) == (3, 0)
    alone = found["ana", "cyd", "a", "b"]
    assert (alone.mean_db, alone.items) == (pytest.approx(10), 1)
    assert np.isnan(alone.sd_db)


def test_the_sign_is_that_of_the_first_judge_for_the_first_explanation():
    data = paired_weights(_study([10], [1]), "ana", "ben")
    assert difference(weights_db(data, "a", "b")).mean_db == pytest.approx(10)
    assert difference(weights_db(data, "b", "a")).mean_db == pytest.approx(-10)
    back = paired_weights(_study([10], [1]), "ben", "ana")
    assert difference(weights_db(back, "a", "b")).mean_db == pytest.approx(-10)


def test_infinite_weights_are_left_out_and_counted():
    items = [
        pt.Evidence(
            "x", finding="X.", judgements={"ana": {"probability": {"a": 0.5, "b": 0}}, "ben": {"probability": {"a": 0.5, "b": 0.1}}}
        ),
        pt.Evidence(
            "y", finding="Y.", judgements={"ana": {"probability": {"a": 0.5, "b": 0.5}}, "ben": {"probability": {"a": 0.5, "b": 0.05}}}
        ),
    ]
    study = pt.Study("Zero", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], analysts={"ana": {}, "ben": {}})
    found = differences(study)["ana", "ben", "a", "b"]
    assert (found.mean_db, found.items, found.infinite) == (pytest.approx(-10), 1, 1)


def test_a_known_lean_and_noise_are_found():
    # 2,000 items, a lean of 3 dB and noise of 2 dB in each judge: the mean has a standard error of .063, the sd of .045.
    rng = np.random.default_rng(2)
    true = rng.normal(0, 6, 2000)
    ana, ben = true + 3 + rng.normal(0, 2, 2000), true + rng.normal(0, 2, 2000)
    found = difference(np.stack([ana, ben], axis=1))
    assert found.mean_db == pytest.approx(3, abs=0.25)
    assert found.sd_db == pytest.approx(8**0.5, abs=0.18)
    inside = (ana - ben > found.low_db) & (ana - ben < found.high_db)
    assert inside.mean() == pytest.approx(0.95, abs=0.025)


def test_nothing_in_common_is_an_error():
    study = pt.Study("None", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x")], analysts={"ana": {}, "ben": {}})
    with pytest.raises(pt.AnalysisError, match="no item was judged by two analysts"):
        differences(study)
    with pytest.raises(pt.AnalysisError, match="no item in common"):
        paired_weights(study, "ana", "ben")


def test_the_table_prints_what_was_measured_and_names_samples():
    study = _study([10, 100, 1], [1, 10, 10])
    table = pt.tables.differences(study)
    row = table.loc["ana", "ben", "a", "b"]
    found = differences(study)["ana", "ben", "a", "b"]
    assert row.to_list() == ["Ana", "Ben", "A", "B", found.mean_db, found.sd_db, found.low_db, found.high_db, 3, 0]
    import dataclasses

    from processtrace.study.frozen import Map

    sampled = dataclasses.replace(study, analysts=Map({**study.analysts, "ben": pt.Analyst("ben", sample="3 of 9 findings, seed 1")}))
    assert "judged a random sample: 3 of 9 findings, seed 1" in pt.tables.differences(sampled).attrs["note"]
