"""The contract as it is promised to users: files in, JSON and tables out, numbers against a second arithmetic.

Everything goes through the command line or the public names. `contract_reference` takes the same words and computes
from the formulas alone; agreement is asked to 1e-8 (1e-6 where an inversion or a coarse rule stands between).
"""

from __future__ import annotations

import copy
import csv
import io
import itertools
import json
import math
import random
import re
import sys
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import norm
from truth.contract_reference import DB, WORDS, Reference

import processtrace as pt
from processtrace.cli import main

SCALES = ("probability", "ratio", "decibels", "words")


class Writer:
    """Random studies in the words of the files: every scale, range, source, search, cluster, pool and condition."""

    def __init__(
        self,
        seed: int,
        *,
        hypotheses: int = 3,
        items: int = 5,
        pools: bool = True,
        sources: bool = True,
        clusters: bool = True,
        given: bool = True,
    ):
        self.random = random.Random(seed)
        r = self.random
        names = [f"h{k}" for k in range(hypotheses)]
        self.judges = [*names, "extra"] if r.random() < 0.3 else names
        self.study: dict[str, Any] = {
            "title": f"study {seed}",
            "hypotheses": {h: {"label": f"Label {h}", "statement": f"What {h} says.", "prior": r.choice([1, 2, 0.5])} for h in names},
            "cases": ["../evidence/c.yaml"],
            "range_coverage": r.choice([0.9, 0.8]),
            "anchor": r.choice([0.8, 0.6]),
            "cluster_correlation": r.choice([0.3, 0.7]),
            "tags": {"t1": {"label": "Tag one"}, "t2": {"label": "Tag two"}},
        }
        if pools:
            self.study["analysts"] = {
                "ana": {"label": "Ana", "weight": r.choice([1, 2])},
                "ben": {"label": "Ben"},
                "cy": {"label": "Cy", "weight": 0.5},
            }
        self.case: dict[str, Any] = {"case": "c", "label": "Case C"}
        if self.judges != names:
            self.case["judges"] = self.judges[::-1]
        if r.random() < 0.4:
            self.case["prior"] = {h: r.choice([1, 2, 3]) for h in self.judges}
        if sources:
            self.case["sources"] = {
                "point": {"reliability": 0.8},
                "rates": {"reports_if_true": 0.83, "reports_if_false": 0.17},
                "word": {"label": "Taken at its word"},
                "range": {"reliability": [0.6, 0.9]},
                "wide": {"reliability": [0.3, 0.8]},
            }
        if clusters:
            self.case["clusters"] = {
                "k1": {"correlation": r.choice([0.2, 0.6, 0.8])},
                "k2": {"label": "By default"},
                "k0": {"correlation": 0},
            }
        self.case["evidence"] = [self.item(k, pools, sources, clusters, given) for k in range(items)]

    def probability(self, low: float = 0.03, high: float = 0.97) -> Any:
        a, b = sorted(round(self.random.uniform(low, high), 3) for _ in range(2))
        return [a, b] if self.random.random() < 0.4 and a != b else a

    def judgement(self) -> dict[str, Any]:
        r = self.random
        scale = r.choice(SCALES)
        if scale == "probability":
            return {scale: {h: self.probability() for h in self.judges}}
        if scale == "words":
            pairs = [sorted(r.sample(range(len(WORDS)), 2)) for _ in self.judges]
            words = list(WORDS)
            return {
                scale: {h: [words[i], words[j]] if r.random() < 0.2 else words[i] for h, (i, j) in zip(self.judges, pairs, strict=True)}
            }
        ends = ((0.2, 2), (2.1, 5)) if scale == "ratio" else ((-12, -4), (-3, 3))
        both = {h: [round(r.uniform(*end), 2) for end in ends] for h in self.judges}
        return {scale: {h: v if r.random() < 0.3 else v[r.randrange(2)] for h, v in both.items()}}

    def item(self, k: int, pools: bool, sources: bool, clusters: bool, given: bool) -> dict[str, Any]:
        r = self.random
        made: dict[str, Any] = {"id": f"i{k}", "label": f"Item {k}", "finding": f"Finding {k}."}
        if r.random() < 0.8:
            made["date"] = r.choice(["2001", "2001-05", "2001-05-03", "1999/2001-06", "2003"])
        each = {h: self.probability(0.2, 0.9) for h in self.judges}
        if r.random() < 0.35:
            made |= {"status": "not_found", "searched": "Two archives.", "search_sensitivity": r.choice([0.7, [0.4, 0.8], each])}
        elif r.random() < 0.2:
            made["search_sensitivity"] = each
        if sources and r.random() < 0.6:
            made["source"] = r.choice(
                ["point", "rates", "word", "range", "wide", ["point", "rates"], ["range", "point"], ["range", "wide"]]
            )
        if clusters and r.random() < 0.5:
            made["cluster"] = r.choice(["k1", "k1", "k2", "k0"])
        if given and k and r.random() < 0.2:
            made["given"] = [f"i{r.randrange(k)}"]
        if r.random() < 0.5:
            made["tags"] = [r.choice(["t1", "t2"])]
        if pools and r.random() < 0.35:
            return made | {"judgements": {a: self.judgement() for a in r.sample(["ana", "ben", "cy"], r.choice([1, 2, 3]))}}
        return made | self.judgement()


