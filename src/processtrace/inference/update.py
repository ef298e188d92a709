"""A study as labelled arrays, and the update on them. Only this module defines the names of the dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from processtrace.errors import ContradictionError
from processtrace.exact.case import CaseNumbers, Terms, subset_nats, terms
from processtrace.exact.posterior import log_posterior, probabilities, relative
from processtrace.inference.numbers import case_numbers
from processtrace.inference.refuting import smallest_sets
from processtrace.logspace import Array, logsumexp, relative_db, to_db
from processtrace.study import Study
from processtrace.study.probabilities import judgements_in_force

if TYPE_CHECKING:
    import xarray as xr

CASE, HYPOTHESIS, EVIDENCE, CLUSTER, ANALYST, FACTOR = "case", "hypothesis", "evidence", "evidence_cluster", "analyst", "factor"


def numbers_of(study: Study) -> dict[str, CaseNumbers]:
    """Return every case in numbers, by identifier."""
    return {case.id: case_numbers(study, case) for case in study.cases}


def to_dataset(study: Study) -> xr.Dataset:
    """Return the exact likelihood of a study, labelled.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Variables: `prior` (case, hypothesis), probabilities; `log_likelihood`, `log_likelihood_alone`, `log_likelihood_last`
        (evidence, hypothesis), nats: an item given the earlier items of its unit, outside it, and given all other items;
        `cluster_log_likelihood` (evidence_cluster, hypothesis), nats. `evidence` is flat, labelled `case/id`. In a study of factors
        also `at_work` (hypothesis, factor): which factors make up which cell. Attributes: `error_nats` by case, 0 where exact;
        `anchored`: items whose effect depends on the anchor.
    """
    import xarray as xr

    hypotheses = list(study.explanations)
    each = numbers_of(study)
    computed = {name: terms(numbers, len(hypotheses)) for name, numbers in each.items()}
    prior = np.array([numbers.prior for numbers in each.values()], float).reshape(len(each), len(hypotheses))
    rows = [(case, case.item(name)) for case in study.cases for name in each[case.id].ids]
    clusters = [(name, numbers, k) for name, numbers in each.items() for k in range(len(numbers.clusters)) if len(numbers.members(k)) > 0]

    def stacked(kind: str) -> tuple[tuple[str, str], Array]:
        parts = [getattr(part, kind) for part in computed.values()]
        return (EVIDENCE, HYPOTHESIS), np.concatenate(parts) if parts else np.zeros((0, len(hypotheses)))

    joint = [_joint(numbers, k, computed[name]) for name, numbers, k in clusters]
    data = xr.Dataset(
        {
            "prior": ((CASE, HYPOTHESIS), prior / prior.sum(axis=1, keepdims=True)),
            "log_likelihood": stacked("chain"),
            "log_likelihood_alone": stacked("alone"),
            "log_likelihood_last": stacked("last"),
            "cluster_log_likelihood": ((CLUSTER, HYPOTHESIS), np.array(joint).reshape(len(clusters), len(hypotheses))),
        },
        coords={
            CASE: list(each),
            HYPOTHESIS: hypotheses,
            EVIDENCE: [f"{case.id}/{item.id}" for case, item in rows],
            CLUSTER: [f"{name}/{numbers.clusters[k]}" for name, numbers, k in clusters],
            "case_label": (CASE, [case.name for case in study.cases]),
            "evidence_cluster_label": (
                CLUSTER,
                [study.cluster_of(study.case(name), numbers.clusters[k]).name for name, numbers, k in clusters],
            ),
            "hypothesis_label": (HYPOTHESIS, [part.name for part in study.explanations.values()]),
            "evidence_case": (EVIDENCE, [case.id for case, _ in rows]),
            "evidence_id": (EVIDENCE, [item.id for _, item in rows]),
            "evidence_label": (EVIDENCE, [item.name for _, item in rows]),
            "cluster": (EVIDENCE, [item.cluster if item.cluster and not item.given else "" for _, item in rows]),
            "date": (EVIDENCE, [item.date or "" for _, item in rows]),
        },
        attrs={
            "title": study.title,
            "error_nats": [float(part.error.max(initial=0.0)) for part in computed.values()],
            "method": "exact"
            if all(part.error.max(initial=0.0) == 0 for part in computed.values())
            else "quasi-Monte Carlo where more than three reliabilities meet",
            "anchored": anchored(study),
        },
    )
    return data.assign(_cells(study)).assign_coords(_factors(study)) if study.factors else data


def _cells(study: Study) -> dict[str, tuple[tuple[str, str], Array]]:
    return {
        "at_work": (
            (HYPOTHESIS, FACTOR),
            np.array([[name in study.causes_in(cell) for name in study.factors] for cell in study.explanations]),
        )
    }


def _factors(study: Study) -> dict[str, object]:
    return {FACTOR: list(study.factors), "factor_label": (FACTOR, [part.name for part in study.factors.values()])}


def _joint(numbers: CaseNumbers, k: int, terms: Terms) -> Array:
    """Return the log likelihood of a cluster's items together; where they are a unit, it is known."""
    members = numbers.members(k)
    u = numbers.unit_of[members[0]]
    unit = numbers.units[u]
    if len(unit) == len(members):
        return np.asarray(terms.whole[u])
    joint: Array = subset_nats(numbers, unit, np.isin(unit, members)[None])[0][0]
    return joint


