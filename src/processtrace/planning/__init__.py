"""What to look for next: the expected information of planned items, one by one, in sets, and step by step.

Each function takes a Study, or where it plans clues about nodes and cases to study a CausalModel, and returns a labelled Dataset. A plan
and the record that it leads to give one posterior.
"""

from processtrace.planning.as_json import as_json
from processtrace.planning.cases import cases
from processtrace.planning.clues import clue_tree, clues
from processtrace.planning.items import items
from processtrace.planning.outcomes import outcomes
from processtrace.planning.sets import sets
from processtrace.planning.tree import tree

__all__ = ["as_json", "cases", "clue_tree", "clues", "items", "outcomes", "sets", "tree"]
