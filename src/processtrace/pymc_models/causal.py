"""Shares of a causal model, learned from cases by sampling: the second opinion beside `causal.learn`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from processtrace.causal.cases import Given, read_cases
from processtrace.causal.components import Component
from processtrace.causal.model import CausalModel
from processtrace.causal.patterns import Part, parts
from processtrace.errors import AnalysisError


def causal_model(model: CausalModel, cases: Given, selected: str | None = None) -> pm.Model:
    """Return the model of shares that gave some cases.

    Each set of shares of a node has a Dirichlet distribution, and the cases are drawn independently: the probability of a pattern of seen
    levels is a sum over all that it may be. `causal.learn` gives the same posterior, exactly or by particles, and finds modes that a
    sampler by gradients may miss.

    Parameters
    ----------
    model
        The causal model.
    cases
        The path of a CSV file, a pandas table, or a list of mappings, as in `causal.learn`.
    selected
        A statement about cases as they are by which they were selected.

    Returns
    -------
    pymc.Model
        With `share_<node>` (type of each earlier confounded node, ..., type), labelled as in `causal.learn`.

    Raises
    ------
    StudyError
        If a case can't be read, or the model holds it impossible.
    AnalysisError
        If a type has an expected share of 0, which a Dirichlet distribution can't have.

    References
    ----------
    Humphreys, M., & Jacobs, A. M. (2023). *Integrated Inferences*, chapter 9. https://doi.org/10.1017/9781316718636
    """
    found = parts(model, read_cases(cases, model.graph), selected)
    coords = {f"type_{node}": list(model.nodal_types(node).labels) for node in model.nodes}
    with pm.Model(coords=coords) as sampled:
        for number, part in enumerate(found):
            joint = [_joint_shares(one) for one in part.components]
            if len(part.counts):
                chances = _likelihoods(part, joint)
                pm.CustomDist(f"cases_{number}", chances, logp=_log_probability, signature="(p)->(p)", observed=part.exponents)
    return sampled


def _joint_shares(one: Component) -> Any:
    """Return the share of each joint type of a component, from a Dirichlet distribution for each row of each table."""
    whole: Any = 1.0
    for place, (node, weights, entries) in enumerate(zip(one.nodes, one.weights, one.entries, strict=True)):
        if not (weights > 0).all():
            raise AnalysisError(f"a type of {node} with an expected share of 0, which can't be learned by sampling; restrict it by 'never'")
        dims = [f"type_{other}" for other in (*(one.nodes[c] for c in one.conditions[place]), node)]
        whole = whole * pm.Dirichlet(f"share_{node}", weights, dims=dims).flatten()[entries]
    return whole


def _likelihoods(part: Part, joint: list[Any]) -> Any:
    """Return the probability of each pattern, and last that of being selected where cases were."""
    events = [pt.dot(np.asarray(masks, float), shares) for masks, shares in zip(part.events, joint, strict=True)]

    def described(rows: Any) -> Any:
        whole: Any = 1.0
        for shares, own in zip(events, rows.T, strict=True):
            whole = whole * shares[own]
        return whole.sum()

    chances = [described(rows) for rows in part.patterns]
    if part.left_out is not None:
        chances.append(1 - described(part.left_out))
    return pt.stack(chances)


def _log_probability(counts: Any, chances: Any) -> Any:
    return (counts * pt.log(chances)).sum()
