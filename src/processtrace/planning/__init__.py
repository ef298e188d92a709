"""What to look for next: what planned items can be expected to tell, one by one, in sets, and step by step.

Each Study in, labelled Dataset out. A plan and the record that it leads to give one posterior.
"""

from processtrace.planning.after import outcomes
from processtrace.planning.each import items
from processtrace.planning.plain import as_json
from processtrace.planning.stepwise import tree
from processtrace.planning.together import sets

__all__ = ["as_json", "items", "outcomes", "sets", "tree"]
