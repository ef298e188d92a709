"""How fragile an answer is to the graph: to shares, restrictions, hidden common causes and arrows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.bounds import BASES
from processtrace.causal.nodal_types import type_in_words
from processtrace.inference.labelled import labelled
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.robustness.graph_changes import arrows_of, confounding_of
from processtrace.robustness.graph_shares import Moved, restrictions_of, shares_of
from processtrace.robustness.population import identified, no_assumption
from processtrace.robustness.question import Answer, Question, plain
from processtrace.robustness.study_graphs import Graphed, stated
from processtrace.study import Study
from processtrace.text.numbers import probability

if TYPE_CHECKING:
    import xarray as xr

_LONGEST = 90  # characters in which a sentence describes a type

SHARE, RESTRICTION, PAIR, ARROW = "graph_share", "restriction", "hidden_cause", "changed_arrow"


def shares(study: Study) -> xr.Dataset:
    """Return for every share of a causal model what it would have to be for the lead to be lost, while the others are rescaled.

    Shares that a model learns from cases are not moved: what they could be is in the posterior.

    Parameters
    ----------
    study
        The study. One without a causal model has no such share.

    Returns
    -------
    Dataset
        Dimension `graph_share`, labelled `case/node: type`, with the coordinates `graph_share_case` and `graph_share_label`: `now`,
        `tips_at` (NaN where the lead is never lost), and the leader's posterior `leader_at_none` where the share is 0 and
        `leader_at_all` where it is 1. Cases without a leader have no share.

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
    >>> pt.robustness.shares(study).tips_at.sel(graph_share="c/Y: 01").item().__round__(3)
    0.333
    """
    return _moved(study, SHARE, shares_of)


def restrictions(study: Study) -> xr.Dataset:
    """Return for every restriction of a causal model how common what it holds impossible would have to be for the lead to be lost.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Dimension `restriction`, labelled `case/restriction`, with the variables and coordinates of `shares`: `tips_at` is the total share
        of the types that the restriction leaves out.

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
    >>> pt.robustness.restrictions(study).tips_at.values.tolist()
    [1.0]
    """
    return _moved(study, RESTRICTION, restrictions_of)


def _moved(study: Study, dim: str, ask: Callable[[Any], list[Moved]]) -> xr.Dataset:
    rows = [(one, moved) for one in stated(study) for moved in ask(one.causal)]
    columns = {"now": "now", "tips_at": "tips_at", "leader_at_none": "at_none", "leader_at_all": "at_all"}
    values = {name: ((dim,), np.array([getattr(moved, key) for _, moved in rows], float)) for name, key in columns.items()}
    return labelled(study, values, _coords(dim, [(one, moved.label) for one, moved in rows]), causal=int(study.causal is not None))


def _coords(dim: str, rows: Sequence[tuple[Graphed, str]]) -> dict[str, Any]:
    names = [f"{one.model}, {label}" if one.model else label for one, label in rows]
    return {
        dim: [f"{one.case}/{name}" for (one, _), name in zip(rows, names, strict=True)],
        f"{dim}_case": (dim, [one.case for one, _ in rows]),
        f"{dim}_label": (dim, names),
    }


def confounding(study: Study) -> xr.Dataset:
    """Return what a hidden common cause of each pair of nodes could do to the lead, at unchanged shares of each node.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Dimension `hidden_cause`, labelled `case/A <-> B`: `tips_at`, the smallest share of cases with such a cause at which the lead can be
        lost (NaN where none); `lowest` and `highest`, the leader's posterior where all cases may have one; and `exact`, false where these
        come from a search.

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
    >>> pt.robustness.confounding(study).tips_at.values.round(3).tolist()
    [0.333]
    """
    rows = [(one, found) for one in stated(study) for found in confounding_of(one.causal)]
    values: dict[str, Any] = {
        name: ((PAIR,), np.array([getattr(found, name) for _, found in rows], float)) for name in ("tips_at", "lowest", "highest")
    }
    values["exact"] = ((PAIR,), np.array([found.exact for _, found in rows], bool))
    return labelled(study, values, _coords(PAIR, [(one, found.pair) for one, found in rows]), causal=int(study.causal is not None))


def arrows(study: Study) -> xr.Dataset:
    """Return the posterior without each arrow of a causal model, and with each that is missing.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Dimension `changed_arrow`, labelled `case/A -> B`, with the coordinate `kind`: `left out`, or `added`, which is another model with
        another prior; `posterior` (changed_arrow, hypothesis), NaN where what is known of the case is impossible then.

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
    >>> pt.robustness.arrows(study).posterior.values.tolist()
    [[0.0, 1.0]]
    """
    rows = [(one, found) for one in stated(study) for found in arrows_of(one.causal)]
    posterior = np.array([one.posterior(np.array(found.posterior)) for one, found in rows], float).reshape(-1, len(study.explanations))
    coords = _coords(ARROW, [(one, found.arrow) for one, found in rows])
    coords["kind"] = (ARROW, [found.kind for _, found in rows])
    return labelled(study, {"posterior": ((ARROW, HYPOTHESIS), posterior)}, coords, causal=int(study.causal is not None))


def graph_sentence(study: Study) -> xr.Dataset:
    """Return a sentence about each case of how far its answer rests on the graph, for a paper.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        `graph_sentence` (case), blank in a study without a causal model and where no explanation leads.

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
    >>> str(pt.robustness.graph_sentence(study).graph_sentence.values[0])[:28]
    'By the graph, the lead would'
    """
    told = dict.fromkeys((case.id for case in study.cases), "")
    for one in stated(study):
        if one.causal.leader is not None:
            told[one.case] = " ".join(filter(None, [told[one.case], _sentence(one)]))
    return labelled(study, {"graph_sentence": ((CASE,), np.array(list(told.values()), dtype=str))}, causal=int(study.causal is not None))


def _sentence(one: Graphed) -> str:
    model = f" '{one.model}'" if one.model else ""
    nearest = min(shares_of(one.causal), key=lambda moved: moved.change, default=None)
    if nearest is None or np.isnan(nearest.tips_at):
        said = ["no other value of a single share would end the lead"]
    else:
        said = [
            f"the lead would end if the share of {_in_words(one, nearest.label)} were {_number(nearest.tips_at)} instead of {_number(nearest.now)}"
        ]
    freed = [moved for moved in restrictions_of(one.causal) if moved.tips_at == moved.tips_at]
    if freed:
        first = min(freed, key=lambda moved: moved.tips_at)
        said.append(f"if {_number(first.tips_at)} of all cases did what is held impossible ({first.label})")
    hidden = [found for found in confounding_of(one.causal) if found.tips_at == found.tips_at]
    if hidden:
        closest = min(hidden, key=lambda found: found.tips_at)
        said.append(f"at the earliest if {_number(closest.tips_at)} of all cases had a hidden common cause, {closest.pair}")
    redrawn = [found.posterior for found in arrows_of(one.causal) if found.posterior[0] == found.posterior[0]]
    lost = sum(int(np.argmax(posterior)) != one.causal.leader for posterior in redrawn)
    text = f"By the graph{model}, {'; or '.join(said)}"
    return f"{text}. With one arrow more or less the lead ends in {lost} of {len(redrawn)} graphs." if redrawn else f"{text}."


def _in_words(one: Graphed, label: str) -> str:
    """Return a share in words: what the type does, where its label is that of a type."""
    key, _, name = label.partition(": ")
    node, _, given = key.partition("|")
    if node in one.causal.model.by_rows:
        return name
    types = one.causal.model.nodal_types(node)
    if name not in types.row_of:
        return label
    does = type_in_words(types.outputs[types.row_of[name]].tolist(), node, types.parents, one.causal.model.graph.levels)
    return f"cases of {node} '{does}' ({label})" if len(does) <= _LONGEST and not given else label


def _number(value: float) -> str:
    return probability(float(value))


def _by_label(dim: str, variables: Sequence[str]) -> Callable[[Answer], dict[str, Any]]:
    def keys(answer: Answer) -> dict[str, Any]:
        held = answer.own(dim)
        return {
            str(label): {name: plain(held[name].values[k]) for name in variables} for k, label in enumerate(held[f"{dim}_label"].values)
        }

    return keys


def _question(ask: Callable[[Study], xr.Dataset], made: Callable[[Answer], Any], key: str = "") -> Question:
    """Return a question whose key a study without a causal model does not have."""
    return Question(ask, lambda answer: {key or ask.__name__: made(answer)} if answer.data.attrs["causal"] else {})


def _no_assumption(answer: Answer) -> dict[str, Any]:
    basis = str(answer.value("basis"))
    return {"bounds": answer.pairs("lowest", "highest"), "basis": basis, "sentence": BASES[basis]}


def _arrows(answer: Answer) -> dict[str, Any]:
    held = answer.own(ARROW)
    return {
        str(label): {"kind": str(kind), "posterior": answer.by_hypothesis(row)}
        for label, kind, row in zip(held[f"{ARROW}_label"].values, held["kind"].values, held["posterior"].values, strict=True)
    }


_LINE = ("now", "tips_at", "leader_at_none", "leader_at_all")
GRAPHS = (
    _question(shares, _by_label(SHARE, _LINE)),
    _question(restrictions, _by_label(RESTRICTION, _LINE)),
    _question(confounding, _by_label(PAIR, ("tips_at", "lowest", "highest", "exact"))),
    _question(arrows, _arrows),
    _question(no_assumption, _no_assumption),
    _question(identified, lambda answer: {h: None if v is None else bool(v) for h, v in answer.each("identified").items()}),
    _question(graph_sentence, lambda answer: str(answer.data["graph_sentence"].values[answer.row])),
)
"""The questions about graphs, in the order of their keys in the JSON; a study without a causal model has none of these keys."""
