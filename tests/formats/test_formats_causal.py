"""Files with a causal model: the examples of the contract word for word, the accidents of YAML, and every fault with its line."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from truth.causal_study import likelihoods

import processtrace as pt
from processtrace.causal.cases import Table
from processtrace.formats import registry

STUDY = """\
# models/democratisation.yaml
question: Did equality bring democracy in Mexico?
causal:
  graph: I -> M -> D <- P; I -> D          # arrows, and <->; or one per line
  nodes:
    I: {label: Inequality}                 # levels: [low, middle, high] where there are more than two
    M: {label: Mobilisation}
  never:                                   # a type is left out if the statement is true at some value of its other parents
    - statement: M[I=1] < M[I=0]
      because: >-
        Nobody argues that inequality calms.
  shares:                                  # expected shares; equal over what remains where left out
    M: {raises: 0.5}                       # one binary parent: never, lowers, raises, always
    D: {"D[I=1] == D[I=0] everywhere": 0.6}   # a statement: the TOTAL of its types; 'everywhere' or 'somewhere' must be said
  learn: {cases: ../evidence/cases.csv, selected: D == 1}   # optional
hypotheses:
  equality: {label: Equality, statement: ..., when: D[I=1] < D[I=0]}
  otherwise: {label: Something else, statement: ..., when: otherwise}
"""
CASE = """\
# evidence/mexico.yaml
case: mexico
known: {I: 0, D: 1}
evidence:
  - {id: marches, finding: ..., observes: {M: 1}, source: press}     # in place of a judgement; status, search_sensitivity, date as ever
  - {id: cable, finding: ..., about: P, probability: {0: 0.1, 1: [0.5, 0.9]}}   # judged given the node's value, not the explanation
  - {id: memo, finding: ..., probability: {equality: 0.6, otherwise: 0.3}}      # judged by hand, beside the graph
"""
LEARN = "  learn: {cases: ../evidence/cases.csv, selected: D == 1}   # optional\n"
HERE = "cases: ../evidence/mexico.yaml\n"
PRESS = "sources: {press: {reliability: 0.8}}\n"


def written(folder: Path, study: str = STUDY.replace(LEARN, "") + HERE, case: str = CASE + PRESS) -> Path:
    for place, text in (("models/democratisation.yaml", study), ("evidence/mexico.yaml", case)):
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "models" / "democratisation.yaml"


def test_the_examples_of_the_contract_word_for_word(tmp_path):
    study = pt.load_study(written(tmp_path))
    words = {
        "causal": {
            "graph": "I -> M -> D <- P; I -> D",
            "never": ["M[I=1] < M[I=0]"],
            "shares": {"M": {"raises": "0.5"}, "D": {"D[I=1] == D[I=0] everywhere": "0.6"}},
        },
        "hypotheses": {"equality": {"when": "D[I=1] < D[I=0]"}, "otherwise": {"when": "otherwise"}},
    }
    case = {
        "known": {"I": 0, "D": 1},
        "sources": {"press": {"reliability": 0.8}},
        "evidence": [
            {"id": "marches", "observes": {"M": 1}, "source": "press"},
            {"id": "cable", "about": "P", "probability": {0: 0.1, 1: [0.5, 0.9]}},
            {"id": "memo", "probability": {"equality": 0.6, "otherwise": 0.3}},
        ],
    }
    truth = likelihoods(words, case)
    found = pt.update(study)
    total = sum(prior * likelihood for prior, likelihood in truth.values())
    for h, (prior, likelihood) in truth.items():
        assert found["prior"].sel(hypothesis=h).item() == pytest.approx(prior, abs=1e-12)
        assert found["posterior"].sel(hypothesis=h).item() == pytest.approx(prior * likelihood / total, abs=1e-12)
    assert study.causal.nodes["M"].label == "Mobilisation"
    assert study.causal.never[0].because == "Nobody argues that inequality calms."
    assert study.title == "Did equality bring democracy in Mexico?"


def faults(folder: Path, study: str = STUDY.replace(LEARN, "") + HERE, case: str = CASE + PRESS) -> str:
    with pytest.raises(pt.StudyError) as error:
        pt.load_study(written(folder, study, case))
    return str(error.value)


BARE = """\
title: A test
causal:
  graph: X -> Y
hypotheses:
  caused:
    label: Caused
    when: STATEMENT
  not_caused: {label: Not caused, when: otherwise}
