"""Past judgements of one analyst on cases whose answer is known, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import reading_of
from processtrace.logspace import Array, logsumexp, normalise
from processtrace.study import Case, Study


@dataclass(frozen=True, eq=False)
class KnownCases:
    """What one analyst's judgements said of cases whose answer is known.

    Attributes
    ----------
    names : tuple of str
        The cases.
    log_prior, log_likelihood : ndarray
        Nats, (case, hypothesis).
    answer : ndarray of int
        The place of the right hypothesis, (case,).
    """

    names: tuple[str, ...]
    log_prior: Array
    log_likelihood: Array
    answer: NDArray[np.intp]

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.names)

    def chosen(self, rows: NDArray[np.intp]) -> KnownCases:
        """Return the cases in these rows, in this order; a row may come more than once."""
        return KnownCases(tuple(self.names[row] for row in rows), self.log_prior[rows], self.log_likelihood[rows], self.answer[rows])

    @property
    def prior(self) -> Array:
        """The probabilities without any evidence, (case, hypothesis)."""
        return np.exp(normalise(self.log_prior))

    @property
    def posterior(self) -> Array:
        """The probabilities that the judgements give, (case, hypothesis)."""
        return np.exp(normalise(self.log_prior + self.log_likelihood))

    @property
    def ratios(self) -> tuple[Array, NDArray[np.bool_]]:
        """The log likelihood ratio of each hypothesis against its rivals, and whether it is right.

        A ratio is P(evidence | h) / P(evidence | not h), in nats, where the rivals are weighted by their priors. Hypotheses
        with a prior of 0, and without a rival, have none.
        """
        ratios, there = np.zeros(self.log_prior.shape), np.isfinite(self.log_prior)
        for h in range(self.log_prior.shape[1]):
            prior, likelihood = np.delete(self.log_prior, h, axis=1), np.delete(self.log_likelihood, h, axis=1)
            rest = logsumexp(prior, axis=1)
            there[:, h] &= np.isfinite(rest)
            with np.errstate(invalid="ignore"):
                weight = self.log_likelihood[:, h] - (logsumexp(prior + likelihood, axis=1) - rest)
            ratios[:, h] = np.where(np.isnan(weight), 0.0, weight)  # what refutes all of them says nothing between them
        right = np.arange(ratios.shape[1]) == self.answer[:, None]
        return ratios[there], right[there]


def judged_by(case: Case, analyst: str | None) -> bool:
    """Return whether some item of the case that counts has a judgement of this analyst; None for one common judgement."""
    return any(analyst in item.by_analyst for item in case.evidence if item.counts)


def analysts_of(study: Study) -> list[str | None]:
    """Return the analysts who judged a case whose answer is known, in the study's order; None for judgements without an analyst's name."""
    known = [case for case in study.cases if case.known_answer in study.explanations]
    if not study.analysts:
        return [None] if any(judged_by(case, None) for case in known) else []
    return [name for name in study.analysts if any(judged_by(case, name) for case in known)]


def log_terms(study: Study, case: Case, analyst: str | None) -> tuple[Array, Array]:
    """Return the log prior and the log likelihood of a case by one analyst's judgements, nats, (hypothesis,)."""
    reading = reading_of(case, case_numbers(study, case, analyst))
    return reading.log_prior, reading.log_likelihood


def known_cases(study: Study, analyst: str | None = None) -> KnownCases:
    """Return what an analyst's judgements said of the cases whose answer is known.

    Parameters
    ----------
    study : Study
        The study; a case with `known_answer` is one of them.
    analyst : str or None
        Whose judgements; None for judgements that are no single analyst's. A case counts where the analyst judged at least
        one of its items; items with one common judgement enter as well.

    Returns
    -------
    KnownCases
        Arrays by case and hypothesis. A case in which the judgements contradict each other, so that nothing is left, is not
        among them.
    """
    hypotheses = list(study.explanations)
    rows = []
    for case in study.cases:
        if case.known_answer not in hypotheses or not judged_by(case, analyst):
            continue
        prior, likelihood = log_terms(study, case, analyst)
        if not np.isneginf(prior + likelihood).all():
            rows.append((case.id, prior, likelihood, hypotheses.index(case.known_answer)))
    shape = (len(rows), len(hypotheses))
    return KnownCases(
        tuple(name for name, *_ in rows),
        np.array([prior for _, prior, _, _ in rows], float).reshape(shape),
        np.array([likelihood for _, _, likelihood, _ in rows], float).reshape(shape),
        np.array([answer for *_, answer in rows], np.intp),
    )
