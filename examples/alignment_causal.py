"""The frame of the alignment study as a graph: what the rulers' terms say of it, as a page in Markdown.

Run it from anywhere: python examples/alignment_causal.py > docs/alignment_causal.md. It takes some minutes. Every number is computed.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

import processtrace as pt

ROOT = Path(__file__).resolve().parent.parent
CODING = ROOT / "evidence" / "alignment_causal" / "coding.yaml"
ROWS = ROOT / "evidence" / "alignment_causal" / "rows.csv"
ARENAS = {"S": "security", "E": "economy", "H": "home"}
CAUSES = ("P", "X", "T", "D", "A", "K")
SEED = 1

TESTS = {
    "uz_karimov_andijan": "danger at home rises, Uzbekistan May 2005",
    "uz_karimov_after": "danger passes, Uzbekistan 2008",
    "kz_tokayev_january": "danger at home rises, Kazakhstan January 2022",
    "kz_tokayev_after": "danger passes, Kazakhstan 2022",
    "tm_niyazov_danger": "danger from Moscow rises, Turkmenistan 2001",
    "uz_mirziyoyev": "new ruler, Uzbekistan 2016",
    "tm_gurbanguly": "new ruler, Turkmenistan 2006",
    "kg_otunbayeva": "new ruler, Kyrgyzstan 2010",
    "kg_japarov": "new ruler, Kyrgyzstan 2020",
}

PAIRS = {
    "new ruler": [
        ("uz_karimov_after", "uz_mirziyoyev"),
        ("tm_niyazov_after", "tm_gurbanguly"),
        ("kg_bakiyev", "kg_otunbayeva"),
        ("kg_jeenbekov", "kg_japarov"),
        ("kz_nazarbayev", "kz_tokayev_after"),
    ],
    "same ruler": [
        ("uz_karimov_before", "uz_karimov_andijan"),
        ("uz_karimov_andijan", "uz_karimov_after"),
        ("kz_tokayev_january", "kz_tokayev_after"),
        ("tm_niyazov_before", "tm_niyazov_danger"),
        ("tm_niyazov_danger", "tm_niyazov_after"),
    ],
    "another state, media": [("tm_niyazov_danger", "kg_japarov")],
}


def rows() -> list[dict[str, str]]:
    """Return the rows from which the models learn, as texts; blank where no item speaks."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def coding() -> dict[str, Any]:
    """Return how each row was coded, with the items of each cell."""
    read: dict[str, Any] = YAML(typ="safe").load(CODING)
    return read


def blanked(table: list[dict[str, str]], nodes: set[str]) -> list[dict[str, str]]:
    """Return the rows without the values of some nodes."""
    return [{name: "" if name in nodes else value for name, value in row.items()} for row in table]


