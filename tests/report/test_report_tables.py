"""Every number in the tables of the report, of the summary and of the command line, against a value computed another way.

The report's tables of results are those of `tables`, held in a test of their own; here it is whether each stands under its
case, and what the tables of fragility hold: by the oracle, from the study with the thing left out or changed. What has no
second method here (sets of items, shrinkage, unlisted rivals) is read from the JSON of `robustness`, which has its own tests.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
import re
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from html import unescape
from typing import Any

import pytest
from truth import oracle
from truth.by_hand import DB, FERRIES, Known, Tables, db, p, planned_by_hand, span

import processtrace as pt
from processtrace.cli import main

LABELS = {"east": "Eastport", "west": "Westport"}
SHOWN = 8
"""Rows of a table of fragility at most."""


@pytest.fixture(scope="module")
def ferry() -> Known:
    return Known(pt.load_study(FERRIES / "ferry.yaml"))


@pytest.fixture(scope="module")
def results(ferry) -> pt.Results:
    """What a run computes, without draws; with sentences on counts and on later items that are seen to be ours."""
    made = pt.compute(ferry.study, sample=False)
    for case, counted, later in (("east", "COUNTED EAST", ""), ("west", "", "LATER WEST")):
        part = made.answers[case]
        part["counted"]["sentence"], part["judged_later"]["sentence"] = counted, later
    return made


@pytest.fixture(scope="module")
def found(results) -> Mapping[str, Any]:
    return results.robustness


@pytest.fixture(scope="module")
def text(results) -> str:
    """The report and its appendix."""
    return pt.report.render(results) + pt.report.render_appendix(results)


@pytest.fixture(scope="module")
def page(text) -> Tables:
    return Tables(text)


def tied(rows: list[list[str]], key: Any) -> list[list[str]]:
    """Rows in an order in which those that tie stand by their texts."""
    return sorted(rows, key=lambda row: (key(row), row))


def posterior(study: pt.Study, case: str) -> dict[str, float]:
    one = study.case(case)
    return oracle.posterior(study, one, {h: oracle.log_likelihood(study, one, h) for h in study.explanations})


def best_two(known: Known, case: str) -> tuple[str, str]:
    order = sorted(known.names, key=lambda h: -known.posterior[case][h])
    return order[0], order[1]


def counting(known: Known, case: str) -> dict[str, pt.Evidence]:
    return {item.id: item for item in oracle.entering(known.study, known.study.case(case))}


# The report


def printed(table: Any) -> list[list[str]]:
    return Tables(pt.tables.to_html(table)).found[0][1]


def test_tables_of_results_stand_under_their_case(ferry, page):
    study = ferry.study
    whole = {
        "Support in": printed(pt.tables.posterior(study)),
        "The weight of each item in": printed(pt.tables.weights(study)),
        "Dependent items in": printed(pt.tables.clusters(study)),
        "What to look for next in": printed(pt.tables.plan(study)),
    }
    for title, (heads, *rows) in whole.items():
        assert heads[0] == "Case"
        for label in LABELS.values():
            own = [row[1:] for row in rows if row[0] == label]
            assert page.all(f"{title} {label}") == ([[heads[1:], *own]] if own else [])
    for table in (pt.tables.agreement(study), pt.tables.shares(study, simulated=pt.division.looks_divided(study, draws=100))):
        assert page[table.attrs["title"]] == printed(table)
    assert page["Support for each explanation"] == printed(pt.tables.posterior(study))
    assert page["The items that divide the analysts: the first 5 of each case"] == printed(pt.tables.dividing(study))


def test_the_judgements_of_each_item_and_its_weights(ferry, text):
    for case in LABELS:
        for item in ferry.study.case(case).evidence:
            article = text.partition(f'id="item.{case}.{item.id}"')[2].partition("</details>")[0]
            if not item.is_judged:
                assert "<table" not in article
                continue
            ((_, (heads, *rows)),) = Tables(article).found
            by_analyst = dict(item.judgements or {"": item})
            weight = ferry.chain[case].get(item.id)
            several = item.judgements is not None
            reasoned = any(judgement.because for judgement in by_analyst.values())
            columns = [*(["Analyst"] if several else []), "Judged", *(["Reason"] if reasoned else [])]
            assert heads == ["Under", *columns, *(["Weight (dB)"] if weight else [])]
            expected = []
            for h, label in ferry.names.items():
                for place, (who, judgement) in enumerate(by_analyst.items()):
                    values = judgement.probability or judgement.ratio or judgement.decibels or judgement.words
                    unit = " dB" if judgement.decibels else ""
                    expected.append(
                        [
                            *([label] if place == 0 else []),
                            *([{"ana": "Ana", "ben": "Ben"}[who]] if several else []),
                            f"{written(values[h])}{unit}",
                            *([judgement.because.get(h, "")] if reasoned else []),
                            *([db(weight[h])] if weight and place == 0 else []),
                        ]
                    )
            assert rows == expected, item.id


def written(value: Any) -> str:
    """A judgement as it was written."""
    if isinstance(value, tuple):
        return f"{written(value[0])} to {written(value[1])}"
    return value if isinstance(value, str) else f"{value:g}".replace("-", "−")


@pytest.mark.parametrize("case", LABELS)
def test_what_matters_most_when_left_out(ferry, page, case):
    study, one, leader = ferry.study, ferry.study.case(case), best_two(ferry, case)[0]
    items = counting(ferry, case)
    kinds: dict[str, list[str]] = {"item": list(items)}
    kinds["source"] = list(dict.fromkeys(name for item in items.values() for name in item.source))
    kinds["cluster"] = list(dict.fromkeys(item.cluster for item in items.values() if item.cluster))
    kinds["tag"] = list(dict.fromkeys(name for item in items.values() for name in item.tags))
    kinds["analyst"] = list(dict.fromkeys(name for item in items.values() for name in item.judgements or ()))
    declared = {
        "source": {**study.sources, **one.sources},
        "cluster": {**study.clusters, **one.clusters},
        "tag": study.tags,
        "analyst": study.analysts,
    }
    expected = []
    for kind, names in kinds.items():
        for name in names:
            without = study.without(**{kind: name}, case=case)
            left = posterior(without, case)
            gone = [item.name for item in items.values() if item.id not in {part.id for part in without.case(case).evidence}]
            along = "; ".join(label for label in gone if label != one.item(name).name) if kind == "item" else str(len(gone))
            label = one.item(name).name if kind == "item" else declared[kind][name].name
            leads = ferry.names[max(left, key=lambda h: left[h])]
            expected.append((left[leader], [kind.capitalize(), label, p(left[leader]), leads, along]))
    title = f"What matters most when left out ({min(SHOWN, len(expected))} of {len(expected)})"
    heads, *rows = page[title]
    assert heads == ["Kind", "Left out", f"Support for {ferry.names[leader]}", "Leading then", "Items left out with it"]
    expected.sort(key=lambda row: row[0])
    assert [row[2] for row in rows] == [row[2] for _, row in expected[:SHOWN]]
    assert all(row in [part for _, part in expected] for row in rows)


@pytest.mark.parametrize("case", LABELS)
def test_one_judgement_that_would_change_the_lead(ferry, found, page, case):
    first, second = best_two(ferry, case)
    margin = DB * math.log(ferry.posterior[case][first] / ferry.posterior[case][second])
    expected = []
    for name, item in counting(ferry, case).items():
        weight = ferry.last[case][name][first] - ferry.last[case][name][second]
        at = found["cases"][case]["tipping"][name]["tips_at_probability"]
        expected.append((at is None, -round(weight, 6), [item.name, db(weight), db(weight - margin), "cannot be reached" if at is None else p(at)]))  # fmt: skip
    expected.sort(key=lambda row: row[:2])
    heads, *rows = page[f"One judgement that would change the lead ({min(SHOWN, len(expected))} of {len(expected)} items)"]
    assert heads == ["Item", "Weight (dB)", "Lead lost at (dB)", "Lead lost at a probability of"]
    assert rows == [row for _, _, row in expected[:SHOWN]]


def with_correlation(study: pt.Study, rho: float) -> pt.Study:
    def changed(parts: Any) -> dict[str, Any]:
        return {name: dataclasses.replace(part, correlation=rho) for name, part in parts.items()}

    cases = tuple(dataclasses.replace(case, clusters=changed(case.clusters)) for case in study.cases)
    return dataclasses.replace(study, clusters=changed(study.clusters), cases=cases)


@pytest.mark.parametrize("case", LABELS)
def test_support_under_other_assumptions(ferry, found, page, case):
    one = ferry.study.case(case)
    part = found["cases"][case]
    rows = {}
    for rho in part["dependence"]["rho"]:
        if any(abs(rho - value) < 1e-6 for value in (0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99)):
            rows[f"Correlation of every declared cluster {rho:g}"] = posterior(with_correlation(ferry.study, rho), case)
    rows["Every declared cluster fully redundant"] = part["dependence"]["fully_redundant"]
    rows["Smallest along the correlations"] = part["dependence"]["smallest"]
    rows["Largest along the correlations"] = part["dependence"]["largest"]
    groups = oracle.groups(ferry.study, one, counting(ferry, case).values(), with_given=True)
    units = [{h: math.exp(oracle.log_likelihood(ferry.study, one, h, group)) for h in ferry.names} for group in groups]
    for e in (0.0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        if any(abs(e - value) < 1e-6 for value in part["model_error"]["epsilon"]):
            weight = {
                h: ferry.prior[case][h] * math.prod((1 - e) * u[h] + e * sum(u.values()) / len(u) for u in units) for h in ferry.names
            }
            rows[f"Error of the model {e:g}"] = {h: value / sum(weight.values()) for h, value in weight.items()}
    expected = [["Assumption", *ferry.names.values()], *([name, *(p(row[h]) for h in ferry.names)] for name, row in rows.items())]
    assert page.all("Support under other assumptions")[list(LABELS).index(case)] == expected
    assert len(rows) > 10


@pytest.mark.parametrize("case", LABELS)
def test_support_by_analyst_and_by_anchor(ferry, page, case):
    rows = []
    if case == "east":
        for who, label in (("ben", "Ben"), ("ana", "Ana")):
            changed = dataclasses.replace(ferry.study, analyst=who)
            count = len(oracle.entering(changed, changed.case(case)))
            rows.append([f"{label}, {count} items", *(p(value) for value in posterior(changed, case).values())])
    for anchor in (0.5, 0.95):
        changed = dataclasses.replace(ferry.study, anchor=anchor)
        if max(abs(posterior(changed, case)[h] - ferry.posterior[case][h]) for h in ferry.names) > 1e-8:
            rows.append([f"Anchor {anchor:g}", *(p(value) for value in posterior(changed, case).values())])
    told = page.all("Support by analyst and by anchor")[list(LABELS).index(case)]
    assert told == [["Judgements", *ferry.names.values()], *rows]


def surprise(known: Known, case: str) -> dict[str, tuple[float, float]]:
    """Bits, and the excess over the best explanation, of items that none is judged given."""
    study, one, prior = known.study, known.study.case(case), known.prior[case]
    items = list(counting(known, case).values())
    whole, made = known.nats[case], {}
    for item in items:
        if not any(item.id in other.given for other in items):
            rest = {h: oracle.log_likelihood(study, one, h, [other for other in items if other is not item]) for h in prior}
            joint, before = (sum(prior[h] * math.exp(part[h]) for h in prior) for part in (whole, rest))
            bits = -math.log2(joint / before)
            made[item.name] = bits, bits + max((whole[h] - rest[h]) / math.log(2) for h in prior)
    return made


@pytest.mark.parametrize(
    ("case", "title"), [("east", "The most surprising items (8 of 9)"), ("west", "The most surprising items (4 of 4)")]
)
def test_the_most_surprising_items(ferry, page, case, title):
    heads, *rows = page[title]
    assert heads == ["Item", "Surprise (bits)", "Beyond the best explanation (bits)"]
    known = surprise(ferry, case)
    told = {row[0]: row[1:] for row in rows}
    assert len(told) == min(SHOWN, len(counting(ferry, case)))
    assert {name: row for name, row in told.items() if name in known} == {
        name: [f"{known[name][0]:.1f}", f"{known[name][1]:.1f}"] for name in told if name in known
    }
    assert [float(row[2]) for row in rows] == sorted((float(row[2]) for row in rows), reverse=True)


def answers(text: str, case: str) -> dict[str, str]:
    part = text.partition(f'id="fragile.{case}"')[2].partition("</dl>")[0]
    return {unescape(q): unescape(a).replace("\u00a0", " ") for q, a in re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", part, re.DOTALL)}


def in_odds(value: float) -> str:
    large = max(value, 1 / value)
    told = f"{large:.1f}".removesuffix(".0") if large < 9.95 else f"{float(f'{large:.2g}'):,.0f}"
    return f"{told} : 1" if value >= 1 else f"1 : {told}"


@pytest.mark.parametrize("case", LABELS)
def test_the_answers(ferry, found, text, case):
    first, second = best_two(ferry, case)
    one, part, told = ferry.study.case(case), found["cases"][case], answers(text, case)
    margin = DB * math.log(ferry.posterior[case][first] / ferry.posterior[case][second])
    evidence = ferry.evidence[case][first] - ferry.evidence[case][second]
    names = ferry.names
    ties = [f"{names[h]} {in_odds(math.exp(ferry.nats[case][h] - ferry.nats[case][first]))}" for h in names if h != first]
    fewest = part["fewest_left_out"]
    unlisted = [
        f"at a prior of {prior:g}, " + ("none can" if q is None else f"a geometric mean probability of {p(q)} for each record")
        for prior, q in zip(part["unlisted"]["prior"], part["unlisted"]["q"], strict=True)
    ]
    story = part["unlisted"]["prior_of_certain_story"]
    expected = {
        "Which explanation leads": f"{names[first]}, {db(margin)} dB before {names[second]} (by the evidence alone {db(evidence)} dB).",
        "Fewest items that, left out, change the lead": f"{len(fewest['items'])} of {len(counting(ferry, case))} items: "
        + "; ".join(one.item(name).name for name in fewest["items"])
        + ("." if fewest["exact"] else " (found by search; fewer may do)."),
        "Unrecorded items of ordinary weight that would undo the lead": f"{part['fail_safe']:.3g}",
        "Every weight shrunk by one factor: the lead changes at": factor(part["common_shrink"]),
        "Every weight shrunk by one factor: the leading explanation has a posterior of one half at": factor(part["shrink_to_even"]),
        "Only the weights for the leading explanation shrunk: the lead is lost at": factor(part["shrink_for"]),
        f"Prior odds, {names[first]} to rival, at which they tie": "; ".join(ties),
        "Independent error on every weight under which the lead stays in nine of ten draws": "more than was tried"
        if part["noise"]["sd_at_90"] is None
        else f"standard deviation {db(part['noise']['sd_at_90'])} dB",
        "What a rival that is not listed would need": f"To tie: {'; '.join(unlisted)}. A story that makes everything certain wins from a prior of "
        f"{p(story) if story >= 0.01 else f'{story:.1g}'} on.",
        **({"What mere counts would say": "COUNTED EAST"} if case == "east" else {"What the items judged later changed": "LATER WEST"}),
    }
    assert told == expected


def factor(value: float | None) -> str:
    return "no factor" if value is None else f"{value:.2f}"


def test_lists_at_the_end_of_the_report(page):
    """By hand, from the files."""
    assert page["Sources and how reliably they report"][1:] == [
        ["The Gazette", "All cases", "journalism", "reliability 0.9", ""],
        ["The town clerk", "All cases", "interview", "reliability 0.6 to 0.95", "He had left the office by then. Müller, J.; O'Neil, S. (1998). Talks with the Clerk. Harbour Press, p. 3"],
        ["Minutes of the council", "All cases", "official record", "reports with probability 0.97 if true, 0.02 if false", ""],
        ["Captain", "Eastport", "interview", "taken at its word", ""],
    ]  # fmt: skip
    assert page["Clusters"] == [
        ["Case", "Cluster", "Correlation", "Note"],
        ["All cases", "The hard winter", "0.5", "One winter and what it led to."],
        ["Eastport", "Letters", "0.3", ""],
    ]
    assert page["Searches that were run"] == [
        ["Looked for", "Case", "Search", "Sensitivity", "Outcome"],
        ["Diary of the captain", "Eastport", "The family was asked.", "0.3 to 0.6", "Looked for, not found"],
        ["Report of an inspection", "Eastport", "Harbour archive, all boxes of 1995 to 1998, June 2026.", "Cost 0.7; Bridge lobby 0.6 to 0.8; Safety 0.9; Another reason 0.7", "Looked for, not found"],
        ["Petition for the ferry", "Westport", "The council's letters of 2001.", "0.8", "Looked for, not found"],
    ]  # fmt: skip


def test_priors_of_the_report(ferry, text):
    weights = {h: part.weight for h, part in ferry.study.hypotheses.items()}
    section = text.partition('id="explanations"')[2].partition("</section>")[0]
    told = re.findall(r"<h3>(.*?)(?: <span.*?)?</h3>.*?Prior probability: (.*?)</p>", section, re.DOTALL)
    assert told == [(ferry.names[h], p(weight / sum(weights.values()))) for h, weight in weights.items()]
    own = ", ".join(f"{ferry.names[h]} {p(value)}" for h, value in ferry.prior["east"].items())
    assert f"This case has a prior of its own: {own}." in text.replace("\u00a0", " ")


# The summary


@pytest.fixture(scope="module")
def summary(results, tmp_path_factory) -> Tables:
    path = pt.report.write_summary(results, tmp_path_factory.mktemp("summary"))
    return Tables(path.read_text(encoding="utf-8"))


def test_the_summary_across_cases(ferry, summary):
    rows = [[label, *(p(ferry.posterior[case][h]) for case in LABELS)] for h, label in ferry.names.items()]
    assert summary["Support for each explanation"] == [["Explanation", *LABELS.values()], *rows]


def test_the_summary_by_tag(ferry, summary):
    leaders = {case: best_two(ferry, case)[0] for case in LABELS}

    def without(tag: str, case: str) -> str:
        gone = {item.id for item in counting(ferry, case).values() if tag in item.tags}
        if not gone:
            return "—"
        study = ferry.study.without(tag=tag, case=case)
        left, leader = posterior(study, case), leaders[case]
        kept = {item.id for item in study.case(case).evidence}
        count = sum(name not in kept for name in counting(ferry, case))
        other = "†" if max(left, key=lambda h: left[h]) != leader else ""
        return f"{p(left[leader])}{other} ({count})"

    nothing = ["Nothing", *(p(ferry.posterior[case][leaders[case]]) for case in LABELS)]
    heads = ["Left out", *LABELS.values()]
    each = {name: [tag.name, *(without(name, case) for case in LABELS)] for name, tag in ferry.study.tags.items()}
    assert summary["Without one channel: support for the explanation that leads (items)"] == [heads, nothing, each["paper"], each["talk"]]
    assert summary["Without one tag: support for the explanation that leads (items)"] == [heads, nothing, each["money"]]
    assert any("†" in cell for row in each.values() for cell in row)


def test_the_summary_beside_errors_of_the_model(ferry, summary):
    rows = []
    for e in (0.0, 0.01, 0.05, 0.1):
        row = [f"{100 * e:g} %"]
        for case in LABELS:
            one = ferry.study.case(case)
            groups = oracle.groups(ferry.study, one, counting(ferry, case).values(), with_given=True)
            units = [{h: math.exp(oracle.log_likelihood(ferry.study, one, h, group)) for h in ferry.names} for group in groups]
            weight = {
                h: ferry.prior[case][h] * math.prod((1 - e) * u[h] + e * sum(u.values()) / len(u) for u in units) for h in ferry.names
            }
            row.append(p(weight[best_two(ferry, case)[0]] / sum(weight.values())))
        rows.append(row)
    assert summary["Support beside an error of the model"] == [["Error", *LABELS.values()], *rows]


def test_the_summary_by_coding(ferry, summary):
    rows = []
    for who, label in (("ben", "Ben"), ("ana", "Ana")):
        own = posterior(dataclasses.replace(ferry.study, analyst=who), "east")
        best = max(own, key=lambda h: own[h])
        rows.append([label, f"{ferry.names[best]} {p(own[best])}", "—"])
    assert summary["Leading explanation by coding"] == [["Coding", *LABELS.values()], *rows]


def test_the_summary_says_what_to_look_for(ferry, results, summary, tmp_path):
    table = pt.tables.plan(ferry.study)
    assert summary[table.attrs["title"]] == printed(table)
    nothing = {name: part for name, part in results.tables.items() if name != "plan"}
    path = pt.report.write_summary(dataclasses.replace(results, tables=nothing), tmp_path)
    told = unescape(path.read_text(encoding="utf-8")).replace("\u00a0", " ")
    for case, label in LABELS.items():
        first, second = best_two(ferry, case)
        weight = {name: ferry.last[case][name][first] - ferry.last[case][name][second] for name in counting(ferry, case)}
        heaviest = sorted(weight, key=lambda name: -weight[name])[:3]
        points = "; ".join(f"{ferry.study.case(case).item(name).name} ({db(weight[name])} dB)" for name in heaviest)
        assert f"<li>{label}: {points}.</li>" in told


# The command line


def said(*command: str) -> str:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(io.StringIO()):
        patch.setattr(sys, "argv", ["processtrace", *command])
        with pytest.raises(SystemExit) as end:
            main()
    assert end.value.code == 0
    return out.getvalue()


def cells(text: str, first: str) -> list[list[str]]:
    """The rows of the terminal table whose head begins with these words, heads first."""
    lines = text.splitlines()
    (start,) = [k for k, line in enumerate(lines) if line.startswith(first) and k + 1 < len(lines) and lines[k + 1].startswith("──")]
    ends = [found.span() for found in re.finditer("─+", lines[start + 1])]
    rows = [lines[start]]
    for line in lines[start + 2 :]:
        if not line or line.startswith(("Not counted", "study 1", "─")):
            break
        rows.append(line)
    return [[line[a:b].strip() for a, b in ends] for line in rows]


STUDY = str(FERRIES / "ferry.yaml")


@pytest.mark.parametrize("case", LABELS)
def test_the_update_on_the_terminal(ferry, case):
    text = said("update", STUDY, "--items")
    heads, *rows = cells(text, f"{LABELS[case]} ")
    assert heads == [LABELS[case], "Prior", "Support", "Bounds", "Evidence against the best"]
    bounds = pt.robustness.bounds(ferry.study)
    ends = {
        h: [float(bounds[end].sel(case=case, hypothesis=h)) for end in ("lowest", "highest")] for h in ferry.names
    }  # held by the tests of `bounds`, and in closed form below
    assert rows == [
        [label, p(ferry.prior[case][h]), p(ferry.posterior[case][h]), span(*ends[h]), f"{db(ferry.evidence[case][h])} dB"]
        for h, label in ferry.names.items()
    ]


def test_the_items_on_the_terminal(ferry):
    for case, label in LABELS.items():
        text = said("update", STUDY, "--items", "--case", case)
        heads, *rows = cells(text, "Date ")
        assert heads == ["Date", "Weight in dB, best explanation 0", *ferry.names.values()]
        expected = [
            [item.date or "", item.name, *(db(ferry.chain[case][name][h]) for h in ferry.names)]
            for name, item in counting(ferry, case).items()
        ]
        assert rows == expected, label


def test_the_update_as_csv_and_json(ferry):
    rows = list(csv.DictReader(io.StringIO(said("update", STUDY, "--format", "csv"))))
    bounds = pt.robustness.bounds(ferry.study)
    assert [(row["case"], row["hypothesis"]) for row in rows] == [(case, h) for case in LABELS for h in ferry.names]
    for row in rows:
        case, h = row["case"], row["hypothesis"]
        assert float(row["prior"]) == pytest.approx(ferry.prior[case][h], abs=1e-12)
        assert float(row["posterior"]) == pytest.approx(ferry.posterior[case][h], abs=1e-9)
        for end in ("lowest", "highest"):
            assert float(row[end]) == pytest.approx(float(bounds[end].sel(case=case, hypothesis=h)), abs=1e-12)
        assert set(row) == {"case", "hypothesis", "prior", "posterior", "lowest", "highest"}
    found = json.loads(said("update", STUDY, "--items", "--format", "json"))["cases"]
    for case, part in found.items():
        assert part["prior"] == pytest.approx(ferry.prior[case], abs=1e-12)
        assert part["posterior"] == pytest.approx(ferry.posterior[case], abs=1e-9)
        assert part["log_posterior"] == pytest.approx({h: math.log(value) for h, value in ferry.posterior[case].items()}, abs=1e-8)
        assert part["evidence_db"] == pytest.approx(ferry.evidence[case], abs=1e-8)
        assert [item["id"] for item in part["evidence"]] == list(counting(ferry, case))
        for item in part["evidence"]:
            for key, kind in (("weight_db", ferry.chain), ("alone_db", ferry.alone), ("last_db", ferry.last)):
                assert item[key] == pytest.approx(kind[case][item["id"]], abs=1e-8)
            assert item["status"] == ferry.study.case(case).item(item["id"]).status
    assert found["east"]["not_counted"] == {"planned": ["minutes_1995", "bank", "will"], "unjudged": ["photograph"], "set_aside": ["song"]}
    case = ferry.study.case("east")
    members = [case.item("budget"), case.item("repairs")]
    joint = oracle.relative_db({h: oracle.log_likelihood(ferry.study, case, h, members) for h in ferry.names})
    winter = next(part for part in found["east"]["clusters"] if part["id"] == "winter")
    assert (winter["items"], winter["weight_db"]) == (["budget", "repairs"], pytest.approx(joint, abs=1e-8))


def test_support_at_other_anchors_on_the_terminal(ferry):
    text = said("update", STUDY)
    for anchor in (0.5, 0.95):
        changed = dataclasses.replace(ferry.study, anchor=anchor)
        for case, label in LABELS.items():
            told = ", ".join(f"{ferry.names[h]} {p(value)}" for h, value in posterior(changed, case).items())
            assert f"\n  {anchor:g}: {label}: {told}\n" in text


def test_the_plan_on_the_terminal_and_as_csv(ferry):
    rows = planned_by_hand(ferry)
    text = said("plan", STUDY)
    heads, *told = cells(text, "Planned item ")
    assert heads == ["Planned item", "Bits", "Found", *ferry.names.values(), "Cost", "Bits per cost"]
    expected = [
        [
            row["Item"],
            bits(row["Expected information (bits)"]),
            p(row["Chance of finding it"]),
            *(f"{p(row[f'{label}, found'])} / {p(row[f'{label}, not found'])}" for label in ferry.names.values()),
            f"{row['Cost']:g}",
            bits(row["Bits per cost"]),
        ]
        for row in rows.values()
    ]
    assert told == expected
    now = ", ".join(f"{label} {p(ferry.posterior['east'][h])}" for h, label in ferry.names.items())
    entropy = -sum(value * math.log2(value) for value in ferry.posterior["east"].values())
    assert f"Eastport. Support now: {now}. Still open: {bits(entropy)} bits." in text
    listed = {row["items"]: row for row in csv.DictReader(io.StringIO(said("plan", STUDY, "--format", "csv")))}
    assert set(listed) == set(rows)
    for name, row in rows.items():
        for key, head in (
            ("information_bits", "Expected information (bits)"),
            ("expected_variance_sum", "Expected variance"),
            ("cost", "Cost"),
            ("bits_per_cost", "Bits per cost"),
        ):
            assert float(listed[name][key]) == pytest.approx(row[head], abs=1e-8)
        assert listed[name]["case"] == "east"


def bits(value: float) -> str:
    return "< 0.01" if 0 < value < 0.005 else f"{value:.2f}"


def test_a_comparison_on_the_terminal_and_as_csv(ferry):
    first, second = FERRIES / "ferry_before.yaml", FERRIES / "ferry.yaml"
    studies = [pt.load_study(path) for path in (first, second)]
    text = said("compare", str(first), str(second))
    for table in (pt.tables.compare(*studies), pt.tables.changes(*studies)):
        heads, *rows = printed(table)
        assert cells(text, f"Case      {heads[1]} ") == [heads, *rows]
    listed = list(csv.reader(io.StringIO(said("compare", str(first), str(second), "--format", "csv"))))
    table = pt.tables.changes(*studies)
    assert listed[0] == ["case", "study", "evidence", *table.columns]
    assert len(listed) == len(table) + 1
    for told, (place, row) in zip(listed[1:], table.iterrows(), strict=True):
        assert told[:3] == list(place)
        for cell, value in zip(told[3:], row, strict=True):
            if isinstance(value, float):
                assert (math.isnan(value) and cell in ("", "nan")) or float(cell) == value
            else:
                assert cell == value
