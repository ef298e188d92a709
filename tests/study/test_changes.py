"""A reader's changes: read with file and line, applied by replacement, and the same numbers as changes made in Python."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from strategies.designs import ten_items

import processtrace as pt
from processtrace.cli import cli

ROOT = Path(__file__).parents[2]


def written(folder, text):
    path = folder / "changes.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_changes_are_those_that_python_makes(tmp_path):
    study = ten_items(2, own_prior=True)
    path = written(
        tmp_path,
        """
prior: {a: 0.2, b: 0.3, c: 0.5}
correlation: {k: 0.1}
cases:
  case_0:
    leave_out: [one]
    probability:
      two: {a: 0.9, c: [0.1, 0.4]}
  case_1:
    probability:
      nine: {b: 0.25}
""",
    )
    changed = pt.apply_changes(study, pt.load_changes(path, study))
    assert changed.case("case_0").following({"one"}) == {"one"}
    assert [item.id for item in changed.case("case_0").evidence if item.id in ("one", "nine")] == []  # nine was judged given one
    assert changed.clusters["k"].correlation == 0.1
    assert dict(changed.case("case_0").item("two").probability) == {
        "a": 0.9,
        "b": study.case("case_0").item("two").probability["b"],
        "c": (0.1, 0.4),
    }
    nine = {
        h: r * study.anchor / max(study.case("case_1").item("nine").ratio.values())
        for h, r in study.case("case_1").item("nine").ratio.items()
    }
    by_hand = (
        study.with_prior({"a": 0.2, "b": 0.3, "c": 0.5})
        .with_judgement("case_0", "two", {**study.case("case_0").item("two").probability, "a": 0.9, "c": (0.1, 0.4)})
        .without(item="one", case="case_0")
        .with_judgement("case_1", "nine", {**nine, "b": 0.25})
    )
    told, expected = pt.update(changed), pt.update(by_hand)
    apart = [str(name) for name, cluster in zip(told["evidence"].values, told["cluster"].values, strict=True) if not cluster]
    np.testing.assert_allclose(told["alone_db"].sel(evidence=apart), expected["alone_db"].sel(evidence=apart), atol=1e-12)
    np.testing.assert_allclose(told["prior"], expected["prior"])
    assert np.abs(told["posterior"].values - expected["posterior"].values).max() > 1e-3  # the correlation, which Python did not change


def test_a_cluster_of_a_case_is_named_with_the_case():
    items = [pt.Evidence(name, finding="F.", probability={"a": 0.8, "b": 0.3}, cluster="own") for name in ("m", "n")]
    study = pt.Study("T", hypotheses={"a": {}, "b": {}}, cases=[pt.Case(name, clusters={"own": {}}, evidence=items) for name in ("x", "y")])
    changed = pt.apply_changes(study, pt.Changes(correlation={"y/own": 0}))
    odds = pt.update(changed).posterior.sel(hypothesis="a") / pt.update(changed).posterior.sel(hypothesis="b")
    assert float(odds.sel(case="y")) == pytest.approx((0.8 / 0.3) ** 2)  # independent: the product
    assert float(odds.sel(case="x")) < (0.8 / 0.3) ** 2


def test_no_change_changes_nothing():
    study = ten_items(1)
    assert pt.apply_changes(study, pt.Changes()) == study


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("prior: {a: 1, b: 1}", r"changes.yaml:1: prior: 'c' is missing; each of a, b, c; write c: and its weight"),
        ("prior: {a: 1, b: 1, c: -1}", r"changes.yaml:1: prior of c: -1;"),
        ("\ncorrelation:\n  j: 0.5", r"changes.yaml:3: cluster 'j': the study has none of this name; one of k"),
        ("correlation: {k: 1}", r"changes.yaml:1: .*k: 1; a number of 0 or more, below 1"),
        ("cases:\n  case_1: {leave_out: [one]}", r"changes.yaml:2: case 'case_1': .*; did you mean 'case_0'\?"),
        ("cases:\n  case_0:\n    leave_out: [won]", r"changes.yaml:3: item 'won': .*did you mean"),
        ("cases:\n  case_0:\n    probability:\n      one: {a: 1.5}", r"changes.yaml:4: .*1.5; a number in \[0, 1\]"),
        ("cases:\n  case_0:\n    probability:\n      one: {d: 0.5}", r"changes.yaml:4: hypothesis 'd'"),
        ("left_out: [one]", r"changes.yaml:1: .*unknown key 'left_out'"),
    ],
)
def test_faults_name_file_and_line(text, told, tmp_path):
    study = ten_items(1)
    with pytest.raises(pt.StudyError) as error:
        pt.load_changes(written(tmp_path, text), study)
    assert re.search(told, str(error.value)), str(error.value)


def test_the_command_line_reads_changes_back(tmp_path):
    path = written(tmp_path, "prior: {leader_survival: 0, national_interest: 0, soft_power: 1}\n")
    done = CliRunner().invoke(
        cli, ["update", str(ROOT / "models" / "alignment.yaml"), "--changes", str(path), "--case", "kazakhstan", "--format", "json"]
    )
    assert done.exit_code == 0, done.output
    assert '"soft_power": 1.0' in done.output
