"""Learning of shares by enumeration and by weighted draws from the prior: oracles that share no code with the engine.

`evidence` follows Dirichlet shares case by case: the next case has a type with a probability in proportion to its weight and how often it came up
before (the urn of Polya), so that the probability of all cases is a sum over every sequence of causal types, in fractions.
`weighted` draws shares from the prior and weighs each by its likelihood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product

import numpy as np
from truth.causal_enumeration import Enumeration, label


def compatible(truth: Enumeration, case: Mapping[str, int], event: str = "1 == 1") -> list[dict[str, tuple[int, ...]]]:
    """The causal types that give what was seen of a case and an event."""
    text = " & ".join([f"({event})", *(f"{node} == {level}" for node, level in case.items())])
    code, _ = truth.code(text)
    return [types for types in every(truth) if truth.evaluate(code, types)]


def every(truth: Enumeration) -> list[dict[str, tuple[int, ...]]]:
    return [dict(zip(truth.order, chosen, strict=True)) for chosen in product(*(truth.types[node] for node in truth.order))]


def evidence(
    truth: Enumeration, cases: Sequence[list[dict[str, tuple[int, ...]]]], alpha: Mapping[str, Mapping[str, Fraction]] | None = None
) -> Fraction:
    """The probability of cases, of which each is given as its compatible causal types; weights of 1 where none are stated."""

    def weight(node, outputs):
        return Fraction((alpha or {}).get(node, {}).get(label(outputs), 1))

    def follow(place, counts):
        if place == len(cases):
            return Fraction(1)
        total = Fraction(0)
        for types in cases[place]:
            probability, keys = Fraction(1), []
            for node in truth.order:
                given = (node, tuple(types[other] for other in truth.conditions[node]))
                whole = sum(weight(node, t) for t in truth.types[node]) + counts.get(given, 0)
                probability *= (weight(node, types[node]) + counts.get((*given, types[node]), 0)) / whole
                keys += [given, (*given, types[node])]
            new = dict(counts)
            for key in keys:
                new[key] = new.get(key, 0) + 1
            total += probability * follow(place + 1, new)
        return total

    return follow(0, {})


def weighted(
    truth: Enumeration,
    cases: Sequence[tuple[Mapping[str, int], int]],
    queries: Sequence[str],
    draws: int,
    seed: int,
    selected: str | None = None,
):
    """The log evidence, and the mean and standard deviation of the share of each query, from draws of the prior; and their effective number."""
    random = np.random.default_rng(seed)
    types = every(truth)
    rows = []
    for case, _ in cases:
        code, _ = truth.code(" & ".join([f"({selected or '1 == 1'})", *(f"{node} == {level}" for node, level in case.items())]))
        rows.append([float(truth.evaluate(code, one)) for one in types])
    counts = np.array([count for _, count in cases], float)
    chosen = np.array([bool(truth.evaluate(truth.code(selected)[0], one)) for one in types], float) if selected else None
    asked = np.array([[float(truth.evaluate(truth.code(query)[0], one)) for query in queries] for one in types])
    logs, shares = [], []
    for _ in range(draws // 5000):
        whole = np.ones((5000, len(types)))
        for node in truth.order:
            tables = {}
            for k, one in enumerate(types):
                given = tuple(one[other] for other in truth.conditions[node])
                if given not in tables:
                    tables[given] = random.dirichlet(np.ones(len(truth.types[node])), 5000)
                whole[:, k] *= tables[given][:, truth.types[node].index(one[node])]
        with np.errstate(divide="ignore"):
            total = np.log(whole @ np.array(rows).T) @ counts
            if chosen is not None:
                total -= counts.sum() * np.log(whole @ chosen)
        logs.append(total)
        shares.append(whole @ asked)
    log_weights, answers = np.concatenate(logs), np.concatenate(shares)
    weights = np.exp(log_weights - log_weights.max())
    effective = weights.sum() ** 2 / (weights**2).sum()
    log_evidence = np.log(weights.mean()) + log_weights.max()
    weights /= weights.sum()
    mean = weights @ answers
    return log_evidence, mean, np.sqrt(weights @ (answers - mean) ** 2), effective
