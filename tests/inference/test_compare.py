"""Two studies beside each other: what moved is what was changed. Deterministic: no error rate."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.designs import two
from strategies.studies import leads, studies

import processtrace as pt
from processtrace import tables
from processtrace.cli import cli
from processtrace.inference.compare import moved

DB = 10 / np.log(10)


@settings(max_examples=25)
@given(study=studies(zeros=False, excluded=False, extra=False, own_priors=False).filter(leads), seed=st.integers(0, 2**32 - 1))
def test_the_moves_of_items_and_prior_add_up(study, seed):
    case = study.cases[0]
    rng = np.random.default_rng(seed)
    counting = [item for item in case.evidence if item.counts]
    changed = study.with_prior(dict(zip(study.hypotheses, rng.uniform(0.5, 2, len(study.hypotheses)).tolist(), strict=True)))
    changed = changed.with_judgement("one", counting[0].id, {h: float(rng.uniform(0.1, 0.9)) for h in study.hypotheses})
    if len(counting) > 2:
        changed = changed.without(item=counting[-1].id)
    part = moved(study, changed)[0]
    names = list(study.hypotheses)
    a, b = (names.index(h) for h in part.pair)
    before, after = (pt.update(s)["log_posterior"].values[0] for s in (study, changed))
    assert part.margins == pytest.approx(((before[a] - before[b]) * DB, (after[a] - after[b]) * DB), abs=1e-9)
    assert a == np.argmax(before)
    total = part.prior_db + sum(item.moved_db for item in part.items)
    assert total == pytest.approx(part.margins[1] - part.margins[0], abs=1e-8)
    if len(names) == 2:
        assert part.moved_db[part.pair[0]] == pytest.approx(total, abs=1e-8)
        assert part.moved_db[part.pair[1]] == pytest.approx(-total, abs=1e-8)
    touched = {item.id: item.differs for item in part.items}
    assert any("now" in told for told in touched[counting[0].id])
    if len(counting) > 2:
        assert touched[counting[-1].id] == ("taken away",)
    assert moved(study, study)[0].items == ()


def test_three_against_four_explanations():
    """Where the likelihoods of the shared explanations stay, their odds against each other do not move."""
    p = {"a": 0.8, "b": 0.2, "c": 0.4}
    three = pt.Study("Three", hypotheses={key: {} for key in p}, cases=[pt.Case("x", evidence=[memo(p)])])
    four = pt.Study("Four", hypotheses={key: {} for key in [*p, "d"]}, cases=[pt.Case("x", evidence=[memo(p | {"d": 0.6})])])
    part = moved(three, four)[0]
    assert part.shared == ("a", "b", "c")
    assert part.items == ()
    assert list(part.moved_db.values()) == pytest.approx([0, 0, 0], abs=1e-12)
    table = tables.compare(three, four)
    assert list(table.index) == [("x", h) for h in "abcd"]
    np.testing.assert_allclose(table["Support, study 2"], np.array([0.8, 0.2, 0.4, 0.6]) / 2)
    assert np.isnan(table.loc[("x", "d"), "Support, study 1"])
    assert "study 1: Three; study 2: Four." in table.attrs["note"]


def memo(p: dict, **fields: object) -> pt.Evidence:
    return pt.Evidence("memo", label="The memo", finding="A memo.", probability=p, **fields)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"probability": {"a": (0.6, 0.9), "b": 0.2}}, "A: 0.8, now [0.6, 0.9]"),
        ({"status": "not_found", "search_sensitivity": 0.5}, "found, now not found; search sensitivity"),
        ({"source": "w"}, "source"),
        ({"cluster": "k"}, "cluster"),
        ({"status": "set_aside", "probability": None, "note": "Doubtful."}, "found, now set aside; A: 0.8, now not judged; B: 0.2, now not judged"),
    ],
)  # fmt: skip
def test_what_differs_is_said(change, told):
    def study(item: pt.Evidence) -> pt.Study:
        case = pt.Case("x", evidence=[item], sources={"w": {"reliability": 0.9}}, clusters={"k": {}})
        return pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[case])

    first = study(memo({"a": 0.8, "b": 0.2}))
    second = study(dataclasses.replace(first.cases[0].evidence[0], **change))
    assert "; ".join(moved(first, second)[0].items[0].differs) == told
    row = tables.changes(first, second).iloc[0]
    assert (row["Item"], row["For"], row["Against"], row["What differs"]) == ("The memo", "A", "B", told)


def test_what_hangs_together_moves_too_and_is_said():
    items = [
        pt.Evidence(name, finding="A poll.", cluster="k", date=date, probability={"a": 0.8, "b": 0.3})
        for name, date in (("one", "2000"), ("two", "2001"))
    ]
    study = pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items, clusters={"k": {"correlation": 0.6}})])
    part = moved(study, study.without(item="one"))[0]
    assert [(item.id, item.differs) for item in part.items] == [("one", ("taken away",)), ("two", ("the items that it depends on",))]
    assert part.items[1].moved_db > 0


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(pt.UsageError, match="two or more"):
        tables.compare(two())
    other = dataclasses.replace(two(), cases=(dataclasses.replace(two().cases[0], id="y"),))
    with pytest.raises(pt.UsageError, match="no case in common: x; and y"):
        tables.compare(two(), other)


def test_refuted_and_single_explanations_have_no_false_numbers():
    part = moved(two(0.4, 0.0), two(0.4, 0.2))[0]
    assert part.margins[0] == np.inf
    assert part.moved_db["a"] == -np.inf
    one = pt.Study("One", hypotheses={"a": {}}, cases=two().cases and [pt.Case("x", evidence=[memo({"a": 0.5})])])
    assert moved(one, two())[0].pair is None
    assert tables.changes(one, two()).empty


def test_the_command(tmp_path):
    case = "case: x\nevidence:\n  - {id: memo, label: The memo, finding: A memo., probability: {a: P, b: 0.2}}\n"
    paths = []
    for name, p in (("before", 0.8), ("after", 0.5)):
        (tmp_path / f"{name}_case.yaml").write_text(case.replace("P", str(p)), encoding="utf-8")
        text = f"title: The coding {name} review\nhypotheses: {{a: {{label: Survival}}, b: {{label: Interest}}}}\ncases: {name}_case.yaml\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        paths.append(str(tmp_path / f"{name}.yaml"))
    call = CliRunner().invoke
    said = call(cli, ["compare", *paths], catch_exceptions=False).output
    assert "study 1: The coding before review; study 2: The coding after review." in said
    assert "Survival: 0.8, now 0.5" in said
    found = json.loads(call(cli, ["compare", *paths, "--format", "json"]).output)
    part = found["compared"][0]["cases"]["x"]
    assert part["items"]["memo"]["moved_db"] == pytest.approx(10 * np.log10(0.5 / 0.8))
    assert part["margin_db"] == pytest.approx([10 * np.log10(4), 10 * np.log10(2.5)])
    assert call(cli, ["compare", *paths, "--format", "csv"]).output.splitlines()[1].startswith("x,2,memo,")
    assert call(cli, ["compare", paths[0]]).exit_code == 2
    assert "No item and no judgement differs." in call(cli, ["compare", paths[0], paths[0]]).output
