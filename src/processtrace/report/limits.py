"""What a study rests on, counted: kinds of source, years, rivals, absences. It says where its evidence is thin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from processtrace.study import Study
from processtrace.study.judges import judged_by_models
from processtrace.text.dates import date_span
from processtrace.text.names import counted

RECENT = 5
"""Years, up to the year of the newest item, whose share of the items is printed."""


def counts(study: Study) -> Iterator[str]:
    """One sentence a limit; those that do not apply are left out."""
    if judged_by_models(study):
        yield "A language model judged: the judgements are illustrative."
    names = [part.name for part in study.explanations.values()]
    yield f"Only these are compared: {', '.join(names)}. Every posterior is given that one of them is right, and one is taken to hold for the whole period of a case."
    items = [(case, item) for case in study.cases for item in case.evidence if item.counts]
    if not items:
        return
    missed = sum(item.status == "not_found" for _, item in items)
    yield f"{counted(len(items), 'item counts', 'items count')}, {missed} of them looked for and not found."
    kinds = Counter(
        kind
        for case, item in items
        for kind in sorted({study.source_of(case, name).kind or "of no stated kind" for name in item.source} or {"no source named"})
    )
    yield f"Their sources: {', '.join(f'{kind} {100 * n / len(items):.0f} %' for kind, n in kinds.most_common())} of the items (an item may have several)."
    years = [date_span(item.date)[1].year for _, item in items if item.date]
    if years:
        recent = sum(year > max(years) - RECENT for year in years)
        if max(years) - RECENT < min(years):
            yield (
                f"The dated items end in {max(years)}."
                if max(years) == min(years)
                else f"The dated items end in {min(years)} to {max(years)}."
            )
            return
        yield f"{100 * recent / len(years):.0f} % of the dated items end in the last {RECENT} years of the record ({max(years) - RECENT + 1} to {max(years)}), which begins in {min(years)}."
