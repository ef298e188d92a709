"""Random causal models, queries and evidence, from a seed; small enough to be enumerated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from random import Random

from truth.causal_enumeration import Enumeration, causal_order, earlier, label, read

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Drawn:
    """The words of a model, and its enumeration."""

    words: dict[str, object]
    enumeration: Enumeration


def model(random: Random, most: int) -> Drawn:
    """A model with at most so many causal types of which each has a share above 0."""
    while True:
        words = draw_words(random)
        if words is None:
            continue
        truth = Enumeration(**words)
        if all(truth.types.values()):
            size = prod(len(types) for types in truth.types.values())
            if size <= most:
                return Drawn(words, truth)


def draw_words(random: Random) -> dict[str, object] | None:
    names = random.sample(["X", "M", "Y", "K", "W2", "long_name"], random.choice([2, 3, 3, 4, 4, 5]))
    arrows = []
    for place, effect in enumerate(names):
        causes = [cause for cause in names[:place] if random.random() < 0.5]
        arrows += [
            (f"{cause} -> {effect}", f"{effect} <- {cause}")[random.random() < 0.3] for cause in random.sample(causes, min(len(causes), 3))
        ]
    arrows += [f"{a} <-> {b}" for k, a in enumerate(names) for b in names[:k] if random.random() < 0.15]
    random.shuffle(arrows)
    graph = "; ".join([*arrows, *random.sample(names, len(names))])
    nodes, parents, _ = read(graph)
    levels = {node: 3 for node in nodes if random.random() < 0.2}
    if any(levels.get(n, 2) ** prod(levels.get(p, 2) for p in parents[n]) > 300 for n in nodes):
        return None
    order = {node: random.sample(parents[node], len(parents[node])) for node in nodes if random.random() < 0.3 and parents[node]}
    never = [restriction(random, node, parents[node], levels) for node in nodes for _ in range(2) if random.random() < 0.35]
    words = {"graph": graph, "levels": levels, "never": never, "parents": order}
    plain = Enumeration(**words)
    if not all(plain.types.values()):
        return None
    keep = {}
    for node in nodes:
        labels = [label(t) for t in plain.types[node]]
        if random.random() < 0.1:
            keep[node] = random.sample(labels, random.randint(1, len(labels)))
    left = {node: [x for x in map(label, plain.types[node]) if node not in keep or x in keep[node]] for node in nodes}
    words["keep"] = keep
    words["shares"] = shares(random, words, left)
    return words


def restriction(random, node, parents, levels) -> str:
    if not parents:
        return f"{node} {random.choice(['==', '>'])} {random.randrange(levels.get(node, 2))}"
    parent = random.choice(parents)
    low, high = random.sample(range(levels.get(parent, 2)), 2)
    first = f"{node}[{parent}={low}] {random.choice('<>')} {node}[{parent}={high}]"
    if random.random() < 0.3:
        other = random.choice(parents)
        return f"({first}) {random.choice('&|')} {node}[{other}={random.randrange(levels.get(other, 2))}] == {random.randrange(levels.get(node, 2))}"
    return first


def shares(random, words, left) -> dict[str, dict[str, str]]:
    nodes, parents, hidden = read(words["graph"])
    order = causal_order(nodes, parents)
    found = {}
    for node, labels in left.items():
        if random.random() < 0.6:
            found[node] = some_shares(random, labels)
        conditions = earlier(node, order, hidden)
        if conditions:
            for _ in range(random.randint(0, 4)):
                named = [random.choice(left[other]) for other in conditions]
                found[f"{node}|{','.join(named)}"] = some_shares(random, labels)
    return found


def some_shares(random, labels) -> dict[str, str]:
    """Shares of all types, or of some and equal ones for the rest; a third are 0."""
    named = labels if random.random() < 0.6 else random.sample(labels, random.randint(0, len(labels) - 1))
    weights = [0 if random.random() < 0.33 else random.randint(1, 9) for _ in named]
    total = sum(weights) + (0 if len(named) == len(labels) else random.randint(1, 9))
    if not sum(weights):
        return {}
    return {one: str(Fraction(weight, total)) for one, weight in zip(named, weights, strict=True)}


def value(random, truth, nested=True) -> str:
    """The value of a node, as it is or if others were set."""
    node = random.choice(truth.nodes)
    settings = []
    others = [other for other in truth.nodes if other != node]
    for other in random.sample(others, random.choice([0, 0, 1, 1, 2]) if len(others) > 1 else random.randint(0, 1)):
        if nested and random.random() < 0.25 and (inner := value(random, truth, nested=False)):
            source = node_of(inner)
            if truth.levels[source] <= truth.levels[other]:
                settings.append(f"{other}={inner}")
                continue
        settings.append(f"{other}={random.randrange(truth.levels[other])}")
    return f"{node}[{', '.join(settings)}]" if settings else node


def node_of(text) -> str:
    return text.split("[")[0]


def comparison(random, truth) -> str:
    first = value(random, truth)
    if random.random() < 0.5:
        return f"{first} {random.choice(COMPARISONS)} {value(random, truth)}"
    return f"{first} {random.choice(COMPARISONS)} {random.randrange(truth.levels[node_of(first)])}"


def statement(random, truth, depth=2) -> str:
    if not depth or random.random() < 0.4:
        return comparison(random, truth)
    kind = random.choice(["&", "|", "and", "or", "not"])
    if kind == "not":
        return f"{random.choice(['!', 'not '])}({statement(random, truth, depth - 1)})"
    return f"({statement(random, truth, depth - 1)}) {kind} ({statement(random, truth, depth - 1)})"


def query(random, truth) -> str:
    if random.random() < 0.25:
        return f"{value(random, truth)} {random.choice('+-*')} {value(random, truth)} * (2 - {value(random, truth)})"
    return statement(random, truth)


def given(random, truth) -> str:
    terms = [f"{node} == {random.randrange(truth.levels[node])}" for node in truth.nodes if random.random() < 0.4]
    terms += [f"({statement(random, truth, 1)})" for _ in range(random.choice([0, 0, 0, 1, 2]))]
    return " & ".join(random.sample(terms, len(terms)))


def reports(random, truth) -> list[tuple[str, list[Fraction]]]:
    return [
        (node, [Fraction(random.choice([0, 1, 1, 2, 3, 7, 10]), 10) for _ in range(truth.levels[node])])
        for node in truth.nodes
        for _ in range(random.choice([0, 0, 0, 1, 2]))
    ]