def anchored(study: Study) -> list[str]:
    """Return the items judged on a relative scale (ratios or decibels) whose effect depends on the anchor.

    These are all except found points on their own: no range, source, cluster, or other scale beside them.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    list of str
        Items, as `case/id`.
    """
    listed = []
    for case in study.cases:
        for item in case.evidence:
            parts = judgements_in_force(study, item)
            relative = [part.anchored for part in parts]
            if not item.counts or not any(relative):
                continue
            points = all(not isinstance(v, tuple) for part in parts for v in part.values.values())
            clustered = item.cluster is not None and not item.given
            free = item.status == "found" and points and not item.source and not clustered and all(relative)
            if not free:
                listed.append(f"{case.id}/{item.id}")
    return listed


def update(study: Study | xr.Dataset) -> xr.Dataset:
    """Return the exact posterior of a study, or of a Dataset with `prior` and `log_likelihood`.

    Parameters
    ----------
    study
        A Study, or its Dataset from `to_dataset`.

    Returns
    -------
    Dataset
        The Dataset with `posterior`, probabilities, `log_posterior`, nats, and `evidence_db` (case, hypothesis); and `weight_db`,
        and where the Dataset holds them `alone_db`, `last_db` (evidence, hypothesis) and `cluster_weight_db` (evidence_cluster,
        hypothesis): decibels relative to the best hypothesis (best = 0). Where the Dataset holds `at_work`, also `factor_prior`,
        `factor_posterior` and `factor_log_odds` (nats), each (case, factor): the sum over the cells in which a factor is at work,
        and its odds.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    References
    ----------
    Good 1985. Fairfield & Charman 2017, doi:10.1017/pan.2017.14.
    """
    data = to_dataset(study) if isinstance(study, Study) else study
    prior = data["prior"].transpose(CASE, HYPOTHESIS).values
    likelihood = data["log_likelihood"].transpose(EVIDENCE, HYPOTHESIS).values
    cases = list(data[CASE].values)
    place = {name: row for row, name in enumerate(cases)}
    rows = np.array([place[name] for name in data["evidence_case"].values], int)
    log_post = log_posterior(prior, likelihood, rows)
    total = np.zeros_like(prior)
    np.add.at(total, rows, relative(likelihood))
    _refuse_contradiction(data, prior, likelihood, rows, log_post, study if isinstance(study, Study) else None)
    derived = {
        "posterior": ((CASE, HYPOTHESIS), probabilities(log_post)),
        "log_posterior": ((CASE, HYPOTHESIS), log_post),
        "evidence_db": ((CASE, HYPOTHESIS), relative_db(total)),
        "weight_db": ((EVIDENCE, HYPOTHESIS), relative_db(likelihood)),
    }
    for kind in ("alone", "last"):
        if f"log_likelihood_{kind}" in data:
            derived[f"{kind}_db"] = ((EVIDENCE, HYPOTHESIS), _relative_known(data[f"log_likelihood_{kind}"].values))
    if "cluster_log_likelihood" in data:
        derived["cluster_weight_db"] = ((CLUSTER, HYPOTHESIS), relative_db(data["cluster_log_likelihood"].values))
    if "at_work" in data:
        at_work = data["at_work"].transpose(HYPOTHESIS, FACTOR).values
        derived["factor_prior"] = ((CASE, FACTOR), prior @ at_work / prior.sum(axis=1, keepdims=True))
        derived["factor_posterior"] = ((CASE, FACTOR), np.exp(log_post) @ at_work)
        derived["factor_log_odds"] = ((CASE, FACTOR), log_factor_odds(log_post, at_work))
    return data.assign(derived)


def log_factor_odds(log_posterior: Array, at_work: Array) -> Array:
    """Return the log odds that each factor is at work.

    Parameters
    ----------
    log_posterior
        Log probabilities of the cells, nats, (case, hypothesis).
    at_work
        Which factors make up which cell, boolean, (hypothesis, factor).

    Returns
    -------
    Array
        Nats, (case, factor).
    """
    held = np.where(at_work, log_posterior[..., None], -np.inf)
    rest = np.where(at_work, -np.inf, log_posterior[..., None])
    return np.asarray(logsumexp(held, axis=-2) - logsumexp(rest, axis=-2))


def _relative_known(nats: Array) -> Array:
    """Return decibels relative to the best of what is defined. NaN is kept, and so is +inf."""
    known = np.where(np.isfinite(nats) | np.isneginf(nats), nats, -np.inf)
    best = known.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return to_db(nats - np.where(np.isfinite(best), best, 0.0))


def _refuse_contradiction(data: xr.Dataset, prior: Array, likelihood: Array, rows: Array, log_post: Array, study: Study | None) -> None:
    for row in np.flatnonzero(np.isneginf(log_post).all(axis=1)):
        names, case = data["evidence_id"].values, str(data[CASE].values[row])
        joined = smallest_sets(study, case) if study is not None and study.causal is not None else {}
        refuted = {}
        for k, h in enumerate(map(str, data[HYPOTHESIS].values)):
            own = [(str(names[e]), bool(np.isneginf(likelihood[e, k]))) for e in np.flatnonzero(rows == row)]
            refuted[h] = [] if prior[row, k] == 0 else [name for name, alone in own if joined.get(h, {}).get(name, alone)]
        raise ContradictionError(case, refuted)
