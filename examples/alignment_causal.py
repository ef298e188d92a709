"""The frame of the alignment study as a graph: what the rulers' terms say of it, as a page in Markdown.

Run it from anywhere: python examples/alignment_causal.py > docs/alignment_causal.md. It takes some minutes. Every number is computed.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import pairwise
from math import hypot, log10
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

import processtrace as pt
from processtrace.report.summary import listed
from processtrace.text.numbers import probability

ROOT = Path(__file__).resolve().parent.parent
CODING = ROOT / "evidence" / "alignment_causal" / "coding.yaml"
ROWS = ROOT / "evidence" / "alignment_causal" / "rows.csv"
ARENAS = {"S": "security", "E": "economy", "H": "home"}
CAUSES = ("P", "X", "T", "D", "A", "K")
SEED = 1
CODINGS = ("coding_1", "coding_2", "coding_3")
"""The codings of the judged study, the main one first."""
TIE = 0.05
"""Supports of the judged study that are no further from the best are a tie, as on its page."""

LEAST_DB = 0.3
"""Decibels between two probabilities of a row from which one graph is said to foresee it better."""

FURTHER = {
    "new ruler, January 2022 left out": ("kz_nazarbayev", "kz_tokayev_after"),
    "another state, media": ("tm_niyazov_danger", "kg_japarov"),
}
"""Comparisons of rows that do not follow each other."""

TURNED = {
    ("none", "home"): "danger at home rises",
    ("home", "none"): "danger at home passes",
    ("none", "moscow"): "danger from Moscow rises",
    ("moscow", "none"): "danger from Moscow passes",
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


def followed(table: list[dict[str, str]]) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Return every two rows of one state that follow each other."""
    state = {row["case"]: row["state"] for row in coding()["rows"]}
    return [(a, b) for a, b in pairwise(table) if state[a["case"]] == state[b["case"]]]


def turn(before: dict[str, str], after: dict[str, str]) -> str:
    """Return in words whether the ruler and the danger to the ruler changed between two rows of a state."""
    same = before["case"].split("_")[:2] == after["case"].split("_")[:2]
    return ", ".join([*([] if same else ["new ruler"]), *([TURNED[two]] if (two := (before["D"], after["D"])) in TURNED else [])])


def security(table: list[dict[str, str]], change: tuple[str, str], called: dict[str, str]) -> str:
    """Return in words what security did where danger changed from one level to another, with every case named."""
    found = [(a, b) for a, b in followed(table) if (a["D"], b["D"]) == change and a["S"] and b["S"]]
    words = {"came closer": ("0", "1"), "stayed close": ("1", "1"), "stayed away": ("0", "0"), "went away": ("1", "0")}
    parts = {
        word: [called[b["case"]] + (" (new ruler)" if "new ruler" in turn(a, b) else "") for a, b in found if (a["S"], b["S"]) == seen]
        for word, seen in words.items()
    }
    return listed([f"{word} in {len(cases)} of {len(found)} cases ({'; '.join(cases)})" for word, cases in parts.items() if cases])


def close(table: list[dict[str, str]], danger: str) -> str:
    """Return in how many rows with a level of danger security is close, of those in which it is known."""
    known = [row["S"] for row in table if row["D"] == danger and row["S"]]
    return f"{known.count('1')} of {len(known)}"


def gains(row: dict[str, float], some: list[str], sign: int) -> bool:
    """Return whether every one of some graphs foresees a row better (sign 1) or worse (-1) than the graph without causes does."""
    return all(sign * 10 * log10(row[name] / row["leader_alone"]) >= LEAST_DB for name in some)


def graphs(study: pt.Study) -> str:
    """Return a table of the graphs: what each says, and which causes reach the leader, pass the leader by, or have no part."""
    label = {node: f"{study.causal.nodes[node].label} ({node})" for node in CAUSES}
    body = []
    for name, model in study.causal_models.items():
        parents = model.graph.parents
        past = set(parents["S"]) - {"L"}
        assert all(set(parents[node]) == {"L", *past} for node in ARENAS)
        out = set(CAUSES) - {"P"} - set(parents["L"]) - past
        statement = " ".join(study.hypotheses[name].statement.split())
        body.append(
            [
                f"*{study.hypotheses[name].name}*",
                statement,
                *[", ".join(label[node] for node in CAUSES if node in nodes) or "none" for nodes in (parents["L"], past, out)],
            ]
        )
    return table_of(
        ["Graph", "What it says", "Causes that reach the leader", "Causes that pass the leader by", "Causes without a part"], body
    )


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


