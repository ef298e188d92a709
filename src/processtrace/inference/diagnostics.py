"""A sampled run is judged in words: whether its numbers can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from processtrace.inference.chains import agreement

if TYPE_CHECKING:
    from collections.abc import Hashable

    import xarray as xr

    from processtrace.logspace import Array

    type Differences = dict[Hashable, tuple[Array, Array]]

SMALLEST_ESS = 400
"""Bulk effective draws of each quantity, 100 a chain of four (Vehtari et al. 2021, doi:10.1214/20-BA1221)."""

FEWEST_DRAWS = 8
"""Of a chain, below which nothing can be said of it."""

MOST_DIVERGENT = 0.001
"""Share of draws that may end divergent transitions: a few among thousands are no part of the distribution left out."""

SMALLEST_BFMI = 0.3
"""Energy fraction of missing information below which tails are explored badly: Betancourt 2016, arXiv:1604.00695."""

LARGEST_DIFFERENCE = 0.005
MISSED = 0.002
"""A mean that is off the exact result by more than half a percentage point, and by more than sampling explains in so large a
share of right runs (over all means at once), fails."""

DOMINATES = 0.9
"""Share of the prior's standard deviation that is left, above which the prior dominates."""

LOOKED_AT = 1000
"""Draws, of all chains alike, among which two modes are looked for."""

_SAMPLES = ("chain", "draw")
_STILL = 1e-12


@dataclass(frozen=True)
class Diagnosis:
    """Whether a run passed, and one line for each finding.

    Parameters
    ----------
    passed
        Whether the run converged.
    lines
        One finding each, in words.
    """

    passed: bool
    lines: tuple[str, ...]


def diagnose(tree: xr.DataTree) -> Diagnosis:
    """Judge a run by divergences, r-hat, effective draws, energy, modes, dominating priors and the exact result.

    Reads the groups `posterior`, `sample_stats` and, where they are, `exact` (means that draws must agree with; variables
    named as in `posterior`) and `elicited` (`<name>_mean` and `<name>_sd` before the evidence). What does not vary (a
    refuted hypothesis has probability 0 in each draw) has neither r-hat nor effective draws and is passed over; what is
    not finite fails. Two modes that every chain visits, and a prior that dominates, are reported and do not fail.

    Parameters
    ----------
    tree
        As `pymc_models.sample` returns it.

    Returns
    -------
    Diagnosis
        Whether the run passed, and why not.
    """
    posterior = tree["posterior"].to_dataset()
    convergence, said = _convergence(tree, posterior)
    off = _differences(tree, posterior)
    wrong = [*convergence, *_disagreement(tree, off)]
    if wrong:
        return Diagnosis(False, ("This run did not converge; its numbers must not be used.", *wrong, *_modes(tree, posterior)))
    return Diagnosis(True, (said, *_agreement(off), *_modes(tree, posterior), *_priors(tree, posterior)))


def diagnose_independent(tree: xr.DataTree) -> Diagnosis:
    """Judge independent draws by their means alone: no chain made them, so that none can diverge or disagree.

    Parameters
    ----------
    tree
        As `exact_draws` returns it.

    Returns
    -------
    Diagnosis
        Whether the draws passed, and why not.
    """
    posterior = tree["posterior"].to_dataset()
    off = _differences(tree, posterior)
    wrong = [*_unfinished(posterior), *_disagreement(tree, off)]
    if wrong:
        return Diagnosis(False, ("These draws are wrong; they must not be used.", *wrong))
    count = posterior.sizes["chain"] * posterior.sizes["draw"]
    said = f"Independent draws from the exact posterior, {count:,} of them and all effective: no chain that had to converge, so no divergence and no r-hat."
    return Diagnosis(True, (said, *_agreement(off), *_modes(tree, posterior), *_priors(tree, posterior)))


def against_exact(tree: xr.DataTree) -> tuple[float, bool]:
    """Return how far the means of the draws are off the exact ones at most, and whether sampling explains it.

    Parameters
    ----------
    tree
        As `pymc_models.sample` returns it, with the group `exact`.

    Returns
    -------
    tuple of float and bool
        The largest difference, and whether every one is within half a percentage point or its Monte Carlo error.
    """
    off = _differences(tree, tree["posterior"].to_dataset())
    return max((float(some.max()) for some, _ in off.values()), default=0.0), not _disagreement(tree, off)


