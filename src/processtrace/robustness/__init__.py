"""How fragile a study's answer is: one function for each question that a reviewer asks.

Each function takes a Study and returns a labelled Dataset. `summary` returns a table with a row and a sentence for each case, and
`as_json` everything as plain values.
"""

from processtrace.robustness.analysts import analysts
from processtrace.robustness.anchor import anchor
from processtrace.robustness.answers import analyses
from processtrace.robustness.as_json import as_json
from processtrace.robustness.bounds import bounds
from processtrace.robustness.count_models import counting
from processtrace.robustness.counted import counted
from processtrace.robustness.decisive import decisive
from processtrace.robustness.dependence import dependence, one_source
from processtrace.robustness.fail_safe import fail_safe
from processtrace.robustness.fewest_left_out import fewest_left_out
from processtrace.robustness.graphs import arrows, confounding, graph_sentence, restrictions, shares
from processtrace.robustness.judged_later import judged_later
from processtrace.robustness.leave_out import leave_out
from processtrace.robustness.margins import margins
from processtrace.robustness.model_error import model_error
from processtrace.robustness.noise import noise
from processtrace.robustness.parts import parts
from processtrace.robustness.population import identified, no_assumption
from processtrace.robustness.prediction_bits import prediction_bits
from processtrace.robustness.priors import prior_odds_to_overturn, prior_simplex
from processtrace.robustness.ranges import ranges
from processtrace.robustness.sentence import sentence
from processtrace.robustness.shrink import common_shrink, shrink_for, shrink_to_even
from processtrace.robustness.summary import summary
from processtrace.robustness.swings import swings
from processtrace.robustness.tilt import tilt, tilt_to_tie
from processtrace.robustness.tipping import tipping
from processtrace.robustness.undeclared import undeclared
from processtrace.robustness.unlisted import unlisted
from processtrace.robustness.wording import wording

__all__ = [
    "analyses",
    "analysts",
    "anchor",
    "arrows",
    "as_json",
    "bounds",
    "common_shrink",
    "confounding",
    "counted",
    "counting",
    "decisive",
    "dependence",
    "fail_safe",
    "fewest_left_out",
    "graph_sentence",
    "identified",
    "judged_later",
    "leave_out",
    "margins",
    "model_error",
    "no_assumption",
    "noise",
    "one_source",
    "parts",
    "prediction_bits",
    "prior_odds_to_overturn",
    "prior_simplex",
    "ranges",
    "restrictions",
    "sentence",
    "shares",
    "shrink_for",
    "shrink_to_even",
    "summary",
    "swings",
    "tilt",
    "tilt_to_tie",
    "tipping",
    "undeclared",
    "unlisted",
    "wording",
]
