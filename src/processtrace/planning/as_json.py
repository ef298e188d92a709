"""A plan as plain values: what `processtrace plan --format json` prints."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.planning.items import OUTCOMES, items
from processtrace.planning.labels import PLANNED
from processtrace.planning.sets import SET, sets
from processtrace.planning.tree import NODE, tree
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

_KEYS = tuple(name.replace(" ", "_") for name in OUTCOMES)


def as_json(study: Study, most: int | None = None, depth: int | None = None, budget: float | None = None) -> dict[str, Any]:
    """Return planned items one by one, in sets, and as a tree, as plain values.

    Parameters
    ----------
    study
        The study.
    most
        Largest number of items in a set. If None, there are no sets.
    depth
        Largest number of searches of the tree.
    budget
        What the searches of the tree may cost. If depth and budget are None, there is no tree.

    Returns
    -------
    dict
        Information in bits, probabilities and variances by case; null for what is infinite or undefined.

    Raises
    ------
    UsageError, AnalysisError
        As in `sets` and `tree`.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", status="planned", probability={"a": 0.75, "b": 0.25})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> round(pt.planning.as_json(study)["cases"]["x"]["planned"]["memo"]["information_bits"], 3)
    0.189
    """
    alone = items(study)
    several = sets(study, most) if most is not None else None
    grown = tree(study, depth, budget) if depth is not None or budget is not None else None
    hypotheses = [str(h) for h in alone["hypothesis"].values]
    cases = {}
    for row, case in enumerate(study.cases):
        cases[case.id] = {
            "posterior": _by(hypotheses, alone["present"].values[row]),
            "posterior_variance": _by(hypotheses, alone["present_variance"].values[row]),
            "entropy_bits": _plain(alone["present_bits"].values[row]),
            "planned": {
                str(alone["planned_id"].values[k]): _item(alone.isel({PLANNED: k}), hypotheses)
                for k in np.flatnonzero(alone["planned_case"].values == case.id)
            },
            "not_judged": [name.split("/", 1)[1] for name in alone.attrs["left_out"] if name.startswith(f"{case.id}/")],
        }
        if several is not None:
            own = several.isel({SET: several["set_case"].values == case.id})
            cases[case.id]["sets"] = [_set(own.isel({SET: k}), hypotheses) for k in range(own.sizes[SET])]
        if grown is not None:
            cases[case.id]["tree"] = {
                "information_bits": _plain(grown["information_bits"].values[row]),
                "fixed_bits": _plain(grown["fixed_bits"].values[row]),
                "start": _tree(grown, f"{case.id}/", hypotheses),
            }
    return {"title": study.title, "hypotheses": hypotheses, "error_nats": alone.attrs["error_nats"], "cases": cases}


def _item(row: xr.Dataset, hypotheses: list[str]) -> dict[str, Any]:
    return {
        "information_bits": _plain(row["information_bits"].values),
        "chance_found": _plain(row["chance"].values[1]),
        "posterior": {key: _by(hypotheses, after) for key, after in zip(_KEYS, row["posterior"].values, strict=True)},
        "expected_variance": _by(hypotheses, row["expected_variance"].values),
        "expected_variance_sum": _plain(row["expected_variance_sum"].values),
        "cost": _plain(row["cost"].values),
        "bits_per_cost": _plain(row["bits_per_cost"].values),
    }


def _set(row: xr.Dataset, hypotheses: list[str]) -> dict[str, Any]:
    return {
        "items": [str(name) for name in row["planned_id"].values[row["member"].values]],
        "information_bits": _plain(row["information_bits"].values),
        "expected_variance": _by(hypotheses, row["expected_variance"].values),
        "expected_variance_sum": _plain(row["expected_variance_sum"].values),
        "cost": _plain(row["set_cost"].values),
        "bits_per_cost": _plain(row["bits_per_cost"].values),
    }


def _tree(grown: xr.Dataset, path: str, hypotheses: list[str]) -> dict[str, Any]:
    node = grown.sel({NODE: path})
    following = str(node["next"].values)
    made: dict[str, Any] = {
        "chance": _plain(node["chance"].values),
        "posterior": _by(hypotheses, node["posterior"].values),
        "next": following or None,
    }
    for outcome, key in zip(OUTCOMES, _KEYS, strict=True) if following else ():
        made[key] = _tree(grown, f"{path}{'' if path.endswith('/') else ', '}{following}: {outcome}", hypotheses)
    return made


def _by(hypotheses: list[str], values: Any) -> dict[str, Any]:
    return {h: _plain(value) for h, value in zip(hypotheses, values, strict=True)}


def _plain(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
