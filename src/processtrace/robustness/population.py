"""What no judgement about shares could settle: the answer without assumptions, and whether data could settle it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from processtrace.causal.bounds import bounds
from processtrace.causal.cases import Table
from processtrace.causal.events import OTHERWISE
from processtrace.causal.identified import identified as settled
from processtrace.causal.statements import Number, Operation, Statement, Value, in_words
from processtrace.errors import AnalysisError, ImpossibleError, UsageError
from processtrace.inference.labelled import labelled
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.robustness.study_graphs import Graphed, graphed
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def no_assumption(study: Study) -> xr.Dataset:
    """Return the lowest and the highest probability of each explanation's event, whatever the shares of the causal model are.

    What is known of a case is given, and so are clues that show the level of a node for certain. Without data about the population
    nothing is known of shares, and the bounds of one case are 0 and 1 unless a restriction says more.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        `lowest` and `highest` (case, hypothesis), NaN for an explanation that is no event in a model; `basis` (case), `data` where a
        model learns from cases that are complete and were not selected, which are then taken as the population, else `any`.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> case = pt.Case("c", known={"X": 1}, evidence=[pt.Evidence("y", finding="Y.", observes={"Y": 1})])
    >>> graph = {"graph": "X -> Y", "never": ["Y[X=1] < Y[X=0]"], "shares": {"Y": {"raises": 0.5}}}
    >>> two = {"effect": {"when": "Y[X=1] > Y[X=0]"}, "other": {"when": "otherwise"}}
    >>> study = pt.Study("Example", causal=graph, hypotheses=two, cases=[case])
    >>> pt.robustness.no_assumption(study).highest.values.tolist()
    [[1.0, 1.0]]
    """
    ends = np.full((2, len(study.cases), len(study.explanations)), np.nan)
    basis = ["any"] * len(study.cases)
    for row, column, one, event in _events(study):
        for data in (_population(one), None):
            try:
                found = bounds(one.causal.model, event, _given(one), data)
            except (ImpossibleError, AnalysisError, UsageError):  # impossible under one of several models, too large, or with blanks
                continue
            ends[:, row, column] = found["lowest"].item(), found["highest"].item()
            basis[row] = found.attrs["basis"]
            break
    return labelled(
        study,
        {"lowest": ((CASE, HYPOTHESIS), ends[0]), "highest": ((CASE, HYPOTHESIS), ends[1]), "basis": ((CASE,), np.array(basis, dtype=str))},
        causal=int(study.causal is not None),
    )


def _population(one: Graphed) -> Table | None:
    return None if one.lesson is None or one.lesson.selected is not None else one.lesson.table


def identified(study: Study) -> xr.Dataset:
    """Return whether data on all nodes of a causal model would settle the probability of each explanation's event.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        `identified` (case, hypothesis), 1 or 0, given what is known of the case; NaN for an explanation that is no event in a model.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> case = pt.Case("c", known={"X": 1}, evidence=[pt.Evidence("y", finding="Y.", observes={"Y": 1})])
    >>> graph = {"graph": "X -> Y", "never": ["Y[X=1] < Y[X=0]"], "shares": {"Y": {"raises": 0.5}}}
    >>> two = {"effect": {"when": "Y[X=1] > Y[X=0]"}, "other": {"when": "otherwise"}}
    >>> study = pt.Study("Example", causal=graph, hypotheses=two, cases=[case])
    >>> pt.robustness.identified(study).identified.values.tolist()
    [[1.0, 1.0]]
    """
    found = np.full((len(study.cases), len(study.explanations)), np.nan)
    for row, column, one, event in _events(study):
        try:
            found[row, column] = float(settled(one.causal.model, event, _known(one))["identified"].item())
        except (AnalysisError, ImpossibleError):
            continue
    return labelled(study, {"identified": ((CASE, HYPOTHESIS), found)}, causal=int(study.causal is not None))


def _events(study: Study) -> list[tuple[int, int, Graphed, str]]:
    """Return the place of each case and explanation that is an event in a model, with the event as a statement."""
    cases, names = [case.id for case in study.cases], list(study.explanations)
    found = []
    for one in graphed(study):
        said = " or ".join(f"({text})" for text in one.causal.events.values() if text and text != OTHERWISE)
        for name, text in one.causal.events.items():
            event = f"not ({said})" if text == OTHERWISE and said else text
            found.append((cases.index(one.case), names.index(name), one, "1 == 1" if event in ("", OTHERWISE) else event))
    return found


def _known(one: Graphed) -> str:
    return _joined(one, one.causal.known)


def _given(one: Graphed) -> str:
    """Return what is known of a case, with the nodes that clues show for certain."""
    seen: list[Statement] = []
    if one.causal.likelihood is not None:
        possible = one.causal.likelihood.max(axis=-1) > 0
        for axis, node in enumerate(one.causal.nodes):
            levels = np.flatnonzero(possible.any(axis=tuple(k for k in range(possible.ndim) if k != axis)))
            if len(levels) == 1:
                seen.append(Operation("==", (Value(node), Number(int(levels[0])))))
    return _joined(one, (*one.causal.known, *seen))


def _joined(one: Graphed, statements: Sequence[Statement]) -> str:
    return " and ".join(in_words(statement, one.causal.model.graph.levels) for statement in statements)
