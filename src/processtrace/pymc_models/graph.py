"""The likelihood of every unit as a graph of free judgements, reliabilities and sensitivities; clusters integrated out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt

from processtrace.inference.layout import FLOOR, Free, Layout, Places
from processtrace.inference.layout.labels import JUDGED, SEARCH, WITNESS
from processtrace.inference.update import CASE, HYPOTHESIS


@dataclass(frozen=True)
class Theta:
    """Log-odds of the free variables, each a vector."""

    judgement: Any
    reliability: Any
    sensitivity: Any


def coordinates(form: Layout) -> dict[str, list[str]]:
    """Return the names along the dimensions that the free variables need; none for kinds of which there are none."""
    kinds = {JUDGED: form.judgement, WITNESS: form.reliability, SEARCH: form.sensitivity}
    return {dim: list(part.labels) for dim, part in kinds.items() if part.labels}


def free_variables(form: Layout) -> Theta:
    """Return the log odds of the free variables, added to the model in context: logit-normal, as elicited, non-centred.

    Adds `judgement` (judged), `reliability` (witness) and `sensitivity` (search), those that there are; the sampler
    moves their standard normal variables, `judgement_standard` and so on. Where judgements lean together, `lean` (case,
    hypothesis) is what the errors under each hypothesis have in common.
    """
    return Theta(
        _judgements(form),
        _logit_normal("reliability", WITNESS, form.reliability),
        _logit_normal("sensitivity", SEARCH, form.sensitivity),
    )


def _judgements(form: Layout) -> Any:
    """Return the log odds of the judgements; where they lean together, `lean` (case, hypothesis) is free too."""
    part = form.judgement
    if not form.lean or not part.labels:
        return _logit_normal("judgement", JUDGED, part)
    named = {CASE, HYPOTHESIS} <= set(pm.modelcontext(None).coords)
    shape = {"dims": (CASE, HYPOTHESIS)} if named else {"shape": (len(form.cases), len(form.hypotheses))}
    lean = pm.Normal("lean", **shape).ravel()[form.leaning]
    standard = np.sqrt(1 - form.lean) * pm.Normal("judgement_standard", dims=JUDGED) + np.sqrt(form.lean) * lean
    odds = part.mu + part.sd * standard
    pm.Deterministic("judgement", pt.sigmoid(odds), dims=JUDGED)
    return odds


def _logit_normal(name: str, dim: str, part: Free) -> Any:
    if not part.labels:
        return pt.as_tensor(np.zeros(0))
    odds = part.mu + part.sd * pm.Normal(f"{name}_standard", dims=dim)
    pm.Deterministic(name, pt.sigmoid(odds), dims=dim)
    return odds


def unit_nats(form: Layout, theta: Theta) -> Any:
    """Return log P(findings of the unit | theta, hypothesis), (unit, hypothesis), nats."""
    cells = pt.as_tensor(form.fixed.ravel())
    if len(form.rows.cell):
        odds = _picked(theta.judgement, form.rows.judged, form.rows.odds)
        log_t, log_f = _reported(form, theta)
        bare, reported = _by_report(form)
        if len(bare):
            cells = _added(cells, form.rows.cell[bare], -pt.softplus(-_taken(odds, bare)))
        if len(reported):
            true, false = (part[reported] for part in (log_t, log_f))
            own = odds[reported]
            cells = _added(cells, form.rows.cell[reported], _log_add(false - pt.softplus(own), true - pt.softplus(-own)))
        if len(form.clustered.cell):
            cells = _added(cells, form.clustered.cell, _cluster_nats(form, odds, log_t, log_f))
    return cells.reshape(form.fixed.shape)


def case_nats(form: Layout, units: Any) -> Any:
    """Return sums over the units of each case, (case, hypothesis), nats."""
    return _added(pt.zeros((len(form.cases), len(form.hypotheses))), form.unit_case, units)


def _by_report(form: Layout) -> tuple[Any, Any]:
    """Return rows outside clusters whose factor is the judgement itself (found, without source or search), and the others."""
    if not isinstance(form.rows.log_t, np.ndarray):
        return np.zeros(0, int), form.single
    bare = (form.rows.log_t == 0) & (form.rows.log_f <= FLOOR)
    for rows in (form.reports.witnessed, form.reports.searched, form.reports.missed):
        bare[rows] = False
    return form.single[bare[form.single]], form.single[~bare[form.single]]


def _reported(form: Layout, theta: Theta) -> tuple[Any, Any]:
    """Return log T and log F of every row."""
    log_t, log_f = pt.as_tensor(form.rows.log_t), pt.as_tensor(form.rows.log_f)
    part = form.reports
    r, s = pt.sigmoid(theta.reliability), pt.sigmoid(theta.sensitivity)
    if form.reliability.labels:
        log_t = _added(log_t, part.witnessed, pt.log1p(r)[part.witness] - np.log(2))
        log_f = _added(log_f, part.witnessed, -pt.softplus(theta.reliability)[part.witness] - np.log(2))
    if form.sensitivity.labels:
        log_s = -pt.softplus(-theta.sensitivity)[part.search]
        log_t, log_f = _added(log_t, part.searched, log_s), _added(log_f, part.searched, log_s)
    if form.reliability.labels or form.sensitivity.labels:
        sought = _picked(s, part.missed_search, part.s)
        log_t = _added(log_t, part.missed, pt.log1p(-sought * _picked((1 + r) / 2, part.missed_witness, part.a)))
        log_f = _added(log_f, part.missed, pt.log1p(-sought * _picked((1 - r) / 2, part.missed_witness, part.b)))
    return log_t, log_f


def _cluster_nats(form: Layout, odds: Any, log_t: Any, log_f: Any) -> Any:
    """Return the log of the integral over each cluster's common cause, (group,), nats: trapezoidal rule, in log space."""
    part = form.clustered
    rho = part.rho[part.group]
    q = _probit(odds[part.row])
    x = (q / np.sqrt(1 - rho))[:, None] + (np.sqrt(rho / (1 - rho))[:, None] * part.u[part.group])
    rare = pt.log(0.5 * pt.erfcx(_size(x) / np.sqrt(2))) - 0.5 * x**2
    usual = pt.log1mexp(rare)
    log_t, log_f = log_t[part.row][:, None], log_f[part.row][:, None]
    factors = _log_add(pt.where(x < 0, log_f, log_t) + usual, pt.where(x < 0, log_t, log_f) + rare)
    return pt.logsumexp(_added(pt.as_tensor(part.base), part.group, factors), axis=1)


