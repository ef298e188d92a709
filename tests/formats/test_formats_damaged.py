"""Whatever stands in a file, each reader ends in what it reads or in told faults: never another exception, never long, never large.

Sound files are damaged in their structure: a word, a line, a part of JSON, a tag, a part of an archive. All follows from seeds, so
a failure is an error, never chance. The long run takes 10,000 inputs for each reader, and prints for each block of 500 how many were
refused, the slowest, and by how much the memory grew:

    python -m pytest tests/formats/test_formats_damaged.py -m long -s

Measured in November 2026, with 10,000 files for each of the 20 readers: at most 3 seconds of CPU and 76 MB more memory, and no other
exception. What it found has been corrected: a fault that did not say what was read, a scale that was no text, numbers of thousands of
digits that took more than 10 seconds.
"""

from __future__ import annotations

import json
import random
import re
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from strategies import mutations, qdpx

import processtrace as pt
from processtrace import formats
from processtrace.elicitation.blind import blind_explanations, blind_items
from processtrace.elicitation.coding_sheet import write_sheet
from processtrace.elicitation.judging_page import write_judging_page
from processtrace.elicitation.returned_page import read_judgements
from processtrace.elicitation.returned_sheet import read_sheet
from processtrace.formats.bibliography import read_bibliography
from processtrace.formats.foreign.word_list import read_words
from processtrace.formats.yaml import load_changes
from processtrace.formats.yaml.lock import sha256
from processtrace.study.locks import standings

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "tests" / "golden" / "project"
LONGEST, MOST_MEMORY = 10, 1_000_000_000

TABLES = [
    "Evidence,Credibility,Date,Source,H1: Leader survival,National interest\nA memo,high,2005-07,Archive,++,N\nSpeech,low,2006,Minister,-,+\nRumour,,,,NA,C\n",
    "claim;finding;sensitivity;type I error;prior;observed\nThe tax rose;Minutes;0,8;0,1;0,5;yes\n;A talk;0,6;0,4;;\nIt fell;Receipts;0,9;0,2;0,3;no\n",
    "finding,Survival : Interest,Interest vs Power,Survival : Power\nMemo,10,5,15\nSpeech,-3.1 dB,2.2,\n",
    "Title of it\n\nfinding,Leader,,Interest,\n,P(E|H),why,P(E|H),why\nLetter,0.6,x,0.2,\nTalk,50%,,0.4,y\nPrior,0.3,,0.7,\n\nNote: z\n",
    "evidence,hypothesis,probability,case\nLetter,Leader,0.6,A\n,Interest,0.2,A\nTalk,Leader,60%,B\nTalk,Interest,20%,B\n",
    "Hypothesis,Badge,Form\nH1: Insider,++,N\nH2: Rival,-,+\nSource,Office,Desk\n",
    'Document name;Code;Begin;End;Segment;Comment\nTalk 4;Sale\\Open;12;13;"Sold\nit";twice\n',
]
BIB = r"""% Encoding
@string{jom = "Journal of " # "Moles"}
@comment{x @article{y, title={z}}}
@article{a, author = {Garc{\'\i}a, Jos{\'e} and family=Orr, given=K. and others}, title = {The {\'E}lan \& More}, journal = jom, year = 2005, doi = {10.1/x_y}}
@incollection{b, title = "Part", crossref = {c}, pages = {1--9}, url = {\url{https://x.example/~a_b}}}
@book(c, editor = {Ek, B.}, title = {Whole}, date = {2005-03-01/2006})
"""
RIS = "TY  - JOUR\nAU  - Ek, J.\nPY  - 2005\nTI  - On\n more\nDO  - 10.1/x\nER  - \n\nTY  - BOOK\nID  - k\nER  - \n"
CSL = json.dumps(
    [
        {
            "id": "ek",
            "type": "book",
            "title": "T",
            "author": [{"family": "Ek"}],
            "issued": {"date-parts": [[2005]]},
            "DOI": "10.1/x",
            "page": "1-2",
        }
    ]
)
ACH = json.dumps(
    {
        "hypotheses": [{"id": "a", "title": "A"}, {"id": "b", "title": "B"}],
        "evidence": [{"id": "e", "content": "x", "ratings": {"a": "++", "b": "-"}}],
    }
)
CHANGES = "prior: {cost: 1, bridge_lobby: 1, safety: 1, other: 1}\ncorrelation: {winter: 0.1}\ncases:\n  east:\n    leave_out: [dinner]\n    probability:\n      budget: {cost: 0.5, safety: [0.1, 0.4]}\n"


