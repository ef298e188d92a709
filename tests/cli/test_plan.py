"""`processtrace plan` as its users call it, the table, the figure and the section of the report."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from strategies.figure_texts import texts

import processtrace as pt
from processtrace import planning, plots, report, tables
from processtrace.cli import cli
from processtrace.pipeline import figures

STUDY = """\
title: A plan
hypotheses: {leader_survival: {label: Leader survival}, national_interest: {label: National interest}}
cases: [case.yaml]
"""
CASE = """\
case: first_case
label: The first case
sources: {archive: {reliability: 0.9}}
evidence:
  - {id: told, finding: They say so., probability: {leader_survival: 0.6, national_interest: 0.3}}
  - {id: the_memo, label: The memo, finding: A memo., status: planned, cost: 2, source: archive, search_sensitivity: 0.7, probability: {leader_survival: [0.5, 0.8], national_interest: 0.1}}
  - {id: the_poll, label: The poll, finding: A poll., status: planned, cost: 1, probability: {leader_survival: 0.4, national_interest: 0.8}}
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    path = tmp_path / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["plan", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_json_holds_what_the_functions_say(study):
    read = pt.load_study(study)
    found = json.loads(run(str(study), "--sets", "2", "--depth", "2", "--format", "json"))
    part = found["cases"]["first_case"]
    assert list(part) == ["posterior", "posterior_variance", "entropy_bits", "planned", "not_judged", "sets", "tree"]
    assert part["posterior"] == pytest.approx({"leader_survival": 2 / 3, "national_interest": 1 / 3})
    alone, several, grown = planning.items(read), planning.sets(read), planning.tree(read, depth=2)
    for k, name in enumerate(("the_memo", "the_poll")):
        row = part["planned"][name]
        assert set(row) == {
            "information_bits", "chance_found", "posterior", "expected_variance", "expected_variance_sum", "cost", "bits_per_cost",
        }  # fmt: skip
        assert row["information_bits"] == alone.information_bits.values[k]
        assert row["posterior"]["found"]["leader_survival"] == alone.posterior.values[k, 1, 0]
        assert row["posterior"]["not_found"]["leader_survival"] == alone.posterior.values[k, 0, 0]
    assert [row["information_bits"] for row in part["sets"]] == several.information_bits.values.tolist()
    assert part["sets"][-1]["items"] == ["the_memo", "the_poll"]
    assert part["sets"][-1]["cost"] == 3
    assert part["tree"]["information_bits"] == grown.information_bits.item()
    first = part["tree"]["start"]
    assert first["chance"] == pytest.approx(1)
    assert first["found"]["chance"] + first["not_found"]["chance"] == pytest.approx(1)
    assert first["next"] == grown.next.values[0]


def test_the_table_speaks_in_labels(study):
    said = run(str(study), "--sets", "2", "--budget", "3")
    assert "The first case. Support now: Leader survival 0.67, National interest 0.33. Still open: 0.92 bits." in said
    assert "look for The" in said
    assert "of all runs" in said
    for name in ("the_memo", "leader_survival", "first_case"):
        assert name not in said
    assert len(run(str(study), "--format", "csv").splitlines()) == 3
    assert len(run(str(study), "--sets", "2", "--format", "csv").splitlines()) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--sets", "0"], 2, "0 is not in the range x>=1"),
        (["--case", "other"], 1, "no case 'other'"),
        (["--budget", "-1"], 2, "x>=0"),
    ],
)
def test_what_is_wrong_is_told(study, arguments, code, told):
    done = CliRunner().invoke(cli, ["plan", str(study), *arguments])
    assert (done.exit_code, told in str(done.exception) or told in done.output) == (code, True)


def test_a_study_without_a_plan_says_so(study):
    (study.parent / "case.yaml").write_text(CASE.split("  - {id: the_memo")[0], encoding="utf-8")
    done = CliRunner().invoke(cli, ["plan", str(study)])
    assert done.exit_code == 1
    assert "no planned item; write 'status: planned'" in str(done.exception)


def test_table_figure_and_section(study):
    read = pt.load_study(study)
    table, planned = tables.plan(read), planning.items(read)
    bits = table["Expected information (bits)"]
    assert (np.diff(bits) <= 0).all()
    assert dict(zip(table.index.get_level_values("evidence"), bits, strict=True)) == dict(
        zip(planned.planned_id.values, planned.information_bits.values, strict=True)
    )
    figure = plots.plan(pt.update(read), planned, "first_case")
    drawn = texts(figure)
    assert "The memo" in drawn
    assert not [text for text in drawn if "the_memo" in text or "leader_survival" in text]
    found = dataclasses.replace(pt.compute(read, sample=False), figures={"plan/first_case": figure})
    assert "What to look for next in The first case" in report.render(found)
    nothing = read.without(item="the_memo").without(item="the_poll")
    with pytest.raises(pt.AnalysisError, match="plans no item"):
        plots.plan(pt.update(nothing), planning.items(nothing), "first_case")
    assert "What to look for next" not in report.render(pt.compute(nothing, sample=False))


def test_a_run_draws_what_is_fragile_and_leaves_out_what_needs_a_lead():
    def drawn(p: float) -> set[str]:
        items = [pt.Evidence(f"e{k}", finding="A memo.", probability={"a": p, "b": 0.4}) for k in range(2)]
        made = pt.Study("Drawn", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
        return set(figures(pt.compute(made, sample=False)))

    whole = {
        "support",
        "path/x",
        "weights/x",
        "prior_odds",
        "dependence",
        "model_error",
        "noise",
        "surprise/x",
    }
    assert drawn(0.8) == whole
    assert drawn(0.4) == whole - {"prior_odds"}
