"""Bounds where shares of a causal model are ranges, against an enumeration of studies that state shares all over the ranges."""

from __future__ import annotations

import importlib
from itertools import product

import numpy as np
import pytest
from truth.causal_study import likelihoods

import processtrace as pt
from processtrace import robustness

GRAPH = {"graph": "I -> M -> D; I -> D", "never": ["M[I=1] < M[I=0]"]}
EVENTS = {"led": {"when": "D[I=1] > D[I=0]"}, "other": {"when": "M[I=0] == 1 and not (D[I=1] > D[I=0])"}, "rest": {"when": "otherwise"}}
SHARES = {"M": {"raises": (0.1, 0.7), "always": (0.1, 0.6)}, "D": {"D[I=1] > D[I=0] everywhere": (0.2, 0.5)}}
ITEMS = [
    {"id": "m", "finding": "Marches.", "observes": {"M": 1}, "source": "press"},
    {"id": "c", "finding": "A cable.", "about": "M", "probability": {0: 0.2, 1: 0.6}},
    {"id": "h", "finding": "A memo.", "probability": {"led": 0.6, "other": 0.2, "rest": 0.3}},
]
KNOWN = {"I": 1, "D": 1}
STEPS = 7


def study(shares, prior=None, reliability=0.7, graph=None, known=None):
    hypotheses = {h: {**part, **({"prior": prior[h]} if prior else {})} for h, part in EVENTS.items()}
    case = {"id": "c", "known": KNOWN if known is None else known, "sources": {"press": {"reliability": reliability}}, "evidence": ITEMS}
    return pt.Study("Ranges", causal={**(graph or GRAPH), "shares": shares}, hypotheses=hypotheses, cases=[case])


def every(shares):
    """Shares at all points of a grid over the ranges that leave something or nothing, but not less, for the rest."""
    places = [(node, label) for node, entries in shares.items() for label in entries]
    for chosen in product(*(np.linspace(*shares[node][label], STEPS) for node, label in places)):
        found = {}
        for (node, label), share in zip(places, chosen, strict=True):
            found.setdefault(node, {})[label] = str(round(float(share), 12))
        if all(sum(map(float, entries.values())) <= 1 for entries in found.values()):
            yield found


def posteriors(shares, prior, reliability):
    case = {"known": KNOWN, "sources": {"press": {"reliability": reliability}}, "evidence": ITEMS}
    for stated in every(shares):
        truth = likelihoods({"causal": {**GRAPH, "shares": stated}, "hypotheses": EVENTS}, case)
        joint = np.array([(from_model if prior is None else prior[h]) * likelihood for h, (from_model, likelihood) in truth.items()])
        yield joint / joint.sum()


@pytest.mark.parametrize("prior", [None, {"led": 1, "other": 2, "rest": 1}])
@pytest.mark.parametrize("reliability", [0.7, (0.5, 0.9)])
def test_the_bounds_are_the_ends_of_all_answers_within_the_ranges(prior, reliability):
    shares = SHARES if prior is None or reliability == 0.7 else {"M": SHARES["M"]}
    found = robustness.bounds(study(shares, prior, reliability))
    points = (0.7,) if reliability == 0.7 else np.linspace(*reliability, 5)
    each = np.array([row for point in points for row in posteriors(shares, prior, float(point))])
    # the corners of these ranges are on the grid; an extreme between the corners, which a stated prior allows, may lie beside it
    for end, truth, sign in (("lowest", each.min(axis=0), 1), ("highest", each.max(axis=0), -1)):
        beyond = sign * (truth - found[end].values[0])
        assert (beyond > -1e-9).all()
        assert (beyond < (1e-9 if prior is None and reliability == 0.7 else 5e-3)).all()
    assert found.attrs["optimised"] == ([] if prior is None and reliability == 0.7 else ["c"])


