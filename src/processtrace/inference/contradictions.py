"""Cases that leave no explanation possible, and the study without them."""

from __future__ import annotations

import dataclasses

import numpy as np

from processtrace.errors import ContradictionError
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import reading_of
from processtrace.inference.update import update
from processtrace.study import Study


def contradictions(study: Study) -> tuple[ContradictionError, ...]:
    """Return why `update` would refuse each case whose every explanation is refuted, in the order of the cases.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    tuple of ContradictionError
        One for each such case, with the items that refute each explanation.
    """
    found = []
    for case in study.cases:
        reading = reading_of(case, case_numbers(study, case))
        if np.isneginf(reading.log_prior + reading.log_likelihood).all():
            try:
                update(study.only(case.id))
            except ContradictionError as error:
                found.append(error)
    return tuple(found)


def without(study: Study, found: tuple[ContradictionError, ...]) -> Study:
    """Return the study without the cases that contradict themselves; the study itself where there are none."""
    names = {error.case for error in found}
    return dataclasses.replace(study, cases=tuple(case for case in study.cases if case.id not in names)) if names else study
