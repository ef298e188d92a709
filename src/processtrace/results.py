"""What a run computes of a study: the numbers, the tables and the draws in one frozen record."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.errors import UsageError
from processtrace.text.numbers import without_infinities

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

    from processtrace.study import Study

SEED = 20260101
"""The seed of the draws where none is given."""

SIMULATED = 100
"""Simulated studies that say how often one explanation would look divided; the error is printed beside the share."""

_SIMULATED_ITEMS, _FEWEST = 20_000, 20
"""Items of all simulated studies of a case together, up to which SIMULATED are drawn, and studies that are drawn in any case."""

Progress = bool | Callable[[str], None]


@dataclass(frozen=True)
class Results:
    """Everything that a run computes of a study; what `run` writes and the report prints.

    Attributes
    ----------
    study : Study
        The study as it was read.
    data : xarray.Dataset
        The exact posterior, as `update(study)` returns it.
    analyses : mapping of str to xarray.Dataset
        The Dataset of each question of `processtrace.robustness`, by the name of its function.
    answers : mapping of str to mapping
        The same about each case in plain values, by case and key: None for what is undefined, infinite for what is infinite.
    tables : mapping of str to pandas.DataFrame
        The tables by name: always `posterior`, `weights`, `appendix` and `robustness`; `agreement`, `codings`,
        `dividing` and `differences` where two analysts judged an item; `repetition` where one was asked again, `moved` after a second
        round, `transparency`
        where a language model is named; `factors` and `construction` of a study of factors, `shares` of any
        other with rivals; `plan` where items are planned.
    planned : xarray.Dataset or None
        What each planned item can be expected to say, as `planning.items(study)` returns it; None where none is planned.
    sampled : xarray.DataTree or None
        The draws of the PyMC model, as `sample(study)` returns them; None where none were asked for.
    figures : mapping of str to Path, str or matplotlib.figure.Figure
        Figures for the report, by `kind` or `kind/case`; empty until they are drawn.
    provenance : mapping of str to str
        What the results were made from, as `report.provenance` returns it; empty until they are written.
    paths : mapping of str to Path
        Every file that was written, by its name within the folder, as in `paths["report.html"]`; empty until then.
    """

    study: Study
    data: xr.Dataset
    analyses: Mapping[str, xr.Dataset]
    answers: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, pd.DataFrame]
    planned: xr.Dataset | None = None
    sampled: xr.DataTree | None = None
    figures: Mapping[str, Figure | str | Path] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, Path] = field(default_factory=dict)

    @property
    def robustness(self) -> dict[str, Any]:
        """The answers as JSON holds them, as `robustness.as_json` returns them."""
        cases = without_infinities(self.answers)
        return {"title": self.study.title, "hypotheses": list(self.study.explanations), "cases": cases}

    @property
    def converged(self) -> bool:
        """Whether the draws passed their diagnostics and agree with the exact posterior; True where none were asked for."""
        return self.sampled is None or bool(self.sampled.attrs["converged"])


def compute(study: Study, *, random_seed: int = SEED, draws: int = 1000, sample: bool = True, progress: Progress = False) -> Results:
    """Return everything that a run computes of a study, and write nothing.

    Parameters
    ----------
    study : Study
        The study.
    random_seed : int
        The seed of the draws, 0 or more.
    draws : int
        Draws of each of four chains, 1 or more.
    sample : bool
        Whether to update by the PyMC model too, beside the exact engine; everything else is exact without draws.
    progress : bool or callable
        A function that is called with a line of text at each step; True prints the lines to standard error.

    Returns
    -------
    Results
        The record, without figures, provenance and paths.

    Raises
    ------
    UsageError
        If `random_seed` or `draws` is not a whole number in its range.
    ContradictionError
        If every explanation of a case is refuted.
    """
    from processtrace import planning, robustness, tables
    from processtrace.inference.update import update
    from processtrace.robustness.answers import answers

    random_seed, number = _whole("random_seed", random_seed, 0), _whole("draws", draws, 1)
    steps = Steps(progress)
    with steps.step("Exact posterior"):
        data = update(study)
    with steps.step("Robustness: everything a reviewer asks"):
        analyses = robustness.analyses(study, steps.count)
        answered = answers(study, analyses)
    planned = None
    if any(item.status == "planned" for case in study.cases for item in case.evidence):
        with steps.step("Planning: what to look for next"):
            planned = planning.items(study)
    with steps.step("Agreement of analysts, several explanations at once"):
        made = {**_codings(study, analyses["analysts"])}
        made |= {"factors": tables.factors(study, data=data)} if study.factors else {}
        made |= _several(study)
    made |= {
        "posterior": tables.posterior(study, data=data, bounds=analyses["bounds"], ranges=analyses["ranges"]),
        "weights": tables.weights(study, data=data),
        "appendix": tables.appendix(study, data=data),
        "robustness": robustness.summary(study, results=analyses),
    }
    made |= {} if planned is None else {"plan": tables.plan(study, data=planned)}
    drawn = None
    if sample:
        with steps.step("Sampling the PyMC model of explanation, reliabilities and judgements"):
            drawn = _sampled(study, random_seed, number, None if steps.shown else False)
    return Results(study, data, analyses, answered, made, planned, drawn)


def _whole(name: str, value: float, least: int) -> int:
    """Return a whole number as an int; R passes one as a float."""
    if isinstance(value, bool) or not isinstance(value, Real) or not float(value).is_integer() or value < least:
        raise UsageError(f"{name}={value}; a whole number, {least} or more")
    return int(value)


def _sampled(study: Study, random_seed: int, draws: int, progressbar: bool | None) -> xr.DataTree:
    """Return draws of the PyMC model `explanation`; where a cluster has too many uncertain sources for it, of `judgements`."""
    from processtrace.errors import AnalysisError
    from processtrace.pymc_models import sample

    try:
        return sample(study, draws=draws, random_seed=random_seed, progressbar=progressbar)
    except AnalysisError:
        return sample(study, "judgements", draws=draws, random_seed=random_seed, progressbar=progressbar)


def _codings(study: Study, data: xr.Dataset) -> dict[str, pd.DataFrame]:
    """Return how far the analysts agree and what divides them, where two or more judged an item."""
    from processtrace import tables

    if not any(item.counts and len(item.by_analyst) > 1 for case in study.cases for item in case.evidence):
        return {}
    made = {"codings": tables.codings(study, data=data), "dividing": tables.dividing(study, data=data)}
    return _possible(study, "agreement") | made | _possible(study, "differences", "repetition", "moved", "transparency")


def _possible(study: Study, *names: str) -> dict[str, pd.DataFrame]:
    """Return the tables that can be made of a study, of those that need judges of some kind."""
    from processtrace import tables
    from processtrace.errors import AnalysisError

    made = {}
    for name in names:
        with suppress(AnalysisError):
            made[name] = getattr(tables, name)(study)
    return made


def _several(study: Study) -> dict[str, pd.DataFrame]:
    """Return more than one explanation at once: of factors what building cells would give, of hypotheses shares of the evidence."""
    from processtrace import tables
    from processtrace.inference import division

    if study.factors:
        return {"construction": tables.construction(study)}
    if len(study.explanations) < 2:
        return {}
    return {"shares": tables.shares(study, simulated=division.looks_divided(study, draws=_simulated(study)))}


def _simulated(study: Study) -> int:
    """Return how many studies are simulated: fewer where a case has hundreds of items, of which each takes long."""
    most = max((sum(item.counts for item in case.evidence) for case in study.cases), default=0)
    return max(_FEWEST, min(SIMULATED, _SIMULATED_ITEMS // max(most, 1)))


_EVERY = 10.0
"""Seconds between two reports of how much of a step is done."""


class Steps:
    """Progress in lines of text: one for each step, with its seconds where it took more than one."""

    def __init__(self, progress: Progress):
        self.shown = bool(progress)
        self._say: Callable[[str], None] = progress if callable(progress) else _to_stderr if progress else _nowhere
        self._began = self._said = time.monotonic()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Report the beginning of a step, and its end."""
        self._began = self._said = time.monotonic()
        self._say(f"{name} …")
        yield
        if time.monotonic() - self._began > 1:
            self._say(f"  done in {time.monotonic() - self._began:.0f} s")

    def count(self, done: int, total: int) -> None:
        """Report every ten seconds how much of a step is done, and about how long the rest will take."""
        now = time.monotonic()
        if now - self._said > _EVERY and done < total:
            self._said = now
            rest = (now - self._began) / done * (total - done)
            self._say(f"  {done} of {total}; about {f'{rest / 60:.0f} minutes' if rest > 90 else f'{rest:.0f} s'} to go")


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr)


def _nowhere(text: str) -> None:
    del text
