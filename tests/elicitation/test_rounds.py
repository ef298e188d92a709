"""A second round shows what all said in the first, without names, keeps both, and says what moved."""

import openpyxl
import pytest
from click.testing import CliRunner

import processtrace as pt
from processtrace.cli import cli
from processtrace.elicitation import moved
from processtrace.formats import registry

FIRST = {"ana": (0.8, 0.2), "ben": (0.2, 0.2), "cem": (0.4, 0.1)}


@pytest.fixture
def home(tmp_path):
    judged = {who: {"probability": {"a": a, "b": b}, "because": {"a": f"A SECRET of {who}."}} for who, (a, b) in FIRST.items()}
    items = [pt.Evidence(f"i{k}", finding=f"Finding {k}.", judgements=judged) for k in range(3)]
    items.append(pt.Evidence("alone", finding="Judged by one.", judgements={"ana": {"probability": {"a": 0.5, "b": 0.6}}}))
    two = {"a": {"label": "Alpha", "statement": "The first."}, "b": {"label": "Beta", "statement": "The second."}}
    people = {who: {"label": who.title()} for who in FIRST}
    registry.write(pt.Study("Rounds", hypotheses=two, cases=[pt.Case("one", evidence=items)], analysts=people), tmp_path / "s")
    return next((tmp_path / "s" / "models").glob("*.yaml"))


def run(*command):
    return CliRunner().invoke(cli, [str(part) for part in command])


def second(home, who, a, b):
    """Let a judge judge all findings of a second round alike, on a sheet."""
    path = home.parent / f"{who}.xlsx"
    done = run("sheet", home, path, "--analyst", who, "--round", 2, "--seed", 1)
    assert done.exit_code == 0, done.exception
    book = openpyxl.load_workbook(path)
    sheet = book["Judgements"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        row[heads.index("Alpha")].value, row[heads.index("Beta")].value = a, b
    book.save(path)
    done = run("merge", home, path)
    assert done.exit_code == 0, done.exception
    return sheet, heads


def test_a_sheet_of_the_second_round_shows_the_spread_and_no_name(home):
    sheet, heads = second(home, "ana", 0.5, 0.2)
    assert sheet.max_row == 4  # what one judged alone is not asked again
    said = sheet.cell(2, heads.index("Said in the first round, by all judges") + 1).value
    assert said == "Alpha: 0.2 to 0.8, middle 0.4 (3 judges); Beta: 0.1 to 0.2, middle 0.2 (3 judges)"
    every = "\n".join(
        str(cell.value) for page in openpyxl.load_workbook(home.parent / "ana.xlsx") for row in page.iter_rows() for cell in row
    )
    assert "SECRET" not in every
    assert "ben" not in every


def test_a_page_of_the_second_round_shows_the_spread(home):
    done = run("ask", home, home.parent / "page.html", "--analyst", "ana", "--round", 2)
    assert done.exit_code == 0, done.exception
    text = (home.parent / "page.html").read_text(encoding="utf-8")
    assert "Alpha: 0.2 to 0.8, middle 0.4 (3 judges)" in text
    assert '"analyst": "ana_round_2"' in text.replace('":"', '": "')
    assert "SECRET" not in text


def test_both_rounds_are_kept_and_what_moved_is_measured(home):
    second(home, "ana", 0.5, 0.2)
    second(home, "cem", 0.4, 0.1)
    study = pt.load_study(home)
    item = study.cases[0].item("i0")
    assert list(item.judgements) == ["ana", "ben", "cem", "ana_round_2", "cem_round_2"]
    later = study.analysts["ana_round_2"]
    assert (later.revises, later.judge) == ("ana", "ana")
    found = moved(study)
    # Ana moved from 4 : 1 to 2.5 : 1, by -2.04 dB; Cem, 4 : 1, did not move.
    assert found["ana_round_2", "a", "b"].change.mean_db == pytest.approx(-2.0412, abs=1e-3)
    assert (found["ana_round_2", "a", "b"].items_moved, found["cem_round_2", "a", "b"].items_moved) == (3, 0)
    # Between the two judges of both rounds: nothing apart before, 2.04 dB after, whose standard deviation is that by the root of 2.
    assert found["ana_round_2", "a", "b"].sd_before == pytest.approx(0, abs=1e-9)
    assert found["ana_round_2", "a", "b"].sd_after == pytest.approx(2.0412 / 2**0.5, abs=1e-3)
    assert pt.tables.moved(study)["Items"].tolist() == [3, 3]
    pairs = set(pt.tables.differences(study).index.droplevel([2, 3]))
    assert pairs == {("ben", "ana_round_2"), ("ben", "cem_round_2"), ("ana_round_2", "cem_round_2")}


def test_a_second_round_needs_a_first(home):
    done = run("sheet", home, home.parent / "x.xlsx", "--analyst", "dora", "--round", 2)
    assert "no finding was judged by dora and by somebody else" in str(done.exception)
    second(home, "ana", 0.5, 0.2)
    assert "ana_round_2 has judged" in str(run("sheet", home, home.parent / "y.xlsx", "--analyst", "ana", "--round", 2).exception)
