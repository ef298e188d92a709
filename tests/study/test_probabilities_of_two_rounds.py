"""A coding that revises another takes its place in the pool, item by item, and both stay in the file."""

import numpy as np
import pytest

import processtrace as pt
from processtrace.formats import registry


def _study(**more):
    first, second, other = {"a": 0.8, "b": 0.2}, {"a": 0.5, "b": 0.25}, {"a": 0.4, "b": 0.4}
    items = [
        pt.Evidence(
            "x", finding="X.", judgements={"ben": {"probability": first}, "ben_2": {"probability": second}, "ana": {"probability": other}}
        ),
        pt.Evidence("y", finding="Y.", judgements={"ben": {"probability": first}, "ana": {"probability": other}}),
    ]
    people = {"ana": {}, "ben": {}, "ben_2": {"judge": "ben", "revises": "ben", **more}}
    return pt.Study("Rounds", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("one", evidence=items)], analysts=people)


def test_the_pool_takes_the_second_round_where_there_is_one():
    posterior = pt.update(_study()).posterior.sel(case="one")
    # Of x the second round, 2 : 1, of y the first, 4 : 1, each pooled with the other judge's 1 : 1.
    assert float(posterior.sel(hypothesis="a") / posterior.sel(hypothesis="b")) == pytest.approx(np.sqrt(2) * np.sqrt(4), rel=1e-12)


def test_both_rounds_stay_in_the_file(tmp_path):
    registry.write(_study(), tmp_path / "s")
    again = pt.load_study(next((tmp_path / "s" / "models").glob("*.yaml")))
    assert again == _study()
    assert list(again.cases[0].item("x").judgements) == ["ben", "ben_2", "ana"]


@pytest.mark.parametrize("more", [{"revises": "bern"}, {"revises": "ben_2"}, {"weight": 0}])
def test_a_coding_that_revises_none_is_a_fault(more):
    with pytest.raises(pt.StudyError, match=r"analyst 'ben_2', revises: .*; one of ana, ben, by an analyst with a weight above 0"):
        _study(**more)
