"""Tables that a paper can print: pandas DataFrames in words, and their writers.

Every function takes a Study and returns a DataFrame whose columns are headed in words and whose index holds the
identifiers. `data=` takes the Dataset that the table prints, where it is computed already; it is computed where it is
left out. `write(table, stem)` writes CSV (full precision), LaTeX (booktabs) and HTML that pastes into Word.
"""

from processtrace.elicitation.agreement import krippendorff
from processtrace.tables.agreement import agreement
from processtrace.tables.appendix import appendix
from processtrace.tables.codings import codings, dividing
from processtrace.tables.compare import changes, compare
from processtrace.tables.construction import construction
from processtrace.tables.differences import differences
from processtrace.tables.entries import entries
from processtrace.tables.factors import factors
from processtrace.tables.html import to_html
from processtrace.tables.latex import to_latex
from processtrace.tables.moved import moved
from processtrace.tables.plan import plan
from processtrace.tables.posterior import posterior
from processtrace.tables.repetition import repetition, transparency
from processtrace.tables.shares import shares
from processtrace.tables.van_evera import van_evera
from processtrace.tables.weights import clusters, weights
from processtrace.tables.write import to_csv, write

__all__ = [
    "agreement",
    "appendix",
    "changes",
    "clusters",
    "codings",
    "compare",
    "construction",
    "differences",
    "dividing",
    "entries",
    "factors",
    "krippendorff",
    "moved",
    "plan",
    "posterior",
    "repetition",
    "shares",
    "to_csv",
    "to_html",
    "to_latex",
    "transparency",
    "van_evera",
    "weights",
    "write",
]