def test_an_extreme_between_the_corners_is_found_under_a_stated_prior():
    # K is more common where D and I are both 1, or both 0: the odds of D rise and fall within the range of one share
    graph = "I -> D; I -> K; D -> K"
    rows = {"K[D=1, I=1] == 1": 0.3, "K[D=1, I=0] == 1": 0.05, "K[D=0, I=1] == 1": 0.1, "K[D=0, I=0] == 1": 0.9}
    events = {"a": {"when": "D == 1", "prior": 1}, "b": {"when": "D == 0", "prior": 1}}
    items = [{"id": "k", "finding": "K.", "observes": {"K": 1}}]

    def at(share):
        shares = {"I": {"1": 0.9}, "D": {"raises": share, "always": 0.02, "never": 0.04}, "K": rows}
        causal = {"graph": graph, "nodes": {"K": {"rule": "rows"}}, "shares": shares}
        return pt.Study("Between", causal=causal, hypotheses=events, cases=[{"id": "c", "evidence": items}])

    def odds(share):
        high, low = 0.9 * (share + 0.02), 0.1 * (0.96 - share)  # P(I = 1, D = 1): raises, always; P(I = 0, D = 1): lowers, always
        absent, other = 0.9 - high, 0.1 - low
        return ((0.3 * high + 0.05 * low) / (high + low)) / ((0.1 * absent + 0.9 * other) / (absent + other))

    each = odds(np.linspace(0.0, 0.94, 9401))
    assert each.max() > 1.2 * max(each[0], each[-1])
    found = robustness.bounds(at([0.0, 0.94]))
    assert np.exp(found["log_odds_lowest"].values[0, 0]) == pytest.approx(each.min(), rel=1e-5)
    assert np.exp(found["log_odds_highest"].values[0, 0]) == pytest.approx(each.max(), rel=1e-5)


def test_update_takes_the_middle_of_the_ranges():
    middle = {"M": {"raises": 0.4, "always": 0.35}, "D": {"D[I=1] > D[I=0] everywhere": 0.35}}
    ranged, points = (pt.update(study(shares))["posterior"].values for shares in (SHARES, middle))
    np.testing.assert_allclose(ranged, points, atol=1e-15)


def test_more_corners_than_can_be_tried_are_searched(monkeypatch):
    all_tried = robustness.bounds(study(SHARES))
    module = importlib.import_module("processtrace.robustness.bounds")
    monkeypatch.setattr(module, "MOST_CORNERS", 3)
    module._case.cache_clear()
    searched = robustness.bounds(study(SHARES))
    module._case.cache_clear()
    assert searched.attrs["optimised"] == ["c"]
    for end in ("lowest", "highest"):
        np.testing.assert_allclose(searched[end].values, all_tried[end].values, atol=1e-9)


def test_ranges_of_each_rival_model_move_and_those_of_learned_shares_do_not():
    models = {
        "one": {"graph": "X -> Y", "shares": {"Y": {"raises": [0.2, 0.6]}}},
        "two": {"graph": "Y <- X", "shares": {"Y": {"never": [0.1, 0.4]}}},
    }
    events = {"one": {"model": "one", "when": "Y[X=1] > Y[X=0]"}, "other": {"model": "one", "when": "otherwise"}, "two": {"model": "two"}}
    case = {"id": "c", "known": {"X": 1}, "evidence": [{"id": "y", "finding": "Y.", "observes": {"Y": 1}}]}
    found = robustness.bounds(pt.Study("Rivals", causal={"models": models}, hypotheses=events, cases=[case]))
    each = []
    for raises, never in product(np.linspace(0.2, 0.6, 5), np.linspace(0.1, 0.4, 4)):
        # P(Y = 1 | X = 1) = raises + always, in proportion to equal shares of what is left
        rest = (1 - raises) / 3
        weights = np.array([raises, rest, 2 * (1 - never) / 3])
        each.append(weights / weights.sum())
    np.testing.assert_allclose(found["lowest"].values[0], np.min(each, axis=0), atol=1e-12)
    np.testing.assert_allclose(found["highest"].values[0], np.max(each, axis=0), atol=1e-12)


@pytest.mark.parametrize(
    ("share", "read"), [([0.5], "a range of two"), ([0.5, 0.2], "the lower end, then the higher one"), ([0.2, 1.5], "1 at most")]
)
def test_what_is_no_range_is_refused(share, read):
    with pytest.raises(pt.StudyError, match=read):
        pt.update(study({"M": {"raises": share}}))
