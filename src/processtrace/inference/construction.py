"""Causes that act together: the cells as the study has them beside cells that a rule builds."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.errors import AnalysisError, StudyError
from processtrace.exact.case import subset_nats
from processtrace.inference.numbers import case_numbers
from processtrace.inference.update import CASE, FACTOR, HYPOTHESIS, update
from processtrace.logspace import Array, to_db
from processtrace.study import NONE, SCALES, Case, Evidence, Judgement, Study
from processtrace.study.frozen import Map
from processtrace.study.parts import Compounds
from processtrace.study.probabilities import probabilities

if TYPE_CHECKING:
    import xarray as xr

RULE = "rule"
BUILT: tuple[Compounds, ...] = ("mean", "maximum", "noisy-or")
RULES = {"study": "As in the study", "mean": "Mean", "maximum": "Maximum", "noisy-or": "Noisy-or"}


def construction(study: Study) -> xr.Dataset:
    """Return the study's cells beside cells built by each rule from its factors, and what building alone gave each compound.

    Built compounds are never a result: under maximum and noisy-or a larger cell is at least as probable as its parts on every found
    item, so it gains whatever the record says; under mean it gains by hedging.

    Parameters
    ----------
    study
        A study of factors.

    Returns
    -------
    Dataset
        Along `rule`: the study as it is, then every compound built by `mean`, `maximum` and `noisy-or`, whatever was judged of it.
        Variables: `posterior` (rule, case, hypothesis), `factor_posterior` and `factor_prior` (rule, case, factor), probabilities,
        NaN for a cell that the study leaves out and for a rule that is not possible; `construction_db` (rule, case, hypothesis),
        decibels of a compound over that of its parts which does best on the items where the compound was built, 0 where it was
        built in none and NaN for what is no compound. Attribute `impossible`: why a rule is not possible.

    Raises
    ------
    AnalysisError
        If the study has no factors.

    References
    ----------
    Pearl 1988, Probabilistic Reasoning in Intelligent Systems (noisy-or).
    """
    import xarray as xr

    if not study.factors:
        raise AnalysisError("construction: the study has hypotheses, no factors; make cells of them with study.cells(...)")
    made, impossible = {"study": study}, []
    for rule in BUILT:
        try:
            made[rule] = _built(study, rule)
        except StudyError as error:
            first, others = error.faults[0], len(error.faults) - 1
            more = f", and {others} more like it" if others else ""
            impossible.append(f"{RULES[rule]} is not possible: {first.read}{more}; {first.allowed}")
    cells = list(dict.fromkeys(cell for one in made.values() for cell in one.explanations))
    parts = [_part(one, rule == "study").assign_coords({RULE: rule}).reindex({HYPOTHESIS: cells}) for rule, one in made.items()]
    whole = xr.concat(parts, RULE).reindex({RULE: list(RULES)})
    labels = {cell: part.name for one in made.values() for cell, part in one.explanations.items()}
    return whole.assign_coords(
        {
            "rule_label": (RULE, list(RULES.values())),
            "hypothesis_label": (HYPOTHESIS, [labels[cell] for cell in cells]),
            "case_label": (CASE, [case.name for case in study.cases]),
            "factor_label": (FACTOR, [part.name for part in study.factors.values()]),
        }
    ).assign_attrs(title=study.title, impossible=impossible)


def _part(study: Study, own: bool) -> xr.Dataset:
    import xarray as xr

    result = update(study)
    gains = [_gains(study, case, own) for case in study.cases]
    return xr.Dataset(
        {
            "posterior": ((CASE, HYPOTHESIS), result["posterior"].values),
            "factor_posterior": ((CASE, FACTOR), result["factor_posterior"].values),
            "factor_prior": ((CASE, FACTOR), result["factor_prior"].values),
            "construction_db": ((CASE, HYPOTHESIS), np.array(gains).reshape(len(gains), len(study.explanations))),
        },
        coords={name: list(result[name].values) for name in (CASE, HYPOTHESIS, FACTOR)},
    )


def _gains(study: Study, case: Case, own: bool) -> Array:
    """Return the decibels that each compound of a case has over its best part, on the items where it was built, (cell,)."""
    numbers, cells = case_numbers(study, case), list(study.explanations)
    judged = [{key for part in _entering(study, case.item(name)) for key in part.values} if own else set() for name in numbers.ids]
    gains = np.full(len(cells), np.nan)
    for k, cell in enumerate(cells):
        parts = [cells.index(name) for name in study.causes_in(cell)]
        if len(parts) < 2:
            continue
        built = np.array([cell not in held for held in judged], bool)
        nats = sum(
            (subset_nats(numbers, unit, built[list(unit)][None])[0][0] for unit in numbers.units if built[list(unit)].any()),
            np.zeros(len(cells)),
        )
        with np.errstate(invalid="ignore"):
            gains[k] = to_db(nats[k] - nats[parts].max())
    return gains


def _entering(study: Study, item: Evidence) -> list[Judgement]:
    """Return the judgements of an item that enter: the main analyst's, the common one, or all that are pooled."""
    each = item.by_analyst
    return [each[study.analyst]] if study.analyst in each else list(each.values())


def _built(study: Study, rule: Compounds) -> Study:
    """Return the study with every compound built by the rule, without what was judged of the compounds."""
    kept = [NONE, *study.factors]
    every = dataclasses.replace(study, compounds=rule, cases=()).explanations
    cases = [
        dataclasses.replace(
            case,
            judges=(),
            prior=None if case.prior is None else Map({cell: case.prior.get(cell, 0.0) for cell in every}),
            evidence=tuple(_alone(study, item, kept) for item in case.evidence),
        )
        for case in study.cases
    ]
    return dataclasses.replace(study, cases=tuple(cases), compounds=rule)


def _alone(study: Study, item: Evidence, kept: list[str]) -> Evidence:
    def bare(who: str | None, part: Judgement) -> Judgement:
        values = probabilities(study, part, item, who)
        return Judgement(probability=Map({name: values[name] for name in kept}))

    made = {who: bare(who, part) for who, part in item.by_analyst.items()}
    empty: dict[str, Any] = dict.fromkeys((*SCALES, "judgements"))
    if None in made:
        return dataclasses.replace(item, **empty | {"probability": made[None].probability}, because=Map())
    return (
        dataclasses.replace(item, **empty | {"judgements": Map({str(who): part for who, part in made.items()})}, because=Map())
        if made
        else item
    )
