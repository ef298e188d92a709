"""Notes on causal models: each fires where it should, and is silent elsewhere."""

from __future__ import annotations

import pytest

import processtrace as pt
from processtrace.causal.cases import Table
from processtrace.notes import notes
from processtrace.notes.causal_models import NAMES

TWO = {"caused": {"label": "Caused", "when": "Y[X=1] > Y[X=0]"}, "not": {"label": "Not", "when": "otherwise"}}
SHARES = {"M": {"raises": 0.5}, "Y": {"raises": 0.4}}
CLUE = pt.Evidence("m", finding="A clue.", label="A clue", observes={"M": 1})


def study(*items, known=None, row=None, hypotheses=TWO, **causal):
    case = pt.Case("x", label="Case X", known=known or {"X": 1, "Y": 1}, row=row, evidence=list(items))
    return pt.Study("Notes", causal={"graph": "X -> M -> Y", "shares": SHARES} | causal, hypotheses=hypotheses, cases=[case])


def found(one):
    return {note.name: note.text for note in notes(one) if note.name in NAMES}


def test_a_plain_study_has_none():
    assert found(study(CLUE, never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"])) == {}


def test_prior_by_counting():
    text = found(study(CLUE, shares={"M": {"raises": 0.5}}, never=["Y[M=1] < Y[M=0]"]))["prior-by-counting"]
    assert "Caused (equal shares of Y)" in text
    stated = {h: part | {"prior": 1} for h, part in TWO.items()}
    assert "prior-by-counting" not in found(study(CLUE, shares={}, hypotheses=stated, never=["Y[M=1] < Y[M=0]"]))


@pytest.mark.parametrize(
    ("known", "item", "shares", "what"),
    [
        ({"X": 1, "Y": 1}, CLUE, {}, "by the shares: A clue (M)"),  # equal shares: chapter 7 of the book
        ({"X": 1, "Y": 1, "M": 1}, CLUE, SHARES, "by the graph: A clue (M, which is known)"),
        ({}, pt.Evidence("w", finding="W.", label="A clue", observes={"W": 1}), SHARES, "by the graph: A clue (W)"),
    ],
)
def test_idle_clue(known, item, shares, what):
    one = study(item, known=known, shares=shares, graph="X -> M -> Y; W")
    assert found(one)["idle-clue"].endswith(what)
    assert "idle-item" not in {note.name for note in notes(one)}


def test_a_clue_that_tells_something_is_not_idle():
    assert "idle-clue" not in found(study(CLUE, never=["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"]))


def test_confounded_group():
    text = found(study(CLUE, graph="X -> M -> Y; X <-> Y", shares={}))["confounded-group"]
    assert "Y on X" in text
    assert "CausalQueries" not in text
    assert "CausalQueries" in found(study(CLUE, graph="X -> M -> Y; X <-> M; X <-> Y", shares={}))["confounded-group"]


def test_only_means_matter():
    assert "weights of Y" in found(study(CLUE, shares={}, alpha={"Y": 2}))["only-means-matter"]


def test_judged_and_observed():
    memo = pt.Evidence("memo", finding="A clue.", label="A memo", probability={"caused": 0.6, "not": 0.3})
    assert (
        "independent of them given the explanation; of the same source, citation or finding: A memo (as A clue)"
        in found(study(CLUE, memo))["judged-and-observed"]
    )


def test_rows_and_blanks_and_what_data_settle():
    rows = (("x", "1", "1", "1"), ("b", "0", "", "0"), ("c", "1", "0", ""), ("d", "1", "1", "1"))
    read = Table(("case", "X", "M", "Y"), rows)
    one = found(study(CLUE, learn={"cases": "cases.csv", "read": read}))
    assert "row: x" in one["row-used"]
    assert "Caused" in one["not-identified"]
    assert "blank-not-absent" not in one
    named = found(study(CLUE, row="x", learn={"cases": "cases.csv", "read": read}))
    assert "row-used" not in named
    against = found(
        study(pt.Evidence("m", finding="M.", label="A clue", observes={"M": 0}), row="x", learn={"cases": "cases.csv", "read": read})
    )
    assert "A clue (M is 1 in the row)" in against["row-used"]
    blanks = Table(("X", "M", "Y"), (("1", "1", "1"), ("0", "", "0"), ("1", "1", "")))
    assert "in M" in found(study(CLUE, learn={"cases": "cases.csv", "read": blanks}))["blank-not-absent"]
