"""Studies written down, for tests that need one study or the same design with other judgements.

`ten_items` holds everything that a found or missing item can carry; `six_items` has at most one source for each item, so that
finding and not finding exclude each other, and can be simulated.
"""

from __future__ import annotations

from typing import Any

import processtrace as pt

Judged = tuple[Any, Any, Any]

TEN: tuple[tuple[Judged, dict[str, Any]], ...] = (
    (((0.26, 0.61), 0.35, (0.18, 0.4)), {"id": "one"}),
    ((0.55, (0.12, 0.45), (0.41, 0.8)), {"id": "two", "source": "point"}),
    (((0.5, 0.85), (0.3, 0.44), 0.21), {"id": "three", "source": ["ranged", "point"]}),
    (((0.35, 0.7), (0.66, 0.9), (0.2, 0.32)), {"id": "four", "status": "not_found", "search_sensitivity": (0.4, 0.9)}),
    ((0.24, (0.37, 0.58), (0.6, 0.93)), {"id": "five", "status": "not_found", "search_sensitivity": {"a": (0.3, 0.8), "b": 0.5, "c": 0.7}}),
    (((0.45, 0.88), (0.1, 0.33), (0.28, 0.52)), {"id": "six", "cluster": "k"}),
    (((0.31, 0.74), 0.42, (0.15, 0.36)), {"id": "seven", "cluster": "k", "source": "ranged"}),
    (((0.2, 0.5), (0.52, 0.86), 0.47), {"id": "eight", "cluster": "k", "status": "not_found", "search_sensitivity": 0.8}),
    ((2.1, 0.9, 1.3), {"id": "nine", "given": "one"}),
    (((0.33, 0.6), (0.45, 0.77), 0.58), {"id": "ten", "source": "ranged", "status": "not_found", "search_sensitivity": 0.6}),
)


def ten_items(cases: int = 1, own_prior: bool = False) -> pt.Study:
    """Ten items in each case, three of them in a cluster and three of one source of uncertain reliability.

    The hypotheses of each further case take each other's judgements; `own_prior` gives the first case a prior of its own.
    """

    def case(number: int) -> pt.Case:
        items = []
        for judged, fields in TEN:
            values = {h: judged[(k + number) % 3] for k, h in enumerate("abc")}
            scale = "ratio" if fields["id"] == "nine" else "probability"
            items.append(pt.Evidence(finding=f"{fields['id'].capitalize()}.", **fields, **{scale: values}))
        return pt.Case(f"case_{number}", evidence=items, prior={"a": 0.7, "b": 1.6, "c": 1.1} if own_prior and number == 0 else None)

    return pt.Study(
        "Ten items",
        hypotheses={"a": {"prior": 1}, "b": {"prior": 2}, "c": {"prior": 1.5}},
        sources={"point": {"reliability": 0.8}, "ranged": {"reliability": (0.4, 0.9)}},
        clusters={"k": {"correlation": 0.7}},
        cases=[case(number) for number in range(cases)],
    )


SIX: tuple[tuple[Any, Any, dict[str, Any]], ...] = (
    ((0.42, 0.83), (0.16, 0.5), {"id": "one", "source": "point"}),
    ((0.35, 0.77), (0.22, 0.66), {"id": "two", "cluster": "k", "source": "ranged"}),
    ((0.3, 0.71), 0.45, {"id": "three", "cluster": "k"}),
    (0.62, (0.25, 0.68), {"id": "four", "search_sensitivity": (0.3, 0.9), "status": "not_found"}),
    ((0.18, 0.55), (0.4, 0.85), {"id": "five", "source": "ranged", "search_sensitivity": {"a": (0.4, 0.8), "b": 0.7}}),
    (0.38, 0.57, {"id": "six", "search_sensitivity": 0.8, "status": "not_found"}),
)


def six_items(cases: int) -> pt.Study:
    """Six items in each case, searched with a sensitivity of 0.9 where nothing else is said; cases take turns as in `ten_items`."""

    def case(number: int) -> pt.Case:
        items = []
        for a, b, fields in SIX:
            ends = [(p, p) if isinstance(p, float) else p for p in (a, b)]
            turned = ends if number % 2 == 0 else [(round(1 - high, 2), round(1 - low, 2)) for low, high in ends]
            judged = {h: low if low == high else (low, high) for h, (low, high) in zip("ab", turned, strict=True)}
            items.append(pt.Evidence(finding=f"{fields['id']}.", probability=judged, **{"search_sensitivity": 0.9} | fields))
        return pt.Case(f"c{number}", evidence=items)

    return pt.Study(
        "Six items",
        hypotheses={"a": {"prior": 1}, "b": {"prior": 2}},
        sources={"point": {"reliability": 0.8}, "ranged": {"reliability": (0.3, 0.95)}},
        clusters={"k": {"correlation": 0.7}},
        cases=[case(number) for number in range(cases)],
    )


def two(p_a: float = 0.8, p_b: float = 0.2, **study: Any) -> pt.Study:
    """Two hypotheses, one item."""
    item = pt.Evidence("memo", finding="A memo.", probability={"a": p_a, "b": p_b})
    return pt.Study("Two", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])], **study)


def by_pairs(*judged: tuple[float, float], prior: tuple[float, float] = (1, 1), **fields: Any) -> pt.Study:
    """Two hypotheses, an item for each pair of probabilities."""
    items = [pt.Evidence(f"e{k}", finding="A memo.", probability={"a": a, "b": b}, **fields) for k, (a, b) in enumerate(judged)]
    hypotheses = {h: {"prior": p} for h, p in zip("ab", prior, strict=True)}
    return pt.Study("By hand", hypotheses=hypotheses, cases=[pt.Case("x", evidence=items)])
