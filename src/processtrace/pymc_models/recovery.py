"""Judgements and sensitivities that a model integrated out are drawn afterwards, exactly, given what it sampled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import xarray as xr
from scipy.special import logit

from processtrace.inference.draws.conditional import Hypotheses, Ranges
from processtrace.inference.layout import layout
from processtrace.inference.layout.integrated import Integrated, integrated, unit_nats_at
from processtrace.inference.layout.labels import JUDGED, SEARCH, WITNESS
from processtrace.inference.reading import readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array
from processtrace.pymc_models.assigned import by_case, chosen, drawn_reliabilities, unflattened
from processtrace.study import Study

_SAMPLES = ("chain", "draw")
_MOST = 1 - 1e-16


def with_judgements(study: Study, posterior: xr.Dataset, rng: np.random.Generator) -> xr.Dataset:
    """Return draws with the judgements and sensitivities that their model integrated out.

    For each draw the hypothesis that accounts for each case (in `shares`: for each unit) is drawn, and given it and the
    reliabilities every judgement and sensitivity, each from its own posterior; judgements under other hypotheses come from
    their ranges. `explanation` becomes P(h | E, theta) under these, whose mean is the same.

    Parameters
    ----------
    study
        The study.
    posterior
        Draws with `explanation` (case, hypothesis) or `evidence_share` (case, hypothesis), and `reliability` where some are
        uncertain.
    rng
        Generator of the draws.

    Returns
    -------
    xarray.Dataset
        With `judgement` (judged) and `sensitivity` (search), probabilities, where there are ranges.
    """
    form, full, cases = integrated(study), layout(study), readings(study)
    flat = posterior.stack(sample=_SAMPLES, create_index=False).transpose("sample", CASE, HYPOTHESIS, ..., missing_dims="ignore")
    r = drawn_reliabilities(form, posterior)
    units = unit_nats_at(form, r)
    accounts = _accounts(form, flat, units, rng)
    ranges = Ranges(full, len(r), rng)
    for k, label in enumerate(full.reliability.labels):
        ranges.odds[WITNESS][k] = logit(np.minimum(r[:, form.reliability.labels.index(label)], _MOST))
    made: dict[str, tuple[tuple[str, ...], Array]] = {}
    for place, reading in enumerate(cases):
        ranges.given(reading, accounts[:, form.unit_case == place].T)
    if "explanation" in posterior:
        with ThreadPoolExecutor() as pool:  # NumPy and SciPy let threads run side by side, and nothing here is random
            each = list(pool.map(ranges.log_likelihood, cases))
        gained = np.array([nats.T for nats in each]).transpose(1, 0, 2) - by_case(form, units)
        made["explanation"] = (CASE, HYPOTHESIS), _tilted(flat["explanation"].values, gained)
    values = ranges.values()
    dims = {"judgement": (JUDGED, full.judgement.labels), "sensitivity": (SEARCH, full.sensitivity.labels)}
    made |= {name: ((dims[name][0],), values[name]) for name in dims if name in values}
    drawn = {name: ((*_SAMPLES, *own), unflattened(posterior, value)) for name, (own, value) in made.items()}
    return posterior.assign(drawn).assign_coords({dim: list(labels) for dim, labels in dims.values() if labels})


def _accounts(form: Integrated, flat: xr.Dataset, units: Array, rng: np.random.Generator) -> Hypotheses:
    """Draw which hypothesis accounts for each unit, (draw, unit)."""
    if "explanation" in flat:
        return chosen(flat["explanation"].values, rng)[:, form.unit_case]
    log_weight = np.log(np.maximum(flat["evidence_share"].values, 1e-300))[:, form.unit_case] + units
    return chosen(np.exp(log_weight - log_weight.max(axis=-1, keepdims=True)), rng)


def _tilted(probability: Array, gained: Array) -> Array:
    """Return probabilities, along the last axis, times exp(gained nats), normalised; what has probability 0 keeps it."""
    with np.errstate(divide="ignore"):
        joint = np.where(probability > 0, np.log(probability) + gained, -np.inf)
    weight = np.exp(joint - joint.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))
