"""Krippendorff's alpha against its published example and its definition by pairs, and what enters it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import processtrace as pt
from processtrace.elicitation.agreement import agreement, krippendorff

_ = math.nan
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
).T  # fmt: skip


def test_the_published_example():
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability: four observers, twelve units, interval 0.849."""
    assert round(krippendorff(PUBLISHED), 3) == 0.849


def by_pairs(values: np.ndarray) -> float:
    """Return 1 - observed / expected, both as means of squared differences over ordered pairs of values that can be paired."""
    units = [row[~np.isnan(row)] for row in values]
    units = [row for row in units if len(row) > 1]
    n = sum(map(len, units))
    observed = sum(sum((a - b) ** 2 for a, b in itertools.permutations(row, 2)) / (len(row) - 1) for row in units) / n
    expected = sum((a - b) ** 2 for a, b in itertools.permutations(np.concatenate(units), 2)) / (n * (n - 1))
    return 1 - observed / expected


@given(
    st.integers(2, 4).flatmap(
        lambda analysts: st.lists(
            st.lists(st.one_of(st.just(math.nan), st.integers(-20, 20).map(float)), min_size=analysts, max_size=analysts),
            min_size=1,
            max_size=8,
        )
    )
)
def test_alpha_is_its_definition_by_pairs(rows):
    values = np.array(rows)
    paired = [part for row in values if len(part := row[~np.isnan(row)]) > 1]
    if not paired or len(set(np.concatenate(paired))) == 1:
        assert math.isnan(krippendorff(values))
    else:
        assert krippendorff(values) == pytest.approx(by_pairs(values), abs=1e-9)


def study(weights: dict[str, list[float]], clusters: dict[str, str] | None = None) -> pt.Study:
    """Return a study in which three analysts judge items by their weights in decibels between two hypotheses."""
    items = [
        pt.Evidence(
            name,
            finding="f",
            cluster=(clusters or {}).get(name),
            judgements={f"a{k}": {"decibels": {"one": value, "other": 0}} for k, value in enumerate(values)},
        )
        for name, values in weights.items()
    ]
    named = {name: {"correlation": 0.5} for name in (clusters or {}).values()}
    case = pt.Case("c", evidence=items, clusters=named)
    return pt.Study("S", hypotheses={"one": {}, "other": {}}, analysts={"a0": {}, "a1": {}, "a2": {}}, analyst="a0", cases=[case])


def test_the_weights_of_a_study_are_compared():
    weights = {"x": [3.0, 4.0, 3.5], "y": [-6.0, -5.0, -8.0], "z": [10.0, 12.0, 9.0]}
    found = agreement(study(weights), draws=50)
    assert set(found) == {("c", "one", "other")}
    (row,) = found.values()
    assert row.alpha == pytest.approx(by_pairs(np.array(list(weights.values()))), abs=1e-9)
    assert (row.items, row.clusters, row.infinite) == (3, 3, 0)


def test_items_of_a_cluster_go_together():
    weights = {"x": [3.0, 4.0, 3.5], "y": [-6.0, -5.0, -8.0], "z": [10.0, 12.0, 9.0]}
    together, alone = (agreement(study(weights, clusters), draws=50)["c", "one", "other"] for clusters in ({"x": "k", "y": "k"}, None))
    assert together.clusters == 2
    assert together.alpha == pytest.approx(alone.alpha, abs=1e-12)


def test_an_infinite_weight_counts_as_larger_than_any_other():
    items = [
        pt.Evidence("x", finding="f", judgements={"a": {"probability": {"one": 0.5, "other": 0}}, "b": {"probability": {"one": 0.5, "other": 0.2}}}),
        pt.Evidence("y", finding="f", judgements={"a": {"probability": {"one": 0.5, "other": 0.1}}, "b": {"probability": {"one": 0.5, "other": 0.2}}}),
    ]  # fmt: skip
    made = pt.Study(
        "S", hypotheses={"one": {}, "other": {}}, analysts={"a": {}, "b": {}}, analyst="a", cases=[pt.Case("c", evidence=items)]
    )
    (row,) = agreement(made, draws=10).values()
    assert (row.items, row.infinite) == (2, 1)
    assert row.alpha == pytest.approx(0, abs=1e-12)  # four values, one of which stands apart: 1 - (1/2) / (2 * 3/12)


@pytest.mark.parametrize("size", [1e6, 1e8])
def test_alpha_of_infinite_weights_is_the_limit_of_ever_larger_ones(size):
    rng = np.random.default_rng(5)
    values = rng.normal(size=(30, 3))
    values[3, 1], values[7], values[8, :2], values[9, 0] = np.inf, -np.inf, np.inf, -np.inf
    values[12, 2] = np.nan
    large = np.where(np.isinf(values), np.sign(values) * size, values)
    assert krippendorff(values) == pytest.approx(krippendorff(large), abs=20 / size)


def test_one_item_is_too_few_for_a_number():
    items = [
        pt.Evidence("x", finding="f", judgements={who: {"probability": {"one": 0.5, "other": p}} for who, p in (("a", 0.1), ("b", 0.2))})
    ]
    made = pt.Study("S", hypotheses={"one": {}, "other": {}}, analysts={"a": {}, "b": {}}, cases=[pt.Case("c", evidence=items)])
    (row,) = agreement(made, draws=10).values()
    assert row.items == 1
    assert math.isnan(row.alpha)


@pytest.mark.parametrize("wrong", [{"coverage": 0.0}, {"coverage": 1.0}, {"draws": 0}])
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(pt.UsageError):
        agreement(study({"x": [1.0, 2.0, 3.0]}), **wrong)


def test_a_study_of_one_analyst_is_refused():
    item = pt.Evidence("e", finding="f", probability={"one": 0.5, "other": 0.1})
    with pytest.raises(pt.AnalysisError, match="no item was judged by two analysts"):
        agreement(pt.Study("S", hypotheses={"one": {}, "other": {}}, cases=[pt.Case("c", evidence=[item])]))
