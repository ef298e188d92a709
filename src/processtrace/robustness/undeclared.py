"""Dependence that nobody declared: what becomes of the lead if items that share something depend on each other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.errors import UsageError
from processtrace.exact.case import CaseNumbers
from processtrace.inference.labelled import evidence_coords, labelled
from processtrace.inference.reading import TIE_DB, Reading, readings
from processtrace.inference.update import CASE, EVIDENCE, HYPOTHESIS
from processtrace.logspace import Array, normalise, to_probability
from processtrace.robustness.dependence import RHO, at_correlation, at_limit
from processtrace.robustness.groups import Together, disjoint, groups_of, joined
from processtrace.robustness.margins import best_rival_db
from processtrace.robustness.question import Answer, Question, plain
from processtrace.robustness.tipping import weights_db
from processtrace.study import Study

if TYPE_CHECKING:
    import xarray as xr

GROUP = "group"
SWEEP = (0.0, 0.25, 0.5, 0.75, 0.9)
"""Correlations at which `undeclared` is computed by default, and between which the tie is looked for."""

_LAST = 0.9999
"""The largest correlation at which a tie is looked for; beyond it stands the limit of full redundancy."""


def undeclared(study: Study, rho: Sequence[float] = SWEEP) -> xr.Dataset:
    """Return what becomes of the posterior if items that share something, and are in no cluster, depend on each other.

    The groups are those that the study names under `groups`, and the items that share a source, an event (a tag of the group `event`),
    a tag, or a window of 30 or 365 days. Each group becomes a cluster by itself, beside the declared ones, with a one-factor Gaussian
    copula; then all together, each item in the first group that holds it, in this order: named, source, event, 30 days, tag, 365 days.

    Parameters
    ----------
    study
        The study.
    rho
        Latent correlations in [0, 1), in ascending order.

    Returns
    -------
    Dataset
        Dimension `group`, labelled `case/name`, with coordinates `group_case`, `group_name`, `group_kind`, `group_label`. Variables:
        `member` (group, evidence), which items it joins; `posterior` (group, rho, hypothesis) and `fully_redundant` (group,
        hypothesis), the limit rho -> 1, probabilities (NaN where that refutes every hypothesis); `rho_to_tie` (group), the smallest
        correlation found at which the lead ends (NaN where none below 1 does it, and without a leader); `together` (case, rho,
        hypothesis), the posterior with all groups joined at once; `joined_in` (evidence), the group of each item then, empty for
        none; `clustered_for`, `clustered_against` (case), the shares of the items for the leader, and for the runner-up, that stand in
        a declared cluster (NaN where there is no such item).

    Raises
    ------
    UsageError
        If the correlations are outside [0, 1) or not in ascending order, or if there is none.
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Li 2000, doi:10.3905/jfi.2000.319253.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(n, finding="A poll.", probability={"a": 0.8, "b": 0.2}) for n in ("may", "june")]
    >>> made = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)], groups={"polls": ["may", "june"]})
    >>> pt.robustness.undeclared(made).fully_redundant.sel(group="x/polls", hypothesis="a").item().__round__(6)
    0.8
    """
    values = list(rho)
    if not values or values != sorted(values) or not all(0 <= value < 1 for value in values):
        raise UsageError(f"rho: {values}; correlations of 0 or more, below 1, in ascending order")
    each = readings(study)
    found = [(reading, group) for reading in each for group in groups_of(study, reading)]
    swept = [_swept(reading, group, tuple(values)) for reading, group in found]
    together, homes = [], []
    for reading in each:
        parts = disjoint([group for one, group in found if one is reading])
        together.append(_together(reading, parts, values))
        homes += [next((group.name for group in parts if i in group.places), "") for i in range(len(reading.numbers.ids))]
    shares = np.array([_clustered(reading) for reading in each]).reshape(len(each), 2)
    n = len(study.explanations)
    coords = evidence_coords(each)
    place = {name: column for column, name in enumerate(coords[EVIDENCE])}
    member = np.zeros((len(found), len(place)), bool)
    for row, (reading, group) in enumerate(found):
        member[row, [place[f"{reading.case.id}/{reading.numbers.ids[i]}"] for i in group.places]] = True
    return labelled(
        study,
        {
            "member": ((GROUP, EVIDENCE), member),
            "posterior": ((GROUP, RHO, HYPOTHESIS), np.array([part[0] for part in swept]).reshape(-1, len(values), n)),
            "fully_redundant": ((GROUP, HYPOTHESIS), np.array([part[1] for part in swept]).reshape(-1, n)),
            "rho_to_tie": ((GROUP,), np.array([part[2] for part in swept], float)),
            "together": ((CASE, RHO, HYPOTHESIS), np.array(together).reshape(-1, len(values), n)),
            "joined_in": ((EVIDENCE,), np.array(homes, object)),
            "clustered_for": ((CASE,), shares[:, 0]),
            "clustered_against": ((CASE,), shares[:, 1]),
        },
        {
            **coords,
            RHO: values,
            GROUP: [f"{reading.case.id}/{group.name}" for reading, group in found],
            "group_case": (GROUP, [reading.case.id for reading, _ in found]),
            "group_name": (GROUP, [group.name for _, group in found]),
            "group_kind": (GROUP, [group.kind for _, group in found]),
            "group_label": (GROUP, [group.label for _, group in found]),
        },
    )


def ties(study: Study, reading: Reading) -> list[tuple[Together, float, int | None]]:
    """Return each group of a case with the smallest correlation at which the lead ends.

    Parameters
    ----------
    study
        The study.
    reading
        One of its cases.

    Returns
    -------
    list of tuple
        The group; the correlation, NaN where none ends the lead; and the place of the explanation that leads then, None where none.
    """
    found: list[tuple[Together, float, int | None]] = []
    for group in groups_of(study, reading):
        tie = _swept(reading, group, SWEEP)[2]
        numbers, new = joined(reading, [group])
        at = None if np.isnan(tie) else _log_posterior(reading, at_correlation(numbers, tie, new))
        rivals = [h for h in range(len(reading.log_prior)) if h != reading.lead.leader]
        found.append((group, tie, None if at is None else max(rivals, key=at.__getitem__)))
    return found


@lru_cache(maxsize=1024)
def _swept(reading: Reading, group: Together, rho: tuple[float, ...]) -> tuple[Array, Array, float]:
    """Return the posterior along the correlations, in the limit, and the smallest correlation at which the lead ends."""
    numbers, new = joined(reading, [group])
    at = [_log_posterior(reading, at_correlation(numbers, value, new)) for value in rho]
    limit = _log_posterior(reading, at_limit(numbers, new))
    return to_probability(np.array(at)), to_probability(limit), _tie(reading, numbers, new, list(rho), at, limit)


def _tie(reading: Reading, numbers: CaseNumbers, new: tuple[int, ...], rho: list[float], at: list[Array], limit: Array) -> float:
    """Return the smallest correlation between those of the sweep at which the leader is reached; NaN where none is found."""
    leader = reading.lead.leader
    if leader is None or len(limit) < 2:
        return float("nan")
    ahead = [float(best_rival_db(one, leader)) for one in at]
    if rho[-1] < _LAST and not float(best_rival_db(limit, leader)) > 0 and all(value > 0 for value in ahead):
        rho, ahead = [*rho, _LAST], [*ahead, _ahead(reading, numbers, new, leader, _LAST)]
    for k, value in enumerate(ahead):
        if not value > 0:
            return rho[0] if k == 0 else _between(reading, numbers, new, leader, (rho[k - 1], rho[k]))
    return float("nan")


def _between(reading: Reading, numbers: CaseNumbers, new: tuple[int, ...], leader: int, ends: tuple[float, float]) -> float:
    from scipy.optimize import brentq

    return float(brentq(lambda value: _ahead(reading, numbers, new, leader, value), *ends, xtol=1e-9))


def _ahead(reading: Reading, numbers: CaseNumbers, new: tuple[int, ...], leader: int, rho: float) -> float:
    return float(best_rival_db(_log_posterior(reading, at_correlation(numbers, rho, new)), leader))


def _together(reading: Reading, groups: Sequence[Together], rho: Sequence[float]) -> Array:
    """Return the posterior with all groups joined at each correlation, (rho, hypothesis)."""
    numbers, new = joined(reading, groups)
    return to_probability(np.array([_log_posterior(reading, at_correlation(numbers, value, new)) for value in rho]))


def _log_posterior(reading: Reading, log_likelihood: Array) -> Array:
    joint = reading.log_prior + log_likelihood
    return np.full(len(joint), np.nan) if np.isneginf(joint).all() else normalise(joint)


def _clustered(reading: Reading) -> list[float]:
    """Return the shares of items for the leader and for the runner-up that stand in a cluster; NaN where there is no such item."""
    weights = weights_db(reading)
    stands = np.array([item.cluster is not None for item in reading.numbers.items], bool)
    return [float(stands[side].mean()) if side.any() else float("nan") for side in (weights > TIE_DB, weights < -TIE_DB)]


def _keys(answer: Answer) -> dict[str, Any]:
    own = answer.own(GROUP)
    ids = own["evidence_id"].values
    groups = {
        str(own["group_name"].values[k]): {
            "items": [str(item) for item in ids[own["member"].values[k]]],
            "rho_to_tie": plain(own["rho_to_tie"].values[k]),
            "fully_redundant": answer.by_hypothesis(own["fully_redundant"].values[k]),
        }
        for k in range(own.sizes[GROUP])
    }
    return {
        "undeclared": {
            "groups": groups,
            "together": {
                RHO: plain(answer.data[RHO].values),
                "posterior": answer.by_hypothesis(answer.data["together"].values[answer.row].T),
            },
            "clustered_share": {"for": answer.value("clustered_for"), "against": answer.value("clustered_against")},
        }
    }


UNDECLARED = Question(undeclared, _keys)
