"""Tables as people of this method have them: every column is taken for something, and nothing is guessed.

Expected numbers are worked out here from Bayes' rule, or published with the table.
"""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

import processtrace as pt
from processtrace.cli import cli
from processtrace.formats.foreign.answers import Answers, listed_names
from processtrace.formats.foreign.imported import Imported
from processtrace.formats.foreign.word_list import read_words
from processtrace.formats.registry import import_study


def read(tmp_path: Path, text: str, name: str = "t.csv", **answers: Any) -> Imported:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return import_study(path, Answers(**answers))


def refused(tmp_path: Path, text: str, name: str = "t.csv", **answers: Any) -> str:
    with pytest.raises(pt.StudyError) as caught:
        read(tmp_path, text, name, **answers)
    return str(caught.value)


def posterior(study: pt.Study) -> dict[str, float]:
    """The posterior of the first case by hypothesis."""
    support = pt.update(study).posterior
    return dict(zip(support.hypothesis.values.tolist(), support.values[0].tolist(), strict=True))


def shares(*weights: float) -> list[float]:
    return [weight / sum(weights) for weight in weights]


def holds(*ratios: float, prior: float = 0.5) -> float:
    odds = prior / (1 - prior) * math.prod(ratios)
    return odds / (1 + odds)


@pytest.mark.parametrize("negation", ["P(E|~H)", "P(E|¬H)", "P(E|not H)", "type I error", "False positive rate"])
def test_a_claim_and_its_negation_are_two_columns(tmp_path, negation):
    study = read(tmp_path, f"Evidence,P(E|H),{negation}\nLetter,0.8,0.1\nTalk,0.6,0.4\n").study
    assert posterior(study)["claim_holds"] == pytest.approx(holds(0.8 / 0.1, 0.6 / 0.4), rel=1e-12)


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("Sensitivity,Type I error (%)", "0.8,0.5", holds(0.8 / 0.005)),
        ("Sensitivity (%),False positive rate (%)", "80,12.5", holds(0.8 / 0.125)),
        ("Sensitivity,Type I error", "80%,0.5 %", holds(0.8 / 0.005)),
        ("Sensitivity,Specificity", "0.8,0.9", holds(0.8 / 0.1)),
        ("Specificity (%),Sensitivity (%)", "90,80", holds(0.8 / 0.1)),
        ("Type II error,Type I error", "0.2,0.1", holds(0.8 / 0.1)),
        ("P(E|H),P(E|~H),Bayes factor,P(H|E)", "0.8,0.1,999,0.1", holds(0.8 / 0.1)),
        ("P(E|Growth),P(E|¬Growth)", "0.8,0.1", holds(0.8 / 0.1)),
        ("Likelihood ratio", "20:1", holds(20)),
        ("LR", "1/4", holds(0.25)),
        ("Weight of evidence (dB)", "13 dB", holds(10**1.3)),
    ],
)
def test_headings_say_what_the_numbers_are(tmp_path, head, row, expected):
    study = read(tmp_path, f"Evidence,{head}\nLetter,{row}\n").study
    assert posterior(study)["claim_holds"] == pytest.approx(expected, rel=1e-12)


def test_ratios_of_a_claim_multiply(tmp_path):
    study = read(tmp_path, "evidence,likelihood ratio\nFirst place,20:1\nPattern,27:1\nStalls,12:1\nCountry,2.3:1\n").study
    support = posterior(study)
    assert support["claim_holds"] / support["claim_does_not_hold"] == pytest.approx(20 * 27 * 12 * 2.3, rel=1e-12)


def test_a_calculator_in_per_cent_with_what_was_found(tmp_path):
    text = (
        "Case,Prior (%),Sensitivity (%),False Positive Rate (%),Evidence\n"
        "Ward A,20.00,90.00,10.00,Positive\nWard B,35.00,85.00,15.00,Positive\nWard C,50.00,70.00,5.00,Negative\n"
    )
    study = read(tmp_path, text).study
    assert [item.status for case in study.cases for item in case.evidence] == ["found", "found", "not_found"]
    expected = [holds(0.9 / 0.1, prior=0.2), holds(0.85 / 0.15, prior=0.35), holds(0.3 / 0.95)]
    assert pt.update(study).posterior.sel(hypothesis="claim_holds").values == pytest.approx(expected, rel=1e-12)


def test_a_claim_named_once_for_its_group(tmp_path):
    text = "claim,evidence,sensitivity,type I error,prior\nRoads were mended,Bills,0.8,0.1,0.5\n,Talk,0.7,0.3,\nSchools were paid,Lists,0.9,0.2,0.3\n,Photos,0.5,0.4,\n"
    expected = [holds(8, 7 / 3), holds(0.9 / 0.2, 0.5 / 0.4, prior=0.3)]
    assert pt.update(read(tmp_path, text).study).posterior.sel(hypothesis="claim_holds").values == pytest.approx(expected, rel=1e-12)
    text = "claim,evidence,sensitivity,type I error\nRoads were mended,,,\n,Bills,0.8,0.1\n,Talk,0.7,0.3\nSchools were paid,,,\n,Lists,0.9,0.2\n"
    expected = [holds(8, 7 / 3), holds(0.9 / 0.2)]
    assert pt.update(read(tmp_path, text).study).posterior.sel(hypothesis="claim_holds").values == pytest.approx(expected, rel=1e-12)


def test_names_that_nearly_agree_are_a_fault(tmp_path):
    text = (
        "claim,evidence,sensitivity,type I error\nRoads were mended,a,0.8,0.1\nRoads were mended.,b,0.7,0.3\nroads were  mended,c,0.5,0.4\n"
    )
    printed = refused(tmp_path, text)
    assert "row 3, column claim: 'Roads were mended.' and 'Roads were mended' (row 2), which nearly agree" in printed
    assert "row 4" in printed


def test_a_number_column_is_no_finding(tmp_path):
    study = read(tmp_path, "No.,Indicator,Sensitivity,Type I error\n1,Bills,0.8,0.1\n2,Talk,0.7,0.3\n").study
    assert [item.finding for item in study.cases[0].evidence] == ["Bills", "Talk"]


