"""What is asked of analysts and what comes back: blind sheets and judging pages, their return, and how far analysts agree."""

from processtrace.elicitation.blind import blind_explanations
from processtrace.elicitation.coding_sheet import write_sheet
from processtrace.elicitation.differences import difference, differences, limits_of_agreement, paired_weights
from processtrace.elicitation.judging_page import write_judging_page
from processtrace.elicitation.merge import merge_sheet
from processtrace.elicitation.prompts import write_prompts
from processtrace.elicitation.repetition import repetition
from processtrace.elicitation.rounds import moved

__all__ = [
    "blind_explanations",
    "difference",
    "differences",
    "limits_of_agreement",
    "merge_sheet",
    "moved",
    "paired_weights",
    "repetition",
    "write_judging_page",
    "write_prompts",
    "write_sheet",
]
