"""Every key of the JSON form, with its type, over every kind of study; and each key against the study with the change made."""

from __future__ import annotations

import dataclasses
import json
import re
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.designs import ten_items, two
from strategies.studies import leads, studies
from truth.plain_numbers import updated

import processtrace as pt
from processtrace import robustness
from processtrace.inference.reading import readings

NUMBER = (int, float)


def items(n: int, **fields: Any) -> list[pt.Evidence]:
    p = [{"a": 0.8, "b": 0.3}, {"a": 0.4, "b": 0.5}, {"a": 0.7, "b": 0.6}]
    return [pt.Evidence(f"e{k}", finding="A memo.", **({"probability": p[k % 3]} | fields)) for k in range(n)]


def study(evidence: list[pt.Evidence], hypotheses: Any = ("a", "b"), **fields: Any) -> pt.Study:
    case = {name: fields.pop(name) for name in ("sources", "clusters") if name in fields}
    return pt.Study("Form", hypotheses={h: {} for h in hypotheses}, cases=[pt.Case("x", evidence=evidence, **case)], **fields)


def many_sources() -> pt.Study:
    """Four sources of uncertain reliability that meet in one unit: beyond what is integrated exactly."""
    sources = {f"w{k}": {"reliability": (0.5, 0.9)} for k in range(4)}
    first = pt.Evidence("all", finding="A memo.", source=list(sources), probability={"a": 0.8, "b": 0.3})
    return study([first, *items(2, source="w0")], sources=sources)


def factors() -> pt.Study:
    p = {"none": 0.2, "one": 0.6, "two": 0.4, "one+two": 0.7}
    made = [pt.Evidence("memo", finding="A memo.", probability=p), pt.Evidence("vote", finding="A vote.", probability=p | {"two": 0.5})]
    return pt.Study("Factors", factors={"one": {}, "two": {"prior": 0.3}}, cases=[pt.Case("x", evidence=made)])


def coders() -> pt.Study:
    judged = {"ana": {"probability": {"a": 0.8, "b": 0.3}}, "ben": {"ratio": {"a": 3, "b": 1}}}
    return study(items(2, probability=None, judgements=judged), analysts={"ana": {}, "ben": {}})


PLANNED = {"status": "planned"}
KINDS = {
    "ordinary": ten_items(),
    "tie": study(items(1, probability={"a": 0.4, "b": 0.4})),
    "one hypothesis": study([pt.Evidence("e0", finding="A memo.", probability={"a": (0.3, 0.6)})], ("a",)),
    "one item": two(),
    "refuted rival": two(0.4, 0.0),
    "excluded leader": two(0.2, 0.8).with_prior({"a": 1, "b": 0}),
    "planned only": study(items(2, **PLANNED)),
    "no evidence": study([]),
    "no evidence, unequal priors": pt.Study("Bare", hypotheses={"a": {"prior": 3}, "b": {}}, cases=[pt.Case("x")]),
    "factors": factors(),
    "analysts": coders(),
    "ratios": study(items(3, probability=None, ratio={"a": (2, 4), "b": 1}), anchor=0.7),
    "ranged reliability": study(items(3, source="w"), sources={"w": {"reliability": (0.5, 0.9)}}),
    "quasi-Monte Carlo": many_sources(),
    "not found": study(items(2, status="not_found", search_sensitivity=(0.4, 0.9))),
}  # fmt: skip


def is_number(value: object) -> bool:
    return isinstance(value, NUMBER) and not isinstance(value, bool)


