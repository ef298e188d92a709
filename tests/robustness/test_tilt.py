"""A common tilt against the study with every judgement moved by hand, and against closed forms."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.special import expit, logit
from strategies.designs import ten_items, two
from strategies.studies import leads, studies
from truth.plain_numbers import updated

import processtrace as pt
from processtrace import robustness
from processtrace.inference.numbers import case_numbers

DB = 10 / np.log(10)


def tilted(made: pt.Study, leader: str, rival: str, share: float, of_points: float | None = None) -> pt.Study:
    """Every judgement moved against the leader and for the rival by this share of its own half width in log odds."""
    case = made.cases[0]
    numbers = case_numbers(made, case)
    judged = {
        name: {h: (item.low[k], item.high[k]) for k, h in enumerate(numbers.hypotheses)}
        for name, item in zip(numbers.ids, numbers.items, strict=True)
    }
    halves = [(logit(b) - logit(a)) / 2 for part in judged.values() for a, b in part.values() if a < b]
    width = of_points if of_points is not None else np.median(halves) if halves else 0.0
    changed = made
    for name, part in judged.items():
        found = case.item(name).status == "found"
        values = {}
        for h, (low, high) in part.items():
            sign = {leader: -1, rival: 1}.get(h, 0) * (1 if found else -1)
            by = sign * share * ((logit(high) - logit(low)) / 2 if low < high else width)
            ends = [float(expit(logit(p) + by)) if 0 < p < 1 and sign else float(p) for p in (low, high)]
            values[h] = ends[0] if low == high else ends
        values |= {h: 0.5 for h in made.judged_under(case) if h not in values}
        analyst = None if case.item(name).judgements is None else next(iter(case.item(name).judgements))
        changed = changed.with_judgement(case.id, name, values, analyst=analyst)
    return changed


def check_ties(made: pt.Study) -> int:
    names = list(made.explanations)
    before = updated(made)
    leader = names[int(np.argmax(before))]
    shares = robustness.tilt_to_tie(made)["share"].values[0]
    reached = 0
    for rival, share in zip(names, shares, strict=True):
        if np.isnan(share):
            continue
        assert rival != leader
        reached += 1
        k, m = names.index(leader), names.index(rival)
        at, short, beyond = (updated(tilted(made, leader, rival, share * x)) for x in (1, 0.98, 1.02))
        assert np.log(at[k] / at[m]) == pytest.approx(0, abs=1e-6)
        assert short[k] > short[m]
        assert beyond[k] < beyond[m]
    return reached


def test_the_judgements_moved_by_hand_tie():
    assert check_ties(ten_items()) == 2


@settings(max_examples=10)
@given(studies(items=(1, 4), analysts=False, zeros=False).filter(leads))
def test_any_study_ties_with_its_judgements_moved_by_hand(made):
    check_ties(made)


def test_the_share_of_one_pair_in_closed_form():
    """Two findings judged .8 and .4 as points: with a half width of w nats each moves by share x w in log odds."""
    made = two(0.8, 0.4)
    w = (logit(0.8) - logit(0.4)) / 2
    tie = robustness.tilt_to_tie(made, half_width_db=w * DB)
    assert tie.share.sel(case="x", hypothesis="b").item() == pytest.approx(1.0, abs=1e-9)
    assert np.isnan(tie.share.sel(case="x", hypothesis="a").item())
    items = len(made.cases[0].evidence)
    assert tie.db_per_item.sel(case="x", hypothesis="b").item() == pytest.approx(DB * np.log(2) / items)


def test_points_take_the_median_range_of_the_case():
    spans = [{"a": (0.7, 0.9), "b": 0.5}, {"a": 0.7, "b": (0.2, 0.6)}, {"a": 0.6, "b": (0.3, 0.35)}]
    items = [pt.Evidence(f"e{k}", finding="A memo.", probability=p) for k, p in enumerate(spans)]
    made = pt.Study("Points", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    assert check_ties(made) == 1


def test_without_ranges_the_share_is_unknown_and_the_decibels_are_not():
    part = robustness.as_json(two(0.8, 0.4))["cases"]["x"]["tilt_to_tie"]["b"]
    assert part["share"] is None
    assert part["db_per_item"] > 0


def test_no_tilt_reaches_a_leader_whom_the_sources_keep_ahead():
    """A prior of 99 to 1, and one report that cannot weigh more than 9 to 1."""
    item = pt.Evidence("memo", finding="A memo.", source="s", probability={"a": (0.5, 0.7), "b": (0.4, 0.6)})
    case = pt.Case("x", evidence=[item], sources={"s": {"reliability": 0.8}})
    made = pt.Study("Kept", hypotheses={"a": {"prior": 99}, "b": {}}, cases=[case])
    assert np.isnan(robustness.tilt_to_tie(made).share.values).all()


def test_independent_errors_are_the_ranges_and_the_posterior_is_the_posterior():
    made = ten_items()
    data, known = robustness.tilt(made, [0.0, 0.3]), robustness.ranges(made)
    for end in ("low", "high", "low_error", "high_error"):
        assert np.array_equal(data[end].values[:, 0], known[end].values)
    assert data["posterior"].values[0, 0] == pytest.approx(updated(made), abs=1e-12)


def same(n: int, span: tuple[float, float]) -> pt.Study:
    items = [pt.Evidence(f"e{k}", finding="A memo.", probability={"a": span, "b": 0.3}) for k in range(n)]
    return pt.Study("Same", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])


def test_one_lean_alone_in_closed_form():
    """At r = 1 the leader's judgements are one function of the lean: its 5th percentile puts each at its low end."""
    data = robustness.tilt(same(6, (0.3, 0.6)), [1.0])
    for end, p in (("low", 0.3), ("high", 0.6)):
        expected = p**6 / (p**6 + 0.3**6)
        assert data[end].sel(case="x", hypothesis="a").item() == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("r", [0.1, 0.5])
