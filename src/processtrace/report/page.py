"""The page: the results of a run, set in one template that escapes every text of the study."""

from __future__ import annotations

from pathlib import Path

from processtrace.formats.atomic import write_files
from processtrace.report.cases import appendix_of, case_sections, cells, explanations, most_divided
from processtrace.report.grid import of_table
from processtrace.report.sampling import sampling
from processtrace.report.verdict import support_by_case
from processtrace.results import Results
from processtrace.study.judges import analysts_of, judged_by_models
from processtrace.web.page import POLICY_WITH_SCRIPT, asset, hashed, inert, template
from processtrace.web.payload import payload
from processtrace.web.pictures import pictures

NAME = "report.html"

# With script, one by its hash too. Without the last directive the style would have to be set by the script, and a reader without
# scripts would get a page without style.


def write(results: Results, folder: str | Path) -> Path:
    """Write `folder/report.html`, one file that needs no network.

    Parameters
    ----------
    results : Results
        What `compute(study)` returns, or `run`. Figures and provenance are printed where the record has them.
    folder : path
        Where to write; made where it is missing. The file is written whole or not at all.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        If a figure is of a case that the study does not have, or neither a matplotlib Figure nor an .svg or .png file.
    """
    path = Path(folder) / NAME
    write_files({path: render(results)})
    return path


def render(results: Results) -> str:
    """Return the page as text.

    Parameters
    ----------
    results : Results
        What `compute(study)` returns, or `run`.

    Raises
    ------
    UsageError
        If a figure is of a case that the study does not have, or neither a matplotlib Figure nor an .svg or .png file.
    """
    study, tables = results.study, results.tables
    drawn = pictures(study, results.figures, support_by_case(study, tables["posterior"]))
    style, script = asset("report", "templates/style.css"), asset("web", "live.js")
    return str(
        template("report", NAME).render(
            study=study,
            style=style,
            script=script,
            policy=POLICY_WITH_SCRIPT.format(style=hashed(style), script=hashed(script)),
            numbers=inert(payload(study)),
            arguable=len(study.explanations) > 1 and any(item.counts for case in study.cases for item in case.evidence),
            models=judged_by_models(study),
            analysts=analysts_of(study),
            explanations=explanations(study),
            results=of_table(tables["posterior"], title="Support for each explanation"),
            labels=[part.name for part in study.explanations.values()],
            pictures=[part for part in drawn if part.section == "results" and not part.case],
            tested=[part for part in drawn if part.section != "results" and not part.case],
            cases=case_sections(results, drawn),
            agreement=of_table(tables["agreement"]) if "agreement" in tables else None,
            dividing=of_table(most_divided(tables["dividing"])) if "dividing" in tables else None,
            factors=of_table(tables["factors"]) if "factors" in tables else None,
            cells=cells(study),
            several=[of_table(tables[name]) for name in ("construction", "shares") if name in tables],
            sampling=None if results.sampled is None else sampling(results.sampled),
            appendix=appendix_of(study),
            provenance=list(results.provenance.items()),
        )
    )
