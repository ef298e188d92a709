"""How the posterior changes when dependent items are less, or more, dependent than declared."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.errors import UsageError
from processtrace.exact.case import CaseNumbers
from processtrace.exact.cluster_grid import cluster_likelihoods
from processtrace.exact.items import log_reports
from processtrace.exact.redundant import redundant_nats
from processtrace.inference.labelled import labelled
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import Reading, readings, unit_likelihood
from processtrace.inference.update import CASE, HYPOTHESIS
from processtrace.logspace import Array, normalise, to_probability
from processtrace.robustness.question import Answer, Question
from processtrace.study import Case, Cluster, Study
from processtrace.study.frozen import Map

if TYPE_CHECKING:
    import xarray as xr

MANY = 50
"""Number of clusters of points in one case from which the compiled integral of many clusters is used. It takes a second to load."""

RHO, JOINED = "rho", "joined_source"
SWEEP = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Correlations at which `dependence` is computed by default."""


def dependence(study: Study, rho: Sequence[float] = SWEEP) -> xr.Dataset:
    """Return the posterior with every cluster's correlation replaced by one value, and in the limit of full redundancy.

    Only declared clusters move: what nobody declared is the question of `undeclared`. Dependence may raise a weight or change the
    lead, so smallest and largest are computed, not assumed. The clusters follow a one-factor Gaussian copula.

    Parameters
    ----------
    study
        The study.
    rho
        Latent correlations in [0, 1).

    Returns
    -------
    Dataset
        Variables, all probabilities: `posterior` (case, rho, hypothesis); `fully_redundant` (case, hypothesis), the limit rho -> 1,
        where all findings of a cluster share one cause, in closed form for points (NaN where that refutes every hypothesis);
        `smallest`, `largest` (case, hypothesis), over all values of rho and the limit.

    Raises
    ------
    UsageError
        If a correlation is outside [0, 1), or if there is none.
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Li 2000, doi:10.3905/jfi.2000.319253.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(n, finding="A poll.", cluster="polls", probability={"a": 0.8, "b": 0.2}) for n in ("may", "june")]
    >>> case = pt.Case("x", evidence=items, clusters={"polls": {}})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[case])
    >>> pt.robustness.dependence(study).fully_redundant.sel(case="x", hypothesis="a").item().__round__(6)
    0.8
    """
    _refuse(rho)
    each = readings(study)
    n = len(study.explanations)
    swept = np.array([[_posterior(reading, nats) for nats in swept_nats(reading.numbers, rho)] for reading in each]).reshape(
        -1, len(rho), n
    )
    limit = np.array([_posterior(reading, at_limit(reading.numbers)) for reading in each]).reshape(-1, n)
    both = np.concatenate([swept, limit[:, None]], axis=1)
    return labelled(
        study,
        {
            "posterior": ((CASE, RHO, HYPOTHESIS), swept),
            "fully_redundant": ((CASE, HYPOTHESIS), limit),
            "smallest": ((CASE, HYPOTHESIS), np.fmin.reduce(both, axis=1)),
            "largest": ((CASE, HYPOTHESIS), np.fmax.reduce(both, axis=1)),
        },
        {RHO: list(rho)},
    )


def one_source(study: Study, rho: Sequence[float] = SWEEP) -> xr.Dataset:
    """Return the posterior if all unclustered items that name one source were one more cluster, beside the declared clusters.

    Parameters
    ----------
    study
        The study.
    rho
        Latent correlations of that cluster, in [0, 1).

    Returns
    -------
    Dataset
        Dimension `joined_source`, labelled `case/source`, each with two such items or more. Variables, all probabilities:
        `posterior` (joined_source, rho, hypothesis), and `fully_redundant` (joined_source, hypothesis), the limit rho -> 1.

    Raises
    ------
    UsageError
        If a correlation is outside [0, 1), or if there is none.
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> items = [pt.Evidence(n, finding="A poll.", source="press", probability={"a": 0.8, "b": 0.2}) for n in ("may", "june")]
    >>> case = pt.Case("x", evidence=items, sources={"press": {}})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[case])
    >>> pt.robustness.one_source(study).fully_redundant.sel(joined_source="x/press", hypothesis="a").item().__round__(6)
    0.8
    """
    _refuse(rho)
    n = len(study.explanations)
    joined = [(reading, name, part) for reading in readings(study) for name, part in _joined(study, reading)]
    swept = [[_posterior(reading, at_correlation(part, value, (len(part.rho) - 1,))) for value in rho] for reading, _, part in joined]
    limit = [_posterior(reading, at_limit(part, (len(part.rho) - 1,))) for reading, _, part in joined]
    return labelled(
        study,
        {
            "posterior": ((JOINED, RHO, HYPOTHESIS), np.array(swept).reshape(-1, len(rho), n)),
            "fully_redundant": ((JOINED, HYPOTHESIS), np.array(limit).reshape(-1, n)),
        },
        {
            RHO: list(rho),
            JOINED: [f"{reading.case.id}/{name}" for reading, name, _ in joined],
            "joined_source_case": (JOINED, [reading.case.id for reading, _, _ in joined]),
            "joined_source_label": (JOINED, [study.source_of(reading.case, name).name for reading, name, _ in joined]),
        },
    )


