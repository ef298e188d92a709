"""The page: everything handed over, set in one template that escapes every text of the study."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.formats.atomic import write_files
from processtrace.report.cases import appendix_of, case_sections, cells, explanations, most_divided
from processtrace.report.grid import of_table
from processtrace.report.sampling import sampling
from processtrace.report.verdict import analysts_of, judged_by_models, support_by_case
from processtrace.study import Study
from processtrace.tables import factors as factor_table
from processtrace.tables import posterior as posterior_table
from processtrace.web.page import POLICY, asset, hashed, inert, template
from processtrace.web.pictures import pictures

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

NAME = "report.html"

# With script, one by its hash too. Without the last directive the style would have to be set by the script, and a reader without
# scripts would get a page without style.
_POLICY = POLICY.replace("img-src", "script-src 'sha256-{script}'; img-src", 1)


def write(
    study: Study,
    folder: str | Path,
    *,
    updated: xr.Dataset | None = None,
    bounds: xr.Dataset | None = None,
    ranges: xr.Dataset | None = None,
    figures: Mapping[str, Figure | str | Path] | None = None,
    robustness: Mapping[str, Any] | None = None,
    agreement: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
    dividing: pd.DataFrame | None = None,
    several: Mapping[str, pd.DataFrame] | None = None,
    sampled: xr.DataTree | None = None,
    provenance: Mapping[str, str] | None = None,
    numbers: Mapping[str, Any] | None = None,
) -> Path:
    """Write `folder/report.html`, one file that needs no network, and return its path.

    `updated`, `bounds` and `ranges` are the Datasets of `update`, `robustness.bounds` and `robustness.ranges`, asked for
    where they are left out. `figures`: matplotlib Figures, or paths of .svg and .png files, by `kind` or `kind/case`
    (kinds and captions: `processtrace.plots.FIGURES`). `robustness`: its JSON form. `agreement`: `tables.agreement(study)`.
    `plan`: `tables.plan(study)`. `dividing`: `tables.dividing(study)`. `several`: tables about more than one explanation
    at once, by name.
    `sampled`: the DataTree of `sample`, whose attributes `diagnostics` and `converged` are printed. `provenance`: names and
    values, as `report.provenance(...)` gives them. What is left out has no section. `numbers`: what the page needs to follow
    a reader's own judgements, `live.payload(study)`, asked for where it is left out.

    The folder is made where it is missing; the file is written whole or not at all. Raises UsageError for figures of
    unknown cases or of other files, ContradictionError where every explanation of a case is refuted.
    """
    page = render(
        study,
        updated=updated,
        bounds=bounds,
        ranges=ranges,
        figures=figures,
        robustness=robustness,
        agreement=agreement,
        plan=plan,
        dividing=dividing,
        several=several,
        sampled=sampled,
        provenance=provenance,
        numbers=numbers,
    )
    path = Path(folder) / NAME
    write_files({path: page})
    return path


def render(
    study: Study,
    *,
    updated: xr.Dataset | None = None,
    bounds: xr.Dataset | None = None,
    ranges: xr.Dataset | None = None,
    figures: Mapping[str, Figure | str | Path] | None = None,
    robustness: Mapping[str, Any] | None = None,
    agreement: pd.DataFrame | None = None,
    plan: pd.DataFrame | None = None,
    dividing: pd.DataFrame | None = None,
    several: Mapping[str, pd.DataFrame] | None = None,
    sampled: xr.DataTree | None = None,
    provenance: Mapping[str, str] | None = None,
    numbers: Mapping[str, Any] | None = None,
) -> str:
    """The page as text; arguments as in `write`."""
    if updated is None:
        from processtrace.inference.update import update

        updated = update(study)
    if numbers is None:
        from processtrace.web.payload import payload

        numbers = payload(study)
    table = posterior_table(study, updated=updated, bounds=bounds, ranges=ranges)
    drawn = pictures(study, figures or {}, support_by_case(study, table))
    sections = case_sections(study, updated, bounds, table, robustness, drawn, plan)
    style, script = asset("report", "templates/style.css"), asset("web", "live.js")
    return str(
        template("report", NAME).render(
            study=study,
            style=style,
            script=script,
            policy=_POLICY.format(style=hashed(style), script=hashed(script)),
            numbers=inert(numbers),
            arguable=len(study.explanations) > 1 and any(item.counts for case in study.cases for item in case.evidence),
            models=judged_by_models(study),
            analysts=analysts_of(study),
            explanations=explanations(study),
            results=of_table(table, title="Support for each explanation"),
            labels=[part.name for part in study.explanations.values()],
            pictures=[part for part in drawn if part.section == "results" and not part.case],
            tested=[part for part in drawn if part.section != "results" and not part.case],
            cases=sections,
            fragile=any(part.fragility or part.tested for part in sections),
            agreement=None if agreement is None else of_table(agreement),
            dividing=None if dividing is None else of_table(most_divided(dividing)),
            factors=of_table(factor_table(study, updated=updated)) if study.factors else None,
            cells=cells(study),
            several=[of_table(table) for table in (several or {}).values()],
            sampling=None if sampled is None else sampling(sampled),
            appendix=appendix_of(study),
            provenance=list((provenance or {}).items()),
        )
    )