WIDE = "evidence,Leader,Interest,Power\nLetter,0.6,0.2,0.1\nTalk,0.5,0.4,0.3\n"


def test_probabilities_side_by_side_with_a_row_of_priors(tmp_path):
    study = read(tmp_path, WIDE + "Prior,0.3,0.5,0.2\n").study
    assert list(posterior(study).values()) == pytest.approx(shares(0.3 * 0.3, 0.5 * 0.08, 0.2 * 0.03), rel=1e-12)


@pytest.mark.parametrize("cell", ["-0.5", "much", ""])
def test_a_prior_that_is_none_is_a_fault_with_its_row(tmp_path, cell):
    assert "row 4, column Leader" in refused(tmp_path, WIDE + f"Prior,{cell},0.5,0.2\n")


@pytest.mark.parametrize(
    "text",
    [
        "finding;Leader;Interest\nLetter;60 %;20%\nTalk;50%;40%\n",
        "finding;Leader;Interest\nLetter;0,6;0,2\nTalk;0,5;0,4\n",
        "finding,P(E|Leader),P(E|Interest)\nLetter,.6,.2\nTalk,.5,.4\n",
        "finding\tLeader (%)\tInterest (%)\nLetter\t60\t20\nTalk\t50\t40\n",
        "Interest,finding,Leader\n0.2,Letter,0.6\n0.4,Talk,0.5\n",
        "finding,Probability (%),\n,Leader,Interest\nLetter,60,20\nTalk,50,40\n",
        "finding,Leader,,Interest,\n,P(E|H),why,P(E|H),why\nLetter,0.6,x,0.2,\nTalk,0.5,,0.4,y\n",
        "evidence,hypothesis,probability\nLetter,Leader,0.6\nLetter,Interest,0.2\nTalk,Leader,0.5\nTalk,Interest,0.4\n",
        "evidence,hypothesis,P(E|H)\nLetter,Leader,0.6\n,Interest,0.2\nTalk,Leader,0.5\n,Interest,0.4\n",
        "Explanation,Letter,Talk\nLeader,0.6,0.5\nInterest,0.2,0.4\n",
        ",E1: Letter,E2: Talk\nLeader,0.6,0.5\nInterest,0.2,0.4\n",
        "Judged in 2005\nfinding,Leader,Interest\nLetter,0.6,0.2\nTalk,0.5,0.4\n\nNote: by two persons\n",
        "finding,Leader LR,Interest LR\nLetter,3,1\nTalk,1.25,1\n".replace("Leader LR", "LR H1").replace("Interest LR", "LR H2"),
        "finding,H1 : H2\nLetter,3:1\nTalk,5/4\n",
    ],
)
def test_one_judgement_in_many_forms(tmp_path, text):
    support = list(posterior(read(tmp_path, text).study).values())
    assert sorted(support) == pytest.approx(sorted(shares(0.6 * 0.5, 0.2 * 0.4)), rel=1e-12)


def test_reasons_under_each_explanation_are_kept(tmp_path):
    study = read(tmp_path, "finding,Leader,,Interest,\n,P(E|H),why,P(E|H),why\nLetter,0.6,he said so,0.2,\n").study
    assert dict(study.cases[0].evidence[0].because) == {"leader": "he said so"}


MATRIX = "Evidence,H1,H2\nBadge,++,-\nForm,N,+\n"


def test_what_stands_beside_a_matrix_is_no_explanation(tmp_path):
    text = "Evidence,Class.,Corroborated,Source,URL,H1,H2,Remarks\nBadge,C,N,Office,https://x.example/a,++,-,seen\nForm,C,N,,,N,+,\n"
    made = read(tmp_path, text)
    assert list(made.study.hypotheses) == ["h1", "h2"]
    assert list(posterior(made.study).values()) == pytest.approx(shares(10**1.0, 10**0.0), rel=1e-12)
    assert made.study.cases[0].evidence[0].note == "seen; Class.: C; Corroborated: N; URL: https://x.example/a"
    assert {"Class.: kept as a note", "Source: the source", "H1: the rating under 'H1'", "Remarks: the note"} <= set(made.said)


@pytest.mark.parametrize("head", ["Evidence,Klasse,H1,H2", "Evidence,Klasse,Insider,Rival firm", "Evidence,Wer,H1: A,H2: B"])
def test_a_column_that_nothing_accounts_for_is_a_question(tmp_path, head):
    text = f"{head}\nBadge,C,++,-\nForm,C,-,+\n"
    column, first, second = head.split(",")[1:]
    printed = refused(tmp_path, text)
    assert f"column {column}: C; which may be judgements" in printed
    assert "--explanations" in printed
    assert f"--ignore {column}" in printed
    for answers in ({"ignore": (column,)}, {"explanations": (first, second)}):
        assert [h.name for h in read(tmp_path, text, **answers).study.hypotheses.values()] == [first, second]


@pytest.mark.parametrize("head", ["JS", "Coder confidence", "Max"])
def test_a_column_named_like_none_of_the_explanations_is_a_question(tmp_path, head):
    text = f"Finding,Leader,Interest,{head}\nMemo,0.6,0.2,0.5\nTalk,0.5,0.4,0.3\n"
    assert re.search(f"column {head}: 0.5, 0.3.*--explanations .*{head}.*--ignore .*{head}", refused(tmp_path, text))
    study = read(tmp_path, text, ignore=(head,)).study
    assert list(posterior(study).values()) == pytest.approx(shares(0.6 * 0.5, 0.2 * 0.4), rel=1e-12)


def test_numbers_that_are_no_probabilities_beside_some_that_are_become_notes(tmp_path):
    study = read(tmp_path, "Finding,Seite,Leader,Interest\nMemo,1999,0.6,0.2\nTalk,2001,0.5,0.4\n").study
    assert list(posterior(study).values()) == pytest.approx(shares(0.6 * 0.5, 0.2 * 0.4), rel=1e-12)
    assert study.cases[0].evidence[0].note == "Seite: 1999"


