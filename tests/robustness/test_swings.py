"""The swing of the lead as one judgement runs over its range, against every corner of the item's box. Deterministic."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from strategies.studies import leads, studies
from truth.plain_numbers import log_likelihood

import processtrace as pt
from processtrace import robustness
from processtrace.inference.numbers import case_numbers

DB = 10 / np.log(10)


@settings(max_examples=25)
@given(studies(excluded=False).filter(leads))
def test_the_swing_is_the_least_and_the_greatest_lead_over_all_corners(study):
    data = robustness.swings(study)
    leader = list(data["hypothesis"].values).index(robustness.margins(study)["leader"].item())
    numbers = case_numbers(study, study.cases[0])
    prior = np.log(np.array(numbers.prior))
    for i, item in enumerate(numbers.items):
        leads_here = []
        for corner in itertools.product(*zip(item.low, item.high, strict=True)):
            moved = dataclasses.replace(item, low=corner, high=corner) if item.low != item.high else item
            items = tuple(moved if k == i else one for k, one in enumerate(numbers.items))
            joint = prior + log_likelihood(dataclasses.replace(numbers, items=items))
            leads_here.append((joint[leader] - np.delete(joint, leader).max()) * DB)
        found = float(data["lowest_db"][i]), float(data["highest_db"][i])
        assert found == pytest.approx((min(leads_here), max(leads_here)), abs=1e-6)


def test_one_item_in_closed_form():
    """Prior even: the lead is the ratio of the probabilities; 0.6 / 0.2 at worst and 0.8 / 0.1 at best."""
    item = pt.Evidence("memo", finding="A memo.", probability={"a": (0.6, 0.8), "b": (0.1, 0.2)})
    study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    data = robustness.swings(study)
    assert float(data["lowest_db"][0]) == pytest.approx(10 * np.log10(3), abs=1e-9)
    assert float(data["highest_db"][0]) == pytest.approx(10 * np.log10(8), abs=1e-9)


def test_a_point_does_not_swing_and_a_tie_has_no_lead():
    def of(a: float, b: float):
        item = pt.Evidence("memo", finding="A memo.", probability={"a": a, "b": b})
        return robustness.swings(pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])]))

    assert float(of(0.8, 0.2)["lowest_db"][0]) == float(of(0.8, 0.2)["highest_db"][0]) == pytest.approx(10 * np.log10(4))
    assert np.isnan(of(0.5, 0.5)["lowest_db"]).all()
