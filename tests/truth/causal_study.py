"""Whole studies with a causal model by enumeration: P(record | hypothesis) summed over every causal type and every node of a rule.

It takes the words of a study and of one case, and shares no code with the library.
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm
from truth.causal_enumeration import Enumeration

MODEL_WORDS = ("graph", "levels", "never", "keep", "parents", "shares")
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)


def normal(ends, coverage=0.9):
    """Nodes and weights of a range: logit-normal with these ends; a point is one node."""
    if not isinstance(ends, list | tuple):
        return [(float(ends), 1.0)]
    low, high = map(float, ends)
    sd = (logit(high) - logit(low)) / (2 * norm.ppf((1 + coverage) / 2))
    return [(float(expit((logit(low) + logit(high)) / 2 + sd * u)), float(w)) for u, w in zip(NODES, WEIGHTS / WEIGHTS.sum(), strict=True)]


def mean(judged):
    return math.fsum(value * weight for value, weight in normal(judged))


def rates(source, reliability):
    if "reports_if_true" in source:
        return source["reports_if_true"], source["reports_if_false"]
    r = source.get("reliability", 1.0) if reliability is None else reliability
    return (1 + r) / 2, (1 - r) / 2


def record(item, h, theta, sources, at):
    """F + (T - F) theta, averaged over a range of sensitivity."""
    names = item.get("source", [])
    pairs = [rates(sources[name], at.get(name)) for name in ([names] if isinstance(names, str) else names)]
    stated = item.get("search_sensitivity", 1.0)
    stated = stated[h] if isinstance(stated, dict) else stated
    total = 0.0
    for s, weight in normal(stated):
        if item.get("status", "found") == "found":
            t, f = s * math.prod(a for a, _ in pairs), (s * math.prod(b for _, b in pairs) if pairs else 0.0)
        else:
            t = math.prod(1 - s * a for a, _ in pairs) if pairs else 1 - s
            f = math.prod(1 - s * b for _, b in pairs) if pairs else 1.0
        total += weight * (f + (t - f) * theta)
    return total


def likelihoods(study, case):
    """By hypothesis: the probability of its event given what is known, and of the record given event and what is known."""
    causal = study["causal"]
    models = {name: {**causal, **part} for name, part in causal.get("models", {"": {}}).items()}
    enumerations = {name: Enumeration(**{key: part[key] for key in MODEL_WORDS if key in part}) for name, part in models.items()}
    known = " & ".join(f"{node} == {level}" for node, level in case.get("known", {}).items()) or "1 == 1"
    sources = case.get("sources", {})
    ranged = {name: normal(part["reliability"]) for name, part in sources.items() if isinstance(part.get("reliability"), list | tuple)}
    columns = [
        ({name: value for name, (value, _) in zip(ranged, chosen, strict=True)}, math.prod(weight for _, weight in chosen))
        for chosen in product(*ranged.values())
    ]
    found = {}
    for h, part in study["hypotheses"].items():
        name = part.get("model", "")
        if "when" not in part and "model" not in part:
            total = 0.0
            for at, weight in columns:
                total += weight * math.prod(record(item, h, mean(item["probability"][h]), sources, at) for item in case["evidence"])
            found[h] = (1.0, total)
            continue
        truth = enumerations[name]
        rivals = [
            p["when"] for p in study["hypotheses"].values() if p.get("model", "") == name and p.get("when") not in (None, "otherwise")
        ]
        event = part.get("when", "1 == 1")
        if event == "otherwise":
            event = " & ".join(f"!({rival})" for rival in rivals) or "1 == 1"
        prior = both = 0.0
        code = {text: truth.code(text)[0] for text in {event, known}}
        weights: dict[tuple[int, ...], float] = {}
        seen = [next(iter(item.get("observes", {item.get("about"): 0}))) for item in case["evidence"]]
        nodes = [node for node in dict.fromkeys(seen) if node]
        values = {node: truth.code(node)[0] for node in nodes}
        for weight, types in truth.causal_types:
            if truth.evaluate(code[known], types):
                prior += float(weight)
                if truth.evaluate(code[event], types):
                    key = tuple(truth.evaluate(values[node], types) for node in nodes)
                    weights[key] = weights.get(key, 0.0) + float(weight)
        event_weight = math.fsum(weights.values())
        for at, column in columns:
            for key, weight in weights.items():
                levels = dict(zip(nodes, key, strict=True))
                factors = [record(item, h, theta(item, h, levels), sources, at) for item in case["evidence"]]
                both += column * weight * math.prod(factors)
        found[h] = (event_weight / prior if prior else 0.0, both / event_weight if event_weight else math.nan)
    return found


def theta(item, h, levels):
    if "observes" in item:
        ((node, level),) = item["observes"].items()
        return float(levels[node] == level)
    if "about" in item:
        return mean(item["probability"][levels[item["about"]]])
    return mean(item["probability"][h])
