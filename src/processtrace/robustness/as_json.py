"""Every question as plain values: what `processtrace robustness --format json` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from processtrace.inference.reading import Reading, readings
from processtrace.robustness.analysts import ANALYSTS
from processtrace.robustness.anchor import OTHER_ANCHORS
from processtrace.robustness.bounds import BOUNDS
from processtrace.robustness.counted import COUNTED
from processtrace.robustness.decisive import DECISIVE
from processtrace.robustness.dependence import DEPENDENCE
from processtrace.robustness.fail_safe import FAIL_SAFE
from processtrace.robustness.fewest_left_out import FEWEST_LEFT_OUT
from processtrace.robustness.graphs import GRAPHS
from processtrace.robustness.judged_later import JUDGED_LATER
from processtrace.robustness.leave_out import LEAVE_OUT
from processtrace.robustness.margins import MARGINS
from processtrace.robustness.model_error import MODEL_ERROR
from processtrace.robustness.noise import NOISE
from processtrace.robustness.parts import PARTS
from processtrace.robustness.prediction_bits import PREDICTION_BITS
from processtrace.robustness.priors import PRIOR_ODDS_TO_OVERTURN
from processtrace.robustness.question import Answer, Question
from processtrace.robustness.ranges import RANGES
from processtrace.robustness.sentence import SENTENCE
from processtrace.robustness.shrink import COMMON_SHRINK, SHRINK_FOR, SHRINK_TO_EVEN
from processtrace.robustness.tilt import TILT, TILT_TO_TIE
from processtrace.robustness.tipping import TIPPING
from processtrace.robustness.undeclared import UNDECLARED
from processtrace.robustness.unlisted import UNLISTED
from processtrace.robustness.wording import CODINGS
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

ANALYSES: tuple[Question, ...] = (
    MARGINS, LEAVE_OUT, BOUNDS, RANGES, TIPPING, COMMON_SHRINK, SHRINK_TO_EVEN, SHRINK_FOR, FEWEST_LEFT_OUT, FAIL_SAFE,
    PRIOR_ODDS_TO_OVERTURN, NOISE, DEPENDENCE, MODEL_ERROR, UNLISTED, PREDICTION_BITS, OTHER_ANCHORS, ANALYSTS, SENTENCE,
    COUNTED, JUDGED_LATER, TILT_TO_TIE, TILT, UNDECLARED, PARTS, CODINGS, DECISIVE,
    *GRAPHS,
)  # fmt: skip
"""Every question, in the order of its keys in the JSON."""


def analyses(study: Study) -> dict[str, xr.Dataset]:
    """Return the Dataset of every analysis of this package by its name, each computed once, as `as_json` and `summary` use them.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    dict of Dataset
        The analyses, by the names of their functions.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> float(pt.robustness.analyses(study)["margins"]["margin_db"].sel(case="x").round(3))
    6.021
    """
    return {question.name: question.ask(study) for question in ANALYSES}


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
    return {
        "title": study.title,
        "hypotheses": list(study.explanations),
        "cases": {reading.case.id: _case(known, row, reading) for row, reading in enumerate(readings(chosen))},
    }


def _case(results: Mapping[str, xr.Dataset], row: int, reading: Reading) -> dict[str, Any]:
    hypotheses = reading.numbers.hypotheses
    leader = None if reading.lead.leader is None else hypotheses[reading.lead.leader]
    made: dict[str, Any] = {}
    for question in ANALYSES:
        made |= question.keys(Answer(results[question.name], row, reading.case.id, hypotheses, leader, reading.lead.pair is not None))
    return made
