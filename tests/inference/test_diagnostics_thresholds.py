"""Every threshold of the diagnostics: a run just under it passes, a run just over it fails, and by nothing else.

The thresholds are written out here from their sources, not read from the code. Each run is made of fixed draws with one
number turned until the measure (of ArviZ, or its formula) lies a hair to either side. Deterministic.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import arviz as az
import numpy as np
import pytest
import xarray as xr
from scipy.optimize import brentq
from scipy.stats import norm

from processtrace.inference.diagnostics import diagnose, diagnose_independent

LARGEST_RHAT, SMALLEST_ESS = 1.01, 400  # Vehtari et al. 2021, doi:10.1214/20-BA1221
SMALLEST_BFMI = 0.3  # Betancourt 2016, arXiv:1604.00695
LARGEST_DIFFERENCE, LARGEST_ERRORS = 0.005, float(-norm.ppf(0.002 / 2 / 4))  # one right run in 500, over four means
SD_LEFT, MOVED = 0.9, 0.05
COORDS = {"case": ["x", "y"], "hypothesis": ["a", "b"]}
DIMS = ("chain", "draw", "case", "hypothesis")


def tree(values: np.ndarray, name: str = "evidence_share", **groups: xr.Dataset) -> xr.DataTree:
    labels = xr.Dataset({"case_label": ("case", ["Land X", "Land Y"]), "hypothesis_label": ("hypothesis", ["One", "Two"])}, coords=COORDS)
    return xr.DataTree.from_dict({"posterior": xr.Dataset({name: (DIMS, values)}, coords=COORDS), "constant_data": labels} | groups)


def normal(draws: int, seed: int = 0) -> np.ndarray:
    """Four chains of normal draws, each chain and all together of mean 0."""
    made = np.random.default_rng(seed).normal(size=(4, draws, 2, 2))
    return made - made.mean(axis=1, keepdims=True)


def measured(measure: Callable[..., Any], values: np.ndarray, how: str) -> float:
    data = measure(tree(values), method=how)
    found = (data["posterior"].to_dataset() if "posterior" in data.children else data)["evidence_share"].values
    return float(found.max() if measure is az.rhat else found.min())


def turned(make: Callable[[float], np.ndarray], measure: Callable[[np.ndarray], float], goal: float, low: float, high: float) -> np.ndarray:
    """The draws at which the measure is the goal."""
    return make(brentq(lambda turn: measure(make(turn)) - goal, low, high, xtol=1e-12))


@pytest.mark.parametrize(("rhat", "passes"), [(LARGEST_RHAT - 2e-4, True), (LARGEST_RHAT + 2e-4, False)])
def test_the_largest_rhat_that_is_always_allowed(rhat, passes):
    """One chain of four is moved away from the others."""
    bare = normal(2000)

    def moved(by: float) -> np.ndarray:
        values = bare.copy()
        values[0, ..., 1, 0] += by
        return values

    values = turned(moved, lambda one: measured(az.rhat, one, "rank"), rhat, 0.05, 0.6)
    assert measured(az.ess, values, "bulk") > SMALLEST_ESS
    said = diagnose(tree(values))
    assert said.passed == passes
    if passes:
        assert f"largest r-hat {rhat:.3f}" in said.lines[0]
    else:
        assert said.lines[1:] == (f"the chains disagree: r-hat {rhat:.3f}, at most 1.010 is explained by chance among 4 quantities",)


@pytest.mark.parametrize(("ess", "passes"), [(SMALLEST_ESS - 0.6, False), (SMALLEST_ESS + 0.6, True)])
def test_the_fewest_effective_draws(ess, passes):
    """Autoregressive chains, whose correlation lowers the effective number of draws."""
    noise = normal(3000, seed=1)

    def slow(correlation: float) -> np.ndarray:
        values = noise.copy()
        for k in range(1, values.shape[1]):
            values[:, k, 0, 1] = correlation * values[:, k - 1, 0, 1] + np.sqrt(1 - correlation**2) * noise[:, k, 0, 1]
        values[..., 0, 1] -= values[..., 0, 1].mean(axis=1, keepdims=True)
        return values

    values = turned(slow, lambda one: measured(az.ess, one, "bulk"), ess, 0.5, 0.97)
    assert measured(az.rhat, values, "rank") < LARGEST_RHAT
    said = diagnose(tree(values))
    assert said.passed == passes
    if passes:
        assert f"at least {ess:,.0f} effective draws" in said.lines[0]
    else:
        assert said.lines[1:] == (f"too few effective draws: {ess:.0f}, at least 400 are needed; sample more draws",)


@pytest.mark.parametrize(("bfmi", "passes"), [(SMALLEST_BFMI - 1e-3, False), (SMALLEST_BFMI + 1e-3, True)])
def test_the_smallest_energy_fraction(bfmi, passes):
    """One chain's energy has steps too small for its spread: E[(E_n - E_n-1)^2] over the variance of E."""
    noise = np.random.default_rng(2).normal(size=(4, 1000))

    def energy(correlation: float) -> np.ndarray:
        values = noise.copy()
        for k in range(1, values.shape[1]):
            values[2, k] = correlation * values[2, k - 1] + np.sqrt(1 - correlation**2) * noise[2, k]
        return values

    def fraction(values: np.ndarray) -> float:
        return min(float(np.square(np.diff(chain)).mean() / chain.var()) for chain in values)

    stats = xr.Dataset({"energy": (("chain", "draw"), turned(energy, fraction, bfmi, 0.5, 0.99))})
    said = diagnose(tree(normal(1000), sample_stats=stats))
    assert said.passed == passes
    if not passes:
        assert said.lines[1:] == (f"the tails were explored badly: energy fraction {bfmi:.2f}, at least 0.3 is needed",)