CAUSAL = """title: A causal study
causal:
  graph: I -> M -> D; I -> P -> D; M -> P
  never: ["M[I=1] > M[I=0]"]
  shares: {I: {1: 0.4}}
  nodes: {D: {label: Democracy, levels: [low, high], at: [2, 0]}}
hypotheses:
  low: {label: Low, when: "D[I=0] == 1 and D[I=1] == 0"}
  rest: {when: otherwise}
cases: [case.yaml]
"""
CAUSAL_CASE = """case: north
known: {I: 0, D: high}
sources: {press: {reliability: [0.6, 0.9]}, paper: {reports_if_true: 0.8, reports_if_false: 0.1}}
evidence:
  - {id: cable, finding: Loans., observes: {P: 1}, source: press}
  - {id: envoy, finding: An envoy., about: P, probability: {0: 0.2, 1: [0.5, 0.7]}, because: {1: So it looks.}}
  - {id: diary, finding: A diary., probability: {low: 0.6, rest: 0.3}, source: paper}
  - {id: strikes, finding: Strikes., observes: {M: 1}, status: planned, search_sensitivity: 0.9, cost: 3}
"""


@dataclass(frozen=True)
class Reader:
    """What a reader is tried with: sound files, how one is damaged, and how it is read."""

    sound: Callable[[random.Random, Path], bytes]
    damage: Callable[[random.Random, bytes], bytes]
    ending: str
    read: Callable[[Path], Any]


