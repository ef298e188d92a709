"""The causal version of the alignment study: its rows come from the findings, and the evidence of two graphs agrees with enumeration."""

from __future__ import annotations

import csv
import itertools
import math
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import processtrace as pt

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "evidence" / "alignment_causal"
ARENAS = {"S": "security", "E": "economy", "H": "home"}
NODES = ("P", "X", "T", "D", "A", "K", "L", "S", "E", "H")


@pytest.fixture(scope="module")
def rows():
    with (FOLDER / "rows.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def coded():
    return YAML(typ="safe").load(FOLDER / "coding.yaml")["rows"]


def test_the_table_holds_what_was_coded(rows, coded):
    assert [row["case"] for row in rows] == [row["case"] for row in coded]
    for row, code in zip(rows, coded, strict=True):
        assert {node: row[node] for node in NODES} == {node: str(code["cells"].get(node, {}).get("value", "")) for node in NODES}


def test_every_cell_names_items_of_its_state_or_says_that_there_are_none(coded):
    study = pt.load_study(ROOT / "models" / "alignment.yaml")
    for row in coded:
        items = {item.id: item for item in study.case(row["state"]).evidence}
        low, high = (str(end) for end in row["period"])
        for node, cell in row["cells"].items():
            named = cell.get("items", [])
            assert bool(named) != bool(cell.get("no_finding")), (row["case"], node)
            assert set(named) <= set(items), (row["case"], node)
            assert not cell.get("no_finding") or (node in "PTD" and cell["value"] in (0, "none")), (row["case"], node)
            for name in named if node in ARENAS else ():
                first, last = str(items[name].date).split("/")[0], str(items[name].date).split("/")[-1]
                assert f"arena_{ARENAS[node]}" in items[name].tags, (row["case"], name)
                assert first[: len(high)] <= high[: len(first)], (row["case"], name)
                assert last[: len(low)] >= low[: len(last)], (row["case"], name)


def test_the_page_has_the_rows(rows):
    page = (ROOT / "docs" / "alignment_causal.md").read_text(encoding="utf-8")
    for row in rows:
        assert f"| `{row['case']}` | {' | '.join(row[node] or ' ' for node in NODES)} |" in page


@cache
def expected(powers, kinds):
    """Return the expectation, under equal Dirichlet weights of 1, of a product of sums of shares: each a set of kinds, with its power."""
    terms = Counter({(0,) * kinds: 1})
    for members, power in powers:
        for _ in range(power):
            grown = Counter()
            for counts, times in terms.items():
                for k in members:
                    grown[(*counts[:k], counts[k] + 1, *counts[k + 1 :])] += times
            terms = grown
    total = sum(power for _, power in powers)
    each = sum(times * math.prod(math.factorial(count) for count in counts) for counts, times in terms.items())
    return each * math.factorial(kinds - 1) / math.factorial(total + kinds - 1)


ARM = {("0", "0"): (0, 1), ("0", "1"): (2,), ("1", "0"): (0,), ("1", "1"): (1, 2)}
"""For values of L and of an arena the ways of responding that join them: never, raises, always."""
DANGER = {("moscow", "1"): (3,), ("none", "1"): (2, 3), ("home", "1"): (1, 2, 3)}
DANGER |= {(danger, "0"): tuple(k for k in range(4) if k not in DANGER[danger, "1"]) for danger in ("moscow", "none", "home")}
"""For values of D and L the ways of responding: receptive never, with danger at home, without danger too, and always."""


def powers(pairs, ways):
    return tuple(sorted(Counter(ways[pair] for pair in pairs).items()))


def test_the_evidence_of_two_graphs_agrees_with_enumeration_of_all_leaders(rows):
    models = pt.load_study(ROOT / "models" / "alignment_causal.yaml").causal_models
    assert all(row["D"] for row in rows)
    blank = [k for k, row in enumerate(rows) if not row["L"]]
    leaders = [row["L"] for row in rows]
    totals = {"leader_alone": 0.0, "omnibalancing": 0.0}
    for values in itertools.product("01", repeat=len(blank)):
        for k, value in zip(blank, values, strict=True):
            leaders[k] = value
        arenas = math.prod(
            expected(powers([(leader, row[node]) for leader, row in zip(leaders, rows, strict=True) if row[node]], ARM), 3)
            for node in ARENAS
        )
        totals["leader_alone"] += arenas * expected(powers([("", leader) for leader in leaders], {("", "0"): (0,), ("", "1"): (1,)}), 2)
        totals["omnibalancing"] += arenas * expected(
            powers([(row["D"], leader) for leader, row in zip(leaders, rows, strict=True)], DANGER), 4
        )
    table = str(FOLDER / "rows.csv")
    logs = {name: pt.causal.learn(models[name], table, draws=4, random_seed=1)["evidence"].dataset for name in totals}
    assert all(one["log_evidence_error"].item() == 0 for one in logs.values())
    found = logs["omnibalancing"]["log_evidence"].item() - logs["leader_alone"]["log_evidence"].item()
    assert found == pytest.approx(math.log(totals["omnibalancing"] / totals["leader_alone"]), abs=1e-9)
