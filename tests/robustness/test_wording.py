"""Codings under other wordings against their differences by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from truth.plain_numbers import updated

import processtrace as pt
from processtrace import robustness

DB = 10 / np.log(10)


def codings(analyst: str = "first") -> pt.Study:
    """Three items by two codings of one judge and one of another; the restated coding has two of them."""
    values = {"first": (0.8, 0.7, 0.3), "again": (0.7, 0.7, 0.4), "restated": (0.4, 0.2, None), "other": (0.9, 0.5, 0.5)}
    items = []
    for k in range(3):
        judged = {name: {"probability": {"a": p[k], "b": 0.4}} for name, p in values.items() if p[k] is not None}
        items.append(pt.Evidence(f"e{k}", finding="A memo.", source="press", judgements=judged))
    analysts = {
        "first": {"judge": "M"},
        "again": {"judge": "M"},
        "restated": {"judge": "M", "statements": {"a": "Otherwise put."}},
        "other": {},
    }
    case = pt.Case("x", evidence=items, sources={"press": {"reliability": 0.9}})
    return pt.Study("Codings", hypotheses={"a": {}, "b": {}}, cases=[case], analysts=analysts, analyst=analyst)


def weight(p: float) -> float:
    return DB * np.log((0.05 + 0.9 * p) / (0.05 + 0.9 * 0.4))


def test_the_kinds_of_difference():
    data = robustness.wording(codings())
    assert dict(zip(data["analyst"].values, data["kind"].values, strict=True)) == {
        "first": "main", "again": "repetition", "restated": "wording", "other": "disagreement",
    }  # fmt: skip
    pooled = robustness.wording(codings("pool"))
    assert pooled["kind"].values.tolist() == ["disagreement", "disagreement", "wording", "disagreement"]


def test_the_difference_in_decibels_by_hand():
    part = robustness.as_json(codings())["cases"]["x"]["wording"]
    assert list(part) == ["restated"]
    differences = [weight(0.4) - weight(0.8), weight(0.2) - weight(0.7)]
    assert part["restated"]["items"] == 2
    assert part["restated"]["mean_db"] == pytest.approx(np.mean(differences))
    assert part["restated"]["sd_db"] == pytest.approx(np.std(differences, ddof=1))


def test_the_posterior_of_a_coding_is_the_update_with_it():
    made = codings()
    data = robustness.wording(made)
    for name in made.analysts:
        own = data["posterior"].sel(case="x", analyst=name).values
        assert own == pytest.approx(updated(dataclasses.replace(made, analyst=name)), abs=1e-12)
    same = data["main_posterior"].sel(case="x", analyst="restated").values
    assert same == pytest.approx(updated(made.without(item="e2")), abs=1e-12)
    assert data["mean_db"].sel(analyst="first").item() == 0.0


def test_one_item_has_no_spread_and_none_no_difference():
    made = codings()
    one = dataclasses.replace(made, cases=(dataclasses.replace(made.cases[0], evidence=made.cases[0].evidence[1:]),))
    part = robustness.as_json(one)["cases"]["x"]["wording"]["restated"]
    assert part["items"] == 1
    assert part["sd_db"] is None
    none = dataclasses.replace(made, cases=(dataclasses.replace(made.cases[0], evidence=made.cases[0].evidence[2:]),))
    assert robustness.as_json(none)["cases"]["x"]["wording"] == {}