def _refuse(rho: Sequence[float]) -> None:
    if not len(rho) or not all(0 <= value < 1 for value in rho):
        raise UsageError(f"rho: {list(rho)}; correlations of 0 or more, below 1; the limit of 1 is computed beside them")


def _posterior(reading: Reading, log_likelihood: Array) -> Array:
    joint = reading.log_prior + log_likelihood
    return np.full(len(joint), np.nan) if np.isneginf(joint).all() else to_probability(normalise(joint))


def swept_nats(numbers: CaseNumbers, rho: Sequence[float]) -> Array:
    """Return the log likelihood with the correlation of every cluster replaced, at each value of `rho`.

    Parameters
    ----------
    numbers
        The case.
    rho
        Latent correlations in [0, 1).

    Returns
    -------
    Array
        (rho, hypothesis), nats. Where a case has MANY clusters of points or more, these are integrated all at once by
        `exact.cluster_likelihoods`, whose error is below 1e-9 nats. Where it has fewer, they are integrated one by one, to 1e-12.
    """
    plain = [unit for unit in numbers.units if _plain(numbers, unit)]
    if len(plain) < MANY:
        return np.array([at_correlation(numbers, value) for value in rho]).reshape(len(rho), -1)
    rest = dataclasses.replace(numbers, units=tuple(unit for unit in numbers.units if unit not in set(plain)))
    total = np.array([at_correlation(rest, value) for value in rho]).reshape(len(rho), -1)
    for size in sorted({len(unit) for unit in plain}):
        items = [[numbers.items[i] for i in unit] for unit in plain if len(unit) == size]
        judged = np.array([[item.low for item in unit] for unit in items])
        bare = np.ones((len(numbers.ranges), 1)), np.zeros((len(numbers.ranges), 1))
        reports = np.exp([[log_reports(item, *bare, numbers.z) for item in unit] for unit in items])[..., 0]
        total = total + cluster_likelihoods(judged, rho, reports[:, :, 0], reports[:, :, 1]).sum(axis=0)
    return total


def _plain(numbers: CaseNumbers, unit: Sequence[int]) -> bool:
    """Return whether a unit is one cluster of points that names no source of uncertain reliability."""
    items = [numbers.items[i] for i in unit]
    one = len(items) > 1 and items[0].cluster is not None and len({item.cluster for item in items}) == 1
    return one and all(item.low == item.high and not item.sources for item in items)


def at_correlation(numbers: CaseNumbers, rho: float, clusters: Collection[int] | None = None) -> Array:
    """Return the log likelihood with the correlation of every cluster, or of some, replaced.

    Parameters
    ----------
    numbers
        The case.
    rho
        Latent correlation in [0, 1).
    clusters
        Places of the clusters; all where it is None.

    Returns
    -------
    Array
        Nats, (hypothesis,).
    """
    values = tuple(rho if clusters is None or k in clusters else own for k, own in enumerate(numbers.rho))
    changed = dataclasses.replace(numbers, rho=values)
    return _sum([unit_likelihood(changed, unit).nats[0] for unit in numbers.units], numbers)


@lru_cache(maxsize=64)
def at_limit(numbers: CaseNumbers, clusters: tuple[int, ...] | None = None) -> Array:
    """Return the log likelihood with every cluster, or some, fully redundant.

    Parameters
    ----------
    numbers
        The case.
    clusters
        Places of the clusters; all where it is None.

    Returns
    -------
    Array
        Nats, (hypothesis,).
    """
    redundant = set(range(len(numbers.rho)) if clusters is None else clusters)
    parts = []
    for unit in numbers.units:
        held = {numbers.items[i].cluster for i in unit} - {None}
        parts.append(redundant_nats(numbers, unit, redundant) if held & redundant else unit_likelihood(numbers, unit).nats[0])
    return _sum(parts, numbers)


def _sum(parts: list[Array], numbers: CaseNumbers) -> Array:
    return np.asarray(np.array(parts).reshape(len(parts), len(numbers.hypotheses)).sum(axis=0))


def _joined(study: Study, reading: Reading) -> Iterator[tuple[str, CaseNumbers]]:
    """Yield for each source of two or more unclustered items the case with these as its last cluster."""
    items = [reading.case.item(name) for name in reading.numbers.ids]
    for name in dict.fromkeys(source for item in items for source in item.source):
        held = [item.id for item in items if name in item.source and item.cluster is None and not item.given and item.node is None]
        if len(held) > 1:
            changed = _one_cluster(study.only(reading.case.id), reading.case, set(held))
            yield name, case_numbers(changed, changed.cases[0])


def _one_cluster(study: Study, case: Case, items: set[str]) -> Study:
    name = "joined"
    while name in case.clusters or name in study.clusters:
        name += "_"
    evidence = tuple(dataclasses.replace(item, cluster=name) if item.id in items else item for item in case.evidence)
    first = [item for item in evidence if item.cluster != name] + [item for item in evidence if item.cluster == name]
    clusters = Map({**case.clusters, name: Cluster(name)})
    return dataclasses.replace(study, cases=(dataclasses.replace(case, evidence=tuple(first), clusters=clusters),))


def _keys(answer: Answer) -> dict[str, Any]:
    ends = {name: answer.each(name) for name in ("fully_redundant", "smallest", "largest")}
    return {"dependence": answer.along(RHO) | ends}


DEPENDENCE = Question(dependence, _keys)
