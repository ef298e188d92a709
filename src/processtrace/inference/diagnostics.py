"""A sampled run is judged in words: whether its numbers can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import xarray as xr

    from processtrace.logspace import Array

    type Differences = dict[Hashable, tuple[Array, Array]]

LARGEST_RHAT = 1.01
SMALLEST_ESS = 400
"""Thresholds of Vehtari et al. 2021, doi:10.1214/20-BA1221: rank-normalised r-hat, and 100 bulk draws a chain of four."""

SMALLEST_BFMI = 0.3
"""Energy fraction of missing information below which tails are explored badly: Betancourt 2016, arXiv:1604.00695."""

LARGEST_DIFFERENCE = 0.02
LARGEST_ERRORS = 4.0
"""A mean that is off the exact result by more than both, as it is and in Monte Carlo standard errors, fails."""

DOMINATES = 0.9
"""Share of the prior's standard deviation that is left, above which the prior dominates."""

LOOKED_AT = 1000
"""Draws, of all chains alike, among which two modes are looked for."""

_SAMPLES = ("chain", "draw")


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
    wrong = [*convergence, *_disagreement(off)]
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
    wrong = [*_unfinished(posterior), *_disagreement(off)]
    if wrong:
        return Diagnosis(False, ("These draws are wrong; they must not be used.", *wrong))
    count = posterior.sizes["chain"] * posterior.sizes["draw"]
    said = f"Independent draws from the exact posterior, {count:,} of them and all effective: no chain that had to converge, so no divergence and no r-hat."
    return Diagnosis(True, (said, *_agreement(off), *_modes(tree, posterior), *_priors(tree, posterior)))


def _unfinished(posterior: xr.Dataset) -> list[str]:
    names = [str(name) for name, part in posterior.items() if not np.isfinite(part.values).all()]
    return [f"values that are not finite in {', '.join(names)}"] if names else []


def _convergence(tree: xr.DataTree, posterior: xr.Dataset) -> tuple[list[str], str]:
    """Return what failed, and the line for where nothing did."""
    import arviz as az

    lines = []
    stats = tree["sample_stats"].to_dataset() if "sample_stats" in tree.children else None
    diverging = int(stats["diverging"].sum()) if stats is not None and "diverging" in stats else 0
    if diverging:
        many = "divergent transitions" if diverging > 1 else "divergent transition"
        lines.append(f"{diverging} {many}: parts of the distribution were not reached")
    lines += _unfinished(posterior)
    with np.errstate(invalid="ignore", divide="ignore"):  # of what does not vary
        rhat = _worst(az.rhat(tree, method="rank"), posterior, np.nanmax)
        ess = _worst(az.ess(tree, method="bulk"), posterior, np.nanmin)
    if rhat is not None and rhat > LARGEST_RHAT:
        lines.append(f"the chains disagree: largest r-hat {rhat:.3f}, at most {LARGEST_RHAT} is allowed")
    if ess is not None and ess < SMALLEST_ESS:
        lines.append(f"too few effective draws: {ess:.0f}, at least {SMALLEST_ESS} are needed; sample more draws")
    if ess is None or rhat is None:
        return lines, "Nothing in this study is uncertain but the explanation itself: there was nothing to sample."
    energy = _energy(stats)
    if energy is not None and energy < SMALLEST_BFMI:
        lines.append(f"the tails were explored badly: energy fraction {energy:.2f}, at least {SMALLEST_BFMI} is needed")
    return lines, f"The chains agree: no divergences, largest r-hat {rhat:.3f}, at least {ess:,.0f} effective draws."


def _energy(stats: xr.Dataset | None) -> float | None:
    """Return the smallest energy fraction of missing information over the chains."""
    if stats is None or "energy" not in stats:
        return None
    energy = stats["energy"].transpose(*_SAMPLES).values
    spread = energy.var(axis=1)
    if not (spread > 0).all():
        return None
    return float((np.square(np.diff(energy, axis=1)).mean(axis=1) / spread).min())


def _worst(measure: Any, posterior: xr.Dataset, worst: Callable[..., Any]) -> float | None:
    """Return the worst value over all quantities that vary."""
    data = _dataset(measure)
    found = []
    for name, part in posterior.items():
        values = np.asarray(data[name].values)[_moves(part)]
        if values.size:
            found.append(float(worst(values)))
    return float(worst(found)) if found else None


def _dataset(measure: Any) -> xr.Dataset:
    inside = hasattr(measure, "children") and "posterior" in measure.children
    data: xr.Dataset = measure["posterior"].to_dataset() if inside else measure
    return data


def _moves(part: xr.DataArray) -> Any:
    return part.std(_SAMPLES).values > 1e-12


def _differences(tree: xr.DataTree, posterior: xr.Dataset) -> Differences:
    """Return, for each quantity with an exact mean, how far the draws' mean is off and its Monte Carlo standard error."""
    import arviz as az

    if "exact" not in tree.children:
        return {}
    exact = tree["exact"].to_dataset()
    names = [str(name) for name in exact if name in posterior]
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = _dataset(az.mcse(tree, var_names=names)) if names else exact
    found: dict[Hashable, tuple[Array, Array]] = {}
    for name in names:
        mean = posterior[name].mean(_SAMPLES)
        off = np.abs((mean - exact[name]).transpose(*mean.dims).values)
        found[name] = off, np.where(_moves(posterior[name]), errors[name].transpose(*mean.dims).values, 0.0)
    return found


def _disagreement(differences: Differences) -> list[str]:
    lines = []
    for name, (off, error) in differences.items():
        wrong = (off > LARGEST_DIFFERENCE) & (off > LARGEST_ERRORS * error)
        if wrong.any():
            lines.append(f"the draws of {name} miss the exact result: by {off[wrong].max():.3f}, at most {LARGEST_DIFFERENCE} is allowed")
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
