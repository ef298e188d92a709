"""The robustness of a case in words and tables, from the answers of `robustness`. What is missing is left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from processtrace.report.grid import Cell, Grid, anchor, grid
from processtrace.report.turns import turns
from processtrace.study import Case, Study
from processtrace.text.names import counted, spelled
from processtrace.text.numbers import decibels, odds, share, support

SHOWN = 8
"""How many rows a table of items shows: those that matter most come first."""

PRINTED = frozenset({0.0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99})
"""Correlations and errors of the model that a table prints, where they were computed; figures show all."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Fragility:
    """What is said of one case: questions with their answers, and tables."""

    answers: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]


@dataclass(frozen=True)
class _Names:
    study: Study
    case: Case

    def explanation(self, name: str) -> str:
        part = self.study.explanations.get(name)
        return part.name if part else spelled(name)

    def item(self, name: str) -> Cell:
        for item in self.case.evidence:
            if item.id == name:
                return Cell(item.name, f"#{anchor(self.case.id, name)}")
        return Cell(spelled(name))

    def part(self, kind: str, name: str) -> Cell:
        declared: dict[str, Mapping[str, Any]] = {
            "source": {**self.study.sources, **self.case.sources},
            "cluster": {**self.study.clusters, **self.case.clusters},
            "tag": dict(self.study.tags),
            "analyst": dict(self.study.analysts),
        }
        held = declared.get(kind, {})
        return self.item(name) if kind == "item" else Cell(held[name].name if name in held else spelled(name))


def fragility(study: Study, case: Case, found: Json, analyses: Mapping[str, Any]) -> Fragility:
    """Return the robustness of a case; `found` is its part of `Results.answers`, `analyses` the Datasets of the questions."""
    names = _Names(study, case)
    grids = (
        *turns(study, case, found, analyses),
        _left_out(names, found),
        _tipping(names, found),
        _swept(names, found),
        _others(names, found),
        _surprise(names, found),
    )
    answers = [
        *_answers(names, found),
        ("What mere counts would say", found["counted"]["sentence"]),
        ("What the items judged later changed", found["judged_later"]["sentence"]),
    ]
    return Fragility(tuple(answer for answer in answers if answer[1]), tuple(part for part in grids if part is not None))


def _answers(names: _Names, found: Json) -> Iterable[tuple[str, str]]:
    leader, second = found.get("leader"), found.get("runner_up")
    if leader is None:
        tied = ", ".join(names.explanation(name) for name in found.get("tied") or ())
        yield "Which explanation leads", f"None: {tied} tie." if tied else "None."
    elif second is not None:
        by = f"{names.explanation(leader)}, {_db(found.get('margin_db'))} before {names.explanation(second)}"
        yield "Which explanation leads", f"{by} (by the evidence alone {_db(found.get('evidence_margin_db'))})."
    if leader is not None and second is not None:
        yield from _of_the_lead(names, found, leader)
    if found.get("unlisted"):
        yield "What a rival that is not listed would need", _unlisted(found["unlisted"])
    if found.get("error_nats"):
        yield "Error of the computation", f"Quasi-Monte Carlo, standard error {found['error_nats']:.1g} nats; not exact."


