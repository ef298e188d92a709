"""What data could settle: known results about identification, and the shares that give the same data."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from strategies import causal_models as draw

import processtrace as pt
from processtrace.causal.joint import Known
from processtrace.causal.learned import Mixture
from processtrace.causal.statements import values_of

EFFECT, CAUSED = "Y[X=1] - Y[X=0]", "Y[X=1] > Y[X=0]"


@pytest.mark.parametrize(
    ("words", "query", "given", "observed", "settled"),
    [
        ({"graph": "X -> Y"}, EFFECT, "", None, True),
        ({"graph": "X -> Y"}, CAUSED, "X == 1 & Y == 1", None, False),
        ({"graph": "X -> Y", "never": ["Y[X=1] < Y[X=0]"]}, CAUSED, "X == 1 & Y == 1", None, True),
        ({"graph": "X -> Y; X <-> Y"}, EFFECT, "", None, False),
        ({"graph": "X -> M -> Y; X <-> Y"}, EFFECT, "", None, True),  # the front door (Pearl 1995)
        ({"graph": "X -> M -> Y; X <-> Y; M <-> Y"}, EFFECT, "", None, False),
        ({"graph": "W -> X; W -> Y; X -> Y"}, EFFECT, "", None, True),  # the back door
        ({"graph": "W -> X; W -> Y; X -> Y"}, EFFECT, "", ["X", "Y"], False),
        ({"graph": "Z -> X -> Y; X <-> Y", "never": ["X[Z=1] < X[Z=0]"]}, EFFECT, "", None, False),
        # the local effect (Imbens and Angrist 1994)
        ({"graph": "Z -> X -> Y; X <-> Y", "never": ["X[Z=1] < X[Z=0]"]}, EFFECT, "X[Z=1] > X[Z=0]", None, True),
        ({"graph": "Z -> X -> Y; X <-> Y"}, EFFECT, "X[Z=1] > X[Z=0]", None, False),
        ({"graph": "X -> Y; W"}, "W == 1", "", ["X", "Y"], False),
    ],
)
def test_known_results(words, query, given, observed, settled):
    found = pt.causal.identified(pt.CausalModel(**words), query, given, observed)
    assert found["identified"].item() is settled
    assert (found["outside"].item() == 0) is settled


def test_counts_of_what_is_settled():
    found = pt.causal.identified(pt.CausalModel("X -> Y"), CAUSED)
    assert (found["free_shares"].item(), found["settled_shares"].item()) == (4, 3)


def test_the_gradient_is_that_of_finite_differences():
    """Where a query is identified, shares moved in the directions that the data can't see leave it as it is to first order; else some do not."""
    random, seen = Random(7), set()
    for seed in range(60):
        drawn = draw.model(random, 300)
        m = pt.CausalModel(**{**drawn.words, "shares": {}})
        nodes = random.sample(m.nodes, random.randint(1, len(m.nodes)))
        query = draw.statement(random, drawn.enumeration)
        found = pt.causal.identified(m, query, observed=nodes)
        seen.add(found["identified"].item())
        rng = np.random.default_rng(seed)
        at = {n: rng.dirichlet(np.full(m.share_table(n).shape[-1], 5.0), m.share_table(n).shape[:-1]) for n in m.nodes}
        rows = [(n, row) for n in m.nodes for row in np.ndindex(at[n].shape[:-1])]
        moves = [(n, row, k) for n, row in rows for k in range(1, at[n].shape[-1])]
        if not moves:
            continue
        step = 1e-5

        def moved(sign, at=at, moves=moves, step=step):
            tables = {n: np.repeat(one[None], len(moves), axis=0) for n, one in at.items()}
            for place, (n, row, k) in enumerate(moves):
                tables[n][(place, *row, k)] += sign * step
                tables[n][(place, *row, 0)] -= sign * step
            return tables

        def numbers(tables, statement, m=m, moves=moves):
            return Mixture(m, tables, np.zeros(len(moves))).each(values_of(statement), Known()).mean(statement)

        patterns = [m.read(" & ".join(f"{n} == {v}" for n, v in zip(nodes, levels, strict=True))) for levels in np.ndindex(*(len(m.graph.levels[n]) for n in nodes))]  # fmt: skip
        jacobian = np.array([(numbers(moved(1), p) - numbers(moved(-1), p)) / (2 * step) for p in patterns])
        asked = m.read(query)
        gradient = (numbers(moved(1), asked) - numbers(moved(-1), asked)) / (2 * step)
        left = gradient - np.linalg.lstsq(jacobian.T, gradient, rcond=1e-7)[0] @ jacobian
        assert found["identified"].item() == (np.linalg.norm(left) < 1e-5 * max(np.linalg.norm(gradient), 1e-3)), (
            drawn.words,
            query,
            nodes,
        )
    assert seen == {True, False}
