"""What the correlation of a cluster means, and what items judged alike do in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from processtrace.exact.items import Item
from processtrace.logspace import Array, logsumexp
from processtrace.notes.note import Note
from processtrace.notes.weights import SILENT_DB, Weighed, db, difference_db, names_of, spread_db, weighed
from processtrace.study import Study
from processtrace.text.names import listed
from processtrace.text.numbers import probability

NAMES = {
    "rho-means": "what the correlation of each cluster means, as a conditional probability",
    "neutral-in-cluster": "an item of a cluster that favours no explanation by itself, and what it does there",
    "cluster-of-one": "a cluster that joins a single item, which changes nothing",
}


def notes(study: Study) -> Iterator[Note]:
    """Yield each cluster's correlation in words, its neutral items, and clusters of a single item."""
    for case in weighed(study):
        texts = [_meaning(study, case, name, places) for name, places in case.groups.items()]
        if any(texts):
            text = "once a cluster's first finding is there, its next is there with probability x instead of p: "
            yield Note("rho-means", case.case.name, text + listed(part for part in texts if part))
        neutral = [part for name, places in case.groups.items() for part in _neutral(study, case, name, places)]
        if neutral:
            yield Note("neutral-in-cluster", case.case.name, f"favouring no explanation by itself: {listed(neutral)}")
        single = [cluster_name(study, case, name) for name in case.numbers.clusters if name not in case.groups]
        if single:
            yield Note("cluster-of-one", case.case.name, f"a single item that counts: {listed(single)}")


def cluster_name(study: Study, case: Weighed, name: str) -> str:
    """Return the label of a cluster that joins items of a case."""
    return study.cluster_of(case.case, name).name


def _meaning(study: Study, case: Weighed, name: str, places: list[int]) -> str:
    """Return what the correlation does to the first two findings, under the explanation where it changes most."""
    rho = study.correlation_of(case.case, name)
    margin, joined = given_the_first(case, places, rho)
    known = np.isfinite(joined) & (margin > 0) & (margin < 1)
    if not known.any():
        return ""
    h = int(np.argmax(np.where(known, np.abs(joined - margin), -1.0)))
    return (
        f"{cluster_name(study, case, name)} ({rho:g}): {probability(float(joined[h]))} instead of {probability(float(margin[h]))} "
        f"under {names_of(study)[h]}"
    )


def given_the_first(case: Weighed, places: list[int], rho: float) -> tuple[Array, Array]:
    """Return P(second finding) and P(second finding | first finding) of a cluster by hypothesis, whether or not they were reported."""
    from processtrace.exact.cluster import settled

    form = settled(tuple(case.numbers.items[i] for i in places), rho, case.numbers.z)
    first, second = (logsumexp(form.log_weight + form.log_p[k]) for k in (0, 1))
    both = logsumexp(form.log_weight + form.log_p[0] + form.log_p[1])
    with np.errstate(invalid="ignore"):
        return np.exp(second), np.exp(both - first)


def _neutral(study: Study, case: Weighed, name: str, places: list[int]) -> Iterator[str]:
    from processtrace.exact.unit import likelihood

    items = [case.numbers.items[i] for i in places]
    alike = [k for k, item in enumerate(items) if _alike(case, item)]
    if not alike:
        return
    subsets = np.vstack([np.ones((1, len(items)), bool), ~np.eye(len(items), dtype=bool)[alike]])
    nats = likelihood(items, subsets, case.numbers.rho, case.numbers.ranges, case.numbers.z).nats
    for k, rest in zip(alike, nats[1:], strict=True):
        label = f"{case.evidence[places[k]].name} in {cluster_name(study, case, name)}"
        if spread_db(rest) < SILENT_DB:
            yield f"{label}, where nothing else weighs"
            continue
        best, worst = int(rest.argmax()), int(rest.argmin())
        pair = f"{names_of(study)[best]} over {names_of(study)[worst]}"
        yield f"{label}, where it takes {pair} from {db(difference_db(rest, best, worst))} to {db(difference_db(nats[0], best, worst))}"


def _alike(case: Weighed, item: Item) -> bool:
    return spread_db(case.alone(item)) < SILENT_DB
