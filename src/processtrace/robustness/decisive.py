"""Which choices turn the answer: the change in each at which another explanation leads, the smallest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.inference.labelled import labelled
from processtrace.inference.reading import Reading, readings
from processtrace.logspace import DB_PER_NAT, Array, normalise
from processtrace.robustness.dependence import SWEEP, at_correlation
from processtrace.robustness.fewest_left_out import smallest
from processtrace.robustness.margins import best_rival_db
from processtrace.robustness.model_error import with_error
from processtrace.robustness.parts import parts_of, posteriors
from processtrace.robustness.question import Answer, Question
from processtrace.robustness.tilt import db_per_item, shares
from processtrace.robustness.undeclared import ties
from processtrace.robustness.wording import WORDING, coded, kind_of
from processtrace.study import Study
from processtrace.study.labels import within
from processtrace.text.numbers import decibels, odds, probability

if TYPE_CHECKING:
    import xarray as xr

DECISION = "decision"
UNLISTED = "unlisted"
"""The leader where an explanation that the study does not list leads."""

UNLISTED_PRIOR = 0.05
"""The prior that the unlisted explanation is given here."""


@dataclass(frozen=True)
class Choice:
    """One choice of a study and the change in it at which another explanation leads.

    Attributes
    ----------
    name
        What is chosen: a key of the JSON.
    size
        How large the change is, as a share of the largest that there could be; NaN where none turns the answer.
    leader
        Place of the explanation that leads then; None where none does, -1 for one that the study does not list.
    condition
        The change in words, after "leads if"; where no change turns the answer, that.
    """

    name: str
    size: float
    leader: int | None
    condition: str


def decisive(study: Study) -> xr.Dataset:
    """Return the choices of a study, those first that turn the answer by the smallest change.

    The common scale is the share of the largest change that there could be: of the leader's prior against the rival, that must be taken
    away; of each judgement's range, by which all lean; of the way from independence to one finding told twice, for clusters (the
    distance from their own correlations, on average) and for items in none; of the items, that must not count; of the way from the main
    coding to another, in a pool of the two; the probability that each unit is worthless. For an unlisted explanation with a prior of
    0.05 it is the share of each range by which it must make every item more probable than under the leader.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Dimension `decision`, labelled `case/choice`, by case and then by size, with coordinates `decision_case` and `choice`: 'prior',
        'tilt', 'dependence', 'undeclared', 'parts', 'wording', 'analysts', 'left_out', 'model_error', 'unlisted', as far as the case
        has them. Variables (decision): `size`, the change on the common scale (NaN where no change turns the answer); `change`, the
        same in words; `condition`, the words after "leads if"; `leader`, who leads then, empty where none does and 'unlisted' for an
        explanation that the study does not list. A case without a leader and a runner-up has no rows.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": (0.6, 0.8), "b": (0.3, 0.5)})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.decisive(study).choice[0].item()
    'prior'
    """
    names = list(study.explanations)
    rows = [(reading.case.id, choice) for reading in readings(study) for choice in choices(study, reading)]
    return labelled(
        study,
        {
            "size": ((DECISION,), np.array([choice.size for _, choice in rows], float)),
            "change": ((DECISION,), np.array([said(study, choice) for _, choice in rows], object)),
            "condition": ((DECISION,), np.array([choice.condition for _, choice in rows], object)),
            "leader": ((DECISION,), np.array([_named(names, choice.leader) for _, choice in rows], object)),
        },
        {
            DECISION: [f"{case}/{choice.name}" for case, choice in rows],
            "decision_case": (DECISION, [case for case, _ in rows]),
            "choice": (DECISION, [choice.name for _, choice in rows]),
        },
    )


def said(study: Study, choice: Choice) -> str:
    """Return a choice in words, with the name of the explanation that leads then."""
    if choice.leader is None:
        return choice.condition
    name = "an explanation that is not listed" if choice.leader < 0 else [part.name for part in study.explanations.values()][choice.leader]
    return f"{name} leads if {choice.condition}"


@lru_cache(maxsize=64)
def choices(study: Study, reading: Reading) -> tuple[Choice, ...]:
    """Return the choices of a case, the smallest change first and those that turn nothing last; none without a leader and a rival.

    Parameters
    ----------
    study
        The study.
    reading
        One of its cases.

    Returns
    -------
    tuple of Choice
        The choices.
    """
    if reading.lead.pair is None or not np.isfinite(reading.log_posterior[reading.lead.pair[1]]):
        return ()
    case = _Case(study, reading, *reading.lead.pair)
    each = (
        case.prior,
        case.tilt,
        case.dependence,
        case.undeclared,
        case.parts,
        case.codings,
        case.left_out,
        case.model_error,
        case.unlisted,
    )
    found = [choice for ask in each for choice in ask()]
    return tuple(sorted(found, key=lambda choice: (choice.leader is None, np.nan_to_num(choice.size, nan=np.inf))))


@dataclass(frozen=True)
class _Case:
    """A case with the places of its leader and its runner-up; each method yields the choices of one kind."""

    study: Study
    reading: Reading
    leader: int
    runner_up: int

    @property
    def name(self) -> str:
        """The label of the leader, as it reads inside a sentence."""
        return within(self.study)[self.leader]

    @property
    def items(self) -> int:
        """The number of items that count."""
        return len(self.reading.numbers.ids)

    def prior(self) -> Iterator[Choice]:
        prior, nats = self.reading.log_prior, self.reading.log_likelihood
        rivals = [h for h in range(len(prior)) if h != self.leader and np.isfinite(prior[h]) and np.isfinite(nats[h])]
        ahead = {h: float(self.reading.log_posterior[self.leader] - self.reading.log_posterior[h]) for h in rivals}
        rival = min(ahead, key=ahead.__getitem__)
        now = float(prior[self.leader] - prior[rival])
        share, left = (np.exp(-np.logaddexp(0, -value)) for value in (now, now - ahead[rival]))
        condition = f"its prior odds against {self.name} exceed {odds(ahead[rival] - now)}"
        yield Choice("prior", float((share - left) / share), rival, condition)

    def tilt(self) -> Iterator[Choice]:
        found, each = shares(self.reading), db_per_item(self.reading)
        if not self.items:
            return
        if np.isfinite(found).any():
            rival = int(np.nanargmin(found))
            words = f"every judgement leans by {_small(found[rival])} of its range ({_small(each[rival])} dB an item)"
            yield Choice("tilt", float(found[rival]), rival, words)
        else:
            yield Choice("tilt", float("nan"), None, "no common tilt of ranges turns the answer")

    def dependence(self) -> Iterator[Choice]:
        """Yield the correlation of all declared clusters nearest to their own at which the lead ends."""
        numbers = self.reading.numbers
        if not any(len(numbers.members(k)) > 1 for k in range(len(numbers.rho))):
            return
        own = float(np.mean(numbers.rho))
        values = sorted({*SWEEP})
        posterior = [self._posterior(at_correlation(numbers, value)) for value in values]
        found = [
            (abs(rho - own), rho, rho > own, self._rival(self._posterior(at_correlation(numbers, rho))))
            for rho in _crossings(
                values, [self._ahead(one) for one in posterior], lambda rho: self._ahead(self._posterior(at_correlation(numbers, rho)))
            )
        ]
        if not found:
            yield Choice("dependence", float("nan"), None, "no common correlation of the declared clusters turns the answer")
            return
        size, rho, above, rival = min(found)
        condition = f"every declared cluster has a correlation {'above' if above else 'below'} {rho:.2f}"
        yield Choice("dependence", size, rival, condition)

    def undeclared(self) -> Iterator[Choice]:
        found = ties(self.study, self.reading)
        if not found:
            return
        turning = [(rho, k, group, rival) for k, (group, rho, rival) in enumerate(found) if np.isfinite(rho) and rival is not None]
        if not turning:
            yield Choice("undeclared", float("nan"), None, "no dependence of items that share something turns the answer")
            return
        rho, _, group, rival = min(turning)
        yield Choice("undeclared", rho, rival, f"{group.words} depend on each other with a correlation above {rho:.2f}")

    def parts(self) -> Iterator[Choice]:
        found = [part for part in parts_of(self.study, self.reading) if part.places]
        if not found:
            return
        only, without, sizes = posteriors(self.reading, found)
        turning = []
        for k, (part, own, rest, size) in enumerate(zip(found, only, without, sizes, strict=True)):
            gone = len(part.places)
            for posterior, share, named, words in (
                (own, 1 - size / self.items, size, f"only {part.items} count"),
                (rest, gone / self.items, gone, f"{part.items} do not count"),
            ):
                if 0 < share < 1 and self._turned(posterior):
                    turning.append((share, not words.startswith("only"), k, self._rival(posterior), f"{words} ({named} of {self.items})"))
        if turning:
            share, _, _, rival, words = min(turning)
            yield Choice("parts", share, rival, words)
        else:
            yield Choice("parts", float("nan"), None, "no part of the evidence, alone or left out, turns the answer")

    def codings(self) -> Iterator[Choice]:
        """Yield the share of another coding in a pool with the main one at which the lead ends, for wordings and for other codings.

        A single answer of a language model is no coding: their mean is.
        """
        for choice, wanted in (("wording", True), ("analysts", False)):
            turning, there = [], False
            for k, name in enumerate(self.study.analysts):
                if name == self.study.analyst or self.study.analysts[name].asked or (kind_of(self.study, name) == WORDING) != wanted:
                    continue
                main, own = coded(self.study, self.reading, name)
                if main is None or own is None:
                    continue
                there = True
                if self._turned(own) and self._ahead(main) > 0:
                    share = self._ahead(main) / (self._ahead(main) - self._ahead(own)) if np.isfinite(self._ahead(own)) else 0.0
                    turning.append((share, k, self._rival(own), self.study.analysts[name].name))
            if turning:
                share, _, rival, label = min(turning)
                yield Choice(choice, share, rival, f"the judgements are those of {label}")
            elif there:
                yield Choice(
                    choice, float("nan"), None, f"no {'coding under another wording' if wanted else 'other coding'} turns the answer"
                )

    def left_out(self) -> Iterator[Choice]:
        found = smallest(self.reading)
        if not found.items:
            if self.items:
                yield Choice("left_out", float("nan"), None, "leaving items out does not turn the answer")
            return
        posterior = self._posterior(self.reading.without([found.fell])[0])
        words = ", ".join(f"“{self.reading.case.item(self.reading.numbers.ids[i]).name}”" for i in found.items)
        few = f"{words} {'does' if len(found.items) == 1 else 'do'} not count"
        many = f"{len(found.items)} of its {self.items} items do not count"
        yield Choice("left_out", len(found.items) / self.items, self._rival(posterior), few if len(found.items) < 3 else many)

    def model_error(self) -> Iterator[Choice]:
        def ahead(chance: float) -> float:
            return self._ahead(with_error(self.reading.log_prior, self.reading.unit_nats, chance))

        if not self.items:
            return
        values = [0.0, 0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95]
        found = _crossings(values, [ahead(chance) for chance in values], ahead)
        if not found:
            yield Choice("model_error", float("nan"), None, "no probability that items are worthless turns the answer")
            return
        chance = min(found)
        rival = self._rival(with_error(self.reading.log_prior, self.reading.unit_nats, chance))
        yield Choice("model_error", chance, rival, f"each item or cluster is worthless with probability {probability(chance)}")

    def unlisted(self) -> Iterator[Choice]:
        if not self.items:
            return
        above = float(self.reading.log_prior[self.leader] + np.log1p(-UNLISTED_PRIOR) - np.log(UNLISTED_PRIOR)) * DB_PER_NAT / self.items
        tilted, each = shares(self.reading)[self.runner_up], db_per_item(self.reading)[self.runner_up]
        size = 2 * tilted * above / each if np.isfinite(tilted) and each > 0 else float("nan")
        words = f"it makes each item {decibels(above)} dB more probable than {self.name} does, at a prior of {UNLISTED_PRIOR:.2f}"
        yield Choice("unlisted", size, -1, words)

    def _posterior(self, log_likelihood: Array) -> Array:
        joint = self.reading.log_prior + log_likelihood
        return np.full(len(joint), np.nan) if np.isneginf(joint).all() else normalise(joint)

    def _ahead(self, log_posterior: Array) -> float:
        return float(best_rival_db(log_posterior, self.leader))

    def _turned(self, log_posterior: Array) -> bool:
        return self._ahead(log_posterior) < -1e-9

    def _rival(self, log_posterior: Array) -> int:
        """Return the place of the leader's best rival."""
        others = [h for h in range(len(log_posterior)) if h != self.leader]
        return max(others, key=lambda h: float(log_posterior[h]))


def _crossings(values: list[float], ahead: list[float], of: Callable[[float], float]) -> list[float]:
    """Return where the lead ends, or begins again, between neighbouring values."""
    from scipy.optimize import brentq

    between = zip(pairwise(values), pairwise(ahead), strict=True)
    ends = [pair for pair, (here, there) in between if np.isfinite(here) and np.isfinite(there) and (here > 0) != (there > 0)]
    return [float(brentq(of, low, high, xtol=1e-9)) for low, high in ends]


def _named(names: list[str], leader: int | None) -> str:
    return "" if leader is None else UNLISTED if leader < 0 else names[leader]


def _keys(answer: Answer) -> dict[str, Any]:
    own = answer.own(DECISION)
    rows = zip(own["choice"].values, own["change"].values, own["leader"].values, strict=True)
    return {"decisive": [{"choice": str(a), "change": str(b), "leader": str(c) or None} for a, b, c in rows] if answer.led else None}


DECISIVE = Question(decisive, _keys)


def _small(value: float) -> str:
    return "less than 0.01" if value < 0.005 else f"{value:.2f}"