@pytest.mark.parametrize(("draws", "count"), [(1000, 0), (1000, 4), (1000, 5), (200, 1)])
def test_more_than_one_divergence_in_a_thousand_draws_fails(draws, count):
    diverging = np.zeros((4, draws), bool)
    diverging[1, :count] = True
    said = diagnose(tree(normal(draws), sample_stats=xr.Dataset({"diverging": (("chain", "draw"), diverging)})))
    assert said.passed == (count <= 4 * draws / 1000)
    assert said.passed or said.lines[1].startswith(f"{count} divergent transition{'s' if count > 1 else ''}: parts of the distribution")


def off_by(difference: float, errors: float) -> xr.DataTree:
    """Draws whose mean misses the exact one by so much, and by so many of its Monte Carlo standard errors."""
    values = normal(1000, seed=3)
    mcse = az.mcse(tree(values))
    mcse = float((mcse["posterior"].to_dataset() if "posterior" in mcse.children else mcse)["evidence_share"].values[1, 1])
    values = values * (difference / errors / mcse)
    exact = np.zeros((2, 2))
    exact[1, 1] = difference
    return tree(values, exact=xr.Dataset({"evidence_share": (("case", "hypothesis"), exact)}, coords=COORDS))


@pytest.mark.parametrize("judge", [diagnose, diagnose_independent])
@pytest.mark.parametrize(
    ("difference", "errors", "passes"),
    [
        (LARGEST_DIFFERENCE + 1e-4, LARGEST_ERRORS + 0.01, False),
        (LARGEST_DIFFERENCE - 1e-4, LARGEST_ERRORS + 0.01, True),
        (LARGEST_DIFFERENCE + 1e-4, LARGEST_ERRORS - 0.01, True),
        (LARGEST_DIFFERENCE - 1e-4, 100, True),
        (0.5, LARGEST_ERRORS - 0.01, True),
        (0.5, LARGEST_ERRORS + 0.01, False),
    ],
)
def test_a_mean_must_miss_by_both_to_fail(judge, difference, errors, passes):
    said = judge(off_by(difference, errors))
    assert said.passed == passes
    if passes:
        assert f"The means of the draws agree with the exact result: largest difference {difference:.3f}." in said.lines
    else:
        allowed = max(LARGEST_DIFFERENCE, LARGEST_ERRORS * difference / errors)
        assert said.lines[1:] == (
            f"the draws of evidence_share miss the exact result: by {difference:.3f}, at most {allowed:.3f} is explained by sampling",
        )


