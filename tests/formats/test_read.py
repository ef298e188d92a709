"""Every mistake that a user can make in a file is reported: where, what was read, what is allowed, how to fix it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import processtrace as pt

DATA = Path(__file__).parents[1] / "data" / "chile"
CASE, STUDY = "evidence/chile.yaml", "models/chile.yaml"


@pytest.fixture
def project(tmp_path, monkeypatch):
    shutil.copytree(DATA, tmp_path / "p")
    monkeypatch.chdir(tmp_path / "p")
    return tmp_path / "p"


def faults_after(project: Path, file: str, old: str, new: str) -> list[str]:
    text = (project / file).read_text(encoding="utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(pt.StudyError) as caught:
        pt.load_study(STUDY)
    return str(caught.value).splitlines()


def test_the_example_of_the_format_has_no_fault(project):
    study = pt.load_study(STUDY)
    assert [item.id for item in study.cases[0].evidence] == ["informants", "memo", "advisers", "vote"]


# Each row: file, what is replaced, by what, line, and words that the message must hold.
BROKEN = {
    "probability above 1": (CASE, "median_voter: 0.05", "median_voter: 1.3", 24, "evidence 'informants', probability of median_voter: 1.3; a number in [0, 1]; for a likelihood ratio write 'ratio:'"),
    "range the wrong way round": (CASE, "[0.6, 0.9]", "[0.9, 0.6]", 24, "write [0.6, 0.9]"),
    "range ending in 1": (CASE, "[0.6, 0.9]", "[0.6, 1]", 24, "does not end in 0 or 1"),
    "range ending in 0": (CASE, "[0.6, 0.9]", "[0, 0.9]", 24, "does not end in 0 or 1"),
    "reliability ending in 1": (CASE, "[0.8, 0.95]", "[0.8, 1]", 9, "source 'interview_2005', reliability: [0.8, 1]"),
    "true for a number": (CASE, "median_voter: 0.05", "median_voter: true", 24, "true; a number"),
    "null for a number": (CASE, "median_voter: 0.05", "median_voter: null", 24, "nothing; a number"),
    "nan": (CASE, "median_voter: 0.05", "median_voter: .nan", 24, "a finite number"),
    "inf": (CASE, "median_voter: 0.05", "median_voter: inf", 24, "a finite number"),
    "overflow": (CASE, "median_voter: 0.05", "median_voter: 1e999", 24, "a finite number"),
    "decimal comma in braces": (CASE, "median_voter: 0.05", "median_voter: 0,05", 24, "a decimal comma"),
    "decimal comma in a range": (CASE, "[0.6, 0.9]", "[0,6, 0,9]", 24, "decimal commas"),
    "decimal comma": (STUDY, "anchor: 0.8", "anchor: 0,8", 27, "write 0.8"),
    "per cent": (CASE, "median_voter: 0.05", "median_voter: 5%", 24, "write 0.05"),
    "number in quotation marks": (CASE, "median_voter: 0.05", 'median_voter: "0.05"', 24, "take the quotation marks away"),
    "a hypothesis is missing": (CASE, "median_voter: 0.05, ", "", 24, "'median_voter' is missing"),
    "unknown hypothesis": (CASE, "median_voter: 0.05", "median_votr: 0.05", 24, "did you mean 'median_voter'?"),
    "unknown key": (CASE, "    label: Informants", "    lable: Informants", 15, "did you mean 'label'?"),
    "unknown key of the study": (STUDY, "question:", "questions:", 5, "did you mean 'question'?"),
    "key given twice": (CASE, "    date: 2005-07", "    date: 2005-07\n    date: 2005-08", 17, "first on line 16"),
    "identifier given twice": (CASE, "- id: vote", "- id: memo", 40, "the same name again"),
    "identifier with a blank": (CASE, "- id: vote", "- id: the vote", 40, "letters, digits, _ and -"),
    "a day that does not exist": (CASE, "date: 2005-07 ", "date: 2005-02-30 ", 16, "2005-02-30; a date that exists"),
    "a date in words": (CASE, "date: 2005-07 ", "date: July 2005 ", 16, "YYYY-MM-DD"),
    "a date backwards": (CASE, "date: 2005-07 ", "date: 2005-07/2004 ", 16, "the end comes before the start"),
    "colon in a text": (CASE, "finding: A party memo naming", "finding: A party memo: naming", 31, "a colon and a blank inside a text"),
    "quotation mark at a start": (CASE, "finding: A party memo naming", 'finding: "A party" memo naming', 31, "a quotation mark at the start of a text"),
    "hash that cuts a text": (CASE, "finding: A party memo naming", "finding: A party memo #5 naming", 31, "which cuts it after 'A party memo'"),
    "star at a start": (CASE, "finding: A party memo", "finding: *A party memo", 31, "at the start of a text"),
    "comma in braces": (STUDY, "{label: Elite testimony,", "{label: Elite, not the mass,", 29, "prose with a colon or in braces becomes keys"),
    "tab": (CASE, "    finding: A party memo", "\tfinding: A party memo", 31, "replace tabs by blanks"),
    "merge key": (CASE, "    decibels: {", "    <<: {a: 1}\n    decibels: {", 39, "keys written out"),
    "two documents": (CASE, "evidence:\n", "---\nevidence:\n", 14, "one document"),
    "python tag": (CASE, "finding: A party memo naming the electoral cost.", 'finding: !!python/object/apply:os.system ["touch hacked"]', 31, "no tags"),
    "own tag": (CASE, "finding: A party memo", "finding: !memo A party memo", 31, "no tags"),
    "a circle of given": (CASE, "cluster: campaign_2005\n", "cluster: campaign_2005\n    given: [advisers]\n", 22, "informants given advisers given informants"),
    "given itself": (CASE, "given: [informants]", "given: [advisers]", 38, "other items"),
    "given an unknown item": (CASE, "given: [informants]", "given: [informant]", 38, "did you mean 'informants'?"),
    "unknown source": (CASE, "source: interview_2005", "source: interview_2006", 19, "did you mean 'interview_2005'?"),
    "unknown cluster": (CASE, "cluster: campaign_2005\n", "cluster: campaign_2006\n", 21, "did you mean 'campaign_2005'?"),
    "correlation of 1": (CASE, "correlation: 0.6", "correlation: 1", 12, "below 1"),
    "negative correlation": (CASE, "correlation: 0.6", "correlation: -0.1", 12, "0 or more"),
    "a path out": (STUDY, "../evidence/chile.yaml", "../../../secret.yaml", 20, "leaves the project"),
    "an absolute path": (STUDY, "../evidence/chile.yaml", "/etc/passwd", 20, "an absolute path"),
    "a missing case file": (STUDY, "../evidence/chile.yaml", "../evidence/peru.yaml", 20, "no such file"),
    "a folder as bibliography": (STUDY, "bibliography: ../evidence/references.bib", "bibliography: ../evidence", 21, "a folder; a file"),
    "no judgement": (CASE, "    decibels: {equity_appeal: 0, core_constituency: -30, median_voter: -27, business_power: -20}", "", 36, "no judgement"),
    "two scales": (CASE, "    decibels: {", "    ratio: {equity_appeal: 1, core_constituency: 1, median_voter: 1, business_power: 1}\n    decibels: {", 40, "exactly one of them"),
    "zero for every hypothesis": (CASE, "{equity_appeal: 0.5, core_constituency: 0.1, median_voter: 0.1, business_power: 0.1}", "{equity_appeal: 0, core_constituency: 0, median_voter: 0, business_power: 0}", 35, "0 under every hypothesis"),
    "decibels that refute silently": (CASE, "core_constituency: -30,", "core_constituency: -3001,", 39, "a probability of 0"),
    "not found without sensitivity": (CASE, "    search_sensitivity: 0.7 ", "    # ", 30, "write 'search_sensitivity:'"),
    "unknown status": (CASE, "status: not_found ", "status: notfound ", 32, "found, not_found, planned, unjudged or set_aside"),
    "set aside without a note": (CASE, "status: not_found ", "status: set_aside ", 30, "a 'note' that says why"),
    "a word off the scale": (CASE, "equity_appeal: likely", "equity_appeal: likly", 44, "did you mean 'likely'?"),
    "unknown analyst": (CASE, "      ben: {", "      benn: {", 44, "did you mean 'ben'?"),
    "unknown main analyst": (STUDY, "analyst: pool", "analyst: bem", 25, "did you mean 'ben'?"),
    "unknown citation": (CASE, "{key: press2005", "{key: pres2005", 20, "did you mean 'press2005'?"),
    "prior of a case without one of its hypotheses": (CASE, "prior: {equity_appeal: 2, core_constituency: 1,", "prior: {equity_appeal: 2,", 7, "'core_constituency' is missing"),
    "negative prior": (STUDY, "prior: 1 ", "prior: -1 ", 11, "0 or more"),
    "judges without a hypothesis of the study": (CASE, "judges: [equity_appeal, core_constituency, ", "judges: [equity_appeal, ", 6, "'core_constituency' is missing"),
    "no identifier": (CASE, "  - id: vote\n    finding: The", "  - finding: The", 40, "'id' is missing"),
    "no finding": (CASE, "finding: Advisers remember 1999.\n    ", "", 36, "'finding' is missing"),
    "no case": (CASE, "case: chile\n", "", 2, "'case' is missing"),
    "rates without their pair": (CASE, ", reports_if_false: 0.17", "", 10, "'reports_if_false' is missing"),
    "rates and reliability": (CASE, "reports_if_true: 0.83,", "reliability: 0.5, reports_if_true: 0.83,", 10, "one of the two"),
    "coverage": (STUDY, "range_coverage: 0.9", "range_coverage: 0.3", 26, "0.5 or more"),
    "anchor of 1": (STUDY, "anchor: 0.8", "anchor: 1", 27, "both excluded"),
    "label too long": (CASE, "label: Informants on the campaign", "label: Informants on the campaign and on all that came of it", 15, "at most 40"),
    "period of one year": (CASE, "period: [1990, 2005]", "period: 1990", 5, "period: [1991, 2024]"),
    "cost of a found item": (CASE, "    source: interview_2005", "    cost: 3\n    source: interview_2005", 19, "planned items only"),
    "dash at a start": (CASE, "finding: A party memo", "finding: - A party memo", 31, "a - at the start of a text"),
    "question mark at a start": (CASE, "finding: A party memo", "finding: ? A party memo", 31, "a ? at the start of a text"),
    "per cent at a start": (CASE, "finding: A party memo", "finding: % A party memo", 31, "a % at the start of a text"),
    "greater at a start": (CASE, "finding: A party memo", "finding: > A party memo", 31, "a > at the start of a text"),
    "bracket at a start": (CASE, "finding: A party memo", "finding: [sic] A party memo", 31, "a [ at the start of a text"),
    "brace at a start": (CASE, "finding: A party memo", "finding: {sic} A party memo", 31, "a { at the start of a text"),
    "exclamation mark at a start": (CASE, "finding: A party memo", "finding: ! A party memo", 31, "a ! at the start of a text"),
    "ampersand at a start": (CASE, "finding: A party memo", "finding: & A party memo", 31, "a & at the start of a text"),
    "hash in braces": (CASE, "at: p. 3", "at: p. 3 #4", 20, "' #' inside braces or brackets"),
    "colon in braces": (CASE, "note: one campaign and", "note: one campaign: this and", 12, "a colon, a quotation mark or a bracket inside a text in braces"),
    "brace that is not closed": (CASE, "business_power: 0.1}\n    because", "business_power: 0.1\n    because", 24, "not closed"),
    "bracket that is not closed": (CASE, "given: [informants]", "given: [informants", 38, "not closed"),
    "dash without a blank": (CASE, "  - id: memo", "  -id: memo", 30, "put a blank after the dash"),
    "non-breaking blank": (CASE, "    finding: A party memo", "\u00a0   finding: A party memo", 31, "replace it by ordinary blanks"),
    "ratio that refutes silently": (CASE, "ratio: {equity_appeal: 8,", "ratio: {equity_appeal: 1e-310,", 43, "a probability of 0"),
    "ratio range that refutes silently": (CASE, "ratio: {equity_appeal: 8,", "ratio: {equity_appeal: [1e-320, 1e300],", 43, "a probability of 0"),
    "ratio range from 0": (CASE, "ratio: {equity_appeal: 8,", "ratio: {equity_appeal: [0, 8],", 43, "a range above 0"),
    "negative ratio": (CASE, "ratio: {equity_appeal: 8,", "ratio: {equity_appeal: -8,", 43, "for decibels write 'decibels:'"),
    "ratio of 0 for every hypothesis": (CASE, "ratio: {equity_appeal: 8, core_constituency: 1, median_voter: 2, business_power: 1}", "ratio: {equity_appeal: 0, core_constituency: 0, median_voter: 0, business_power: 0}", 43, "at least one above 0"),
    "typographic minus": (CASE, "core_constituency: -30,", "core_constituency: −30,", 39, "write -30"),
    "digits of another script": (CASE, "search_sensitivity: 0.7", "search_sensitivity: ٠.٧", 33, "a number"),
    "list for a date": (CASE, "date: 2005-07 ", "date: [2005, 2006] ", 16, "join two dates by /"),
    "month 13": (CASE, "date: 2005-07 ", "date: 2005-13 ", 16, "a date that exists"),
    "year 0": (CASE, "date: 2005-07 ", "date: 0000 ", 16, "a date that exists"),
    "period backwards": (CASE, "period: [1990, 2005]", "period: [2005, 1990]", 5, "the start first"),
    "sensitivity above 1": (CASE, "search_sensitivity: 0.7", "search_sensitivity: 1.2", 33, "a number in [0, 1]"),
    "sensitivity without a hypothesis": (CASE, "search_sensitivity: 0.7", "search_sensitivity: {equity_appeal: 0.7}", 33, "'core_constituency' is missing"),
    "range for a rate": (CASE, "reports_if_true: 0.83", "reports_if_true: [0.8, 0.9]", 10, "a list; a number"),
    "source named twice": (CASE, "source: interview_2005", "source: [interview_2005, interview_2005]", 19, "each source once"),
    "list for a judgement": (CASE, "probability: {equity_appeal: 0.5, core_constituency: 0.1, median_voter: 0.1, business_power: 0.1}", "probability: [0.6, 0.9]", 35, "write each name, a colon and its value"),
    "text for a reason by hypothesis": (CASE, "      core_constituency: >-\n        Nothing", "      core_constituancy: >-\n        Nothing", 28, "did you mean 'core_constituency'?"),
    "list of hypotheses": (STUDY, "hypotheses:\n", "hypotheses: [a, b]\nfactors:\n", 6, "followed by a colon"),
    "hypothesis judged twice": (CASE, "judges: [equity_appeal,", "judges: [equity_appeal, equity_appeal,", 6, "each hypothesis once"),
    "date of a German": (CASE, "date: 2005-07 ", "date: 5.7.2005 ", 16, "write 2005-07-05"),
    "date that may be read two ways": (CASE, "date: 2005-07 ", "date: 5/7/2005 ", 16, "write 2005-05-07 or 2005-07-05"),
    "date that may be read one way": (CASE, "date: 2005-07 ", "date: 7/25/2005 ", 16, "write 2005-07-25"),
    "date without its noughts": (CASE, "date: 2005-07 ", "date: 2005-7-5 ", 16, "write 2005-07-05"),
    "month of a year": (CASE, "date: 2005-07 ", "date: 7/2005 ", 16, "two joined by /; write 2005-07"),
    "month in letters": (CASE, "date: 2005-07 ", "date: Juli 2005 ", 16, "write the year first, in digits"),
    "date in the quotation marks of Word": (CASE, "date: 2005-07 ", "date: “2005-07” ", 16, "; write 2005-07"),
    "years joined by a dash": (CASE, "date: 2005-07 ", "date: 2004–2005 ", 16, "for a span write 2004/2005"),
    "per cent without its sign": (CASE, "median_voter: 0.05", "median_voter: 60", 24, "for per cent write 0.6;"),
    "range in per cent": (CASE, "median_voter: 0.05", "median_voter: [5, 20]", 24, "for per cent write [0.05, 0.2];"),
    "word for a number": (CASE, "median_voter: 0.05", "median_voter: unlikely", 24, "go under 'words:' in place of 'probability:'"),
    "decimal comma of a rate": (CASE, "reports_if_true: 0.83", "reports_if_true: 0,83", 10, "unknown key '83'; only known keys; a decimal comma"),
    "no blank after a colon in braces": (CASE, "median_voter: 0.05", "median_voter:0.05", 24, "write 'median_voter: 0.05'"),
    "no blank before a range in braces": (CASE, "median_voter: 0.05", "median_voter:[0.05, 0.1]", 24, "write 'median_voter: '"),
    "dash of a word processor": (CASE, "  - id: memo", "  – id: memo", 30, "replace it by the dash of the keyboard"),
    "key too near the margin": (CASE, "    finding: A party memo", "   finding: A party memo", 31, "does not line up with the keys above it"),
    "case named from the folder of the project": (STUDY, "../evidence/", "evidence/", 20, "write ../evidence/"),
    "words the wrong way round": (CASE, "median_voter: roughly even", "median_voter: [likely, unlikely]", 44, "write [unlikely, likely]"),
    "word whose range ends in 1": (STUDY, "range_coverage: 0.9 ", "words: {likely: [0.5, 1]} ", 26, "does not end in 0 or 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_reported_with_its_line(project, name):
    file, old, new, line, words = BROKEN[name]
    printed = faults_after(project, file, old, new)
    assert any(row.startswith(f"{file}:{line}: ") and words in row for row in printed), printed
    assert not (project / "hacked").exists()


def test_all_faults_of_all_files_come_at_once(project):
    text = (project / CASE).read_text()
    (project / CASE).write_text(
        text.replace("median_voter: 0.05", "median_voter: 7")
        .replace("correlation: 0.6", "correlation: 2")
        .replace("equity_appeal: likely", "equity_appeal: lik")
    )
    printed = faults_after(project, STUDY, "anchor: 0.8", "anchor: 8")
    assert [row.split(" ")[0] for row in printed] == [f"{STUDY}:27:", f"{CASE}:12:", f"{CASE}:24:"] or len(printed) >= 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"\n# nothing\n", "an empty file"),
        (b"- a\n", "a list"),
        (b"just words\n", "just words"),
        ("label: Perú".encode("latin-1"), "not UTF-8"),
        (b"PK\x03\x04\x14\x00", "processtrace convert FILE FOLDER"),
        (bytes(range(256)), "UTF-8"),
        (b"case: x\nlabel: a\x00b\n", "does not allow"),
        (("case: " + "[" * 3000 + "]" * 3000).encode(), "too deep"),
        (b"a: &a [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 10)) for i in range(9)), "expand without end"),
        (b"a: &a [*a]\ncase: x\n", ""),
        (b"? [a]\n: b\n", "a list or mapping as a key"),
        (b"%YAML 9.9\n---\ncase: x\n", ""),
    ],
)  # fmt: skip
def test_a_file_that_is_no_case_is_refused_in_one_line(project, content, words):
    (project / CASE).write_bytes(content)
    with pytest.raises(pt.StudyError) as caught:
        pt.load_study(STUDY)
    assert words in str(caught.value)
    assert str(caught.value).startswith(CASE)


def test_a_huge_file_is_refused_unread(project):
    with (project / CASE).open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(pt.StudyError, match="200 MB; at most 20 MB"):
        pt.load_study(STUDY)


def test_a_link_out_of_the_project_is_refused(project, tmp_path):
    outside = tmp_path / "outside.yaml"
    shutil.copy(project / CASE, outside)
    (project / CASE).unlink()
    (project / CASE).symlink_to(outside)
    with pytest.raises(pt.StudyError, match="leaves the project"):
        pt.load_study(STUDY)


@pytest.mark.parametrize("path", ["models", "models/none.yaml", "/dev/null"])
def test_a_study_that_is_no_file_is_refused(project, path):
    with pytest.raises(pt.StudyError, match=r"a folder|no such file|not a regular file"):
        pt.load_study(path)


def test_scalars_are_taken_as_written(project):
    (project / CASE).write_text("case: no\nlabel: Yes\noutcome: 1e3\nperiod: [1990, 2005-02]\nevidence: []\n")
    case = pt.load_study(STUDY).cases[0]
    assert (case.id, case.label, case.outcome, case.period, case.evidence) == ("no", "Yes", "1e3", ("1990", "2005-02"), ())


def test_a_constructor_reports_all_its_faults():
    with pytest.raises(pt.StudyError) as caught:
        pt.Evidence("vote", finding="f", probability={"a": 1.3, "b": (0.9, 0.1)}, colour="red")
    assert [fault.where for fault in caught.value.faults] == [
        "evidence 'vote', probability of a",
        "evidence 'vote', probability of b",
        "evidence 'vote'",
    ]


def test_an_empty_judgement_of_an_analyst_is_reported():
    item = pt.Evidence("e", finding="f", judgements={"ana": {"note": "nothing judged"}})
    printed = "judgements of 'ana': no judgement; exactly one of probability"
    planned = [
        pt.Evidence("e", finding="f", status="planned", judgements={"ana": {"note": "nothing judged"}}),
        pt.Evidence("y", finding="f", status="planned", probability={"a": 0.5}),
    ]
    pair = {"items": ["e", "y"], "under": {"a": 0.1}}
    with pytest.raises(pt.StudyError, match=printed):
        pt.Study("t", hypotheses={"a": {}}, analysts={"ana": {}}, cases=[pt.Case("c", evidence=planned, correlations=[pair])])
    with pytest.raises(pt.StudyError, match=printed):
        pt.Study("t", factors={"x": {}}, prior={"none": 1, "x": 1}, analysts={"ana": {}}, cases=[pt.Case("c", evidence=[item])])
