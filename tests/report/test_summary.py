"""The two pages that sum a study up, the ZIP of a replication, and what later items changed."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from strategies.report_pages import HOSTILE, Page, page_of, results, study

import processtrace as pt
from processtrace import report
from processtrace.text.numbers import probability

ROOT = Path(__file__).parents[2]


def dated():
    """A case that one item leads one way, and two later ones turn."""
    items = [
        pt.Evidence("old", finding="F.", probability={"a": 0.8, "b": 0.2}, judged="2026-11-23", tags=["t"], source="s", date="2001"),
        pt.Evidence("new", finding="F.", probability={"a": 0.1, "b": 0.6}, judged="2026-11-24", date="2020", tags=["t", "u"]),
        pt.Evidence("then", finding="F.", probability={"a": 0.4, "b": 0.5}, given="new"),
    ]
    return pt.Study(
        "Dated",
        hypotheses={"a": {"label": "First"}, "b": {"label": "Second"}},
        sources={"s": {"kind": "press"}},
        tags={"t": {"label": "Tea", "group": "channel"}, "u": {"label": "Tulips", "group": "channel"}},
        cases=[pt.Case("x", evidence=items), pt.Case("y", evidence=items[:1])],
    )


def test_items_judged_later_are_left_out_with_what_is_given_them():
    found = pt.robustness.judged_later(dated())
    assert found["items"].values.tolist() == [1, 0]
    assert found.attrs["later"] == ["x/new"]
    assert found["posterior"].sel(hypothesis="a").values == pytest.approx([0.8, 0.8])  # .8/(.8 + .2), the old item alone


def test_the_report_prints_the_posterior_with_and_without_later_items():
    page = page_of(dated()).text
    assert "1 item was judged later than the first; without it: First 0.80, Second 0.20." in page
    assert page.count("judged later") == 2  # the question and the answer, for the one case that has any


def test_items_under_one_date_or_none_are_not_later():
    one = study()
    assert pt.robustness.judged_later(one)["items"].values.tolist() == [0]


def summary(one):
    return report.render_summary(one, report.parts(results(one)))


def test_the_summary_says_what_the_results_say():
    one = dated()
    text, posterior = Page(summary(one)).text, pt.update(one).posterior
    for case, name in (("x", "X"), ("y", "Y")):
        for h in ("a", "b"):
            assert probability(float(posterior.sel(case=case, hypothesis=h))) in text
        assert f"{name}: given that one of the two explanations is right" in text
    assert "leads in X" in text
    assert "leads in Y" in text
    assert "Only these are compared: First, Second." in text
    assert "press 50 %" in text  # two of four items that count name it
    assert "50 % of the dated items" not in text  # one of three lies in the last five years
    assert "33 % of the dated items end in the last 5 years of the record (2016 to 2020), which begins in 2001." in text


def test_a_tag_that_turns_the_lead_is_marked():
    rows = re.findall(r"<tr><th scope=\"row\">(Tea|Tulips|Nothing)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>", summary(dated()))
    assert [name for name, *_ in rows] == ["Nothing", "Tea", "Tulips"]
    assert rows[2][1] == "0.20† (2)"  # without tulips the old item is left: 0.2 for the explanation that led
    assert rows[2][2] == "—"


@pytest.mark.parametrize("bad", HOSTILE)
def test_texts_of_a_study_stay_texts_on_the_summary(bad):
    def word(text):
        return f"{bad[:38]} {text}" if len(bad) < 38 else f"{bad}{text}"

    plain, hostile = (Page(summary(study(change))) for change in (lambda text: text, word))
    assert [tag for tag, _ in plain.tags] == [tag for tag, _ in hostile.tags]
    assert plain.style == hostile.style


def test_a_tie_and_a_study_without_evidence_have_a_summary():
    item = pt.Evidence("m", finding="F.", probability={"a": 0.5, "b": 0.5})
    for evidence in ([item], []):
        one = pt.Study("T", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=evidence), pt.Case("y")])
        assert "None leads in X and Y; A and B lead nowhere." in Page(summary(one)).text


def test_planned_items_are_what_to_look_for():
    item = pt.Evidence("m", finding="F.", probability={"a": 0.5, "b": 0.2})
    plan = pt.Evidence("p", finding="F.", label="The archive", probability={"a": 0.9, "b": 0.2}, status="planned")
    one = pt.Study("T", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item, plan])])
    text = Page(summary(one)).text
    assert "The archive" in text.partition("What to look for next")[2]


def test_the_page_of_the_alignment_study_is_that_of_its_results():
    """Made by examples/alignment_page.py; run it again where this fails."""
    one = pt.load_study(ROOT / "models" / "alignment.yaml")
    told = (ROOT / "docs" / "alignment.md").read_text(encoding="utf-8")
    posterior = pt.update(one)
    table = told.partition("**Support by state**")[2].partition("\n**")[0]
    assert (
        re.search(r"^\| State \|(.*)$", table, re.MULTILINE).group(1).startswith("".join(f" {h.name} |" for h in one.explanations.values()))
    )
    for case in one.cases:
        row = re.search(rf"^\| {case.name} \|(.*)\|$", table, re.MULTILINE).group(1).split("|")
        support = [probability(float(p)) for p in posterior.posterior.sel(case=case.id)]
        assert [cell.strip() for cell in row[: len(support)]] == support


def test_the_replication_is_whole_readable_and_the_same_bytes(tmp_path):
    for name, text in (("study.yaml", "title: T\n"), ("posterior.json", "{}"), ("weights.csv", "a,b\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = [
        report.replication(
            "A study",
            {"models/study.yaml": tmp_path / "study.yaml"},
            {"tables/weights.csv": tmp_path / "weights.csv", "posterior.json": tmp_path / "posterior.json"},
            {"Command": "processtrace run", "processtrace": "0.1.0"},
            "processtrace run models/study.yaml",
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert archive.namelist() == [
            "PROVENANCE.txt",
            "README.txt",
            "results/posterior.json",
            "results/tables/weights.csv",
            "study/models/study.yaml",
        ]
        assert archive.read("study/models/study.yaml") == b"title: T\n"
        readme = archive.read("README.txt").decode()
        assert "processtrace run models/study.yaml" in readme
        assert "pip install processtrace==0.1.0" in readme
        assert all(entry.date_time == (1980, 1, 1, 0, 0, 0) for entry in archive.infolist())