def _unfinished(posterior: xr.Dataset) -> list[str]:
    names = [str(name) for name, part in posterior.items() if not np.isfinite(part.values).all()]
    return [f"values that are not finite in {', '.join(names)}"] if names else []


def _convergence(tree: xr.DataTree, posterior: xr.Dataset) -> tuple[list[str], str]:
    """Return what failed, and the line for where nothing did."""
    stats = tree["sample_stats"].to_dataset() if "sample_stats" in tree.children else None
    diverging = 0 if stats is None or "diverging" not in stats else int(stats["diverging"].sum())
    lines = [*_divergences(diverging, posterior), *_unfinished(posterior)]
    if posterior.sizes["draw"] < FEWEST_DRAWS:
        return [*lines, f"too few draws: {posterior.sizes['draw']} a chain; sample more draws"], ""
    draws = _moving(posterior)
    if not len(draws):
        return lines, "Nothing in this study is uncertain but the explanation itself: there was nothing to sample."
    found = agreement(draws)
    worst = int(np.argmax((found.rhat - 1) / (found.limit - 1)))
    rhat, limit, ess = float(found.rhat[worst]), float(found.limit[worst]), float(found.ess.min())
    if rhat > limit:
        lines.append(f"the chains disagree: r-hat {rhat:.3f}, at most {limit:.3f} is explained by chance among {len(draws):,} quantities")
    if ess < SMALLEST_ESS:
        lines.append(f"too few effective draws: {ess:.0f}, at least {SMALLEST_ESS} are needed; sample more draws")
    energy = _energy(stats)
    if energy is not None and energy < SMALLEST_BFMI:
        lines.append(f"the tails were explored badly: energy fraction {energy:.2f}, at least {SMALLEST_BFMI} is needed")
    return (
        lines,
        f"The chains agree: {diverging or 'no'} divergences, largest r-hat {found.rhat.max():.3f}, at least {ess:,.0f} effective draws.",
    )


def _divergences(diverging: int, posterior: xr.Dataset) -> list[str]:
    if diverging <= MOST_DIVERGENT * posterior.sizes["chain"] * posterior.sizes["draw"]:
        return []
    many = "divergent transitions" if diverging > 1 else "divergent transition"
    return [f"{diverging} {many}: parts of the distribution were not reached"]


def _moving(posterior: xr.Dataset) -> Array:
    """Return the draws of all quantities that vary, (quantity, chain, draw)."""
    size = (posterior.sizes["chain"], posterior.sizes["draw"])
    parts = [np.moveaxis(part.transpose(*_SAMPLES, ...).values.reshape(*size, -1), -1, 0) for part in posterior.values()]
    draws = np.concatenate([np.zeros((0, *size)), *(part.astype(float) for part in parts)])
    return np.asarray(draws[np.isfinite(draws).all(axis=(1, 2)) & (draws.std(axis=(1, 2)) > _STILL)])


def _energy(stats: xr.Dataset | None) -> float | None:
    """Return the smallest energy fraction of missing information over the chains."""
    if stats is None or "energy" not in stats:
        return None
    energy = stats["energy"].transpose(*_SAMPLES).values
    spread = energy.var(axis=1)
    if not (spread > 0).all():
        return None
    return float((np.square(np.diff(energy, axis=1)).mean(axis=1) / spread).min())


def _moves(part: xr.DataArray) -> Any:
    return part.std(_SAMPLES).values > _STILL


def _differences(tree: xr.DataTree, posterior: xr.Dataset) -> Differences:
    """Return, for each quantity with an exact mean, how far the draws' mean is off and its Monte Carlo standard error."""
    import arviz as az

    if "exact" not in tree.children:
        return {}
    exact = tree["exact"].to_dataset()
    names = [str(name) for name in exact if name in posterior]
    if not names:
        return {}
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = az.mcse(posterior[names])
    found: dict[Hashable, tuple[Array, Array]] = {}
    for name in names:
        mean = posterior[name].mean(_SAMPLES)
        off = np.abs((mean - exact[name]).transpose(*mean.dims).values)
        found[name] = off, np.where(_moves(posterior[name]), errors[name].transpose(*mean.dims).values, 0.0)
    return found


def _disagreement(tree: xr.DataTree, differences: Differences) -> list[str]:
    lines = []
    count = sum(off.size for off, _ in differences.values())
    for name, (off, error) in differences.items():
        allowed = np.maximum(LARGEST_DIFFERENCE, float(tree["exact"].attrs.get("error_mean", 0.0)) - ndtri(MISSED / 2 / count) * error)
        wrong = off > allowed
        if wrong.any():
            lines.append(
                f"the draws of {name} miss the exact result: by {off[wrong].max():.3f}, at most {allowed[wrong].min():.3f} is explained by sampling"
            )
    return lines


