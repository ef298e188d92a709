"""Golden files: what the library printed before is what it prints now.

They say nothing of what is right; they are copies of our own output, kept so that a change of the code that should
change no output is seen to change none. Text is compared to the byte, numbers to 1e-9 or better (another machine may
differ in the last digits). After a change of the output that is meant, renew them, and read the difference:

    PROCESSTRACE_RENEW_GOLDEN=1 python -m pytest tests/golden
    git diff tests/golden

`project/` holds a small invented study that uses every key of the file format. `outputs/` holds what each command prints
for it, `faults.json` what is printed for each of many mistakes, `alignment/` the numbers of the study of alignment.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest

import processtrace as pt
from processtrace.cli import cli, main

HERE = Path(__file__).parent
ROOT = next(folder for folder in HERE.parents if (folder / "pyproject.toml").exists())
ALIGNMENT = ROOT / "models" / "alignment.yaml"
RENEW = bool(os.environ.get("PROCESSTRACE_RENEW_GOLDEN"))

STUDY, BEFORE, CAUSES = "models/ferry.yaml", "models/ferry_before.yaml", "models/ferry_causes.yaml"
COMMANDS = {
    "check": f"check {STUDY}",
    "check_strict": f"check {CAUSES} --strict",
    "update.json": f"update {STUDY} --items --format json",
    "update.csv": f"update {STUDY} --format csv",
    "update.txt": f"update {STUDY}",
    "update_items.csv": f"update {STUDY} --items --format csv",
    "update_items.txt": f"update {STUDY} --items",
    "update_ana.json": f"update {STUDY} --analyst ana --case east --format json",
    "update_changes.json": f"update {STUDY} --changes changes.yaml --format json",
    "update_causes.json": f"update {CAUSES} --items --format json",
    "update_causes.csv": f"update {CAUSES} --format csv",
    "update_causes.txt": f"update {CAUSES} --items",
    "robustness.json": f"robustness {STUDY} --format json",
    "robustness.txt": f"robustness {STUDY}",
    "robustness_west.csv": f"robustness {STUDY} --case west --format csv",
    "robustness_causes.json": f"robustness {CAUSES} --format json",
    "robustness_causes.txt": f"robustness {CAUSES}",
    "plan.json": f"plan {STUDY} --sets 3 --depth 2 --format json",
    "plan.csv": f"plan {STUDY} --format csv",
    "plan.txt": f"plan {STUDY} --sets 2 --depth 2",
    "plan_budget.json": f"plan {STUDY} --budget 4 --format json",
    "plan_causes.json": f"plan {CAUSES} --format json",
    "plan_lock": f"plan {STUDY} --lock new_plan.json",
    "compare.json": f"compare {BEFORE} {STUDY} --format json",
    "compare.csv": f"compare {BEFORE} {STUDY} --format csv",
    "compare.txt": f"compare {BEFORE} {STUDY}",
    "schema.json": "schema",
    "schema_study.json": "schema study",
    "schema_case.json": "schema case",
    "schema_shared.json": "schema shared",
    "cite": "cite",
    "example": "example",
    "example_adams": "example adams begun",
    "help": "--help",
    **{f"help_{name}": f"{name} --help" for name in cli.list_commands(click.Context(cli))},
}
CHANGES = """
prior: {cost: 1, bridge_lobby: 1, safety: 1, other: 1}
correlation: {winter: 0.1, east/letters: 0.6}
cases:
  east:
    leave_out: [dinner]
    probability:
      budget: {cost: 0.5, safety: [0.1, 0.4]}
