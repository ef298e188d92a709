"""The independencies that a graph implies, against numbers and textbooks."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy as np
import pytest

import processtrace as pt
from processtrace.causal.independencies import smallest_separator
from processtrace.causal.joint import Known, joint
from processtrace.causal.statements import Value


def random_graph(random):
    names = random.sample("ABCDE", random.choice([3, 4, 5]))
    parts = list(names)
    for k, second in enumerate(names):
        parents = [first for first in names[:k] if random.random() < 0.45][:3]
        parts += [f"{first} -> {second}" for first in parents]
        parts += [f"{first} <-> {second}" for first in names[:k] if random.random() < 0.15]
    return "; ".join(parts)


def joint_table(model, rng):
    """P(all nodes) at random shares, in the order of the nodes."""
    shares = {
        node: rng.dirichlet(np.ones(model.share_table(node).shape[-1]), (1, *model.share_table(node).shape[:-1])) for node in model.nodes
    }
    found = joint(model, [Value(node) for node in model.nodes], Known(), shares)
    axes = [found.axes[found.places[Value(node)]] for node in model.nodes]
    return np.exp(found.log_probability[0]).transpose(axes)


def independent(table, nodes, first, second, given):
    """Whether P(first, second | given) is a product, in numbers."""
    places = {node: k for k, node in enumerate(nodes)}
    kept = [places[first], places[second], *(places[node] for node in given)]
    summed = table.sum(axis=tuple(k for k in range(table.ndim) if k not in kept))
    order = np.argsort(np.argsort(kept))
    summed = summed.transpose(order)
    whole = summed.sum(axis=(0, 1), keepdims=True)
    product = summed.sum(axis=1, keepdims=True) * summed.sum(axis=0, keepdims=True)
    return np.allclose(summed * whole, product, rtol=0, atol=1e-12)


def test_separators_are_the_smallest_that_numbers_show():
    """At random shares, which give no independence by accident (rate below 1e-6), independence is what the graph implies."""
    random, rng, found = Random(5), np.random.default_rng(5), 0
    for _ in range(60):
        model = pt.CausalModel(random_graph(random))
        if max(np.prod(model.share_table(node).shape) for node in model.nodes) > 20_000:
            continue
        table = joint_table(model, rng)
        for first, second in combinations(model.nodes, 2):
            others = [node for node in model.nodes if node not in (first, second)]
            sizes = [
                k for k in range(len(others) + 1) if any(independent(table, model.nodes, first, second, s) for s in combinations(others, k))
            ]
            separator = smallest_separator(model.graph, first, second, model.nodes)
            assert (separator is None) == (not sizes), (str(model.graph), first, second, separator)
            if separator is not None:
                found += 1
                assert len(separator) == min(sizes), (str(model.graph), first, second, separator)
                assert independent(table, model.nodes, first, second, separator)
    assert found > 60


@pytest.mark.parametrize(
    ("graph", "rows"),
    [
        ("X -> M -> Y", [("X", "Y", ("M",))]),
        ("X -> Y <- W", [("X", "W", ())]),
        ("Z -> X -> Y; X <-> Y", []),
        ("A -> B -> D; A -> C -> D", [("A", "D", ("B", "C")), ("B", "C", ("A",))]),
        ("A <-> B <-> C", []),
        ("A; C; B; A <-> B <-> C", [("A", "C", ())]),
    ],
)
def test_known_graphs_imply_what_textbooks_say(graph, rows):
    assert list(pt.causal.independencies(pt.CausalModel(graph)).itertuples(index=False, name=None)) == rows


def test_only_observed_nodes_separate():
    m = pt.CausalModel("X -> M -> Y; X -> K -> Y")
    assert list(pt.causal.independencies(m, observed=["X", "M", "Y"]).itertuples(index=False, name=None)) == []
    with pytest.raises(pt.StudyError, match="'Q'"):
        pt.causal.independencies(m, observed=["Q"])
