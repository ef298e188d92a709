"""The whole pipeline over small studies full of zeros: every consumer takes what is infinite, refuted or undefined as it is."""

from __future__ import annotations

import html
import json
import re

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from strategies.studies import extreme_studies

import processtrace as pt
from processtrace import plots
from processtrace.cli import cli
from processtrace.formats import write
from processtrace.inference.as_json import compare_as_json, update_as_json
from processtrace.pipeline import figures
from processtrace.report.page import render
from processtrace.report.summary import as_markdown, parts, render_summary
from processtrace.tables.frames import heads, printed
from processtrace.web.payload import payload

RAW = re.compile(r"\b(nan|NaN|inf|Infinity)\b|\bNone\b(?![.:]| leads)|e[+-]\d\d\b|\d{12}")
"""What no reader is shown: a number that a library wrote, and digits that no judgement carries."""


def visible(page: str) -> str:
    without = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", without))


def consistent(study: pt.Study) -> bool:
    try:
        pt.update(study)
    except pt.ContradictionError:
        return False
    return True


def answered(study: pt.Study) -> pt.Results:
    """Compute everything, and hold every print against what it may say; warnings are errors."""
    results = pt.compute(study, sample=False)
    json.dumps([results.robustness, update_as_json(study, results.data), compare_as_json([study, study]), payload(study)], allow_nan=False)
    texts = [visible(render(results)), visible(render_summary(study, parts(results))), as_markdown(study, parts(results))]
    texts += [" ".join(row) for table in results.tables.values() for row in printed(table)]
    for text in texts:
        assert not RAW.search(text), RAW.search(text)
    return results


@given(extreme_studies())
@settings(max_examples=60)
def test_every_print_takes_what_is_infinite_as_it_is(study: pt.Study) -> None:
    assume(consistent(study))
    results = answered(study)
    refuted = np.isneginf(results.data["log_posterior"].values)
    assert ((results.data["posterior"].values == 0) == refuted).all()
    table = results.tables["posterior"]
    column = [head for head, _, _ in heads(table)].index("Support")
    shown = np.array([row[column] for row in printed(table)]).reshape(refuted.shape)
    assert ((shown == "0") == refuted).all()
    assert ((shown == "1") == (~refuted & (refuted.sum(axis=1, keepdims=True) == refuted.shape[1] - 1))).all()
    for case, row in zip(study.cases, refuted, strict=True):
        margin = results.answers[case.id]["margin_db"]
        assert (margin is not None and np.isinf(margin)) == (len(row) > 1 and row.sum() == len(row) - 1)


@given(study=extreme_studies())
@settings(max_examples=8)
def test_every_figure_is_drawn_of_what_is_infinite(tmp_path_factory: pytest.TempPathFactory, study: pt.Study) -> None:
    assume(consistent(study))
    folder = tmp_path_factory.mktemp("figures")
    for name, figure in figures(pt.compute(study, sample=False)).items():
        plots.save(figure, folder / name.replace("/", "_"))


@pytest.fixture
def run(tmp_path):
    """Run a command on a study and return its result, with what was printed on both channels."""

    def call(study: pt.Study, *command: str):
        home = tmp_path / "p"
        path = write(study, home)[0] if not home.exists() else next((home / "models").iterdir())
        return CliRunner().invoke(cli, [command[0], str(path), *command[1:]], catch_exceptions=False)

    return call


def study_of(*rows: dict[str, float], **fields: object) -> pt.Study:
    items = [pt.Evidence(f"e{k}", finding=f"Finding {k}.", label=f"Finding {k}", probability=row) for k, row in enumerate(rows)]
    return pt.Study("Zeros", hypotheses={h: {} for h in rows[0]}, cases=[pt.Case("x", label="X", evidence=items, **fields)])


def summary_of(study: pt.Study) -> str:
    return as_markdown(study, parts(pt.compute(study, sample=False)))


def test_a_smoking_gun_among_other_items_is_what_the_lead_depends_on():
    study = study_of(*({"a": 0.5, "b": p} for p in (0.1, 0.2, 0.3, 0.4, 0.0)))
    assert "- X: Finding 4 (refutes B); Finding 0 (7 dB); Finding 1 (4 dB)." in summary_of(study)


def test_two_smoking_guns_of_one_cluster_are_both_named():
    items = [pt.Evidence(f"e{k}", finding=f"F{k}.", label=f"F{k}", cluster="k", probability={"a": 0.5, "b": 0.0}) for k in (0, 1)]
    study = pt.Study("Zeros", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", label="X", evidence=items, clusters={"k": {}})])
    assert "- X: F0 (refutes B); F1 (refutes B)." in summary_of(study)


@pytest.mark.parametrize("cluster", [None, "k"])
def test_run_writes_its_results_where_a_zero_refutes_the_runner_up(tmp_path, run, cluster):
    items = [pt.Evidence("e1", finding="A memo.", cluster=cluster, probability={"a": 0.5, "b": 0.0})]
    items += [pt.Evidence("e2", finding="A vote.", cluster=cluster, probability={"a": 0.5, "b": 0.4})] if cluster else []
    study = pt.Study("Zeros", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items, clusters={"k": {}} if cluster else {})])
    done = run(study, "run", "--no-sample", "--quiet", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0
    assert "X: A alone is left, with a posterior of 1; every other explanation has a probability of 0." in done.stdout
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_lead_too_large_for_a_float_is_no_certainty():
    """Sixty likelihood ratios of 10^300: 180,000 dB, which no floating-point probability can hold, and yet no zero was judged."""
    study = study_of(*[{"a": 1.0, "b": 1e-300}] * 60)
    results = answered(study)
    assert results.data["posterior"].sel(case="x", hypothesis="b").item() > 0
    assert results.answers["x"]["margin_db"] == pytest.approx(180_000)
    assert "—" not in printed(results.tables["posterior"])[1][3]
    assert printed(results.tables["posterior"])[1][3].startswith("< 0.01")