def yaml_tree(rng: random.Random, raw: str) -> str:
    """Damage the structure of a YAML text, or where a first damage has left none, its words."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if rng.random() < 0.5:
        return mutations.of_text(rng, raw)
    try:
        return mutations.of_json(rng, json.dumps(YAML(typ="safe").load(raw), default=str))
    except (YAMLError, ValueError, TypeError):
        return mutations.of_text(rng, raw)


def text(*texts: str) -> Callable[[random.Random, Path], bytes]:
    return lambda rng, _: rng.choice(texts).encode()


def in_text(way: Callable[[random.Random, str], str]) -> Callable[[random.Random, bytes], bytes]:
    return lambda rng, raw: way(rng, raw.decode("utf-8", errors="replace")).encode("utf-8", errors="surrogatepass")


MOST_CELLS = 1_000_000
"""Of a sheet whose rows or columns are moved."""


def archive(make: Callable[[Path], Any]) -> Callable[[random.Random, Path], bytes]:
    kept: list[bytes] = []

    def sound(_: random.Random, folder: Path) -> bytes:
        if not kept:
            make(folder / "sound.bin")
            kept.append((folder / "sound.bin").read_bytes())
        return kept[0]

    return sound


def cells(rng: random.Random, raw: bytes) -> bytes:
    """Damage cells, rows, columns or pages of a workbook, or its archive."""
    import io

    import openpyxl

    if rng.random() < 0.6:
        return mutations.of_zip(rng, raw)
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw))
    except Exception:  # whatever a first damage has done
        return mutations.of_bytes(rng, raw)
    if not book.worksheets:
        return mutations.of_bytes(rng, raw)
    sheet: Any = rng.choice(book.worksheets)
    if sheet.max_row * sheet.max_column > MOST_CELLS:  # a first damage has moved a cell far away, and openpyxl would walk all between
        return mutations.of_bytes(rng, raw)
    row, column = rng.randint(1, sheet.max_row), rng.randint(1, sheet.max_column)
    kind = rng.randrange(6)
    values = [*(word for word in mutations.WORDS if "\x00" not in word), True, -1, 10**300, 1e-320, date(1997, 1, 1), "=1/0", None]
    if kind < 3:
        with suppress(AttributeError):  # a part of a merged cell
            sheet.cell(row, column).value = rng.choice(values)
    elif kind == 3:
        rng.choice([sheet.delete_rows, sheet.insert_rows])(row)
    elif kind == 4:
        rng.choice([sheet.delete_cols, sheet.insert_cols])(column)
    else:
        sheet.title = rng.choice(["evidence", "x", "cases", "record"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@cache
def ferry() -> pt.Study:
    return pt.load_study(PROJECT / "models/ferry.yaml")


def workbook(path: Path) -> None:
    formats.write(ferry().only("east"), path.with_suffix(".xlsx"))
    path.with_suffix(".xlsx").rename(path)


def foreign_workbook(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (
        ["claim", "evidence", "sensitivity", "type I error", "LR"],
        ["Roads", "Bills", 0.8, 0.1, "=C2/D2"],
        [None, "Talk", 0.7, 0.3, "=C3/D3"],
    ):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    book.save(path)


def spreadsheet(path: Path) -> None:
    import zipfile

    rows = "".join(
        f"<table:table-row>{''.join(f'<table:table-cell office:value-type={kind!r} office:value={value!r}><text:p>{value}</text:p></table:table-cell>' for kind, value in row)}</table:table-row>"
        for row in (
            [("string", "finding"), ("string", "sensitivity"), ("string", "type I error")],
            [("string", "Bills"), ("percentage", "0.8"), ("float", "0.1")],
        )
    ).replace("'", '"')
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(
            "content.xml",
            f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        )


def of_project(name: str) -> tuple[Callable[[random.Random, Path], bytes], Callable[[Path], Any]]:
    """A file of the project of the golden files, read with all the others around it."""

    def sound(_: random.Random, folder: Path) -> bytes:
        if not (folder / "p").exists():
            shutil.copytree(PROJECT, folder / "p")
            if name != "models/ferry.yaml":  # one case is enough
                home = folder / "p" / "models/ferry.yaml"
                home.write_text(home.read_text(encoding="utf-8").replace(", ../evidence/west.yaml]", "]"), encoding="utf-8")
        return (PROJECT / name).read_bytes()

    def read(path: Path) -> Any:
        shutil.copy(path, path.parent / "p" / name)
        return pt.load_study(path.parent / "p" / "models/ferry.yaml")

    return sound, read


def relocked(rng: random.Random, raw: bytes) -> bytes:
    """A damaged plan with the hash that it then has, so that its shape is all that can give it away."""
    whole = json.loads(raw)
    whole["locked"] = json.loads(mutations.of_json(rng, json.dumps(whole["locked"])))
    with suppress(ValueError):
        whole["sha256"] = sha256(whole["locked"])
    return json.dumps(whole).encode()


def standing(path: Path) -> Any:
    return list(standings(LOCK[1](path)))


def changes(path: Path) -> Any:
    return load_changes(path, ferry())


def causal(path: Path) -> Any:
    (path.parent / "case.yaml").write_text(CAUSAL_CASE, encoding="utf-8")
    return pt.load_study(path)


def causal_case(path: Path) -> Any:
    (path.parent / "causal.yaml").write_text(CAUSAL, encoding="utf-8")
    shutil.copy(path, path.parent / "case.yaml")
    return pt.load_study(path.parent / "causal.yaml")


def page(name: str) -> tuple[Callable[[random.Random, Path], bytes], Callable[[Path], Any]]:
    """A page of the folder of CSV pages, read with all the others around it."""

    def sound(_: random.Random, folder: Path) -> bytes:
        if not (folder / "csv").exists():
            formats.write(ferry(), folder / "csv")
            shutil.copy(folder / "csv" / name, folder / name)
        return (folder / name).read_bytes()

    def read(path: Path) -> Any:
        shutil.copy(path, path.parent / "csv" / name)
        return formats.read(path.parent / "csv")

    return sound, read


def sheet(path: Path) -> None:
    """A blind sheet that somebody has filled in."""
    import openpyxl

    write_sheet(ferry(), path.with_suffix(".xlsx"), "zoe", 3, other_hypotheses={})
    book = openpyxl.load_workbook(path.with_suffix(".xlsx"))
    filled: Any = book["Judgements"]
    labels = {one.label: one.id for one in blind_explanations(ferry(), {}, "zoe")}
    judged = {" ".join(one.finding.split()): one.explanations for one in blind_items(ferry(), all_judged=True)}
    heads = [cell.value for cell in filled[1]]
    for row in range(2, filled.max_row + 1):
        said = judged[" ".join(filled.cell(row, heads.index("Finding") + 1).value.split())]
        for column, head in enumerate(heads, 1):
            if labels.get(head) in said:
                filled.cell(row, column).value = 0.2 + 0.1 * (column % 3)
    book.save(path)


def answers(_: random.Random, folder: Path) -> bytes:
    """What a judging page saves."""
    home = folder / "page.html"
    if not home.exists():
        write_judging_page(ferry(), home, "zoe", 3)
    found = re.search(r'<script type="application/json" id="numbers">(.*?)</script>', home.read_text(encoding="utf-8"), re.S)
    assert found is not None
    asked = json.loads(found[1])
    items = [
        {key: item[key] for key in ("number", "key", "digest", "order")}
        | {"scale": "probability", "values": {key: [0.2, 0.4] for key in item["order"]}, "because": "So.", "seconds": 4.2}
        for item in asked["items"]
    ]
    about = {"name": "Zoe", "kind": "a person", "date": "2026-11-28"}
    parts = [{key: one[key] for key in ("id", "label", "digest")} for one in asked["explanations"]]
    given = {"about": about, "words": {"likely": [0.6, 0.7]}, "explanations": parts, "items": items}
    return json.dumps({key: asked[key] for key in ("what", "analyst", "sample")} | given).encode()


TEXT, TREE, JSON_, ZIP = in_text(mutations.of_text), in_text(yaml_tree), in_text(mutations.of_json), mutations.of_zip
PAGE = page("evidence.csv")
STUDY, CASE, LOCK = of_project("models/ferry.yaml"), of_project("evidence/east.yaml"), of_project("evidence/plan.json")
READERS = {
    "study": Reader(STUDY[0], TREE, ".yaml", STUDY[1]),
    "case": Reader(CASE[0], TREE, ".yaml", CASE[1]),
    "causal study": Reader(text(CAUSAL), TREE, ".yaml", causal),
    "causal case": Reader(text(CAUSAL_CASE), TREE, ".yaml", causal_case),
    "changes": Reader(text(CHANGES), TREE, ".yaml", changes),
    "lock": Reader(LOCK[0], relocked, ".json", standing),
    "page of evidence": Reader(PAGE[0], TEXT, ".csv", PAGE[1]),
    "workbook": Reader(archive(workbook), cells, ".xlsx", formats.read),
    "workbook of another program": Reader(archive(foreign_workbook), cells, ".xlsx", formats.read),
    "spreadsheet": Reader(archive(spreadsheet), ZIP, ".ods", formats.read),
    "table": Reader(text(*TABLES), TEXT, ".csv", formats.read),
    "matrix in JSON": Reader(text(ACH), JSON_, ".json", formats.read),
    "words": Reader(
        text("wohl: likely\nkaum: 0.05 to 0.2\n", "eben: [0.4, 0.6]\nja: ++\n"), TEXT, ".yaml", lambda path: read_words(path, path.name)
    ),
    "BibTeX": Reader(text(BIB), TEXT, ".bib", lambda path: read_bibliography(path, path.name)),
    "RIS": Reader(text(RIS), TEXT, ".ris", lambda path: read_bibliography(path, path.name)),
    "CSL-JSON": Reader(text(CSL), JSON_, ".json", lambda path: read_bibliography(path, path.name)),
    "QDA project": Reader(archive(lambda path: qdpx.write(path)), ZIP, ".qdpx", formats.read),
    "filled-in sheet": Reader(archive(sheet), cells, ".xlsx", lambda path: read_sheet(ferry(), path, {})),
    "answers of a page": Reader(answers, JSON_, ".json", lambda path: read_judgements(ferry(), path, {})),
    "codebook": Reader(text(qdpx.CODES.strip()), in_text(mutations.of_xml), ".qdc", formats.read),
}


@contextmanager
def in_time() -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TimeoutError(f"still busy after {LONGEST} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def tried(reader: Reader, folder: Path, seed: int) -> bool:
    """Read one damaged file; whether it was refused. Anything but a result or told faults is raised with the seed."""
    rng = random.Random(seed)
    raw = reader.sound(rng, folder)
    for _ in range(rng.choice([1, 1, 2, 3])):
        try:
            raw = reader.damage(rng, raw)
        except ValueError:
            break  # a text that the first damage has left without a structure
    path = folder / f"damaged{reader.ending}"
    path.write_bytes(raw)
    try:
        with in_time():
            reader.read(path)
    except pt.StudyError as error:
        str(error).encode("utf-8")
        assert error.faults, seed  # noqa: PT017 - either end is right
        for fault in error.faults:
            assert fault.read, (seed, str(fault))
            assert fault.allowed, (seed, str(fault))
            assert fault.path, (seed, str(fault))
            assert len(str(fault)) < 3000, (seed, str(fault))
        return True
    except Exception as error:
        raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
    return False


def try_all(name: str, folder: Path, seeds: range) -> None:
    before, slowest, refused = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0.0, 0
    wrong: list[str] = []
    for seed in seeds:
        began = time.process_time()
        try:
            refused += tried(READERS[name], folder, seed)
        except AssertionError as error:
            wrong.append(str(error)[:300])
        slowest = max(slowest, time.process_time() - began)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(f"\n{name}: {refused} of {len(seeds)} refused, {slowest:.2f} s at most, {grown / 1e6:.0f} MB more")
    assert not wrong, "\n".join(wrong)
    assert grown < MOST_MEMORY
    assert 0 < refused < len(seeds)  # damage that breaks all, or nothing, tests nothing


@pytest.mark.parametrize("name", READERS)
def test_the_sound_files_are_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    reader = READERS[name]
    for seed in range(10):
        path = tmp_path / f"damaged{reader.ending}"
        path.write_bytes(reader.sound(random.Random(seed), tmp_path))
        reader.read(path)


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_read_or_its_faults_are_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    try_all(name, tmp_path, range(40))


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
@pytest.mark.parametrize("name", READERS)
def test_ten_thousand_damaged_files_are_read_or_their_faults_are_told(
    name: str, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try_all(name, tmp_path, range(1000 + 500 * block, 1500 + 500 * block))
