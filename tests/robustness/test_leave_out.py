"""Leaving out, prediction and the smallest set, against the recomputed study. Deterministic: no error rate."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from strategies.studies import leads, studies
from truth.plain_numbers import updated

import processtrace as pt
from processtrace import robustness

SEEDS = range(25)
TOLERANCE = 1e-9


def changes_lead(study: pt.Study, leader: int) -> bool:
    posterior = pt.update(study)["log_posterior"].values[0]
    return bool(np.delete(posterior, leader).max() >= posterior[leader] - 1e-9)


@settings(max_examples=25)
@given(studies().filter(leads))
def test_leaving_out_is_the_study_without(study):
    data = robustness.leave_out(study)
    kinds = {str(kind) for kind in data["left_out_kind"].values}
    assert "item" in kinds
    for row in range(data.sizes["left_out"]):
        kind, name = (str(data[f"left_out_{part}"].values[row]) for part in ("kind", "name"))
        changed = study.without(**{kind: name})
        np.testing.assert_allclose(data["posterior"].values[row], updated(changed), atol=TOLERANCE)
        before = set(pt.to_dataset(study)["evidence_id"].values)
        fell = set(data["evidence_id"].values[data["fell"].values[row]])
        assert fell == before - set(pt.to_dataset(changed)["evidence_id"].values)


@settings(max_examples=25)
@given(studies(excluded=False).filter(leads))
def test_prediction_is_the_ratio_of_two_recomputed_studies(study):
    data = robustness.prediction_bits(study)
    prior = pt.to_dataset(study)["prior"].values[0]

    def joint(one: pt.Study) -> np.ndarray:
        return np.log(prior) + pt.to_dataset(one)["log_likelihood"].values.sum(axis=0)

    for row, name in enumerate(map(str, data["evidence_id"].values)):
        rest = study.without(item=name)
        dependents = [str(i) for i in pt.to_dataset(study)["evidence_id"].values if name in study.cases[0].item(str(i)).given]
        own = study
        for other in dependents:
            if any(other == e.id for e in own.cases[0].evidence):
                own = own.without(item=other)
        with np.errstate(invalid="ignore"):
            with_it, without_it = joint(own), joint(rest)
            bits = -(np.logaddexp.reduce(with_it) - np.logaddexp.reduce(without_it)) / np.log(2)
            each = np.where(np.isfinite(without_it), -(with_it - without_it) / np.log(2), np.inf)
        assert data["bits"].values[row] == pytest.approx(bits, abs=1e-8)
        assert data["excess"].values[row] == pytest.approx(bits - each.min(), abs=1e-8)


@settings(max_examples=25)
@given(studies(items=(1, 5)).filter(leads))
def test_no_smaller_set_changes_the_lead(study):
    data, lead = robustness.fewest_left_out(study), robustness.margins(study)
    leader = list(lead["hypothesis"].values).index(lead["leader"].item())
    ids = [str(i) for i in data["evidence_id"].values]

    def without(chosen: tuple[str, ...]) -> pt.Study:
        left = study
        for name in chosen:
            if any(name == e.id for e in left.cases[0].evidence):
                left = left.without(item=name)
        return left

    smallest = next(
        (size for size in range(1, len(ids) + 1) for some in combinations(ids, size) if changes_lead(without(some), leader)), None
    )
    assert bool(data["exact"].item())
    assert data["fewest"].item() == smallest or (smallest is None and np.isnan(data["fewest"].item()))
    if smallest is not None:
        chosen = tuple(str(i) for i in data["evidence_id"].values[data["left_out"].values])
        assert len(chosen) == smallest
        assert changes_lead(without(chosen), leader)


def test_a_unit_that_is_too_large_is_taken_greedily_and_says_so():
    items = [pt.Evidence(f"e{k}", finding="A poll.", cluster="polls", probability={"a": 0.6 + 0.01 * k, "b": 0.3}) for k in range(24)]
    case = pt.Case("x", evidence=items, clusters={"polls": {"correlation": 0.2}})
    study = pt.Study("Large", hypotheses={"a": {}, "b": {"prior": 3}}, cases=[case])
    data = robustness.fewest_left_out(study)
    assert not data["exact"].item()
    left = study
    for name in data["evidence_id"].values[data["left_out"].values]:
        left = left.without(item=str(name))
    assert changes_lead(left, 0)


def test_left_out_without_a_rest_or_without_weight_is_undefined():
    judged = {"ana": {"probability": {"a": 0.8, "b": 0.2}}, "eve": {"probability": {"a": 0.3, "b": 0.2}}}
    case = pt.Case("x", evidence=[pt.Evidence("memo", finding="A memo.", judgements=judged)])
    study = pt.Study("Weightless", hypotheses={"a": {}, "b": {}}, cases=[case], analysts={"ana": {}, "eve": {"weight": 0}})
    data = robustness.leave_out(study)
    assert np.isnan(data["posterior"].sel(left_out="x/analyst/ana").values).all()
    np.testing.assert_allclose(data["posterior"].sel(left_out="x/analyst/eve").values, [0.8, 0.2])
    np.testing.assert_allclose(data["posterior"].sel(left_out="x/item/memo").values, [0.5, 0.5])


def test_leaving_out_who_was_the_main_analyst_leaves_the_pool_of_the_others():
    judged = {"ana": {"probability": {"a": 0.8, "b": 0.2}}, "ben": {"probability": {"a": 0.3, "b": 0.2}}}
    case = pt.Case("x", evidence=[pt.Evidence("memo", finding="A memo.", judgements=judged)])
    study = pt.Study("Main", hypotheses={"a": {}, "b": {}}, cases=[case], analysts={"ana": {}, "ben": {}}, analyst="ana")
    np.testing.assert_allclose(robustness.leave_out(study)["posterior"].sel(left_out="x/analyst/ana").values, [0.6, 0.4])
