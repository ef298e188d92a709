"""The study on about two printed pages: what the record supports, how fragile that is, and what would change it.

Every number comes from the results; a study can add parts of its own (`Part`) to those that any study has.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.formats.atomic import write_files
from processtrace.inference.update import EVIDENCE, HYPOTHESIS
from processtrace.report.grid import Grid, grid, of_table
from processtrace.report.limits import counts
from processtrace.report.verdict import sentence, support_by_case
from processtrace.results import Results
from processtrace.study import Case, Study
from processtrace.study.judges import judged_by_models
from processtrace.study.labels import within
from processtrace.text.names import spelled
from processtrace.text.numbers import decibels, support
from processtrace.web.page import asset, policy, template
from processtrace.web.pictures import Picture, pictures

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

NAME = "summary.html"
ERRORS = (0.0, 0.01, 0.05, 0.1)
"""Errors of the model beside which the headline is printed."""

OTHER = "†"

HEAVIEST = 3
"""Items of each case that are named as those on which its lead depends most."""

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A part of the page: its title, paragraphs, tables, and points of a list."""

    title: str
    text: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    points: tuple[str, ...] = ()


def write_summary(results: Results, folder: str | Path, *, more: Sequence[Part] = ()) -> Path:
    """Write `folder/summary.html`.

    Parameters
    ----------
    results : Results
        What `compute(study)` returns, or `run`.
    folder : path
        Where to write.
    more : sequence of Part
        Parts of the study's own, printed after those that any study has.

    Returns
    -------
    Path
        The file.
    """
    path = Path(folder) / NAME
    main = {name: figure for name, figure in results.figures.items() if name == "support"}
    drawn = pictures(results.study, main, support_by_case(results.study, results.tables["posterior"]))
    write_files({path: render_summary(results.study, [*parts(results), *more], *drawn)})
    return path


def render_summary(study: Study, shown: Sequence[Part], *drawn: Picture) -> str:
    """Return the page as HTML: one file without script, with links to the report and its appendix beside it."""
    style = asset("report", "templates/style.css")
    return str(
        template("report", NAME).render(
            study=study, parts=shown, pictures=drawn, style=style, policy=policy(style), models=judged_by_models(study)
        )
    )


def as_markdown(study: Study, shown: Sequence[Part]) -> str:
    """Return the same page as Markdown."""
    return str(template("report", "summary.md", autoescape=False).render(study=study, parts=shown, models=judged_by_models(study)))


def parts(results: Results) -> list[Part]:
    """Return what any study has: each case, across cases, tags, errors of the model, codings, what to look for, limits."""
    held = _Held(results.study, results.answers, results.data)
    made = [_each(held), _across(held), _by_tag(held), _misjudged(held), _codings(held), _next(held, results.tables.get("plan"))]
    return [part for part in made if part is not None] + [Part("Its limits", points=tuple(counts(results.study)))]


@dataclass(frozen=True)
class _Held:
    study: Study
    found: Mapping[str, Json]
    data: xr.Dataset

    @property
    def led(self) -> list[Case]:
        """The cases in which an explanation leads."""
        return [case for case in self.study.cases if self.found[case.id].get("leader") is not None]

    def name(self, hypothesis: str) -> str:
        return self.study.explanations[hypothesis].name

    def support(self, case: Case, posterior: Json) -> str:
        return support(posterior, self.found[case.id]["leader"])

    def weight(self, case: Case, item: str, first: str, second: str) -> float:
        """Return the decibels by which an item favours one explanation over another: given all the others, else by itself.

        Given others that refute an explanation already, what an item says of it is undefined.
        """
        row = self.data.sel({EVIDENCE: f"{case.id}/{item}"})
        for kind in ("last_db", "alone_db"):
            for_, against = (float(row[kind].sel({HYPOTHESIS: h})) for h in (first, second))
            if math.isfinite(for_) and not math.isnan(against):
                return for_ - against
        return math.nan

    def inside(self, hypothesis: str) -> str:
        """Return the label of an explanation as it reads inside a sentence."""
        return dict(zip(self.study.explanations, within(self.study), strict=True))[hypothesis]

    def posterior(self, case: Case) -> Json:
        """Return the posterior of a case, with which the sweep over errors of the model begins."""
        return {h: values[0] for h, values in self.found[case.id]["model_error"]["posterior"].items()}


def _each(held: _Held) -> Part:
    sentences = [(case.name, sentence(case.name, held.found[case.id]["sentence"])) for case in held.study.cases]
    text = tuple(f"{name}: {said[:1].lower()}{said[1:]}" for name, said in sentences)
    return Part("What the record supports, and how fragile it is", text)


def _across(held: _Held) -> Part | None:
    if len(held.study.cases) < 2:
        return None
    by: dict[str, list[str]] = {}
    for case in held.led:
        by.setdefault(held.found[case.id]["leader"], []).append(case.name)
    parts = [f"{held.inside(h)} leads in {listed(names)}" for h, names in by.items()]
    none = [held.inside(h) for h in held.study.explanations if h not in by]
    open_ones = [case.name for case in held.study.cases if case not in held.led]
    parts += [f"none leads in {listed(open_ones)}"] if open_ones else []
    parts += [f"{listed(none)} {'leads' if len(none) == 1 else 'lead'} nowhere"] if none else []
    heads = ("Explanation", *(case.name for case in held.study.cases))
    rows = [[part.name, *(support(held.posterior(case), h) for case in held.study.cases)] for h, part in held.study.explanations.items()]
    text = "; ".join(parts)
    return Part("Across cases", (f"{text[:1].upper()}{text[1:]}.",), (grid("Support for each explanation", heads, rows, right=heads[1:]),))


