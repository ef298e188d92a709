"""Questions about the graph of a study: the answers of studies that state the change, and their place in the JSON."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from strategies import causal_studies as draw

import processtrace as pt
from processtrace.robustness.study_graphs import graphed

WORDS = {
    "title": "Democratisation",
    "hypotheses": {"equality": {"when": "D[I=1] < D[I=0]"}, "otherwise": {"label": "Something else", "when": "otherwise"}},
}
CAUSAL = {"graph": "I -> M -> D <- P; I -> D", "never": ["M[I=1] < M[I=0]", "(D[I=1] > D[I=0]) | (D[M=1] < D[M=0]) | (D[P=1] < D[P=0])"]}
CLUES = [
    pt.Evidence("cable", finding="Pressure.", observes={"P": 1}, source="press"),
    pt.Evidence("marches", finding="Marches.", observes={"M": 1}, status="not_found", search_sensitivity=0.7),
    pt.Evidence("memo", finding="A memo.", probability={"equality": 0.6, "otherwise": 0.3}),
]


def study(causal=CAUSAL, hypotheses=WORDS["hypotheses"], known=None):
    sources = {"press": {"label": "Press", "reliability": [0.6, 0.9]}}
    case = pt.Case("mexico", known=known or {"I": 0, "D": 1}, evidence=CLUES, sources=sources)
    return pt.Study("Democratisation", causal=causal, hypotheses=hypotheses, cases=[case])


def leads(of):
    return int(pt.update(of)["posterior"].values[0].argmax())


def test_random_studies_have_the_posterior_of_update():
    """The case that the questions change is the case of `update`, with shared sources, ranges and hypotheses judged by hand."""
    done = 0
    for seed in range(60):
        words, case, _ = draw.study(Random(seed), by_hand=seed % 3 == 0)
        try:
            drawn = pt.Study(**words, cases=[pt.Case(case["case"], **{key: value for key, value in case.items() if key != "case"})])
            posterior = pt.update(drawn)["posterior"].values[0]
        except pt.ProcesstraceError:
            continue
        for one in graphed(drawn):
            assert one.posterior(one.causal.posterior()[0]) == pytest.approx(posterior, rel=1e-9, abs=1e-12), seed
            done += 1
    assert done > 10


def test_a_share_tips_the_study_that_states_it():
    found = pt.robustness.shares(study())
    tipped = 0
    for label, now, at in zip(found["graph_share_label"].values, found["now"].values, found["tips_at"].values, strict=True):
        node, named = str(label).split(": ")
        if np.isnan(at) or not 1e-3 < at < 1 - 1e-3:
            continue
        for share in (at - 1e-4, at + 1e-4):
            lead = leads(study({**CAUSAL, "shares": {node: {named: float(share)}}}))
            assert (lead == leads(study())) == (np.sign(share - at) == np.sign(now - at)), label
        tipped += 1
    assert tipped > 3


def test_stated_priors_and_other_models_are_kept():
    hypotheses = {
        "equality": {"when": "D[I=1] < D[I=0]", "model": "long"},
        "otherwise": {"when": "otherwise", "model": "long"},
        "short": {"model": "short"},
    }
    causal = {"models": {"long": CAUSAL, "short": {"graph": "I -> D; M; P"}}}
    clues = [*CLUES[:2], pt.Evidence("memo", finding="A memo.", probability={"equality": 0.6, "otherwise": 0.3, "short": 0.2})]
    sources = {"press": {"label": "Press", "reliability": 0.7}}
    for prior in (None, {"equality": 3, "otherwise": 1, "short": 1}):
        case = pt.Case("mexico", known={"I": 0, "D": 1}, evidence=clues, sources=sources, **({"prior": prior} if prior else {}))
        rival = pt.Study("Rivals", causal=causal, hypotheses=hypotheses, cases=[case])
        posterior = pt.update(rival)["posterior"].values[0]
        assert [one.model for one in graphed(rival)] == ["long", "short"]
        for one in graphed(rival):
            assert one.posterior(one.causal.posterior()[0]) == pytest.approx(posterior, rel=1e-9)


def test_every_key_of_the_issue_is_in_the_json():
    keys = {"shares", "restrictions", "confounding", "arrows", "bounds", "no_assumption", "identified"}
    found = pt.robustness.as_json(study())["cases"]["mexico"]
    assert keys <= set(found)
    assert found["no_assumption"]["bounds"] == {"equality": [0.0, 1.0], "otherwise": [0.0, 1.0]}
    assert "Nothing is known of shares" in found["no_assumption"]["sentence"]
    assert found["identified"] == {"equality": False, "otherwise": False}
    assert set(found["shares"]["P: 1"]) == {"now", "tips_at", "leader_at_none", "leader_at_all"}
    assert found["arrows"]["I -> D"]["kind"] == "left out"
    assert found["graph_sentence"].startswith("By the graph, the lead would end if the share of ")
    plain = pt.Study(
        "Plain",
        hypotheses={"a": {}, "b": {}},
        cases=[pt.Case("x", evidence=[pt.Evidence("m", finding="A.", probability={"a": 0.8, "b": 0.2})])],
    )
    assert not (keys - {"bounds"} | {"graph_sentence"}) & set(pt.robustness.as_json(plain)["cases"]["x"])


def test_arrows_of_a_study_are_those_of_studies_drawn_so():
    found = pt.robustness.arrows(study())
    by_label = dict(zip(found["changed_arrow_label"].values, found["posterior"].values, strict=True))
    without = study({**CAUSAL, "graph": "I -> M -> D; I -> D; P", "never": [CAUSAL["never"][0], "(D[I=1] > D[I=0]) | (D[M=1] < D[M=0])"]})
    assert by_label["P -> D"] == pytest.approx(pt.update(without)["posterior"].values[0], rel=1e-9)
    more = study({**CAUSAL, "graph": "I -> M -> D <- P; I -> D; I -> P"})
    assert by_label["I -> P"] == pytest.approx(pt.update(more)["posterior"].values[0], rel=1e-9)


def test_a_clue_that_shows_a_level_for_certain_is_given():
    case = pt.Case(
        "x",
        known={"X": 1, "Y": 1},
        evidence=[
            pt.Evidence("m", finding="No M.", observes={"M": 0}),
            pt.Evidence("k", finding="K.", about="K", probability={0: 0.4, 1: 0.2}),
        ],
    )
    monotone = {"graph": "X -> M -> Y; K -> M", "never": ["M[X=1] < M[X=0]", "Y[M=1] < Y[M=0]"]}
    drawn = pt.Study(
        "Chain", causal=monotone, hypotheses={"caused": {"when": "Y[X=1] > Y[X=0]"}, "not": {"when": "otherwise"}}, cases=[case]
    )
    found = pt.robustness.no_assumption(drawn)
    assert found["lowest"].values.tolist() == [[0.0, 1.0]]
    assert found["highest"].values.tolist() == [[0.0, 1.0]]


def test_learned_shares_are_not_moved_and_their_cases_are_the_population(tmp_path):
    """Of the treated who did well .625 to .875 owe it to the treatment (Tian and Pearl 2000)."""
    rows = ["X,Y,count", "0,0,7", "0,1,3", "1,0,2", "1,1,8"]
    (tmp_path / "cases.csv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "study.yaml").write_text(
        "title: Trial\ncausal: {graph: X -> Y, learn: {cases: cases.csv}}\nhypotheses:\n  caused: {when: 'Y[X=1] > Y[X=0]'}\n"
        "  other: {when: otherwise}\ncases: [x.yaml]\n",
        encoding="utf-8",
    )
    (tmp_path / "x.yaml").write_text("case: x\nknown: {X: 1, Y: 1}\nevidence: []\n", encoding="utf-8")
    found = pt.robustness.as_json(pt.load_study(tmp_path / "study.yaml"))["cases"]["x"]
    assert found["no_assumption"]["bounds"]["caused"] == pytest.approx([5 / 8, 7 / 8])
    assert found["no_assumption"]["basis"] == "data"
    assert found["shares"] == found["restrictions"] == found["confounding"] == found["arrows"] == {}
    assert found["identified"] == {"caused": False, "other": False}
