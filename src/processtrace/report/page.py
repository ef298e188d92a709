"""The page: the results of a run, set in one template that escapes every text of the study."""

from __future__ import annotations

from pathlib import Path

from processtrace.formats.atomic import write_files
from processtrace.report.cases import appendix_of, case_sections, cells, explanations, most_divided, tags_of
from processtrace.report.grid import of_table
from processtrace.report.sampling import sampling
from processtrace.report.verdict import support_by_case
from processtrace.results import Results
from processtrace.study.judges import analysts_of, judged_by_models
from processtrace.web.page import asset, inert, policy, template
from processtrace.web.payload import payload
from processtrace.web.pictures import pictures

NAME, APPENDIX = "report.html", "appendix.html"


def write(results: Results, folder: str | Path) -> Path:
    """Write `folder/report.html` and its appendix, `folder/appendix.html`: files that need no network.

    Parameters
    ----------
    results : Results
        What `compute(study)` returns, or `run`. Figures and provenance are printed where the record has them.
    folder : path
        Where to write; made where it is missing. Both files are written whole or not at all.

    Returns
    -------
    Path
        The report.

    Raises
    ------
    UsageError
        If a figure is of a case that the study does not have, or neither a matplotlib Figure nor an .svg or .png file.
    """
    path = Path(folder) / NAME
    page, more = _pages(results)
    write_files({path: page, path.with_name(APPENDIX): more})
    return path


def render(results: Results) -> str:
    """Return the report as text.

    Parameters
    ----------
    results : Results
        What `compute(study)` returns, or `run`.

    Raises
    ------
    UsageError
        If a figure is of a case that the study does not have, or neither a matplotlib Figure nor an .svg or .png file.
    """
    return _pages(results)[0]


def render_appendix(results: Results) -> str:
    """Return the appendix as text: what does not count, searches, sources, clusters, analysts, references and weights.

    Parameters
    ----------
    results : Results
        What `compute(study)` returns, or `run`.
    """
    return _pages(results)[1]


def _pages(results: Results) -> tuple[str, str]:
    """Return the report and its appendix as text."""
    study, tables = results.study, results.tables
    drawn = pictures(study, results.figures, support_by_case(study, tables["posterior"]))
    style, lists = asset("report", "templates/style.css"), asset("web", "items.js")
    arithmetic, script = asset("web", "arithmetic.js"), asset("web", "live.js")
    arguable = len(study.explanations) > 1 and any(item.counts for case in study.cases for item in case.evidence)
    scripts = (lists, arithmetic, script) if arguable else (lists,)
    sections = case_sections(results, drawn)
    shared = {
        "study": study,
        "style": style,
        "cases": sections,
        "labels": [part.name for part in study.explanations.values()],
        "analysts": analysts_of(study),
        "appendix": appendix_of(study),
    }
    page = template("report", NAME).render(
        **shared,
        policy=policy(style, *scripts, worker=arguable),
        filter=lists,
        arithmetic=arithmetic,
        script=script,
        numbers=inert(payload(study)),
        arguable=arguable,
        tags=tags_of(sections),
        models=judged_by_models(study),
        explanations=explanations(study),
        results=of_table(tables["posterior"], title="Support for each explanation"),
        pictures=[part for part in drawn if part.section == "results" and not part.case],
        tested=[part for part in drawn if part.section != "results" and not part.case],
        agreement=of_table(tables["agreement"]) if "agreement" in tables else None,
        dividing=of_table(most_divided(tables["dividing"])) if "dividing" in tables else None,
        judges=[(of_table(tables[name]), texts) for name, texts in (("differences", 4), ("repetition", 3), ("moved", 3)) if name in tables],
        transparency=of_table(tables["transparency"]) if "transparency" in tables else None,
        factors=of_table(tables["factors"]) if "factors" in tables else None,
        cells=cells(study),
        several=[of_table(tables[name]) for name in ("construction", "shares") if name in tables],
        sampling=None if results.sampled is None else sampling(results.sampled),
        provenance=list(results.provenance.items()),
    )
    return str(page), str(template("report", APPENDIX).render(**shared, policy=policy(style)))
