"""What an analyst's numbers are worth: scores of past judgements on cases whose answer is known.

Nothing here changes a judgement: what a correction would do is shown beside the posterior, never applied unasked.
"""

from processtrace.calibration.calibrate import as_json, calibrate
from processtrace.calibration.cllr import cllr, cllr_min
from processtrace.calibration.known_cases import KnownCases, known_cases
from processtrace.calibration.reliability import decomposition, pool_adjacent_violators, reliability
from processtrace.calibration.scores import brier_score, log_score
from processtrace.calibration.shrinkage import best_factor, cross_validated, shrunk

__all__ = [
    "KnownCases",
    "as_json",
    "best_factor",
    "brier_score",
    "calibrate",
    "cllr",
    "cllr_min",
    "cross_validated",
    "decomposition",
    "known_cases",
    "log_score",
    "pool_adjacent_violators",
    "reliability",
    "shrunk",
]