def check(value: object, form: object, where: str) -> None:
    """A value against a form: a type, `OrNull`, `Map` of any keys, {key: form}, [form]."""
    if isinstance(form, OrNull):
        if value is not None:
            check(value, form.form, where)
    elif form == "number":
        assert is_number(value), where
    elif isinstance(form, Map):
        assert isinstance(value, dict), where
        if form.names is not None:
            assert list(value) == form.names, where
        for name, inner in value.items():
            check(inner, form.inner, f"{where}.{name}")
    elif isinstance(form, dict):
        assert isinstance(value, dict), where
        assert list(value) == list(form), where
        for name, inner in form.items():
            check(value[name], inner, f"{where}.{name}")
    elif isinstance(form, list):
        assert isinstance(value, list), where
        for k, inner in enumerate(value):
            check(inner, form[0], f"{where}.{k}")
    else:
        assert isinstance(value, form), where  # type: ignore[arg-type]


@dataclasses.dataclass(frozen=True)
class Map:
    """A mapping by names, or by any where `names` is None."""

    inner: object
    names: list[str] | None = None


@dataclasses.dataclass(frozen=True)
class OrNull:
    """A form, or null."""

    form: object


def form_of(hypotheses: list[str], leader: str | None) -> dict[str, object]:
    shares = Map(OrNull("number"), hypotheses)
    left = Map({"posterior": shares, "fell": [str]})
    return {
        "leader": OrNull(str),
        "runner_up": OrNull(str),
        "tied": [str],
        "margin_db": OrNull("number"),
        "evidence_margin_db": OrNull("number"),
        "error_nats": "number",
        "leave_out": dict.fromkeys(("item", "source", "cluster", "tag", "analyst"), left),
        "bounds": Map(["number"], hypotheses),
        "ranges": Map(["number"], hypotheses),
        "tipping": OrNull(Map({"weight_db": OrNull("number"), "tips_at_db": OrNull("number"), "tips_at_probability": OrNull("number"), "rank": OrNull(int)})),
        "common_shrink": OrNull("number"),
        "shrink_to_even": OrNull("number"),
        "shrink_for": OrNull("number"),
        "fewest_left_out": OrNull({"items": [str], "exact": bool}),
        "fail_safe": OrNull("number"),
        "prior_odds_to_overturn": OrNull(Map(OrNull("number"), [h for h in hypotheses if h != leader])),
        "noise": OrNull({"sd_db": ["number"], "leader_stays": ["number"], "sd_at_90": OrNull("number")}),
        "dependence": {"rho": ["number"], "posterior": Map(["number"], hypotheses), "fully_redundant": shares, "smallest": shares, "largest": shares},
        "model_error": {"epsilon": ["number"], "posterior": Map(["number"], hypotheses)},
        "unlisted": OrNull({"prior": ["number"], "q": [OrNull("number")], "db_per_item": [OrNull("number")], "prior_of_certain_story": OrNull("number")}),
        "prediction_bits": Map({"bits": OrNull("number"), "excess": OrNull("number")}),
        "anchor": Map(shares, ["0.5", "0.95"]),
        "analysts": Map({"posterior": shares, "items": int}),
        "sentence": str,
        "counted": {
            "for": int, "against": int, **dict.fromkeys(("bayes_factor", "bias_to_flip", "recoded"), Map(OrNull("number"), ["binomial", "urn", "worst_case"])),
            "judged_bayes_factor": OrNull("number"), "sentence": str,
        },
        "judged_later": {"items": [str], "posterior": shares, "sentence": str},
        "tilt_to_tie": OrNull(Map(dict.fromkeys(("share", "db_per_item"), OrNull("number")), [h for h in hypotheses if h != leader])),
        "tilt": {"correlation": ["number"], **dict.fromkeys(("posterior", "low", "high"), Map(["number"], hypotheses))},
        "undeclared": {
            "groups": Map({"items": [str], "rho_to_tie": OrNull("number"), "fully_redundant": shares}),
            "together": {"rho": ["number"], "posterior": Map(["number"], hypotheses)},
            "clustered_share": dict.fromkeys(("for", "against"), OrNull("number")),
        },
        "parts": Map(Map({"items": int, "only": shares, "without": shares})),
        "wording": Map({"items": int, "mean_db": OrNull("number"), "sd_db": OrNull("number"), "posterior": shares}),
        "decisive": OrNull([{"choice": str, "change": str, "leader": OrNull(str)}]),
    }  # fmt: skip


