"""Several analysts: what they agree on, how each leans and scatters, and which items divide them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from processtrace.inference.layout import Layout, Opinions, panel_layout
from processtrace.inference.update import ANALYST, CASE, EVIDENCE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT
from processtrace.pymc_models.explanation import explained
from processtrace.pymc_models.graph import coordinates
from processtrace.study import Study

CONSENSUS_SD = 3.0
"""Of a consensus before any opinion, log odds around 0: 95 % between .003 and .997, so that even a judgement 30 dB down
is moved by less than its analysts' scatter."""

LEAN_SD = 1.0
"""Of an analyst's lean, log odds: a lean of 1 multiplies all his odds under a hypothesis by 2.7 (4.3 dB on every item),
which a careful coder would notice; twice as much is left possible."""

SPREAD_MEDIAN, SPREAD_LOG_SD = 0.5, 0.75
"""Of an analyst's spread, log odds, log-normal: 95 % between .11 and 2.2 (0.5 to 9.4 dB). Probabilities are said to a
tenth or a twentieth, so nobody repeats himself better than about .1; at more than 2 a judgement says next to nothing.
The density falls to 0 at 0: analysts who agree to the letter would else have an infinite one there."""


def panel_model(study: Study) -> pm.Model:
    """The model `panel`: the analysts' judgements as readings of one consensus, and each case's posterior under it.

    For analyst a, item i and hypothesis h, in log odds: judged = consensus_ih + lean_ah + error, error ~ N(0, spread_a^2),
    leans summing to zero over the analysts. A range is the analyst's own uncertainty about his reading: it enters by its
    middle, and its variance adds to spread_a^2, so that a wide range pulls the consensus less. Analysts' weights are not
    used (their spreads weigh them); ratios share their anchor, so spreads are underrated where analysts judge in ratios.

    `judgement` (judged) is the consensus, or the free judgement of an item that has one common judgement; it enters
    search, sources and clusters as in the model `explanation`, and `explanation` (case, hypothesis) is P(h | E, theta)
    under it. `lean` (analyst, hypothesis) and `spread` (analyst), log odds; `disagreement` (evidence), decibels: root mean
    square, over analysts and hypotheses, of what is left of an item's judgements when consensus and leans are taken away.
    The consensus is sampled given leans and spreads (its normal posterior is known), so that small spreads cause no funnel.
    With two analysts their spreads are told apart by the prior alone where neither gives ranges.
    Raises AnalysisError where no item was judged by two analysts.
    """
    form, told = panel_layout(study)
    coords = {CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses), ANALYST: list(told.analysts), EVIDENCE: list(told.items)}
    with pm.Model(coords=coords | coordinates(form)) as model:
        lean = pm.Deterministic(
            "lean", pm.ZeroSumNormal("lean_standard", sigma=LEAN_SD, dims=(HYPOTHESIS, ANALYST)).T, dims=(ANALYST, HYPOTHESIS)
        )
        spread = pm.LogNormal("spread", np.log(SPREAD_MEDIAN), SPREAD_LOG_SD, dims=ANALYST)
        rest = told.odds - lean[told.analyst, told.hypothesis]
        agreed = _consensus(form, told, rest, spread)
        theta = explained(dataclasses.replace(form, judgement=agreed))
        _disagreement(told, rest - theta.judgement[told.judged])
    return model


def _consensus(form: Layout, told: Opinions, rest: Any, spread: Any) -> Any:
    """The normal posterior of each consensus given the analysts' readings; the readings' own probability is added."""
    precision = 1 / (spread[told.analyst] ** 2 + told.sd**2)
    count = len(form.judgement.labels)
    prior = CONSENSUS_SD**-2
    total = pt.zeros(count)[told.judged].inc(precision, ignore_duplicates=False)
    weighted = pt.zeros(count)[told.judged].inc(precision * rest, ignore_duplicates=False)
    square = (precision * rest**2).sum() - (weighted**2 / (prior + total)).sum()
    constant = len(told.analyst) * np.log(2 * np.pi) / 2
    pm.Potential("opinions", (pt.log(precision).sum() - pt.log1p(total / prior).sum() - square) / 2 - constant)
    own = np.isin(np.arange(count), told.judged)
    return dataclasses.replace(
        form.judgement,
        mu=pt.where(own, weighted / (prior + total), form.judgement.mu),
        sd=pt.where(own, (prior + total) ** -0.5, form.judgement.sd),
    )


def _disagreement(told: Opinions, error: Any) -> None:
    shared = np.flatnonzero(told.item >= 0)
    place = told.item[shared]
    square = pt.zeros(len(told.items))[place].inc(error[shared] ** 2, ignore_duplicates=False)
    pm.Deterministic("disagreement", DB_PER_NAT * pt.sqrt(square / np.bincount(place)), dims=EVIDENCE)
