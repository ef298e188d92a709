"""The statement language: what it means, what it refuses, and that printing and reading agree."""

from __future__ import annotations

from random import Random

import pytest
from strategies import causal_models as draw
from truth.causal_enumeration import Enumeration

import processtrace as pt
from processtrace.causal.grammar import read_statement
from processtrace.causal.graph import read_graph
from processtrace.causal.statements import Number, Operation, Value, in_words

GRAPH = read_graph("I -> M -> D <- P; I -> D", {"P": ["low", "middle", "very high"]})


def read(text):
    return read_statement(text, GRAPH)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("D[I=1] == 1 & M == 0 | P == low", "((D[I=1] == 1) and (M == 0)) or (P == 0)"),
        ("!D[I=1] == 1", "not (D[I=1] == 1)"),
        ("not D == 1 and M == 1", "(not (D == 1)) and M == 1"),
        ("D - M - I == 0", "(D - M) - I == 0"),
        ("D + M * I == 2", "D + (M * I) == 2"),
        ("D[P=low, I=1] == 1", "D[I=1,P=0]==1"),
        ('P == "very high"', "P == 2"),
        ("2 == P", "very_high == P".replace("very_high", '"very high"')),
        ("D == 0 and M == 1 and I == 1", "D == 0 & M == 1 & I == 1"),
        ("D == -1 + 2", "D == (-1 + 2)"),
        ("I == 00", "I == 0"),
    ],
)
def test_two_ways_of_writing_one_statement(one, other):
    assert read(one) == read(other)


def test_a_nested_value_stands_in_a_world_of_its_own():
    assert read("D[I=1, M=M[I=0]] == 1") == Operation("==", (Value("D", (("I", 1), ("M", Value("M", (("I", 0),))))), Number(1)))


def test_not_binds_looser_than_a_comparison_and_tighter_than_and():
    assert read("not D == 1 and M == 1").sign == "and"
    assert read("not D == 1 == 1".replace(" == 1 == 1", " == 1")).sign == "not"


def test_what_is_printed_reads_back_as_the_same_statement():
    random = Random(7)
    truth = Enumeration("I -> M -> D <- P; I -> D", {"P": 3})
    for _ in range(500):
        statement = read(draw.query(random, truth))
        assert read(in_words(statement, GRAPH.levels)) == statement


SHAPE = "a statement such as"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "in YAML, '!' and '&' at the beginning"),
        ("== 1", "'==' at the beginning"),
        ("> D[I=1] == 1", "'>' at the beginning"),
        ("| D == 1", "at the beginning"),
        ("D[I=1] = 1", "a comparison is written '=='"),
        ("D[I==1] == 1", "a setting is written with one sign: I=1"),
        ("D[I=1", "its end, where ',' or ']' must follow"),
        ("D[I=1] == 1)", "')' at character 12"),
        ("D[I=1] == 1 :|: I == 1", "under 'given'"),
        ("D == 1 && I == 1", "a single '&'"),
        ("D == 1 || I == 1", "a single '|'"),
        ("D == 2", "'2' as a value of D; one of its levels: 0, 1"),
        ("D[I=7] == 1", "'7' as a value of I"),
        ("P == middel", "did you mean 'middle'?"),
        ("E == 1", "'E'; a node of the graph: I, M, D, P"),
        ("E[I=1] == 1", "'E'; a node of the graph"),
        ("0 < D < 1", "join two comparisons by 'and'"),
        ("D & I", "write 'X == 1' rather than 'X'"),
        ("not D", "write 'X == 1' rather than 'X'"),
        ("D[I=1] > D[I=0] everywhere", "belong to shares"),
        ("D[I=1, I=0] == 1", "two settings of I"),
        ("D[M=P] == 1", "M set to P, which has more levels"),
        ("D[M=D == 1] == 1", "'==' at character 7"),
        ("(" * 99 + "D == 1" + ")" * 99, "within each other"),
        ("- " * 99 + "1 == D", "within each other"),
        ("not " * 99 + "D == 1", "within each other"),
        ("D[" + "M=M[" * 99, "within each other"),
        ("D == 1 1", "'1' at character 8"),
        ("__import__('os')", "'''"),
        ("D == 1; I == 1", "';' at character 7"),
        ("9" * 5000 + " == D", SHAPE),
    ],
)
def test_what_can_not_be_read_is_told(text, told):
    with pytest.raises(pt.StudyError) as error:
        read(text)
    assert told in str(error.value)
    assert len(error.value.faults) == 1


def test_no_text_makes_another_error():
    random = Random(3)
    pieces = [
        "D",
        "I",
        "M",
        "P",
        "[",
        "]",
        "(",
        ")",
        "=",
        "==",
        "<",
        ">",
        "!",
        "&",
        "|",
        "and",
        "not",
        "or",
        "0",
        "1",
        ",",
        "+",
        "-",
        "*",
        "low",
        "1.5",
        '"',
    ]
    readable = 0
    for _ in range(3000):
        text = " ".join(random.choices(pieces, k=random.randint(1, 8)))
        try:
            read(text)
            readable += 1
        except pt.StudyError:
            pass
    assert readable > 20


def test_what_is_no_text_is_refused():
    for given in (None, True, 3, ["D == 1"]):
        with pytest.raises(pt.StudyError):
            read_statement(given, GRAPH)
