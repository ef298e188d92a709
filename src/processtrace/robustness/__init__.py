"""How fragile a study's answer is: one function per question a reviewer asks, each Study in, labelled Dataset out.

`summary` puts a row and a sentence for each case into a table; `as_json` everything into plain values.
"""

from processtrace.robustness.anchors import anchor
from processtrace.robustness.coders import analysts
from processtrace.robustness.corners import bounds
from processtrace.robustness.counted import counted
from processtrace.robustness.counts import counting
from processtrace.robustness.failing import fail_safe
from processtrace.robustness.fewest import fewest_left_out
from processtrace.robustness.later import later
from processtrace.robustness.lead import margins
from processtrace.robustness.leaving import leave_out
from processtrace.robustness.misjudged import model_error
from processtrace.robustness.noisy import noise
from processtrace.robustness.plain import analyses, as_json
from processtrace.robustness.priors import prior_odds_to_overturn, prior_simplex
from processtrace.robustness.redundancy import dependence, one_source
from processtrace.robustness.shrinking import common_shrink, shrink_for, shrink_to_even
from processtrace.robustness.spread import ranges
from processtrace.robustness.surprise import prediction_bits
from processtrace.robustness.table import summary
from processtrace.robustness.tips import tipping
from processtrace.robustness.unnamed import unlisted
from processtrace.robustness.wording import sentence

__all__ = [
    "analyses",
    "analysts",
    "anchor",
    "as_json",
    "bounds",
    "common_shrink",
    "counted",
    "counting",
    "dependence",
    "fail_safe",
    "fewest_left_out",
    "later",
    "leave_out",
    "margins",
    "model_error",
    "noise",
    "one_source",
    "prediction_bits",
    "prior_odds_to_overturn",
    "prior_simplex",
    "ranges",
    "sentence",
    "shrink_for",
    "shrink_to_even",
    "summary",
    "tipping",
    "unlisted",
]
