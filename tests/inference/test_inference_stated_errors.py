"""Every error that a result states, against the error that it makes: by a closed form, another method, or other seeds.

A stated error is held from both sides: the true error is seldom larger by much, and the stated one is no idle bound. Where
results are computed from fixed points the tests are deterministic; where they draw, the error rate is stated.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import sys
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, logit, ndtri
from truth.by_hand import DB, ONE_RANGE, ends_of_one_range, one_range

import processtrace as pt
from processtrace import mixtures, robustness
from processtrace.cli import main

# More than three reliabilities in a unit: quasi-Monte Carlo


def four_sources(seed: int, count: int = 3) -> pt.Study:
    """Items that the same four sources of uncertain reliability report, beside one that stands alone, in two cases; the second has no source."""
    rng = np.random.default_rng(seed)
    sources = {f"s{k}": {"reliability": tuple(sorted(rng.uniform(0.1, 0.95, 2).tolist()))} for k in range(4)}
    items = [
        pt.Evidence(f"m{k}", finding="F.", source=list(sources), probability={h: float(rng.uniform(0.05, 0.95)) for h in "ab"})
        for k in range(count)
    ]
    alone = pt.Evidence("alone", finding="F.", probability={"a": 0.3, "b": 0.6})
    planned = pt.Evidence("next", finding="F.", status="planned", source="s0", probability={"a": 0.7, "b": 0.2})
    cases = [pt.Case("x", evidence=[*items, alone, planned]), pt.Case("y", evidence=[alone])]
    return pt.Study("Four sources", hypotheses={"a": {}, "b": {}}, sources=sources, cases=cases)


def moments(span: tuple[float, float], true: int, false: int) -> float:
    """E[((1 + r)/2)^true ((1 - r)/2)^false] of a reliability with this range."""
    mu, sd = (logit(span[0]) + logit(span[1])) / 2, (logit(span[1]) - logit(span[0])) / (2 * ndtri(0.95))

    def inside(x: float) -> float:
        r = expit(mu + sd * x)
        return ((1 + r) / 2) ** true * ((1 - r) / 2) ** false * math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)

    return quad(inside, -12, 12, epsabs=0, epsrel=1e-11)[0]


def exact_nats(study: pt.Study) -> dict[str, float]:
    """log P(items with sources | h): the sum over which findings are true of products of moments, for the sources are independent."""
    items = [item for item in study.cases[0].evidence if item.status == "found" and item.source]
    spans = [part.reliability for part in study.sources.values()]
    each = {n: math.prod(moments(span, n, len(items) - n) for span in spans) for n in range(len(items) + 1)}
    nats = {}
    for h in study.hypotheses:
        total = 0.0
        for true in itertools.product([True, False], repeat=len(items)):
            total += math.prod(e.probability[h] if t else 1 - e.probability[h] for e, t in zip(items, true, strict=True)) * each[sum(true)]
        nats[h] = math.log(total)
    return nats


SEEDS = range(8)


def test_the_error_of_many_reliabilities_is_the_one_made():
    apart = []
    for seed in SEEDS:
        study = four_sources(seed)
        data = pt.to_dataset(study)
        stated, none = data.attrs["error_nats"]
        assert none == 0
        assert stated > 0
        assert data.attrs["method"].startswith("quasi-Monte Carlo")
        rows = [str(name) for name in data["evidence"].values if str(name).startswith("x/m")]
        made = data["log_likelihood"].sel(evidence=rows).sum("evidence")
        apart.append(max(abs(float(made.sel(hypothesis=h)) - value) for h, value in exact_nats(study).items()) / stated)
    # of eight ratios of a true error to its standard error, estimated from a few scrambles
    assert 0.2 < math.sqrt(np.mean(np.square(apart))) < 3
    assert max(apart) < 8
    assert pt.to_dataset(one_range()).attrs["error_nats"] == [0.0, 0.0]


def said(*command: str) -> str:
    out = StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setattr(sys, "argv", ["processtrace", *command])
        with pytest.raises(SystemExit):
            main()
    return out.getvalue()


YAML = """title: Four sources
hypotheses: {a: {}, b: {}}
cases: [x.yaml, y.yaml]
shared: shared.yaml
"""


@pytest.fixture
def on_disk(tmp_path, monkeypatch) -> pt.Study:
    """The study of seed 0 as files, in the present folder."""
    study = four_sources(0)
    (tmp_path / "study.yaml").write_text(YAML)
    sources = {name: {"reliability": list(part.reliability)} for name, part in study.sources.items()}
    (tmp_path / "shared.yaml").write_text(json.dumps({"sources": sources}))
    for case in study.cases:
        items = [
            {"id": e.id, "finding": e.finding, "status": e.status, "probability": dict(e.probability)}
            | ({"source": list(e.source)} if e.source else {})
            for e in case.evidence
        ]
        (tmp_path / f"{case.id}.yaml").write_text(json.dumps({"case": case.id, "evidence": items}))
    monkeypatch.chdir(tmp_path)
    assert pt.load_study("study.yaml").cases == study.cases
    return study


def test_the_error_is_stated_wherever_the_numbers_are(on_disk):
    study = on_disk
    stated = pt.update(study).attrs["error_nats"][0]
    assert robustness.margins(study)["error_nats"].values.tolist() == pytest.approx([stated, 0.0], rel=0.05)
    found = robustness.as_json(study)
    assert [part["error_nats"] for part in found["cases"].values()] == robustness.margins(study)["error_nats"].values.tolist()
    updated = json.loads(said("update", "study.yaml", "--format", "json"))
    assert [part["error_nats"] for part in updated["cases"].values()] == [stated, 0.0]
    words = f"More than three uncertain reliabilities meet in a unit: quasi-Monte Carlo, standard error {stated:.1g} nats, not exact."
    assert said("update", "study.yaml").count(words) == 1
    page = pt.report.render(pt.compute(study, sample=False))
    assert page.count(words) == 1
    assert page.count(f"Quasi-Monte Carlo, standard error {found['cases']['x']['error_nats']:.1g} nats; not exact.") == 1
    made = mixtures.shares(study)
    assert made["error_nats"].values.tolist() == [stated, 0.0]  # two hypotheses: the quadrature adds nothing
    assert mixtures.pooled(study).attrs["error_nats"] == stated
    assert mixtures.learned_shares(study).attrs["error_nats"] > stated


def test_the_error_of_a_plan_is_the_one_made(on_disk):
    """The plan asks for the same four sources; its table is held against the exact moments with the planned report among them."""
    study = on_disk
    planned = pt.planning.items(study)
    stated = planned.attrs["error_nats"]
    assert 0 < stated < 0.05
    spans = [part.reliability for part in study.sources.values()]
    items = [item for item in study.cases[0].evidence if item.source and item.status == "found"]
    weight = {}
    for h in "ab":
        p = study.cases[0].item("next").probability[h]
        total = 0.0
        for true in itertools.product([True, False], repeat=len(items)):
            n = sum(true)
            judged = math.prod(e.probability[h] if t else 1 - e.probability[h] for e, t in zip(items, true, strict=True))
            first = [moments(spans[0], n + t, len(items) - n + 1 - t) for t in (1, 0)]
            rest = math.prod(moments(span, n, len(items) - n) for span in spans[1:])
            total += judged * rest * (p * first[0] + (1 - p) * first[1])
        weight[h] = total * {"a": 0.3, "b": 0.6}[h]
    after = weight["a"] / sum(weight.values())
    made = float(planned["posterior"].sel(hypothesis="a").values[0, 1])
    assert abs(math.log(made / (1 - made)) - math.log(after / (1 - after))) < 2 * 6 * stated
    told = said("plan", "study.yaml")
    assert f"quasi-Monte Carlo, standard error {stated:.1g} nats, not exact." in told
    assert json.loads(said("plan", "study.yaml", "--format", "json"))["error_nats"] == stated


# Quadrature with fewer nodes than exactness needs: hypotheses told apart in two change nothing for the others


def halves(units: int, seed: int, split: int = 2) -> tuple[pt.Study, pt.Study]:
    """A study whose hypotheses come in pairs of equal judgements, and the same with one of each pair."""
    rng = np.random.default_rng(seed)
    some = [f"h{k}" for k in range(4)]
    each = [{h: math.exp(-float(rng.uniform(0.01, 9))) for h in some} for _ in range(units)]

    def study(names: dict[str, str]) -> pt.Study:
        items = [
            pt.Evidence(f"m{k}", finding="F.", probability={name: part[h] for name, h in names.items()}) for k, part in enumerate(each)
        ]
        cases = [pt.Case("x", evidence=items), pt.Case("y", evidence=items[:2])]
        return pt.Study("Halves", hypotheses={name: {} for name in names}, cases=cases)

    return study({f"{h}_{k}": h for h in some for k in range(split)}), study({h: h for h in some})


@pytest.mark.parametrize("seed", range(3))
def test_the_error_of_shares_is_the_one_made(seed):
    study, whole = halves(24, seed)
    made, exact = mixtures.shares(study), mixtures.shares(whole, concentration=8)
    assert exact["error_nats"].values.tolist() == exact["error_mean"].values.tolist() == [0, 0]
    assert exact.attrs["method"] == "exact quadrature"
    stated, of_mean = made["error_nats"].values, made["error_mean"].values
    assert (stated[1], of_mean[1]) == (0, 0)  # two units need few nodes
    for name, error in (("log_evidence", stated), ("bayes_factor_db", DB * stated)):
        off = np.abs(made[name].values - exact[name].values)
        assert 0 < off[0] <= error[0] < 1000 * off[0]
        assert off[1] < 1e-9
    assert 1e-5 < stated[0] < 0.1
    means = made["evidence_share"].values.reshape(2, 4, 2).sum(axis=2)
    off = np.abs(means - exact["evidence_share"].values).max(axis=1)
    assert 0 < off[0] <= 2 * of_mean[0] < 1000 * off[0]  # each of a pair errs
    assert made.attrs["method"] != exact.attrs["method"]
    told = pt.tables.shares(study, data=made).attrs["note"]
    assert f"shares err by at most about {of_mean[0]:.1g}." in told
    assert "shares err" not in pt.tables.shares(whole, data=exact).attrs["note"]


@pytest.mark.parametrize("seed", range(3))
def test_the_error_of_pooled_shares_is_the_one_made(seed):
    """The same with cases in place of units."""
    one, other = halves(24, seed)

    def cases(study: pt.Study) -> pt.Study:
        items = study.cases[0].evidence
        return dataclasses.replace(study, cases=tuple(pt.Case(f"c{k}", evidence=[item]) for k, item in enumerate(items)))

    made, exact = mixtures.pooled(cases(one)), mixtures.pooled(cases(other), concentration=8)
    assert (exact.attrs["error_nats"], exact.attrs["error_mean"]) == (0, 0)
    off = abs(made.attrs["log_evidence"] - exact.attrs["log_evidence"])
    assert 0 < off <= made.attrs["error_nats"] < 1000 * off
    means = made["case_share"].values.reshape(4, 2).sum(axis=1)
    off = np.abs(means - exact["case_share"].values).max()
    assert 0 < off <= 2 * made.attrs["error_mean"] < 1000 * off


# Weighted points


def test_the_error_of_learned_shares_is_the_one_made():
    """The order of the hypotheses changes the coordinates and so the points: the results of all orders spread as is stated."""
    rng = np.random.default_rng(1)
    names = ["a", "b", "c"]
    judged = [[{h: float(rng.uniform(0.05, 0.95)) for h in names} for _ in range(4)] for _ in range(3)]
    found: dict[str, list[Any]] = {"log_evidence": [], "error_nats": [], "error_mean": [], "share": [], "common": []}
    for order in itertools.permutations(names):
        cases = [
            pt.Case(f"c{k}", evidence=[pt.Evidence(f"m{i}", finding="F.", probability=part) for i, part in enumerate(parts)])
            for k, parts in enumerate(judged)
        ]
        made = mixtures.learned_shares(pt.Study("Orders", hypotheses={h: {} for h in order}, cases=cases))
        for name in ("log_evidence", "error_nats", "error_mean"):
            found[name].append(made.attrs[name])
        found["share"].append(made["evidence_share"].sel(hypothesis=names).values)
        found["common"].append(made["common_share"].sel(hypothesis=names).values)
    assert min(found["error_nats"]) > 0
    assert min(found["error_mean"]) > 0
    # six estimates; the spread of all is within a factor of four of what each states for itself
    spread, stated = np.std(found["log_evidence"], ddof=1), np.mean(found["error_nats"])
    assert stated / 4 < spread < 4 * stated
    spread = max(np.std(found[name], axis=0, ddof=1).max() for name in ("share", "common"))
    assert np.mean(found["error_mean"]) / 4 < spread < 4 * np.mean(found["error_mean"])


# Simulation


def test_the_error_of_looking_divided_is_that_of_other_seeds():
    """Forty repetitions: the ratio of spread to stated error lies in [0.6, 1.5] but for a chance below 1e-4 (chi-square)."""
    rng = np.random.default_rng(2)
    items = [pt.Evidence(f"m{k}", finding="F.", probability={h: float(rng.uniform(0.1, 0.9)) for h in "ab"}) for k in range(4)]
    study = pt.Study("Divided", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    each = [pt.division.looks_divided(study, draws=60, random_seed=seed) for seed in range(40)]
    for name in ("looks_divided", "as_divided"):
        shares = np.array([float(part[name][0]) for part in each])
        errors = np.array([float(part[f"{name}_mcse"][0]) for part in each])
        assert errors == pytest.approx(np.sqrt(shares * (1 - shares) / 60))
        assert 0.6 < shares.std(ddof=1) / math.sqrt(np.mean(errors**2)) < 1.5


def test_the_error_of_the_central_ninety_percent_is_the_one_made():
    """One range: the percentiles have a closed form."""
    found = robustness.ranges(one_range())
    ratios = []
    for case in ONE_RANGE:
        _, central = ends_of_one_range(case)
        for (h, exact), end in itertools.product(central.items(), (0, 1)):
            name = ("low", "high")[end]
            error = float(found[f"{name}_error"].sel(case=case, hypothesis=h))
            assert error > 0
            ratios.append((float(found[name].sel(case=case, hypothesis=h)) - exact[end]) / error)
    assert 0.05 < math.sqrt(np.mean(np.square(ratios))) < 3
    assert max(map(abs, ratios)) < 8


def test_without_a_range_there_is_no_error():
    items = [pt.Evidence("m", finding="F.", probability={"a": 0.5, "b": 0.2})]
    study = pt.Study("Points", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    found = robustness.ranges(study)
    assert not found["low_error"].any()
    assert not found["high_error"].any()
    assert pt.update(study).attrs["error_nats"] == [0.0]
    assert pt.planning.items(one_range()).attrs["error_nats"] == 0
