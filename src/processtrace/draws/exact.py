"""Independent draws of a study's explanation and of everything uncertain in its judgements, from their exact posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from processtrace.arrays import CASE, HYPOTHESIS, update
from processtrace.diagnostics import diagnose_independent
from processtrace.draws.unit import unit_draws
from processtrace.exact.cluster import NEAR_ONE
from processtrace.layout import Free, Layout, layout
from processtrace.layout.labels import JUDGED, SEARCH, WITNESS, labels
from processtrace.logspace import Array, logsumexp
from processtrace.robustness.cases import Reading, readings
from processtrace.robustness.given import Setting, at, common_sensitivity, log_ends
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def can_draw(study: Study) -> bool:
    """Whether independent draws can be had: no cluster is so near to one single finding that its nodes stand at unequal steps."""
    return all(study.correlation_of(case, item.cluster) <= NEAR_ONE for case in study.cases for item in case.evidence if item.cluster)


def exact_draws(study: Study, draws: int = 1000, chains: int = 4, random_seed: int | None = None) -> xr.DataTree:
    """Independent draws from the posterior of the model `explanation`: no chain, no warm-up, nothing to converge.

    For each draw an explanation is taken from the exact posterior; given it the reliabilities, common causes of clusters,
    sensitivities and judgements of each unit come one after the other, each from its own posterior; judgements under the
    other hypotheses come from their ranges. The result has the shape of `sample(study)`: `posterior` with `explanation`
    (chain, draw, case, hypothesis), P(h | E, theta) in each draw, `judgement`, `reliability` and `sensitivity`;
    `log_likelihood`, `constant_data`, `exact` and `elicited`. `chain` only divides the draws, for ArviZ.

    Densities are linear between nodes a twentieth of a range's standard deviation apart, which widens a draw's standard
    deviation by less than 1e-3 of it. Where more than three reliabilities of one unit are uncertain, these are resampled
    from 8,192 quasi-random points; attribute `method` says so. One seed gives the same draws on every machine with the
    same NumPy and SciPy.
    """
    import xarray as xr

    form, rng = layout(study), np.random.default_rng(random_seed)
    count = chains * draws
    values = {
        JUDGED: _elicited(form.judgement, count, rng),
        WITNESS: _elicited(form.reliability, count, rng),
        SEARCH: _elicited(form.sensitivity, count, rng),
    }
    places = {dim: {label: k for k, label in enumerate(free.labels)} for dim, free in _kinds(form).items()}
    joint = []
    for reading in readings(study):
        _tilt(reading, form.hypotheses, values, places, rng)
        joint.append(_log_joint(reading, form.hypotheses, values, places, count))
    log_joint = np.array(joint).reshape(len(form.cases), len(form.hypotheses), count)
    evidence = logsumexp(log_joint, axis=1)
    found: dict[str, tuple[tuple[str, ...], Array]] = {
        "explanation": ((CASE, HYPOTHESIS), np.moveaxis(np.exp(log_joint - evidence[:, None]), -1, 0)),
        **{
            name: ((dim,), expit(values[dim]).T)
            for name, dim in (("judgement", JUDGED), ("reliability", WITNESS), ("sensitivity", SEARCH))
            if len(values[dim])
        },
    }
    coords = {"chain": np.arange(chains), "draw": np.arange(draws)}
    along = {CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses)} | {dim: list(free.labels) for dim, free in _kinds(form).items()}

    def spread(part: dict[str, tuple[tuple[str, ...], Array]]) -> xr.Dataset:
        used = {dim for dims, _ in part.values() for dim in dims}
        return xr.Dataset(
            {name: (("chain", "draw", *dims), array.reshape(chains, draws, *array.shape[1:])) for name, (dims, array) in part.items()},
            coords=coords | {dim: some for dim, some in along.items() if dim in used},
        )

    posterior, data = spread(found), update(study)
    exact = xr.Dataset({"explanation": data["posterior"]}).reset_coords(drop=True)
    tree = xr.DataTree.from_dict(
        {
            "posterior": posterior,
            "log_likelihood": spread({"evidence": ((CASE,), evidence.T)}),
            "constant_data": labels(study, posterior, form),
            "exact": exact,
            "elicited": xr.Dataset({"explanation_mean": data["prior"]}).reset_coords(drop=True),
        }
    )
    diagnosis = diagnose_independent(tree)
    marks = {"converged": int(diagnosis.passed), "diagnostics": list(diagnosis.lines)}
    tree.attrs |= {
        "model": "explanation",
        "method": data.attrs["method"],
        "title": study.title,
        **marks,
        "random_seed": "not set" if random_seed is None else random_seed,
    }
    tree["posterior"].attrs |= marks
    return tree


def _kinds(form: Layout) -> dict[str, Free]:
    return {JUDGED: form.judgement, WITNESS: form.reliability, SEARCH: form.sensitivity}


def _elicited(free: Free, count: int, rng: np.random.Generator) -> Array:
    """Log odds from the ranges as elicited, (variable, draw)."""
    return np.asarray(free.mu[:, None] + free.sd[:, None] * rng.normal(size=(len(free.labels), count)))


def _tilt(
    reading: Reading, hypotheses: tuple[str, ...], values: dict[str, Array], places: dict[str, dict[str, int]], rng: np.random.Generator
) -> None:
    """Draw which hypothesis accounts for each draw of a case, and replace what its evidence then tells of its ranges."""
    numbers, case = reading.numbers, reading.case
    drawn = rng.choice(len(hypotheses), size=next(iter(values.values())).shape[1], p=np.exp(reading.log_posterior))
    for h in np.unique(drawn):
        these = np.flatnonzero(drawn == h)
        for unit in numbers.units:
            part = unit_draws(numbers, unit, int(h), len(these), rng)
            for w, odds in part.reliability.items():
                values[WITNESS][places[WITNESS][f"{case.id}/{numbers.witnesses[w]}"], these] = odds
            for i, odds in part.sensitivity.items():
                values[SEARCH][_search_place(reading, i, hypotheses[h], places), these] = odds
            for i, odds in part.judgement.items():
                values[JUDGED][places[JUDGED][f"{case.id}/{numbers.ids[i]}/{hypotheses[h]}"], these] = odds


def _search_place(reading: Reading, i: int, hypothesis: str, places: dict[str, dict[str, int]]) -> int:
    label = f"{reading.case.id}/{reading.numbers.ids[i]}"
    return places[SEARCH][label if common_sensitivity(reading.case, reading.numbers, i) else f"{label}/{hypothesis}"]


def _log_joint(
    reading: Reading, hypotheses: tuple[str, ...], values: dict[str, Array], places: dict[str, dict[str, int]], count: int
) -> Array:
    """Log P(h) P(E | theta, h) of a case in each draw, (hypothesis, draw), nats."""
    numbers, case = reading.numbers, reading.case
    r = np.ones((len(numbers.ranges), count))
    for w, source in enumerate(numbers.witnesses):
        r[w] = expit(values[WITNESS][places[WITNESS][f"{case.id}/{source}"]])
    s = np.empty((len(numbers.items), len(hypotheses), count))
    odds = {}
    for i, item in enumerate(numbers.items):
        low = log_ends(item)[0]
        own = [places[JUDGED].get(f"{case.id}/{numbers.ids[i]}/{h}") for h in hypotheses]
        points = all(place is None for place in own)
        odds[i] = np.array(
            [low[k : k + 1] if points else np.full(count, low[k]) if p is None else values[JUDGED][p] for k, p in enumerate(own)]
        )
        for k, h in enumerate(hypotheses):
            ranged = item.least[k] < item.most[k]
            s[i, k] = expit(values[SEARCH][_search_place(reading, i, h, places)]) if ranged else item.least[k]
    total = np.tile(reading.log_prior[:, None], (1, count))
    for unit in numbers.units:
        total = total + at(numbers, unit, Setting(r, s), odds)
    return total
