"""Names for people along the dimensions of draws are kept apart from them, since `arviz.summary` takes no such coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processtrace.inference.layout.assembly import layout
from processtrace.inference.layout.opinions import panel_layout
from processtrace.inference.update import ANALYST, CASE, EVIDENCE, HYPOTHESIS
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

    from processtrace.inference.layout.types import Layout

JUDGED, WITNESS, SEARCH = "judged", "witness", "search"


def labels(study: Study, posterior: xr.Dataset, form: Layout | None = None) -> xr.Dataset:
    """Return `<dimension>_label` for each dimension of the draws that a study names; an identifier where it has no name.

    Parameters
    ----------
    study
        The study.
    posterior
        The draws.
    form
        The layout that the draws follow, made anew where None.

    Returns
    -------
    xarray.Dataset
        One variable of labels for each dimension.
    """
    import xarray as xr

    names = {
        CASE: {case.id: case.name for case in study.cases},
        HYPOTHESIS: {h: one.name for h, one in study.explanations.items()},
        ANALYST: {name: one.name for name, one in study.analysts.items()},
        EVIDENCE: {f"{case.id}/{item.id}": f"{case.name}: {item.name}" for case in study.cases for item in case.evidence},
    }
    if {JUDGED, WITNESS, SEARCH} & set(posterior.dims):
        form = form or (panel_layout(study)[0] if ANALYST in posterior.dims else layout(study))
        kinds = {JUDGED: form.judgement, WITNESS: form.reliability, SEARCH: form.sensitivity}
        names |= {dim: dict(zip(free.labels, free.names, strict=True)) for dim, free in kinds.items()}
    there = [dim for dim in names if dim in posterior.coords]
    return xr.Dataset(
        {f"{dim}_label": (dim, [names[dim].get(str(one), str(one)) for one in posterior[dim].values]) for dim in there},
        coords={dim: posterior[dim].values for dim in there},
    )
