"""The robustness section of a paper, as a document: what was judged, the answers, what would turn them, and the limits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from processtrace import citation
from processtrace.paper.document import Document, Figure, Paragraph, Part, Points, Row, Section, Table
from processtrace.report.limits import counts
from processtrace.report.turns import CHOICES
from processtrace.report.verdict import support_by_case
from processtrace.results import Results
from processtrace.robustness.sentence import sentences
from processtrace.study import Case, Study
from processtrace.study.judges import analysts_of, judged_by_models
from processtrace.study.verdict_words import VERDICT_SCALES
from processtrace.tables.appendix import BLOCKS, JUDGEMENT, REASON, WEIGHT
from processtrace.tables.frames import NUMERIC, cell, heads, printed
from processtrace.text.dates import date_span
from processtrace.text.names import counted, enumerated, unbroken

if TYPE_CHECKING:
    import pandas as pd

COLUMN_WIDTH = 3.4
"""Inches of a column of a journal with two of them."""

TURNING = 3
"""Choices of each case in the table of what would turn its answer."""

_METHOD = (
    "Fairfield, T. and Charman, A. E. (2022). Social Inquiry and Bayesian Inference: Rethinking Qualitative Research. Cambridge University "
    "Press. https://doi.org/10.1017/9781108377522"
)


def section(results: Results, *, appendix: bool = False) -> Document:
    """Return the robustness section of a study.

    Parameters
    ----------
    results : Results
        What `compute(study)` returns, or `run`; draws are not needed.
    appendix : bool
        Whether every item follows, with finding, date, source, citation, judgement, reason and weight.

    Returns
    -------
    Document
        The section, the same for every writer.
    """
    study = results.study
    made = [
        Section("How the evidence was judged", (Paragraph(" ".join(_methods(results)), "methods"),)),
        Section("What the evidence supports"),
        *_answers(results),
        Section("The cases side by side", (_main_figure(results), of_frame("cases", results.tables["robustness"]))),
        *_turning(results),
        Section("Limits", (Points(tuple(counts(study))),)),
        Section("How to cite", (Paragraph(citation.as_text(), "citation"), *_references(study))),
    ]
    return Document(f"Robustness: {study.title}", (*made, *(_appendix(results) if appendix else ())))


def _references(study: Study) -> Iterator[Paragraph]:
    """Give the method's reference, and that of the words where the study names a scale."""
    yield Paragraph(_METHOD)
    if study.verdict is not None:
        scale = VERDICT_SCALES[study.verdict]
        yield Paragraph(f"{scale.source}. {scale.url}")


def _methods(results: Results) -> Iterator[str]:
    """Give the sentences of the methods paragraph: what was judged, by whom, how, and with which version."""
    study = results.study
    cases, explanations = study.cases, study.explanations
    items = [item for case in cases for item in case.evidence if item.counts]
    missed = sum(item.status == "not_found" for item in items)
    dated = [date_span(item.date) for item in items if item.date]
    years = sorted({first.year for first, _ in dated} | {last.year for _, last in dated})
    span = f", dated {years[0]}{f' to {years[-1]}' if years[1:] else ''}" if years else ""
    absent = f"; {counted(missed, 'of them was', 'of them were')} looked for and not found" if missed else ""
    yield (
        f"We compare {counted(len(explanations), 'explanation', 'rival explanations')} ({'; '.join(part.name for part in explanations.values())}) "
        f"in {counted(len(cases), 'case', 'cases')}, by {counted(len(items), 'item', 'items')} of evidence{span}{absent}."
    )
    same: dict[str, list[str]] = {}
    for part in analysts_of(study):
        same.setdefault((part.note or "").rstrip("."), []).append(part.name)
    who = [f"{enumerated(names)} ({'each ' if names[1:] else ''}{note})" if note else enumerated(names) for note, names in same.items()]
    yield f"The judgements are those of {'; '.join(who)}." if who else "Each item has one judgement of the study's authors."
    if judged_by_models(study):
        yield "A language model judged: take the judgements as illustrative."
    yield from _how(study)
    yield (
        "The posterior is computed exactly from these judgements and the prior, given that one of the explanations is right "
        f"(Fairfield and Charman 2022), with {citation.as_text().partition('. ')[2].partition('. Python')[0].replace('. Version', ', version')}."
    )
    if study.lock:
        at = [f"{lock.file}, {lock.deposited}" if lock.deposited else lock.file for lock in study.lock]
        yield f"Planned searches were judged and locked before they were made ({'; '.join(at)})."