"""


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "ferries"
    shutil.copytree(HERE / "project", folder)
    monkeypatch.chdir(folder)
    return folder


def printed(*command: str) -> str:
    """What a command prints, on both streams, and its exit code; the present folder as FOLDER."""
    both = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(both), redirect_stderr(both):
        patch.setattr(sys, "argv", ["processtrace", *command])
        patch.setattr(sys.modules["__main__"], "__package__", None)  # click names the command after the program otherwise
        patch.setenv("COLUMNS", "100")
        with pytest.raises(SystemExit) as end:
            main()
    return f"{both.getvalue().replace(str(Path.cwd()), 'FOLDER')}[exit code {end.value.code}]\n"


def same(found: Any, stored: Any, tolerance: float, where: str = "") -> Iterator[str]:
    """Where two values of JSON differ: numbers by more than the tolerance, all else at all; keys in their order."""
    if isinstance(found, bool) or isinstance(stored, bool) or not isinstance(found, int | float | dict | list):
        if found != stored or type(found) is not type(stored):
            yield f"{where}: {found!r}, stored {stored!r}"
    elif isinstance(found, dict) and isinstance(stored, dict):
        if list(found) != list(stored):
            yield f"{where}: keys {list(found)}, stored {list(stored)}"
        for key in found.keys() & stored.keys():
            yield from same(found[key], stored[key], tolerance, f"{where}/{key}")
    elif isinstance(found, list) and isinstance(stored, list):
        if len(found) != len(stored):
            yield f"{where}: {len(found)} values, stored {len(stored)}"
        for k, (one, other) in enumerate(zip(found, stored, strict=False)):
            yield from same(one, other, tolerance, f"{where}/{k}")
    elif isinstance(stored, dict | list | str) or stored is None or not math.isclose(found, stored, rel_tol=tolerance, abs_tol=tolerance):
        yield f"{where}: {found!r}, stored {stored!r}"


def rows(text: str) -> list[list[Any]]:
    """The cells of a CSV file, numbers as numbers."""
    return [[_cell(cell) for cell in row] for row in csv.reader(io.StringIO(text))]


def _cell(text: str) -> Any:
    try:
        return float(text) if math.isfinite(float(text)) else text
    except ValueError:
        return text


def held(text: str, path: Path, tolerance: float) -> None:
    """The text is the stored one; where the name ends in json or csv, numbers may differ within the tolerance."""
    if RENEW:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    stored = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        (found, end), (expected, stored_end) = _json(text), _json(stored)
        assert list(same(found, expected, tolerance)) == []
        assert end == stored_end
    elif path.suffix == ".csv":
        assert list(same(rows(text), rows(stored), tolerance)) == []
    else:
        assert text == stored


def _json(text: str) -> tuple[Any, str]:
    value, end = json.JSONDecoder().raw_decode(text)
    return value, text[end:].strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_prints_what_it_printed(project, name):
    (project / "changes.yaml").write_text(CHANGES, encoding="utf-8")
    held(printed(*COMMANDS[name].split()), HERE / "outputs" / (name if "." in name else f"{name}.txt"), 1e-12)


FAULTS: dict[str, dict[str, Any]] = json.loads((HERE / "faults.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The study as a workbook and as CSV pages, and a blind sheet of it: in a folder, made once."""
    folder = tmp_path_factory.mktemp("made")
    shutil.copytree(HERE / "project", folder, dirs_exist_ok=True)
    before = Path.cwd()
    os.chdir(folder)
    try:
        for command in (
            f"convert {STUDY} study.xlsx",
            f"convert {STUDY} pages.csv",
            f"sheet {STUDY} sheet.xlsx --analyst zoe --case west --seed 3 --all-judged",
        ):
            assert "[exit code 0]" in printed(*command.split())
    finally:
        os.chdir(before)
    return folder