def written(folder, study, *cases):
    """The files of a study, as JSON, which is YAML too; the path of the study."""
    for name in ("models", "evidence"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "models" / "s.yaml").write_text(json.dumps(study))
    for case in cases:
        (folder / "evidence" / f"{case['case']}.yaml").write_text(json.dumps(case))
    return folder / "models" / "s.yaml"


@pytest.fixture
def call(capsys, monkeypatch):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["processtrace", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return run


@pytest.fixture
def printed(call):
    def run(*arguments):
        code, out, err = call(*arguments, "--format", "json")
        assert (code, err) == (0, "")
        return json.loads(out)["cases"]

    return run


def near(got, want, within=1e-8):
    """Two mappings by hypothesis that agree."""
    assert set(got) == set(want)
    assert [got[h] for h in want] == pytest.approx(list(want.values()), rel=within, abs=within)


SMALL: dict[str, Any] = {
    "title": "Small",
    "hypotheses": {"a": {"label": "Alpha", "statement": "A."}, "b": {"label": "Beta", "statement": "B."}},
    "cases": ["../evidence/c.yaml"],
}


def small(folder, *items, study=None, **case):
    made = [{"id": f"x{k}", "label": f"Item {k}", "finding": f"Finding {k}.", **item} for k, item in enumerate(items)]
    return written(folder, {**SMALL, **(study or {})}, {"case": "c", "label": "Case C", "evidence": made, **case})


# --- update


@pytest.mark.parametrize("seed", range(8))
def test_update_prints_what_the_formulas_give(seed, tmp_path, printed):
    made = Writer(seed, hypotheses=2 + seed % 3, items=4 + seed % 3, pools=seed % 2 == 0, sources=seed % 3 > 0, clusters=seed % 4 > 0)
    found = printed("update", written(tmp_path, made.study, made.case))["c"]
    ref = Reference(made.study, made.case)
    posterior = ref.posterior()
    near(found["prior"], ref.prior)
    near(found["posterior"], posterior)
    near(found["log_posterior"], {h: math.log(p) for h, p in posterior.items()})
    near(found["evidence_db"], ref.relative(ref.evidence()))
    assert [e["id"] for e in found["evidence"]] == [e["id"] for e in made.case["evidence"]]
    weights = ref.weights()
    for item in found["evidence"]:
        assert item["status"] == ref.items[item["id"]].get("status", "found")
        for kind, values in weights[item["id"]].items():
            near(item[kind], values)
    joined: dict[str, list[str]] = {}
    for item in made.case["evidence"]:
        if item.get("cluster") and not item.get("given"):
            joined.setdefault(item["cluster"], []).append(item["id"])
    assert {c["id"]: c["items"] for c in found["clusters"]} == joined
    for cluster in found["clusters"]:
        near(cluster["weight_db"], ref.relative(ref.evidence(cluster["items"])))
    assert (found["refuted"], found["error_nats"]) == ([], 0)


def test_an_analyst_has_what_he_judged_and_the_common_judgements(tmp_path, printed):
    for seed in range(60, 63):
        made = Writer(seed, items=4, sources=False, clusters=False, given=False)
        path = written(tmp_path / str(seed), made.study, made.case)
        for name in made.study["analysts"]:
            code_items = [e for e in made.case["evidence"] if "judgements" not in e or name in e["judgements"]]
            ref = Reference({**made.study, "analyst": name}, {**made.case, "evidence": code_items})
            near(printed("update", path, "--analyst", name)["c"]["posterior"], ref.posterior())


def test_refuted_is_a_judged_zero_and_excluded_a_prior_of_zero(tmp_path, call, printed):
    study = {"hypotheses": {**SMALL["hypotheses"], "c": {"label": "Gamma", "statement": "C.", "prior": 0}}}
    path = small(tmp_path, {"probability": {"a": 0, "b": 0.5, "c": 0.3}}, study=study)
    found = printed("update", path)["c"]
    assert found["refuted"] == ["a"]
    assert found["posterior"] == {"a": 0, "b": 1, "c": 0}
    assert found["log_posterior"] == {"a": None, "b": 0, "c": None}
    assert found["evidence_db"]["a"] is None
    assert found["evidence_db"]["c"] == pytest.approx(10 * math.log10(0.6))
    lines = call("update", path)[1].splitlines()
    assert next(line for line in lines if line.startswith("Alpha")).endswith("refuted")
    assert next(line for line in lines if line.startswith("Gamma")).endswith("excluded by its prior")


def test_a_contradiction_names_the_items_and_prints_no_result(tmp_path, call):
    path = small(tmp_path, {"probability": {"a": 0, "b": 0.5}}, {"probability": {"a": 0.5, "b": 0}})
    for command in ("update", "robustness"):
        code, out, err = call(command, path)
        assert (code, out) == (1, "")
        assert "a by x0; b by x1" in err


def test_what_is_nearly_certain_is_never_printed_as_certain(tmp_path, call):
    path = small(tmp_path, *[{"probability": {"a": 1e-200, "b": 0.9}}] * 3)
    for command in ("update", "robustness"):
        code, out, _ = call(command, path)
        assert code == 0
        assert "> 0.99 (+5999 dB)" in out
    assert "< 0.01 (−5999 dB)" in call("update", path)[1]
    assert not re.search(r"(?m)^(Alpha|Beta).*\s[01]\s", call("update", path)[1])


def test_posteriors_sum_to_one_and_lie_within_their_bounds(tmp_path, call):
    for n, items in enumerate(
        [[{"probability": {"a": 1e-300, "b": 1}}, {"probability": {"a": 1, "b": 1e-300}}], [{"probability": {"a": 0.3, "b": 0.6}}] * 2]
    ):
        _, out, _ = call("update", small(tmp_path / str(n), *items), "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        assert list(rows[0]) == ["case", "hypothesis", "prior", "posterior", "lowest", "highest"]
        assert sum(float(row["posterior"]) for row in rows) == pytest.approx(1, abs=1e-15)
        assert all(float(row["lowest"]) <= float(row["posterior"]) <= float(row["highest"]) for row in rows)


def test_no_item_and_one_hypothesis_are_valid_and_the_leaders_keys_null(tmp_path, printed):
    leaderless = (
        "margin_db",
        "tipping",
        "common_shrink",
        "shrink_to_even",
        "shrink_for",
        "fewest_left_out",
        "fail_safe",
        "prior_odds_to_overturn",
        "noise",
        "unlisted",
    )
    tie = printed("robustness", small(tmp_path / "none"))["c"]
    assert (tie["leader"], tie["runner_up"], tie["tied"]) == (None, None, ["a", "b"])
    one = {"hypotheses": {"a": {"label": "Alpha", "statement": "A."}}}
    alone = printed("robustness", small(tmp_path / "one", {"probability": {"a": 0.3}}, study=one))["c"]
    assert (alone["leader"], alone["runner_up"]) == ("a", None)
    near_tie = printed("robustness", small(tmp_path / "tie", {"probability": {"a": 0.5, "b": 0.5 - 1e-11}}))["c"]
    assert near_tie["tied"] == ["a", "b"]
    for found in (tie, alone, near_tie):
        assert all(found[key] is None for key in leaderless)
        assert found["bounds"]
        assert found["dependence"]["fully_redundant"]
        assert found["sentence"]
    apart = printed("robustness", small(tmp_path / "apart", {"probability": {"a": 0.5, "b": 0.5 - 1e-9}}))["c"]
    assert apart["leader"] == "a"


def test_no_zero_carries_a_sign(tmp_path, call):
    path = small(tmp_path, {"probability": {"a": 0.3, "b": 0.6}})
    for command in ("update", "robustness"):
        assert not re.search(r"-0\.0\b(?!\d)", call(command, path, "--format", "json")[1])


# --- robustness


@pytest.mark.parametrize("seed", range(20, 25))
def test_robustness_is_what_a_changed_study_gives(seed, tmp_path, printed):
    made = Writer(seed, hypotheses=2 + seed % 2, items=4, pools=seed % 2 == 0, sources=seed % 3 > 0)
    found = printed("robustness", written(tmp_path, made.study, made.case))["c"]
    ref = Reference(made.study, made.case)
    names, evidence, posterior = ref.hypotheses, ref.evidence(), ref.posterior()
    prior = {h: math.log(ref.prior[h]) for h in names}
    leader, second = sorted(names, key=lambda h: -posterior[h])[:2]
    margin = DB * math.log(posterior[leader] / posterior[second])
    assert (found["leader"], found["runner_up"], found["tied"]) == (leader, second, [])
    assert found["margin_db"] == pytest.approx(margin, abs=1e-8)
    assert found["evidence_margin_db"] == pytest.approx(DB * (evidence[leader] - evidence[second]), abs=1e-8)

    groups = {
        "item": {i: [i] for i in ref.order},
        "cluster": {n: [i for i in ref.order if ref.items[i].get("cluster") == n] for n in made.case.get("clusters", {})},
        "tag": {n: [i for i in ref.order if n in ref.items[i].get("tags", [])] for n in made.study["tags"]},
    }
    for kind, parts in groups.items():
        assert set(found["leave_out"][kind]) == {name for name, members in parts.items() if members}
        for name, left in found["leave_out"][kind].items():
            fell = ref.fall(parts[name])
            assert set(left["fell"]) == fell
            near(left["posterior"], ref.posterior([i for i in ref.order if i not in fell]))
    for name, left in found["leave_out"]["source"].items():
        fell = ref.fall([i for i in ref.order if ref.named(ref.items[i]) == [name]])
        ref.silent = {name}
        assert set(left["fell"]) == fell
        near(left["posterior"], ref.posterior([i for i in ref.order if i not in fell]))
        ref.silent = set()

    weights = {i: row["last_db"][leader] - row["last_db"][second] for i, row in ref.weights().items()}
    for i, tip in found["tipping"].items():
        assert tip["weight_db"] == pytest.approx(weights[i], abs=1e-8)
        assert tip["tips_at_db"] == pytest.approx(weights[i] - margin, abs=1e-8)
        assert tip["rank"] == 1 + sum(abs(w) > margin for k, w in weights.items() if k != i)
        tie = _tie(ref, i, leader, evidence[second] + prior[second] - prior[leader])
        assert tip["tips_at_probability"] == (None if tie is None else pytest.approx(tie, rel=1e-6))

    near(found["prior_odds_to_overturn"], {h: math.exp(evidence[h] - evidence[leader]) for h in names if h != leader})
    against = [-w for w in weights.values() if w < -1e-9] or list(weights.values())
    assert found["fail_safe"] == math.ceil(margin / float(np.median(against)) - 1e-9)
    crossings = [f for h in names if h != leader and 0 < (f := (prior[h] - prior[leader]) / (evidence[leader] - evidence[h])) < 1]
    assert found["common_shrink"] == (pytest.approx(max(crossings)) if crossings else None)
    units = [part[leader] - part[second] for part in map(ref.evidence, ref.units())]
    factor = (-sum(w for w in units if w < 0) - prior[leader] + prior[second]) / sum(w for w in units if w > 0) if max(units) > 0 else -1
    assert found["shrink_for"] == (pytest.approx(factor) if factor >= 0 else None)
    assert _fewest(ref, leader) == (None if found["fewest_left_out"] is None else len(found["fewest_left_out"]["items"]))
    if len(names) == 2:
        sd = np.array(found["noise"]["sd_db"][1:]) * math.sqrt(len(ref.order))
        assert found["noise"]["leader_stays"][1:] == pytest.approx(norm.cdf(margin / sd), abs=2e-3)
        assert found["noise"]["sd_at_90"] == pytest.approx(margin / norm.ppf(0.9) / math.sqrt(len(ref.order)), rel=5e-3)

    for k, rho in enumerate(found["dependence"]["rho"]):
        if rho in (0, 0.5, 0.9):
            ref.changed_rho = rho
            near({h: found["dependence"]["posterior"][h][k] for h in names}, ref.posterior(), 1e-5)
    ref.changed_rho = None
    for k, epsilon in enumerate(found["model_error"]["epsilon"]):
        mixed = dict(prior)
        for part in map(ref.evidence, ref.units()):
            mean = sum(map(math.exp, part.values())) / len(names)
            mixed = {h: mixed[h] + math.log((1 - epsilon) * math.exp(part[h]) + epsilon * mean) for h in names}
        near({h: found["model_error"]["posterior"][h][k] for h in names}, _normal(mixed))

    certain = copy.copy(ref)
    certain.judged = {
        i: {h: (1.0, 1.0) if e.get("status", "found") == "found" else (0.0, 0.0) for h in ref.judged[i]} for i, e in ref.items.items()
    }
    best = certain.log_likelihood(ref.order, leader)
    for new, q, per_item in zip(*(found["unlisted"][key] for key in ("prior", "q", "db_per_item")), strict=True):
        needed = prior[leader] + math.log((1 - new) / new) + evidence[leader]
        reached = needed <= best
        assert q == (pytest.approx(math.exp(needed / len(ref.order))) if reached else None)
        assert per_item == (pytest.approx(DB * (needed - evidence[leader]) / len(ref.order)) if reached else None)
    odds = math.exp(prior[leader] + evidence[leader] - best)
    assert found["unlisted"]["prior_of_certain_story"] == pytest.approx(odds / (1 + odds))

    for i, surprise in found["prediction_bits"].items():
        rest = [k for k in ref.order if k not in ref.fall([i])]
        before, unit = ref.posterior(rest), next(u for u in ref.units() if i in u)
        own = {h: math.exp(ref.log_likelihood(unit, h) - ref.log_likelihood([k for k in unit if k != i], h)) for h in names}
        bits = -math.log2(sum(before[h] * own[h] for h in names))
        assert surprise["bits"] == pytest.approx(bits, abs=1e-8)
        assert surprise["excess"] == pytest.approx(bits + math.log2(max(own.values())), abs=1e-8)
    for anchor, other in found["anchor"].items():
        near(other, Reference({**made.study, "anchor": float(anchor)}, made.case).posterior())


def _tie(ref, item, leader, target):
    """The probability of an item under the leader at which its joint log likelihood falls, or rises, to a target."""
    moved = copy.copy(ref)

    def above(p):
        moved.judged = {**ref.judged, item: {**ref.judged[item], leader: (p, p)}}
        return moved.likelihood(ref.order, leader) * math.exp(-target) - 1

    return brentq(above, 0, 1, xtol=1e-15, rtol=1e-12) if above(0) * above(1) < 0 else None


def _fewest(ref, leader):
    for n in range(1, len(ref.order) + 1):
        for chosen in itertools.combinations(ref.order, n):
            fell = ref.fall(chosen)
            left = ref.posterior([i for i in ref.order if i not in fell])
            if any(p >= left[leader] * (1 - 1e-10) for h, p in left.items() if h != leader):
                return n
    return None


def _normal(logs):
    top = max(logs.values())
    total = sum(math.exp(v - top) for v in logs.values())
    return {h: math.exp(v - top) / total for h, v in logs.items()}


@pytest.mark.parametrize("seed", range(40, 43))
def test_bounds_are_the_corners(seed, tmp_path, printed):
    made = Writer(seed, items=4, sources=False)
    for item in made.case["evidence"]:
        if isinstance(item.get("search_sensitivity"), list):
            item["search_sensitivity"] = 0.7
    found = printed("robustness", written(tmp_path, made.study, made.case))["c"]["bounds"]
    ref = Reference(made.study, made.case)
    for h in ref.hypotheses:
        for place in (0, 1):
            corner = copy.deepcopy(ref)
            for i, item in corner.items.items():
                gone_missing = item.get("status", "found") == "not_found"
                for g in ref.judges:
                    end = (place if g == h else 1 - place) ^ gone_missing
                    corner.judged[i][g] = (ref.judged[i][g][end],) * 2
                    if isinstance(item.get("search_sensitivity"), dict) and isinstance(item["search_sensitivity"][g], list):
                        item["search_sensitivity"][g] = item["search_sensitivity"][g][end]
            assert found[h][place] == pytest.approx(corner.posterior()[h], abs=1e-9)


# --- planning, mixtures, changes


@pytest.mark.parametrize("seed", range(80, 83))
def test_a_plan_is_the_average_over_the_records_it_leads_to(seed, tmp_path, printed):
    made = Writer(seed, items=4, given=False)
    for item in made.case["evidence"][:2]:
        item.pop("searched", None)
        item |= {"status": "planned", "source": "range"}
    found = printed("plan", written(tmp_path, made.study, made.case), "--sets", "2")["c"]

    def record(states):
        case = copy.deepcopy(made.case)
        case["evidence"] = [e for e in case["evidence"] if e.get("status") != "planned" or e["id"] in states]
        for item in case["evidence"]:
            if item["id"] in states:
                item.setdefault("search_sensitivity", 1.0)
                item["status"] = "found" if states[item["id"]] else "not_found"
        return Reference(made.study, case)

    now = record({})
    prior, before = now.posterior(), now.evidence()

    def expected(items):
        outcomes = {}
        for states in itertools.product([True, False], repeat=len(items)):
            after = record(dict(zip(items, states, strict=True))).evidence()
            joint = {h: prior[h] * math.exp(after[h] - before[h]) for h in prior}
            chance = sum(joint.values())
            outcomes[states] = chance, {h: v / chance for h, v in joint.items()}
        assert sum(chance for chance, _ in outcomes.values()) == pytest.approx(1)
        bits = sum(m * p * math.log2(p / prior[h]) for m, post in outcomes.values() for h, p in post.items())
        return bits, sum(m * p * (1 - p) for m, post in outcomes.values() for p in post.values()), outcomes

    for name, plan in found["planned"].items():
        bits, variance, outcomes = expected([name])
        assert (plan["information_bits"], plan["expected_variance_sum"]) == pytest.approx((bits, variance), abs=1e-8)
        assert plan["chance_found"] == pytest.approx(outcomes[True,][0])
        near(plan["posterior"]["found"], outcomes[True,][1])
        near(plan["posterior"]["not_found"], outcomes[False,][1])
    for chosen in found["sets"]:
        assert chosen["information_bits"] == pytest.approx(expected(chosen["items"])[0], abs=1e-8)


def test_cases_together_and_shares_by_enumeration(tmp_path):
    for seed in range(2):
        made = [Writer(100 * seed + k, items=4, pools=False, sources=False) for k in range(3)]
        study = {**made[0].study, "cases": [f"../evidence/c{k}.yaml" for k in range(3)]}
        cases = [{**one.case, "case": f"c{k}"} for k, one in enumerate(made)]
        read = pt.load_study(written(tmp_path / str(seed), study, *cases))
        refs = [Reference(study, case) for case in cases]
        names = refs[0].hypotheses
        weights = np.array([study["hypotheses"][h]["prior"] for h in names])
        share = weights / weights.sum()
        likelihood = [np.array([math.exp(ref.evidence()[h]) * ref.prior[h] / p for h, p in zip(names, share, strict=True)]) for ref in refs]
        mean, _, each = _enumerated(len(names) * share, likelihood)
        pooled = pt.mixtures.pooled(read)
        assert pooled["case_share"].sel(hypothesis=names).values == pytest.approx(mean, abs=1e-8)
        assert pooled["explanation"].sel(hypothesis=names).values == pytest.approx(each, abs=1e-8)
        divided = pt.mixtures.shares(read)
        for ref, case in zip(refs, cases, strict=True):
            units = [np.array([math.exp(ref.evidence(unit)[h]) for h in names]) for unit in ref.units()]
            mean, total, _ = _enumerated(len(names) * np.array([ref.prior[h] for h in names]), units)
            assert divided["evidence_share"].sel(case=case["case"], hypothesis=names).values == pytest.approx(mean, abs=1e-8)
            one = sum(ref.prior[h] * math.exp(ref.evidence()[h]) for h in names)
            assert divided["bayes_factor_db"].sel(case=case["case"]).item() == pytest.approx(DB * math.log(total / one), abs=1e-7)


def _enumerated(alpha, likelihood):
    """Dirichlet mixtures by summing over every assignment: mean share, evidence, and the assignment of each part."""
    total, mean, each = 0.0, np.zeros(len(alpha)), np.zeros((len(likelihood), len(alpha)))

    def log_beta(a):
        return gammaln(a).sum() - gammaln(a.sum())

    for z in itertools.product(range(len(alpha)), repeat=len(likelihood)):
        after = alpha + np.bincount(z, minlength=len(alpha))
        weight = math.exp(log_beta(after) - log_beta(alpha)) * math.prod(part[k] for part, k in zip(likelihood, z, strict=True))
        total += weight
        mean += weight * after / after.sum()
        each[np.arange(len(z)), list(z)] += weight
    return mean / total, total, each / total


def test_changes_by_replacement_are_what_a_changed_file_gives(tmp_path):
    for seed in range(120, 124):
        made = Writer(seed, items=4)
        read, ref = pt.load_study(written(tmp_path / str(seed), made.study, made.case)), Reference(made.study, made.case)
        names = ref.hypotheses

        def posterior(study, order=tuple(names)):
            return dict(zip(order, pt.update(study)["posterior"].sel(case="c", hypothesis=list(order)).values, strict=True))

        item, prior = ref.order[0], {h: made.random.uniform(0.1, 1) for h in names}
        near(posterior(read.without(item=item)), ref.posterior([i for i in ref.order if i not in ref.fall([item])]))
        total = sum(prior.values())
        for case in (None, "c"):
            near(posterior(read.with_prior(prior, case=case)), ref.posterior(prior={h: v / total for h, v in prior.items()}))
        judged = {h: (0.2, 0.6) if k == 0 else 0.3 + 0.1 * k for k, h in enumerate(ref.judges)}
        changed = copy.deepcopy(made.case)
        for one in changed["evidence"]:
            if one["id"] == item:
                for key in (*SCALES, "judgements"):
                    one.pop(key, None)
                one["probability"] = {h: list(v) if isinstance(v, tuple) else v for h, v in judged.items()}
        near(posterior(read.with_judgement("c", item, judged)), Reference(made.study, changed).posterior())
        assert pt.update(pt.to_dataset(read)).equals(pt.update(read))


def test_the_words_of_the_design_build_a_study():
    vote = pt.Evidence("vote", finding="...", probability={"a": (0.6, 0.9), "b": 0.1})
    study = pt.Study("T", hypotheses=[pt.Hypothesis("a"), pt.Hypothesis("b")], cases=[pt.Case("x", evidence=[vote])])
    data = pt.update(study)
    assert {"prior", "posterior", "log_posterior", "log_likelihood", "weight_db", "alone_db", "last_db"} <= set(data.data_vars)
    assert {"evidence_case", "evidence_id", "evidence_label", "cluster", "date"} <= set(data.coords)
    assert data["evidence"].values.tolist() == ["x/vote"]
    assert set(data.sizes) >= {"case", "hypothesis", "evidence"}
    nats = np.log([[0.3, 0.6], [0.2, 0.5]])
    assert pt.exact.posterior([1, 3], nats) == pytest.approx([0.06 / 0.96, 0.9 / 0.96])
    tests = pt.tables.van_evera(study, "a", "b")
    assert tests["Test"].tolist() == ["Doubly decisive"]
    assert pt.robustness.summary(study)["sentence"].item()
    keys = "leave_out bounds ranges tipping common_shrink shrink_to_even shrink_for fewest_left_out fail_safe prior_odds_to_overturn noise"
    for key in (*keys.split(), "dependence", "model_error", "unlisted", "prediction_bits", "anchor", "analysts", "sentence"):
        assert type(getattr(pt.robustness, key)(study)).__name__ == "Dataset"
    with pytest.raises(AttributeError):
        study.title = "other"


# --- files


P = {"probability": {"a": 0.3, "b": 0.6}}
ITEMS = [
    ({"probability": {"a": 1.3, "b": 0.2}}, "'x0', probability of a: 1.3; a number in [0, 1]"),
    ({"probability": {"a": [0.5, 0.2], "b": 0.2}}, "write [0.2, 0.5]"),
    ({"probability": {"a": [0, 0.2], "b": 0.2}}, "does not end in 0 or 1"),
    ({"probability": {"a": 0.2}}, "'b' is missing"),
    ({"probability": {"a": 0.2, "b": 0.2, "bb": 0.1}}, "did you mean 'b'?"),
    ({"probability": {"a": True, "b": 0.2}}, "true is not a number"),
    ({"probability": {"a": None, "b": 0.2}}, "nothing; a number"),
    ({"ratio": {"a": 0, "b": 0}}, "a ratio of 0 under every hypothesis"),
    ({"ratio": {"a": -1, "b": 1}}, "a number of 0 or more"),
    ({"decibels": {"a": -3001, "b": 0}}, "at most 3000 dB below"),
    ({"words": {"a": "likly", "b": "likely"}}, "did you mean 'likely'?"),
    ({**P, "ratio": {"a": 1, "b": 2}}, "exactly one of them"),
    ({}, "no judgement"),
    ({**P, "status": "not_found"}, "search_sensitivity"),
    ({**P, "status": "unjudged"}, "no judgement"),
    ({"status": "set_aside"}, "a 'note' that says why"),
    ({**P, "status": "gone"}, "found, not_found, planned, unjudged or set_aside"),
    ({**P, "given": ["x0"]}, "other items"),
    ({**P, "given": ["x1"]}, "no circle"),
    ({**P, "cluster": "k"}, "a declared cluster"),
    ({**P, "source": "s"}, "a declared source"),
    ({**P, "date": "2005-02-30"}, "a date that exists"),
    ({**P, "anchor": 1}, "a number between 0 and 1"),
    ({**P, "cost": 3}, "planned items only"),
    ({**P, "because": {"q": "x"}}, "unknown hypothesis 'q'"),
    ({**P, "search_sensitivity": {"a": 0.5}}, "'b' is missing"),
    ({**P, "fnding": "x"}, "did you mean 'finding'?"),
    ({**P, "label": "y" * 41}, "at most 40"),
    ({**P, "id": "y" * 61}, "at most 60"),
    ({**P, "judgements": {"ana": P}}, "exactly one"),
]


@pytest.mark.parametrize(("item", "told"), ITEMS, ids=range(len(ITEMS)))
def test_a_fault_of_an_item_is_told_with_its_line_and_nothing_else(item, told, tmp_path, call):
    other = {**P, "given": ["x0"]} if item.get("given") == ["x1"] else P
    code, out, err = call("update", small(tmp_path, item, other), "--format", "json")
    assert (code, out) == (1, "")
    assert told in err
    assert re.match(r"(?:\S*/)?evidence/c\.yaml:\d+: ", err)
    assert "Traceback" not in err


def test_names_and_dates_are_taken_as_written(tmp_path, printed):
    text = "case: no\nlabel: 1.10\nevidence:\n- {id: no, finding: yes, date: 2005-07, probability: {no: 0.2, on: 0.4}}\n- {id: 0123, finding: f, date: 2004, probability: {no: 0.2, on: 0.4}}\n"
    (tmp_path / "models").mkdir()
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "c.yaml").write_text(text)
    path = tmp_path / "models" / "s.yaml"
    path.write_text("title: T\nhypotheses:\n  no: {label: No}\n  on: {label: On}\ncases: ../evidence\n")
    found = printed("update", path)
    assert list(found) == ["no"]
    assert [e["id"] for e in found["no"]["evidence"]] == ["no", "0123"]
    assert found["no"]["posterior"] == pytest.approx({"no": 0.2, "on": 0.8})
    assert pt.update(pt.load_study(path))["date"].values.tolist() == ["2005-07", "2004"]


def test_paths_and_links_out_of_the_project_are_refused(tmp_path, call):
    outside = tmp_path / "outside.yaml"
    outside.write_text(json.dumps({"case": "d", "evidence": []}))
    root = tmp_path / "project"
    path = small(root, P)
    (root / "evidence" / "link.yaml").symlink_to(outside)
    for named in ("../../outside.yaml", str(outside), "../evidence/link.yaml", "../evidence"):
        written(root, {**SMALL, "cases": [named]})
        code, out, err = call("check", path)
        assert (code, out) == (1, "")
        assert re.search(r"models/s\.yaml:1: cases: ", err)


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("update",), ("update", "STUDY", "--format", "xml"), ("compare", "STUDY"), ("sheet", "STUDY", "o.xlsx")]
)
def test_wrong_usage_ends_with_2_and_an_empty_stdout(arguments, tmp_path, call):
    path = small(tmp_path, P)
    code, out, err = call(*(path if part == "STUDY" else part for part in arguments))
    assert (code, out) == (2, "")
    assert err


def test_what_is_not_counted_is_listed_and_moves_nothing(tmp_path, printed):
    more = [{"status": "planned", **P, "cost": 2}, {"status": "unjudged"}, {"status": "set_aside", "note": "A copy."}]
    found = printed("update", small(tmp_path, P, *more))["c"]
    assert found["not_counted"] == {"planned": ["x1"], "unjudged": ["x2"], "set_aside": ["x3"]}
    assert [e["id"] for e in found["evidence"]] == ["x0"]
    near(found["posterior"], {"a": 1 / 3, "b": 2 / 3})


def test_a_plan_prints_chances_and_support_by_the_rule(tmp_path, call):
    plan = {"status": "planned", "probability": {"a": 0.999, "b": 1e-9}}
    out = call("plan", small(tmp_path, P, plan), "--depth", "1")[1]
    assert "> 0.99 (+87 dB)" in out
    assert "0.33" in out
    assert "%" not in out