def _probit(odds: Any) -> Any:
    """Return Phi^-1(expit(odds)), right in both tails."""
    lower = pt.ndtri_exp(-pt.softplus(_size(odds)))
    return pt.where(odds < 0, lower, -lower)


def _size(x: Any) -> Any:
    """Return |x|, with derivative 1 at 0, where that of `abs` is 0 and would lose the slope of an odd function."""
    return pt.where(x < 0, -x, x)


def _log_add(first: Any, second: Any) -> Any:
    """Return log(exp(first) + exp(second)), with a gradient that stays defined where both underflow."""
    return pt.maximum(first, second) + pt.softplus(-pt.abs(first - second))


def _picked(free: Any, place: Places, fixed: Any) -> Any:
    """Return the free variable at each place, the fixed value where the place is -1."""
    if isinstance(place, np.ndarray) and (place < 0).all():
        return pt.as_tensor(fixed)
    if isinstance(place, np.ndarray) and (place >= 0).all():
        return _taken(free, place)
    return pt.where(pt.lt(place, 0), fixed, free[pt.maximum(place, 0)])


def _added(total: Any, place: Places, values: Any) -> Any:
    """Return `total` with values added at places along the first axis; a place may come several times."""
    if _everything(place, total):
        return total + values
    return total[place].inc(values, ignore_duplicates=False)


def _taken(values: Any, place: Places) -> Any:
    """Return values at places; as they are where that is each in its turn: the gradient of an index costs more than all the rest."""
    return values if _everything(place, values) else values[place]


def _everything(place: Places, values: Any) -> bool:
    return isinstance(place, np.ndarray) and values.type.shape[0] == len(place) and np.array_equal(place, np.arange(len(place)))
