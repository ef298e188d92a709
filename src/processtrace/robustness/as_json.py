"""Every analysis as plain values: what `processtrace robustness --format json` prints."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from processtrace.inference.reading import readings
from processtrace.inference.update import ANALYST, EVIDENCE
from processtrace.robustness.analysts import analysts
from processtrace.robustness.anchor import ANCHOR, anchor
from processtrace.robustness.bounds import bounds
from processtrace.robustness.dependence import RHO, dependence
from processtrace.robustness.fail_safe import fail_safe
from processtrace.robustness.fewest_left_out import fewest_left_out
from processtrace.robustness.leave_out import KINDS, LEFT_OUT, leave_out
from processtrace.robustness.margins import margins
from processtrace.robustness.model_error import EPSILON, model_error
from processtrace.robustness.noise import SD_DB, noise
from processtrace.robustness.prediction_bits import prediction_bits
from processtrace.robustness.priors import prior_odds_to_overturn
from processtrace.robustness.ranges import ranges
from processtrace.robustness.sentence import sentence
from processtrace.robustness.shrink import common_shrink, shrink_for, shrink_to_even
from processtrace.robustness.tipping import tipping
from processtrace.robustness.unlisted import NEW_PRIOR, unlisted
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

ANALYSES: tuple[Callable[[Study], xr.Dataset], ...] = (
    margins, leave_out, bounds, ranges, tipping, common_shrink, shrink_to_even, shrink_for, fewest_left_out, fail_safe,
    prior_odds_to_overturn, noise, dependence, model_error, unlisted, prediction_bits, anchor, analysts, sentence,
)  # fmt: skip


def analyses(study: Study) -> dict[str, xr.Dataset]:
    """The Dataset of every analysis of this room by its name, each computed once: what `as_json` and `summary` lay out.

    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.analyses(study)["margins"]["margin_db"].sel(case="x").round(3))
    6.021
    """
    return {part.__name__: part(study) for part in ANALYSES}


def as_json(study: Study, case: str | None = None, *, results: Mapping[str, xr.Dataset] | None = None) -> dict[str, Any]:
    """Everything in this room as plain dicts and lists, for every case or for one; null for what is infinite or undefined.

    `results`: `analyses` of the whole study, where they stand already.
    With a tie or a single hypothesis every key that needs a leader is null, and those that don't are filled. Raises
    UsageError where there is no such case, ContradictionError where every hypothesis of a case is refuted.

    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.as_json(study)["cases"]["x"]["leader"]
    'a'
    """
    chosen = study if case is None else study.only(case)
    known = results if results is not None and chosen is study else analyses(chosen)
    return {
        "title": study.title,
        "hypotheses": list(study.explanations),
        "cases": {reading.case.id: _case(known, row, reading.lead.pair is not None) for row, reading in enumerate(readings(chosen))},
    }


def _case(results: Mapping[str, xr.Dataset], row: int, led: bool) -> dict[str, Any]:
    lead = results["margins"]
    hypotheses = [str(h) for h in lead["hypothesis"].values]
    name = str(lead["case"].values[row])

    def number(analysis: str, variable: str) -> Any:
        return plain(results[analysis][variable].values[row])

    def by_hypothesis(values: Any) -> dict[str, Any]:
        return dict(zip(hypotheses, plain(values), strict=True))

    def pairs(analysis: str, low: str, high: str) -> dict[str, Any]:
        ends = (results[analysis][end].values[row] for end in (low, high))
        return {h: [plain(a), plain(b)] for h, a, b in zip(hypotheses, *ends, strict=True)}

    def along(analysis: str, dim: str) -> dict[str, Any]:
        values = results[analysis]["posterior"].values[row]
        return {dim: plain(results[analysis][dim].values), "posterior": by_hypothesis(values.T)}

    def items(analysis: str, variables: Sequence[str]) -> dict[str, Any]:
        held = _of_case(results[analysis], EVIDENCE, name)
        ids = [str(item) for item in held["evidence_id"].values]
        return {item: {v: plain(held[v].values[i]) for v in variables} for i, item in enumerate(ids)}

    leader, runner_up = (str(lead[kind].values[row]) or None for kind in ("leader", "runner_up"))
    analysts_ = results["analysts"]
    at = results["anchor"]
    return {
        "leader": leader,
        "runner_up": runner_up,
        "tied": [h for h, shares in zip(hypotheses, lead["tied"].values[row], strict=True) if shares],
        "margin_db": number("margins", "margin_db"),
        "evidence_margin_db": number("margins", "evidence_margin_db"),
        "error_nats": number("margins", "error_nats"),
        "leave_out": _left_out(results["leave_out"], name, by_hypothesis),
        "bounds": pairs("bounds", "lowest", "highest"),
        "ranges": pairs("ranges", "low", "high"),
        "tipping": _ranked(items("tipping", ("weight_db", "tips_at_db", "tips_at_probability", "rank"))) if led else None,
        "common_shrink": number("common_shrink", "common_shrink"),
        "shrink_to_even": number("shrink_to_even", "shrink_to_even") if led else None,
        "shrink_for": number("shrink_for", "shrink_for"),
        "fewest_left_out": _fewest(results["fewest_left_out"], row, name),
        "fail_safe": number("fail_safe", "fail_safe"),
        "prior_odds_to_overturn": _rivals(by_hypothesis(results["prior_odds_to_overturn"]["prior_odds"].values[row]), leader, led),
        "noise": {
            "sd_db": plain(results["noise"][SD_DB].values),
            "leader_stays": number("noise", "leader_stays"),
            "sd_at_90": number("noise", "sd_at_90"),
        }
        if led
        else None,
        "dependence": along("dependence", RHO)
        | {kind: by_hypothesis(results["dependence"][kind].values[row]) for kind in ("fully_redundant", "smallest", "largest")},
        "model_error": along("model_error", EPSILON),
        "unlisted": _unlisted(results["unlisted"], row) if led else None,
        "prediction_bits": items("prediction_bits", ("bits", "excess")),
        "anchor": {f"{value:g}": by_hypothesis(at["posterior"].values[row, k]) for k, value in enumerate(at[ANCHOR].values)},
        "analysts": {
            str(who): {"posterior": by_hypothesis(analysts_["posterior"].values[row, k]), "items": int(analysts_["items"].values[row, k])}
            for k, who in enumerate(analysts_[ANALYST].values)
            if analysts_["items"].values[row, k]
        },
        "sentence": str(results["sentence"]["sentence"].values[row]),
    }


def plain(value: Any) -> Any:
    """Numbers as JSON has them: null for what is infinite or undefined, lists for arrays."""
    if getattr(value, "ndim", 0):
        return [plain(part) for part in value]
    number = value.item() if hasattr(value, "item") else value
    if not isinstance(number, float):
        return number
    return number + 0.0 if math.isfinite(number) else None


def _of_case(data: xr.Dataset, dim: str, case: str) -> xr.Dataset:
    return data.isel({dim: data[f"{dim}_case"].values == case})


def _left_out(data: xr.Dataset, case: str, by_hypothesis: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    made: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    held = _of_case(data, LEFT_OUT, case)
    ids = data["evidence_id"].values
    for row in range(held.sizes[LEFT_OUT]):
        kind, name = (str(held[f"left_out_{part}"].values[row]) for part in ("kind", "name"))
        fell = [str(item) for item in ids[held["fell"].values[row]]]
        made[kind][name] = {"posterior": by_hypothesis(held["posterior"].values[row]), "fell": fell}
    return made


def _ranked(items: dict[str, Any]) -> dict[str, Any]:
    return {name: values | {"rank": None if values["rank"] is None else int(values["rank"])} for name, values in items.items()}


def _fewest(data: xr.Dataset, row: int, case: str) -> dict[str, Any] | None:
    held = _of_case(data, EVIDENCE, case)
    chosen = [str(item) for item in held["evidence_id"].values[held["left_out"].values]]
    return {"items": chosen, "exact": bool(data["exact"].values[row])} if chosen else None


def _rivals(odds: dict[str, Any], leader: str | None, led: bool) -> dict[str, Any] | None:
    return {h: value for h, value in odds.items() if h != leader} if led else None


def _unlisted(data: xr.Dataset, row: int) -> dict[str, Any]:
    here = data.sel({ANCHOR: data.attrs["anchor_of_study"]})
    return {
        "prior": plain(here[NEW_PRIOR].values),
        "q": plain(here["q"].values[row]),
        "db_per_item": plain(here["db_per_item"].values[row]),
        "prior_of_certain_story": plain(here["prior_of_certain_story"].values[row]),
    }
