"""Where the nodes of a causal graph stand, and which way its arrows go, so that none passes a third node.

Nodes stand in layers, causes to the left of their effects (Sugiyama, Tagawa and Toda 1981, doi:10.1109/TSMC.1981.4308636). An arrow that
skips a layer has a place of its own in it, as a node would. An arrow is straight where it keeps clear of other nodes; else it goes
through its places, level past the nodes above and below, and bends between the layers, where no node stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.graph import Graph

RADIUS = 0.3
"""Radius of a node; layers, and nodes of one layer, are at least 1 apart, and `ACROSS` is the distance of layers."""

ACROSS = 1.35
CLEAR = RADIUS + 0.08
"""Distance that a line keeps from the centre of a third node."""

PARTED = 0.1
"""Distance between the heads of two arrows at which they do not touch."""

GENTLE = (0.25, -0.25, 0.29, -0.29, 0.45, -0.45)
"""How far the arcs bulge that come before other ways, as a part of their length."""

_SWEEPS = 12
_POINTS = 24

Points = NDArray[np.float64]
Place = str | tuple[str, str, int]
"""A node, or the place of an arrow (cause, effect, layer)."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The centre of each node, the line of each arrow from rim to rim (point, 2), and that of each hidden common cause."""

    at: Mapping[str, tuple[float, float]]
    arrows: Mapping[tuple[str, str], Points]
    hidden: Mapping[tuple[str, str], Points]