def test_ratios_beside_the_probabilities_that_they_are_made_of(tmp_path):
    study = read(tmp_path, "Evidence,P(E|H1),P(E|H2),LR H1/H2\nMemo,0.6,0.2,99\n").study
    assert list(posterior(study).values()) == pytest.approx(shares(0.6, 0.2), rel=1e-12)
    said = refused(tmp_path, "Finding,Leader,Interest,Ratio L/I\nMemo,0.6,0.2,3\n")
    assert "--ignore 'Ratio L/I'" in said
    assert "--ignore Leader,Interest" in said


def test_a_row_wider_than_the_headings_does_not_become_the_headings(tmp_path):
    assert re.search("row 2: '3' in a column without a name", refused(tmp_path, "Evidence,H1,H2,\nMemo,C,I,3\nTalk,II,C,4\n"))


def test_explanations_that_nearly_agree_are_a_fault(tmp_path):
    assert "nearly agree: Leader, leader" in refused(tmp_path, "Evidence,Leader,leader\nMemo,0.6,0.2\n")


def test_a_table_that_may_lie_on_its_side_is_a_question(tmp_path):
    text = ",Memo found in archive,Talk of minister\nLeader,0.6,0.5\nInterest,0.2,0.4\n"
    said = refused(tmp_path, text)
    assert "--transposed" in said
    assert "--explanations 'Memo found in archive,Talk of minister'" in said
    assert list(posterior(read(tmp_path, text, transposed=True).study).values()) == pytest.approx(shares(0.6 * 0.5, 0.2 * 0.4), rel=1e-12)
    chosen = read(tmp_path, text, explanations=("Memo found in archive", "Talk of minister")).study
    assert list(posterior(chosen).values()) == pytest.approx(shares(0.6 * 0.2, 0.5 * 0.4), rel=1e-12)


def test_percentages_without_a_sign_name_the_option(tmp_path):
    text = "Evidence,Sensitivity,False positive rate\nMemo,80,10\n"
    assert "write 0.8, or add --values percent" in refused(tmp_path, text)
    assert posterior(read(tmp_path, text, values="percent").study)["claim_holds"] == pytest.approx(holds(8), rel=1e-12)


def test_a_finding_in_numbers_in_a_table_of_words(tmp_path):
    text = "evidence,hypothesis,probability\nTalk,Leader,likely\nTalk,Interest,unlikely\nMemo,Leader,0.6\nMemo,Interest,20%\nNote,Leader,likely\nNote,Interest,unlikely\n"
    items = read(tmp_path, text).study.cases[0].evidence
    assert [dict(item.by_analyst[None].values) for item in items] == [
        {"leader": "likely", "interest": "unlikely"},
        {"leader": 0.6, "interest": 0.2},
        {"leader": "likely", "interest": "unlikely"},
    ]


@pytest.mark.parametrize("row", ["Summe,1.1,0.6", "Total général,1.1,0.6", "Итого,1.1,0.6"])
def test_totals_in_other_languages_are_no_findings(tmp_path, row):
    study = read(tmp_path, f"Finding,Leader,Interest\nMemo,0.6,0.2\nTalk,0.5,0.4\n{row}\n", values="probability").study
    assert len(study.cases[0].evidence) == 2


def test_a_finding_without_a_judgement_is_named(tmp_path):
    made = read(tmp_path, "Finding,Leader,Interest\nMemo,0.6,0.2\nAll by two coders,,\n")
    assert "row 3: 'All by two coders' has no judgement; kept as an unjudged finding" in made.said


@pytest.mark.parametrize(
    "text",
    [
        "Evidence,Leader low,Leader high,Interest low,Interest high\nMemo,0.5,0.7,0.2,0.2\n",
        ",Leader,,Interest,\nEvidence,Min,Max,Min,Max\nMemo,0.5,0.7,0.2,0.2\n",
        "Evidence;Leader lower (%);Leader upper (%);Interest lower (%);Interest upper (%)\nMemo;50;70;20;20\n",
    ],
)
def test_two_columns_for_the_ends_of_a_range(tmp_path, text):
    (item,) = read(tmp_path, text).study.cases[0].evidence
    assert dict(item.by_analyst[None].values) == {"leader": (0.5, 0.7), "interest": 0.2}


def test_one_end_of_a_range_alone_is_a_fault(tmp_path):
    assert "both ends of a range" in refused(tmp_path, "Evidence,A low,A high,B low,B high\nMemo,0.5,,0.2,0.3\n")


@pytest.mark.parametrize("above", ["Ann,,Ben,", "Kazakhstan,,Uzbekistan,"])
def test_an_explanation_in_several_columns_is_a_fault_and_never_the_last_of_them(tmp_path, above):
    text = f",{above}\nEvidence,H1,H2,H1,H2\nMemo,0.6,0.2,0.5,0.3\n"
    assert "H1 judged in 2 columns" in refused(tmp_path, text)


def test_ratios_against_one_reference(tmp_path):
    study = read(tmp_path, "Evidence,Leader / Status quo,Interest / Status quo\nMemo,8,2\nTalk,0.25,1\n").study
    support = posterior(study)
    assert [support[h] for h in ("leader", "interest", "status_quo")] == pytest.approx(shares(2, 2, 1), rel=1e-9)


def test_words_that_mean_those_of_the_scale(tmp_path):
    (item,) = read(tmp_path, "Evidence,A,B\nMemo,highly likely,almost certainly\n").study.cases[0].evidence
    assert dict(item.by_analyst[None].values) == {"a": "very likely", "b": "almost certain"}


@pytest.mark.parametrize("cells", ["2,-1\nTalk,-2,0", "2,1\nTalk,0,0"])
def test_whole_numbers_are_ratings_if_the_user_says_so(tmp_path, cells):
    study = read(tmp_path, f"Evidence,H1,H2\nMemo,{cells}\n", values="ratings").study
    first, second = (dict(item.by_analyst[None].values) for item in study.cases[0].evidence)
    assert (first["h1"], second["h2"]) == (10, 0)