"""

ACCIDENTS = {
    "!Y[X=1] == 1": "a statement that begins with '!Y[X=1]', which YAML takes for a mark of its own and drops",
    "&x Y == 1": "a statement that begins with '&x', which YAML takes for a mark of its own and drops",
    "&Y[X=1] == 1": "a statement that begins with '&', which YAML takes for a mark of its own",
    "> Y[X=0]": "a statement that begins with '>', which YAML takes for a mark of its own",
    "| Y == 1": "a statement that begins with '|', which YAML takes for a mark of its own",
    "Y == 1 :|: X == 1": "':|:'",
}


@pytest.mark.parametrize("statement", ACCIDENTS)
def test_what_yaml_would_make_of_a_statement_is_named(statement, tmp_path):
    text = faults(tmp_path, BARE.replace("STATEMENT", statement))
    assert text.startswith("models/democratisation.yaml:7: "), text
    assert ACCIDENTS[statement] in text


def test_the_words_and_labels_in_braces_are_read_as_written(tmp_path):
    text = BARE.replace("    label: Caused\n    when: STATEMENT\n", "").replace(
        "  caused:\n", "  caused: {label: It did, when: Y[X=1] > Y[X=0] and not (X == 0 or Y == 0), prior: 2}\n"
    )
    text = text.replace("graph: X -> Y\n", "graph: X -> Y\n  shares: {Y: {00: 0.25, 10: 1/4}}\n")
    study = pt.load_study(written(tmp_path, text))
    assert study.hypotheses["caused"].when == "Y[X=1] > Y[X=0] and not (X == 0 or Y == 0)"
    assert study.hypotheses["caused"].prior == 2
    assert dict(study.causal.shares["Y"]) == {"00": "0.25", "10": "1/4"}


def test_brackets_in_braces_that_are_no_event_are_named(tmp_path):
    text = faults(
        tmp_path, BARE.replace("STATEMENT", "otherwise").replace("X -> Y\n", "X -> Y\n  shares: {Y: {Y[X=0] == 1 everywhere: 1}}\n")
    )
    assert text.startswith(
        "models/democratisation.yaml:4: a statement with brackets inside braces or brackets; a statement in quotation marks"
    )


CAUSAL = STUDY.replace(LEARN, "") + HERE
FAULTS = {
    "a cycle": (CAUSAL.replace("I -> D ", "I -> D -> I"), CASE + PRESS, "models/democratisation.yaml:4:", "the ring"),
    "an unknown node": (
        CAUSAL.replace("when: D[I=1]", "when: Dd[I=1]"),
        CASE + PRESS,
        "models/democratisation.yaml:16:",
        "did you mean 'D'",
    ),
    "a node that is not drawn": (CAUSAL.replace("    I: {label", "    Ii: {label"), CASE + PRESS, "models/democratisation.yaml:6:", "'Ii'"),
    "a restriction about two nodes": (
        CAUSAL.replace("M[I=1] < M[I=0]", "M[I=1] < D[I=0]"),
        CASE + PRESS,
        "models/democratisation.yaml:9:",
        "",
    ),
    "a value outside the levels": (CAUSAL, CASE.replace("M: 1", "M: 2") + PRESS, "evidence/mexico.yaml:5:", "one of its levels: 0, 1"),
    "restrictions that leave no type": (
        CAUSAL.replace("    - statement: M", "    - M >= 0\n    - statement: M"),
        CASE + PRESS,
        "models/democratisation.yaml:",
        "leave no type",
    ),
    "shares above 1": (CAUSAL.replace("raises: 0.5", "raises: 1.5"), CASE + PRESS, "models/democratisation.yaml:13:", "M"),
    "a range the wrong way round": (
        CAUSAL.replace("raises: 0.5", "raises: [0.5, 0.2]"),
        CASE + PRESS,
        "models/democratisation.yaml:13:",
        "the lower end, then the higher one",
    ),
    "a range of three": (
        CAUSAL.replace("raises: 0.5", "raises: [0.1, 0.2, 0.5]"),
        CASE + PRESS,
        "models/democratisation.yaml:13:",
        "a range of two",
    ),
    "everywhere or somewhere missing": (CAUSAL.replace(' everywhere"', '"'), CASE + PRESS, "models/democratisation.yaml:14:", "everywhere"),
    "events that overlap": (
        CAUSAL.replace("when: otherwise", "when: D[I=0] == 1"),
        CASE + PRESS,
        "models/democratisation.yaml:17:",
        "events that can both happen, as where",
    ),
    "an event of probability 0": (
        CAUSAL.replace("D[I=1] < D[I=0]", "D[I=1] < D[I=0] and I == 1"),
        CASE + PRESS,
        "models/democratisation.yaml:16:",
        "probability 0 given what is known of case 'mexico' (I = 0, D = 1)",
    ),
    "what is known is impossible": (
        CAUSAL.replace("raises: 0.5", "raises: 0, always: 0"),
        CASE.replace("D: 1", "D: 1, M: 1") + PRESS,
        "evidence/mexico.yaml:3:",
        "impossible under the causal model",
    ),
    "a clue beside a judgement": (
        CAUSAL,
        CASE.replace("observes: {M: 1}", "observes: {M: 1}, probability: {equality: 0.5, otherwise: 0.5}") + PRESS,
        "evidence/mexico.yaml:5:",
        "'observes' beside 'probability'",
    ),
    "a clue against what is known": (
        CAUSAL,
        CASE.replace("observes: {M: 1}", "observes: {D: 0}") + PRESS,
        "evidence/mexico.yaml:5:",
        "D = 0, which contradicts known D = 1",
    ),
    "a clue in a cluster": (
        CAUSAL,
        CASE.replace("source: press", "source: press, cluster: c") + PRESS + "clusters: {c: {}}\n",
        "evidence/mexico.yaml:5:",
        "'c' of a clue",
    ),
    "a level not judged": (CAUSAL, CASE.replace("{0: 0.1, 1:", "{1:") + PRESS, "evidence/mexico.yaml:6:", "'0' is missing"),
    "an unknown model": (
        CAUSAL.replace("when: otherwise", "model: other"),
        CASE + PRESS,
        "models/democratisation.yaml:17:",
        "there is one model",
    ),
    "too many types": (
        CAUSAL.replace("P; I -> D", "P; I -> D; A -> D; B -> D; C -> D"),
        CASE + PRESS,
        "models/democratisation.yaml:4:",
        "at most 2,000,000",
    ),
    "an event without a graph": (
        re.sub(r"causal:\n(  .*\n)+", "", CAUSAL, count=1).replace("question:", "title:"),
        CASE + PRESS,
        "models/democratisation.yaml:4:",
        "with a causal model only",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_its_file_and_line(name, tmp_path):
    study, case, place, what = FAULTS[name]
    text = faults(tmp_path, study, case)
    assert any(line.startswith(place) and what in line for line in text.splitlines()), text


@pytest.mark.parametrize(
    ("study", "case"),
    [
        (CAUSAL, CASE.replace("observes: {M: 1}", "observes: {M: 1}, probability: {equality: 0.5, otherwise: 0.5}") + PRESS),
        (CAUSAL, CASE.replace("about: P", "about: Pp") + PRESS),
        (CAUSAL.replace("P; I -> D", "P; I => D"), CASE + PRESS),
    ],
)
def test_a_clue_or_a_graph_that_is_at_fault_has_one_fault(study, case, tmp_path):
    assert len(faults(tmp_path, study, case).splitlines()) == 1


def test_restrictions_that_leave_no_type_are_named_at_the_last_of_them(tmp_path):
    text = faults(tmp_path, CAUSAL.replace("    - statement: M", '    - "M[I=1] >= M[I=0]"\n    - statement: M'))
    assert text.startswith("models/democratisation.yaml:10: "), text


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("many", "evidence/mexico.yaml:3: case 'mexico', row: 'many', which stands for 2 cases; a row that is one case"),
        ("nobody", "evidence/mexico.yaml:3: case 'mexico', row: nobody; a case that the model was learned from: many, one"),
    ],
)
def test_a_row_that_a_case_can_not_be_has_its_line(row, what, tmp_path):
    table = tmp_path / "evidence" / "cases.csv"
    table.parent.mkdir()
    table.write_text("case,I,M,D,count\none,0,1,1,1\nmany,1,1,1,2\n", encoding="utf-8")
    case = CASE.replace("case: mexico", f"case: mexico\nrow: {row}") + PRESS
    assert faults(tmp_path, STUDY + HERE, case).startswith(what)


def test_a_table_that_is_not_there_is_named(tmp_path):
    text = faults(tmp_path, STUDY + HERE, CASE + PRESS)
    assert text.startswith("models/democratisation.yaml:15: 'cases.csv', which can't be read"), text


def test_a_name_of_a_type_is_not_offered_for_itself(tmp_path):
    study = STUDY.replace(LEARN, "").replace("{label: Inequality}", "{label: Inequality, levels: [low, middle, high]}") + HERE
    text = faults(tmp_path, study, CASE.replace("I: 0", "I: low") + PRESS)
    assert "shares of M: 'raises'" in text
    assert "a node with two levels and one parent with two" in text
    assert "did you mean" not in text


def rich() -> pt.Study:
    """A study with all that a causal model can have, beside what is judged by hand."""
    hand = {"hand": 0.4}
    about = {"low": 0.1, "middle": 0.3, "high": (0.5, 0.9), **hand}
    judgements = {
        "ana": {"probability": about, "because": {"low": "Little.", "hand": "So."}},
        "ben": {"words": dict.fromkeys(about, "likely")},
    }
    evidence = [
        pt.Evidence("marches", finding="Marches.", observes={"M": 1}, source="press", probability=hand),
        pt.Evidence("cable", finding="A cable.", about="P", judgements=judgements),
        pt.Evidence("list", finding="A list.", observes={"P": "high"}, status="not_found", search_sensitivity=(0.4, 0.8), probability=hand),
        pt.Evidence("letter", finding="A letter.", about="M", ratio={0: 1, 1: (2, 3), "hand": 1}, because={"1": "It would."}),
        pt.Evidence("memo", finding="A memo.", source="press", probability={"equality": (0.3, 0.6), "otherwise": 0.3, "hand": 0.2}),
        pt.Evidence("later", finding="A plan.", observes={"P": "low"}, status="planned", cost=2, probability=hand),
        pt.Evidence("open", finding="Not judged.", about="M", status="unjudged"),
    ]
    case = pt.Case("mexico", known={"I": 0, "D": 1}, row="m", sources={"press": {"reliability": (0.5, 0.9)}}, evidence=evidence)
    causal = {
        "graph": ["I -> M -> D <- P", "I -> D; M <-> P"],
        "nodes": {"I": {"label": "Inequality", "at": [0, 1.5]}, "P": {"levels": ["low", "middle", "high"]}},
        "never": [{"statement": "M[I=1] < M[I=0]", "because": "Nobody argues for it; or = so."}],
        "parents": {"D": ["P", "M", "I"]},
        "alpha": {"I": {"0": "1/3", "1": 2}},
        "learn": {
            "cases": "../elsewhere/cases.csv",
            "selected": "D == 1",
            "read": Table(("case", "I", "D"), (("m", "0", "1"), ("n", "", "1"))),
        },
    }
    hypotheses = {"equality": {"label": "Equality", "when": "D[I=1] < D[I=0]"}, "otherwise": {"when": "otherwise"}, "hand": {"prior": 0.5}}
    return pt.Study("Rich", causal=causal, hypotheses=hypotheses, cases=[case], analysts={"ana": {}, "ben": {}})


def rival_graphs() -> pt.Study:
    models = {
        "mediated": {"graph": "X -> M -> Y", "keep": {"M": ["raises", "always"]}},
        "beside": {"shares": {"Y": {"raises": "1/3", "always": ["1/8", 0.4]}}},
    }
    causal = {"graph": "X -> M; X -> Y", "nodes": {"Y": {"label": "Outcome"}}, "models": models}
    hypotheses = {"through": {"model": "mediated", "when": "Y[X=1] > Y[X=0]"}, "beside": {"model": "beside"}}
    evidence = [pt.Evidence("m", finding="M.", observes={"M": 1}, date="1990")]
    return pt.Study("Rivals", causal=causal, hypotheses=hypotheses, cases=[pt.Case("x", known={"X": 1}, evidence=evidence)])


@pytest.mark.parametrize("made", [rich, rival_graphs])
@pytest.mark.parametrize("target", ["project", "book.xlsx", "pages.csv"])
def test_a_study_with_a_causal_model_comes_back_from_every_form(made, target, tmp_path):
    study = made()
    registry.write(study, tmp_path / target)
    again = registry.read(tmp_path / target)
    if study.causal.learn is not None:  # the cases stand beside the evidence of a new project
        place = study.causal.learn.cases if target != "project" else "../evidence/cases.csv"
        learn = dataclasses.replace(study.causal.learn, cases=place)
        study = dataclasses.replace(study, causal=dataclasses.replace(study.causal, learn=learn))
    assert again == study
