"""The smallest set that carries the lead, where it can be counted by hand: independent items of one unit and of several.

Items of a cluster with correlation 0 are one unit and yet independent, so the best set has the largest weights.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import processtrace as pt
from processtrace import robustness


def joined(ratios: list[float], prior: float, cluster: str | None = "k", **fields: dict) -> pt.Study:
    """Two hypotheses, `b` with a prior of so many times that of `a`, and an item for each ratio of a to b."""
    items = [
        pt.Evidence(f"e{k}", finding="A memo.", probability={"a": 0.01 * ratio, "b": 0.01}, cluster=cluster, **fields.get(f"e{k}", {}))
        for k, ratio in enumerate(ratios)
    ]
    hypotheses = {"a": {"prior": 1}, "b": {"prior": prior}}
    return pt.Study("By hand", hypotheses=hypotheses, clusters={"k": {"correlation": 0}}, cases=[pt.Case("x", evidence=items)])


@pytest.mark.parametrize(
    ("count", "prior", "fewest", "exact"),
    [
        (10, 8, 7, True),  # 2^10 against 8: seven leave 2^3, a tie; all sets of ten items are enumerated
        (12, 2**8, 4, True),  # of twelve all sets up to four are enumerated
        (12, 2**7, 5, True),  # so five are the fewest if no four do it
        (12, 2**6, 6, False),  # six are found one by one, and fewer than six might have done it
        (12, 1, 12, False),
        (13, 2**10, 3, True),
        (13, 2**8, 5, True),
        (13, 2**7, 6, False),
    ],
)
@pytest.mark.parametrize("cluster", ["k", None])
def test_even_items(count: int, prior: float, fewest: int, exact: bool, cluster: str | None) -> None:
    """Items of 2 to 1 each; items of one cluster beyond ten are enumerated up to a size, items by themselves always."""
    found = robustness.fewest_left_out(joined([2.0] * count, prior * (1 + 1e-12), cluster))
    assert found["fewest"].item() == fewest
    assert found["left_out"].sum().item() == found["fell"].sum().item() == fewest
    assert found["exact"].item() == (exact or cluster is None)


@pytest.mark.parametrize("cluster", ["k", None])
def test_the_largest_weights_go_first(cluster: str | None) -> None:
    """Twelve items, six that matter: 2 x 4 x 8 x 16 x 32 x 64 = 2^21 against 2^2, and the four largest are 2^18."""
    ratios = [1.5, 2, 4, 1.5, 8, 16, 1, 32, 64, 1, 1, 1]
    found = robustness.fewest_left_out(joined(ratios, 2.25 * 2**3 * (1 + 1e-12), cluster))  # 1.5 x 1.5 are 2.25
    assert np.flatnonzero(found["left_out"].values).tolist() == [4, 5, 7, 8]
    beyond = robustness.fewest_left_out(joined(ratios, 2.25 * 2 * (1 + 1e-12), cluster))  # five are 2^20, which leave 2
    assert np.flatnonzero(beyond["left_out"].values).tolist() == [2, 4, 5, 7, 8]
    greedy = robustness.fewest_left_out(joined([r * 1.5 for r in ratios], 2.25 * 1.5**6 * (1 + 1e-12), cluster))
    assert np.flatnonzero(greedy["left_out"].values).tolist() == [1, 2, 4, 5, 7, 8]
    assert bool(greedy["exact"].item()) == (cluster is None)


def test_what_is_judged_given_an_item_is_left_out_with_it() -> None:
    """4 x 2 x 2 against 4: leaving out the first takes its second along, 2 x 4 of the 16."""
    study = joined([4, 2, 2], 2 * (1 + 1e-12), None, e1={"given": "e0"})
    found = robustness.fewest_left_out(study)
    assert found["left_out"].values.tolist() == [True, False, False]
    assert found["fell"].values.tolist() == [True, True, False]


def test_the_nearest_rival_decides() -> None:
    """a : b : c are 8 : 1 : 4 by the items; c is reached without the item that parts it from a, b needs two."""
    items = [
        pt.Evidence("both", finding="A memo.", probability={"a": 0.8, "b": 0.2, "c": 0.8}),
        pt.Evidence("one", finding="A memo.", probability={"a": 0.8, "b": 0.4, "c": 0.4}),
    ]
    case = pt.Case("x", evidence=items)
    found = robustness.fewest_left_out(pt.Study("Rivals", hypotheses={h: {} for h in "abc"}, cases=[case]))
    assert found["left_out"].values.tolist() == [False, True]


@pytest.mark.parametrize("hypotheses", [{"a": {}}, {"a": {"prior": 1}, "b": {"prior": 3}}])
def test_where_nothing_changes_the_lead_the_set_is_empty(hypotheses: dict) -> None:
    """One hypothesis alone; and a lead of the prior that the only item supports."""
    item = pt.Evidence("e", finding="A memo.", probability={h: 0.2 + 0.6 * (h == list(hypotheses)[-1]) for h in hypotheses})
    found = robustness.fewest_left_out(pt.Study("None", hypotheses=hypotheses, cases=[pt.Case("x", evidence=[item])]))
    assert np.isnan(found["fewest"].item())
    assert found["exact"].item()
    assert not found["left_out"].any()


def test_one_unit_that_is_not_enumerated_is_enough_for_doubt() -> None:
    """Twelve items of one cluster and one by itself, 2 to 1 each: 2^13 against 2^7 needs six, and the cluster's sets end at four."""
    study = joined([2.0] * 12, 2**7 * (1 + 1e-12))
    alone = pt.Evidence("alone", finding="A memo.", probability={"a": 0.02, "b": 0.01})
    for place in (0, 12):
        evidence = list(study.cases[0].evidence)
        evidence.insert(place, alone)
        found = robustness.fewest_left_out(
            dataclasses.replace(study, cases=(dataclasses.replace(study.cases[0], evidence=tuple(evidence)),))
        )
        assert found["fewest"].item() == 6
        assert not found["exact"].item()
