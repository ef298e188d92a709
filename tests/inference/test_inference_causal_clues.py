"""Studies with a causal model against enumeration: clues, hand-judged items, sources, searches, and what is known."""

from __future__ import annotations

import math
from random import Random

import pytest
from strategies import causal_studies as draw
from truth.causal_study import likelihoods

import processtrace as pt


def built(words, case):
    return pt.Study(**words, cases=[pt.Case(case["case"], **{key: value for key, value in case.items() if key != "case"})])


def compared(seed, by_hand):
    """Compare one random study with enumeration; return whether what it states can be."""
    random = Random(seed)
    words, case, model = draw.study(random, by_hand=by_hand)
    truth = likelihoods({"causal": model, "hypotheses": words["hypotheses"]}, case)
    if any(not prior > 0 for prior, _ in truth.values()):
        with pytest.raises(pt.StudyError):
            built(words, case)
        return False
    study = built(words, case)
    weights = {h: prior * likelihood for h, (prior, likelihood) in truth.items()}
    if not sum(weights.values()):
        with pytest.raises(pt.ContradictionError):
            pt.update(study)
        return False
    found = pt.update(study)
    total, sums = sum(weights.values()), sum(prior for prior, _ in truth.values())
    for h, (prior, likelihood) in truth.items():
        message = f"seed {seed}, {h}: {words}, {case}"
        assert found["prior"].sel(hypothesis=h).item() == pytest.approx(prior / sums, abs=1e-12), message
        assert found["posterior"].sel(hypothesis=h).item() == pytest.approx(weights[h] / total, rel=1e-9, abs=1e-12), message
        nats = found["log_likelihood"].sel(hypothesis=h).sum().item()
        assert math.exp(nats) == pytest.approx(likelihood, rel=1e-9, abs=1e-14), message
    return True


@pytest.mark.parametrize("by_hand", [False, True])
def test_random_studies_agree_with_enumeration(by_hand):
    assert sum(compared(seed, by_hand) for seed in range(240)) > 40
