"""The JSON forms of `update` and of a comparison of studies: plain values with full precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from processtrace.inference.compare import moved
from processtrace.study import Study
from processtrace.study.verdict_words import VERDICT_SCALES
from processtrace.text.numbers import number

if TYPE_CHECKING:
    import xarray as xr


def update_as_json(study: Study, data: xr.Dataset) -> dict[str, Any]:
    """Return the exact posterior as plain values: what `processtrace update --format json` prints.

    Parameters
    ----------
    study : Study
        The study.
    data : xarray.Dataset
        Its posterior, as `update(study)` returns it.

    Returns
    -------
    dict
        Title, identifiers of the explanations, and for each case prior, posterior (natural logarithms too), weights in
        decibels, refuted explanations, what is not counted, and clusters. What is infinite or undefined is None.
    """
    hypotheses = [str(h) for h in data["hypothesis"].values]

    def by_hypothesis(row: Any) -> dict[str, float | None]:
        return {h: number(v) for h, v in zip(hypotheses, row, strict=True)}

    cases = {}
    for c, case in enumerate(study.cases):
        rows = [e for e, owner in enumerate(data["evidence_case"].values) if owner == case.id]
        clusters = [k for k, name in enumerate(data["evidence_cluster"].values) if str(name).split("/")[0] == case.id]
        cases[case.id] = {
            "prior": by_hypothesis(data["prior"].values[c]),
            **({"prior_from_model": study.prior_from_model and case.prior is None} if study.causal is not None else {}),
            "posterior": by_hypothesis(data["posterior"].values[c]),
            "log_posterior": by_hypothesis(data["log_posterior"].values[c]),
            "evidence_db": by_hypothesis(data["evidence_db"].values[c]),
            **({"factors": _factors(data, c)} if "factor_posterior" in data else {}),
            "refuted": [h for h, v in zip(hypotheses, data["evidence_db"].values[c], strict=True) if v == -float("inf")],
            "error_nats": data.attrs["error_nats"][c],
            **_verdict(study, data["posterior"].values[c], data["evidence_db"].values[c]),
            "evidence": [
                {
                    "id": str(data["evidence_id"].values[e]),
                    "status": case.item(str(data["evidence_id"].values[e])).status,
                    **{kind: by_hypothesis(data[kind].values[e]) for kind in ("weight_db", "alone_db", "last_db")},
                    **_weight_word(study, data["weight_db"].values[e]),
                }
                for e in rows
            ],
            "not_counted": {
                status: [item.id for item in case.evidence if item.status == status] for status in ("planned", "unjudged", "set_aside")
            },
            "clusters": [
                {
                    "id": str(data["evidence_cluster"].values[k]).split("/", 1)[1],
                    "items": [
                        str(data["evidence_id"].values[e])
                        for e in rows
                        if f"{case.id}/{data['cluster'].values[e]}" == data["evidence_cluster"].values[k]
                    ],
                    "weight_db": by_hypothesis(data["cluster_weight_db"].values[k]),
                }
                for k in clusters
            ],
        }
    return {"title": study.title, "hypotheses": hypotheses, "cases": cases}


def _verdict(study: Study, posterior: Any, evidence_db: Any) -> dict[str, dict[str, str]]:
    """Return the word for the result of each explanation, where the study names a scale."""
    if study.verdict is None:
        return {}
    words = [VERDICT_SCALES[study.verdict].of_result(float(p), float(db)) for p, db in zip(posterior, evidence_db, strict=True)]
    return {"verdict": dict(zip(study.explanations, words, strict=True))}


def _weight_word(study: Study, weight_db: Any) -> dict[str, str]:
    """Return the word for an item's weight between the explanations it supports most and least, on a scale of weights."""
    if study.verdict is None or VERDICT_SCALES[study.verdict].of != "weight":
        return {}
    return {"verdict": VERDICT_SCALES[study.verdict].of_weight(float(max(weight_db) - min(weight_db)))}


def _factors(data: xr.Dataset, c: int) -> dict[str, dict[str, float]]:
    """Return prior and posterior probability that each factor of a case is at work."""
    return {
        str(name): {kind: float(data[f"factor_{kind}"].values[c, f]) for kind in ("prior", "posterior")}
        for f, name in enumerate(data["factor"].values)
    }


def compare_as_json(studies: Sequence[Study]) -> dict[str, Any]:
    """Return every number of a comparison with the first study: what `processtrace compare --format json` prints.

    Parameters
    ----------
    studies : sequence of Study
        Two studies or more; each is compared with the first.

    Returns
    -------
    dict
        For each other study and each case in common: both posteriors, how far each explanation moved, margins, the part
        of the prior, and the items that differ, with weights in decibels. What is infinite or undefined is None.

    Raises
    ------
    UsageError
        If a study has no case in common with the first.
    """
    compared = []
    for study in studies[1:]:
        cases = {}
        for part in moved(studies[0], study):
            cases[part.case] = {
                "shared": list(part.shared),
                "posterior": [dict(part.posterior[0]), dict(part.posterior[1])],
                "moved_db": {h: number(value) for h, value in part.moved_db.items()},
                "pair": None if part.pair is None else list(part.pair),
                "margin_db": [number(value) for value in part.margins],
                "prior_moved_db": number(part.prior_db),
                "items": {
                    item.id: {
                        "counts": list(item.counts),
                        "differs": list(item.differs),
                        "weight_db": [number(value) for value in item.weights],
                        "moved_db": number(item.moved_db),
                    }
                    for item in part.items
                },
            }
        compared.append({"title": study.title, "cases": cases})
    return {"title": studies[0].title, "compared": compared}
