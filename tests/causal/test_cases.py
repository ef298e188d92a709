"""Cases to learn from: what is read, and every fault with its file and line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import processtrace as pt
from processtrace.causal.cases import read_cases
from processtrace.causal.graph import read_graph

GRAPH = read_graph("X -> M -> Y", levels={"X": ["low", "middle", "high"]})


def test_three_forms_of_the_same_cases(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("case;X;M;Y;count\nMexico;high;;1;2\n\nPeru;0; 1 ;;\n", encoding="utf-8-sig")
    listed = [{"case": "Mexico", "X": "high", "Y": 1, "count": 2}, {"case": "Peru", "X": 0, "M": 1.0}]
    for given in (path, str(path), listed, pd.DataFrame(listed)):
        cases = read_cases(given, GRAPH)
        assert cases.names == ("Mexico", "Peru")
        assert cases.counts.tolist() == [2, 1]
        assert cases.seen.tolist() == [[2, -1, 1], [0, 1, -1]]
    assert read_cases(path, GRAPH).places == ((path.as_posix(), 2), (path.as_posix(), 4))


def test_numbers_with_a_point_are_levels_as_programs_write_them_beside_blanks(tmp_path):
    path = tmp_path / "cases.csv"
    pd.DataFrame({"X": [0, 2], "M": [1, None], "Y": [None, 0]}).to_csv(path, index=False)
    assert "1.0" in path.read_text()
    assert read_cases(path, GRAPH).seen.tolist() == [[0, 1, -1], [2, -1, 0]]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("X,Mm\n1,1\n", 1, "a column 'Mm'"),
        ("X,Mm\n1,1\n", 1, "did you mean 'M'?"),
        ("X,Y,X\n1,1,1\n", 1, "two columns 'X'"),
        ("X,Y\n1,1\n1,2\n", 3, "case 2, Y: '2'; one of its levels: 0, 1"),
        ("X,Y\n9,1\n", 2, "low (0), middle (1), high (2)"),
        ("X,count\n1,1.5\n", 2, "'1.5'; a whole number of cases"),
        ("X,count\n1,-1\n", 2, "'-1'; a whole number of cases"),
        ("case,X\nPeru,1\nPeru,2\n", 3, "the name of an earlier case too"),
        ("X,Y\n1,1,1\n", 2, "3 cells"),
        ("X,Y\n", 1, "no case below the first line"),
        ("", 1, "an empty file"),
        ('X,Y\n"1,1\n', 2, "can't be read"),
    ],
)
def test_faults_name_file_and_line(tmp_path, text, line, message):
    path = tmp_path / "cases.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(pt.StudyError) as error:
        read_cases(path, GRAPH)
    assert any(str(fault).startswith(f"{path.as_posix()}:{line}: ") and message in str(fault) for fault in error.value.faults), error.value


def test_every_fault_is_found_at_once(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("X,Y,count\n7,7,x\n", encoding="utf-8")
    with pytest.raises(pt.StudyError) as error:
        read_cases(path, GRAPH)
    assert len(error.value.faults) == 3


@pytest.mark.parametrize("rows", ["case,X\nPeru,\n", "X,Y,count\n1,1,0\n"])
def test_nothing_but_blanks_is_a_fault(tmp_path, rows):
    path = tmp_path / "cases.csv"
    path.write_text(rows, encoding="utf-8")
    with pytest.raises(pt.StudyError, match="anybody looked"):
        read_cases(path, GRAPH)


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(pt.StudyError, match="can't be read"):
        read_cases(tmp_path / "none.csv", GRAPH)
    (tmp_path / "bytes.csv").write_bytes(b"X\n\xff\n")
    with pytest.raises(pt.StudyError, match="UTF-8"):
        read_cases(tmp_path / "bytes.csv", GRAPH)
    with pytest.raises(pt.UsageError, match="a list of mappings"):
        read_cases(3, GRAPH)


def test_a_case_that_the_model_holds_impossible_has_its_line(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("case,X,Y\nPeru,1,1\nChile,1,0\n", encoding="utf-8")
    m = pt.CausalModel("X -> Y", keep={"Y": ["01", "11"]})
    with pytest.raises(pt.StudyError, match=rf"{path.as_posix()}:3: case 'Chile': .*holds impossible"):
        pt.causal.learn(m, path)


def test_a_case_that_would_not_have_been_selected_is_a_fault():
    m = pt.CausalModel("X -> Y")
    with pytest.raises(pt.StudyError, match="by which they were selected"):
        pt.causal.learn(m, [{"X": 1, "Y": 0}], selected="Y == 1")
    with pytest.raises(pt.StudyError, match="cases as they are"):
        pt.causal.learn(m, [{"X": 1, "Y": 0}], selected="Y[X=1] == 1")
    with pytest.raises(pt.StudyError, match="true or false"):
        pt.causal.learn(m, [{"X": 1, "Y": 0}], selected="Y + X")


def test_too_much_unseen_is_said():
    chain = " -> ".join(f"N{k}" for k in range(30))
    with pytest.raises(pt.AnalysisError, match="not seen"):
        pt.causal.learn(pt.CausalModel(chain), [{"N0": 1, "N29": 1}])


def test_a_row_must_be_one_case():
    tree = pt.causal.learn(pt.CausalModel("X -> Y"), [{"case": "a", "X": 1, "Y": 1, "count": 2}], draws=4)
    with pytest.raises(pt.UsageError, match="stands for 2 cases"):
        pt.causal.query(tree, "Y == 1", row="a")
    with pytest.raises(pt.UsageError, match="a case that the model was learned from"):
        pt.causal.query(tree, "Y == 1", row="b")
    with pytest.raises(pt.UsageError, match="a model that was learned"):
        pt.causal.query(pt.CausalModel("X -> Y"), "Y == 1", row="a")


def test_draws_are_a_number():
    with pytest.raises(pt.UsageError, match="draws"):
        pt.causal.learn(pt.CausalModel("X -> Y"), [], draws=np.float64(10.5))