def test_the_spread_of_narrow_ranges_in_closed_form(r):
    """Nine narrow ranges: log odds are normal, with variance n sd^2 (1 + (n - 1) r) (1 - p)^2; within 4 % of 2,048 points."""
    n, p, half = 9, 0.4, 0.02
    data = robustness.tilt(same(n, (float(expit(logit(p) - half)), float(expit(logit(p) + half)))), [r])
    low, high = (logit(data[end].sel(case="x", hypothesis="a").item()) for end in ("low", "high"))
    assert (high - low) / 2 == pytest.approx(half * (1 - p) * np.sqrt(n * (1 + (n - 1) * r)), rel=0.04)


def test_the_spread_of_analysts_leans_by_hand():
    ana, ben = {"a": 0.8, "b": 0.4}, {"a": 0.6, "b": 0.5}
    judged = {"ana": {"probability": ana}, "ben": {"probability": ben}}
    items = [pt.Evidence(f"e{k}", finding="A memo.", judgements=judged) for k in range(3)]
    items.append(pt.Evidence("e3", finding="A memo.", judgements={"ana": {"probability": {"a": 0.9, "b": 0.1}}}))
    made = pt.Study("Two", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], analysts={"ana": {}, "ben": {}})
    expected = np.std([DB * np.log(2), DB * np.log(1.2)], ddof=1)
    assert robustness.tilt_to_tie(made).lean_spread_db.item() == pytest.approx(expected)
    assert np.isnan(robustness.tilt_to_tie(ten_items()).lean_spread_db.item())

    # What Ben judged a second time, here one item, is no third analyst.
    again = {"ben_again": {"probability": {"a": 0.1, "b": 0.9}}}
    items[0] = pt.Evidence("e0", finding="A memo.", judgements=judged | again)
    repeated = {"ana": {}, "ben": {}, "ben_again": {"judge": "ben", "weight": 0}}
    made = pt.Study("Two", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], analysts=repeated)
    assert robustness.tilt_to_tie(made).lean_spread_db.item() == pytest.approx(expected)


def test_an_item_that_refutes_leader_and_rival_says_nothing_of_a_lean():
    """Where an analyst's zeros refute both, the item has a weight of 0 between them: by hand, 3 dB and 0 dB in one item of two."""
    judged = {"ana": {"probability": {"a": 0.8, "b": 0.4, "c": 0.5}}, "ben": {"probability": {"a": 0.4, "b": 0.4, "c": 0.5}}}
    zeros = judged | {"ben": {"probability": {"a": 0.0, "b": 0.0, "c": 0.5}}}
    items = [pt.Evidence("e0", finding="A memo.", judgements=judged), pt.Evidence("e1", finding="A vote.", judgements=zeros)]
    made = pt.Study(
        "Two",
        hypotheses={"a": {}, "b": {}, "c": {"prior": 0.01}},
        cases=[pt.Case("x", evidence=items)],
        analysts={"ana": {}, "ben": {}},
        analyst="ana",
    )
    data = robustness.tilt_to_tie(made)
    assert data.lean_spread_db.item() == pytest.approx(np.std([DB * np.log(2), 0.0], ddof=1))


def test_what_is_refused():
    with pytest.raises(pt.UsageError, match="decibels above 0"):
        robustness.tilt_to_tie(two(), half_width_db=0)
    for wrong in ([], [-0.1], [1.2]):
        with pytest.raises(pt.UsageError, match="correlations from 0 to 1"):
            robustness.tilt(two(), wrong)


def test_null_without_a_leader():
    made = dataclasses.replace(two(0.4, 0.4))
    assert robustness.as_json(made)["cases"]["x"]["tilt_to_tie"] is None
    assert robustness.as_json(made)["cases"]["x"]["tilt"]["posterior"]["a"] == pytest.approx([0.5] * 5)
