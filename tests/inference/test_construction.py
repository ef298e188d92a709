"""Causes that act together: cells made of hypotheses, their priors, and what building a compound gives, in closed form."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import processtrace as pt
from processtrace.inference.construction import construction
from processtrace.notes import notes

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "published.json").read_text(encoding="utf-8"))
JUDGED = [{"none": 0.1, "a": 0.4, "b": 0.7}, {"none": 0.2, "a": 0.6, "b": 0.3}]


def rivals(values=JUDGED, names=("a", "b"), **case):
    items = [pt.Evidence(f"e{k}", finding="F.", probability=judged) for k, judged in enumerate(values)]
    judges = list(dict.fromkeys(key for judged in values for key in judged))
    return pt.Study(
        "Rivals",
        hypotheses={name: {"label": f"Cause {name}"} for name in names},
        cases=[pt.Case("x", judges=judges, evidence=items, **case)],
    )


def posterior(study):
    row = pt.update(study)["posterior"].sel(case="x")
    return {str(cell): float(row.sel(hypothesis=cell)) for cell in row["hypothesis"].values}


def test_hypotheses_become_cells_by_each_rule():
    built = {"mean": (0.55, 0.45), "maximum": (0.7, 0.6), "noisy-or": (1 - 0.6 * 0.3 / 0.9, 1 - 0.4 * 0.7 / 0.8)}
    for rule, (first, second) in built.items():
        study = rivals().cells(rule, prior={"a": 0.2})
        joint = {"none": 0.4 * 0.1 * 0.2, "a": 0.1 * 0.4 * 0.6, "b": 0.4 * 0.7 * 0.3, "a+b": 0.1 * first * second}
        assert posterior(study) == {cell: pytest.approx(p / sum(joint.values()), abs=1e-12) for cell, p in joint.items()}


def test_judged_compounds_are_used_and_unjudged_ones_left_out():
    three = [{**judged, "c": 0.5, "a+b": 0.05} for judged in JUDGED]
    study = rivals(three, names=("a", "b", "c")).cells()
    assert list(study.explanations) == ["none", "a", "b", "c", "a+b"]
    joint = {"none": 0.02, "a": 0.24, "b": 0.21, "c": 0.25, "a+b": 0.0025}
    assert posterior(study) == {cell: pytest.approx(p / sum(joint.values()), abs=1e-12) for cell, p in joint.items()}
    assert study.at_work == {"a": pytest.approx(2 / 5), "b": pytest.approx(2 / 5), "c": pytest.approx(1 / 5)}
    (note,) = [note for note in notes(study) if note.name == "cells-left-out"]
    assert "3 combinations of factors, of 8" in note.text
    assert "Cause a 0.4; Cause b 0.4; Cause c 0.2" in note.text
    assert "a+b" in rivals(three, names=("a", "b", "c")).cells("maximum").explanations
    assert construction(study)["construction_db"].sel(rule="study", case="x", hypothesis="a+b") == 0


def test_a_hypothesis_may_stand_for_the_empty_cell():
    values = [{("rest" if key == "none" else key): p for key, p in judged.items()} for judged in JUDGED]
    named = rivals(values, names=("a", "b", "rest")).cells("maximum", none="rest")
    assert posterior(named) == pytest.approx(posterior(rivals().cells("maximum")))
    assert list(named.factors) == ["a", "b"]
    handed = rivals([{k: p for k, p in judged.items() if k != "none"} for judged in JUDGED])
    given = handed.cells("maximum", none={"x/e0": 0.1, "x/e1": 0.2})
    assert posterior(given) == pytest.approx(posterior(named))


def test_other_judged_hypotheses_keep_the_scale_of_ratios():
    """The anchor stands for the largest of all that an item judges, also of what is no cell of the study."""
    item = pt.Evidence("e", finding="F.", source="s", ratio={"none": 1, "a": 2, "b": 4, "other": 8})
    study = pt.Study(
        "R",
        hypotheses={"a": {}, "b": {}},
        sources={"s": {"reliability": 0.8}},
        cases=[pt.Case("x", judges=["none", "a", "b", "other"], evidence=[item])],
    ).cells()
    joint = {cell: 0.1 + 0.8 * p for cell, p in {"none": 0.1, "a": 0.2, "b": 0.4}.items()}
    assert posterior(study) == {cell: pytest.approx(p / sum(joint.values()), abs=1e-12) for cell, p in joint.items()}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: rivals([{"a": 0.4, "b": 0.7}]).cells(), "no item is judged under 'none'; the empty cell is judged, never built"),
        (lambda: rivals([{"a": 0.4, "b": 0.7}]).cells(none={"x/e1": 0.1}), "none: 'x/e0' is missing"),
        (lambda: rivals([{"a": 0.4, "b": 0.7}]).cells(none={"x/e0": 0.1, "x/zz": 0.1}), "none: 'x/zz'; judged items, as case/item"),
        (lambda: rivals().cells(prior={"z": 0.1}), "prior: 'z'; the causes a, b are allowed"),
        (lambda: rivals(prior={"a": 1, "b": 2, "none": 1}).cells(), "case 'x' has a prior over exclusive hypotheses"),
        (lambda: rivals().cells("mean").cells(), "the study is one of factors already"),
        (lambda: construction(rivals()), "the study has hypotheses, no factors"),
        (lambda: pt.tables.factors(rivals()), "the study has hypotheses, no factors"),
        (
            lambda: pt.Study("R", hypotheses={"a": {}, "rest": {"residual": True}}, cases=[]).cells(),
            r"'rest' is a residual, which cannot act together with what it leaves over; name it: cells\(none='rest'\)",
        ),
    ],
)  # fmt: skip
def test_what_cannot_become_cells_is_refused_in_words(make, message):
    with pytest.raises((pt.UsageError, pt.AnalysisError), match=message):
        make()


def test_noisy_or_needs_each_factor_at_least_as_probable_as_none():
    worse = rivals([{"none": 0.5, "a": 0.4, "b": 0.7}])
    with pytest.raises(
        pt.StudyError, match=r"0.4 under one factor, 0.5 under none; noisy-or needs each factor at least as probable as none"
    ):
        worse.cells("noisy-or")
    ranged = rivals([{"none": [0.3, 0.6], "a": [0.4, 0.5], "b": [0.7, 0.8]}])
    with pytest.raises(pt.StudyError, match="noisy-or"):
        ranged.cells("noisy-or")
    data = construction(worse.cells("maximum"))
    assert np.isnan(data["posterior"].sel(rule="noisy-or")).all()
    assert data.attrs["impossible"][0].startswith("Noisy-or is not possible: 0.4 under one factor, 0.5 under none; noisy-or needs")
    assert "Noisy-or is not possible" in pt.tables.construction(worse.cells("maximum")).attrs["note"]


def test_the_gain_from_building_in_closed_form():
    """Two found items and one not found, all compounds built: decibels over the part that does best on all of them."""
    items = [*JUDGED, {"none": 0.1, "a": 0.2, "b": 0.5}]
    study = rivals(items).cells("maximum")
    missed = dataclasses.replace(study.cases[0].evidence[2], status="not_found", search_sensitivity=0.9)
    study = dataclasses.replace(study, cases=(dataclasses.replace(study.cases[0], evidence=(*study.cases[0].evidence[:2], missed)),))
    data = construction(study)

    def gain(cells):
        a, b, both = (np.prod([*part[:2], 1 - 0.9 * part[2]]) for part in cells)
        return 10 * np.log10(both / max(a, b))

    a, b = (0.4, 0.6, 0.2), (0.7, 0.3, 0.5)
    expected = {
        "mean": gain((a, b, (0.55, 0.45, 0.35))),
        "maximum": gain((a, b, (0.7, 0.6, 0.5))),
        "noisy-or": gain((a, b, (1 - 0.6 * 0.3 / 0.9, 1 - 0.4 * 0.7 / 0.8, 1 - 0.8 * 0.5 / 0.9))),
    }
    for rule, db in expected.items():
        assert float(data["construction_db"].sel(rule=rule, case="x", hypothesis="a+b")) == pytest.approx(db, abs=1e-10)
    assert float(data["construction_db"].sel(rule="study", case="x", hypothesis="a+b")) == pytest.approx(expected["maximum"], abs=1e-10)
    assert np.isnan(data["construction_db"].sel(hypothesis=["none", "a", "b"])).all()


def test_where_some_items_judge_a_compound_only_the_others_count_as_built():
    items = [
        pt.Evidence("e0", finding="F.", probability={**JUDGED[0], "a+b": 0.01}),
        pt.Evidence("e1", finding="F.", probability=JUDGED[1]),
    ]
    study = pt.Study("Mixed", factors={"a": {}, "b": {}}, compounds="maximum", cases=[pt.Case("x", evidence=items)])
    gained = construction(study)["construction_db"].sel(case="x", hypothesis="a+b")
    assert float(gained.sel(rule="study")) == pytest.approx(0, abs=1e-12)  # the second item alone: a is its largest part
    assert float(gained.sel(rule="maximum")) == pytest.approx(10 * np.log10(0.7 * 0.6 / 0.24))


def test_rohlfings_cells_and_the_sum_over_them():
    given = PUBLISHED["rohlfing_cells"]
    cells = {"A": given["cells"]["A_only"], "B": given["cells"]["B_only"], "A+B": given["cells"]["both"], "none": given["cells"]["none"]}
    study = rivals([dict.fromkeys(cells, 0.5)], names=("A", "B")).cells().with_prior(cells)
    assert posterior(study) == {cell: pytest.approx(p) for cell, p in cells.items()}
    data = pt.update(study)
    for kind in ("factor_prior", "factor_posterior"):
        assert data[kind].sel(case="x").values == pytest.approx([0.6, 0.6])
    assert given["union"] == pytest.approx(1 - posterior(study)["none"])
    assert study.at_work == {"A": pytest.approx(0.6), "B": pytest.approx(0.6)}


def test_a_factor_is_at_work_in_the_sum_of_its_cells_everywhere(tmp_path):
    study = rivals().cells("mean", prior={"a": 0.2})
    data, cells = pt.update(study), posterior(study)
    told = {name: (study.at_work[name], cells[name] + cells["a+b"]) for name in "ab"}
    assert told["a"][0] == pytest.approx(0.2)
    table = pt.tables.factors(study)
    from processtrace.inference.as_json import update_as_json

    plain = update_as_json(study, data)["cases"]["x"]["factors"]
    for name, (before, after) in told.items():
        assert float(data["factor_posterior"].sel(case="x", factor=name)) == pytest.approx(after, abs=1e-12)
        assert float(data["factor_log_odds"].sel(case="x", factor=name)) == pytest.approx(np.log(after / (1 - after)), abs=1e-10)
        assert (table.loc[("x", name), "Prior"], table.loc[("x", name), "At work"]) == pytest.approx((before, after))
        assert plain[name] == pytest.approx({"prior": before, "posterior": after})
    page = pt.report.render(pt.compute(study, sample=False))
    assert "Factors at work, alone or with others" in page
    assert "Support for each combination, judged and built" in page
    assert "At work: Cause a. Not at work: Cause b." in page
    assert f"{told['a'][1]:.2f}" in page


def test_the_terminal_tells_prior_and_posterior_of_each_factor(tmp_path):
    from click.testing import CliRunner

    from processtrace.cli import cli

    (tmp_path / "x.yaml").write_text(
        "case: x\nevidence:\n  - id: e\n    finding: F.\n    probability: {none: 0.1, a: 0.4, b: 0.7, a+b: 0.2}\n", encoding="utf-8"
    )
    (tmp_path / "study.yaml").write_text("title: T\nfactors: {a: {label: Cause A}, b: {}}\ncases: x.yaml\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["update", str(tmp_path / "study.yaml")])
    assert done.exit_code == 0
    assert "At work, alone or with others" in done.output
    assert any(line.split() == ["Cause", "A", "0.50", "0.43"] for line in done.output.splitlines())  # (0.4 + 0.2)/1.4
    checked = CliRunner().invoke(cli, ["check", str(tmp_path / "study.yaml")])
    assert checked.exit_code == 0


def test_a_case_that_lists_what_it_judges_serves_hypotheses_and_factors():
    items = [pt.Evidence("e", finding="F.", probability={"none": 0.1, "a": 0.4, "b": 0.7, "a+b": 0.2})]
    case = pt.Case("x", judges=["none", "a", "b", "a+b"], evidence=items)
    assert list(pt.Study("H", hypotheses={"a": {}, "b": {}}, cases=[case]).explanations) == ["a", "b"]
    assert list(pt.Study("F", factors={"a": {}, "b": {}}, cases=[case]).explanations) == ["none", "a", "b", "a+b"]
    with pytest.raises(pt.StudyError, match="'none' is missing"):
        pt.Study("F", factors={"a": {}, "b": {}}, cases=[dataclasses.replace(case, judges=("a", "b", "a+b"))])
    with pytest.raises(pt.StudyError, match="a b"):
        pt.Case("x", judges=["a+a b"])


def test_a_long_combination_has_a_label_that_fits():
    names = {name: {"label": f"A cause with a long name, {name}"} for name in "abc"}
    items = [pt.Evidence("e", finding="F.", probability=dict.fromkeys(("none", *names), 0.5))]
    labels = [
        part.name for part in pt.Study("L", factors=names, compounds="mean", cases=[pt.Case("x", evidence=items)]).explanations.values()
    ]
    assert labels[-1] == "All of them"
    assert labels[4] == "A cause with a long name, a + A cause…"