def ahead(row: Any) -> list[str]:
    """Return the explanations that lead: those within 0.05 of the best, the best first; none where that is all of them."""
    ordered = row.to_series().sort_values(ascending=False)
    found = [str(name) for name, support in ordered.items() if ordered.iloc[0] - support < TIE]
    return found if len(found) < len(ordered) else []


def lead(row: Any, study: pt.Study) -> str:
    """Return the explanations that lead and the support of the best, or that there is no lead."""
    best = probability(row.max().item())
    names = [study.explanations[name].name for name in ahead(row)]
    return f"{' or '.join(names)} {best}" if names else f"no lead ({best})"


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
    one, two = ordered[:2]
    print(
        f"**In short.** *{names[one]}* has {said[one]:.2f} and *{names[two]}* {said[two]:.2f}, from {1 / len(models):.2f} each; "
        f"the distance between them is {decibels[one] - decibels[two]:.1f} dB, with a Monte Carlo error of {hypot(errors[one], errors[two]):.1f} dB, so that neither leads, "
        f"and no graph is supported against all others. Where cells that rest on absence are left blank, *{names[max(blank, key=blank.__getitem__)]}* has the most, {max(blank.values()):.2f}, "
        f"and *{names[one]}* {blank[one]:.2f}, so that the order does not hold. By arena {', '.join(leads)} is ahead, each by little. In the graph where attraction may work both ways, which itself has only {said['everything']:.2f}, "
        f"between {min(through):.2f} and {max(through):.2f} of its effect passes through the leader, from {before['S'][1] / before['S'][0]:.2f} before the rows: mostly prior.\n"
    )
    coded = coding()
    print("## The letters and the graphs\n")
    print(LETTERS)
    print(
        table_of(
            ["Letter", "Stands for", "Value 1 in a row says, or the levels"],
            [[node, study.causal.nodes[node].label, " ".join(text.split())] for node, text in coded["nodes"].items()],
        )
        + "\n"
    )
    print(GRAPHS)
    print(graphs(study) + "\n")
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
        "Every row that follows another of its state. How probable its alignment is, in the arenas where it is known, given its causes and what all other rows teach: "
        "the higher, the better a graph foresees it. A row in which no arena is known is left out here.\n"
    )
    by_case = {row["case"]: row for row in table}
    called = {row["case"]: f"{row['state'].title()}, {row['label']}" for row in coded["rows"]}
    pairs = followed(table)
    foreseen = {b["case"]: {name: expected(tree, b) for name, tree in trees.items()} for _, b in pairs if any(b[node] for node in ARENAS)}
    print(
        table_of(
            ["Row", "Turn", "Seen", *names.values()],
            [
                [
                    called[b["case"]],
                    turn(a, b),
                    " ".join(f"{node}={b[node]}" for node in ARENAS if b[node]),
                    *[f"{value:.2f}" for value in foreseen[b["case"]].values()],
                ]
                for a, b in pairs
                if b["case"] in foreseen
            ],
        )
        + "\n"
    )
    print(
        "What changed between every two rows of a state that follow each other, and what stayed. The last two comparisons are of rows that do not follow each other. "
        "P is left out, because in every graph it works only through X and T.\n"
    )
    body = [
        [
            kind,
            f"`{a['case']}`, `{b['case']}`",
            *[say(a, b, nodes) for nodes in (CAUSES[1:], tuple(ARENAS)) for say in (changed, unknown)],
        ]
        for kind, a, b in [*((turn(a, b), a, b) for a, b in pairs), *((kind, by_case[a], by_case[b]) for kind, (a, b) in FURTHER.items())]
    ]
    print(table_of(["Comparison", "Rows", "Causes that changed", "Causes unknown", "Arenas that changed", "Arenas unknown"], body) + "\n")
    print(
        TURNS.format(
            home=close(table, "home"),
            none=close(table, "none"),
            rose=security(table, ("none", "home"), called),
            passed=security(table, ("home", "none"), called),
            better="; ".join(called[case] for case, row in foreseen.items() if gains(row, dangers, 1)) or "none",
            worse="; ".join(called[case] for case, row in foreseen.items() if gains(row, dangers, -1)) or "none",
            graphs=listed([f"*{names[name]}*" for name in dangers]),
            alone=names["leader_alone"],
            least=LEAST_DB,
            most=max(value / row["leader_alone"] for row in foreseen.values() for value in row.values()),
        )
    )
    print("## Beside the judged study\n")
    other = pt.load_study(ROOT / "models" / "alignment.yaml")
    wholes = {name: pt.update(replace(other, analyst=name)).posterior for name in CODINGS}
    whole, parts = wholes[CODINGS[0]], pt.update(replace(judged(other), analyst=CODINGS[0])).posterior
    explanations = [part.name for part in other.explanations.values()]
    print(BESIDE.format(tie=TIE))
    print(
        table_of(
            ["State", *explanations, "Leads", *[f"Leads in {arena}" for arena in ARENAS.values()], "Coding 2", "Coding 3"],
            [
                [
                    case.name,
                    *[probability(whole.sel(case=case.id, hypothesis=name).item()) for name in other.explanations],
                    lead(whole.sel(case=case.id), other),
                    *[lead(parts.sel(case=f"{case.id}_{arena}"), other) for arena in ARENAS.values()],
                    *[lead(wholes[name].sel(case=case.id), other) for name in CODINGS[1:]],
                ]
                for case in other.cases
            ],
        )
        + "\n"
    )

    def alone_in(name: str) -> str:
        counted = {case.name: sum(ahead(one.sel(case=case.id)) == [name] for one in wholes.values()) for case in other.cases}
        return listed([f"{state} in {count} of {len(wholes)} codings" for state, count in counted.items() if count])

    def by_arena(*graphs: str) -> str:
        return ", ".join(f"{sum(variants[f'{arena} alone'][name] for name in graphs):.2f} in {arena}" for arena in ARENAS.values())

    print(
        CLOSING.format(
            ahead=alone_in("national_interest"),
            survival=alone_in("leader_survival"),
            open=listed([case.name for case in other.cases if not ahead(whole.sel(case=case.id))]),
            soft=whole.sel(hypothesis="soft_power").max().item(),
            elsewhere=listed(
                [
                    f"{case.name} in coding {name[-1]} ({probability(wholes[name].sel(case=case.id, hypothesis='soft_power').item())})"
                    for name in CODINGS
                    for case in other.cases
                    if "soft_power" in ahead(wholes[name].sel(case=case.id))
                ]
            ),
            endangered=sum(said[name] for name in dangers),
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
that it tells nothing more.
"""

LETTERS = """What each letter stands for in the graphs, and the rule by which its cells were coded. A blank cell says that no item speaks of it.
"""

GRAPHS = """In every graph pressure (P) reaches exposure (X) and outside threat (T) and nothing else, and the leader (L) reaches alignment in each arena
(S, E, H). No graph lets a receptive leader keep Russia further away than the same leader otherwise would, and no cause that is drawn works
against its sign: threat, exposure, ties and attraction never push away, danger at home never makes Russia less wanted, and danger from Moscow may
close a leader but never opens one.
"""

TURNS = """Few of these tests are clean. Where a ruler changed, danger, exposure or ties changed too or are unknown in one of the two rows. No graph
gives the alignment of any row more than {most:.1f} times the probability that *{alone}* gives it.

- *Danger at home.* Security is close in {home} rows with danger at home, and in {none} without danger (where security is known). But when danger at home
  rose, security {rose}. When it passed, security {passed}.
- *What the graphs with danger foresee.* The three ({graphs}) all give the alignment seen a higher probability than *{alone}* does, by {least} dB
  or more, in these rows: {better}. All three give it a lower one, by as
  much, in these: {worse}. In the other rows, those where danger at home passed among them, they do not agree or differ by less.
- *Danger from Moscow.* Turkmenistan came closer in security when danger came from Moscow: it asked for the extradition of opponents and signed
  an accord for it. The graphs with danger foresee that row, its three arenas together, worse than the others. It is a case against their
  restriction that danger from Moscow never brings a ruler closer to it.
"""

BESIDE = """The supports and leads of [the study](alignment.md), in its main coding; the last two columns give the leads in its two other codings. Explanations
within {tie} of the best share the lead, and where all three are so close there is no lead.
"""

CLOSING = """Both leave room for danger to the ruler. In the judged study leader survival, which is broader, leads alone in {survival}. The graphs with danger have
{endangered:.2f} together, from {three:.2f}, for all states at once. Neither shows that danger matters in a given state. They disagree in three points, and
nothing here settles them.

- In the judged study national interest leads alone in {ahead}; in {open} its main coding has no lead. In the graphs national interest has {national:.2f} of one
  for all states together, from {prior:.2f}, and omnibalancing {omni:.2f}. Rows say whether a threat or exposure was there, and not the terms of a
  bargain; many of the judged findings are about these.
- The judged study gives soft power at most {soft:.2f} in any state in its main coding; it leads in {elsewhere}. Of the graphs the filter, in which attraction works only through an open
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