@pytest.mark.parametrize("judge", [diagnose, diagnose_independent])
@pytest.mark.parametrize(("left", "told"), [(SD_LEFT - 1e-3, False), (SD_LEFT + 1e-3, True)])
def test_a_prior_dominates_where_its_spread_is_left(judge, left, told):
    values = normal(1000)
    sd = values.std(axis=(0, 1))
    prior = sd / 0.5
    prior[1, 0] = sd[1, 0] / left
    before = xr.Dataset({"evidence_share_sd": (("case", "hypothesis"), prior)}, coords=COORDS)
    said = judge(tree(values, elicited=before))
    assert said.passed
    line = "The prior dominates evidence share (Land Y, One): more than 90% of its standard deviation is left."
    assert (line in said.lines) == told
    assert told or not any("prior dominates" in one for one in said.lines)


@pytest.mark.parametrize("judge", [diagnose, diagnose_independent])
@pytest.mark.parametrize(("moved", "told"), [(MOVED - 1e-3, True), (MOVED + 1e-3, False)])
def test_a_prior_dominates_where_no_mean_moves(judge, moved, told):
    values = normal(1000) / 100 + 0.5
    mean = values.mean(axis=(0, 1))
    before = mean - np.array([[0.3, -0.3], [moved, -moved / 2]])
    elicited = xr.Dataset({"explanation_mean": (("case", "hypothesis"), before)}, coords=COORDS)
    said = judge(tree(values, name="explanation", elicited=elicited))
    line = "The prior dominates in Land Y: the evidence moves no explanation by .05."
    assert (line in said.lines) == told
    assert told or not any("prior dominates" in one for one in said.lines)


def two_groups(draws: int, apart: float = 10.0, smaller: float = 0.5, between: float = 0.0) -> np.ndarray:
    """Four chains that all visit two groups of draws, `apart` of their spreads from each other; `between`: draws in the middle third.

    Within a group draws are uniform, so that none of them strays between the two.
    """
    rng = np.random.default_rng(4)
    values = normal(draws, seed=5)
    values[..., 0, 0] = rng.uniform(-np.sqrt(3), np.sqrt(3), (4, draws))
    total = 4 * draws
    kinds = np.zeros(total)
    kinds[: round(smaller * total)] = apart
    if between:
        kinds[-round(between * total) :] = np.nan
    rng.shuffle(kinds)
    one = values[..., 0, 0].ravel() + np.nan_to_num(kinds, nan=0.0)
    one[np.isnan(kinds)] = apart / 2
    values[..., 0, 0] = one.reshape(4, draws)
    return values


def told_of_modes(values: np.ndarray) -> bool:
    said = diagnose(tree(values))
    lines = [line for line in said.lines if line.startswith("Two modes, with little between them, in evidence share (Land X, One)")]
    return bool(lines)


def test_two_modes_need_a_gap_that_holds_nine_tenths_of_the_variance():
    """Halves d apart with spread 1 leave 1/(1 + d^2/4) of the variance within: a tenth at d = 6. With 1,000 draws its error is below 3 %."""
    assert told_of_modes(two_groups(250, apart=6.4))
    assert not told_of_modes(two_groups(250, apart=5.6))


def test_two_modes_need_one_draw_in_fifty_in_the_smaller_and_fewer_between():
    assert told_of_modes(two_groups(250, apart=40, smaller=0.022))
    assert not told_of_modes(two_groups(250, apart=40, smaller=0.018))
    assert told_of_modes(two_groups(250, apart=40, between=0.018))
    assert not told_of_modes(two_groups(250, apart=40, between=0.022))


def test_two_modes_need_a_hundred_draws():
    assert told_of_modes(two_groups(25, apart=40))
    assert not told_of_modes(two_groups(24, apart=40))


def test_what_hardly_varies_is_passed_over_and_what_varies_is_not():
    """A standard deviation above 1e-12 is a quantity that was sampled: its r-hat counts."""
    values = normal(1000)
    values[..., 0, 0] = np.arange(1000)[None] * 1e-14 / 1000  # sd 3e-15
    assert diagnose(tree(values)).passed
    values[..., 0, 0] = np.arange(1000)[None] * 1e-10 / 1000  # sd 3e-11, and never twice the same
    assert not diagnose(tree(values)).passed
