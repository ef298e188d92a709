"""The choices that turn the answer: each change made by hand, and their order."""

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
from processtrace.robustness.decisive import choices


def chosen(made: pt.Study) -> dict[str, dict[str, object]]:
    data = robustness.decisive(made)
    rows = zip(data["choice"].values, data["size"].values, data["change"].values, data["leader"].values, strict=True)
    return {str(name): {"size": float(size), "change": str(change), "leader": str(leader)} for name, size, change, leader in rows}


def scattered() -> pt.Study:
    """Four tagged items, three of them for a, judged by one coding and restated by another."""
    rows = [
        ((0.6, 0.8), (0.3, 0.5), "soft"),
        ((0.6, 0.7), (0.4, 0.5), "soft"),
        ((0.5, 0.7), (0.4, 0.5), "soft"),
        ((0.3, 0.5), (0.5, 0.7), "hard"),
    ]
    items = []
    for k, (a, b, tag) in enumerate(rows):
        judged = {"main": {"probability": {"a": a, "b": b}}, "again": {"probability": {"a": a, "b": 0.6 if k else 0.9}}}
        items.append(pt.Evidence(f"e{k}", finding="A memo.", tags=tag, judgements=judged))
    analysts = {"main": {}, "again": {"label": "Restated", "statements": {"b": "Otherwise put."}}}
    return pt.Study("Scattered", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], analysts=analysts, analyst="main")


def test_the_prior_by_hand():
    """The evidence is 3 to 1 for a, the prior 2 to 1: b leads beyond 3 to 1 for it; a then keeps a quarter of two thirds."""
    made = two(0.6, 0.2).with_prior({"a": 2, "b": 1})
    row = chosen(made)["prior"]
    assert row["change"] == "B leads if its prior odds against A exceed 3\u00a0:\u00a01"
    assert row["size"] == pytest.approx((2 / 3 - 1 / 4) / (2 / 3))


def test_the_parts_and_the_wording_by_hand():
    rows = chosen(scattered())
    assert rows["parts"]["change"] == "B leads if only items tagged “Hard” count (1 of 4)"
    assert rows["parts"]["size"] == pytest.approx(0.75)
    assert rows["wording"]["change"] == "B leads if the judgements are those of Restated"
    main, other = (np.log(p[0] / p[1]) for p in (updated(scattered()), updated(dataclasses.replace(scattered(), analyst="again"))))
    assert rows["wording"]["size"] == pytest.approx(main / (main - other))
    assert "analysts" not in rows


def test_a_single_answer_of_a_model_is_no_other_coding():
    """The mean of two answers keeps the lead with a, and one of them alone would give it to b."""

    def row_of(second):
        values = {"main": (0.6, 0.3), "m": (0.5, 0.4), "second": (0.3, 0.6)}
        judged = {who: {"probability": dict(zip("ab", pair, strict=True))} for who, pair in values.items()}
        analysts = {"main": {}, "m": {"note": "a language model"}, "second": {"weight": 0, "judge": "m"} | second}
        case = pt.Case("x", evidence=[pt.Evidence("e", finding="A memo.", judgements=judged)])
        return chosen(pt.Study("One", hypotheses={"a": {}, "b": {}}, cases=[case], analysts=analysts, analyst="main"))["analysts"]

    assert row_of({"asked": {"format": "all at once", "order": "1", "repeat": "1"}})["change"] == "no other coding turns the answer"
    assert row_of({})["leader"] == "b"


def test_what_is_left_out_and_model_error_by_the_changed_study():
    made = ten_items()
    rows = chosen(made)
    found = robustness.as_json(made)["cases"]["case_0"]
    assert rows["left_out"]["size"] == pytest.approx(len(found["fewest_left_out"]["items"]) / 10)
    if rows["model_error"]["leader"]:
        at = robustness.model_error(made, [rows["model_error"]["size"]])["posterior"].values[0, 0]
        top = np.sort(at)
        assert top[-1] == pytest.approx(top[-2], abs=1e-6)


def test_dependence_ends_the_lead_where_the_clusters_own_correlation_is_replaced():
    polls = [pt.Evidence(f"poll{k}", finding="A poll.", cluster="k", probability={"a": 0.8, "b": 0.3}) for k in range(3)]
    memo = pt.Evidence("memo", finding="A memo.", probability={"a": 0.1, "b": 0.5})
    made = pt.Study(
        "Polls", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[*polls, memo])], clusters={"k": {"correlation": 0.1}}
    )
    row = chosen(made)["dependence"]
    at = robustness.dependence(made, [row["size"] + 0.1])["posterior"].values[0, 0]
    assert at[0] == pytest.approx(at[1], abs=1e-6)
    assert row["change"].startswith("B leads if every declared cluster has a correlation above 0.")


def test_undeclared_dependence_is_the_smallest_of_its_groups():
    polls = [pt.Evidence(f"poll{k}", finding="A poll.", tags="poll", probability={"a": 0.8, "b": 0.3}) for k in range(3)]
    memo = pt.Evidence("memo", finding="A memo.", probability={"a": 0.1, "b": 0.5})
    made = pt.Study("Polls", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[*polls, memo])])
    row = chosen(made)["undeclared"]
    assert row["size"] == robustness.as_json(made)["cases"]["x"]["undeclared"]["groups"]["tag/poll"]["rho_to_tie"]
    assert row["change"].startswith("B leads if the items tagged “Poll” (3) depend on each other with a correlation above 0.")


def test_the_unlisted_rival_by_hand():
    """At a prior of .05 it must be .5 x .95 / .05 = 9.5 times as probable as the leader's evidence, 9.8 dB over two items."""
    items = [pt.Evidence(n, finding="A memo.", probability={"a": (0.6, 0.8), "b": (0.4, 0.6)}) for n in ("memo", "note")]
    made = pt.Study("Two", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    row = chosen(made)["unlisted"]
    assert row["leader"] == "unlisted"
    assert (
        row["change"] == "an explanation that is not listed leads if it makes each item 5 dB more probable than A does, at a prior of 0.05"
    )


@settings(max_examples=8)
@given(studies(items=(1, 4), zeros=False).filter(leads))
def test_any_study_has_its_choices_in_order(made):
    data = robustness.decisive(made)
    leader = list(made.explanations)[int(np.argmax(updated(made)))]
    sizes, leaders = data["size"].values, data["leader"].values
    turning = sizes[leaders != ""]
    assert (np.diff(turning[np.isfinite(turning)]) >= 0).all()
    assert (leaders[: len(turning)] != "").all()
    assert leader not in set(leaders)
    assert len(set(data["choice"].values)) == len(choices(made, robustness_reading(made)))


def robustness_reading(made: pt.Study):
    from processtrace.inference.reading import readings

    return readings(made)[0]


def test_no_leader_no_rows():
    assert robustness.decisive(two(0.4, 0.4)).sizes["decision"] == 0
    assert robustness.as_json(two(0.4, 0.4))["cases"]["x"]["decisive"] is None
