"""Independent draws of everything uncertain in a study come from its exact posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import UsageError
from processtrace.exact.cluster import NEAR_ONE
from processtrace.inference.diagnostics import diagnose_independent
from processtrace.inference.draws.conditional import Hypotheses, Ranges, kinds
from processtrace.inference.draws.unit import reliability_draws
from processtrace.inference.layout import Layout, layout
from processtrace.inference.layout.labels import JUDGED, SEARCH, WITNESS, labels
from processtrace.inference.reading import Reading, readings
from processtrace.inference.update import CASE, HYPOTHESIS, update
from processtrace.logspace import Array, logsumexp
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr


def can_draw(study: Study) -> bool:
    """Return whether independent draws are possible.

    They can't where a cluster is so near to one single finding that its nodes have unequal steps, or where judgements lean together.
    """
    return study.lean_correlation == 0 and all(
        study.correlation_of(case, item.cluster) <= NEAR_ONE for case in study.cases for item in case.evidence if item.cluster
    )


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
        Where `draws` or `chains` is below 1, where a cluster's correlation is too near 1, and where judgements lean together (see
        `can_draw`).
    """
    import xarray as xr

    if study.lean_correlation > 0:
        raise UsageError(
            f"lean_correlation={study.lean_correlation:g}: independent draws take judgements to err by themselves; "
            "sample the model 'judgements'"
        )
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
    coords = {CASE: list(form.cases), HYPOTHESIS: list(form.hypotheses)} | {dim: list(free.labels) for dim, free in kinds(form).items()}

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


class _Independent(Ranges):
    """Reliabilities are drawn too, from their posterior given what accounts for the unit."""

    def reliabilities(self, reading: Reading, unit: tuple[int, ...], h: int, these: Hypotheses) -> Mapping[int, Array]:
        drawn = reliability_draws(reading.numbers, unit, h, len(these), self.rng)
        for w, odds in drawn.items():
            self.reliability(reading, w)[these] = odds
        return drawn


def _drawn(form: Layout, cases: Sequence[Reading], count: int, rng: np.random.Generator) -> dict[str, Array]:
    """Return draws by variable, (draw, ...)."""
    ranges, joint = _Independent(form, count, rng), []
    for reading in cases:
        which = np.asarray(rng.choice(len(form.hypotheses), size=count, p=np.exp(reading.log_posterior)))
        ranges.given(reading, np.broadcast_to(which, (len(reading.numbers.units), count)))
        joint.append(reading.log_prior[:, None] + ranges.log_likelihood(reading))
    log_joint = np.array(joint).reshape(len(form.cases), len(form.hypotheses), count)
    evidence = logsumexp(log_joint, axis=1)
    return {"explanation": np.moveaxis(np.exp(log_joint - evidence[:, None]), -1, 0), "evidence": evidence.T, **ranges.values()}
