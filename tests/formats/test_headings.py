"""Headings of tables: what people write over a column, with every mark that changes its meaning."""

from __future__ import annotations

import pytest

from processtrace.formats.foreign.headings import read_heading
from processtrace.formats.foreign.joined_headings import join_headings


@pytest.mark.parametrize("text", ["P(E|H)", "p(k|T)", "Pr(E ∣ H)", "P(E given H)", r"$P(E \mid H)$", "P(E|H is true)", "p(e|h, I)", "Sensitivity", "Sens.", "Sensibilité", "true positive rate", "H"])  # fmt: skip
def test_what_is_judged_if_the_claim_holds(text):
    heading = read_heading(text)
    assert (heading.role, heading.name, heading.missed, heading.percent) == ("under", "", False, False)


@pytest.mark.parametrize(
    "text",
    ["P(E|~H)", "P(E|¬H)", "P(E|Hᶜ)", "P(E|nicht H)", "P(E|non H)", "P(E|не H)", "P(E|not H)", "p(k|~T)", "P(E | not-H)", "P(E|-H)", "P(E|!H)", "P(E|H')", "P(E|H\u0304)", r"$P(E \mid \neg H)$", "P(E|H is false)",
     "Erreur de type I", "Fehler 1. Art", "Type I error", "type-1 error", "type one error", "False positive rate", "FPR", "not H", "~H", "type I error probability"],
)  # fmt: skip
def test_what_is_judged_if_the_claim_does_not_hold(text):
    heading = read_heading(text)
    assert (heading.role, heading.name, heading.missed, heading.percent) == ("against", "", False, False)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Specificity", "against"),
        ("True negative rate", "against"),
        ("P(~E|H)", "under"),
        ("Type II error", "under"),
        ("P(not E|~H)", "against"),
        ("1-P(E|H1)", "under"),
        ("1 − P(E|~H)", "against"),
    ],
)
def test_the_probability_of_not_finding_is_one_minus(text, role):
    heading = read_heading(text)
    assert (heading.role, heading.missed) == (role, True)


@pytest.mark.parametrize("text", ["Sensitivity (%)", "Type I error (%)", "Type 1 error in %", "Specificity [%]", "False Positive Rate, in percent", "P(E|H) %", "% sensitivity", "Prior (%)", "Leader survival (per cent)", "P(E|H1) (0-100)"])  # fmt: skip
def test_per_cent_in_a_heading_is_kept(text):
    assert read_heading(text).percent


@pytest.mark.parametrize(
    ("text", "name"),
    [("P(E|H1)", "H1"), ("P(E|H2: Rival firm)", "H2: Rival firm"), ("P(E|Leader survival)", "Leader survival"), ("Probability under H3", "H3"),
     ("H1: Insider", "H1: Insider"), ("H1 : Insider", "H1 : Insider"), ("L(H2|E)", "H2"), ("LR H1", "H1"), ("Likelihood H2", "H2"), ("Theory 2", "Theory 2")],
)  # fmt: skip
def test_a_heading_names_its_hypothesis(text, name):
    heading = read_heading(text)
    assert (heading.role, heading.name) == ("under", name)


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [("A : B", "A", "B"), ("A vs. B", "A", "B"), ("A against B", "A", "B"), ("H1/H2", "H1", "H2"), ("LR (H1 vs H2)", "H1", "H2"), ("P(E|H2)/P(E|H1)", "H2", "H1")],
)  # fmt: skip
def test_a_heading_compares_two(text, first, second):
    heading = read_heading(text)
    assert (heading.role, heading.name, heading.other) == ("pair", first, second)


@pytest.mark.parametrize(
    ("text", "role"),
    [("P(H|E)", "derived"), ("Posterior", "derived"), ("P(E)", "derived"), ("P(~H)", "derived"), ("P(H)", "prior"), ("LR", "ratio"), ("P(E|H)/P(E|~H)", "ratio"),
     ("LR-", "ratio"), ("LR(−)", "ratio"), ("P(~E|H)/P(~E|~H)", "ratio"), ("Likelihood ratio (dB)", "ratio"), ("No.", "number"), ("#", "number"), ("Class.", "beside"), ("Remarks", "note"), ("URL", "url"),
     ("Klasse", "unknown"), ("Weight of evidence", "unknown"), ("P(X|Y)", "unknown"), ("Not the tax", "unknown")],
)  # fmt: skip
def test_what_else_a_heading_says(text, role):
    assert read_heading(text).role == role


def test_only_a_unit_makes_a_weight_a_number_of_decibels():
    assert read_heading("Weight of evidence (dB)").scale == "decibels"
    assert read_heading("Likelihood ratio (dB)").scale == "decibels"


@pytest.mark.parametrize(
    ("upper", "lower", "role", "name"),
    [("Leader", "P(E|H)", "under", "Leader"), ("P(E|H)", "Leader", "under", "Leader"), ("Leader", "why", "reason", "Leader"), ("Probability", "H1", "under", "H1"),
     ("Contribution claim", "sensitivity", "under", ""), ("Judged probabilities", "P(E|~H)", "against", ""), ("", "Date", "date", ""), ("Evidence", "", "finding", "")],
)  # fmt: skip
def test_two_rows_of_headings_are_read_together(upper, lower, role, name):
    heading = join_headings(upper, lower)
    assert (heading.role, heading.name) == (role, name)