@pytest.mark.parametrize("code", ["utf-16", "utf-8-sig", "utf-8"])
def test_a_table_in_the_codings_that_say_which_they_are(tmp_path, code):
    path = tmp_path / "t.csv"
    path.write_bytes("Факт,Лидер,Интерес\nПисьмо,0.6,0.2\n".encode(code))
    assert list(posterior(import_study(path).study).values()) == pytest.approx(shares(0.6, 0.2), rel=1e-12)


def test_explanations_that_are_called_like_other_columns(tmp_path):
    text = "Evidence,Source,Type,Weight,Flag\nBadge,++,-,N,+\nForm,N,+,+,-\n"
    assert "--explanations Source,Type,Weight,Flag" in refused(tmp_path, text)
    study = read(tmp_path, text, explanations=("Source", "Type", "Weight", "Flag")).study
    assert list(study.hypotheses) == ["source", "type", "weight", "flag"]


def test_an_answer_that_names_no_column_is_a_fault(tmp_path):
    assert "--ignore Clas; a column: Evidence, Class, H1, H2; did you mean 'Class'?" in refused(
        tmp_path, "Evidence,Class,H1,H2\nBadge,C,++,-\n", ignore=("Clas",)
    )


def test_names_in_an_option_may_hold_commas():
    assert listed_names(['A, "B, the second",C']) == ("A", "B, the second", "C")


@pytest.mark.parametrize(
    "text",
    [
        "Hypothesis,Badge,Form\nH1: Insider,++,N\nH2: Rival,-,+\n",
        "Evidence,Badge,Form\nH1: Insider,++,N\nH2: Rival,-,+\nSource,Office,Desk\n",
    ],
)
def test_a_matrix_on_its_side(tmp_path, text):
    made = read(tmp_path, text)
    assert [item.finding for item in made.study.cases[0].evidence] == ["Badge", "Form"]
    assert list(posterior(made.study).values()) == pytest.approx(shares(10, 1), rel=1e-12)
    assert any("on its side" in line for line in made.said)
    assert "row 3, column H2: Rival: maybe" in refused(tmp_path, text.replace("-,+", "maybe,+"))


def test_a_matrix_that_does_not_say_it_lies_on_its_side_is_turned_by_option(tmp_path):
    text = "Account,Badge,Form\nInsider,++,N\nRival firm,-,+\n"
    assert list(read(tmp_path, text, transposed=True).study.hypotheses) == ["insider", "rival_firm"]


def test_titles_totals_footnotes_and_a_second_table_are_passed_over_aloud(tmp_path):
    text = '"Port case, 2005",,\n,,\nEvidence,H1,H2\nBadge,++,-\nForm,N,+\nTotal,10,0\n\nScores,,\nHypothesis,Rank,Score\nH1,1,0.5\n\n* rated by two persons,,\n'
    made = read(tmp_path, text)
    assert list(posterior(made.study).values()) == pytest.approx(shares(10, 1), rel=1e-12)
    assert made.said == (
        "row 1: 'Port case, 2005', a title, passed over",
        "Evidence: the finding",
        "H1: the rating under 'H1'",
        "H2: the rating under 'H2'",
        "row 6: 'Total', a total, passed over",
        "rows 8 to 10: 'Scores', not of this table, passed over",
        "row 12: '* rated by two persons', a footnote, passed over",
    )


@pytest.mark.parametrize(
    "row",
    ["Total,1.1,0.6", "Joint likelihood,0.3,0.08", "Posterior probability,0.79,0.21", "Product of likelihoods,0.3,0.08", "Sum of inconsistencies,2,1",
     "Weighted inconsistency score:,2,1", "Posterior odds,3.75,1", "Average,0.55,0.3"],
)  # fmt: skip
def test_what_is_computed_at_the_foot_of_a_table_is_no_finding(tmp_path, row):
    made = read(tmp_path, f"finding,Leader,Interest\nLetter,0.6,0.2\nTalk,0.5,0.4\n{row}\n")
    assert list(posterior(made.study).values()) == pytest.approx(shares(0.3, 0.08), rel=1e-12)
    assert any("a total, passed over" in line for line in made.said)


@pytest.mark.parametrize(
    "row",
    ["Note: by two persons", "* by two persons", "Source: own table", "++ = very consistent", "a) by two persons", "Legend: N is neutral"],
)
def test_a_footnote_is_no_finding(tmp_path, row):
    made = read(tmp_path, MATRIX + f"{row},,\n")
    assert len(made.study.cases[0].evidence) == 2
    assert any("a footnote, passed over" in line for line in made.said)


def test_headings_that_are_repeated_are_no_finding(tmp_path):
    study = read(tmp_path, MATRIX + "\nEvidence,H1,H2\nMoney,-,+\n").study
    assert [item.finding for item in study.cases[0].evidence] == ["Badge", "Form", "Money"]


def test_a_column_of_reasons_does_not_make_a_table_long(tmp_path):
    study = read(tmp_path, "Evidence,Leader,Interest,Explanation\nLetter,0.6,0.2,he said so\nTalk,0.5,0.4,she said so\n").study
    assert list(posterior(study).values()) == pytest.approx(shares(0.3, 0.08), rel=1e-12)


