"""Notes name what is worth a second look, and a study can answer them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import processtrace as pt
from processtrace.frozen import Map
from processtrace.notes import notes

PLAIN = {"a": 0.6, "b": 0.2}


def study(*items: pt.Evidence, **more: object) -> pt.Study:
    return pt.Study("Notes", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", period=["2000", "2010"], evidence=list(items))], **more)


def names(*items: pt.Evidence, **more: object) -> list[str]:
    return [note.name for note in notes(study(*items, **more))]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("search-undescribed", {"status": "not_found", "search_sensitivity": 0.5, "probability": PLAIN}),
        ("date-outside-period", {"date": "2011", "probability": PLAIN}),
        ("idle-item", {"probability": {"a": (0.2, 0.4), "b": (0.2, 0.4)}}),
        ("wide-range", {"probability": {"a": (0.001, 0.4), "b": 0.1}}),
        ("no-reason", {"probability": PLAIN, "because": {"a": "So it would be."}}),
    ],
)
def test_a_note_stands_where_its_cause_is_and_nowhere_else(name, given):
    assert names(pt.Evidence("e", finding="E.", **given)) == [name]
    assert names(pt.Evidence("e", finding="E.", probability=PLAIN)) == []


def test_tags_and_repeated_reasons():
    assert names(pt.Evidence("e", finding="E.", probability=PLAIN, tags=["odd"]), tags={"hard": {}}) == ["unlisted-tag"]
    because = {"a": "So it is.", "b": "Otherwise not."}
    two = [pt.Evidence(name, finding=f"{name}.", probability=PLAIN, because=because) for name in ("e", "f")]
    assert names(*two) == ["repeated-reason", "repeated-reason"]


def test_a_wide_range_counts_as_its_mean():
    """[-60, -30] dB counts as -35.5: the mean of the logit-normal, here by plain Monte Carlo (standard error below 1 %)."""
    low, high = 1e-6, 1e-3
    told = notes(study(pt.Evidence("e", finding="E.", probability={"a": (low, high), "b": 0.1})))[0].text
    mu, sd = (
        (np.log(low / (1 - low)) + np.log(high / (1 - high))) / 2,
        (np.log(high / (1 - high)) - np.log(low / (1 - low))) / (2 * 1.6448536269514722),
    )
    mean = (1 / (1 + np.exp(-(mu + sd * np.random.default_rng(1).standard_normal(2_000_000))))).mean()
    assert float(told.split("counts as ")[1].split(":")[0]) == pytest.approx(mean, rel=0.03)
    assert 10 * np.log10(mean) == pytest.approx(-35.5, abs=0.1)


def test_the_same_study_without_its_items_has_no_notes():
    bare = dataclasses.replace(study(), accepted=Map({"idle-item": "kept"}))
    assert notes(bare) == []
