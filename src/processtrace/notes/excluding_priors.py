"""Priors that exclude an explanation, and those that compounds left out move."""

from __future__ import annotations

from collections.abc import Iterator

from processtrace.notes.note import STUDY, Note
from processtrace.study import Study
from processtrace.text.names import counted, listed

NAMES = {
    "prior-excludes": "a prior of 0, which no evidence can undo",
    "cells-left-out": "compounds of factors that no item judges, so that the factors' priors are not what they were given as",
}


def notes(study: Study) -> Iterator[Note]:
    """Yield explanations with a prior of 0, case by case, and compounds that are left out of a study of factors."""
    for case in study.cases:
        prior = study.prior_of(case)
        excluded = [part.name for h, part in study.explanations.items() if prior[h] == 0]
        if excluded:
            yield Note("prior-excludes", case.name, f"a prior of 0 excludes, whatever the evidence: {listed(excluded)}")
    whole = 2 ** len(study.factors)
    if study.factors and study.prior is None and len(study.explanations) < whole:
        priors = listed(f"{study.factors[name].name} {p:.2g}" for name, p in study.at_work.items())
        out = counted(whole - len(study.explanations), "combination", "combinations")
        yield Note("cells-left-out", STUDY, f"{out} of factors, of {whole}, no item judges; without them the prior of each is: {priors}")
