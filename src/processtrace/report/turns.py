"""What turns the answer of a case, in tables: choices, parts of the evidence, undeclared dependence, a common tilt and codings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.inference.update import ANALYST, CASE
from processtrace.report.grid import Cell, Grid, grid
from processtrace.study import Case, Study
from processtrace.text.names import spelled
from processtrace.text.numbers import decibels, probability, share

if TYPE_CHECKING:
    import xarray as xr

CHOICES = {
    "prior": "Prior",
    "tilt": "A common lean of the judgements",
    "dependence": "Declared clusters",
    "undeclared": "Dependence that is not declared",
    "parts": "What counts as evidence",
    "wording": "Wording of the explanations",
    "analysts": "Another coding",
    "left_out": "Items left out",
    "model_error": "Worthless items",
    "unlisted": "An explanation not listed",
}
"""What the report calls each choice of `decisive`."""

Json = Mapping[str, Any]
Analyses = Mapping[str, Any]


def turns(study: Study, case: Case, found: Json, analyses: Analyses) -> list[Grid]:
    """Return the tables of a case on what turns its answer; those without a row are left out.

    Parameters
    ----------
    study : Study
        The study.
    case : Case
        One of its cases.
    found : mapping
        Its entry in the JSON form of `robustness`.
    analyses : mapping of str to xarray.Dataset
        The Datasets of the questions.

    Returns
    -------
    list of Grid
        The tables.
    """
    each = (
        _decisive(study, found),
        _parts(study, found, analyses["parts"], case),
        _undeclared(study, found, analyses["undeclared"], case),
        _tilt(study, found, analyses["tilt_to_tie"], case),
        _codings(study, analyses["wording"], case),
    )
    return [part for part in each if part is not None and part.rows]


def _labels(study: Study) -> list[str]:
    return [part.name for part in study.explanations.values()]


def _p(value: float | None) -> str:
    return "—" if value is None or np.isnan(value) else share(value, float("nan")) if value in (0, 1) else probability(value)


def _decisive(study: Study, found: Json) -> Grid | None:
    rows: list[list[str | Cell]] = []
    for row in found.get("decisive") or ():
        leader = row["leader"]
        then = "—" if leader is None else study.explanations[leader].name if leader in study.explanations else "One not listed"
        rows.append([CHOICES[row["choice"]], row["change"][:1].upper() + row["change"][1:], then])
    note = "The smallest changes first, on one scale: the share of the largest change that there could be."
    return grid("What turns the answer", ("Choice", "Change", "Leading then"), rows, note=note)


def _parts(study: Study, found: Json, data: xr.Dataset, case: Case) -> Grid | None:
    names, leader = _labels(study), found.get("leader")
    held = data.isel(part=data["part_case"].values == case.id)
    without = f"{study.explanations[leader].name} without it" if leader is not None else ""
    rows: list[list[str | Cell]] = []
    for k in range(held.sizes["part"]):
        group, label = (str(held[f"part_{key}"].values[k]) for key in ("group", "label"))
        row: list[str | Cell] = [spelled(group), label, str(int(held["items"].values[k])), *(_p(float(p)) for p in held["only"].values[k])]
        rows.append(row + ([_p(float(held["without"].values[k][list(study.explanations).index(leader)]))] if leader is not None else []))
    note = str(data["sentence"].sel({CASE: case.id}).item()) or "The support from the items of each part alone."
    heads = ("Group", "Part", "Items", *names, *((without,) if without else ()))
    return grid("What each part of the evidence says alone", heads, rows, right=heads[2:], note=note)


def _undeclared(study: Study, found: Json, data: xr.Dataset, case: Case) -> Grid | None:
    part, leader = found["undeclared"], found.get("leader")
    if leader is None:
        return None
    held = data.isel(group=data["group_case"].values == case.id)
    labels = dict(zip(held["group_name"].values, zip(held["group_kind"].values, held["group_label"].values, strict=True), strict=True))
    rows: list[list[str | Cell]] = []
    for name, group in part["groups"].items():
        kind, label = labels[name]
        tie = group["rho_to_tie"]
        rows.append(
            [
                _KINDS[str(kind)],
                str(label),
                str(len(group["items"])),
                "does not end" if tie is None else f"{tie:.2f}",
                _p(group["fully_redundant"][leader]),
            ]
        )
    sides = part["clustered_share"]
    said = [
        f"{_share(value)} of the items {words}"
        for words, value in (("for it", sides["for"]), ("for the next", sides["against"]))
        if value is not None
    ]
    note = "Items that share something and are in no cluster, joined as one. " + (
        f"In a declared cluster are {' and '.join(said)}." if said else ""
    )
    heads = ("They share", "Which", "Items", "The lead ends at a correlation of", "Support if fully redundant")
    return grid(
        f"If dependence that nobody declared ties items: {study.explanations[leader].name}", heads, rows, right=heads[2:], note=note.strip()
    )


_KINDS = {"named": "named in the study", "source": "source", "event": "event", "days": "dates", "tag": "tag"}


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"


def _tilt(study: Study, found: Json, data: xr.Dataset, case: Case) -> Grid | None:
    names, part = _labels(study), found["tilt"]
    rows: list[list[str | Cell]] = []
    for k, r in enumerate(part["correlation"]):
        each = (tuple(_p(part[key][h][k]) for key in ("posterior", "low", "high")) for h in study.explanations)
        rows.append([f"{r:g}", *(f"{p} ({low} to {high})" for p, low, high in each)])
    note = " ".join(_of_ties(study, found, float(data["lean_spread_db"].sel({CASE: case.id}).item())))
    heads = ("Correlation of the errors", *names)
    return grid("If the errors of all judgements under one explanation lean together", heads, rows, right=heads, note=note)


def _of_ties(study: Study, found: Json, spread: float) -> Iterator[str]:
    yield "In brackets the central 90 % of the posterior."
    for rival, tie in (found.get("tilt_to_tie") or {}).items():
        if tie["db_per_item"] is not None:
            by = f"{tie['share']:.2f} of each range, or " if tie["share"] is not None else ""
            yield f"{study.explanations[rival].name} ties at a common tilt of {by}{tie['db_per_item']:.2f} dB an item."
    if not np.isnan(spread):
        yield f"The analysts' mean leans differ with a standard deviation of {spread:.2f} dB an item."


def _codings(study: Study, data: xr.Dataset, case: Case) -> Grid | None:
    held = data.sel({CASE: case.id})
    rows: list[list[str | Cell]] = []
    for k, name in enumerate(held[ANALYST].values):
        kind, items = str(held["kind"].values[k]), int(held["items"].values[k])
        if kind == "main" or not items:
            continue
        mean, sd = (float(held[key].values[k]) for key in ("mean_db", "sd_db"))
        numbers = ["—" if np.isnan(value) else decibels(value) for value in (mean, sd)]
        posteriors = [_p(float(p)) for p in held["posterior"].values[k]]
        rows.append([study.analysts[str(name)].name, spelled(kind), str(items), *numbers, *posteriors])
    heads = ("Coding", "Differs by", "Items", "Mean difference (dB an item)", "Standard deviation (dB)", *_labels(study))
    return grid("Wording, repetition and disagreement, beside the main coding", heads, rows, right=heads[2:])
