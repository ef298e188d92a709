"""Every question of a reviewer, and its answers about each case in plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from processtrace.robustness.swings import SWINGS
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
    COUNTED, JUDGED_LATER, TILT_TO_TIE, TILT, UNDECLARED, PARTS, CODINGS, DECISIVE, SWINGS,
    *GRAPHS,
)  # fmt: skip
"""Every question, in the order of its keys in the JSON."""


def analyses(study: Study, done: Callable[[int, int], None] | None = None) -> dict[str, xr.Dataset]:
    """Return the Dataset of every analysis of this package by its name, each computed once, as `as_json` and `summary` use them.

    Parameters
    ----------
    study
        The study.
    done
        A function that is called after each analysis, with how many are done, of how many.

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
    made = {}
    for k, question in enumerate(ANALYSES, start=1):
        made[question.name] = question.ask(study)
        if done is not None:
            done(k, len(ANALYSES))
    return made


def answers(study: Study, results: Mapping[str, xr.Dataset]) -> dict[str, dict[str, Any]]:
    """Return the answer to every question about each case as plain dicts and lists, for whoever prints them.

    Parameters
    ----------
    study
        The study.
    results
        `analyses(study)`.

    Returns
    -------
    dict of dict
        The answers by case and key. None stands for what is undefined; what is infinite, as the lead over an explanation that a
        zero refutes, is infinite.
    """
    return {reading.case.id: _case(results, row, reading) for row, reading in enumerate(readings(study))}


def _case(results: Mapping[str, xr.Dataset], row: int, reading: Reading) -> dict[str, Any]:
    hypotheses = reading.numbers.hypotheses
    leader = None if reading.lead.leader is None else hypotheses[reading.lead.leader]
    made: dict[str, Any] = {}
    for question in ANALYSES:
        made |= question.keys(Answer(results[question.name], row, reading.case.id, hypotheses, leader, reading.lead.pair is not None))
    return made
