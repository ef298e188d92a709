"""Samplers beside each other: each is compiled apart, then drawn from in turn, and compared by seconds for an effective draw."""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from arviz_stats.base import array_stats
from numpy.typing import NDArray

CHAINS, DRAWS, WARMUP = 4, 1_000, 1_000

type Array = NDArray[np.float64]


@dataclass(frozen=True)
class Drawn:
    """One run: seconds of it, effective draws, and the mean of each quantity with its Monte Carlo standard error.

    `median`: effective draws of the middle one of further quantities, where there are any.
    """

    seconds: float
    effective: float
    mean: Array
    error: Array
    median: float = np.nan


@dataclass(frozen=True)
class Contender:
    """`compiling`: seconds until it was ready. `run`: from a seed to what was drawn."""

    compiling: float
    run: Callable[[int], Drawn]


def in_turn(contenders: Mapping[str, Contender], rounds: int = 3) -> dict[str, Drawn]:
    """The middle run of each, by seconds for an effective draw, of so many rounds in which all run in turn."""
    runs: dict[str, list[Drawn]] = {name: [] for name in contenders}
    for seed in range(1, rounds + 1):
        for name, contender in contenders.items():
            runs[name].append(contender.run(seed))
    return {name: sorted(each, key=cost)[len(each) // 2] for name, each in runs.items()}


def cost(drawn: Drawn) -> float:
    """Seconds for an effective draw."""
    return drawn.seconds / drawn.effective


def table(contenders: Mapping[str, Contender], drawn: Mapping[str, Drawn]) -> None:
    width = max(map(len, drawn))
    print(f"\n  {'':<{width}}  {'compiling':>10}  {'sampling':>10}  {'effective':>10}  {'effective/s':>11}")
    for name, each in drawn.items():
        numbers = f"{each.seconds:>8.3g} s  {each.effective:>10,.0f}  {1 / cost(each):>11,.0f}"
        print(f"  {name:<{width}}  {contenders[name].compiling:>8.3g} s  {numbers}")


def agree(one: Drawn, other: Drawn) -> float:
    """The largest difference of two means, in Monte Carlo standard errors of both."""
    return float((np.abs(one.mean - other.mean) / np.hypot(one.error, other.error)).max())


def measured(draws: Array, seconds: float, further: Array | None = None) -> Drawn:
    """Of draws (chain, draw, quantity): the smallest bulk effective sample size, means and their errors."""
    axes = {"chain_axis": 0, "draw_axis": 1}
    effective = float(np.min(array_stats.ess(draws, method="bulk", **axes)))
    median = np.nan if further is None else float(np.median(array_stats.ess(further, method="bulk", **axes)))
    return Drawn(seconds, effective, draws.mean(axis=(0, 1)), array_stats.mcse(draws, **axes), median)


def together(draws: Mapping[str, Any], names: Sequence[str]) -> Array:
    """These variables, (chain, draw, ...) each, as one array (chain, draw, quantity)."""
    return np.concatenate([np.asarray(draws[name]).reshape(CHAINS, DRAWS, -1) for name in names], axis=2)


def nutpie_on(model: Any, *names: str, further: Sequence[str] = ()) -> Contender:
    """A PyMC model in nutpie, as `processtrace.sample` runs it; `names`: the variables that count."""
    import nutpie
    import pytensor

    began = time.perf_counter()
    with pytensor.config.change_flags(numba__fastmath=False, numba__cache=False):
        compiled = nutpie.compile_pymc_model(model)
        nutpie.sample(compiled, draws=2, tune=2, chains=1, progress_bar=False)
    compiling = time.perf_counter() - began

    def run(seed: int) -> Drawn:
        began = time.perf_counter()
        tree = nutpie.sample(compiled, draws=DRAWS, tune=WARMUP, chains=CHAINS, seed=seed, save_warmup=False, progress_bar=False)
        seconds = time.perf_counter() - began
        posterior = tree["posterior"]
        return measured(together(posterior, names), seconds, together(posterior, further) if further else None)

    return Contender(compiling, run)


def nuts_of_pymc(model: Any, *names: str) -> Contender:
    """A PyMC model in PyMC's own NUTS; what it says of its time of sampling leaves the compilation out."""
    import pymc as pm

    def drawn(seed: int, draws: int) -> tuple[Any, float, float]:
        """The posterior, seconds of sampling, seconds of the rest."""
        began = time.perf_counter()
        with model:
            tree = pm.sample(
                draws,
                tune=draws,
                chains=CHAINS,
                random_seed=seed,
                nuts_sampler="pymc",
                progressbar=False,
                quiet=True,
                compute_convergence_checks=False,
            )
        sampling = float(tree["posterior"].attrs["sampling_time"])
        return tree["posterior"], sampling, time.perf_counter() - began - sampling

    def run(seed: int) -> Drawn:
        posterior, sampling, _ = drawn(seed, DRAWS)
        return measured(together(posterior, names), sampling)

    return Contender(drawn(0, 2)[2], run)


def numpyro_on(model: Callable[[], None], *names: str) -> Contender:
    """A NumPyro model, chains side by side on the processor, in double precision as the others are."""
    import jax
    import numpyro
    from numpyro.infer import MCMC, NUTS

    numpyro.set_host_device_count(CHAINS)
    numpyro.enable_x64()
    sampler = MCMC(NUTS(model), num_warmup=WARMUP, num_samples=DRAWS, num_chains=CHAINS, chain_method="parallel", progress_bar=False)

    def drawn(seed: int) -> tuple[Mapping[str, Array], float]:
        began = time.perf_counter()
        sampler.run(jax.random.PRNGKey(seed))
        draws = {name: np.asarray(some) for name, some in sampler.get_samples(group_by_chain=True).items()}
        return draws, time.perf_counter() - began

    def run(seed: int) -> Drawn:
        draws, seconds = drawn(seed)
        return measured(together(draws, names), seconds)

    first, again = drawn(0)[1], drawn(0)[1]
    return Contender(max(first - again, 0.0), run)


def stan_on(code: str, data: Mapping[str, Any], *names: str) -> Contender:
    """A Stan program through PyStan, compiled in a cache of its own."""
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
    import stan

    began = time.perf_counter()
    program = stan.build(code, data=dict(data))
    compiling = time.perf_counter() - began

    def run(seed: int) -> Drawn:
        seeded = dataclasses.replace(program, random_seed=seed)
        began = time.perf_counter()
        fit = seeded.sample(num_chains=CHAINS, num_samples=DRAWS, num_warmup=WARMUP)
        seconds = time.perf_counter() - began
        draws = {name: np.moveaxis(fit[name].reshape(-1, DRAWS, CHAINS), 0, -1).swapaxes(0, 1) for name in names}
        return measured(together(draws, names), seconds)

    return Contender(compiling, run)
