"""Undeclared dependence against the study with the items put into a cluster by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from strategies.designs import ten_items, two
from strategies.studies import leads, studies
from truth.plain_numbers import updated

import processtrace as pt
from processtrace import robustness
from processtrace.inference.reading import readings
from processtrace.robustness.groups import disjoint, groups_of


def clustered(made: pt.Study, ids: list[str], rho: float) -> pt.Study:
    """The study with these items as one cluster more, by its public parts."""
    case = made.cases[0]
    evidence = [dataclasses.replace(item, cluster="by_hand") if item.id in ids else item for item in case.evidence]
    changed = dataclasses.replace(
        case, evidence=tuple(evidence), clusters={**case.clusters, "by_hand": pt.Cluster("by_hand", correlation=rho)}
    )
    return dataclasses.replace(made, cases=(changed,), groups={})


def check(made: pt.Study) -> int:
    """Every group of the only case; returns how many end the lead."""
    before = updated(made)
    leader = int(np.argmax(before))
    data = robustness.undeclared(made, [0.0, 0.4, 0.8])
    ended = 0
    for k in range(data.sizes["group"]):
        ids = [str(name) for name in data["evidence_id"].values[data["member"].values[k]]]
        assert len(ids) > 1
        for place, rho in enumerate(data["rho"].values):
            assert data["posterior"].values[k, place] == pytest.approx(updated(clustered(made, ids, float(rho))), abs=1e-8)
        near = updated(clustered(made, ids, 0.999999))
        assert data["fully_redundant"].values[k] == pytest.approx(near, abs=2e-3)
        tie = float(data["rho_to_tie"].values[k])
        if not np.isnan(tie) and tie > 0:
            ended += 1
            at = updated(clustered(made, ids, tie))
            assert np.delete(at, leader).max() == pytest.approx(at[leader], abs=1e-6)
            short = updated(clustered(made, ids, 0.95 * tie))
            assert short[leader] > np.delete(short, leader).max()
    return ended


def polls(n: int = 3, against: float = 0.1, **fields) -> pt.Study:
    """Some polls for a, judged alike, and one memo against it that outweighs a single poll."""
    items = [pt.Evidence(f"poll{k}", finding="A poll.", probability={"a": 0.8, "b": 0.3}, **fields) for k in range(n)]
    items.append(pt.Evidence("memo", finding="A memo.", probability={"a": against, "b": 0.5}))
    return pt.Study(
        "Polls",
        hypotheses={"a": {}, "b": {}},
        cases=[pt.Case("x", evidence=items)],
        sources={"press": {}},
        tags={"crisis": {"group": "event"}},
    )


def test_a_group_that_the_study_names_ends_the_lead():
    made = dataclasses.replace(polls(), groups={"campaign": ["poll0", "poll1", "poll2"]})
    assert updated(made)[0] > 0.5
    assert check(made) == 1
    part = robustness.as_json(made)["cases"]["x"]["undeclared"]
    assert list(part["groups"]) == ["campaign"]
    assert part["groups"]["campaign"]["items"] == ["poll0", "poll1", "poll2"]
    assert part["groups"]["campaign"]["fully_redundant"]["a"] == pytest.approx(0.8 * 0.1 / (0.8 * 0.1 + 0.3 * 0.5))
    assert part["together"]["posterior"]["a"][0] == pytest.approx(updated(made)[0])
    assert part["clustered_share"] == {"for": 0.0, "against": 0.0}


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"tags": "soft"}, "tag/soft"), ({"source": "press"}, "source/press"), ({"tags": "crisis"}, "event/crisis"),
     ({"date": "2002-11-25/2002-12-10"}, "30 days/2002-11-25"), ({"date": "2002"}, "365 days/2002-01-01")],
)  # fmt: skip
def test_what_items_share_makes_a_group(fields, name):
    assert list(robustness.as_json(polls(**fields))["cases"]["x"]["undeclared"]["groups"]) == [name]


@settings(max_examples=8)
@given(studies(items=(2, 4), analysts=False, zeros=False).filter(leads))
def test_any_study_with_its_items_in_a_cluster_by_hand(made):
    ids = [item.id for item in made.cases[0].evidence if item.counts and not item.given]
    check(dataclasses.replace(made, groups={"some": ids[:3]}))


def test_declared_clusters_stay_and_a_named_group_takes_its_items_out():
    made = dataclasses.replace(ten_items(), groups={"named": ["one", "six", "case_0/seven", "other/two"]})
    groups = groups_of(made, readings(made)[0])
    assert [(group.name, [readings(made)[0].numbers.ids[i] for i in group.places]) for group in groups] == [
        ("named", ["one", "six", "seven"]),
        ("source/point", ["two", "three"]),
        ("source/ranged", ["three", "ten"]),
    ]
    check(made)


def test_items_are_joined_once_when_all_are():
    made = dataclasses.replace(ten_items(), groups={"named": ["one", "two"]})
    reading = readings(made)[0]
    parts = disjoint(groups_of(made, reading))
    assert [part.name for part in parts] == ["named", "source/ranged"]
    data = robustness.undeclared(made, [0.6])
    changed = clustered(made, ["one", "two"], 0.6)
    case = changed.cases[0]
    second = [dataclasses.replace(item, cluster="second") if item.id in ("three", "ten") else item for item in case.evidence]
    clusters = {**case.clusters, "second": pt.Cluster("second", correlation=0.6)}
    changed = dataclasses.replace(changed, cases=(dataclasses.replace(case, evidence=tuple(second), clusters=clusters),))
    assert data["together"].values[0, 0] == pytest.approx(updated(changed), abs=1e-8)
    homes = dict(zip(data["evidence_id"].values, data["joined_in"].values, strict=True))
    assert homes["one"] == homes["two"] == "named"
    assert homes["nine"] == ""


def test_windows_hold_whole_dates():
    dates = ("2002-01-01", "2002-01-31", "2002-02-01", "2002", "2001-12-30", None)
    items = [pt.Evidence(f"e{k}", finding="A memo.", date=date, probability={"a": 0.6, "b": 0.5}) for k, date in enumerate(dates)]
    made = pt.Study("Dates", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    found = {group.name: group.places for group in groups_of(made, readings(made)[0])}
    assert found == {
        "30 days/2001-12-30": (0, 4),
        "30 days/2002-01-01": (0, 1),
        "30 days/2002-01-31": (1, 2),
        "365 days/2001-12-30": (0, 1, 2, 4),
        "365 days/2002-01-01": (0, 1, 2, 3),
    }


def test_the_share_of_declared_clusters_by_side():
    made = polls()
    case = made.cases[0]
    joined = [dataclasses.replace(item, cluster="k") if item.id in ("poll0", "memo") else item for item in case.evidence]
    made = dataclasses.replace(made, cases=(dataclasses.replace(case, evidence=tuple(joined), clusters={"k": {"correlation": 0.1}}),))
    data = robustness.undeclared(made)
    assert data["clustered_for"].item() == pytest.approx(1 / 3)
    assert data["clustered_against"].item() == 1.0


def test_what_is_refused():
    for wrong in ([], [1.0], [0.5, 0.2], [-0.1]):
        with pytest.raises(pt.UsageError, match="in ascending order"):
            robustness.undeclared(two(), wrong)
