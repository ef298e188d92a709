"""Every column of every table, against a value computed another way: by hand, or by the oracle from the formulas alone.

A table must have exactly the columns that are expected here, so that a new column fails until it is held by a value too.
Deterministic, except where an error rate is stated.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit, gammaln, logit, ndtri
from truth import oracle
from truth.by_hand import (
    COVERAGE,
    DB,
    FERRIES,
    INF,
    ONE_RANGE,
    Known,
    Tables,
    db,
    ends_of_one_range,
    odds,
    of_one_range,
    one_range,
    p,
    planned_by_hand,
    rounded,
    span,
)

import processtrace as pt
from processtrace import tables
from processtrace.tables.columns import COLUMNS

NAN = math.nan

Rows = Mapping[Hashable, Mapping[str, Any]]


def hold(table: pd.DataFrame, expected: Rows, tolerance: float = 1e-9, only: bool = False) -> None:
    """The table has these rows, in this order, with these columns and values; `only`: further columns may be there."""
    assert list(table.index) == list(expected)
    for number, (place, row) in enumerate(expected.items()):
        if not only:
            assert set(table.columns) == set(row)
        for column, value in row.items():
            found = table[column].iloc[number]
            if isinstance(value, float | int) and not isinstance(value, bool):
                assert float(found) == pytest.approx(value, abs=tolerance, rel=tolerance, nan_ok=True), (place, column)
            else:
                assert found == value, (place, column)


def printed(table: pd.DataFrame) -> list[dict[str, str]]:
    """The printed table, row by row, by head."""
    heads, *rows = Tables(tables.to_html(table)).found[0][1]
    return [dict(zip(heads, row, strict=True)) for row in rows]


# The study with everything, by the oracle


@pytest.fixture(scope="module")
def ferry() -> Known:
    return Known(pt.load_study(FERRIES / "ferry.yaml"))


@pytest.fixture(scope="module")
def before() -> Known:
    return Known(pt.load_study(FERRIES / "ferry_before.yaml"))


IN_TIME = {  # item, date in words, status in words, cluster
    "east": {
        "idle": ("A speech", "1995", "Found", ""),
        "dinner": ("Dinner with the builders", "14 May 1996", "Found", ""),
        "contract": ("The contract of the bridge forbids a…", "Sep 1996", "Found", "Letters (correlation 0.3, entered alone because it is judged given other items)"),
        "letter": ("Letter on the contract", "Oct 1996", "Found", "Letters (correlation 0.3)"),
        "budget": ("The budget of 1997", "Nov 1997", "Found", "The hard winter (correlation 0.5)"),
        "repairs": ("Repairs put off", "1997 – Feb 1998", "Found", "The hard winter (correlation 0.5)"),
        "diary": ("Diary of the captain", "", "Looked for, not found", ""),
        "inspection": ("Report of an inspection", "", "Looked for, not found", ""),
        "ledger": ("The ledger of the harbour", "", "Found", ""),
    },
    "west": {
        "accident": ("The accident of 2000", "3 Aug 2000", "Found", "The hard winter (correlation 0.5)"),
        "insurance": ("Insurance ended", "Jan 2001", "Found", "The hard winter (correlation 0.5, entered alone because it is judged given other items)"),
        "motion": ("A motion to keep the ferry failed by…", "Feb 2001", "Found", ""),
        "petition": ("Petition for the ferry", "", "Looked for, not found", ""),
    },
}  # fmt: skip
LABELS = {"east": "Eastport", "west": "Westport"}


def test_weights(ferry):
    table = tables.weights(ferry.study)
    expected = {}
    for case, items in IN_TIME.items():
        for name, (label, date, status, cluster) in items.items():
            row: dict[str, Any] = {"Case": LABELS[case], "Date": date, "Item": label, "Status": status, "Cluster": cluster}
            for kind, end in ((ferry.chain, ""), (ferry.alone, ", alone"), (ferry.last, ", last")):
                row |= {f"{ferry.names[h]}{end}": value for h, value in kind[case][name].items()}
            expected[(case, name)] = row
    hold(table, expected, 1e-8)
    apart = [any(abs(row[f"{n}{one}"] - row[f"{n}{two}"]) > 0.1 for row in expected.values() for n in ferry.names.values()) for one, two in itertools.combinations(("", ", alone", ", last"), 2)]  # fmt: skip
    assert all(apart)
    shown = [{key: db(value) if isinstance(value, float) else value for key, value in row.items()} for row in expected.values()]
    assert printed(table) == [{key: row[key] for key in ("Case", "Date", "Item", "Status", *ferry.names.values())} for row in shown]


def test_clusters(ferry):
    case = ferry.study.case("east")
    members = [case.item("budget"), case.item("repairs")]
    joint = oracle.relative_db({h: oracle.log_likelihood(ferry.study, case, h, members) for h in ferry.names})
    table = tables.clusters(ferry.study)
    row = {
        "Case": "Eastport",
        "Cluster": "The hard winter",
        "Correlation": 0.5,
        "Items": "The budget of 1997; Repairs put off",
        "Note": "One winter and what it led to.",
    }
    hold(table, {("east", "winter"): row | {ferry.names[h]: value for h, value in joint.items()}}, 1e-8)
    texts = {**{key: row[key] for key in ("Case", "Cluster", "Items")}, "Correlation": "0.5"}
    assert printed(table) == [texts | {ferry.names[h]: db(value) for h, value in joint.items()}]


def test_support_prior_and_evidence(ferry):
    """The bounds and the central 90 % are held by the next test."""
    expected = {}
    for case, h in itertools.product(LABELS, ferry.names):
        prior, posterior = ferry.prior[case][h], ferry.posterior[case][h]
        expected[(case, h)] = {
            "Case": LABELS[case],
            "Explanation": ferry.names[h],
            "Prior": prior,
            "Prior, odds (dB)": odds(prior),
            "Support": posterior,
            "Support, odds (dB)": odds(posterior),
            "Evidence (dB)": ferry.evidence[case][h],
        }
    table = tables.posterior(ferry.study)
    hold(table, expected, 1e-8, only=True)
    for row, shown in zip(expected.values(), printed(table), strict=True):
        assert shown["Prior"] == p(row["Prior"])
        assert shown["Support"] == p(row["Support"])
        assert shown["Evidence (dB)"] == db(row["Evidence (dB)"])


def test_bounds_and_central_ninety_percent():
    expected = {}
    for case in ONE_RANGE:
        posterior, (bounds, central) = of_one_range(case), ends_of_one_range(case)
        weights = {"a": 1, "b": 2, "c": 1}
        best = max(posterior[h] / weights[h] for h in posterior)
        for h in posterior:
            numbers = {
                "Prior": weights[h] / 4,
                "Support": posterior[h],
                "Lowest": bounds[h][0],
                "Highest": bounds[h][1],
                "Low": central[h][0],
                "High": central[h][1],
            }
            expected[(case, h)] = {
                "Case": f"Case {case}",
                "Explanation": f"Reason {h}",
                **numbers,
                **{f"{name}, odds (dB)": odds(value) for name, value in numbers.items()},
                "Evidence (dB)": DB * math.log(posterior[h] / weights[h] / best),
            }
    table = tables.posterior(one_range())
    exact = [column for column in table.columns if not column.startswith(("Low,", "High,")) and column not in ("Low", "High")]
    hold(table[exact], {place: {name: row[name] for name in exact} for place, row in expected.items()}, 1e-9)
    hold(table, expected, 5e-3)  # of 2,048 draws
    gaps = [(row["Lowest"] - row["Low"], row["High"] - row["Highest"]) for row in expected.values()]
    assert min(min(gap) for gap in gaps) > 0
    assert min(max(gap) for gap in zip(*gaps, strict=True)) > 0.05  # far more than the tolerance
    for row, shown in zip(expected.values(), printed(table), strict=True):
        assert shown["Lowest to highest"] == span(row["Lowest"], row["Highest"])
        assert shown["Central 90 %"] == span(round(row["Low"], 2), round(row["High"], 2))
        assert set(shown) == {"Case", "Explanation", "Prior", "Support", "Lowest to highest", "Central 90 %", "Evidence (dB)"}


# The appendix: texts by hand from the file, weights by the oracle


APPENDIX = {
    ("east", "repairs"): {
        "Case": "Eastport", "Status": "Found", "Date": "1997 – Feb 1998", "Item": "Repairs put off",
        "Finding": "Repairs of the hull were put off twice.", "Quote": "",
        "Sources": "The Gazette (journalism; reliability 0.9); The town clerk (interview; reliability 0.6 to 0.95)",
        "Citations": "", "Searched": "", "Search sensitivity": "", "Cluster": "The hard winter (correlation 0.5)",
        "Judged knowing": "", "Tags": "Channel: Talk; Money",
        "Note": "Ana: judged 5 Mar 2026 Ben: read twice", "Found on": "", "Judged on": "",
        "Cost: judgement": "Ana: 6 (ratio, the largest standing for 0.9); Ben: surely", "Cost: reason": "",
        "Bridge lobby: judgement": "Ana: 2 (ratio, the largest standing for 0.9); Ben: perhaps", "Bridge lobby: reason": "",
        "Safety: judgement": "Ana: 0.5 (ratio, the largest standing for 0.9); Ben: hardly",
        "Safety: reason": "Ana: Nobody who fears an accident puts off repairs.",
        "Another reason: judgement": "Ana: 1 to 2 (ratio, the largest standing for 0.9); Ben: perhaps to surely", "Another reason: reason": "",
    },
    ("east", "budget"): {
        "Case": "Eastport", "Status": "Found", "Date": "Nov 1997", "Item": "The budget of 1997",
        "Finding": "The budget of 1997 halves the sum for the ferry.", "Quote": "The sum is halved.",
        "Sources": "Minutes of the council (official record; reports with probability 0.97 if true, 0.02 if false)",
        "Citations": "Müller, J.; O'Neil, S. (1998). Talks with the Clerk. Harbour Press; The Gazette (1997). The ferry & the budget. The Gazette, p. 2, https://example.org/a_b",
        "Searched": "", "Search sensitivity": "", "Cluster": "The hard winter (correlation 0.5)", "Judged knowing": "",
        "Tags": "Channel: Written records; Money", "Note": "", "Found on": "2 Mar 2026", "Judged on": "4 Mar 2026",
        "Cost: judgement": "0.6 to 0.9", "Cost: reason": "A council that cannot pay would begin here.",
        "Bridge lobby: judgement": "0.3", "Bridge lobby: reason": "", "Safety: judgement": "0.2 to 0.3", "Safety: reason": "",
        "Another reason: judgement": "0.4", "Another reason: reason": "",
    },
    ("east", "inspection"): {
        "Case": "Eastport", "Status": "Looked for, not found", "Date": "", "Item": "Report of an inspection",
        "Finding": "A report of an inspection that found the ferry unsafe.", "Quote": "",
        "Sources": "The Gazette (journalism; reliability 0.9)", "Citations": "",
        "Searched": "Harbour archive, all boxes of 1995 to 1998, June 2026.",
        "Search sensitivity": "Cost 0.7; Bridge lobby 0.6 to 0.8; Safety 0.9; Another reason 0.7", "Cluster": "", "Judged knowing": "",
        "Tags": "", "Note": "", "Found on": "", "Judged on": "",
        "Cost: judgement": "0.1", "Cost: reason": "", "Bridge lobby: judgement": "0.1", "Bridge lobby: reason": "",
        "Safety: judgement": "0.6", "Safety: reason": "", "Another reason: judgement": "0.1", "Another reason: reason": "",
    },
    ("east", "contract"): {
        "Case": "Eastport", "Status": "Found", "Date": "Sep 1996", "Item": "The contract of the bridge forbids a…",
        "Finding": "The contract of the bridge forbids a ferry within ten miles.", "Quote": "",
        "Sources": "Minutes of the council (official record; reports with probability 0.97 if true, 0.02 if false)", "Citations": "",
        "Searched": "", "Search sensitivity": "",
        "Cluster": "Letters (correlation 0.3, entered alone because it is judged given other items)",
        "Judged knowing": "Dinner with the builders", "Tags": "Channel: Written records", "Note": "", "Found on": "", "Judged on": "",
        "Cost: judgement": "−20 dB (decibels, the largest standing for 0.6)", "Cost: reason": "",
        "Bridge lobby: judgement": "0 dB (decibels, the largest standing for 0.6)", "Bridge lobby: reason": "",
        "Safety: judgement": "−20 dB (decibels, the largest standing for 0.6)", "Safety: reason": "",
        "Another reason: judgement": "−15 to −9 dB (decibels, the largest standing for 0.6)", "Another reason: reason": "",
    },
    ("east", "song"): {
        "Case": "Eastport", "Status": "Set aside", "Date": "", "Item": "A song about the ferry.", "Finding": "A song about the ferry.",
        "Quote": "", "Sources": "", "Citations": "", "Searched": "", "Search sensitivity": "", "Cluster": "", "Judged knowing": "",
        "Tags": "", "Note": "A song proves nothing.", "Found on": "", "Judged on": "",
        "Cost: judgement": "", "Cost: reason": "", "Bridge lobby: judgement": "", "Bridge lobby: reason": "",
        "Safety: judgement": "", "Safety: reason": "", "Another reason: judgement": "", "Another reason: reason": "",
    },
}  # fmt: skip


def test_the_appendix(ferry):
    table = tables.appendix(ferry.study)
    uncounted = ["bank", "minutes_1995", "will", "photograph", "song"]  # planned, then not yet judged, then set aside
    assert list(table.index) == [(case, name) for case in IN_TIME for name in (*IN_TIME[case], *(uncounted if case == "east" else ()))]
    texts = {f"{name}: {kind}" for name in ferry.names.values() for kind in ("weight (dB)",)}
    for place, row in APPENDIX.items():
        assert set(table.columns) == set(row) | texts
        for column, value in row.items():
            assert table.loc[place, column] == value, (place, column)
    for (case, name), row in table.iterrows():
        weight = ferry.chain[case].get(name)
        for h, label in ferry.names.items():
            told = row[f"{label}: weight (dB)"]
            assert math.isnan(told) if weight is None else told == pytest.approx(weight[h], abs=1e-8)
    page = tables.to_html(table)
    for row in APPENDIX.values():
        for name, value in row.items():
            assert (
                not value or ":" in name or name in ("Case", "Status", "Date") or value.replace("&", "&amp;").replace("'", "&#x27;") in page
            )
    blocks = [row for row in Tables(page).found[0][1] if len(row) == 4]
    place = next(k for k, row in enumerate(blocks) if row[1] == APPENDIX[("east", "repairs")]["Cost: judgement"])
    for row, (h, label) in zip(blocks[place : place + 4], ferry.names.items(), strict=True):
        told = APPENDIX[("east", "repairs")]
        assert row == [label, told[f"{label}: judgement"], db(ferry.chain["east"]["repairs"][h]), told[f"{label}: reason"]]


def test_a_column_is_printed_where_its_record_says_and_nowhere_else(ferry):
    """The study of ferries has every fact, so that each column has something to print."""
    table = tables.appendix(ferry.study)
    blocks, latex = tables.to_html(table), tables.to_latex(table)
    found = pt.compute(ferry.study, sample=False)
    counted = pt.report.render(found).partition('id="evidence"')[2].partition('id="provenance"')[0]
    uncounted = pt.report.render_appendix(found).partition('id="uncounted"')[2].partition('id="searches"')[0]
    printed = {
        "table": set(table.columns),
        "block": set(re.findall("<i>(.*?):</i>", blocks)) | {"Finding"},
        "page": set(re.findall("<dt>(.*?)</dt>", counted + uncounted)),
    }
    assert set(re.findall(r"\\textit\{(.*?):\}", latex)) | {"Finding"} == printed["block"]
    for where, headings in printed.items():
        assert {column.heading for column in COLUMNS if where in column.prints} == {name for name in headings if ": " not in name}, where


# Analysts, from judgements in points


CODED = {
    "x": {
        "m0": ({"a": 0.8, "b": 0.2, "c": 0.4}, {"a": 0.6, "b": 0.3, "c": 0.4}),
        "m1": ({"a": 0.1, "b": 0.2, "c": 0.3}, {"a": 0.2, "b": 0.2, "c": 0.1}),
        "m2": ({"a": 0.5, "b": 0.1, "c": 0.5}, {"a": 0.5, "b": 0.4, "c": 0.2}),
        "m3": ({"a": 0.3, "b": 0.6, "c": 0.2}, {"a": 0.3, "b": 0.6, "c": 0.2}),
        "m4": ({"a": 0.4, "b": 0.2, "c": 0.0}, {"a": 0.4, "b": 0.3, "c": 0.1}),
        "only": ({"a": 0.7, "b": 0.2, "c": 0.2}, None),
    },
    "y": {
        "n0": ({"a": 0.2, "b": 0.8, "c": 0.3}, {"a": 0.3, "b": 0.7, "c": 0.6}),
        "n1": ({"a": 0.9, "b": 0.3, "c": 0.5}, {"a": 0.8, "b": 0.2, "c": 0.1}),
        "n2": ({"a": 0.1, "b": 0.3, "c": 0.2}, {"a": 0.4, "b": 0.3, "c": 0.2}),
    },
}
"""By case and item: Ana's judgement and Ben's."""

CLUSTER = ("m0", "m1")


def coded() -> pt.Study:
    cases = []
    for case, items in CODED.items():
        evidence = [
            pt.Evidence(
                name,
                finding="F.",
                label=f"Item {name}",
                cluster="k" if name in CLUSTER else None,
                judgements={who: {"probability": part} for who, part in zip(("ana", "ben"), both, strict=True) if part},
            )
            for name, both in items.items()
        ]
        cases.append(pt.Case(case, label=f"Case {case}", clusters={"k": {"correlation": 0}}, evidence=evidence))
    return pt.Study(
        "Coded",
        hypotheses={h: {"label": f"Reason {h}"} for h in "abc"},
        analysts={"ana": {"label": "Ana"}, "ben": {"label": "Ben"}},
        cases=cases,
    )


def alpha(units: list[tuple[float, float]]) -> float:
    """Krippendorff's alpha from its definition: disagreement within items over disagreement among all values.

    A weight that is infinite is a very large number, of which the limit is taken.
    """
    units = [tuple(math.copysign(1e9, value) if math.isinf(value) else value for value in unit) for unit in units]
    pooled = [value for unit in units for value in unit]
    observed = sum((one - other) ** 2 for one, other in units) / len(units)
    pairs = list(itertools.permutations(pooled, 2))
    return 1 - observed / (sum((one - other) ** 2 for one, other in pairs) / len(pairs)) if len(units) and len(set(pooled)) > 1 else NAN


def test_agreement():
    table = tables.agreement(coded(), coverage=0.8, draws=400, random_seed=7)
    expected = {}
    for (h, k), case in itertools.product(itertools.combinations("abc", 2), ("", "x", "y")):
        units: dict[str, list[tuple[float, float]]] = {}
        lost = 0
        for name, both in {name: both for c, items in CODED.items() if case in ("", c) for name, both in items.items()}.items():
            if both[1] is not None:
                weights = tuple(DB * (math.log(part[h]) - math.log(part[k])) if part[h] * part[k] else INF for part in both)
                lost += sum(math.isinf(value) for value in weights)
                units.setdefault("k" if name in CLUSTER else name, []).append(weights)
        whole = list(units.values())
        chosen = np.random.default_rng(7).multinomial(len(whole), np.full(len(whole), 1 / len(whole)), size=400)
        drawn = [
            alpha([unit for group, times in zip(whole, counts, strict=True) for _ in range(times) for unit in group]) for counts in chosen
        ]
        low, high = np.nanquantile(drawn, [0.1, 0.9])
        expected[(case, h, k)] = {
            "Case": f"Case {case}" if case else "All cases",
            "Explanation": f"Reason {h}",
            "Against": f"Reason {k}",
            "Alpha": alpha([unit for group in whole for unit in group]),
            "Low": low,
            "High": high,
            "Items": sum(map(len, whole)),
            "Clusters": len(whole),
            "Infinite weights": lost,
        }
    hold(table, expected, 1e-7)
    assert {row["Infinite weights"] for row in expected.values()} == {0, 1}
    shown = [
        {key: str(row[key]) for key in ("Case", "Explanation", "Against", "Items", "Clusters")}
        | {"Alpha": f"{row['Alpha']:.2f}".replace("-", "−"), "80 % interval": f"{row['Low']:.2f} to {row['High']:.2f}".replace("-", "−")}
        for row in expected.values()
    ]
    assert printed(table) == shown


def by_analyst(case: str, place: int) -> dict[str, float]:
    weight = {h: math.prod(both[place][h] for both in CODED[case].values() if both[place] is not None) for h in "abc"}
    return {h: value / sum(weight.values()) for h, value in weight.items()}


def test_codings_and_what_divides_them():
    study = coded()
    expected = {}
    for case, (place, (who, label)) in itertools.product(CODED, enumerate({"ana": "Ana", "ben": "Ben"}.items())):
        for h, support in by_analyst(case, place).items():
            items = sum(both[place] is not None for both in CODED[case].values())
            expected[(case, who, h)] = {
                "Case": f"Case {case}",
                "Analyst": label,
                "Explanation": f"Reason {h}",
                "Support": support,
                "Support, odds (dB)": odds(support),
                "Items": items,
            }
    hold(tables.codings(study), expected)
    shown = [
        {key: p(value) if key == "Support" else str(value) for key, value in row.items() if "odds" not in key} for row in expected.values()
    ]
    assert printed(tables.codings(study)) == shown
    apart = {}
    for case, items in CODED.items():
        found = {}
        for name, both in items.items():
            if both[1] is None:
                continue
            logs = [{h: math.log(value) if value else -INF for h, value in part.items()} for part in both]
            gaps = [(one[h] - one[k]) - (other[h] - other[k]) for one, other in [logs] for h, k in itertools.combinations("abc", 2)]
            found[name] = DB * max(abs(gap) for gap in gaps)
        listed = sorted((name for name in found if found[name] > 1e-12), key=lambda name: -found[name])
        apart |= {(case, name): {"Case": f"Case {case}", "Item": f"Item {name}", "Apart (dB)": found[name]} for name in listed}
    hold(tables.dividing(study), apart)
    assert next(iter(apart)) == ("x", "m4")  # infinitely: one refutes what the other does not
    assert [row["Apart (dB)"] for row in printed(tables.dividing(study))] == [db(row["Apart (dB)"]) for row in apart.values()]
    assert {tuple(row) for row in printed(tables.dividing(study))} == {("Case", "Item", "Apart (dB)")}


# Shares


def enumerated(prior: Mapping[str, float], units: list[dict[str, float]]) -> tuple[float, dict[str, float], dict[str, float]]:
    """Evidence, and mean and sd of Dirichlet shares (as many prior cases as hypotheses): the sum over all assignments of units."""
    names, total = list(prior), float(len(prior))
    alphas = {h: total * prior[h] for h in names}
    whole, mean, square = 0.0, dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for chosen in itertools.product(names, repeat=len(units)):
        count = {h: chosen.count(h) for h in names}
        log_w = gammaln(total) - gammaln(total + len(units)) + sum(gammaln(alphas[h] + count[h]) - gammaln(alphas[h]) for h in names)
        weight = math.exp(log_w + sum(unit[h] for unit, h in zip(units, chosen, strict=True)))
        whole += weight
        for h in names:
            a, b = alphas[h] + count[h], total + len(units)
            mean[h] += weight * a / b
            square[h] += weight * a * (a + 1) / (b * (b + 1))
    mean = {h: value / whole for h, value in mean.items()}
    return whole, mean, {h: math.sqrt(square[h] / whole - mean[h] ** 2) for h in names}


def test_shares(ferry):
    study = ferry.study
    simulated = pt.division.looks_divided(study, draws=40)
    expected = {}
    for case in study.cases:
        prior = ferry.prior[case.id]
        groups = oracle.groups(study, case, oracle.entering(study, case), with_given=True)
        units = [{h: oracle.log_likelihood(study, case, h, group) for h in ferry.names} for group in groups]
        whole, mean, sd = enumerated(prior, units)
        one = sum(prior[h] * math.exp(ferry.nats[case.id][h]) for h in prior)
        looks = float(simulated["looks_divided"].sel(case=case.id))
        for h in ferry.names:
            expected[(case.id, h)] = {
                "Case": LABELS[case.id],
                "Explanation": ferry.names[h],
                "Prior share": prior[h],
                "Prior sd": math.sqrt(prior[h] * (1 - prior[h]) / (len(prior) + 1)),
                "Share": mean[h],
                "Sd": sd[h],
                "Divided against one (dB)": DB * math.log(whole / one),
                "Looks divided": looks,
                "Error": math.sqrt(looks * (1 - looks) / 40),
            }
    hold(tables.shares(study, simulated=simulated), expected, 1e-7)
    last = ("Looks divided", "Error")
    hold(tables.shares(study), {place: {k: v for k, v in row.items() if k not in last} for place, row in expected.items()}, 1e-7)
    assert 0 < expected[("west", "cost")]["Looks divided"] < 1
    shown = [
        {
            key: p(value)
            if key in ("Prior share", "Share", "Looks divided")
            else db(value)
            if key.endswith("(dB)")
            else value
            if isinstance(value, str)
            else f"{value:.2f}"
            for key, value in row.items()
        }
        for row in expected.values()
    ]
    assert printed(tables.shares(study, simulated=simulated)) == shown


# Plans


def test_a_plan(ferry):
    rows = planned_by_hand(ferry)
    hold(tables.plan(ferry.study), {("east", name): row for name, row in rows.items()}, 1e-7)
    assert list(rows) == ["will", "bank", "minutes_1995"]
    kept = ("Expected information (bits)", "Expected variance", "Bits per cost")
    texts = ("Case", "Item")
    for row, shown in zip(rows.values(), printed(tables.plan(ferry.study)), strict=True):
        assert set(shown) == set(row)
        for key, value in shown.items():
            told = row[key]
            printed_value = told if key in texts else f"{told:.2f}" if key in kept else f"{told:g}" if key == "Cost" else None
            if printed_value is None:
                printed_value = rounded(told)
            assert value == printed_value, key


# Causes that may act together


CELLS = ("none", "rain", "war", "rain+war")
AT_WORK = {"rain": 0.6, "war": 0.3}
JUDGED = {
    "x": {"m": {"none": 0.1, "rain": 0.5, "war": 0.3, "rain+war": 0.8}, "n": {"none": 0.3, "rain": 0.4, "war": 0.6, "rain+war": 0.5}},
    "y": {"m": {"none": 0.2, "rain": 0.3, "war": 0.7, "rain+war": 0.6}},
}


def causes() -> pt.Study:
    cases = [
        pt.Case(
            case,
            label=f"Case {case}",
            judges=CELLS,
            evidence=[pt.Evidence(name, finding="F.", probability=values) for name, values in items.items()],
        )
        for case, items in JUDGED.items()
    ]
    return pt.Study("Causes", factors={f: {"label": f.title(), "prior": w} for f, w in AT_WORK.items()}, cases=cases)


def cell_prior(cell: str) -> float:
    return math.prod(w if f in cell.split("+") else 1 - w for f, w in AT_WORK.items())


def of_cells(case: str, built: Any = None) -> dict[str, float]:
    weight = {}
    for cell in CELLS:
        values = [item | {"rain+war": built(item)} if built else item for item in JUDGED[case].values()]
        weight[cell] = cell_prior(cell) * math.prod(item[cell] for item in values)
    return {cell: value / sum(weight.values()) for cell, value in weight.items()}


def test_factors():
    expected = {}
    for case, (name, prior) in itertools.product(JUDGED, AT_WORK.items()):
        at_work = sum(value for cell, value in of_cells(case).items() if name in cell.split("+"))
        expected[(case, name)] = {
            "Case": f"Case {case}",
            "Factor": name.title(),
            "Prior": prior,
            "At work": at_work,
            "At work, odds (dB)": odds(at_work),
        }
    table = tables.factors(causes())
    hold(table, expected)
    assert printed(table) == [
        {"Case": r["Case"], "Factor": r["Factor"], "Prior": p(r["Prior"]), "At work": p(r["At work"])} for r in expected.values()
    ]


RULES = {
    "Mean": lambda item: (item["rain"] + item["war"]) / 2,
    "Maximum": lambda item: max(item["rain"], item["war"]),
    "Noisy-or": lambda item: 1 - (1 - item["rain"]) * (1 - item["war"]) / (1 - item["none"]),
}


def test_construction():
    expected = {}
    for case, cell in itertools.product(JUDGED, CELLS):
        row: dict[str, Any] = {
            "Case": f"Case {case}",
            "Cell": "None of them" if cell == "none" else " + ".join(part.capitalize() for part in cell.split("+")),
            "As in the study": of_cells(case)[cell],
            "As in the study, gained (dB)": 0.0 if cell == "rain+war" else NAN,
        }
        for rule, build in RULES.items():
            items = JUDGED[case].values()
            best = max(math.prod(item[part] for item in items) for part in AT_WORK)
            row[rule] = of_cells(case, build)[cell]
            row[f"{rule}, gained (dB)"] = DB * math.log(math.prod(build(item) for item in items) / best) if cell == "rain+war" else NAN
        expected[(case, cell)] = row | {f"{name}, odds (dB)": odds(row[name]) for name in (*RULES, "As in the study")}
    table = tables.construction(causes())
    hold(table, expected)
    numbers = [*RULES, "As in the study"]
    for row, shown in zip(expected.values(), printed(table), strict=True):
        assert set(shown) == {"Case", "Cell", *numbers, *(f"{rule}, gained (dB)" for rule in RULES)}
        assert all(shown[name] == p(row[name]) for name in numbers)
        assert all(shown[f"{rule}, gained (dB)"] == db(row[f"{rule}, gained (dB)"]) for rule in RULES)


# Van Evera's tests


def test_kinds_of_test():
    items = [
        pt.Evidence("late", finding="F.", label="Late", date="2001", probability={"a": (0.3, 0.9), "b": 0.2, "c": 0.5}),
        pt.Evidence("early", finding="F.", label="Early", date="1999-05", probability={"a": 0.05, "b": 0.2, "c": 0.5}, status="not_found", search_sensitivity=0.5),
        pt.Evidence("next", finding="F.", label="Next", ratio={"a": 4, "b": 5, "c": 1}, status="planned"),
    ]  # fmt: skip
    study = pt.Study("Kinds", hypotheses={h: {"label": f"Reason {h}"} for h in "abc"}, cases=[pt.Case("x", label="Case x", evidence=items)])
    mu, sd = (logit(0.3) + logit(0.9)) / 2, (logit(0.9) - logit(0.3)) / (2 * ndtri(0.95))
    mean = quad(lambda x: expit(mu + sd * x) * math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi), -12, 12, epsabs=1e-13)[0]
    expected = {
        ("x", "early"): {
            "Date": "May 1999", "Item": "Early", "Status": "Looked for, not found", "a": 0.05, "b": 0.2,
            "LR+": 4.0, "LR−": 0.8 / 0.95, "Test of": "Reason b", "Test": "Smoking gun", "Within the ranges": "", "Depends on the anchor": "",
        },
        ("x", "late"): {
            "Date": "2001", "Item": "Late", "Status": "Found", "a": mean, "b": 0.2,
            "LR+": mean / 0.2, "LR−": (1 - mean) / 0.8, "Test of": "Reason a", "Test": "Doubly decisive",
            "Within the ranges": "Straw in the wind", "Depends on the anchor": "",
        },
        ("x", "next"): {
            "Date": "", "Item": "Next", "Status": "Planned", "a": 0.64, "b": 0.8,
            "LR+": 1.25, "LR−": 0.2 / 0.36, "Test of": "Reason b", "Test": "Straw in the wind", "Within the ranges": "", "Depends on the anchor": "yes",
        },
    }  # fmt: skip
    renamed = {"a": "Probability under Reason a", "b": "Probability under Reason b"}
    rows = {place: {renamed.get(key, key): value for key, value in row.items()} | {"Case": "Case x"} for place, row in expected.items()}
    table = tables.van_evera(study, "a", "b")
    hold(table, rows)
    texts = ("Case", "Date", "Item", "Status", "Test of", "Test", "Within the ranges", "Depends on the anchor")
    shown = [{key: row[key] for key in texts} for row in rows.values()]
    ratios = [("4.0", "0.84"), (f"{mean / 0.2:.1f}", f"{(1 - mean) / 0.8:.2f}"), ("1.2", "0.56")]
    assert printed(table) == [row | {"LR+": plus, "LR−": minus} for row, (plus, minus) in zip(shown, ratios, strict=True)]


# Studies beside each other


def lead_of(known: Known, case: str, shared: list[str]) -> tuple[str, str]:
    best = sorted(shared, key=lambda h: -known.posterior[case][h])
    return best[0], best[1]


def test_compare(before, ferry):
    shared = list(before.names)
    expected = {}
    for case, h in itertools.product(LABELS, ferry.names):
        row: dict[str, Any] = {
            "Case": LABELS[case],
            "Explanation": ferry.names[h],
            "Support, study 1": before.posterior[case].get(h, NAN),
            "Support, study 2": ferry.posterior[case][h],
            "Moved, study 2 (dB)": NAN,
        }
        if h in shared:
            against = [DB * math.log(k.posterior[case][h] / sum(k.posterior[case][o] for o in shared if o != h)) for k in (before, ferry)]
            row["Moved, study 2 (dB)"] = against[1] - against[0]
        expected[(case, h)] = row | {
            f"{study}, odds (dB)": NAN if math.isnan(row[study]) else odds(row[study]) for study in ("Support, study 1", "Support, study 2")
        }
    table = tables.compare(before.study, ferry.study)
    hold(table, expected, 1e-8)
    shown = [
        {
            key: p(value) if key.startswith("Support") else db(value) if key.startswith("Moved") else value
            for key, value in row.items()
            if "odds" not in key
        }
        for row in expected.values()
    ]
    assert printed(table) == shown


def test_compare_puts_every_study_in_its_own_column(before, ferry):
    """Three studies: the columns of the second and of the third are those of two studies at a time."""
    third = ferry.study.with_prior({"cost": 1, "bridge_lobby": 1, "safety": 5, "other": 1})
    table = tables.compare(before.study, ferry.study, third)
    for other, number in ((ferry.study, 2), (third, 3)):
        two = tables.compare(before.study, other)
        assert table[f"Support, study {number}"].tolist() == pytest.approx(two["Support, study 2"].tolist(), nan_ok=True)
        assert table[f"Moved, study {number} (dB)"].tolist() == pytest.approx(two["Moved, study 2 (dB)"].tolist(), nan_ok=True)
    for (_, row), shown in zip(table.iterrows(), printed(table), strict=True):
        assert shown == {
            key: p(value) if key.startswith("Support") else db(value) if key.startswith("Moved") else value
            for key, value in row.items()
            if "odds" not in key
        }
    changes = tables.changes(before.study, ferry.study, third)
    assert set(changes["Study"]) == {"study 2", "study 3"}
    assert list(changes.xs("3", level="study")["Weight (dB)"]) == pytest.approx(list(tables.changes(before.study, third)["Weight (dB)"]), nan_ok=True)  # fmt: skip


DIFFERS = {
    ("east", "budget"): "Cost: [0.5, 0.8], now [0.6, 0.9]; Safety: 0.2, now [0.2, 0.3]; source",
    ("east", "rumour"): "taken away",
    ("east", "letter"): "added",
    ("west", "accident"): "Safety: 0.4, now 0.5; cluster",
    ("west", "motion"): "Bridge lobby: 0.1, now 0",
}


def test_changes(before, ferry):
    table = tables.changes(before.study, ferry.study)
    shared = list(before.names)
    seen = {}
    for (case, study, name), row in table.iterrows():
        h, k = lead_of(before, case, shared)
        chain = [
            {item: (values[h] - values[k]) for item, values in known.chain[case].items()} for known in (before, ferry)
        ]  # decibels, relative to the best: the difference of two is what one weighs against the other
        old, new = (part.get(name, 0.0) for part in chain)
        moved = new - old
        item = {e.id: e.name for known in (before, ferry) for e in known.study.case(case).evidence}.get(name, "The prior")
        if not name:
            odds_of = [DB * math.log(known.prior[case][h] / known.prior[case][k]) for known in (before, ferry)]
            old, new, moved = NAN, NAN, odds_of[1] - odds_of[0]
        expected = {
            "Case": LABELS[case],
            "Study": "study 2",
            "Item": item,
            "For": ferry.names[h],
            "Against": ferry.names[k],
            "Weight before (dB)": old,
            "Weight (dB)": new,
            "Moved (dB)": moved,
        }
        assert study == "2"
        assert set(expected) | {"What differs"} == set(table.columns)
        for column, value in expected.items():
            told = row[column]
            assert told == (pytest.approx(value, abs=1e-8, nan_ok=True) if isinstance(value, float) else value), (case, name, column)
        seen[(case, name)] = (row["What differs"], moved)
    assert {place: told for place, (told, _) in seen.items() if place in DIFFERS} == DIFFERS
    assert {place for place, (told, _) in seen.items() if told == "prior"} == {("east", ""), ("west", "")}
    for case in LABELS:
        margin = []
        for known in (before, ferry):
            h, k = lead_of(before, case, shared)
            margin.append(DB * math.log(known.posterior[case][h] / known.posterior[case][k]))
        assert sum(moved for (where, _), (_, moved) in seen.items() if where == case) == pytest.approx(margin[1] - margin[0], abs=1e-8)
        order = [abs(moved) for (where, name), (_, moved) in seen.items() if where == case and name]
        assert order == sorted(order, reverse=True) or order == pytest.approx(sorted(order, reverse=True), abs=1e-9)
    shown = printed(table)
    for (_, row), cells in zip(table.iterrows(), shown, strict=True):
        assert cells == {key: db(value) if key.endswith("(dB)") else value for key, value in row.items()}


# The summary of robustness


def test_the_summary_of_robustness():
    """A study of points and one range in two cases: by hand."""
    study = one_range()
    table = pt.robustness.summary(study)
    expected = {}
    for case in ONE_RANGE:
        posterior, (bounds, central) = of_one_range(case), ends_of_one_range(case)
        first, second = sorted(posterior, key=lambda h: -posterior[h])[:2]
        prior = {"a": 1, "b": 2, "c": 1}

        def margin(at: Mapping[str, float], first: str = first) -> float:
            return DB * math.log(at[first] / max(value for h, value in at.items() if h != first))

        _, (low, high) = ONE_RANGE[case]
        mu, sd = (logit(low) + logit(high)) / 2, (logit(high) - logit(low)) / (2 * ndtri((1 + COVERAGE) / 2))
        margins = sorted(margin(of_one_range(case, end)) for end in (low, high))
        spread = sorted(margin(of_one_range(case, float(expit(mu + sd * ndtri(q))))) for q in (0.05, 0.95))
        likelihood = {h: posterior[h] / prior[h] for h in posterior}
        expected[case] = {
            "case_label": f"Case {case}",
            "leader": f"Reason {first}",
            "runner_up": f"Reason {second}",
            "posterior": posterior[first],
            "lowest": bounds[first][0],
            "highest": bounds[first][1],
            "low": central[first][0],
            "high": central[first][1],
            "margin_db": margin(posterior),
            "evidence_margin_db": DB * math.log(likelihood[first] / likelihood[second]),
            "margin_low_db": spread[0],
            "margin_high_db": spread[1],
            "margin_lowest_db": margins[0],
            "fully_redundant": posterior[first],  # no cluster: nothing is redundant
        }
    rest = {"fewest_left_out", "exact", "fail_safe", "sd_at_90", "sentence"}
    assert set(table.columns) == set(expected["x"]) | rest
    hold(table[list(expected["x"])], expected, 0.05)
    drawn = ("low", "high", "margin_low_db", "margin_high_db")
    exact = [name for name in expected["x"] if name not in drawn]
    hold(table[exact], {case: {name: row[name] for name in exact} for case, row in expected.items()}, 1e-9)
    for case in ONE_RANGE:
        assert table.loc[case, "sentence"].startswith(f"Case {case}: given that one of the three explanations is right, ")


def test_the_summary_of_robustness_counts_items_and_noise():
    """Two explanations, ten items of 3 dB for and two against: 24 dB, in points."""
    strong = 10 ** (3 / 10)
    items = [pt.Evidence(f"m{k}", finding="F.", probability={"a": 0.5, "b": 0.5 / strong}) for k in range(10)]
    items += [pt.Evidence(f"n{k}", finding="F.", probability={"a": 0.5 / strong, "b": 0.5}) for k in range(2)]
    study = pt.Study("Counted", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    row = pt.robustness.summary(study).loc["x"]
    assert row["margin_db"] == pytest.approx(24)
    assert (row["fewest_left_out"], row["exact"]) == (8, True)  # eight of the ten leave two against two: a tie changes the lead
    assert row["fail_safe"] == pytest.approx(8)  # 24 dB in items of the median weight against, 3 dB
    # the lead's error has the standard deviation s sqrt(12), since one of s/sqrt 2 enters each log likelihood
    assert row["sd_at_90"] == pytest.approx(24 / (ndtri(0.9) * math.sqrt(12)), rel=1e-4)


# Forms


def _unescaped(text: str) -> str:
    for special, plain in {"$-$": "−", "$\\infty$": "∞", "\\&": "&", "\\%": "%", "\\ldots{}": "…", "--": "–", "\\textless{}": "<", "\\textgreater{}": ">", "{[}": "[", "{]}": "]"}.items():  # fmt: skip
        text = text.replace(special, plain)
    return text


@pytest.mark.parametrize("name", ["posterior", "weights", "clusters", "plan", "shares"])
def test_every_form_holds_the_same_cells(ferry, tmp_path, name):
    """LaTeX prints what HTML prints; CSV holds every column, with every digit."""
    table = getattr(tables, name)(ferry.study)
    csv, tex, html = tables.write(table, tmp_path / name)
    grid = Tables(html.read_text(encoding="utf-8")).found[0][1]
    lines = [line.removesuffix(r" \\") for line in tex.read_text(encoding="utf-8").splitlines() if line.endswith(r" \\") and "&" in line]
    assert [[_unescaped(cell) for cell in line.split(" & ")] for line in lines] == grid
    back = pd.read_csv(csv, encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    assert list(back.columns) == [*table.index.names, *table.columns]
    for column in table.columns:
        for told, value in zip(back[column], table[column], strict=True):
            assert told == value or (isinstance(told, float) and math.isnan(told) and (value == "" or math.isnan(value)))
