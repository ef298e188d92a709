"""Several analysts judge: what they agree on, how each leans and scatters, and which items divide them."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
import xarray as xr

from processtrace.inference.layout import Layout, Opinions, panel_layout
from processtrace.inference.update import ANALYST, CASE, EVIDENCE, HYPOTHESIS, to_dataset
from processtrace.logspace import DB_PER_NAT
from processtrace.pymc_models.graph import coordinates
from processtrace.pymc_models.judgements import explained_freely
from processtrace.pymc_models.model import Known, SampledModel
from processtrace.study import POOL, Study

CONSENSUS_SD = 3.0
"""Of a consensus before any opinion, log odds around 0: 95 % between .003 and .997, so that even a judgement 30 dB down
is moved by less than its analysts' scatter."""

LEAN_SD = 1.0
"""Of an analyst's lean, log odds: a lean of 1 multiplies all their odds under a hypothesis by 2.7 (4.3 dB on every item),
which a careful coder would notice; twice as much is left possible."""

SPREAD_MEDIAN, SPREAD_LOG_SD = 0.5, 0.75
"""Of an analyst's spread, log odds, log-normal: 95 % between .11 and 2.2 (0.5 to 9.4 dB). Probabilities are said to a
tenth or a twentieth, so nobody repeats a judgement better than about .1; at more than 2 a judgement says next to nothing.
The density falls to 0 at 0: analysts who agree to the letter would else have an infinite one there."""


def panel_model(study: Study) -> pm.Model:
    """Return the model `panel`: the analysts' judgements as readings of one consensus, and each case's posterior under it.

    For analyst a, item i and hypothesis h, in log odds: judged = consensus_ih + lean_ah + error, error ~ N(0, spread_a^2),
    leans summing to zero over the analysts. A range is the analyst's own uncertainty about the reading: it enters by its
    middle, and its variance adds to spread_a^2, so that a wide range pulls the consensus less. Analysts' weights are not
    used (their spreads weigh them); ratios share their anchor, so spreads are underrated where analysts judge in ratios.

    `judgement` (judged) is the consensus, or the free judgement of an item that has one common judgement; it enters
    search, sources and clusters as in the model `judgements`, and `explanation` (case, hypothesis) is P(h | E, theta)
    under it. `lean` (analyst, hypothesis) and `spread` (analyst), log odds; `disagreement` (evidence), decibels: root mean
    square, over analysts and hypotheses, of what is left of an item's judgements when consensus and leans are taken away.
    The consensus is sampled given leans and spreads (its normal posterior is known), so that small spreads cause no funnel.
    With two analysts their spreads are separated by the prior alone where neither gives ranges.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    pymc.Model
        With `explanation` (case, hypothesis), `judgement` (judged), `lean` (analyst, hypothesis), `spread` (analyst),
        `disagreement` (evidence), decibels, and `log_evidence` (case), nats.

    Raises
    ------
    AnalysisError
        Where no item was judged by two analysts, and where a judged 0 or 1 meets another judgement.
    """
    form, opinions = panel_layout(study)
    coords = {CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses), ANALYST: list(opinions.analysts), EVIDENCE: list(opinions.items)}
    with pm.Model(coords=coords | coordinates(form)) as model:
        lean = pm.Deterministic(
            "lean", pm.ZeroSumNormal("lean_standard", sigma=LEAN_SD, dims=(HYPOTHESIS, ANALYST)).T, dims=(ANALYST, HYPOTHESIS)
        )
        spread = pm.LogNormal("spread", np.log(SPREAD_MEDIAN), SPREAD_LOG_SD, dims=ANALYST)
        rest = opinions.odds - lean[opinions.analyst, opinions.hypothesis]
        agreed = _consensus(form, opinions, rest, spread)
        theta = explained_freely(dataclasses.replace(form, judgement=agreed))
        _disagreement(opinions, rest - theta.judgement[opinions.judged])
    return model


def _consensus(form: Layout, opinions: Opinions, rest: Any, spread: Any) -> Any:
    """Return the normal posterior of each consensus given the analysts' readings, whose own probability is added to the model."""
    precision = 1 / (spread[opinions.analyst] ** 2 + opinions.sd**2)
    count = len(form.judgement.labels)
    prior = CONSENSUS_SD**-2
    total = pt.zeros(count)[opinions.judged].inc(precision, ignore_duplicates=False)
    weighted = pt.zeros(count)[opinions.judged].inc(precision * rest, ignore_duplicates=False)
    square = (precision * rest**2).sum() - (weighted**2 / (prior + total)).sum()
    constant = len(opinions.analyst) * np.log(2 * np.pi) / 2
    pm.Potential("opinions", (pt.log(precision).sum() - pt.log1p(total / prior).sum() - square) / 2 - constant)
    own = np.isin(np.arange(count), opinions.judged)
    return dataclasses.replace(
        form.judgement,
        mu=pt.where(own, weighted / (prior + total), form.judgement.mu),
        sd=pt.where(own, (prior + total) ** -0.5, form.judgement.sd),
    )


def _disagreement(opinions: Opinions, error: Any) -> None:
    shared = np.flatnonzero(opinions.item >= 0)
    place = opinions.item[shared]
    square = pt.zeros(len(opinions.items))[place].inc(error[shared] ** 2, ignore_duplicates=False)
    pm.Deterministic("disagreement", DB_PER_NAT * pt.sqrt(square / np.bincount(place)), dims=EVIDENCE)


def _known(study: Study, **_: Any) -> Known:
    analysts = panel_layout(study)[1].analysts
    lean = LEAN_SD * np.sqrt(1 - 1 / len(analysts))
    spread = SPREAD_MEDIAN * np.exp(SPREAD_LOG_SD**2 / 2) * np.sqrt(np.expm1(SPREAD_LOG_SD**2))
    before = {
        "explanation_mean": to_dataset(study)["prior"],
        "lean_sd": xr.DataArray(
            np.full((len(analysts), len(study.explanations)), lean),
            coords={ANALYST: list(analysts), HYPOTHESIS: list(study.explanations)},
        ),
        "spread_sd": xr.DataArray(np.full(len(analysts), spread), coords={ANALYST: list(analysts)}),
    }
    return Known(before)


def _pooled_judgements(study: Study) -> Study:
    return dataclasses.replace(study, analyst=POOL)


PANEL = SampledModel("panel", panel_model, _known, reports=("explanation", "lean", "spread"), reads=_pooled_judgements, compiled=True)
