"""What the causal models of a study answer to a query, and what was learned of their shares: plain values with full precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processtrace.causal.cases import UNSEEN, read_cases
from processtrace.causal.lesson import Lesson, tree_of
from processtrace.causal.query import query
from processtrace.errors import AnalysisError
from processtrace.study import Study
from processtrace.study.explanations import lessons
from processtrace.text.numbers import number

if TYPE_CHECKING:
    import xarray as xr

    from processtrace.causal.model import CausalModel

ONLY = "model"
"""The name of the only model of a study."""


def query_as_json(study: Study, statement: str, given: str | None = None, row: str | None = None) -> dict[str, Any]:
    """Return what each causal model of a study answers: what `processtrace query --format json` prints.

    Parameters
    ----------
    study : Study
        A study with a causal model.
    statement : str
        What is asked, as in `D[I=1] > D[I=0]`.
    given : str or None
        What is known of the case, in the same notation.
    row : str or None
        The name of a case that the model was learned from: the answer is then for this case, from all others.

    Returns
    -------
    dict
        By name of the model `probability`, the answer; `new_case`, the same for a case that is none of the data; `share`, mean,
        standard deviation and 95 % interval of the share in the population, None where the shares were not learned; and where a row
        is named `studied_case`, which is then the answer. `probability_of_given` says how probable the condition is.

    Raises
    ------
    AnalysisError
        If the study has no causal model, or a row is named and nothing was learned.
    StudyError
        If the statement can't be read.
    ImpossibleError
        If what is given has probability 0.
    """
    models = {}
    for name, (model, lesson) in _models(study).items():
        asked = model if lesson is None else tree_of(model, lesson.table, lesson.selected)
        if row is not None and lesson is None:
            raise AnalysisError(f"row '{row}': the shares of this model are stated, not learned; write 'learn:' with its cases")
        new = query(asked, statement, given if row is None or given is not None or lesson is None else _shown(lesson, row))
        own = None if row is None else query(asked, statement, given, row=row)
        value = float(new["value"].values[0, 0])
        models[name] = {
            "probability": value if own is None else float(own["studied_case"].values[0, 0]),
            "new_case": value,
            **({} if own is None else {"studied_case": float(own["studied_case"].values[0, 0])}),
            "share": None if lesson is None else {s: number(float(new["share"].sel(statistic=s).values[0, 0])) for s in _STATISTICS},
            "probability_of_given": float((new if own is None else own)["probability_of_given"].values[0]),
        }
    return {"title": study.title, "query": statement, "given": given, "models": models}


def _shown(lesson: Lesson, row: str) -> str | None:
    """Return what the row of a case shows, as a condition."""
    cases = read_cases(lesson.table, lesson.model.graph)
    levels = zip(lesson.model.nodes, cases.seen[cases.row(row)].tolist(), strict=True)
    return " and ".join(f"{node} == {level}" for node, level in levels if level != UNSEEN) or None


_STATISTICS = ("mean", "sd", "low", "high")


def learned_as_json(study: Study) -> dict[str, Any]:
    """Return what cases say of the shares of each causal model that learns from them: what `processtrace learn --format json` prints.

    Parameters
    ----------
    study : Study
        A study whose causal model has `learn`.

    Returns
    -------
    dict
        By name of the model the log evidence with its Monte Carlo error (0 where it is exact), how many cases there are, and for each
        node its ways of responding with mean and standard deviation before and after; and for each hypothesis that is an event in it
        the share in the population, a new case, and the studied cases.

    Raises
    ------
    AnalysisError
        If nothing is learned.
    """
    models = {}
    for name, (model, lesson) in _models(study).items():
        if lesson is not None:
            models[name] = _learned(study, name, model, lesson)
    if not models:
        raise AnalysisError("nothing to learn from; write 'learn: {cases: FILE}' under 'causal:'")
    return {"title": study.title, "models": models}


def _models(study: Study) -> dict[str, tuple[CausalModel, Lesson | None]]:
    if study.causal is None:
        raise AnalysisError("no causal model; write 'causal:' with a graph in the study")
    taught = lessons(study.causal)
    return {name or ONLY: (model, taught[name]) for name, model in study.causal_models.items()}


def _learned(study: Study, name: str, model: CausalModel, lesson: Lesson) -> dict[str, Any]:
    tree = tree_of(model, lesson.table, lesson.selected)
    summary, evidence = tree["summary"].dataset, tree["evidence"].dataset
    events = {
        h: part.when
        for h, part in study.hypotheses.items()
        if part.when not in (None, "otherwise") and (part.model or ONLY) == name and part.when is not None
    }
    return {
        "cases": int(tree["observed_data"].dataset["count"].values.sum()),
        "selected": lesson.selected,
        "method": tree.attrs["method"],
        "missing": tree.attrs["missing"],
        "log_evidence": float(evidence["log_evidence"]),
        "log_evidence_error": float(evidence["log_evidence_error"]),
        "shares": {node: _shares(model, node, summary) for node in model.nodes},
        "hypotheses": {h: _three(study, tree, event) for h, event in events.items()},
    }


def _shares(model: CausalModel, node: str, summary: xr.Dataset) -> list[dict[str, Any]]:
    table = model.types(node).to_dict("records")
    moments = {key: summary[f"{key}_{node}"].values.ravel() for key in ("prior_mean", "prior_sd", "mean", "sd")}
    return [
        {
            "type": str(row["label"]),
            "words": str(row["words"]),
            **({"given": str(row["given"])} if "given" in row else {}),
            **{key: float(values[k]) for key, values in moments.items()},
        }
        for k, row in enumerate(table)
    ]


def _three(study: Study, tree: xr.DataTree, event: str) -> dict[str, Any]:
    """Return the share in the population, and by case a new case of what is known, or the studied case where a row is named."""
    whole = query(tree, event)
    cases = {}
    for case in study.cases:
        given = " and ".join(f"{node} == {level}" for node, level in case.known.items()) or None
        found = query(tree, event, given, row=case.row)
        kind = "new_case" if case.row is None else "studied_case"
        cases[case.id] = {kind: float(found[kind].values[0, 0])}
    return {
        "share": {s: number(float(whole["share"].sel(statistic=s).values[0, 0])) for s in _STATISTICS},
        "new_case": float(whole["new_case"].values[0, 0]),
        "cases": cases,
    }