def _of_the_lead(names: _Names, found: Json, leader: str) -> Iterable[tuple[str, str]]:
    fewest = found.get("fewest_left_out")
    if fewest and fewest.get("items"):
        listed = "; ".join(names.item(name).text for name in fewest["items"])
        count = len(fewest["items"])
        sure = "" if fewest.get("exact") else " (found by search; fewer may do)"
        yield "Fewest items that, left out, change the lead", f"{count} of {_counted(names.case)}: {listed}{sure}."
    elif "fewest_left_out" in found:
        yield "Fewest items that, left out, change the lead", "No set of items was found that does."
    if found.get("fail_safe") is not None:
        yield "Unrecorded items of ordinary weight that would undo the lead", f"{found['fail_safe']:.3g}"
    for key, question, end in (
        ("common_shrink", "Every weight shrunk by one factor: the lead changes at", ""),
        ("shrink_to_even", "Every weight shrunk by one factor: the leading explanation has a posterior of one half at", ""),
        ("shrink_for", "Only the weights for the leading explanation shrunk: the lead is lost at", ""),
    ):
        if key in found:
            yield question, f"{found[key]:.2f}{end}" if found[key] is not None else "no factor"
    if to_overturn := found.get("prior_odds_to_overturn"):
        each = "; ".join(f"{names.explanation(rival)} {_odds(value)}" for rival, value in to_overturn.items())
        yield f"Prior odds, {names.explanation(leader)} to rival, at which they tie", each
    noise = found.get("noise")
    if noise:
        at = noise.get("sd_at_90")
        yield (
            "Independent error on every weight under which the lead stays in nine of ten draws",
            f"standard deviation {decibels(at)} dB" if at is not None else "more than was tried",
        )


def _unlisted(found: Json) -> str:
    ties = [
        f"at a prior of {prior:g}, a geometric mean probability of {_p(q)} for each record"
        if q is not None
        else f"at a prior of {prior:g}, none can"
        for prior, q in zip(found.get("prior", ()), found.get("q", ()), strict=False)
    ]
    story = found.get("prior_of_certain_story")
    end = f" A story that makes everything certain wins from a prior of {_small(story)} on." if story is not None else ""
    return f"To tie: {'; '.join(ties)}.{end}" if ties else end.strip()


def _left_out(names: _Names, found: Json) -> Grid | None:
    leader = found.get("leader")
    rows: list[tuple[float, list[str | Cell]]] = []
    for kind, parts in (found.get("leave_out") or {}).items():
        for name, left in parts.items():
            posterior = {h: p for h, p in (left.get("posterior") or {}).items() if p is not None}
            if leader is None or leader not in posterior:
                continue
            first = max(posterior, key=lambda h: posterior[h])
            with_it = [names.item(fell).text for fell in left.get("fell", ()) if not (kind == "item" and fell == name)]
            along = "; ".join(with_it) if kind == "item" else str(len(with_it))
            rows.append(
                (posterior[leader], [spelled(kind), names.part(kind, name), support(posterior, leader), names.explanation(first), along])
            )
    if not rows:
        return None
    rows.sort(key=lambda row: row[0])
    changed = sum(row[3] != names.explanation(str(leader)) for _, row in rows)
    return grid(
        f"What matters most when left out ({min(SHOWN, len(rows))} of {len(rows)})",
        ("Kind", "Left out", f"Support for {names.explanation(str(leader))}", "Leading then", "Items left out with it"),
        [row for _, row in rows[:SHOWN]],
        right=(f"Support for {names.explanation(str(leader))}",),
        note=f"Of all {len(rows)} things that can be left out one at a time, {changed or 'none'} would change the lead.",
    )


def _tipping(names: _Names, found: Json) -> Grid | None:
    parts = [(name, part) for name, part in (found.get("tipping") or {}).items() if part.get("tips_at_db") is not None]
    if not parts:
        return None
    parts.sort(key=lambda part: (part[1].get("tips_at_probability") is None, -part[1]["weight_db"]))
    heads = ("Item", "Weight (dB)", "Lead lost at (dB)", "Lead lost at a probability of")
    rows: list[list[str | Cell]] = [
        [names.item(name), _number(part["weight_db"]), _number(part["tips_at_db"]), _reached(part.get("tips_at_probability"))]
        for name, part in parts[:SHOWN]
    ]
    return grid(
        f"One judgement that would change the lead ({min(SHOWN, len(parts))} of {len(parts)} items)",
        heads,
        rows,
        right=heads[1:],
        note="Weights of the leading explanation against the next: first where the lead can be lost, then the heaviest; only its own judgement of the item moves.",
    )


