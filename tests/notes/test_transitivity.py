"""Weights judged pair by pair: circles that do not sum to zero."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from processtrace.study.transitivity import transitivity


def test_a_circle_breaks_by_what_its_weights_miss_zero():
    assert transitivity({("a", "b"): 6, ("b", "c"): 4, ("a", "c"): 10}) == {}
    assert transitivity({("a", "b"): 6, ("b", "c"): 4, ("a", "c"): 3}) == {("a", "b", "c"): 7}
    assert transitivity({("a", "b"): 6, ("b", "c"): 4, ("c", "a"): 2}) == {("a", "b", "c"): 12}


def test_a_pair_judged_both_ways_is_a_circle_of_two():
    assert transitivity({("a", "b"): 6, ("b", "a"): -6}) == {}
    assert transitivity({("a", "b"): 6, ("b", "a"): -4}) == {("a", "b"): 2}


def test_ranges_break_only_where_no_values_inside_them_agree():
    assert transitivity({("a", "b"): (2, 6), ("b", "c"): (1, 4), ("a", "c"): (9, 12)}) == {}
    assert transitivity({("a", "b"): (2, 6), ("b", "c"): (1, 4), ("a", "c"): (12, 15)}) == {("a", "b", "c"): 2}
    assert transitivity({("a", "b"): (2, 6), ("b", "c"): (1, 4), ("a", "c"): (-3, 1)}) == {("a", "b", "c"): 2}


def test_circles_longer_than_three_count_where_no_pair_cuts_them_short():
    square = {("a", "b"): 1, ("b", "c"): 1, ("c", "d"): 1, ("a", "d"): 4}
    assert transitivity(square) == {("a", "b", "c", "d"): 1}
    assert transitivity(square | {("a", "c"): 2}) == {("a", "c", "d"): 1}
    assert transitivity({("a", "b"): 1, ("b", "c"): 1}) == {}


@pytest.mark.parametrize("seed", range(5))
def test_a_table_has_no_break_exactly_where_one_vector_makes_it(seed):
    """Five hypotheses: differences of one vector have none; with one pair off by d, the three triangles through it break by d."""
    rng = np.random.default_rng(seed)
    names, vector = "abcde", rng.normal(0, 10, 5)
    table = {(names[i], names[k]): float(vector[i] - vector[k]) for i, k in itertools.combinations(range(5), 2)}
    assert transitivity(table) == {}
    table["b", "d"] += 4.0
    breaks = transitivity(table)
    assert set(breaks) == {circle for circle in itertools.combinations(names, 3) if {"b", "d"} <= set(circle)}
    assert list(breaks.values()) == pytest.approx([4.0] * 3)
