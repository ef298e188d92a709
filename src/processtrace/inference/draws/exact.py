"""Independent draws of everything uncertain in a study come from its exact posterior."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from processtrace.errors import UsageError
from processtrace.exact.case import CaseNumbers
from processtrace.exact.cluster import NEAR_ONE
from processtrace.exact.fixed import Setting, at, log_ends, reports
from processtrace.exact.items import Item, log_means_of
from processtrace.inference.diagnostics import diagnose_independent
from processtrace.inference.draws.unit import present_or_absent, unit_draws
from processtrace.inference.layout import Free, Layout, layout
from processtrace.inference.layout.labels import JUDGED, SEARCH, WITNESS, labels
from processtrace.inference.reading import Reading, common_sensitivity, readings
from processtrace.inference.update import CASE, HYPOTHESIS, update
from processtrace.logspace import Array, logsumexp
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def can_draw(study: Study) -> bool:
    """Return whether independent draws can be had: no cluster is so near to one single finding that its nodes have unequal steps."""
    return all(study.correlation_of(case, item.cluster) <= NEAR_ONE for case in study.cases for item in case.evidence if item.cluster)


def exact_draws(study: Study, draws: int = 1000, chains: int = 4, random_seed: int | None = None) -> xr.DataTree:
    """Return independent draws from the posterior of the model `explanation`: no chain, no warm-up, nothing to converge.

    For each draw an explanation is taken from the exact posterior; given it the reliabilities, common causes of clusters,
    sensitivities and judgements of each unit come one after the other, each from its own posterior; judgements under the
    other hypotheses come from their ranges. The result has the shape of `sample(study)`: `posterior` with `explanation`
    (chain, draw, case, hypothesis), P(h | E, theta) in each draw, `judgement`, `reliability` and `sensitivity`;
    `log_likelihood`, `constant_data`, `exact` and `elicited`. `chain` only divides the draws, for ArviZ.

    Densities are linear between nodes a twentieth of a range's standard deviation apart, which widens a draw's standard
    deviation by less than 1e-3 of it. Where more than three reliabilities of one unit are uncertain, these are resampled
    from 8,192 quasi-random points; attribute `method` says so. One seed gives the same draws on every machine with the
    same NumPy and SciPy.

    Parameters
    ----------
    study
        The study.
    draws, chains
        Their product is the number of draws.
    random_seed
        A number; other draws in each call where None.

    Returns
    -------
    xarray.DataTree
        In the shape of `sample(study)`.

    Raises
    ------
    UsageError
        Where `draws` or `chains` is below 1, and where a cluster's correlation is too near 1 (see `can_draw`).
    """
    import xarray as xr

    if draws < 1 or chains < 1:
        raise UsageError(f"draws={draws}, chains={chains}; at least 1 of each")
    form, cases = layout(study), readings(study)
    each = _drawn(form, cases, chains * draws, np.random.default_rng(random_seed))
    dims = {
        "explanation": (CASE, HYPOTHESIS),
        "evidence": (CASE,),
        "judgement": (JUDGED,),
        "reliability": (WITNESS,),
        "sensitivity": (SEARCH,),
    }
    coords = {CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses)} | {dim: list(free.labels) for dim, free in _kinds(form).items()}

    def together(*names: str) -> xr.Dataset:
        used = {dim for name in names for dim in dims[name]}
        return xr.Dataset(
            {name: (("chain", "draw", *dims[name]), each[name].reshape(chains, draws, *each[name].shape[1:])) for name in names},
            coords={"chain": np.arange(chains), "draw": np.arange(draws)} | {dim: some for dim, some in coords.items() if dim in used},
        )

    uncertain = [name for name in ("judgement", "reliability", "sensitivity") if coords[dims[name][0]]]
    posterior, data = together("explanation", *uncertain), update(study)
    exact = xr.Dataset({"explanation": data["posterior"]}).reset_coords(drop=True)
    tree = xr.DataTree.from_dict(
        {
            "posterior": posterior,
            "log_likelihood": together("evidence"),
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


def _drawn(form: Layout, cases: Sequence[Reading], count: int, rng: np.random.Generator) -> dict[str, Array]:
    """Return draws by variable, (draw, ...)."""
    values = {dim: _elicited(free, count, rng) for dim, free in _kinds(form).items()}
    places = {dim: {label: k for k, label in enumerate(free.labels)} for dim, free in _kinds(form).items()}
    joint = []
    for reading in cases:
        _tilt(reading, form, values, places, rng)
        joint.append(_log_joint(reading, form.hypotheses, values, places, count))
    log_joint = np.array(joint).reshape(len(form.cases), len(form.hypotheses), count)
    evidence = logsumexp(log_joint, axis=1)
    uncertain = {"judgement": JUDGED, "reliability": WITNESS, "sensitivity": SEARCH}
    return {
        "explanation": np.moveaxis(np.exp(log_joint - evidence[:, None]), -1, 0),
        "evidence": evidence.T,
        **{name: expit(values[dim]).T for name, dim in uncertain.items()},
    }


def _kinds(form: Layout) -> dict[str, Free]:
    return {JUDGED: form.judgement, WITNESS: form.reliability, SEARCH: form.sensitivity}


def _elicited(free: Free, count: int, rng: np.random.Generator) -> Array:
    """Return log odds from the ranges as elicited, (variable, draw)."""
    drawn = rng.standard_normal((len(free.labels), count))
    drawn *= free.sd[:, None]
    drawn += free.mu[:, None]
    return drawn


def _tilt(
    reading: Reading,
    form: Layout,
    values: dict[str, Array],
    places: dict[str, dict[str, int]],
    rng: np.random.Generator,
) -> None:
    """Draw which hypothesis accounts for each draw of a case, and replace what its evidence then says of its ranges."""
    numbers, case, hypotheses = reading.numbers, reading.case, form.hypotheses
    count = next(iter(values.values())).shape[1]
    drawn = np.asarray(rng.choice(len(hypotheses), size=count, p=np.exp(reading.log_posterior)))
    bare = [unit[0] for unit in numbers.units if len(unit) == 1 and _bare(numbers.items[unit[0]])]
    if bare:
        table = np.array([[places[JUDGED].get(f"{case.id}/{numbers.ids[i]}/{h}", -1) for h in hypotheses] for i in bare])
        own = table[:, drawn]
        rows, draws = np.nonzero(own >= 0)
        judged, present = own[rows, draws], np.array([_present(numbers, i) for i in bare])[rows, drawn[draws]]
        values[JUDGED][judged, draws] = present_or_absent(rng, form.judgement.mu[judged], form.judgement.sd[judged], present)
    for h in np.unique(drawn):
        these = np.flatnonzero(drawn == h)
        for unit in numbers.units:
            if unit[0] in bare:
                continue
            part = unit_draws(numbers, unit, int(h), len(these), rng)
            for w, odds in part.reliability.items():
                values[WITNESS][places[WITNESS][f"{case.id}/{numbers.witnesses[w]}"], these] = odds
            for i, odds in part.sensitivity.items():
                values[SEARCH][_search_place(reading, i, hypotheses[h], places), these] = odds
            for i, odds in part.judgement.items():
                values[JUDGED][places[JUDGED][f"{case.id}/{numbers.ids[i]}/{hypotheses[h]}"], these] = odds


def _bare(item: Item) -> bool:
    """Return whether nothing of an item is uncertain but its judgements."""
    return not item.witnesses and item.least == item.most


def _present(numbers: CaseNumbers, i: int) -> Array:
    """Return P(the finding is there | it was reported as it was, h), (hypothesis,), for an item that is bare and alone in its unit."""
    item = numbers.items[i]
    log_t, log_f = reports(item, np.ones((len(numbers.ranges), 1)), np.array(item.least)[:, None])
    log_p, log_q = log_means_of(item, numbers.z)
    with np.errstate(invalid="ignore"):
        return np.asarray(expit(np.nan_to_num(log_t[:, 0] + log_p - log_f[:, 0] - log_q, nan=0.0)))


def _search_place(reading: Reading, i: int, hypothesis: str, places: dict[str, dict[str, int]]) -> int:
    label = f"{reading.case.id}/{reading.numbers.ids[i]}"
    return places[SEARCH][label if common_sensitivity(reading.case, reading.numbers, i) else f"{label}/{hypothesis}"]


def _log_joint(
    reading: Reading, hypotheses: tuple[str, ...], values: dict[str, Array], places: dict[str, dict[str, int]], count: int
) -> Array:
    """Return log P(h) P(E | theta, h) of a case in each draw, (hypothesis, draw), nats."""
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