NEED_A_LEADER = {
    "runner_up", "margin_db", "evidence_margin_db", "tipping", "common_shrink", "shrink_to_even", "shrink_for", "fewest_left_out",
    "fail_safe", "prior_odds_to_overturn", "noise", "unlisted", "tilt_to_tie", "decisive",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_of_every_kind_of_study(kind):
    made = KINDS[kind]
    found = json.loads(json.dumps(robustness.as_json(made), allow_nan=False))
    assert list(found) == ["title", "hypotheses", "cases"]
    assert found["hypotheses"] == list(made.explanations)
    part = found["cases"][made.cases[0].id]
    check(part, form_of(found["hypotheses"], part["leader"]), kind)
    null = {key for key, value in part.items() if value is None}
    if part["runner_up"] is None:
        assert null - {"leader"} == NEED_A_LEADER
    else:
        assert part["leader"] is not None
        assert null <= NEED_A_LEADER
    assert (part["error_nats"] > 0) == (kind == "quasi-Monte Carlo")
    posterior = pt.update(made)["posterior"].values[0]
    if part["leader"] is not None:
        assert found["hypotheses"].index(part["leader"]) == np.argmax(posterior)
    sizes = {len(part["dependence"]["rho"])} | {len(values) for values in part["dependence"]["posterior"].values()}
    assert len(sizes) == 1
    for low, high in [*part["bounds"].values(), *part["ranges"].values()]:
        assert 0 <= low <= high <= 1
    words = part["sentence"]
    assert words.endswith(".")
    assert "nan" not in words.split()


@settings(max_examples=12)
@given(studies().filter(leads))
def test_the_margin_and_the_leader_by_the_update(made):
    data, lead = pt.update(made), robustness.margins(made)
    log_post, nats = data["log_posterior"].values[0], data["log_likelihood"].values.sum(axis=0)
    order = np.argsort(-log_post)
    names = list(made.hypotheses)
    assert (lead["leader"].item(), lead["runner_up"].item()) == (names[order[0]], names[order[1]])
    with np.errstate(invalid="ignore"):
        assert lead["margin_db"].item() == pytest.approx((log_post[order[0]] - log_post[order[1]]) * 10 / np.log(10), abs=1e-8)
        assert lead["evidence_margin_db"].item() == pytest.approx((nats[order[0]] - nats[order[1]]) * 10 / np.log(10), abs=1e-8)


@settings(max_examples=12)
@given(made=studies(items=(1, 4), reliabilities=0, analysts=False).filter(leads), random=st.randoms(use_true_random=False))
def test_bounds_are_reached_by_judgements_at_the_ends_of_their_ranges(made, random):
    """Every judgement of a hypothesis at one end and every rival's at the other, by the public way; signs by trying both."""
    if robustness.bounds(made).attrs["optimised"]:
        made = dataclasses.replace(
            made, cases=(dataclasses.replace(made.cases[0], evidence=tuple(_searched_at_a_point(e) for e in made.cases[0].evidence)),)
        )
    data, names = robustness.bounds(made), list(made.hypotheses)
    for _ in range(20):
        changed = made
        for item in made.cases[0].evidence:
            if item.counts and item.probability is not None:
                values = {h: _some(v, random) for h, v in item.probability.items()}
                changed = changed.with_judgement("one", item.id, values)
        posterior = updated(changed)
        assert (posterior >= data["lowest"].values[0] - 1e-9).all()
        assert (posterior <= data["highest"].values[0] + 1e-9).all()
    assert len(names) == data.sizes["hypothesis"]


def _searched_at_a_point(item: pt.Evidence) -> pt.Evidence:
    return item if item.search_sensitivity is None else dataclasses.replace(item, search_sensitivity=0.6)


def _some(value: Any, random: Random) -> Any:
    return random.choice(value) if isinstance(value, tuple) else value


@settings(max_examples=10)
@given(studies(zeros=False, excluded=False))
def test_prediction_by_the_study_without_and_with_the_item(made):
    """-log2 of P(E) / P(E without the item and what is given it) x P(what is given it | ...), for items that nothing is given."""
    data = robustness.prediction_bits(made)
    named = {name for item in made.cases[0].evidence for name in item.given}
    prior = np.log(pt.to_dataset(made)["prior"].values[0])

    def log_evidence(of: pt.Study) -> float:
        return float(np.logaddexp.reduce(prior + pt.to_dataset(of)["log_likelihood"].values.sum(axis=0)))

    for k, name in enumerate(str(i) for i in data["evidence_id"].values):
        if name not in named:
            bits = -(log_evidence(made) - log_evidence(made.without(item=name))) / np.log(2)
            assert data["bits"].values[k] == pytest.approx(bits, abs=1e-8)


@settings(max_examples=8)
@given(studies(items=(1, 5), zeros=False).filter(leads))
def test_the_fewest_items_do_change_the_lead_and_no_fewer_do(made):
    leader = int(np.argmax(updated(made)))
    ids = [str(i) for i in pt.to_dataset(made)["evidence_id"].values]
    found = robustness.as_json(made)["cases"]["one"]["fewest_left_out"]

    def changes(some: tuple[str, ...]) -> bool:
        changed = made
        for name in some:
            if any(item.id == name for item in changed.cases[0].evidence):
                changed = changed.without(item=name)
        posterior = updated(changed)
        return bool(np.delete(posterior, leader).max() >= posterior[leader] * (1 - 1e-9))

    smallest = next((size for size in range(1, len(ids) + 1) if any(changes(some) for some in combinations(ids, size))), None)
    assert (None if found is None else len(found["items"])) == smallest
    assert found is None or changes(tuple(found["items"]))


def test_readings_are_of_the_study_they_were_asked_for():
    first, second = two(), two(0.3, 0.6)
    assert readings(first)[0] is readings(first)[0]
    assert readings(first)[0] is not readings(second)[0]


def test_a_wrong_form_is_seen():
    whole = json.loads(json.dumps(robustness.as_json(two())))["cases"]["x"]
    form = form_of(["a", "b"], "a")
    check(whole, form, "x")
    wrong = [{**whole, "tied": None}, {**whole, "fail_safe": "3"}, {**whole, "more": 1}, {k: v for k, v in whole.items() if k != "noise"}]
    for made in wrong:
        with pytest.raises(AssertionError):
            check(made, form, "x")


def documented() -> list[tuple[str, str, list[float]]]:
    """Function, coordinate and values of each row of the table in the documentation."""
    text = (Path(__file__).parents[2] / "docs" / "numbers.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| ([\d., ]+) \|$", text, re.MULTILINE)
    return [(function, along, [float(value) for value in values.split(", ")]) for function, along, values in rows]


@pytest.mark.parametrize(("function", "along", "values"), documented())
def test_the_values_of_a_question_are_those_documented(function, along, values):
    """With items judged as ratios, so that anchors matter; the study's own is 0.8."""
    item = pt.Evidence("memo", finding="A memo.", ratio={"a": 4, "b": 1}, cluster="k")
    study = pt.Study(
        "Ratios",
        hypotheses={"a": {}, "b": {}},
        clusters={"k": {}},
        cases=[pt.Case("x", evidence=[item, dataclasses.replace(item, id="vote")])],
    )
    assert getattr(robustness, function)(study)[along].values.tolist() == values


def test_every_question_along_values_is_documented():
    assert {(function, along) for function, along, _ in documented()} == {
        ("dependence", "rho"), ("noise", "sd_db"), ("model_error", "epsilon"), ("unlisted", "new_prior"), ("unlisted", "anchor"), ("anchor", "anchor"),
    }  # fmt: skip