def _by_tag(held: _Held) -> Part | None:
    grouped: dict[str, list[str]] = {}
    for name, tag in held.study.tags.items():
        grouped.setdefault(tag.group or "Tag", []).append(name)
    heads = tuple(case.name for case in held.led)
    made = []
    for group, names in grouped.items():
        rows = [["Nothing", *(held.support(case, held.posterior(case)) for case in held.led)]]
        rows += [[held.study.tags[name].name, *(_without(held, case, name) for case in held.led)] for name in names]
        rows = [row for row in rows if any(cell != "—" for cell in row[1:])]
        if len(rows) > 1:
            made.append(
                grid(
                    f"Without one {spelled(group).lower()}: support for the explanation that leads (items)",
                    ("Left out", *heads),
                    rows,
                    right=heads,
                )
            )
    note = f"What a tag contributes reflects what was collected, so the number of its items is given beside it. {OTHER} marks where another explanation leads then."
    return Part("By kind of evidence", (note,), tuple(made)) if made else None


def _without(held: _Held, case: Case, tag: str) -> str:
    left = held.found[case.id]["leave_out"]["tag"].get(tag)
    if left is None:
        return "—"
    posterior = {h: p for h, p in left["posterior"].items() if p is not None}
    other = OTHER if posterior and max(posterior, key=lambda h: posterior[h]) != held.found[case.id]["leader"] else ""
    return f"{held.support(case, posterior)}{other} ({len(left['fell'])})"


def _misjudged(held: _Held) -> Part | None:
    heads = tuple(case.name for case in held.led)
    rows = []
    for error in ERRORS:
        row = [f"{100 * error:g} %"]
        for case in held.led:
            swept = held.found[case.id]["model_error"]
            at = [k for k, value in enumerate(swept["epsilon"]) if abs(value - error) < 1e-9]
            row.append(held.support(case, {h: values[at[0]] for h, values in swept["posterior"].items()}) if at else "—")
        rows.append(row)
    if not heads:
        return None
    text = "The leading explanation's support if, with this probability, a group of dependent items was judged in a way that carries no information:"
    return Part("If the model is wrong", (text,), (grid("Support beside an error of the model", ("Error", *heads), rows, right=heads),))


def _codings(held: _Held) -> Part | None:
    each = {
        name: part
        for name, part in held.study.analysts.items()
        if any(name in (held.found[case.id].get("analysts") or {}) for case in held.study.cases)
    }
    if len(each) < 2:
        return None
    rows, differing = [], []
    for name, analyst in each.items():
        rows.append([analyst.name, *(_leads(held, (held.found[case.id].get("analysts") or {}).get(name)) for case in held.study.cases)])
    for place, case in enumerate(held.study.cases, start=1):
        if len({row[place].rpartition(" ")[0] for row in rows if row[place] != "—"}) > 1:
            differing.append(case.name)
    text = (
        f"They differ about which explanation leads in {listed(differing)}."
        if differing
        else "They agree on which explanation leads in every case."
    )
    heads = ("Coding", *(case.name for case in held.study.cases))
    return Part("Where the codings differ", (text,), (grid("Leading explanation by coding", heads, rows),))


def _leads(held: _Held, part: Json | None) -> str:
    posterior = {h: p for h, p in ((part or {}).get("posterior") or {}).items() if p is not None}
    if not posterior:
        return "—"
    best = max(posterior, key=lambda h: posterior[h])
    return f"{held.name(best)} {support(posterior, best)}"


def _next(held: _Held, plan: pd.DataFrame | None) -> Part | None:
    title = "What to look for next"
    if plan is not None and len(plan):
        return Part(title, ("The planned items, the most informative of each case first.",), (of_table(plan),))
    points = tuple(_depends_on(held, case) for case in held.led if held.found[case.id].get("tipping"))
    text = "No item is planned. The leads depend most on these judgements (weight for the leading explanation against the next): a second source, or a second look at them, is worth most."
    return Part(title, (text,), points=points) if points else None


def _depends_on(held: _Held, case: Case) -> str:
    found = held.found[case.id]
    weights = {name: held.weight(case, name, found["leader"], found["runner_up"]) for name in found["tipping"]}
    first = sorted((name for name in weights if not math.isnan(weights[name])), key=lambda name: -weights[name])[:HEAVIEST]
    rival = held.inside(found["runner_up"])
    size = {name: f"refutes {rival}" if math.isinf(weights[name]) else f"{decibels(weights[name])} dB" for name in first}
    return f"{case.name}: " + ("; ".join(f"{case.item(name).name} ({size[name]})" for name in first) or "no item by itself") + "."


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: 'a', 'a and b', 'a, b and c'."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
