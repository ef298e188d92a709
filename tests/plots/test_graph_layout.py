"""The layout of a causal graph: over random graphs no line passes a third node, and no two nodes touch."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from processtrace.causal.graph import read_graph
from processtrace.plots.graph_layout import RADIUS, layout


def random_graph(random):
    names = [f"N{k}" for k in range(random.integers(2, 12))]
    pairs = [(a, b) for k, b in enumerate(names) for a in names[:k]]
    arrows = [f"{a} -> {b}" for a, b in pairs if random.random() < random.choice([0.15, 0.3, 0.6])]
    hidden = [f"{a} <-> {b}" for a, b in pairs if random.random() < 0.08]
    return read_graph("\n".join([*random.permutation(names), *arrows, *hidden]))


def nearest(line, place):
    """How near a line comes to a place, over 21 points on each of its pieces."""
    fine = np.concatenate([np.linspace(a, b, 21) for a, b in pairwise(line)])
    return np.hypot(*(fine - place).T).min()


def test_no_line_passes_a_third_node():
    random = np.random.default_rng(1)
    for _ in range(100):
        graph = random_graph(random)
        found = layout(graph)
        for kind in (found.arrows, found.hidden):
            for ends, line in kind.items():
                for node, place in found.at.items():
                    if node not in ends:
                        assert nearest(line, place) > RADIUS, (str(graph), ends, node)
        places = np.array(list(found.at.values()))
        apart = np.hypot(*(places[:, None] - places).T) + 10 * np.eye(len(places))
        assert apart.min() > 2 * RADIUS + 0.2, str(graph)
        assert set(found.arrows) == {(cause, effect) for effect in graph.nodes for cause in graph.parents[effect]}
        assert set(found.hidden) == set(graph.hidden)


def test_lines_go_from_rim_to_rim_and_causes_stand_to_the_left():
    random = np.random.default_rng(2)
    for _ in range(40):
        found = layout(random_graph(random))
        for (cause, effect), line in found.arrows.items():
            assert found.at[cause][0] < found.at[effect][0]
            for end, node in ((line[0], cause), (line[-1], effect)):
                assert RADIUS < np.hypot(*(end - np.array(found.at[node]))) < RADIUS + 0.15


@pytest.mark.parametrize("text", ["X -> M -> Y", "A", "A; B; C", "X -> M -> Y; X -> Y", "A <-> B"])
def test_small_graphs(text):
    found = layout(read_graph(text))
    if text == "X -> M -> Y":
        assert {y for _, y in found.at.values()} == {0.0}
        assert all(len({round(y, 9) for y in line[:, 1]}) == 1 for line in found.arrows.values())


def test_a_place_that_is_stated_is_kept():
    found = layout(read_graph("I -> M -> D <- P; I -> D"), {"P": [1, 3]})
    assert found.at["P"] == (pytest.approx(1.35), 3)


@pytest.mark.parametrize("apart", [1.0, 1.4])
@pytest.mark.parametrize("text", ["I -> M -> D <- P; I -> D", "I -> D; P -> D; I -> M -> D", "I -> M -> D <- P; I -> D; P <-> D"])
def test_the_heads_of_arrows_to_one_node_do_not_touch(text, apart):
    """A head is 0.07 wide, and its line 0.02: an arc past a node ends beside the arrow that comes from above."""
    found = layout(read_graph(text), apart=apart)
    heads = np.array([line[-1] for (_, end), line in [*found.arrows.items(), *found.hidden.items()] if end == "D"])
    between = np.hypot(*(heads[:, None] - heads).transpose(2, 0, 1)) + np.eye(len(heads))
    assert between.min() > 0.09
