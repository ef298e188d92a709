"""What to look for first, and what next after each outcome: the best plan that adapts to what is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import AnalysisError, UsageError
from processtrace.inference.labelled import labelled
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array, logsumexp
from processtrace.planning.items import OUTCOMES
from processtrace.planning.labels import left_out
from processtrace.planning.measures import after, joint, remaining_bits
from processtrace.planning.plan import Plan, plans
from processtrace.planning.sets import size_of
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

NODE = "node"
_NOTHING = 1e-12

type Chosen = tuple[int, ...]


def tree(study: Study, depth: int | None = None, budget: float | None = None) -> xr.Dataset:
    """Return the most informative plan, step by step, within a number of searches, a budget, or both.

    It is exact: over every set of items and all its outcomes.

    Parameters
    ----------
    study
        The study, with planned items.
    depth
        Largest number of searches, 1 or more.
    budget
        What the searches may cost together, 0 or more.

    Returns
    -------
    Dataset
        Dimension `node`, labelled by the path of outcomes (`case/`, `case/memo: found`, ...), parents before children. Its
        coordinates are `node_case`, `next` and `next_label` (the item to look for there, empty at an end), `step` (the number of
        searches before it), and `outcome_label` (of the last search). Variables: `posterior` (node, hypothesis), probabilities;
        `chance` (node), the probability of getting there. By case: `information_bits` expected of the tree, and `fixed_bits` of the
        best set chosen beforehand under the same limits, bits. Attribute `left_out`: items that the main analyst did not judge.

    Raises
    ------
    UsageError
        If there is neither depth nor budget, or if one is too small.
    AnalysisError
        If the tree is too large, or if there is a budget and an item states no cost.
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> memo, vote = (pt.Evidence(n, finding="A memo.", status="planned", probability={"a": 0.9, "b": p}) for n, p in (("memo", 0.2), ("vote", 0.5)))
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[memo, vote])])
    >>> pt.planning.tree(study, depth=1).next.values.tolist()
    ['memo', '', '']
    """
    if depth is None and budget is None:
        raise UsageError("a tree needs a depth or a budget: the number of searches, or what they may cost")
    if (depth is not None and depth < 1) or (budget is not None and not budget >= 0):
        raise UsageError(f"depth: {depth}, budget: {budget}; 1 search or more, a budget of 0 or more")
    each = plans(study)
    grown = [_Grown(plan, _allowed(plan, depth, budget)) for plan in each]
    nodes = [(one, node) for one in grown for node in one.nodes((), 0, "", "")]
    n = len(study.explanations)
    return labelled(
        study,
        {
            "posterior": ((NODE, HYPOTHESIS), np.array([node.posterior for _, node in nodes]).reshape(-1, n)),
            "chance": ((NODE,), np.array([node.chance for _, node in nodes], float)),
            "information_bits": ((CASE,), np.array([one.best[()][0][0] for one in grown], float)),
            "fixed_bits": ((CASE,), np.array([one.fixed for one in grown], float)),
        },
        {
            NODE: [f"{one.plan.reading.case.id}/{node.path}" for one, node in nodes],
            "node_case": (NODE, [one.plan.reading.case.id for one, _ in nodes]),
            "next": (NODE, ["" if node.following is None else one.plan.items[node.following].id for one, node in nodes]),
            "next_label": (NODE, ["" if node.following is None else one.plan.items[node.following].name for one, node in nodes]),
            "outcome_label": (NODE, [node.outcome for _, node in nodes]),
            "step": (NODE, np.array([node.step for _, node in nodes], int)),
        },
        depth=-1 if depth is None else depth,
        budget=-1.0 if budget is None else float(budget),
        left_out=left_out(each),
    )


@dataclass(frozen=True)
class _Node:
    path: str
    step: int
    outcome: str
    following: int | None
    chance: float
    posterior: Array


def _allowed(plan: Plan, depth: int | None, budget: float | None) -> list[Chosen]:
    """Return every set of items that the limits allow, smaller ones first."""
    if budget is not None:
        costless = [item.name for item in plan.items if item.cost is None]
        if costless:
            raise AnalysisError(f"a budget, but no cost of “{costless[0]}”; write 'cost:' in every planned item")
    most = size_of(plan, depth) if depth is not None else len(plan.items)
    costs = [item.cost or 0.0 for item in plan.items]
    found: list[Chosen] = []
    for size in range(min(most, len(plan.items)) + 1):
        level = [
            chosen
            for chosen in combinations(range(len(plan.items)), size)
            if budget is None or sum(costs[k] for k in chosen) <= budget * (1 + 1e-12)
        ]
        if not level:
            break
        if depth is None:
            size_of(plan, size)
        found += level
    return found


class _Grown:
    """The best information that is still possible at every state, from the largest sets down.

    `best[chosen]` holds, (outcome of the chosen,), the bits still to be expected times the probability of being there, and the item
    to look for, -1 where no item adds information.
    """

    def __init__(self, plan: Plan, allowed: list[Chosen]):
        self.plan = plan
        prior = plan.reading.log_posterior
        self.joint = {chosen: joint(prior, plan.table(chosen)) for chosen in allowed}
        remaining = {chosen: remaining_bits(part) for chosen, part in self.joint.items()}
        start = float(remaining[()].sum())
        self.fixed = max(0.0, start - min(float(part.sum()) for part in remaining.values()))
        self.best: dict[Chosen, tuple[Array, np.ndarray]] = {}
        for chosen in reversed(allowed):
            gain, item = np.zeros(2 ** len(chosen)), np.full(2 ** len(chosen), -1)
            for k in range(len(plan.items)):
                more = tuple(sorted((*chosen, k)))
                if k in chosen or more not in remaining:
                    continue
                axis = more.index(k)
                gained = remaining[chosen] - _over(remaining[more], axis) + _over(self.best[more][0], axis)
                better = gained > gain + _NOTHING
                gain, item = np.where(better, gained, gain), np.where(better, k, item)
            self.best[chosen] = (gain, item)

    def nodes(self, chosen: Chosen, outcome: int, path: str, last: str) -> Iterator[_Node]:
        """Yield the tree below a state, the state itself first."""
        part = self.joint[chosen][outcome : outcome + 1]
        k = int(self.best[chosen][1][outcome])
        chance = float(np.exp(logsumexp(part))[0])
        yield _Node(path, len(chosen), last, None if k < 0 else k, chance, after(part)[0])
        if k < 0:
            return
        more = tuple(sorted((*chosen, k)))
        axis, bits = more.index(k), [outcome >> place & 1 for place in reversed(range(len(chosen)))]
        for found in (1, 0):
            now = [*bits[:axis], found, *bits[axis:]]
            step = f"{self.plan.items[k].id}: {OUTCOMES[found]}"
            place = int("".join(map(str, now)), 2)
            yield from self.nodes(more, place, f"{path}, {step}" if path else step, OUTCOMES[found])


def _over(values: Array, axis: int) -> Array:
    """Return values over all outcomes of a set, summed over those of one of its items."""
    items = int(np.log2(len(values)))
    return np.asarray(values.reshape((2,) * items).sum(axis=axis).ravel())
