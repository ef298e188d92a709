"""Of what kind the values of a table are: probabilities, ratios, decibels, ratings or words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from processtrace.formats.foreign.logarithms import DECIBELS_IN
from processtrace.formats.foreign.marks import LETTERS, NUMBER, Sort, sort_of
from processtrace.formats.foreign.roles import Columns, Kind
from processtrace.study.values import shown

FITTING: dict[Kind, frozenset[Sort]] = {
    "ratings": frozenset({"sign", "letters", "dash", "blank"}),
    "grades": frozenset({"grade", "blank"}),
    "words": frozenset({"word", "blank"}),
    "probability": frozenset({"grade", "number", "percent", "blank"}),
    "ratio": frozenset({"grade", "number", "odds", "blank"}),
    "decibels": frozenset({"grade", "number", "blank"}),
}
"""The kinds of entry that can be a value of each kind."""


def kind_of(columns: Columns, names: Sequence[str]) -> Kind:
    """Return what the values in some columns are; a question where neither headings nor values say it."""
    if columns.answers.values == "ratings" and not any("sign" in columns.sorts[name] or "letters" in columns.sorts[name] for name in names):
        return "grades"
    if columns.answers.values:
        other = {"percent": "probability"} | dict.fromkeys(DECIBELS_IN, "decibels")
        return other.get(columns.answers.values, columns.answers.values)  # type: ignore[return-value]
    bases = {columns.heads[name].base for name in names}
    if bases & {"log", "-log"} or (len(bases) > 1 and "" in bases and any(not columns.heads[name].scale for name in names)):
        read = (
            "logarithms whose base no heading says"
            if bases & {"log", "-log"}
            else "logarithms beside numbers of which no heading says what they are"
        )
        columns.fault(
            names[0], read, "values of a kind that is known", "say it by --values log10, ln or log2, or in every heading: log10, ln"
        )
        return "decibels"
    counts: dict[Sort, int] = {}
    for name in names:
        for sort, number in columns.sorts[name].items():
            counts[sort] = counts.get(sort, 0) + number
    total = sum(counts.values())
    scales = {columns.heads[name].scale for name in names if columns.heads[name].scale}
    marks = counts.get("sign", 0) + counts.get("letters", 0)
    if len(scales) > 1:
        columns.fault(names[0], f"headings of {' and '.join(sorted(scales))}", "one kind of value in a table", "give each its own table")
        return "probability"
    if counts.get("word", 0) * 2 >= max(total, 1):
        return "words"
    if not scales and marks and (marks + counts.get("grade", 0) + counts.get("dash", 0)) * 2 >= total:
        return "ratings"
    if scales:
        _ask_of_fractions(columns, names)
        return scales.pop()  # type: ignore[return-value]
    if counts.get("odds", 0) and not counts.get("percent"):
        return "ratio"
    if counts.get("percent") or any(columns.heads[name].percent for name in names):
        _ask_of_fractions(columns, names)
        return "probability"
    return _unsaid(columns, names, counts)


def _unsaid(columns: Columns, names: Sequence[str], counts: Mapping[Sort, int]) -> Kind:
    """Return the kind of plain numbers: probabilities where all are in [0, 1], else a question."""
    numbers = []
    for name in names:
        for cell in columns.top(name):
            try:
                numbers.append(float(cell.replace("−", "-").replace(",", ".")))
            except ValueError:
                continue
    if numbers and set(counts) <= {"grade"}:
        if min(numbers) < 0:
            return "grades"
        read = "the whole numbers " + ", ".join(f"{number:g}" for number in sorted(set(numbers))) + " alone"
    elif all(0 <= number <= 1 for number in numbers):
        return "probability"
    else:
        read = f"numbers from {min(numbers):g} to {max(numbers):g}"
    columns.fault(
        names[0], f"{read}, and no heading says what they are", "values of a kind that is known",
        "say it by --values probability, percent, ratio, decibels, log10, ln, log2 or ratings, or in the headings: (%), (LR), (dB)",
    )  # fmt: skip
    return "probability"


def _ask_of_fractions(columns: Columns, names: Sequence[str]) -> None:
    """Ask what is meant by headings of per cent over numbers of which all are in [0, 1]."""
    heads = [name for name in names if columns.heads[name].percent]
    cells = [cell for name in heads for cell in columns.top(name)]
    bare = (
        [cell for cell in cells if sort_of(cell, columns.words) in ("number", "grade") and float(cell.replace(",", ".")) > 0]
        if all(NUMBER.fullmatch(cell) for cell in cells)
        else []
    )
    if len(bare) > 1 and not any(_beyond_one(cell) for cell in cells):
        read = f"'{shown(heads[0])}' over numbers of at most 1, such as {bare[0]}"
        fix = f"add --values probability if {bare[0]} is a probability, --values percent if it is {bare[0]} %"
        columns.fault(heads[0], read, "per cent, or probabilities", fix)


def readable(columns: Columns, name: str, kind: Kind) -> float:
    """Return the share of a column's entries that can be values of a kind."""
    counts = columns.sorts[name]
    total = sum(counts.values())
    if not total:
        return 0.0
    good = sum(number for sort, number in counts.items() if sort in FITTING[kind])
    if kind == "ratings":
        good += sum(1 for cell in columns.top(name) if cell == "0")
    if kind == "probability" and not columns.heads[name].percent and columns.answers.values != "percent":
        good -= sum(1 for cell in columns.top(name) if _beyond_one(cell))
    return good / total


def _beyond_one(cell: str) -> bool:
    try:
        return not 0 <= float(cell.replace(",", ".")) <= 1
    except ValueError:
        return False


def families(columns: Columns, names: Sequence[str]) -> list[str]:
    """Return the columns whose ratings are letters where those of the others are signs, or signs where they are letters."""
    signs = [name for name in names if "sign" in columns.sorts[name]]
    lettered = [name for name in names if any(cell.lower() in LETTERS for cell in columns.top(name)) and name not in signs]
    return (lettered if len(signs) >= len(lettered) else signs) if signs and lettered else []