def _swept(names: _Names, found: Json) -> Grid | None:
    hypotheses = list(names.study.explanations)
    rows: list[list[str]] = []
    for key, by, words in (
        ("dependence", "rho", "Correlation of every declared cluster"),
        ("model_error", "epsilon", "Error of the model"),
    ):
        part = found.get(key) or {}
        values = list(part.get(by, ()))
        posterior = part.get("posterior", {})
        chosen = [k for k, value in enumerate(values) if round(value, 6) in PRINTED] or range(len(values))
        rows += [
            [f"{words} {values[k]:g}", *(support({h: values[k] for h, values in posterior.items()}, h) for h in hypotheses)] for k in chosen
        ]
        if part.get("fully_redundant"):
            rows.append(["Every declared cluster fully redundant", *(support(part["fully_redundant"], h) for h in hypotheses)])
        ends = [end for end in ("smallest", "largest") if part.get(end)]
        rows += [[f"{spelled(end)} along the correlations", *(_p(part[end].get(h)) for h in hypotheses)] for end in ends]
    return _by_explanation(names, "Support under other assumptions", "Assumption", rows)


def _others(names: _Names, found: Json) -> Grid | None:
    hypotheses = list(names.study.explanations)
    rows = []
    for name, part in (found.get("analysts") or {}).items():
        who = names.part("analyst", name).text
        items = f", {counted(part['items'], 'item', 'items')}" if part.get("items") is not None else ""
        rows.append([f"{who}{items}", *(support(part.get("posterior") or {}, h) for h in hypotheses)])
    at = dict(found.get("anchor") or {})
    moves = len({tuple(round(p or 0.0, 9) for p in posterior.values()) for posterior in at.values()}) > 1
    for value, posterior in at.items() if moves else ():
        rows.append([f"Anchor {value}", *(support(posterior, h) for h in hypotheses)])
    return _by_explanation(names, "Support by analyst and by anchor", "Judgements", rows)


def _by_explanation(names: _Names, title: str, first: str, rows: list[list[str]]) -> Grid | None:
    labels = [part.name for part in names.study.explanations.values()]
    return grid(title, (first, *labels), rows, right=labels) if rows else None


def _surprise(names: _Names, found: Json) -> Grid | None:
    parts = [(name, part) for name, part in (found.get("prediction_bits") or {}).items() if part.get("bits") is not None]
    parts.sort(key=lambda part: -(part[1].get("excess") or 0.0))
    heads = ("Item", "Surprise (bits)", "Beyond the best explanation (bits)")
    rows: list[list[str | Cell]] = [[names.item(name), _bits(part["bits"]), _bits(part.get("excess"))] for name, part in parts[:SHOWN]]
    title = f"The most surprising items ({len(rows)} of {len(parts)})"
    return grid(title, heads, rows, right=heads[1:], note="Given all the other items.") if rows else None


def _counted(case: Case) -> str:
    return counted(sum(item.counts for item in case.evidence), "item", "items")


def _p(value: float | None) -> str:
    return "—" if value is None else share(value)


def _small(value: float) -> str:
    return f"{value:.1g}" if 1e-4 <= value < 0.01 else share(value)


def _reached(value: float | None) -> str:
    return "cannot be reached" if value is None else _p(value)


def _db(value: float | None) -> str:
    return "by no known distance" if value is None else "without limit" if math.isinf(value) else f"{decibels(value)} dB"


def _number(value: float | None) -> str:
    return "—" if value is None else decibels(value)


def _bits(value: float | None) -> str:
    return "—" if value is None else "without limit" if math.isinf(value) else f"{value:.1f}"


def _odds(value: float | None) -> str:
    if value is None:
        return "none"
    if value == 0 or math.isinf(value):
        return f"{'below −' if value == 0 else 'above '}3,000 dB"  # beyond what a number holds
    return odds(math.log(value)).replace("\u00a0", " ")
