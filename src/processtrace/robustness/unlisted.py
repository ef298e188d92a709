"""What an explanation that is not listed would have to achieve."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.errors import UsageError
from processtrace.exact.items import Item
from processtrace.exact.ranges import log_expit
from processtrace.exact.unit import likelihood
from processtrace.inference.labelled import labelled
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import Reading, reading_of, readings
from processtrace.inference.update import CASE
from processtrace.logspace import DB_PER_NAT
from processtrace.robustness.anchor import ANCHOR, enters, with_anchor
from processtrace.robustness.question import Answer, Question, plain
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

NEW_PRIOR = "new_prior"
PRIORS = (0.01, 0.05, 0.1, 0.2)
"""Priors of the unlisted explanation at which `unlisted` is computed by default."""

ANCHORS = (0.5, 0.8, 0.95)
"""Anchors in addition to the study's own where ratios or decibels enter."""


def unlisted(study: Study, prior: Sequence[float] = PRIORS) -> xr.Dataset:
    """Return what a hypothesis that is not in the study must reach to tie with the leader, at each prior it might have.

    E* is a story under which everything found was certain and nothing unfound possible (through sources, search and clusters). The
    search for its items is as good as under the leader.

    Parameters
    ----------
    study
        The study.
    prior
        Priors of the hypothesis, inside (0, 1).

    Returns
    -------
    Dataset
        Variables: `q` (case, anchor, new_prior), the geometric mean probability of the records that it needs, [prior_leader (1 -
        p)/p P(E|leader)]^(1/n), NaN where even E* does not reach it; `db_per_item` (case, anchor, new_prior), the same above the
        leader's own mean, decibels; `prior_of_certain_story` (case, anchor), the prior from which E* wins: the price of fitting
        after the fact. NaN without a leader or items. `anchor` holds the study's own and, where ratios or decibels enter, 0.5, 0.8
        and 0.95: P(E|leader) depends on it.

    Raises
    ------
    UsageError
        If a prior is outside (0, 1), or if there is none.
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Fairfield & Charman 2017, doi:10.1017/pan.2017.14 (catch-all hypotheses).

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.unlisted(study, [0.5]).q[0, 0, 0].round(3))
    0.4
    """
    chances = np.array(prior, float)
    if chances.ndim != 1 or not len(chances) or not ((chances > 0) & (chances < 1)).all():
        raise UsageError(f"prior: {list(prior)}; probabilities inside (0, 1) of the unlisted explanation")
    anchors = sorted({study.anchor, *ANCHORS}) if enters(study) else [study.anchor]
    found = [[_against(study, reading, anchor) for anchor in anchors] for reading in readings(study)]
    shape = (len(found), len(anchors), len(chances))
    price = np.log1p(-chances) - np.log(chances)
    needed = np.array([[part.per_item(price) for part in row] for row in found]).reshape(*shape, 2)
    certain = np.array([[part.certain for part in row] for row in found], float).reshape(shape[:2])
    return labelled(
        study,
        {
            "q": ((CASE, ANCHOR, NEW_PRIOR), needed[..., 0]),
            "db_per_item": ((CASE, ANCHOR, NEW_PRIOR), needed[..., 1]),
            "prior_of_certain_story": ((CASE, ANCHOR), certain),
        },
        {NEW_PRIOR: chances, ANCHOR: anchors},
        anchor_of_study=study.anchor,
    )


@dataclass(frozen=True)
class Rival:
    """An unlisted explanation against the leader.

    Attributes
    ----------
    log_prior
        Log prior of the leader, nats.
    leader, best
        Log likelihood of the leader and of E*, nats.
    items
        Number of items.
    """

    log_prior: float
    leader: float
    best: float
    items: int

    @property
    def certain(self) -> float:
        """Return the prior p from which E* wins: p/(1 - p) = prior_leader P(E|leader)/E*."""
        return float(np.exp(log_expit(np.asarray(self.log_prior + self.leader - self.best)))) if self.items else float("nan")

    def per_item(self, price: np.ndarray) -> np.ndarray:
        """Return (q, dB per item above the leader) at each log (1 - p)/p; NaN where E* does not reach it."""
        above = self.log_prior + price
        if not self.items:
            return np.full((len(price), 2), np.nan)
        made = np.column_stack([np.exp((above + self.leader) / self.items), above * DB_PER_NAT / self.items])
        return np.where((above + self.leader <= self.best + 1e-12)[:, None], made, np.nan)


def _against(study: Study, reading: Reading, anchor: float) -> Rival:
    leader = reading.lead.leader
    if leader is None or len(reading.log_prior) < 2:
        return Rival(np.nan, np.nan, np.nan, 0)
    there = reading
    if anchor != study.anchor:
        changed = with_anchor(study.only(reading.case.id), anchor)
        there = reading_of(changed.cases[0], case_numbers(changed, changed.cases[0]))
    return Rival(
        float(reading.log_prior[leader]), float(there.log_likelihood[leader]), certain_story(there, leader), len(there.numbers.ids)
    )


def certain_story(reading: Reading, leader: int) -> float:
    """Return the log likelihood of a story under which all that was found was certain, and all that was not found impossible.

    Parameters
    ----------
    reading
        The case.
    leader
        Place of the leader, whose search sensitivities are used.

    Returns
    -------
    float
        Nats.
    """
    numbers = reading.numbers
    total = 0.0
    for unit in numbers.units:
        items = [_certain(numbers.items[i], leader) for i in unit]
        total += float(likelihood(items, np.ones((1, len(items)), bool), numbers.rho, numbers.ranges, numbers.z).nats[0, 0])
    return total


def _certain(item: Item, leader: int) -> Item:
    p = (1.0,) if item.found else (0.0,)
    return dataclasses.replace(item, low=p, high=p, least=(item.least[leader],), most=(item.most[leader],), clue=None)


def _keys(answer: Answer) -> dict[str, Any]:
    here = answer.data.sel({ANCHOR: answer.data.attrs["anchor_of_study"]})
    found = {name: plain(here[name].values[answer.row]) for name in ("q", "db_per_item", "prior_of_certain_story")}
    return {"unlisted": {"prior": plain(here[NEW_PRIOR].values), **found} if answer.led else None}


UNLISTED = Question(unlisted, _keys)
