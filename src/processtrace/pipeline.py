"""The figures of a run: those of the results, and those that show how fragile they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from processtrace.errors import AnalysisError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from processtrace.study import Case, Study


def figures(study: Study, updated: xr.Dataset, analyses: Mapping[str, xr.Dataset], planned: xr.Dataset | None) -> dict[str, Figure]:
    """Every figure that can be drawn of a study, by `kind` or `kind/case`; what needs a lead is left out where there is none.

    `analyses`: `robustness.analyses(study)`.
    """
    from processtrace import plots

    drawn = {"support": plots.support(updated, analyses["bounds"], analyses["ranges"])}
    rivals = len(study.explanations) > 1
    for case in study.cases:
        if rivals and _counts(case):
            drawn |= dict(_of_case(updated, case.id))
        if planned is not None and case.id in planned["planned_case"].values:
            drawn[f"plan/{case.id}"] = plots.plan(planned, case.id)
    if rivals and any(map(_counts, study.cases)):
        drawn |= dict(_fragile(study, updated, analyses))
    return drawn


def _counts(case: Case) -> bool:
    return any(item.counts for item in case.evidence)


def _of_case(updated: xr.Dataset, case: str) -> Iterator[tuple[str, Figure]]:
    from processtrace import plots

    for draw in (plots.path, plots.weights, plots.simplex):
        with suppress(AnalysisError):
            yield f"{draw.__name__}/{case}", draw(updated, case)


def _fragile(study: Study, updated: xr.Dataset, analyses: Mapping[str, xr.Dataset]) -> Iterator[tuple[str, Figure]]:
    from processtrace import plots

    yield "dependence", plots.dependence(updated, analyses["dependence"])
    yield "model_error", plots.model_error(updated, analyses["model_error"])
    with suppress(AnalysisError):
        yield "noise", plots.noise(updated, analyses["noise"])
    if study.analysts:
        with suppress(AnalysisError):
            yield "analysts", plots.analysts(updated, analyses["analysts"])
    for case in study.cases:
        for kind, draw, name in (
            ("tornado", plots.tornado, "tipping"),
            ("leave_one_out", plots.leave_one_out, "leave_out"),
            ("surprise", plots.surprise, "prediction_bits"),
        ):
            with suppress(AnalysisError):
                yield f"{kind}/{case.id}", draw(updated, analyses[name], case.id)