def without_absences(table: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows with every cell blank that rests on the absence of a finding."""
    absent = {(row["case"], node) for row in coding()["rows"] for node, cell in row["cells"].items() if cell.get("no_finding")}
    return [{node: "" if (row["case"], node) in absent else value for node, value in row.items()} for row in table]


def weights(trees: dict[str, Any]) -> dict[str, float]:
    """Return the posterior probability of each model, equal before."""
    logs = np.array([tree["evidence"]["log_evidence"].item() for tree in trees.values()])
    likely = np.exp(logs - logs.max())
    return dict(zip(trees, (likely / likely.sum()).tolist(), strict=True))


def taught(models: dict[str, pt.CausalModel], table: list[dict[str, str]]) -> dict[str, Any]:
    """Return what the rows say about the shares of each model."""
    return {name: pt.causal.learn(model, table, draws=2000, random_seed=SEED) for name, model in models.items()}


def table_of(heads: list[str], body: list[list[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *body])


def effects(model: Any) -> dict[str, tuple[float, float, float]]:
    """Return for each arena the expected total effect of attraction, what passes through the leader, and what does not."""
    asked = {}
    for node in ARENAS:
        asked |= {
            f"{node} total": f"{node}[A=1] - {node}[A=0]",
            f"{node} through": f"{node}[A=0, L=L[A=1]] - {node}[A=0]",
            f"{node} past": f"{node}[A=1] - {node}[A=0, L=L[A=1]]",
        }
    found = pt.causal.query(model, asked)["value"].isel(given=0)
    return {node: tuple(found.sel(query=f"{node} {part}").item() for part in ("total", "through", "past")) for node in ARENAS}


def expected(tree: Any, row: dict[str, str]) -> float:
    """Return how probable the alignment that a row shows is, given its causes and what all other rows teach."""
    seen = " & ".join(f"{node} == {row[node]}" for node in ARENAS if row[node])
    causes = " & ".join(f"{node} == {row[node]}" for node in CAUSES if row[node])
    return float(pt.causal.query(tree, seen, given=causes, row=row["case"])["studied_case"].item())


def changed(before: dict[str, str], after: dict[str, str], nodes: tuple[str, ...]) -> str:
    """Return how two rows differ in some nodes, where both are known."""
    found = [f"{node} {before[node]} to {after[node]}" for node in nodes if before[node] and after[node] and before[node] != after[node]]
    return ", ".join(found) or "none"


def unknown(before: dict[str, str], after: dict[str, str], nodes: tuple[str, ...]) -> str:
    """Return the nodes that are blank in one of two rows."""
    return ", ".join(node for node in nodes if not before[node] or not after[node]) or "none"


def judged(study: pt.Study) -> pt.Study:
    """Return the judged study with one case for each state and each of the three arenas of the rows."""
    return replace(
        study,
        lock=(),
        cases=tuple(
            replace(
                case,
                id=f"{case.id}_{arena}",
                label=f"{case.name}, {arena}",
                terms=(),
                evidence=tuple(item for item in case.evidence if f"arena_{arena}" in item.tags),
            )
            for case in study.cases
            for arena in ARENAS.values()
        ),
    )


def main() -> None:
    """Print the page."""
    study = pt.load_study(ROOT / "models" / "alignment_causal.yaml")
    models = dict(study.causal_models)
    names = {name: part.name for name, part in study.hypotheses.items()}
    table = rows()
    trees = taught(models, table)
    said = weights(trees)
    variants = {"absences blank": weights(taught(models, without_absences(table)))}
    for node, arena in ARENAS.items():
        variants[f"{arena} alone"] = weights(taught(models, blanked(table, set(ARENAS) - {node})))
    alone = trees["leader_alone"]["evidence"]["log_evidence"].item()
    decibels = {name: (tree["evidence"]["log_evidence"].item() - alone) * pt.logspace.DB_PER_NAT for name, tree in trees.items()}
    errors = {name: tree["evidence"]["log_evidence_error"].item() * pt.logspace.DB_PER_NAT for name, tree in trees.items()}
    print(OPENING.format(rows=len(table), blank=sum(not value for row in table for value in row.values())))
    before, after = effects(models["everything"]), effects(trees["everything"])
    through = [after[node][1] / after[node][0] for node in ARENAS]
    ordered = sorted(said, key=said.__getitem__, reverse=True)
    blank = variants["absences blank"]
    leads = [f"in {arena} *{names[max(one := variants[f'{arena} alone'], key=one.__getitem__)]}*" for arena in ARENAS.values()]
    print(
        f"**In short.** *{names[ordered[0]]}* has {said[ordered[0]]:.2f} and *{names[ordered[1]]}* {said[ordered[1]]:.2f}, from {1 / len(models):.2f} each, "
        f"so that no graph is supported against all others; "
        f"where cells that rest on absence are left blank, *{names[max(blank, key=blank.__getitem__)]}* leads with {max(blank.values()):.2f}. By arena {', '.join(leads)} is ahead, each by little. Where attraction may work both ways, "
        f"between {min(through):.2f} and {max(through):.2f} of its effect passes through the leader, from {before['S'][1] / before['S'][0]:.2f} before the rows.\n"
    )
    print("## What each restriction does\n")
    print(
        "The prior is one in "
        f"{len(models)} for each. Evidence is in decibels against *{names['leader_alone']}*; where it is not exact its Monte Carlo error follows.\n"
    )
    print(
        table_of(
            ["Graph", "Evidence (dB)", "Prior", "Posterior", *[name[0].upper() + name[1:] for name in variants]],
            [
                [
                    names[name],
                    f"{decibels[name]:+.1f}" + (f" ± {errors[name]:.1f}" if errors[name] else ""),
                    f"{1 / len(models):.2f}",
                    f"{said[name]:.2f}",
                    *[f"{other[name]:.2f}" for other in variants.values()],
                ]
                for name in models
            ],
        )
        + "\n"
    )
    print(
        f"It is {max(decibels.values()) - min(decibels.values()):.1f} dB "
        "from the first to the last. That is too little to leave any of them out. "
        "The largest graph holds others as special cases, and has little because it spreads its prior over many ways of responding.\n\n"
        "*Absences blank* leaves P, T and D blank where they are 0, or none, only because no finding names any. A single arena has the coded L beside it.\n"
    )
    print("## How much of the effect of attraction passes through the leader\n")
    print(f"From *{names['everything']}*: expected effects on the probability of alignment, before and after the rows.\n")
    print(
        table_of(
            ["Arena", "Total, before", "after", "Through the leader, before", "after", "Share through, before", "after"],
            [
                [
                    arena,
                    *[f"{part[node][k]:.2f}" for k in (0, 1) for part in (before, after)],
                    *[f"{part[node][1] / part[node][0]:.2f}" for part in (before, after)],
                ]
                for node, arena in ARENAS.items()
            ],
        )
        + "\n"
    )
    print("## Would security be otherwise if danger were low\n")
    question = {"changes": "S[D=none] == 0"}
    given = "D == home & S == 1"
    dangers = [name for name in models if "D" in models[name].graph.parents["L"]]
    print(
        "For a ruler with danger at home whose state is close to Russia in security: the probability that without the danger it would not be. "
        "In the other graphs it is 0 by construction.\n"
    )
    print(
        table_of(
            ["Graph", "Before the rows", "After, a new case", "Uzbekistan from May 2005", "Kazakhstan, January 2022", "Tajikistan to 2000"],
            [
                [
                    names[name],
                    f"{pt.causal.query(models[name], question, given)['value'].item():.2f}",
                    f"{pt.causal.query(trees[name], question, given)['value'].item():.2f}",
                    *[
                        f"{pt.causal.query(trees[name], question, row=row)['studied_case'].item():.2f}"
                        for row in ("uz_karimov_andijan", "kz_tokayev_january", "tj_rahmon_war")
                    ],
                ]
                for name in dangers
            ],
        )
        + "\n"
    )
    print("## Where attraction has no effect\n")
    print("The probability that more attraction would change nothing, with danger and ties as stated, before and after the rows.\n")
    places = {
        "no danger, no ties": "D=none, K=0",
        "danger at home, no ties": "D=home, K=0",
        "no danger, ties": "D=none, K=1",
        "danger from Moscow, no ties": "D=moscow, K=0",
    }
    body = []
    for name in ("filter", "everything"):
        for place, set_to in places.items():
            asked = {arena: f"{node}[A=1, {set_to}] == {node}[A=0, {set_to}]" for node, arena in ARENAS.items()}
            two = [pt.causal.query(part, asked)["value"].isel(given=0) for part in (models[name], trees[name])]
            body.append(
                [
                    names[name],
                    place,
                    *[f"{two[0].sel(query=arena).item():.2f}, {two[1].sel(query=arena).item():.2f}" for arena in ARENAS.values()],
                ]
            )
    print(table_of(["Graph", "Place", *ARENAS.values()], body) + "\n")
    print("## The tests that the record offers\n")
    print(
        "How probable the alignment of a row is, in the arenas where it is known, given its causes and what all other rows teach. "
        "The higher, the better a graph foresees the turn.\n"
    )
    by_case = {row["case"]: row for row in table}
    print(
        table_of(
            ["Turn", "Seen", *names.values()],
            [
                [
                    words,
                    " ".join(f"{node}={by_case[case][node]}" for node in ARENAS if by_case[case][node]),
                    *[f"{expected(tree, by_case[case]):.2f}" for tree in trees.values()],
                ]
                for case, words in TESTS.items()
            ],
        )
        + "\n"
    )
    print("What changed between two rows that follow each other, and what stayed: the comparisons on which the table rests.\n")
    body = [
        [
            kind,
            f"`{a}`, `{b}`",
            *[say(by_case[a], by_case[b], nodes) for nodes in (CAUSES[1:], tuple(ARENAS)) for say in (changed, unknown)],
        ]
        for kind, pairs in PAIRS.items()
        for a, b in pairs
    ]
    print(table_of(["Comparison", "Rows", "Causes that changed", "Causes unknown", "Arenas that changed", "Arenas unknown"], body) + "\n")
    print(TURNS)
    print("## Beside the judged study\n")
    other = pt.load_study(ROOT / "models" / "alignment.yaml")
    whole, parts = pt.update(other).posterior, pt.update(judged(other)).posterior
    explanations = [part.name for part in other.explanations.values()]
    print(
        table_of(
            ["State", *explanations, *[f"Leads in {arena}" for arena in ARENAS.values()]],
            [
                [
                    case.name,
                    *[f"{whole.sel(case=case.id, hypothesis=name).item():.2f}" for name in other.explanations],
                    *[_leader(parts.sel(case=f"{case.id}_{arena}"), other) for arena in ARENAS.values()],
                ]
                for case in other.cases
            ],
        )
        + "\n"
    )
    means = whole.to_pandas()

    def by_arena(*graphs: str) -> str:
        return ", ".join(f"{sum(variants[f'{arena} alone'][name] for name in graphs):.2f} in {arena}" for arena in ARENAS.values())

    print(
        CLOSING.format(
            ahead=", ".join(case.name for case in other.cases if means.loc[case.id].idxmax() == "national_interest"),
            soft=means["soft_power"].max(),
            prior=1 / len(models),
            national=said["national_interest"],
            omni=said["omnibalancing"],
            filter=said["filter"],
            attraction=said["attraction"],
            position=by_arena("national_interest", "exposure"),
            danger=by_arena("omnibalancing", "filter", "everything"),
            apart=abs(decibels["filter"] - decibels["omnibalancing"]),
            two=2 / len(models),
            three=3 / len(models),
            blank=sum(not value for row in table for value in row.values()),
        )
    )
    print("## The rows\n")
    print(
        table_of(
            ["Row", *[node for node in table[0] if node != "case"]],
            [[f"`{row['case']}`", *[value or " " for node, value in row.items() if node != "case"]] for row in table],
        )
    )


def _leader(row: Any, study: pt.Study) -> str:
    lead = str(row.idxmax("hypothesis").item())
    return f"{study.explanations[lead].name} {row.max().item():.2f}"


OPENING = """# The frame as a graph

Made by `examples/alignment_causal.py`; no number is typed by hand. [The study](alignment.md) judges each finding under each explanation. Here the
frame itself is a graph, `models/alignment_causal.yaml`, and {rows} rows, rulers' terms divided where danger rose or passed, teach it. Each cell names
the items that carry it (`evidence/alignment_causal/coding.yaml`); {blank} cells are blank, because no item speaks of them.

**A language model coded the rows**, before anything was computed from them. It knew the hypotheses and had seen the summary of the first
version of the study, so that the coding is not blind, and nobody has coded a row a second time. Rows of one state are
taken as independent, which they are not. **With so few rows the prior speaks loudly**: every posterior and answer below stands beside its prior, and most have
moved little.

The full frame, with five causes of the leader, has more ways of responding than can be counted out (2 to the power of 48), so that rival graphs each
leave out arrows, and the largest leaves out threat and exposure. Pressure works only through these two, and both are seen in most rows, so
that it tells nothing more. Danger has three levels: from Moscow, none, at home.
"""

TURNS = """Few of these tests are clean. Where a ruler changed, danger, exposure or ties changed with him or are unknown in one of the two rows. No turn
is foreseen much better by one graph than by the others, save that danger at home brings security closer, which the graphs with danger foresee a
little better, and that Turkmenistan came closer in security when danger came from Moscow (it asked for the extradition of opponents and
signed an accord for it), which they foresee worse than the others. The first speaks for them; the second is a case against
their restriction that danger from Moscow never brings a ruler closer to it.
"""

CLOSING = """The two agree that danger to the ruler matters in some states. They disagree in three points, and nothing here settles them.

- The judged study finds national interest ahead in {ahead}. In the graphs national interest has {national:.2f} of one for all states
  together, from {prior:.2f}, and omnibalancing {omni:.2f}. Rows say whether a threat or exposure was there, and not the terms of a bargain; many
  of the judged findings are about these.
- The judged study gives soft power at most {soft:.2f} in any state. Of the graphs the filter, in which attraction works only through an open
  leader, has {filter:.2f}. But the filter answers to danger as omnibalancing does, and the evidence of the two is only
  {apart:.1f} dB apart; attraction past the leader has {attraction:.2f}, from {prior:.2f}; and within the filter more attraction would most
  probably change nothing even where the leader is open. The graphs do not say that attraction works; they say that, if it works, these rows do not
  contradict that it works through the leader.
- The judged study divides by state and arena. The graphs have one set of shares for all five states. By arena the graphs of the state's position
  (national interest and exposure) have {position} together, from {two:.2f}, and those with danger (omnibalancing and both filters) {danger},
  from {three:.2f}.

## Limits

- One coder, who was not blind; after the first results the items of one cell were corrected (security in Tajikistan to 2000), its value unchanged; {blank} blank cells, taken as missing at random; rows of a state taken as independent; terms divided where
  danger was known to have moved.
- L is coded from words in a few rows and is a hidden cause in all others: the share that passes through the leader is mostly prior.
- Equal weights for each way of responding that a graph allows are a prior by counting: a graph with other nodes would have another.
- Attraction is low in two rows alone, both of Turkmenistan. What the rows say about its effect is a comparison of one state with the others.
"""

if __name__ == "__main__":
    main()
