"""The figures of a run: those of the results, and those that show how fragile they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure


def figures(data: xr.Dataset, analyses: Mapping[str, xr.Dataset], planned: xr.Dataset | None) -> dict[str, Figure]:
    """Return every figure that can be drawn of a study, by `kind` or `kind/case`.

    Parameters
    ----------
    data : xarray.Dataset
        What `update(study)` returns.
    analyses : mapping of str to xarray.Dataset
        What `robustness.analyses(study)` returns.
    planned : xarray.Dataset, optional
        What `planning.items(study)` returns; None where the study plans nothing.

    Returns
    -------
    dict of str to matplotlib.figure.Figure
        The figures, in the order of a report.
    """
    from processtrace.plots import FIGURES

    found = {**analyses} if planned is None else {**analyses, "plan": planned}
    return {name: figure for kind in FIGURES.values() for name, figure in kind.figures(data, found).items()}
