"""Every answer as JSON holds it: what `processtrace robustness --format json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from processtrace.robustness.answers import analyses, answers
from processtrace.study import Study
from processtrace.text.numbers import without_infinities

if TYPE_CHECKING:
    import xarray as xr


def as_json(study: Study, case: str | None = None, *, results: Mapping[str, xr.Dataset] | None = None) -> dict[str, Any]:
    """Return everything in this package as plain dicts and lists, for every case or for one.

    Parameters
    ----------
    study
        The study.
    case
        Identifier of the case. If None, all cases are returned.
    results
        `analyses` of the whole study, if they are already computed.

    Returns
    -------
    dict
        Null for what is infinite or undefined. With a tie or a single hypothesis every key that needs a leader is null, and the
        others are filled.

    Raises
    ------
    UsageError
        If there is no such case.
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.as_json(study)["cases"]["x"]["leader"]
    'a'
    """
    chosen = study if case is None else study.only(case)
    known = results if results is not None and chosen is study else analyses(chosen)
    return {"title": study.title, "hypotheses": list(study.explanations), "cases": without_infinities(answers(chosen, known))}
