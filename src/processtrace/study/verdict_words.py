"""Published scales of words for results: what a posterior or a weight of evidence is called where a study asks for it.

Nothing is computed from these words. Two scales are for posteriors, two for weights of evidence; none is used unless
the study names it under `verdict`.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Literal

from processtrace.study.scales import ICD_203

VerdictName = Literal["befani", "kass-raftery", "enfsi", "icd203"]

EVEN = "no more confident than not"
"""What a probability of one half is called where a scale has words above and below it only; this library's own words."""

_NEARLY = 1e-12
"""How near to a cut counts as at it: 1 - 0.7 is not 0.3 in floating point, nor 10 to the 1.0 ten."""


@dataclass(frozen=True)
class VerdictScale:
    """A published scale of words.

    Attributes
    ----------
    of : {"posterior", "weight"}
        What the words are for: a probability, or a likelihood ratio.
    cuts : tuple of float
        Where one word ends and the next begins, ascending: probabilities, or likelihood ratios. A value at a cut has the stronger
        word, so that a probability p for an explanation and 1 - p against it have words of one strength.
    words : tuple of str
        One more than cuts.
    name, source, url : str
        What it is called in a sentence, where it was published, and where that can be read.
    """

    of: Literal["posterior", "weight"]
    cuts: tuple[float, ...]
    words: tuple[str, ...]
    name: str
    source: str
    url: str

    def of_posterior(self, p: float) -> str:
        """Return the word for a probability; empty where the scale has none for it. Where words part at one half, one half has neither."""
        if self.of != "posterior" or math.isnan(p):
            return ""
        if 0.5 in self.cuts and math.isclose(p, 0.5, abs_tol=_NEARLY):
            return EVEN
        if p > 0.5:
            return self.words[bisect_right([cut - _NEARLY for cut in self.cuts], p)]
        return self.words[bisect_left([cut + _NEARLY for cut in self.cuts], p)]

    def of_weight(self, db: float) -> str:
        """Return the word for a weight of evidence in decibels, whichever side it is for; empty where the scale has none for it."""
        if self.of != "weight" or math.isnan(db):
            return ""
        return self.words[bisect_right([10 * math.log10(cut) - _NEARLY for cut in self.cuts], abs(db))]

    def of_result(self, p: float, evidence_db: float) -> str:
        """Return the word for the result of an explanation: for its posterior, or for the evidence against it beside the best.

        Parameters
        ----------
        p : float
            Its posterior.
        evidence_db : float
            Its evidence relative to the explanation that the evidence supports most, in decibels, 0 or less. At 0 it is the
            best, and a scale of weights has no word for it.
        """
        if self.of == "posterior":
            return self.of_posterior(p)
        return f"against it: {self.of_weight(evidence_db)}" if evidence_db < 0 else ""


_HIGH = ("more confident than not", "cautious confidence", "high confidence", "reasonable certainty", "practical certainty")
_ICD = tuple(ICD_203)

VERDICT_SCALES: dict[VerdictName, VerdictScale] = {
    "befani": VerdictScale(
        "posterior",
        (0.01, 0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99),
        (*(f"{word} that not" for word in reversed(_HIGH[1:])), "more confident that not", *_HIGH),
        "contribution tracing",
        "Befani, B. and Stedman-Bryce, G. (2017). Process Tracing and Bayesian Updating for impact evaluation. Evaluation 23(1), 42-60",
        "https://doi.org/10.1177/1356389016654584",
    ),
    "kass-raftery": VerdictScale(
        "weight",
        (3, 20, 150),
        ("not worth more than a bare mention", "positive", "strong", "very strong"),
        "Kass and Raftery",
        "Kass, R. E. and Raftery, A. E. (1995). Bayes Factors. Journal of the American Statistical Association 90(430), 773-795",
        "https://doi.org/10.1080/01621459.1995.10476572",
    ),
    "enfsi": VerdictScale(
        "weight",
        (2, 10, 100, 1000, 10_000, 1_000_000),
        (
            "no support for either",
            "weak support",
            "moderate support",
            "moderately strong support",
            "strong support",
            "very strong support",
            "extremely strong support",
        ),
        "ENFSI",
        "European Network of Forensic Science Institutes (2015). ENFSI Guideline for Evaluative Reporting in Forensic Science",
        "https://enfsi.eu/wp-content/uploads/2016/09/m1_guideline.pdf",
    ),
    "icd203": VerdictScale(
        "posterior",
        tuple(low for low, _ in list(ICD_203.values())[1:]),
        _ICD,
        "ICD 203",
        "Office of the Director of National Intelligence (2015). Intelligence Community Directive 203: Analytic Standards",
        "https://www.dni.gov/files/documents/ICD/ICD-203.pdf",
    ),
}
"""The scales by the name that a study gives under `verdict`. Beyond its ends, ICD 203 (.01 to .99) keeps its last word."""
