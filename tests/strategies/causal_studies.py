"""Random studies with a causal model, in the words of the files, from a seed; small enough to be enumerated."""

from __future__ import annotations

from random import Random

from strategies import causal_models as draw

SOURCES = {
    "word": {"label": "Taken at its word"},
    "point": {"reliability": 0.8},
    "rates": {"reports_if_true": 0.83, "reports_if_false": 0.17},
    "range": {"reliability": [0.6, 0.9]},
}


def study(random: Random, most: int = 200, items: int = 4, by_hand: bool = False):
    """The words of a study and of its only case; what is known is possible."""
    drawn = draw.model(random, most)
    truth = drawn.enumeration
    first = draw.statement(random, truth)
    hypotheses = {"a": {"when": first}}
    if random.random() < 0.4:
        hypotheses["b"] = {"when": f"({draw.statement(random, truth)}) and not ({first})"}
    hypotheses["rest"] = {"when": "otherwise"}
    if by_hand:
        hypotheses["hand"] = {"label": "By hand"}
    causal = dict(drawn.words)
    nodes = {node: {"levels": size} for node, size in causal.pop("levels").items()}
    known = {node: random.randrange(truth.levels[node]) for node in truth.nodes if random.random() < 0.25}
    clues = [item(random, truth, k, hypotheses, known) for k in range(items)]
    case = {"case": "x", "known": known, "sources": SOURCES, "evidence": clues}
    return {"title": "Drawn", "causal": {**causal, "nodes": nodes}, "hypotheses": hypotheses}, case, {**drawn.words}


def chance(random):
    low, high = sorted(round(random.uniform(0.05, 0.95), 2) for _ in range(2))
    return [low, high] if random.random() < 0.3 and low < high else low


def item(random, truth, k, hypotheses, known):
    made = {"id": f"i{k}", "finding": f"Finding {k}."}
    hand = {h: chance(random) for h, part in hypotheses.items() if "when" not in part}
    kind = random.choice(["observes", "observes", "about", "hand"])
    free = [node for node in truth.nodes if node not in known]
    node = random.choice(free or truth.nodes)
    if kind == "observes" and free:
        made["observes"] = {node: random.randrange(truth.levels[node])}
        if hand:
            made["probability"] = hand
    elif kind == "about":
        made |= {"about": node, "probability": {level: chance(random) for level in range(truth.levels[node])} | hand}
    else:
        made["probability"] = {h: chance(random) for h in hypotheses}
    if random.random() < 0.5:
        made["source"] = random.choice(["word", "point", "rates", "range", ["range", "point"]])
    if random.random() < 0.4:
        sensitivity = random.choice([0.7, [0.4, 0.8], {h: round(random.uniform(0.3, 0.9), 2) for h in hypotheses}])
        made |= {"search_sensitivity": sensitivity}
        if random.random() < 0.6:
            made["status"] = "not_found"
    return made
