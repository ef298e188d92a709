"""How each foreign form becomes numbers, in words: told by `convert --help` and printed first in every study made from it."""

from __future__ import annotations

ACH = (
    "An ACH matrix (analysis of competing hypotheses; Heuer 1999): a row for each finding, a column for each hypothesis. "
    "By this library's convention the ratings ++ + N - -- stand for +10, +5, 0, -5 and -10 decibels, and so do CC C N I II. "
    "The matrices themselves say nothing of strength: ten decibels are ten to one. Credibility and relevance enter no number, "
    "they are kept as notes. A finding that is blank or NA under some hypothesis is left unjudged, with the ratings it has."
)
TRACING = (
    "The form of contribution tracing (Befani & Stedman-Bryce 2017, doi:10.1177/1356389016654584): for each finding its sensitivity, the "
    "probability of the finding if the claim holds, and its type I error, the probability of the finding if the claim does not hold. These two are "
    "the judgement, as they stand. A finding that was looked for and not made counts with one minus each. Each claim is a case of "
    "its own with two explanations; 'the claim does not hold' stands for all its rivals at once, which this form leaves unnamed."
)
PAIRWISE = (
    "A table of pairwise weights of evidence (Fairfield & Charman 2017, doi:10.1017/pan.2017.14): a row for each finding, a column for each pair of "
    "hypotheses headed 'A : B', in decibels: 10 is ten times as probable under A as under B. The weights become decibels relative "
    "to the first hypothesis. They must fit together: A against C is the sum of A against B and B against C, or the "
    "table is refused with the three hypotheses and the gap in decibels. No weights are adjusted to fit."
)
QDA = (
    "A REFI-QDA project (.qdpx of NVivo, ATLAS.ti, MAXQDA and others): each coded passage becomes an item that is still unjudged, "
    "with its codes as tags and its document as source. No numbers are made from codes; name the rival explanations and judge the items."
)
RULES = {"ach": ACH, "tracing": TRACING, "pairwise": PAIRWISE, "qda": QDA}