def _agreement(differences: Differences) -> list[str]:
    if not differences or not any(error.any() for _, error in differences.values()):
        return []
    largest = max(float(off.max()) for off, _ in differences.values())
    return [f"The means of the draws agree with the exact result: largest difference {largest:.3f}."]


def _modes(tree: xr.DataTree, posterior: xr.Dataset) -> list[str]:
    """Name quantities whose draws form two groups with a gap between them."""
    named = []
    for name, part in posterior.items():
        draws = part.transpose(*_SAMPLES, ...).values
        flat = draws.reshape(draws.shape[0] * draws.shape[1], -1)
        if len(flat) >= 100:
            some = flat[:: max(1, len(flat) // LOOKED_AT)]
            named += [_label(tree, part, name, k) for k in range(flat.shape[1]) if _two_modes(some[:, k])]
    if not named:
        return []
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return [f"Two modes, with little between them, in {', '.join(named[:3])}{more}: a mean describes neither."]


def _two_modes(draws: Array) -> bool:
    """Return whether the best split in two leaves less than a tenth of the variance, and an emptier middle between its halves."""
    ordered = np.sort(draws)
    total = float(ordered.var())
    if not np.isfinite(total) or total < 1e-12:
        return False
    n = len(ordered)
    count = np.arange(1, n)
    lower = np.cumsum(ordered)[:-1] / count
    upper = (ordered.sum() - np.cumsum(ordered)[:-1]) / (n - count)
    between = count * (n - count) / n**2 * (upper - lower) ** 2
    best = int(np.argmax(between))
    if between[best] < 0.9 * total:
        return False
    low, high = lower[best], upper[best]
    third = (high - low) / 3
    middle = float(((ordered > low + third) & (ordered < high - third)).mean())
    return min(best + 1, n - best - 1) >= 0.02 * n and middle < 0.02


def _priors(tree: xr.DataTree, posterior: xr.Dataset) -> list[str]:
    """Name shares that the evidence hardly narrowed, and cases whose posterior hardly differs from their prior."""
    if "elicited" not in tree.children:
        return []
    before = tree["elicited"].to_dataset()
    lines = []
    for name, part in posterior.items():
        if f"{name}_sd" in before:
            sd, prior = part.std(_SAMPLES), before[f"{name}_sd"]
            kept = (sd / prior.where(prior > 0)).transpose(*sd.dims)
            dominated = [_label(tree, part, name, int(k)) for k in np.flatnonzero(kept.fillna(0.0).values.ravel() > DOMINATES)]
            if dominated:
                lines.append(f"The prior dominates {', '.join(dominated)}: more than {DOMINATES:.0%} of its standard deviation is left.")
        elif f"{name}_mean" in before:
            moved = abs(part.mean(_SAMPLES) - before[f"{name}_mean"]).max("hypothesis")
            still = [one for one, far in zip(_words(tree, moved, "case"), moved.values, strict=True) if far < 0.05]
            if still:
                lines.append(f"The prior dominates in {', '.join(still)}: the evidence moves no explanation by .05.")
    return lines


def _label(tree: xr.DataTree, part: xr.DataArray, name: Hashable, flat: int) -> str:
    """Return a quantity in words: its name and the coordinates of one of its entries, by their labels where they have some."""
    dims = [str(dim) for dim in part.dims if dim not in _SAMPLES]
    place = np.unravel_index(flat, [part.sizes[dim] for dim in dims]) if dims else ()
    words = [_words(tree, part, dim)[k] for dim, k in zip(dims, place, strict=True)]
    return f"{str(name).replace('_', ' ')} ({', '.join(words)})" if words else str(name).replace("_", " ")


def _words(tree: xr.DataTree, part: xr.DataArray, dim: str) -> list[str]:
    """Return names for people along a dimension, from the group `constant_data` where it has them."""
    if "constant_data" in tree.children and f"{dim}_label" in tree["constant_data"].to_dataset():
        known = tree["constant_data"].to_dataset()[f"{dim}_label"]
        return [str(name) for name in known.sel({dim: part[dim].values}).values]
    return [str(name) for name in part[dim].values] if dim in part.coords else [str(k) for k in range(part.sizes[dim])]
