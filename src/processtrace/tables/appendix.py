"""Table: the whole coding, item by item, as an appendix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from processtrace.study import SCALES, Study
from processtrace.tables.columns import BLOCK, COLUMNS, TABLE
from processtrace.tables.entries import Entry, entries
from processtrace.tables.frames import distinct, frame

if TYPE_CHECKING:
    import xarray as xr

TEXTS = tuple(column.heading for column in COLUMNS if TABLE in column.prints)
BLOCKS = tuple(column.heading for column in COLUMNS if BLOCK in column.prints)
JUDGEMENT, REASON, WEIGHT = "judgement", "reason", "weight (dB)"


def appendix(study: Study, *, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the whole coding: what was found, who reports it, how it was judged and why, and what it weighs.

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset, optional
        The Dataset of `update(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each item, indexed (case, evidence) by identifier: those that count in order of time, then what is
        planned, not yet judged, or set aside (its note says why). Under each explanation there are three columns: the
        judgement as judged (analyst, range, scale), the weight in decibels relative to the explanation that the item
        supports most (0; empty for items that enter no number), and the reason. `Searched` is the search behind an item
        that was looked for. The columns are those of `processtrace.tables.columns`.

    Raises
    ------
    ContradictionError
        If every explanation of a case is refuted.
    """
    listed = entries(study, data=data)
    names = distinct(part.name for part in study.explanations.values())
    under = [f"{name}: {kind}" for name in names for kind in (JUDGEMENT, WEIGHT, REASON)]
    table = frame(
        [_row(entry, names) for entry in listed],
        [*TEXTS, *under],
        [(entry.case_id, entry.id) for entry in listed],
        ("case", "evidence"),
        title="The evidence and how it was judged",
        note=(
            "Judgements are as the analysts made them. Weights: decibels relative to the explanation that the item supports most (0), "
            "given the earlier items of its unit, sources and search included. Items without weights enter no number."
        ),
        shown=[[name, "decibels" if name.endswith(f": {WEIGHT}") else "text", [name]] for name in (*TEXTS, *under)],
        layout="items",
    )
    table.attrs["explanations"] = names
    return table


def _row(entry: Entry, names: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {heading: entry.text(heading) for heading in TEXTS}
    several = len({part.analyst for part in entry.judgements}) > 1
    for place, name in enumerate(names):
        parts = entry.judgements[place :: len(names)]
        row[f"{name}: {JUDGEMENT}"] = "; ".join(_judged(str(part), part.scale) for part in parts)
        row[f"{name}: {REASON}"] = "; ".join(f"{part.analyst}: {part.reason}" if several else part.reason for part in parts if part.reason)
        row[f"{name}: {WEIGHT}"] = entry.weight_db[place] if entry.weight_db else float("nan")
    return row


def _judged(value: str, scale: str) -> str:
    return value if scale in SCALES else f"{value} ({scale})"
