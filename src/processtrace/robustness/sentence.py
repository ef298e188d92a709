"""One sentence per case that a paper can use: the lead, its numbers, and a benchmark from the study's own items."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import TIE_DB, Reading, readings
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT
from processtrace.robustness.decisive import choices
from processtrace.robustness.fewest_left_out import smallest
from processtrace.robustness.margins import evidence_margin_db, margin_db
from processtrace.robustness.question import Question
from processtrace.robustness.ranges import log_odds_of, ranges, unknowns_of
from processtrace.robustness.tipping import weights_db
from processtrace.study import Study
from processtrace.study.labels import within
from processtrace.study.verdict_words import VERDICT_SCALES
from processtrace.text.names import enumerated
from processtrace.text.numbers import decibels, probability

if TYPE_CHECKING:
    import xarray as xr

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ELSEWHERE = ("left_out", "unlisted")
_LONG = 110


def sentence(study: Study) -> xr.Dataset:
    """Return a sentence about each case for a paper, of about a hundred words at most.

    It names the leading explanation and the runner-up, the margin in decibels, what independent errors within the ranges would make
    of it, the one or two choices that turn the answer by the smallest change (`decisive`), and what would end the lead, against the
    weights of the study's own items. Ties, refuted rivals, a single hypothesis and a case without evidence are described as such.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variable `sentence` (case).

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.sentence(study).sentence.item().split(";")[0]
    'X: given that one of the two explanations is right, A leads with a posterior of 0.80, 6 dB above B'
    """
    allowed, names = ranges(study), within(study)
    made = [CaseSentence(study, reading, names, allowed.isel({CASE: row})).text for row, reading in enumerate(readings(study))]
    return labelled(study, {"sentence": ((CASE,), made)})


def sentences(study: Study, *, allowed: xr.Dataset | None = None) -> dict[str, tuple[str, ...]]:
    """Return what `sentence` says of each case as three sentences, as far as the case has them.

    The first says which explanation leads, and by how much; the second, which choices turn that; the third, what would end the lead,
    and which explanations are out.

    Parameters
    ----------
    study
        The study.
    allowed
        The Dataset of `ranges(study)`, computed where it is left out.

    Returns
    -------
    dict of str to tuple of str
        The sentences by case.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.
    """
    allowed, names = ranges(study) if allowed is None else allowed, within(study)
    return {
        reading.case.id: CaseSentence(study, reading, names, allowed.isel({CASE: row})).each for row, reading in enumerate(readings(study))
    }


@dataclass(frozen=True)
class CaseSentence:
    """A case to be described, with the names of the explanations, its row of `ranges`, and how many decisive choices are named."""

    study: Study
    reading: Reading
    names: list[str]
    allowed: xr.Dataset
    decisive: int = 2

    @cached_property
    def ranged(self) -> bool:
        """Return whether anything is judged as a range."""
        return any(True for _ in unknowns_of(self.reading))

    @property
    def each(self) -> tuple[str, ...]:
        """Return the case in up to three sentences: the lead, the choices that turn it, and what would end it."""
        made = self.fitting
        whole, turns = made._whole.removeprefix(f"{self.reading.case.name}: "), made._turns() if self._led else ""
        head, found, rest = whole.partition(turns) if turns else (whole, "", "")
        if not found:
            return (_started(whole),)
        parts = (f"{_started(head)}.", f"{_started(turns.removeprefix('; '))}.", rest.removeprefix(".").strip())
        return tuple(part for part in parts if part)

    @property
    def _led(self) -> bool:
        return self.reading.lead.leader is not None and self.reading.lead.runner_up is not None

    @property
    def text(self) -> str:
        """Return the sentence of the case."""
        return self.fitting._whole

    @cached_property
    def fitting(self) -> CaseSentence:
        """Return this sentence, or one that names fewer choices where it would be too long."""
        return self if self.decisive == 1 or len(self._told.split()) <= _LONG else replace(self, decisive=1)

    @property
    def _whole(self) -> str:
        return " ".join(filter(None, (self._told, self._word())))

    @cached_property
    def _told(self) -> str:
        lead = self.reading.lead
        head = f"{self.reading.case.name}: "
        if len(self.names) == 1:
            return f"{head}only one explanation, {self.names[0]}, is considered, so its posterior is 1 whatever the evidence."
        parts = [self._tie() if lead.leader is None else self._lead(lead.leader), self._out()]
        return head + " ".join(part for part in parts if part)

    def _word(self) -> str:
        """Return the lead in a word of the study's scale; nothing where it names none, or nothing leads."""
        lead = self.reading.lead
        if self.study.verdict is None or lead.leader is None or lead.runner_up is None:
            return ""
        scale, name = VERDICT_SCALES[self.study.verdict], self.names[lead.leader]
        if scale.of == "posterior":
            return f"In the words of {scale.name}: {scale.of_posterior(float(np.exp(self.reading.log_posterior[lead.leader])))}."
        evidence = evidence_margin_db(self.reading)
        sides = (name, self.names[lead.runner_up])
        for_, against = sides if evidence >= 0 else sides[::-1]
        return f"In the words of {scale.name}, the evidence for {for_} against {against}: {scale.of_weight(evidence)}."

    def _tie(self) -> str:
        tied = [self.names[h] for h in self.reading.lead.tied]
        level = self._posterior(self.reading.lead.tied[0])
        why = "; no evidence enters, so the posterior is the prior." if not self.reading.numbers.ids else "."
        return f"{self._given()}{enumerated(tied)} tie with a posterior of {level} each, and none leads{why} {self._each_range()}".strip()

    def _each_range(self) -> str:
        """Return the range of each of the tied, with its name."""
        if not self.ranged:
            return ""
        each = [f"{self.names[h]} between {self._end('low', h)} and {self._end('high', h)}" for h in self.reading.lead.tied]
        return f"If every judgement erred independently within its range, nine times in ten the posterior would put {enumerated(each)}."

    def _lead(self, leader: int) -> str:
        reading, name = self.reading, self.names[leader]
        possible = [h for h in range(len(self.names)) if h != leader and np.isfinite(reading.log_posterior[h])]
        if not possible:
            return (
                f"{name} alone is left, with a posterior of 1: every other explanation has a probability of 0, so the lead has no size "
                "in decibels and depends on these zeros."
            )
        assert reading.lead.runner_up is not None
        rival = self.names[reading.lead.runner_up]
        text = f"{self._given()}{name} leads with a posterior of {self._posterior(leader)}{self._interval(leader)}, {self._margin(rival)}"
        if not reading.numbers.ids:
            return f"{text}; no evidence enters, so the posterior is the prior."
        return f"{text}{self._errors()}. {self._benchmark(rival)}".strip()

    def _given(self) -> str:
        return f"given that one of the {_number(len(self.names))} explanations is right, "

    def _posterior(self, h: int) -> str:
        log_p = self.reading.log_posterior
        return probability(float(np.exp(log_p[h])), float(log_odds_of(log_p, h)) * DB_PER_NAT)

    def _end(self, end: str, h: int) -> str:
        p, odds = (float(self.allowed[kind + end].isel({HYPOTHESIS: h})) for kind in ("", "log_odds_"))
        return probability(p, odds * DB_PER_NAT)

    def _interval(self, h: int) -> str:
        return f" ({self._end('low', h)} to {self._end('high', h)})" if self.ranged else ""

    def _margin(self, rival: str) -> str:
        margin, evidence = margin_db(self.reading), evidence_margin_db(self.reading)
        ends = [decibels(float(self.allowed[f"margin_{end}_db"])) for end in ("low", "high")]
        text = f"{decibels(margin)} dB{f' ({ends[0]} to {ends[1]})' if self.ranged else ''} above {rival}"
        if abs(margin - evidence) <= TIE_DB:
            return text
        if evidence < 0:
            return f"{text} by the prior, although the evidence alone puts {rival} {decibels(-evidence)} dB ahead"
        return f"{text}, {decibels(evidence)} of it by the evidence"

    def _errors(self) -> str:
        """Return what the brackets are, and the choices that turn the answer by the smallest change."""
        if not self.ranged:
            return f"; no judgement is given as a range, so no interval can be stated{self._turns()}"
        return f" (in brackets: nine times in ten, if every judgement erred independently within its range){self._turns()}"

    def _turns(self) -> str:
        """Return the one or two most decisive choices, beside those that the sentence gives elsewhere or rules out."""
        turning = [part for part in choices(self.study, self.reading) if part.leader is not None and part.name not in _ELSEWHERE][
            : self.decisive
        ]
        if not turning:
            return ""
        first, *rest = turning
        text = f"; {self.names[first.leader or 0]} leads if {first.condition}"
        for second in rest:
            text += (
                f", or if {second.condition}"
                if second.leader == first.leader
                else f"; {self.names[second.leader or 0]} if {second.condition}"
            )
        return text

    def _benchmark(self, rival: str) -> str:
        """Return what would end the lead, beside what the study's own items weigh."""
        weights, margin, total = weights_db(self.reading), margin_db(self.reading), len(self.reading.numbers.ids)
        finite = np.isfinite(weights)
        if not finite.any():
            return self._fewest("The lead ends", "")
        median = f"{decibels(float(np.median(np.abs(weights[finite]))))} dB"
        strongest = int(np.argmax(np.where(finite, weights, -np.inf)))
        if weights[strongest] <= TIE_DB:
            text = f"No item favours it over {rival}: the lead is the prior's, and ends with a change of {decibels(margin)} dB in one item"
            return self._fewest(f"{text} (median {median})", ", or")
        at = float(weights[strongest]) - margin
        instead = "nothing" if abs(at) < 0.05 else f"only {decibels(at)} dB" if at > 0 else f"{decibels(-at)} dB against it"
        kind = "its only item" if total == 1 else "its strongest item"
        label = self.reading.case.item(self.reading.numbers.ids[strongest]).name
        text = f"The lead ends if {kind}, “{label}” ({decibels(float(weights[strongest]))} dB), weighs {instead}"
        return self._fewest(f"{text} (median item {median})" if finite.sum() > 1 else text, ", or")

    def _fewest(self, text: str, joint: str) -> str:
        found, total = smallest(self.reading), len(self.reading.numbers.ids)
        if not found.items:
            end = "; leaving items out does not" if found.exact and joint else ""
            return f"{text}{end}." if joint else ""
        if len(found.items) == total:
            return f"{text}{joint} only without all of its items." if total > 1 and found.exact else f"{text}." if joint else ""
        most = "" if found.exact else " or fewer"
        return f"{text}{joint} without {_number(len(found.items))}{most} of its {total} items."

    def _out(self) -> str:
        """Return which explanations are refuted or excluded, and by what."""
        prior, nats = self.reading.log_prior, self.reading.log_likelihood
        leader = self.reading.lead.leader
        out = []
        for h in range(len(prior)):
            if np.isneginf(prior[h]):
                ahead = 0.0 if leader is None else float(nats[h] - nats[leader]) * DB_PER_NAT
                but = f", although the evidence puts it {decibels(ahead)} dB ahead of {self.names[leader or 0]}" if ahead > TIE_DB else ""
                out.append(f"{_started(self.names[h])} is excluded by a prior of 0{but}.")
        chain = self.reading.terms.chain
        for h in range(len(prior)):
            if np.isfinite(prior[h]) and np.isneginf(nats[h]):
                ids = [self.reading.numbers.ids[i] for i in np.flatnonzero(np.isneginf(chain[:, h]))]
                items = enumerated([f"“{self.reading.case.item(name).name}”" for name in ids])
                out.append(f"{_started(self.names[h])} is refuted by {items}.")
        return " ".join(out)


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _started(text: str) -> str:
    return text[:1].upper() + text[1:]


SENTENCE = Question(sentence, lambda answer: {"sentence": answer.value("sentence")})
