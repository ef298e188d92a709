"""Weights judged pair by pair that no single judgement could give."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from processtrace.study.judged import Judged, ends


def transitivity(pairs: Mapping[tuple[str, str], Judged]) -> dict[tuple[str, ...], float]:
    """Return where weights judged pair by pair break transitivity, and by how many decibels.

    Around a circle such as h over k, k over l, l over h the weights of one judgement sum to 0; a range goes as far to meet
    that as it can.

    Parameters
    ----------
    pairs : Mapping
        From (h, k) to the decibels of h over k, a point or a range.

    Returns
    -------
    dict
        The circles that do not sum to 0, each by its hypotheses in order, with what they miss by in decibels. The circles are
        pairs judged both ways, and those that no judged pair cuts short, which in a whole table are its triangles.
    """
    known = {(k, h): (-ends(value)[1], -ends(value)[0]) for (h, k), value in pairs.items()} | {
        pair: ends(value) for pair, value in pairs.items()
    }
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    twice = [(h, k) for h, k in combinations(names, 2) if (h, k) in pairs and (k, h) in pairs]
    breaks = {}
    for circle in (*twice, *_circles(names, known)):
        steps = [known[pair] for pair in zip(circle, (*circle[1:], circle[0]), strict=True)]
        low, high = math.fsum(step[0] for step in steps), math.fsum(step[1] for step in steps)
        if max(low, -high) > 1e-9:
            breaks[circle] = max(low, -high)
    return breaks


def _circles(names: Sequence[str], known: Mapping[tuple[str, str], Any]) -> Iterator[tuple[str, ...]]:
    """Yield circles of three or more names that no known pair cuts short, each once."""
    for i, start in enumerate(names):
        later = names[i + 1 :]
        trails: list[tuple[str, ...]] = [(start, second) for second in later if (start, second) in known]
        while trails:
            trail = trails.pop(0)
            for name in later:
                cut = name in trail or any((name, earlier) in known for earlier in trail[1:-1])
                if cut or (trail[-1], name) not in known:
                    continue
                if (name, start) not in known:
                    trails.append((*trail, name))
                elif later.index(trail[1]) < later.index(name):
                    yield (*trail, name)
