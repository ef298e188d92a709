"""How often one explanation would look divided: the simulation against enumeration, with its stated error."""

from __future__ import annotations

import dataclasses
from itertools import product

import numpy as np
import pytest
from strategies.designs import ten_items

import processtrace as pt
from processtrace.inference.division import looks_divided, simulated
from processtrace.inference.mixtures import shares
from processtrace.inference.numbers import case_numbers

DRAWS = 2000
WITHIN = 4.5
"""Standard errors; with two-sided normal errors a right test fails once in 150,000."""


def study(items, **parts):
    return pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], **parts)


def flipped(one, outcome):
    """The study with each item found or, after a search that misses nothing but what its source does not report, not found."""
    items = [
        item if found else dataclasses.replace(item, status="not_found", search_sensitivity=1.0)
        for item, found in zip(one.cases[0].evidence, outcome, strict=True)
    ]
    return dataclasses.replace(one, cases=(dataclasses.replace(one.cases[0], evidence=tuple(items)),))


def enumerated(one):
    """P(Bayes factor above 0) and P(at least the study's own) over all outcomes, explanations by the study's posterior."""
    own = shares(one)["bayes_factor_db"].item()
    held = pt.update(one)["posterior"].values[0]
    above = at_least = 0.0
    for outcome in product([True, False], repeat=len(one.cases[0].evidence)):
        other = flipped(one, outcome)
        chance = np.exp(pt.to_dataset(other)["log_likelihood"].values.sum(axis=0)) @ held
        found = shares(other)["bayes_factor_db"].item()
        above += chance * (found > 1e-9)
        at_least += chance * (found >= own - 1e-9)
    return above, at_least


@pytest.mark.parametrize("clusters", [{}, {"k": {"correlation": 0.6}}])
def test_the_simulation_is_the_sum_over_all_outcomes(clusters):
    """Points, with sources and a cluster: without errors of judgement every probability is known."""
    held = {"cluster": "k"} if clusters else {}
    items = [
        pt.Evidence("e", finding="F.", probability={"a": 0.8, "b": 0.3}, **held),
        pt.Evidence("f", finding="F.", probability={"a": 0.2, "b": 0.7}, source="s", **held),
        pt.Evidence("g", finding="F.", probability={"a": 0.1, "b": 0.6}, source="s"),
        pt.Evidence("h", finding="F.", probability={"a": 0.7, "b": 0.4}),
    ]
    one = study(items, sources={"s": {"reliability": 0.8}}, clusters=clusters)
    made, truth = looks_divided(one, draws=DRAWS, random_seed=3), enumerated(one)
    for name, expected in zip(("looks_divided", "as_divided"), truth, strict=True):
        error = np.sqrt(expected * (1 - expected) / DRAWS)
        assert abs(made[name].item() - expected) < WITHIN * error, name
    assert made["looks_divided_mcse"].item() == pytest.approx(np.sqrt(made.looks_divided.item() * (1 - made.looks_divided.item()) / DRAWS))


def test_reliabilities_searches_and_ranges_are_drawn_as_the_update_takes_them():
    """The frequency of each outcome pattern is its likelihood; narrow ranges, so that median and mean are one."""
    items = [
        pt.Evidence("e", finding="F.", probability={"a": [0.699, 0.701], "b": 0.2}, source="p", search_sensitivity=[0.6, 0.9]),
        pt.Evidence("f", finding="F.", probability={"a": 0.3, "b": 0.2}, source="p"),
    ]
    one = study(items, sources={"p": {"reliability": [0.3, 0.9]}})
    numbers = case_numbers(one, one.cases[0])
    nats = simulated(numbers, np.zeros(DRAWS, int), np.random.default_rng(4), None)[:, 0, 1]
    patterns = []
    for outcome in product([True, False], repeat=2):
        listed = [
            item if found else dataclasses.replace(item, status="not_found", search_sensitivity=item.search_sensitivity or 1.0)
            for item, found in zip(items, outcome, strict=True)
        ]
        under = pt.to_dataset(dataclasses.replace(one, cases=(dataclasses.replace(one.cases[0], evidence=tuple(listed)),)))
        patterns.append(np.exp(under["log_likelihood"].values.sum(axis=0)))
    assert sum(p[0] for p in patterns) == pytest.approx(1)
    for p in patterns:
        seen = np.isclose(nats, np.log(p[1]), atol=1e-9).mean()
        assert abs(seen - p[0]) < WITHIN * np.sqrt(p[0] * (1 - p[0]) / DRAWS)


