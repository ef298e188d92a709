"""The engine against the enumeration of all causal types in fractions, over random models."""

from __future__ import annotations

import re
from itertools import combinations
from random import Random

import numpy as np
import pytest
from strategies import causal_models as draw

import processtrace as pt

TOLERANCE = 1e-12


def grouped(reports):
    found = {}
    for node, chances in reports:
        found.setdefault(node, []).append([float(chance) for chance in chances])
    return found


def check(seed, most):
    """One random model, four questions of it; how many were impossible."""
    random = Random(seed)
    drawn = draw.model(random, most)
    truth, engine = drawn.enumeration, pt.CausalModel(**drawn.words)
    impossible = 0
    for _ in range(4):
        asked, given, reports = draw.query(random, truth), draw.given(random, truth), draw.reports(random, truth)
        value, probability = truth.answer(asked, given, reports)
        if value is None:
            impossible += 1
            with pytest.raises(pt.ImpossibleError) as error:
                pt.causal.query(engine, asked, given, grouped(reports))
            assert_smallest(truth, given, reports, error.value.clues)
        else:
            answer = pt.causal.query(engine, asked, given, grouped(reports))
            message = f"seed {seed}: {drawn.words}, {asked!r} given {given!r} and {reports}"
            assert answer["value"].item() == pytest.approx(float(value), rel=TOLERANCE, abs=TOLERANCE), message
            assert answer["probability_of_given"].item() == pytest.approx(float(probability), rel=TOLERANCE, abs=TOLERANCE), message
    return impossible


def assert_smallest(truth, given, reports, clues):
    """No set of what is known with fewer members is impossible."""
    terms = [("given", term) for term in split(given)] + [("report", report) for report in reports]
    if len(terms) > 8:
        return
    smallest = next(
        size
        for size in range(len(terms) + 1)
        for chosen in combinations(terms, size)
        if truth.answer("1 == 1", " & ".join(f"({t})" for k, t in chosen if k == "given"), [r for k, r in chosen if k == "report"])[0]
        is None
    )
    assert len(clues) == smallest


def split(given):
    """The terms that a condition joins by `and`, those in brackets too."""
    depth, parts, start = 0, [], 0
    for match in re.finditer(r"[()]|&|\band\b", given):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth == 0 and match[0] not in "()":
            parts.append(given[start : match.start()].strip())
            start = match.end()
    parts.append(given[start:].strip())
    if len(parts) > 1:
        return [term for part in parts for term in split(part)]
    whole = parts[0]
    if whole.startswith("(") and closes_at(whole) == len(whole) - 1:
        return split(whole[1:-1])
    return [whole] if whole else []


def closes_at(text):
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place
    return -1


def test_random_models_agree_with_enumeration():
    assert sum(check(seed, 300) for seed in range(150)) > 20


@pytest.mark.long
@pytest.mark.parametrize("block", range(20))
def test_thousands_of_random_models_agree_with_enumeration(block):
    assert sum(check(seed, 2000) for seed in range(1000 + 150 * block, 1150 + 150 * block)) > 20


def test_shares_in_batches_give_what_each_gives_alone():
    from processtrace.causal.joint import Known, joint
    from processtrace.causal.statements import values_of

    model = pt.CausalModel("X -> M -> Y <- X; M <-> Y; W -> Y", never=["M[X=1] < M[X=0]"])
    rng = np.random.default_rng(1)
    batch = {
        node: rng.dirichlet(np.ones(model.share_table(node).shape[-1]), (5, *model.share_table(node).shape[:-1])) for node in model.nodes
    }
    reports = rng.random((5, 2))
    asked = model.read("Y[X=1] - Y[X=0]")
    known = model.read("X == 1 & (Y == 1 | W == 0)")
    together = joint(model, values_of(asked), Known((known,), (("M", reports),)), batch).mean(asked)
    for k in range(5):
        single = joint(model, values_of(asked), Known((known,), (("M", reports[k]),)), {node: table[k] for node, table in batch.items()})
        assert together[k] == pytest.approx(single.mean(asked)[0], rel=1e-13)
