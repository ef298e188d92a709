"""One sentence per case that a paper can use: the lead, its numbers, and a benchmark from the study's own items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from processtrace.arrays import CASE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array
from processtrace.printing import decibels, probability
from processtrace.robustness.cases import TIE_DB, Reading, readings
from processtrace.robustness.corners import bounds
from processtrace.robustness.fewest import smallest
from processtrace.robustness.labels import labelled
from processtrace.robustness.lead import evidence_margin_db, margin_db
from processtrace.robustness.spread import log_odds_of, ranges, unknowns_of
from processtrace.robustness.tips import tips_at, weights_db
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def sentence(study: Study) -> xr.Dataset:
    """What can be said of each case in a paper: variable `sentence` (case).

    It names the leading explanation and the runner-up, the margin in decibels, what independent errors within the
    ranges and what the ranges at their worst would make of it, and what would overturn it, against the weights of the
    study's own items. Ties, refuted rivals, a single hypothesis and a case without evidence are said as what they are.

    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.sentence(study).sentence.item().split(";")[0]
    'X: given that one of the two explanations is right, A leads with a posterior of 0.80, 6 dB above B'
    """
    worst, allowed = bounds(study), ranges(study)
    made = [
        Told(study, reading, worst.isel({CASE: row}), allowed.isel({CASE: row}), reading.case.id in worst.attrs["optimised"]).text
        for row, reading in enumerate(readings(study))
    ]
    return labelled(study, {"sentence": ((CASE,), made)})


@dataclass(frozen=True)
class Told:
    """A case to be told, with its rows of `bounds` and `ranges`."""

    study: Study
    reading: Reading
    worst: xr.Dataset
    allowed: xr.Dataset
    optimised: bool

    @cached_property
    def names(self) -> list[str]:
        return [part.name for part in self.study.explanations.values()]

    @cached_property
    def ranged(self) -> bool:
        """Whether anything is judged as a range."""
        return any(True for _ in unknowns_of(self.reading))

    @property
    def text(self) -> str:
        lead = self.reading.lead
        head = f"{self.reading.case.name}: "
        if len(self.names) == 1:
            return f"{head}only one explanation, {self.names[0]}, is considered, so its posterior is 1 whatever the evidence."
        parts = [self._tie() if lead.leader is None else self._lead(lead.leader), self._out()]
        return head + " ".join(part for part in parts if part)

    def _tie(self) -> str:
        tied = [self.names[h] for h in self.reading.lead.tied]
        level = self._posterior(self.reading.lead.tied[0])
        why = "; no evidence enters, so the posterior is the prior." if not self.reading.numbers.ids else "."
        return f"{self._given()}{_listed(tied)} tie with a posterior of {level} each, and none leads{why} {self._each_range()}".strip()

    def _each_range(self) -> str:
        """The named range of each of the tied."""
        if not self.ranged:
            return ""
        told = [f"{self.names[h]} between {self._low(h)} and {self._high(h)}" for h in self.reading.lead.tied]
        return f"If every judgement erred independently within its range, nine times in ten the posterior would put {_listed(told)}."

    def _lead(self, leader: int) -> str:
        reading, name = self.reading, self.names[leader]
        possible = [h for h in range(len(self.names)) if h != leader and np.isfinite(reading.log_posterior[h])]
        if not possible:
            return (
                f"{name} alone is left, with a posterior of 1: every other explanation has a probability of 0, so the lead has no size "
                "in decibels and stands or falls with these zeros."
            )
        assert reading.lead.runner_up is not None
        rival = self.names[reading.lead.runner_up]
        told = f"{self._given()}{name} leads with a posterior of {self._posterior(leader)}{self._interval(leader)}, {self._margin(rival)}"
        if not reading.numbers.ids:
            return f"{told}; no evidence enters, so the posterior is the prior."
        return f"{told}; {self._errors()}. {self._benchmark(rival)}"

    def _given(self) -> str:
        return f"given that one of the {_number(len(self.names))} explanations is right, "

    def _posterior(self, h: int) -> str:
        log_p = self.reading.log_posterior
        return probability(float(np.exp(log_p[h])), float(log_odds_of(log_p, h)) * DB_PER_NAT)

    def _low(self, h: int) -> str:
        return self._end("low", h)

    def _high(self, h: int) -> str:
        return self._end("high", h)

    def _end(self, end: str, h: int) -> str:
        p, odds = (float(self.allowed[kind + end].isel({HYPOTHESIS: h})) for kind in ("", "log_odds_"))
        return probability(p, odds * DB_PER_NAT)

    def _interval(self, h: int) -> str:
        return (
            f" ({self._low(h)} to {self._high(h)} nine times in ten, if every judgement erred independently within its range)"
            if (self.ranged)
            else ""
        )

    def _margin(self, rival: str) -> str:
        margin, evidence = margin_db(self.reading), evidence_margin_db(self.reading)
        told = f"{decibels(margin)} dB above {rival}"
        if abs(margin - evidence) <= TIE_DB:
            return told
        if evidence < 0:
            return f"{told} by the prior, although the evidence alone puts {rival} {decibels(-evidence)} dB ahead"
        return f"{told} ({decibels(evidence)} dB by the evidence, the rest by the prior)"

    def _errors(self) -> str:
        if not self.ranged:
            return "no judgement is given as a range, so no interval can be stated"
        low, high = (float(self.allowed[f"margin_{end}_db"]) for end in ("low", "high"))
        worst = float(self.worst["margin_lowest_db"])
        last = f"still leads by {decibels(worst)} dB" if worst > 0 else f"trails by {decibels(-worst)} dB"
        searched = ", as far as a search of what moves several explanations at once found" if self.optimised else ""
        at_worst = f"with every judgement at the end of its range that hurts it most it {last}{searched}"
        return f"under such errors it would {_span(low, high)} nine times in ten, and {at_worst}"

    def _benchmark(self, rival: str) -> str:
        weights, margin = weights_db(self.reading), margin_db(self.reading)
        if not np.isfinite(weights).any():
            return ""
        strongest = int(np.nanargmax(np.where(np.isfinite(weights), weights, -np.inf)))
        others = np.delete(np.abs(weights), strongest)
        told = self._strongest(strongest, float(weights[strongest]), margin, rival)
        reached = self._reached(strongest, margin) if weights[strongest] > TIE_DB else ""
        return f"{told}{_compared(margin, others, np.abs(weights))}{reached}. {self._fewest()}".strip()

    def _strongest(self, place: int, weight: float, margin: float, rival: str) -> str:
        label = f"“{self.reading.case.item(self.reading.numbers.ids[place]).name}”"
        if weight <= TIE_DB:
            return f"No item favours it over {rival}; the lead is the prior's, and falls with a change of {decibels(margin)} dB in one item"
        kind = "Its only item" if len(self.reading.numbers.ids) == 1 else f"The item that favours it most over {rival}"
        at = weight - margin
        instead = "nothing" if abs(at) < 0.05 else f"no more than {decibels(at)} dB" if at > 0 else f"{decibels(-at)} dB against it"
        return f"{kind}, {label}, weighs {decibels(weight)} dB; the lead would be lost if it weighed {instead}, a change of {decibels(margin)} dB"

    def _reached(self, place: int, margin: float) -> str:
        """What has to be added where the item alone cannot change so much."""
        assert self.reading.lead.leader is not None
        if np.isfinite(tips_at(self.reading, place, self.reading.lead.leader, margin / DB_PER_NAT)):
            return ""
        return ", and more than judging it anew under the leading explanation alone can bring about"

    def _fewest(self) -> str:
        found, total = smallest(self.reading), len(self.reading.numbers.ids)
        if not found.items:
            return "Leaving out items does not change the lead." if found.exact else ""
        if len(found.items) == total:
            return "Only leaving out all of its items would end the lead." if total > 1 and found.exact else ""
        most = "" if found.exact else " or fewer"
        return f"Leaving out {_number(len(found.items))}{most} of {total} items ends the lead."

    def _out(self) -> str:
        """Who is refuted or excluded, and by what."""
        prior, nats = self.reading.log_prior, self.reading.log_likelihood
        told = [f"{self.names[h]} is excluded by a prior of 0." for h in range(len(prior)) if np.isneginf(prior[h])]
        chain = self.reading.terms.chain
        for h in range(len(prior)):
            if np.isfinite(prior[h]) and np.isneginf(nats[h]):
                ids = [self.reading.numbers.ids[i] for i in np.flatnonzero(np.isneginf(chain[:, h]))]
                items = _listed([f"“{self.reading.case.item(name).name}”" for name in ids])
                told.append(f"{self.names[h]} is refuted by {items}.")
        return " ".join(told)


def _compared(margin: float, others: Array, weights: Array) -> str:
    """The change that is needed against the weights of the other items."""
    known = others[np.isfinite(others)]
    if not len(known):
        return ""
    more = int((known > margin).sum())
    median = f"the median item weighs {decibels(float(np.median(weights[np.isfinite(weights)])))} dB"
    if more == 0:
        return f", more than any other item weighs ({median})"
    if more == len(known):
        return f", less than {'its other item' if more == 1 else 'every other item'} weighs ({median})"
    count = f"less than {_number(more)} of the other {len(known)} items weigh{'s' if more == 1 else ''}"
    return f", {count} ({median})"


def _span(low: float, high: float) -> str:
    if low > 0:
        return f"lead by {decibels(low)} to {decibels(high)} dB"
    if high < 0:
        return f"trail by {decibels(-high)} to {decibels(-low)} dB"
    return f"stand between {decibels(-low)} dB behind and {decibels(high)} dB ahead"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