def layout(graph: Graph, at: Mapping[str, Sequence[float]] | None = None, apart: float = 1.0) -> Layout:
    """Return where nodes stand and which way arrows go.

    Parameters
    ----------
    graph
        The graph.
    at
        Places of some nodes, across in layers and up in rows; the others stand where they would.
    apart
        The distance of rows, 1 or more.
    """
    layers = _layers(graph)
    rows = _ordered(graph, layers)
    heights = {place: apart * height for place, height in _heights(rows, _near(graph, layers)).items()}
    centre = {node: (ACROSS * layers[node], heights[node]) for node in graph.nodes}
    moved = {node: (ACROSS * float(place[0]), apart * float(place[1])) for node, place in (at or {}).items() if node in centre}
    centre |= moved
    arrows: dict[tuple[str, str], Points] = {}
    straight = {(cause, effect): np.array([centre[cause], centre[effect]]) for effect in graph.nodes for cause in graph.parents[effect]}
    for cause, effect in sorted(straight, key=lambda ends: _room(straight[ends], ends, centre) < CLEAR):
        bends = [(ACROSS * k, heights[cause, effect, k]) for k in range(layers[cause] + 1, layers[effect])]
        way = [] if {cause, effect} & moved.keys() else [_through([centre[cause], *bends, centre[effect]])]
        near = [*_arcs(cause, effect, centre, GENTLE), *way]
        heads = np.array([line[-1] for line in arrows.values()]).reshape(-1, 2)
        parted = (line for line in near if distance(_trimmed(line)[[-1, -1]], heads) >= PARTED)
        tried = chain([straight[cause, effect]], parted, near, _arcs(cause, effect, centre))
        arrows[cause, effect] = _trimmed(_clearest(tried, (cause, effect), centre))
    hidden = {}
    for pair in graph.hidden:
        beside = [arrows[way] for way in (pair, pair[::-1]) if way in arrows]
        free = [arc for arc in _arcs(*pair, centre) if all(distance(line, arc[len(arc) // 2][None]) > 0.2 for line in beside)]
        heads = np.array([line[-1] for line in arrows.values()]).reshape(-1, 2)
        parted = (arc for arc in free[: len(GENTLE)] if all(distance(_trimmed(arc)[[end, end]], heads) >= PARTED for end in (0, -1)))
        hidden[pair] = _trimmed(_clearest(chain(parted, free), pair, centre))
    return Layout(centre, arrows, hidden)


def _layers(graph: Graph) -> dict[str, int]:
    """Return the layer of each node: the longest way to it; causes without causes stand next to their first effect."""
    found: dict[str, int] = {}
    for node in graph.order:
        found[node] = max((found[parent] + 1 for parent in graph.parents[node]), default=0)
    for node in graph.order:
        if not graph.parents[node]:
            effects = [found[other] for other in graph.nodes if node in graph.parents[other]]
            found[node] = min(effects, default=1) - 1
    return found


def _near(graph: Graph, layers: Mapping[str, int]) -> dict[Place, list[Place]]:
    """Return the neighbours of each place in the next layers, arrows that skip a layer cut into pieces."""
    near: dict[Place, list[Place]] = {node: [] for node in graph.nodes}
    for effect in graph.nodes:
        for cause in graph.parents[effect]:
            way: list[Place] = [cause, *((cause, effect, k) for k in range(layers[cause] + 1, layers[effect])), effect]
            for one, two in pairwise(way):
                near.setdefault(one, []).append(two)
                near.setdefault(two, []).append(one)
    return near


def _ordered(graph: Graph, layers: Mapping[str, int]) -> list[list[Place]]:
    """Return the places of each layer in an order with few crossings: each at the mean of its neighbours, to and fro."""
    near = _near(graph, layers)

    def layer(place: Place) -> int:
        return place[2] if isinstance(place, tuple) else layers[place]

    rows: list[list[Place]] = [[] for _ in range(max(layers.values()) + 1)]
    for place in near:
        rows[layer(place)].append(place)
    best, fewest = [list(row) for row in rows], _crossings(rows, near, layer)
    for sweep in range(_SWEEPS):
        for k in range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1):
            beside = k - 1 if sweep % 2 == 0 else k + 1
            height = {place: i - (len(row) - 1) / 2 for row in rows for i, place in enumerate(row)}

            def mean(place: Place, height: Mapping[Place, float] = height, beside: int = beside) -> float:
                there = [height[other] for other in near[place] if layer(other) == beside]
                return float(np.mean(there)) if there else height[place]

            rows[k].sort(key=mean)
        if (now := _crossings(rows, near, layer)) < fewest:
            best, fewest = [list(row) for row in rows], now
    return best


def _crossings(rows: Sequence[Sequence[Place]], near: Mapping[Place, Sequence[Place]], layer: Callable[[Place], int]) -> int:
    """Return how many pieces of arrows cross."""
    total = 0
    for k, row in enumerate(rows[:-1]):
        place = {other: i for i, other in enumerate(rows[k + 1])}
        ends = [(i, place[other]) for i, one in enumerate(row) for other in near[one] if layer(other) == k + 1]
        a, b = np.array(ends).reshape(-1, 2).T
        total += int(((a[:, None] - a) * (b[:, None] - b) < 0).sum()) // 2
    return total


def _heights(rows: Sequence[Sequence[Place]], near: Mapping[Place, Sequence[Place]]) -> dict[Place, float]:
    """Return how high each place stands: as near to the mean of its neighbours as places 1 apart allow."""
    height = {place: (len(row) - 1) / 2 - i for row in rows for i, place in enumerate(row)}
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wanted = [float(np.mean([height[other] for other in near[place]])) if near[place] else height[place] for place in row]
            height |= dict(zip(row, _apart(wanted), strict=True))
    return height


def _apart(wanted: Sequence[float]) -> list[float]:
    """Return falling heights at least 1 apart that are nearest to those wanted (pool adjacent violators)."""
    blocks: list[list[float]] = []
    for k, value in enumerate(wanted):
        blocks.append([value + k, 1.0])
        while len(blocks) > 1 and blocks[-2][0] < blocks[-1][0]:
            mean, size = blocks.pop()
            blocks[-1] = [(blocks[-1][0] * blocks[-1][1] + mean * size) / (blocks[-1][1] + size), blocks[-1][1] + size]
    flat = [mean for mean, size in blocks for _ in range(int(size))]
    return [value - k for k, value in enumerate(flat)]


def _through(places: Sequence[tuple[float, float]]) -> Points:
    """Return a line through places in successive layers: level past each layer, and bent between them."""
    pieces: list[Points] = []
    t = np.linspace(0, 1, _POINTS)[:, None]
    for (x, y), (u, v) in pairwise(places):
        start, end = np.array([x + CLEAR, y]), np.array([u - CLEAR, v])
        pull = np.array([(u - x) / 3, 0.0])
        curve = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * (start + pull) + 3 * (1 - t) * t**2 * (end - pull) + t**3 * end
        pieces += [np.array([[x, y]]), curve, np.array([[u, v]])]
    return np.concatenate(pieces)


def _arcs(
    first: str, second: str, centre: Mapping[str, tuple[float, float]], bulges: Sequence[float] = (*GENTLE, 0.7, -0.7, 1.0, -1.0, 1.5, -1.5)
) -> Iterator[Points]:
    """Yield arcs between two nodes, and last two lines that go around everything."""
    one, two = np.array(centre[first]), np.array(centre[second])
    across = np.array([one[1] - two[1], two[0] - one[0]])
    t = np.linspace(0, 1, 2 * _POINTS)[:, None]
    for bulge in bulges:
        middle = (one + two) / 2 + bulge * across
        yield (1 - t) ** 2 * one + 2 * (1 - t) * t * middle + t**2 * two
    heights = [y for _, y in centre.values()]
    aside = ACROSS / 2
    for far in (max(heights) + 0.9, min(heights) - 0.9):
        yield np.array([one, (one[0] + aside, one[1]), (one[0] + aside, far), (two[0] - aside, far), (two[0] - aside, two[1]), two])


def _clearest(tried: Iterable[Points], ends: tuple[str, str], centre: Mapping[str, tuple[float, float]]) -> Points:
    """Return the first line that keeps clear of every third node, or else the one that comes least near."""
    best, furthest = np.zeros((2, 2)), -1.0
    for line in tried:
        room = _room(line, ends, centre)
        if room >= CLEAR:
            return line
        if room > furthest:
            best, furthest = line, room
    return best


def _room(line: Points, ends: tuple[str, str], centre: Mapping[str, tuple[float, float]]) -> float:
    """Return how near a line comes to the centre of any node but those at its ends."""
    return distance(line, np.array([place for node, place in centre.items() if node not in ends]).reshape(-1, 2))


def distance(line: Points, places: Points) -> float:
    """Return how near a line of straight pieces comes to any of some places; infinite where there are none."""
    if not len(places):
        return float("inf")
    start, along = line[:-1], np.diff(line, axis=0)
    size = np.maximum((along**2).sum(axis=1), 1e-300)
    t = np.clip(((places[:, None] - start) * along).sum(axis=2) / size, 0, 1)
    nearest = start + t[..., None] * along
    return float(np.sqrt(((places[:, None] - nearest) ** 2).sum(axis=2)).min())


def _trimmed(line: Points) -> Points:
    """Return a line without what lies in the nodes at its ends, in at least two pieces."""
    steps = np.sqrt((np.diff(line, axis=0) ** 2).sum(axis=1))
    along = np.concatenate([[0.0], np.cumsum(steps)])
    ends = []
    for whole, centre in ((along, line[0]), (along[::-1], line[-1])):
        fine = np.linspace(whole[0], whole[-1], 2000)
        points = np.stack([np.interp(fine, along, line[:, k]) for k in (0, 1)], axis=1)
        inside = np.sqrt(((points - centre) ** 2).sum(axis=1)) <= RADIUS * 1.06
        ends.append(float(fine[0 if inside.all() else int(np.argmin(inside))]))
    places = np.unique([ends[0], (ends[0] + ends[1]) / 2, *along[(along > ends[0]) & (along < ends[1])], ends[1]])
    return np.stack([np.interp(places, along, line[:, k]) for k in (0, 1)], axis=1)
