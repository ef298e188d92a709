"""Tables: what each item, and each cluster, weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from processtrace.inference.update import CLUSTER, HYPOTHESIS, update
from processtrace.study import Study
from processtrace.study.verdict_words import VERDICT_SCALES
from processtrace.tables.entries import entries
from processtrace.tables.frames import Shown, distinct, frame

if TYPE_CHECKING:
    import xarray as xr

_UNIT = "Decibels relative to the explanation that the evidence of the row supports most (0)"


def weights(study: Study, *, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the weight of every item that enters, in decibels relative to the explanation that it supports most (0).

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset, optional
        The Dataset of `update(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each item in order of time, indexed (case, evidence) by identifier. A column headed by an explanation
        holds the weight given the earlier items of the unit; `…, alone` by itself; `…, last` given all other items. The
        three are equal for an item that is a unit by itself. `In words` is there where the study names a scale of weights under
        `verdict`.

    References
    ----------
    Good, I. J. (1985). Weight of evidence: a brief survey. Bayesian Statistics 2, 249-270.
    Fairfield, T. and Charman, A. E. (2017). Explicit Bayesian analysis for process tracing. Political Analysis 25(3),
    363-380. doi:10.1017/pan.2017.14
    """
    data = update(study) if data is None else data
    names = distinct(part.name for part in study.explanations.values())
    columns = {
        kind: [f"{name}{end}" for name in names] for kind, end in (("weight_db", ""), ("alone_db", ", alone"), ("last_db", ", last"))
    }
    scale = VERDICT_SCALES[study.verdict] if study.verdict and VERDICT_SCALES[study.verdict].of == "weight" else None
    words = ["In words"] if scale else []
    rows: list[dict[str, Any]] = []
    index = []
    for entry in entries(study, data=data):
        if entry.enters:
            row: dict[str, Any] = {name: entry.text(name) for name in ("Case", "Date", "Item", "Status", "Cluster")}
            for kind, heads in columns.items():
                row |= dict(zip(heads, getattr(entry, kind) or [], strict=False))
            if scale:
                row["In words"] = scale.of_weight(max(entry.weight_db or (0.0,)) - min(entry.weight_db or (0.0,)))
            rows.append(row)
            index.append((entry.case_id, entry.id))
    shown: list[Shown] = [[name, "text", [name]] for name in ("Case", "Date", "Item", "Status")]
    return frame(
        rows,
        ["Case", "Date", "Item", "Status", "Cluster", *(head for heads in columns.values() for head in heads), *words],
        index,
        ("case", "evidence"),
        title="The weight of each item, in decibels",
        note=f"{_UNIT}, given the earlier items of its unit, in order of time."
        + (f" In words, between the explanations it supports most and least: {scale.source}, {scale.url}." if scale else ""),
        shown=[*shown, *([name, "decibels", [name]] for name in names), *([name, "text", [name]] for name in words)],
    )


def clusters(study: Study, *, data: xr.Dataset | None = None) -> pd.DataFrame:
    """Return the joint weight of the items of each cluster, in decibels relative to the explanation they support most (0).

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset, optional
        The Dataset of `update(study)`, computed where it is left out.

    Returns
    -------
    pandas.DataFrame
        One row for each case and cluster of two items or more, indexed (case, cluster) by identifier.
    """
    data = update(study) if data is None else data
    names = distinct(part.name for part in study.explanations.values())
    joint = data["cluster_weight_db"].transpose(CLUSTER, HYPOTHESIS).values
    rows, index = [], []
    for row, name in enumerate(data[CLUSTER].values):
        case_id, cluster = str(name).split("/", 1)
        case = study.case(case_id)
        part = study.cluster_of(case, cluster)
        places = (data["evidence_case"].values == case_id) & (data["cluster"].values == cluster)
        members = [str(label) for label in data["evidence_label"].values[places]]
        if len(members) < 2:
            continue
        rows.append(
            {
                "Case": case.name,
                "Cluster": part.name,
                "Correlation": study.correlation_of(case, cluster),
                "Items": "; ".join(members),
                "Note": part.note or "",
                **dict(zip(names, (float(value) for value in joint[row]), strict=True)),
            }
        )
        index.append((case_id, cluster))
    texts = ("Case", "Cluster", "Correlation", "Items")
    return frame(
        rows,
        ["Case", "Cluster", "Correlation", "Items", "Note", *names],
        index,
        ("case", "cluster"),
        title="The joint weight of each cluster, in decibels",
        note=f"{_UNIT}; the items of a cluster taken together.",
        shown=[*([name, "text", [name]] for name in texts), *([name, "decibels", [name]] for name in names)],
    )
