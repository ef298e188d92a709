"""Many scenarios of a study: other priors or errors of judgement, on one core or on a cluster.

Everything goes through `xarray.apply_ufunc`, so arrays in chunks stay in chunks: with a Dask client the work is done where the
client decides, and a chunk bounds the memory. Random numbers belong to a scenario's number, not to a chunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from processtrace.errors import UsageError
from processtrace.exact import posteriors
from processtrace.exact.scenarios import in_logs
from processtrace.inference.update import CASE, EVIDENCE, HYPOTHESIS, to_dataset
from processtrace.logspace import DB_PER_NAT, Array
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

SCENARIO = "scenario"


def sweep(study: Study | xr.Dataset, prior: xr.DataArray | None = None, log_likelihood: xr.DataArray | None = None) -> xr.DataArray:
    """Return posterior probabilities in many scenarios.

    Parameters
    ----------
    study
        A Study, or its Dataset from `to_dataset`.
    prior
        Weights of 0 or more, with dimensions scenario, hypothesis and, where cases differ, case. If None, it is the study's.
    log_likelihood
        Nats, (scenario, evidence, hypothesis), as `judged_with_noise` makes it. If None, it is the study's.

    Returns
    -------
    DataArray
        Probabilities, (scenario, case, hypothesis). Arrays in chunks of scenarios give a result in chunks. A case in which every
        hypothesis is refuted is NaN.

    Raises
    ------
    UsageError
        If neither has the dimension `scenario`, or if a dimension is missing.
    """
    import xarray as xr

    data = to_dataset(study) if isinstance(study, Study) else study
    place = {name: row for row, name in enumerate(data[CASE].values)}
    rows = np.array([place[name] for name in data["evidence_case"].values], np.int64)
    weights = data["prior"] if prior is None else prior
    nats = data["log_likelihood"] if log_likelihood is None else log_likelihood
    if SCENARIO not in (*weights.dims, *nats.dims):
        raise UsageError(f"prior {weights.dims}, log_likelihood {nats.dims}; one of them needs the dimension '{SCENARIO}'")
    for name, part, needed in (("prior", weights, HYPOTHESIS), ("log_likelihood", nats, EVIDENCE), ("log_likelihood", nats, HYPOTHESIS)):
        if needed not in part.dims:
            raise UsageError(f"{name} {part.dims}; it needs the dimension '{needed}'")
    if CASE not in weights.dims:
        weights = weights.expand_dims({CASE: data[CASE].values})
    order = np.argsort(rows, kind="stable")
    done: xr.DataArray = xr.apply_ufunc(
        lambda p, x: posteriors(p, x[..., order, :], rows[order]),
        weights,
        nats,
        input_core_dims=[[CASE, HYPOTHESIS], [EVIDENCE, HYPOTHESIS]],
        output_core_dims=[[CASE, HYPOTHESIS]],
        dask="parallelized",
        output_dtypes=[float],
    )
    return done.rename("posterior")


def posterior_of(prior: xr.DataArray, log_likelihood: xr.DataArray) -> xr.DataArray:
    """Return posterior probabilities along `hypothesis`, whatever the other dimensions are, in any chunks.

    Parameters
    ----------
    prior
        Weights of 0 or more, (..., hypothesis).
    log_likelihood
        Nats of all the evidence of a case, (..., hypothesis).

    Returns
    -------
    DataArray
        Probabilities, (..., hypothesis); NaN where every hypothesis is refuted.
    """
    import xarray as xr

    done: xr.DataArray = xr.apply_ufunc(
        in_logs,
        prior,
        log_likelihood,
        input_core_dims=[[HYPOTHESIS], [HYPOTHESIS]],
        output_core_dims=[[HYPOTHESIS]],
        dask="parallelized",
        output_dtypes=[float],
    )
    return done.rename("posterior")


def judged_with_noise(data: xr.Dataset, scenarios: int, sd_db: float, random_seed: int, chunk: int | None = None) -> xr.DataArray:
    """Return the log likelihood of every item with an independent normal error in each scenario.

    Each hypothesis's log likelihood errs by sd_db/sqrt 2. A scenario's errors depend on `random_seed` and on its number alone.

    Parameters
    ----------
    data
        The Dataset of `to_dataset` or `update`.
    scenarios
        Number of scenarios, 1 or more.
    sd_db
        Standard deviation of the error of a weight between two hypotheses, decibels.
    random_seed
        Seed of the errors.
    chunk
        Scenarios in a chunk, for Dask. If None, all are in memory at once.

    Returns
    -------
    DataArray
        Nats, (scenario, evidence, hypothesis).

    Raises
    ------
    UsageError
        If there are fewer than 1 scenario, or if `sd_db` is below 0.
    """
    import xarray as xr

    if scenarios < 1 or not sd_db >= 0:
        raise UsageError(f"scenarios={scenarios}, sd_db={sd_db:g}; at least 1 scenario, and a standard deviation of 0 or more")
    numbers = xr.DataArray(np.arange(scenarios), dims=SCENARIO, name=SCENARIO)
    if chunk is not None:
        numbers = numbers.chunk({SCENARIO: chunk})
    nats = data["log_likelihood"].transpose(EVIDENCE, HYPOTHESIS)
    sd = sd_db / np.sqrt(2) / DB_PER_NAT
    done: xr.DataArray = xr.apply_ufunc(
        lambda number, base: base + sd * _errors(number, base.shape, random_seed),
        numbers,
        nats,
        input_core_dims=[[], [EVIDENCE, HYPOTHESIS]],
        output_core_dims=[[EVIDENCE, HYPOTHESIS]],
        dask="parallelized",
        output_dtypes=[float],
    )
    return done


def _errors(numbers: NDArray[np.int64], shape: tuple[int, ...], random_seed: int) -> Array:
    """Return standard normal numbers for each scenario, from a stream of its own (Salmon et al. 2011, doi:10.1145/2063384.2063405)."""
    made = np.empty((len(numbers), *shape))
    for row, number in enumerate(numbers):
        np.random.Generator(np.random.Philox(key=random_seed, counter=[0, 0, 0, int(number)])).standard_normal(out=made[row])
    return made