def edited(change: dict[str, Any]) -> None:
    """Change one file as the fault says: a text by another, the whole file, or a cell of a workbook."""
    path = Path(change["file"])
    if "old" in change:
        text = path.read_text(encoding="utf-8")
        assert change["old"] in text
        path.write_text(text.replace(change["old"], change["new"], 1), encoding="utf-8")
    elif "text" in change:
        path.write_text(change["text"], encoding="utf-8")
    elif "hex" in change:
        path.write_bytes(bytes.fromhex(change["hex"]))
    elif "page" in change:
        book = openpyxl.load_workbook(path)
        sheet = book[change["page"]]
        column = [cell.value for cell in sheet[1]].index(change["column"]) + 1
        sheet.cell(change["row"], column).value = change["value"]
        book.save(path)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_printed_as_it_was(project, made, name):
    fault = FAULTS[name]
    for part in ("study.xlsx", "sheet.xlsx"):
        shutil.copy(made / part, project)
    shutil.copytree(made / "pages.csv", project / "pages.csv")
    for change in fault["changes"]:
        edited(change)
    text = printed(*fault["command"].split()).splitlines()
    if RENEW:
        fault["printed"] = text
        (HERE / "faults.json").write_text(json.dumps(FAULTS, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert text == fault["printed"]


def _pages(path: Path) -> str:
    """The text of every cell of a workbook, a line for each row, under the names of its pages."""
    book = openpyxl.load_workbook(path)
    rows = [(sheet.title, [str(cell) for cell in row if cell is not None]) for sheet in book for row in sheet.iter_rows(values_only=True)]
    return "".join(f"{title}: {' | '.join(cells)}\n" for title, cells in rows)


def test_the_texts_of_a_blind_sheet_and_of_a_workbook_are_what_they_were(made):
    held(_pages(made / "sheet.xlsx"), HERE / "outputs" / "sheet_pages.txt", 0)
    held((made / "pages.csv" / "How to fill in.csv").read_text(encoding="utf-8-sig"), HERE / "outputs" / "guide_page.txt", 0)


def test_a_document_is_written_as_it_was(project):
    assert "[exit code 0]" in printed("write", STUDY, "out.tex", "--appendix")
    held(Path("out.tex").read_text(encoding="utf-8"), HERE / "outputs" / "write.tex", 0)


def test_a_new_study_is_written_as_it_was(project):
    assert "[exit code 0]" in printed("new", "begun", "--hypotheses", "Fear of war,greed", "--case", "The pact of 1905")
    texts = [
        f"== {path.relative_to('begun').as_posix()}\n{path.read_text(encoding='utf-8')}"
        for path in sorted(Path("begun").rglob("*.*"))
        if path.suffix != ".json"
    ]
    held("".join(texts), HERE / "outputs" / "new_study.txt", 0)


@pytest.fixture(scope="module")
def alignment() -> dict[str, Any]:
    study = pt.load_study(ALIGNMENT)
    return {"study": study, "data": pt.update(study), "analyses": pt.robustness.analyses(study)}


def test_the_posterior_of_the_alignment_study_is_what_it_was():
    held(compact(printed("update", str(ALIGNMENT), "--items", "--format", "json")), HERE / "alignment" / "posterior.json", 1e-9)


def test_the_robustness_of_the_alignment_study_is_what_it_was(alignment):
    found = pt.robustness.as_json(alignment["study"], results=alignment["analyses"])
    held(compact(json.dumps(found)), HERE / "alignment" / "robustness.json", 1e-9)


def compact(text: str) -> str:
    """JSON on a line for each case, with twelve digits."""
    value, _ = _json(text)
    rounded = json.loads(json.dumps(value), parse_float=lambda number: float(f"{float(number):.12g}"))
    lines = [f" {json.dumps(name)}: {json.dumps(part, ensure_ascii=False)}" for name, part in rounded.pop("cases").items()]
    head = ",\n".join(f" {json.dumps(key)}: {json.dumps(part, ensure_ascii=False)}" for key, part in rounded.items())
    return "{\n" + head + ',\n"cases": {\n' + ",\n".join(lines) + "\n}}\n"


TABLES = ("posterior", "weights", "robustness", "agreement", "codings", "dividing", "shares")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_alignment_study_is_what_it_was(alignment, tmp_path, name):
    study, results = alignment["study"], alignment["analyses"]
    if name == "posterior":
        table = pt.tables.posterior(study, data=alignment["data"], bounds=results["bounds"], ranges=results["ranges"])
    elif name == "weights":
        table = pt.tables.weights(study, data=alignment["data"])
    elif name == "robustness":
        table = pt.robustness.summary(study, results=results)
    elif name in ("codings", "dividing"):
        table = getattr(pt.tables, name)(study, data=results["analysts"])
    elif name == "shares":
        table = pt.tables.shares(study, simulated=pt.division.looks_divided(study, draws=4))
    else:
        table = pt.tables.agreement(study)
    held(_csv(table, tmp_path), HERE / "alignment" / f"{name}.csv", 1e-9)


def test_the_texts_of_the_appendix_of_the_alignment_study_are_what_they_were(alignment, tmp_path):
    table = pt.tables.appendix(alignment["study"], data=alignment["data"])
    texts = [[cell for cell in row if not isinstance(cell, float)] for row in rows(_csv(table, tmp_path))]
    sha = hashlib.sha256(json.dumps(texts).encode()).hexdigest()
    held(f"{sha} {len(texts)} rows\n", HERE / "alignment" / "appendix.txt", 0)


def _csv(table: Any, folder: Path) -> str:
    pt.tables.write(table, folder / "table")
    return (folder / "table.csv").read_text(encoding="utf-8-sig")