def test_rows_below_a_blank_one_go_on(tmp_path):
    study = read(tmp_path, "Evidence,H1,H2\nBadge,++,-\n\nForm,N,+\nRumour,,\n").study
    assert [item.status for item in study.cases[0].evidence] == ["found", "found", "unjudged"]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("—", "a dash that may be a rating, or stand for 'not rated'"),
        ("–", "a dash that may be"),
        ("?", "write N for a finding that does not favour any explanation"),
    ],
)
def test_a_mark_of_two_meanings_is_asked_about(tmp_path, cell, words):
    assert words in refused(tmp_path, MATRIX + f"Money,{cell},+\n")


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        (["Very Consistent", "Consistent", "Neutral", "Inconsistent", "Very Inconsistent"], [10, 5, 0, -5, -10]),
        (["2", "1", "0", "-1", "-2"], [10, 5, 0, -5, -10]),
        (["++", "+", "0", "-", "--"], [10, 5, 0, -5, -10]),
    ],
)
def test_ratings_in_words_and_numbers(tmp_path, ratings, expected):
    text = (
        "Evidence,"
        + ",".join(f"H{k}" for k in range(1, 6))
        + "\n"
        + "".join(f"row {r},{','.join(ratings[r:] + ratings[:r])}\n" for r in range(5))
    )
    study = read(tmp_path, text).study
    assert list(study.cases[0].evidence[0].decibels.values()) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("finding,A1x,B1x\nx,60,20\ny,50,40\n", "numbers from 20 to 60, and no heading says what they are"),
        ("finding,H1,H2\nx,2,1\ny,0,1\n", "the whole numbers 0, 1, 2 alone"),
        ("finding,P(E|H1),P(E|H2),P(E|~H1)\nx,0.8,0.1,0.2\n", "--ignore 'P(E|~H1)'"),
        ("finding,sensitivity\nx,0.8\n", "no column for the negation of the claim"),
        ('finding,LR\nx,"14,904"\n', "write 14904 or 14.904"),
        ("finding,A1x,B1x\nx,wohl,kaum\n", "--words FILE"),
    ],
)
def test_what_cannot_be_decided_names_the_option_that_decides_it(tmp_path, text, words):
    assert words in refused(tmp_path, text)


def test_numbers_without_a_kind_are_read_as_the_user_says(tmp_path):
    text = "finding,Leader,Interest\nx,60,20\n"
    assert dict(read(tmp_path, text, values="percent").study.cases[0].evidence[0].probability) == {"leader": 0.6, "interest": 0.2}
    assert dict(read(tmp_path, text, values="ratio").study.cases[0].evidence[0].ratio) == {"leader": 60, "interest": 20}


def test_words_of_probability(tmp_path):
    item = read(tmp_path, "finding,Leader,Interest\nx,Likely,unlikely to roughly even\n").study.cases[0].evidence[0]
    assert dict(item.words) == {"leader": "likely", "interest": ("unlikely", "roughly even")}


