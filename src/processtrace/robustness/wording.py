"""How far codings differ from the main one: under other wordings, by the same judge again, and by other judges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.exact.case import CaseNumbers
from processtrace.exact.items import Item
from processtrace.inference.labelled import labelled
from processtrace.inference.numbers import case_numbers
from processtrace.inference.reading import Reading, reading_of, readings
from processtrace.inference.update import ANALYST, CASE, HYPOTHESIS
from processtrace.logspace import DB_PER_NAT, Array, normalise, to_probability
from processtrace.notes.weights import alone
from processtrace.robustness.question import Answer, Question
from processtrace.study import POOL, Study

if TYPE_CHECKING:
    import xarray as xr

MAIN, WORDING, REPETITION, DISAGREEMENT = "main", "wording", "repetition", "disagreement"


def wording(study: Study) -> xr.Dataset:
    """Return how each coding differs from the main one, in decibels an item and in what it does to the lead.

    A coding whose analyst has `statements` of its own differs by its wording; one by the same `judge` as the main coding is a
    repetition; any other is a disagreement of judges. The difference is that of the item's weight by itself, for the leader against the
    runner-up: the coding's minus the main one's.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    Dataset
        Coordinate `kind` (analyst): 'main', 'wording', 'repetition' or 'disagreement'. Variables: `items` (case, analyst), the items
        that both judged; `mean_db`, `sd_db` (case, analyst), mean and standard deviation (with n - 1) of the differences over these
        items, decibels (NaN without a pair, without items, for the standard deviation of one item, and where a judged zero makes a
        difference infinite); `posterior` (case, analyst, hypothesis), from the coding and the items with one common judgement,
        probabilities, NaN where the analyst judged none; `main_posterior` (case, analyst, hypothesis), the main posterior from the
        same items.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> judged = {name: {"probability": {"a": p, "b": 0.2}} for name, p in (("first", 0.8), ("restated", 0.4))}
    >>> case = pt.Case("x", evidence=[pt.Evidence("memo", finding="A memo.", judgements=judged)])
    >>> names = {"first": {}, "restated": {"statements": {"a": "The same in other words."}}}
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[case], analysts=names, analyst="first")
    >>> pt.robustness.wording(study).mean_db.sel(case="x", analyst="restated").item().__round__(2)
    -3.01
    """
    each = readings(study)
    names = list(study.analysts)
    n = len(study.explanations)
    found = [[_compared(study, reading, name) for name in names] for reading in each]
    shape = (len(each), len(names))
    numbers = {key: np.array([[part[k] for part in row] for row in found], float).reshape(shape) for k, key in enumerate(_NUMBERS)}
    posteriors = {key: np.array([[part[3][k] for part in row] for row in found]).reshape(*shape, n) for k, key in enumerate(_POSTERIORS)}
    return labelled(
        study,
        {
            **{key: ((CASE, ANALYST), value.astype(int) if key == "items" else value) for key, value in numbers.items()},
            **{key: ((CASE, ANALYST, HYPOTHESIS), value) for key, value in posteriors.items()},
        },
        {
            ANALYST: names,
            "analyst_label": (ANALYST, [study.analysts[name].name for name in names]),
            "kind": (ANALYST, np.array([kind_of(study, name) for name in names], object)),
        },
    )


_NUMBERS, _POSTERIORS = ("items", "mean_db", "sd_db"), ("posterior", "main_posterior")


def kind_of(study: Study, name: str) -> str:
    """Return what the difference of a coding from the main one is called.

    Parameters
    ----------
    study
        The study.
    name
        An analyst.

    Returns
    -------
    str
        'main', 'wording', 'repetition' or 'disagreement'.
    """
    if name == study.analyst:
        return MAIN
    if study.analysts[name].statements:
        return WORDING
    judge = study.analysts[name].judge
    same = study.analyst != POOL and judge is not None and judge == study.analysts[study.analyst].judge
    return REPETITION if same else DISAGREEMENT


def coded(study: Study, reading: Reading, name: str) -> tuple[Array, Array] | tuple[None, None]:
    """Return what the main coding says of the items that a coding judged, and what that coding says.

    Parameters
    ----------
    study
        The study.
    reading
        One of its cases.
    name
        An analyst.

    Returns
    -------
    tuple
        Log posteriors of the main coding and of this one, nats, (hypothesis,) each, NaN where every hypothesis is refuted; None where
        the analyst judged no item of the case.
    """
    if not _own(reading, name):
        return None, None
    numbers = case_numbers(study, reading.case, name)
    there = reading_of(reading.case, numbers)
    gone = reading.following(item for item in reading.numbers.ids if item not in numbers.ids)
    same = reading.without([gone])[0]
    return _log_posterior(reading.log_prior + same), _log_posterior(there.log_prior + there.log_likelihood)


def _own(reading: Reading, name: str) -> set[str]:
    return {item.id for item in reading.case.evidence if item.counts and name in (item.judgements or ())}


def _compared(study: Study, reading: Reading, name: str) -> tuple[int, float, float, list[Array]]:
    own = _own(reading, name)
    numbers = case_numbers(study, reading.case, name)
    main = dict(zip(reading.numbers.ids, reading.numbers.items, strict=True))
    both = [(main[i], item) for i, item in zip(numbers.ids, numbers.items, strict=True) if i in own and i in main]
    mean, sd = _difference(reading, numbers, both)
    posteriors = [np.full(len(reading.log_prior), np.nan) if part is None else to_probability(part) for part in coded(study, reading, name)]
    return len(both), mean, sd, posteriors[::-1]


def _difference(reading: Reading, there: CaseNumbers, both: Sequence[tuple[Item, Item]]) -> tuple[float, float]:
    pair = reading.lead.pair
    if pair is None or not both:
        return float("nan"), float("nan")

    def weight(item: Item, of: CaseNumbers) -> float:
        nats = alone(item, of.ranges, of.z)
        return float((nats[pair[0]] - nats[pair[1]]) * DB_PER_NAT)

    with np.errstate(invalid="ignore"):
        differences = np.array([weight(other, there) - weight(item, reading.numbers) for item, other in both])
    if not np.isfinite(differences).all():
        return float("nan"), float("nan")
    return float(differences.mean()), float(differences.std(ddof=1)) if len(both) > 1 else float("nan")


def _log_posterior(joint: Array) -> Array:
    return np.full(len(joint), np.nan) if np.isneginf(joint).all() else normalise(joint)


def _keys(answer: Answer) -> dict[str, Any]:
    here = [k for k, kind in enumerate(answer.data["kind"].values) if kind == WORDING and answer.data["items"].values[answer.row, k]]
    values = {name: answer.value(name) for name in _NUMBERS}
    posterior = answer.data["posterior"].values[answer.row]
    names = [str(name) for name in answer.data[ANALYST].values]
    return {
        "wording": {
            names[k]: {**{name: values[name][k] for name in _NUMBERS}, "posterior": answer.by_hypothesis(posterior[k])} for k in here
        }
    }


CODINGS = Question(wording, _keys)
