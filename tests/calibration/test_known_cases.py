"""What is taken from a study for calibration: whose judgements, which cases, and ratios against the rivals."""

import numpy as np
import pytest

import processtrace as pt
from processtrace.calibration import KnownCases, known_cases


def _study():
    def item(name, **by):
        return pt.Evidence(name, finding=f"{name}.", judgements={who: {"probability": values} for who, values in by.items()})

    cases = [
        pt.Case(
            "one",
            known_answer="b",
            evidence=[item("x", ana={"a": 0.2, "b": 0.8}, ben={"a": 0.5, "b": 0.4}), item("y", ana={"a": 0.5, "b": 0.1})],
        ),
        pt.Case("two", known_answer="a", evidence=[item("x", ana={"a": 0.9, "b": 0.3})]),
        pt.Case("three", evidence=[item("x", ana={"a": 0.9, "b": 0.3}, ben={"a": 0.2, "b": 0.4})]),
    ]
    return pt.Study("Known", hypotheses={"a": {"prior": 3}, "b": {}}, cases=cases, analysts={"ana": {}, "ben": {}})


def test_each_analyst_is_read_alone():
    ana, ben = known_cases(_study(), "ana"), known_cases(_study(), "ben")
    assert ana.names == ("one", "two")
    assert ben.names == ("one",)
    assert ana.answer.tolist() == [1, 0]
    assert ana.posterior.tolist() == pytest.approx(np.array([[3 * 0.2 * 0.5, 0.8 * 0.1], [3 * 0.9, 0.3]]) / [[0.38], [3.0]])
    assert ben.posterior[0, 0] == pytest.approx(1.5 / 1.9)
    assert ana.prior.tolist() == pytest.approx(np.full((2, 2), [0.75, 0.25]))


def test_ratios_are_against_the_rivals_weighted_by_their_priors():
    known = KnownCases(("x",), np.log([[0.5, 0.3, 0.2]]), np.log([[0.4, 0.1, 0.6]]), np.array([2]))
    ratio, right = known.ratios
    rest = [(0.3 * 0.1 + 0.2 * 0.6) / 0.5, (0.5 * 0.4 + 0.2 * 0.6) / 0.7, (0.5 * 0.4 + 0.3 * 0.1) / 0.8]
    assert np.exp(ratio) == pytest.approx(np.array([0.4, 0.1, 0.6]) / rest)
    assert right.tolist() == [False, False, True]


def test_excluded_and_refuted_hypotheses():
    with np.errstate(divide="ignore"):
        known = KnownCases(("x",), np.log([[0.5, 0.5, 0.0]]), np.log([[0.0, 0.1, 0.6]]), np.array([1]))
    ratio, right = known.ratios
    assert ratio.tolist() == [-np.inf, np.inf]
    assert right.tolist() == [False, True]


def test_an_unknown_answer_is_a_fault():
    with pytest.raises(pt.StudyError, match=r"known_answer: 'c'; one of a, b"):
        pt.Study("Wrong", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("one", known_answer="c")])
