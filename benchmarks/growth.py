# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "dask[array]"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""How time and memory grow with items, cases and scenarios; each point in a process of its own, on one core; 4 hypotheses.

Time: the median of up to 5 runs after one that compiles. Memory: the peak of the process above what its imports took; the data
and result count. Writes `docs/figures/growth.png` and prints time, memory and the exponent of
time over the last two decades.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from side_by_side import ROOT, shown

HYPOTHESES, CHUNK = 4, 100_000
ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
type Run = Callable[[], object]


@dataclass(frozen=True)
class Point:
    size: int
    seconds: float
    megabytes: float


def log_likelihoods(*shape: int):
    import numpy as np

    return np.log(np.random.default_rng(1).uniform(0.05, 0.95, (*shape, HYPOTHESES)))


def study(cases: int, items: int):
    """A study in memory, every judgement a number."""
    import numpy as np

    import processtrace as pt

    names = [f"h{k}" for k in range(HYPOTHESES)]
    return pt.Study(
        "Growth",
        hypotheses={h: {} for h in names},
        cases=[
            pt.Case(
                f"c{c}",
                evidence=[
                    pt.Evidence(f"e{i}", finding="A finding.", probability=dict(zip(names, map(float, row), strict=True)))
                    for i, row in enumerate(np.exp(log_likelihoods(items)))
                ],
            )
            for c in range(cases)
        ],
    )


def posterior_of_items(size: int) -> Run:
    import numpy as np

    from processtrace.exact import posterior

    prior, nats = np.full(HYPOTHESES, 1 / HYPOTHESES), log_likelihoods(size)
    return lambda: posterior(prior, nats)


def update_of_items(size: int) -> Run:
    import processtrace as pt

    made = study(1, size)
    return lambda: pt.update(made)


def posterior_of_cases(size: int) -> Run:
    import numpy as np
    import xarray as xr

    from processtrace.inference.sweeps import posterior_of

    prior = xr.DataArray(np.full((size, HYPOTHESES), 1 / HYPOTHESES), dims=("case", "hypothesis"))
    nats = xr.DataArray(log_likelihoods(size), dims=("case", "hypothesis"))
    return lambda: posterior_of(prior, nats)


def mixture_of_cases(size: int) -> Run:
    import numpy as np

    from processtrace.exact.dirichlet import mixture

    nats = log_likelihoods(size)
    return lambda: mixture(np.ones(HYPOTHESES), nats)


def update_of_cases(size: int) -> Run:
    import processtrace as pt

    made = study(size, 4)
    return lambda: pt.update(made)


def scenarios_in_memory(size: int) -> Run:
    import numpy as np
    import xarray as xr

    import processtrace as pt

    data = pt.update(study(5, 40))
    prior = xr.DataArray(np.random.default_rng(1).dirichlet(np.ones(HYPOTHESES), (size, 5)), dims=("scenario", "case", "hypothesis"))
    return lambda: pt.sweep(data, prior)


def scenarios_in_chunks(size: int) -> Run:
    """The mean of the posterior, so that the result is small too; priors are drawn within their chunk."""
    import dask.array as da
    import xarray as xr

    import processtrace as pt

    data = pt.update(study(5, 40))
    weights = da.random.default_rng(1).standard_exponential((size, 5, HYPOTHESES), chunks=(CHUNK, 5, HYPOTHESES))
    prior = xr.DataArray(weights, dims=("scenario", "case", "hypothesis"))
    return lambda: pt.sweep(data, prior).mean("scenario").compute(num_workers=1)


CURVES: dict[str, tuple[Callable[[int], Run], tuple[int, ...]]] = {
    "items: exact.posterior": (posterior_of_items, (10, 30, 100, 300, 1_000, 3_000, 10_000)),
    "items: update": (update_of_items, (10, 30, 100, 300, 1_000, 3_000, 10_000)),
    "cases: posterior_of": (posterior_of_cases, (5, 30, 100, 1_000, 3_000, 10_000, 30_000, 100_000)),
    "cases: mixture": (mixture_of_cases, (5, 30, 100, 1_000, 3_000, 10_000, 30_000, 100_000)),
    "cases: update": (update_of_cases, (5, 10, 30, 100, 300, 1_000, 3_000, 10_000)),
    "scenarios: sweep, in memory": (scenarios_in_memory, (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)),
    "scenarios: sweep, in chunks": (scenarios_in_chunks, (1, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000)),
}


def peak() -> float:
    """Largest resident memory of this process so far, megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(name: str, size: int) -> Point:
    """In a process that did nothing before. What is compiled or imported on first use is so at the smallest size."""
    make, sizes = CURVES[name]
    make(sizes[0])()
    before, seconds = peak(), []
    run = make(size)
    while (len(seconds) < 5 and sum(seconds) < 3) or len(seconds) < 2:
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return Point(size, sorted(seconds)[len(seconds) // 2], peak() - before)


def apart(name: str, size: int) -> Point:
    arguments = [sys.executable, __file__, name, str(size)]
    done = subprocess.run(arguments, env=os.environ | ONE_CORE, check=True, stdout=subprocess.PIPE, text=True)
    return Point(**json.loads(done.stdout))


def exponent(points: list[Point]) -> float:
    """Slope of log time on log size over the last two decades."""
    import numpy as np

    last = [point for point in points if point.size >= points[-1].size / 100]
    return float(np.polyfit(np.log([point.size for point in last]), np.log([point.seconds for point in last]), 1)[0])


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measured(sys.argv[1], int(sys.argv[2])).__dict__))
        sys.exit()
    print(f"{'':<28}  {'largest':>10}  {'time':>8}  {'memory':>9}  exponent of time")
    curves = {}
    for name, (_, sizes) in CURVES.items():
        points = curves[name] = [apart(name, size) for size in sizes]
        last = points[-1]
        print(f"{name:<28}  {last.size:>10,}  {shown(last.seconds):>8}  {last.megabytes:>6,.0f} MB  {exponent(points):.2f}", flush=True)
    from growth_figure import drawn

    drawn(curves, ROOT / "docs" / "figures" / "growth.png")