def test_judgements_err_by_their_own_width():
    """Of centres drawn anew, nine in ten lie within the range that was stated; points stay."""
    items = [pt.Evidence(f"e{k}", finding="F.", probability={"a": [0.2, 0.6], "b": 0.3}) for k in range(4)]
    numbers = case_numbers(study(items), study(items).cases[0])
    from processtrace.inference.division import _judged

    low, high = _judged(numbers.items[0], numbers.z, np.random.default_rng(1), DRAWS)
    centre = 1 / (1 + np.exp(-(np.log(low / (1 - low)) + np.log(high / (1 - high))) / 2))
    inside = ((centre[:, 0] > 0.2) & (centre[:, 0] < 0.6)).mean()
    assert abs(inside - 0.9) < WITHIN * np.sqrt(0.09 / DRAWS)
    assert (low[:, 1] == 0.3).all()
    width = np.log(high[:, 0] / (1 - high[:, 0])) - np.log(low[:, 0] / (1 - low[:, 0]))
    assert np.allclose(width, np.log(0.6 / 0.4) - np.log(0.2 / 0.8))


def test_errors_of_judgement_look_like_division():
    """With errors of 5 dB about nine of ten studies with one true explanation favour shares; without, about what chance gives."""
    rng = np.random.default_rng(1)
    items = [pt.Evidence(f"e{k}", finding="F.", probability=dict(zip("abc", rng.uniform(0.1, 0.9, 3), strict=True))) for k in range(20)]
    one = pt.Study("S", hypotheses={h: {} for h in "abc"}, cases=[pt.Case("x", evidence=items)])
    told = [looks_divided(one, draws=400, sd_db=sd)["looks_divided"].item() for sd in (0, 2, 5, 10)]
    assert told == sorted(told)
    assert told[0] < 0.4
    assert 0.8 < told[2] < 0.95


def test_one_seed_one_answer_and_each_case_by_itself():
    whole = ten_items(2)
    first = looks_divided(whole, draws=20)
    assert first.identical(looks_divided(whole, draws=20))
    alone = looks_divided(whole.only(whole.cases[1].id), draws=20)
    assert first.isel(case=[1]).drop_attrs().equals(alone.drop_attrs())
    assert first.attrs["method"] == "simulation"
    assert first.attrs["draws"] == 20


def test_one_unit_is_never_divided():
    made = looks_divided(study([pt.Evidence("e", finding="F.", probability={"a": [0.5, 0.9], "b": 0.2})]), draws=50)
    assert made["looks_divided"].item() == 0
    assert made["bayes_factor_db"].item() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("asked", [{"draws": 0}, {"sd_db": -1.0}, {"sd_db": float("nan")}])
def test_what_cannot_be_simulated_is_refused(asked):
    with pytest.raises(pt.UsageError, match="at least 1 draw, and an error of 0 dB or more"):
        looks_divided(ten_items(1), **asked)


def test_the_table_puts_prior_and_posterior_sd_side_by_side():
    one = ten_items(2)
    table = pt.tables.shares(one, simulated=looks_divided(one, draws=20))
    data = shares(one)
    row = table.loc[(one.cases[0].id, "a")]
    assert row["Sd"] == float(data["evidence_share_sd"][0, 0])
    assert row["Prior sd"] == float(data["prior_share_sd"][0, 0])
    assert "simulated studies in which one explanation is right" in table.attrs["note"]
    assert "Looks divided" not in pt.tables.shares(one).columns