@pytest.mark.parametrize("name", ["list.yaml", "list.csv"])
def test_words_of_another_language_are_read_by_a_list(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    rows = {"wohl": "likely", "kaum": "0.05 to 0.2", "eben so": "0.5"}
    Path(name).write_text("".join(f"{a}{': ' if name.endswith('yaml') else ','}{b}\n" for a, b in rows.items()), encoding="utf-8")
    Path("t.csv").write_text("finding,Leader,Interest\nx,wohl,kaum\ny,eben so,Kaum\n", encoding="utf-8")
    cli(["convert", "t.csv", "out", "--words", name], standalone_mode=False)
    study = pt.load_study("out/models/out.yaml")
    assert study.words["kaum"] == (0.05, 0.2)
    expected = pt.Study("s", hypotheses={"leader": {}, "interest": {}}, cases=[pt.Case("c", evidence=[
        pt.Evidence("x", finding="x", probability={"leader": (0.55, 0.8), "interest": (0.05, 0.2)}),
        pt.Evidence("y", finding="y", probability={"leader": 0.5, "interest": (0.05, 0.2)})])])  # fmt: skip
    assert posterior(study) == pytest.approx(posterior(expected), rel=1e-12)
    assert "Leader: words of probability under 'Leader'" in capsys.readouterr().err


def test_a_list_of_words_that_says_nothing_is_refused_with_its_line(tmp_path):
    from processtrace.formats.foreign.word_list import read_words

    (tmp_path / "w.yaml").write_text("wohl: likely\nkaum: perhaps\n", encoding="utf-8")
    with pytest.raises(pt.StudyError, match=r"w\.yaml:2: perhaps; a probability"):
        read_words(tmp_path / "w.yaml", "w.yaml")


def test_analysts_of_one_finding_judge_it_together(tmp_path):
    study = read(tmp_path, "finding,Coder,A1x,B1x\nLetter,JS,0.6,0.2\nLetter,KL,0.5,0.3\nTalk,JS,0.5,0.2\nTalk,KL,0.4,0.4\n").study
    assert [sorted(item.judgements) for item in study.cases[0].evidence] == [["js", "kl"], ["js", "kl"]]
    assert [analyst.name for analyst in study.analysts.values()] == ["JS", "KL"]


def test_labels_that_begin_alike_are_told_apart(tmp_path):
    head = "The town kept the boat because the money that the harbour brought was needed for the"
    study = read(tmp_path, f'Evidence,"{head} school","{head} church"\nBadge,++,-\n').study
    labels = [h.name for h in study.hypotheses.values()]
    assert len(set(labels)) == 2
    assert all(len(label) <= 40 for label in labels)
    assert [h.statement for h in study.hypotheses.values()] == [f"{head} school", f"{head} church"]


def workbook(path: Path, sheets: dict[str, list[list[Any]]], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cell, number_format in (formats or {}).items():
            sheet[cell].number_format = number_format
    book.save(path)
    return path


def test_formulas_that_are_not_needed_are_passed_over(tmp_path):
    rows = [["evidence", "sensitivity", "type I error", "prior", "LR", "posterior"], ["Bills", 0.8, 0.1, 0.5, "=B2/C2", "=D2*B2"], ["Talk", 0.7, 0.3, 0.5, "=B3/C3", "=1"]]  # fmt: skip
    made = import_study(workbook(tmp_path / "t.xlsx", {"Sheet1": rows}))
    assert posterior(made.study)["claim_holds"] == pytest.approx(holds(8, 7 / 3), rel=1e-12)
    assert "posterior: computed from others, passed over" in made.said


def test_a_formula_that_is_needed_and_has_no_value_is_a_fault(tmp_path):
    path = workbook(tmp_path / "t.xlsx", {"Sheet1": [["evidence", "sensitivity", "type I error"], ["Bills", 0.8, "=1-0.9"]]})
    with pytest.raises(pt.StudyError, match="row 2, column type I error: a formula whose value is not stored"):
        import_study(path)


def test_a_formula_with_its_value_is_read(tmp_path):
    path = workbook(tmp_path / "plain.xlsx", {"Sheet1": [["evidence", "sensitivity", "type I error"], ["Bills", 0.8, "=1-0.9"]]})
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as new:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/worksheets/sheet1.xml":
                assert b"<v/>" in content or b"<v></v>" in content or b"<v />" in content
                for blank in (b"<v/>", b"<v></v>", b"<v />"):
                    content = content.replace(blank, b"<v>0.1</v>")
            new.writestr(info, content)
    assert posterior(import_study(tmp_path / "t.xlsx").study)["claim_holds"] == pytest.approx(holds(8), rel=1e-12)


def test_a_cell_in_per_cent_is_what_it_shows(tmp_path):
    rows = [["evidence", "Sensitivity (%)", "Type I error"], ["Bills", 0.8, 0.1]]
    path = workbook(tmp_path / "t.xlsx", {"Sheet1": rows}, {"B2": "0%", "C2": "0.0%"})
    assert posterior(import_study(path).study)["claim_holds"] == pytest.approx(holds(8), rel=1e-12)


def test_each_sheet_is_a_case(tmp_path):
    head = ["Evidence", "H1", "H2"]
    sheets = {"About": [["How these were rated"]], "North": [head, ["Badge", "++", "-"]], "South": [head, ["Form", "N", "+"]]}
    made = import_study(workbook(tmp_path / "t.xlsx", sheets))
    assert [(case.name, case.evidence[0].finding) for case in made.study.cases] == [("North", "Badge"), ("South", "Form")]
    assert any("sheet 'About'" in line for line in made.said)


def test_merged_headings_and_claims(tmp_path):
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (
        ["claim", "evidence", "Probability", None],
        [None, None, "sensitivity", "type I error"],
        ["Roads", "Bills", 0.8, 0.1],
        [None, "Talk", 0.7, 0.3],
    ):
        sheet.append(row)
    for cells in ("C1:D1", "A1:A2", "A3:A4"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "t.xlsx")
    study = import_study(tmp_path / "t.xlsx").study
    assert [case.name for case in study.cases] == ["Roads"]
    assert posterior(study)["claim_holds"] == pytest.approx(holds(8, 7 / 3), rel=1e-12)


ODS = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="Sheet1"><table:table-row>{head}</table:table-row>{rows}
 <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>
 </office:spreadsheet></office:body></office:document-content>"""


def ods(path: Path, head: list[str], rows: list[list[tuple[str, str, str]]]) -> Path:
    def cell(kind: str, value: str, text: str) -> str:
        given = f' office:value-type="{kind}"' + (f' office:value="{value}"' if value else "")
        return f"<table:table-cell{given}><text:p>{text}</text:p></table:table-cell>"

    lines = "".join(f"<table:table-row>{''.join(cell(*one) for one in row)}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(head="".join(cell("string", "", text) for text in head), rows=lines))
    return path


def test_a_spreadsheet_in_open_document_form(tmp_path):
    path = ods(
        tmp_path / "t.ods",
        ["finding", "sensitivity", "type I error"],
        [[("string", "", "Bills"), ("percentage", "0.8", "80 %"), ("float", "0.1", "0,10")]],
    )
    assert posterior(import_study(path).study)["claim_holds"] == pytest.approx(holds(8), rel=1e-12)


@pytest.mark.parametrize(
    ("rows", "comments", "notes"),
    [
        (
            [["Evidence", "A", "B"], ["Memo", 0.6, 0.2], ["Talk", 0.5, 0.4]],
            {"B2": "By its tone", "A3": "Box 3"},
            ["A: By its tone", "Box 3"],
        ),
        ([["Evidence", "Hypothesis", "p"], ["Memo", "A", 0.6], ["Memo", "B", 0.2]], {"C2": "one", "C3": "two"}, ["p: one; p: two"]),
        ([["Hypothesis", "E1", "E2"], ["A", 0.6, 0.5], ["B", 0.2, 0.3]], {"B2": "one", "C3": "two"}, ["A: one", "B: two"]),
    ],
)
def test_comments_on_cells_become_notes(tmp_path, rows, comments, notes):
    path = workbook(tmp_path / "t.xlsx", {"S": rows})
    book = openpyxl.load_workbook(path)
    for cell, text in comments.items():
        book["S"][cell].comment = Comment(text, "Ann")
    book["S"]["A1"].comment = Comment("about all", "Ann")
    book.save(path)
    made = import_study(path)
    assert [item.note for item in made.study.cases[0].evidence] == notes
    assert any("2 comments on cells: notes of their items" in said for said in made.said)
    if rows[0][0] != "Hypothesis":
        assert any("row 1" in said and "the comment 'about all', passed over" in said for said in made.said)


def test_a_comment_in_an_open_document_becomes_a_note(tmp_path):
    path = ods(tmp_path / "t.ods", ["Evidence", "A", "B"], [[("string", "", "Memo"), ("float", "0.6", "0.6"), ("float", "0.2", "0.2")]])
    with zipfile.ZipFile(path) as archive:
        text = archive.read("content.xml").decode()
    end = text.index("0.6</text:p>") + len("0.6</text:p>")
    note = "<office:annotation><text:p>By its tone</text:p></office:annotation>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", text[:end] + note + text[end:])
    assert import_study(path).study.cases[0].evidence[0].note == "A: By its tone"


def test_a_damaged_open_document_is_one_fault(tmp_path):
    path = ods(tmp_path / "t.ods", ["finding"], [])
    for content in (b"", b"PK", path.read_bytes()[:200]):
        path.write_bytes(content)
        with pytest.raises(pt.StudyError) as caught:
            import_study(path)
        assert len(caught.value.faults) == 1


def test_sheets_with_their_explanations_in_another_order(tmp_path):
    sheets = {"North": [["Evidence", "H1", "H2"], ["Badge", 0.8, 0.1]], "South": [["Evidence", "H2", "H1"], ["Form", 0.2, 0.4]]}
    study = import_study(workbook(tmp_path / "t.xlsx", sheets)).study
    assert [dict(case.evidence[0].probability or {}) for case in study.cases] == [{"h1": 0.8, "h2": 0.1}, {"h1": 0.4, "h2": 0.2}]


def test_a_sheet_with_other_explanations_is_a_question(tmp_path):
    head = ["Evidence", "Pact", "Revolt"]
    sheets = {"North": [head, ["Badge", 0.8, 0.1]], "South": [["Evidence", "Pact", "Revolts"], ["Form", 0.2, 0.4]]}
    path = workbook(tmp_path / "t.xlsx", sheets)
    with pytest.raises(pt.StudyError, match="--ignore South"):
        import_study(path)
    assert len(import_study(path, Answers(ignore=("South",))).study.cases) == 1


@pytest.mark.parametrize("head", ["Result", "Outcome of the test", "Was there anything"])
def test_a_column_that_says_what_was_not_found_is_never_a_note(tmp_path, head):
    study = read(tmp_path, f"Test,Sens.,Spec.,{head}\nBills,0.8,0.9,positive\nTalk,0.7,0.7,negative\n").study
    assert posterior(study)["claim_holds"] == pytest.approx(holds(8, 0.3 / 0.7), rel=1e-12)


def test_not_finding_it_under_each_explanation_is_one_minus(tmp_path):
    study = read(tmp_path, "Evidence,P(not E|H1),P(not E|H2)\nTalk,0.8,0.3\n").study
    assert posterior(study)["h1"] == pytest.approx(0.2 / 0.9, rel=1e-12)


def test_one_minus_a_probability_is_no_explanation(tmp_path):
    study = read(tmp_path, "Evidence,1-P(E|H1),1 - P(E|H2)\nTalk,0.8,0.3\n").study
    assert posterior(study)["h1"] == pytest.approx(0.2 / 0.9, rel=1e-12)
    assert "H1 judged in 2 columns" in refused(tmp_path, "Evidence,P(E|H1),1-P(E|H1),P(E|H2)\nTalk,0.8,0.2,0.3\n")


def test_per_cent_over_fractions_is_a_question(tmp_path):
    text = "Evidence,Pact (%),Revolt (%)\nTalk,0.8,0.2\nRiot,0.4,0.5\n"
    assert "--values probability" in refused(tmp_path, text)
    assert read(tmp_path, text, values="probability").study.cases[0].evidence[0].probability == {"pact": 0.8, "revolt": 0.2}
    assert read(tmp_path, text, values="percent").study.cases[0].evidence[0].probability == {"pact": 0.008, "revolt": 0.002}


def test_probabilities_beside_their_ratio_are_the_explanations(tmp_path):
    study = read(tmp_path, "Evidence,Pact,Revolt,Difference,LR\nTalk,0.8,0.2,0.6,4\n").study
    assert study.cases[0].evidence[0].probability == {"pact": 0.8, "revolt": 0.2}


@pytest.mark.parametrize(
    "text",
    ["caso;evidencia;hipótesis;probabilidad;fuente\nChile;x;Pacto;0,8;Acta\nChile;x;Otro;0,2;Acta",
     "случай;свидетельство;гипотеза;вероятность;источник\nChile;x;Pacto;0,8;Acta\nChile;x;Otro;0,2;Acta",
     "Caso;Evidência;Pacto;Otro;Fonte\nChile;x;0,8;0,2;Acta", "Cas;Preuve;Probabilité si Pacto;Probabilité si Otro;Source\nChile;x;80 %;20 %;Acta",
     "Fall;Beleg;Pacto;Otro;Quelle\nChile;x;0,8;0,2;Acta", "Hipótesis;x\nPacto;0,8\nOtro;0,2",
     "Evidencia;Pacto;Otro\nx;0,8;0,2\nFuente: elaboración propia;;"],
)  # fmt: skip
def test_headings_in_other_languages(tmp_path, text):
    (case,) = read(tmp_path, text).study.cases
    assert [(item.finding, list((item.probability or {}).values())) for item in case.evidence] == [("x", [0.8, 0.2])]
    assert list(case.sources) == (["acta"] if "Acta" in text else [])


def test_a_word_of_the_users_list_is_never_read_as_english(tmp_path):
    study = read(tmp_path, "Evidence,Pact,Revolt\nx,probable,improbable\n", words={"probable": 0.7, "improbable": 0.1}).study
    assert posterior(study)["pact"] == pytest.approx(0.875, rel=1e-12)


@pytest.mark.parametrize(("name", "text"), [("w.csv", "peu probable;0,2\nprobable;0,7"), ("w.txt", "peu probable: 0,2\nprobable: 0,7")])
def test_a_list_of_words_with_decimal_commas(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_words(tmp_path / name, name) == {"peu probable": 0.2, "probable": 0.7}


def test_short_rows_under_headings_of_several_words_are_a_question(tmp_path):
    assert "--transposed" in refused(tmp_path, ",Talks were held,Riot in May\nPact,0.7,0.3\nRevolt,0.2,0.9\n")


@pytest.mark.parametrize("rows", ["Favours,LR\nA,Pact,4\nB,Revolt,2", "Direction,LR\nA,for,4\nB,against,2"])
def test_a_column_that_says_for_whom_a_ratio_speaks_is_a_question(tmp_path, rows):
    assert f"--ignore {rows.partition(',')[0]}" in refused(tmp_path, f"Evidence,{rows}\n")


def test_a_ratio_against_one_explanation_is_a_question(tmp_path):
    assert "--values" in refused(tmp_path, "Evidence,LR against H1\nA,4\nB,3\n")


def test_a_subtotal_is_no_finding(tmp_path):
    study = read(tmp_path, "Evidence,Pact,Revolt\nA,0.8,0.2\nSubtotal,0.8,0.2\nB,0.5,0.4\n").study
    assert [item.finding for item in study.cases[0].evidence] == ["A", "B"]


def test_the_best_guess_within_a_range_is_no_explanation(tmp_path):
    text = "Evidence,Pact low,Pact best,Pact high,Revolt low,Revolt best,Revolt high\nA,0.6,0.7,0.8,0.1,0.2,0.3\n"
    (item,) = read(tmp_path, text).study.cases[0].evidence
    assert item.probability == {"pact": (0.6, 0.8), "revolt": (0.1, 0.3)}
    assert item.note == "Pact best: 0.7; Revolt best: 0.2"


@pytest.mark.parametrize(
    ("plus", "minus"), [("LR+", "LR-"), ("LR(+)", "LR (−)"), ("Positive likelihood ratio", "NLR"), ("dB LR+", "dB LR-")]
)
def test_what_was_found_counts_by_the_positive_ratio_and_what_was_not_by_the_negative(tmp_path, plus, minus):
    as_written = (lambda ratio: 10 * math.log10(ratio)) if "dB" in plus else float
    rows = [("Letter", "yes", 12, 0.4), ("Bank record", "no", 8, 0.25), ("Alibi", "no", 0.5, 3)]
    table = "".join(f"{name},{found},{as_written(up)},{as_written(down)}\n" for name, found, up, down in rows)
    made = read(tmp_path, f"Clue,Found,{plus},{minus}\n{table}")
    assert posterior(made.study)["claim_holds"] == pytest.approx(holds(12, 0.25, 3), rel=1e-9)
    assert any("what was found counts by the first, what was not by the second" in line for line in made.said)
    assert not any("all count as found" in line for line in made.said)


def test_where_no_column_says_what_was_found_the_negative_ratio_enters_nothing_and_this_is_said(tmp_path):
    made = read(tmp_path, "Clue,LR+,LR-\nLetter,12,0.4\nTalk,3,\nOld rumour,1,1\n")
    assert posterior(made.study)["claim_holds"] == pytest.approx(holds(12, 3), rel=1e-9)
    assert any("all count as found" in line for line in made.said)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("no,12,1.5", "one of the two above 1, the other below"),
        ("yes,0.5,0.5", "one of the two above 1, the other below"),
        ("no,12,", "a number under LR+ and LR- each"),
        ("no,,0.4", "a number under LR+ and LR- each"),
        ("no,2–12,0.4", "a number under LR+ and LR- each"),
    ],
)
def test_two_ratios_that_no_probabilities_have_are_refused(tmp_path, row, words):
    assert words in refused(tmp_path, f"Clue,Found,LR+,LR-\nLetter,{row}\n")


def test_a_negative_ratio_alone_asks_for_the_positive_one(tmp_path):
    assert "LR+ too" in refused(tmp_path, "Clue,LR-\nLetter,0.4\nTalk,0.9\n")


def test_what_an_absence_weighs_is_said_where_a_ratio_alone_does_not_state_it(tmp_path):
    made = read(tmp_path, "Clue,Found,LR\nLetter,no,8\n")
    assert any("follows from the anchor, 0.8" in line for line in made.said)
    assert posterior(made.study)["claim_holds"] == pytest.approx(holds((1 - 0.8) / (1 - 0.8 / 8)), rel=1e-9)


def test_an_identifier_stands_for_the_finding_where_no_column_says_more(tmp_path):
    made = read(tmp_path, "H1,ID,H2\n0.6,7,0.2\n0.3,9,0.4\n")
    assert [item.finding for item in made.study.cases[0].evidence] == ["7", "9"]
    assert list(posterior(made.study).values()) == pytest.approx(shares(0.6 * 0.3, 0.2 * 0.4), rel=1e-12)
    assert "ID: stands for the finding, of which no column says more" in made.said


@pytest.mark.parametrize("head", ["ID", "Nr", "k"])
def test_numbers_beside_an_identifier_are_explanations_only_if_the_user_says_so(tmp_path, head):
    text = f"{head},fear,greed,chance\n1,0.6,0.2,0.1\n2,0.3,0.4,0.2\n"
    assert "add --explanations fear,greed,chance" in refused(tmp_path, text)
    study = read(tmp_path, text, explanations=("fear", "greed", "chance")).study
    assert list(posterior(study).values()) == pytest.approx(shares(0.6 * 0.3, 0.2 * 0.4, 0.1 * 0.2), rel=1e-12)


@pytest.mark.parametrize("text", ["fear,greed,chance\n0.6,0.2,0.1\n0.3,0.4,0.2\n", "ID,H1,H2\nE1,0.6,0.2\nE1,0.3,0.4\n"])
def test_no_column_of_numbers_is_taken_for_the_findings(tmp_path, text):
    assert "add a column 'finding'" in refused(tmp_path, text)


def test_two_numbers_joined_by_to_are_a_range_unless_the_first_is_the_larger(tmp_path):
    """ "0.5 to 0.7" was read as odds of 5 to 7, in silence."""
    item = read(tmp_path, "finding,H1,H2\nLetter,0.5 to 0.7,0.2\nTalk,0.5,0.1 to 0.3\n").study.cases[0].evidence[0]
    assert dict(item.by_analyst[None].probability) == {"h1": (0.5, 0.7), "h2": 0.2}
    odds = read(tmp_path, "finding,H1,H2\nLetter,20 to 1,1\nTalk,1,3 to 1\n").study
    assert list(posterior(odds).values()) == pytest.approx(shares(20, 3), rel=1e-12)
    ranged = read(tmp_path, "finding,LR\nLetter,1.5 to 2\n").study.cases[0].evidence[0]
    assert dict(ranged.by_analyst[None].ratio)["claim_holds"] == (1.5, 2)


def test_whole_numbers_joined_by_to_are_odds_or_a_range_as_the_user_says(tmp_path):
    assert "write 2:12 for odds, 2–12 for a range" in refused(tmp_path, "finding,LR\nLetter,2 to 12\n")
    assert posterior(read(tmp_path, "finding,LR\nLetter,2:12\n").study)["claim_holds"] == pytest.approx(holds(2 / 12))
    ranged = read(tmp_path, "finding,LR\nLetter,2–12\n").study.cases[0].evidence[0]
    assert dict(ranged.by_analyst[None].ratio)["claim_holds"] == (2, 12)