def _how(study: Study) -> Iterator[str]:
    """Give the sentences on how a judgement is made: the scale, its ranges, sources and clusters."""
    items = [(case, item) for case in study.cases for item in case.evidence if item.counts]
    yield "For each item it was judged how probable a finding of this kind and degree is under each explanation."
    if any(isinstance(value, tuple) for _, item in items for part in item.by_analyst.values() for value in part.values.values()):
        chances = f"{100 * study.range_coverage:g}"
        yield f"A judgement given as a range is its central {chances} %; the ranges are integrated out."
    reliable = {name for case, item in items for name in item.source if study.source_of(case, name).reliability is not None}
    clusters = {(case.id, item.cluster) for case, item in items if item.cluster}
    if reliable:
        yield f"The reliability of {counted(len(reliable), 'source', 'sources')} is judged too, and limits what a report can weigh."
    if clusters:
        yield f"Items that depend on each other are joined in {counted(len(clusters), 'cluster', 'clusters')}."


def _answers(results: Results) -> Iterator[Section]:
    """Give each case with its answer in three sentences."""
    told = sentences(results.study, allowed=results.analyses["ranges"])
    for case in results.study.cases:
        yield Section(case.name, (Paragraph(unbroken(" ".join(told[case.id])), f"answer of {case.id}"),), 2)


def _main_figure(results: Results) -> Figure:
    """Return the figure of support by case at the width of a column."""
    from processtrace import plots

    kind = plots.FIGURES["support"]
    shown = [results.analyses[name] for name in kind.datasets]
    drawn = kind.draw(results.data, *shown, width=COLUMN_WIDTH, title=False)
    caption = f"{kind.caption} {kind.finding(results.data, *shown)}"
    support = "; ".join(
        f"{results.study.case(case).name}: {text}" for case, text in support_by_case(results.study, results.tables["posterior"]).items()
    )
    with TemporaryDirectory() as folder:
        pdf, png = (path.read_bytes() for path in plots.save(drawn, Path(folder) / "support"))
    return Figure("support", unbroken(caption), kind.alt.format(support=support), COLUMN_WIDTH, png, pdf)


def of_frame(name: str, table: pd.DataFrame) -> Table:
    """Return a pandas table of `processtrace.tables` as a table of the document."""
    shown = heads(table)
    return Table(
        name,
        str(table.attrs.get("title", "")),
        tuple(head for head, _, _ in shown),
        tuple(kind in NUMERIC for _, kind, _ in shown),
        tuple(Row(tuple(map(unbroken, cells))) for cells in printed(table)),
        str(table.attrs.get("note", "")),
    )


def _turning(results: Results) -> Iterator[Section]:
    """Give the table of what would turn the answer, the smallest changes of each case first."""
    rows = [Row(cells) for case in results.study.cases for cells in _turns(results, case)]
    if rows:
        note = "The smallest changes of each case first, each as a share of the largest change that there could be."
        heads = ("Case", "Choice", "What would turn it")
        yield Section(
            "What would turn the answer", (Table("turns", "What would turn the answer", heads, (False,) * len(heads), tuple(rows), note),)
        )


def _turns(results: Results, case: Case) -> Iterator[tuple[str, ...]]:
    turning = [row for row in results.answers[case.id].get("decisive") or () if row["leader"] is not None]
    for place, row in enumerate(turning[:TURNING]):
        change = row["change"]
        yield (
            case.name if place == 0 else "",
            CHOICES[row["choice"]],
            unbroken(change[:1].upper() + change[1:]),
        )


def _appendix(results: Results) -> Iterator[Section]:
    """Give every item, case by case: what was found, and under each explanation judgement, weight and reason."""
    table = results.tables["appendix"]
    yield Section("Appendix: every item and its judgement")
    records: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    names: list[str] = table.attrs["explanations"]
    reasons = any(record[f"{name}: {REASON}"] for record in records for name in names)
    heads = ("Explanation", "Judgement", "Weight (dB)", *(("Reason",) if reasons else ()))
    right = tuple(head == "Weight (dB)" for head in heads)
    for case in results.study.cases:
        chosen = [row for row, (owner, _) in zip(records, table.index, strict=True) if owner == case.id]
        rows = tuple(row for record in chosen for row in _item(record, names, len(heads)))
        part: Part = Table(f"items_{case.id}", f"Every item: {case.name}", heads, right, rows, str(table.attrs["note"]))
        yield Section(case.name, (part,), 2)


def _item(record: dict[str, Any], names: list[str], columns: int) -> Iterator[Row]:
    what = ", ".join(str(record[name]) for name in ("Date", "Status") if record.get(name))
    lines = [f"{name}: {record[name]}" for name in BLOCKS if name != "Finding" and record.get(name)]
    said = " ".join(_stopped(line) for line in (str(record["Finding"]), *lines))
    yield Row((f"{record['Item']} ({what}).", said), across=True)
    for name in names:
        cells = (str(record[f"{name}: {JUDGEMENT}"]), cell("decibels", [record[f"{name}: {WEIGHT}"]]), str(record[f"{name}: {REASON}"]))
        if any(cells):
            yield Row((name, *cells)[:columns])


def _stopped(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
