"""The strategy of studies: everything that a study can hold, drawn by Hypothesis and shrunk by it to the smallest that fails.

`words` draws a study as the words of its files, `studies` as the library's types; `redrawn` keeps a study's design and draws its
judgements anew. What is absent, early or round is what Hypothesis shrinks to: one item, found, judged 0.5 by a probability.

Unless texts are asked for, nothing refutes or excludes the first hypothesis, so that no study contradicts itself.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

import processtrace as pt

SCALES = ("probability", "ratio", "decibels", "words")
ICD_203 = ("roughly even", "almost no chance", "very unlikely", "unlikely", "likely", "very likely", "almost certain")
"""The library's scale of words; the first is what a failing study shrinks to."""

CORRELATIONS = (0.5, 0.0, 0.05, 0.3, 0.75, 0.9, 0.97, 0.99)
CASES = ("one", "two", "three", "four", "five", "six")
DATES = ("2001", "2001-03", "2001-03-09", "1999/2001-12-31", "2001-12", "1990-05/1990-06", "2004-02-29", "1990-12-31/1991")

AWKWARD = (
    "plain", "=1+1", "+1", "-1", "@home", "'quoted", "'=1+1", "null", "~", "TRUE", "1994", "0.5", "1,5", "007", "1e5", "#N/A", "a; b", "a \\; b\\",
    "a, b, c", 'she said "no"', "two\nlines", "a tab\there", "_x0041_", "line\r\nend", "bell \x07", "Čestnost, 誠実, نزاهة, 🙂", "yes", "to", "2005-07 to 2006",
    "x: y", "# not a comment", "%", "likely to very likely", "−3", "{braces}", "under a", "why a", "He said: no, and left.", "- not a list",
    "The \"guest\" came; it's #5 on the list", "Перевыборы, 50 % & more: {braces}, [brackets]", "Three\n\nparagraphs\n\nof text", "ends with a colon:",
    "*star &anchor !tag | pipe > fold @at `tick` %per", "long text " * 18, "x" * 130, "a non-breaking\u00a0blank and  two", "back\\slash",
    "odd\u2028breaks \x85 and \x1b\x7f marks \ufeff",
)  # fmt: skip
"""Texts that a file, a spreadsheet or a parser might take for something else."""


def chance(draw: st.DrawFn, one_in: int) -> bool:
    """True once in so many draws; false where Hypothesis shrinks."""
    return draw(st.sampled_from([False] * (one_in - 1) + [True]))


def points() -> st.SearchStrategy[float]:
    """Probabilities of three digits, 0.003 to 0.997, simplest at a half."""
    return st.integers(0, 994).map(lambda k: (500 + (k + 1) // 2 * (-1) ** k) / 1000)


def spread(p: float, below: float, above: float) -> list[float]:
    """The range that reaches so far to either side of a probability, in log odds."""
    odds = math.log(p / (1 - p))
    return [round(1 / (1 + math.exp(-(odds + step))), 6) for step in (-below, above)]


@st.composite
def shares(draw: st.DrawFn, ranges: bool = True, widest: float = 1.5) -> Any:
    """A probability, or a range that reaches up to `widest` in log odds to either side."""
    p = draw(points())
    if not (ranges and chance(draw, 3)):
        return p
    steps = st.integers(1, 15).map(lambda k: k * widest / 15)
    return spread(p, draw(steps), draw(steps))


@dataclasses.dataclass(frozen=True)
class Kind:
    """What the items of a study may carry, and the names that it declares."""

    judged: tuple[str, ...]
    scales: tuple[str, ...]
    ranges: bool
    zeros: bool
    excluded: bool
    texts: bool
    scale_of_words: tuple[str, ...]
    sources: tuple[str, ...]
    clusters: tuple[str, ...]
    analysts: tuple[str, ...]
    references: tuple[str, ...]
    given: bool


def texts() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=2).map(lambda some: " / ".join(some).strip())


def labels() -> st.SearchStrategy[str]:
    return texts().map(lambda text: text[:40].strip())


@st.composite
def some(draw: st.DrawFn, fields: Mapping[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """About half of the fields."""
    return {name: draw(value) for name, value in fields.items() if draw(st.booleans())}


def subset(draw: st.DrawFn, names: Sequence[str], one_in: int) -> list[str]:
    return [name for name in names if chance(draw, one_in)]


@st.composite
def judgements(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    """One scale and a value under every hypothesis, in any order."""
    scale = draw(st.sampled_from(kind.scales))
    values: dict[str, Any] = {}
    for h in draw(st.permutations(kind.judged)) if kind.texts else kind.judged:
        ranged = kind.ranges and chance(draw, 3)
        if scale == "probability":
            extreme = kind.zeros and (h != kind.judged[0] or kind.texts) and chance(draw, 16)
            values[h] = (
                draw(st.sampled_from([0.0, 1.0, *([1e-300, 1 - 1e-12, 5e-324] if kind.texts else [])]))
                if extreme
                else draw(shares(kind.ranges))
            )
        elif scale == "ratio":
            x = draw(st.integers(1, 300)) / 20
            values[h] = [x, x * (1 + draw(st.integers(1, 6)) / 2)] if ranged else x
        elif scale == "decibels":
            x = draw(st.integers(-60, 60)) / 2
            values[h] = [x, x + draw(st.integers(1, 40)) / 2] if ranged else x
        else:
            first = draw(st.integers(0, len(kind.scale_of_words) - 1))
            last = draw(st.integers(first, len(kind.scale_of_words) - 1))
            values[h] = [kind.scale_of_words[first], kind.scale_of_words[last]] if ranged and first else kind.scale_of_words[first]
    made: dict[str, Any] = {scale: values}
    if scale in ("ratio", "decibels") and chance(draw, 3):
        made["anchor"] = draw(st.sampled_from([0.5, 0.2, 0.7, 0.97]))
    if kind.texts and draw(st.booleans()):
        made["because"] = {h: draw(texts()) for h in kind.judged[:1]}
    return made


@st.composite
def items(draw: st.DrawFn, name: str, kind: Kind, earlier: Sequence[str]) -> dict[str, Any]:
    statuses = ("found", "found", "not_found", *(("planned", "unjudged", "set_aside") if kind.texts else ()))
    made: dict[str, Any] = {
        "id": name,
        "finding": draw(texts()) if kind.texts else f"Finding number {name[1:]}.",
        "status": draw(st.sampled_from(statuses)),
    }
    status = made["status"]
    if status == "not_found" or chance(draw, 4):
        widths = shares(kind.ranges, 0.8)
        each = st.fixed_dictionaries(dict.fromkeys(kind.judged, widths))
        made["search_sensitivity"] = draw(st.one_of(widths, st.just(1.0), each))
    reports = subset(draw, kind.sources, 4)
    made["source"] = reports[:1] if status == "planned" else reports
    if kind.clusters and draw(st.booleans()):
        made["cluster"] = draw(st.sampled_from(kind.clusters))
    if kind.given and earlier and status not in ("unjudged", "set_aside") and chance(draw, 4):
        made["given"] = [draw(st.sampled_from(list(earlier)))]
    if draw(st.booleans()):
        made["date"] = draw(st.sampled_from(DATES))
    made["tags"] = subset(draw, ("elite", "press"), 3)
    if status in ("found", "not_found", "planned"):
        if kind.analysts and chance(draw, 3):
            who = [kind.analysts[0], *subset(draw, kind.analysts[1:], 2)]
            made["judgements"] = {
                name: draw(judgements(kind)) | (draw(some({"note": texts(), "judged": st.sampled_from(DATES)})) if kind.texts else {})
                for name in who
            }
        else:
            made |= draw(judgements(kind))
    if kind.texts:
        made |= draw(
            some(
                {name: texts() for name in ("searched", "quote", "note")}
                | dict.fromkeys(("found_on", "judged"), st.sampled_from(DATES))
                | {"label": labels()}
            )
        )
        made["cite"] = subset(draw, kind.references[:2], 3) + (
            [{"key": kind.references[2], "at": draw(texts())}] if chance(draw, 3) else []
        )
    if status == "planned":
        made |= draw(some({"cost": st.sampled_from([1.0, 0.0, 2000.0])}))
    if status == "set_aside":
        made["note"] = "Doubtful."
    return made  # fmt: skip


@st.composite
def priors(draw: st.DrawFn, names: Sequence[str], excluded: bool) -> dict[str, float]:
    weights = st.integers(1, 12).map(lambda k: k / 4)
    return {h: 0.0 if excluded and h != names[0] and chance(draw, 16) else draw(weights) for h in names}


@st.composite
def cases(draw: st.DrawFn, name: str, kind: Kind, count: tuple[int, int], judges: Sequence[str], own_priors: bool) -> dict[str, Any]:
    size = draw(st.integers(*count))
    names = draw(st.permutations([f"e{k}" for k in range(size)]))
    made: list[dict[str, Any]] = []
    for one in names:
        made.append(draw(items(one, kind, [e["id"] for e in made if e["status"] in ("found", "not_found")])))
    half = dict.fromkeys(kind.judged, 0.5)
    idle = [
        {"id": "planned", "finding": "Not yet.", "status": "planned", "probability": half},
        {"id": "open", "finding": "Not judged.", "status": "unjudged"},
    ]
    made += [] if kind.texts else [item for item in idle if chance(draw, 2)]
    case: dict[str, Any] = {"id": name, "judges": list(judges), "evidence": made, "sources": {}, "clusters": {}}
    if "rates" in kind.sources:
        case["sources"]["rates"] = draw(
            st.sampled_from([(0.8, 0.3), (0.9, 0.05), (0.6, 0.5)]).map(
                lambda ab: dict(zip(("reports_if_true", "reports_if_false"), ab, strict=True))
            )
        )
    if "mine" in kind.clusters:
        case["clusters"]["mine"] = {"correlation": draw(st.sampled_from(CORRELATIONS))}
    if own_priors and chance(draw, 3):
        case["prior"] = draw(priors(kind.judged, kind.excluded))
    if kind.texts:
        case |= draw(some({"label": labels(), "outcome": texts(), "description": texts(), "period": st.just(["1990", "2005-02/2006"])}))
        case |= draw(some({"known_answer": st.sampled_from(kind.judged)}))
        case["sources"] = {
            name: {**part, **draw(some({"label": labels(), "kind": texts(), "note": texts(), "cite": st.just(["key1"])}))}
            for name, part in case["sources"].items()
        }
        case["clusters"] = {name: {**part, **draw(some({"label": labels(), "note": texts()}))} for name, part in case["clusters"].items()}
        if chance(draw, 4):
            made += [{"id": one, "finding": "Not yet.", "status": "planned", "probability": half} for one in ("first", "2nd")]
            case["correlations"] = [{"items": ["first", "2nd"], "under": {kind.judged[0]: -0.25}}]
    return case  # fmt: skip


Count = int | tuple[int, int]


def ends(count: Count) -> tuple[int, int]:
    return (count, count) if isinstance(count, int) else count


@st.composite
def words(
    draw: st.DrawFn,
    cases_: Count = 1,
    hypotheses: Count = (2, 4),
    evidence: Count = (1, 6),
    scales: Sequence[str] = SCALES,
    ranges: bool = True,
    reliabilities: Count = (0, 2),
    sources: bool = True,
    clusters: bool = True,
    given: bool = True,
    analysts: bool = True,
    zeros: bool = True,
    excluded: bool = True,
    extra: bool = True,
    own_priors: bool = True,
    texts_: bool = False,
) -> dict[str, Any]:
    """A study as the words of its files."""
    names = ["a", *(draw(st.sampled_from([("b", "c", "d"), ("status", "-1", "007")])) if texts_ else ("b", "c", "d"))][
        : draw(st.integers(*ends(hypotheses)))
    ]
    factors = texts_ and chance(draw, 4)
    judged = ["none", "x", "y", "x+y"] if factors else [*names, *(["extra"] if extra and chance(draw, 3) else [])]
    own_words = (
        {"so": [0.2, 0.3], "close to even": [0.4, 0.6], "a; b": 0.7, "so to speak": 0.9, "sure": 0.99} if texts_ and chance(draw, 2) else {}
    )
    ranged = [f"ranged{k}" for k in range(draw(st.integers(*ends(reliabilities))))] if sources else []
    kind = Kind(
        judged=tuple(judged),
        scales=tuple(scales),
        ranges=ranges,
        zeros=zeros,
        excluded=excluded,
        texts=texts_,
        scale_of_words=tuple(own_words) or ICD_203,
        sources=("plain", "point", "rates", *ranged) if sources else (),
        clusters=("mine", "shared") if clusters else (),
        analysts=("ana", "ben", "eve") if analysts else (),
        references=("key1", draw(st.sampled_from(["key2", "k;2,x\\"])), "key3") if texts_ else (),
        given=given,
    )
    part = {"label": labels(), "statement": texts()} if texts_ else {}
    weights = draw(priors(names, excluded and not factors))
    made: dict[str, Any] = {"title": draw(labels()) if texts_ else "Drawn"}
    if factors:
        made["factors"] = {f: {"prior": 0.25, **draw(some(part))} for f in "xy"}
        made |= draw(some({"prior": st.just(dict.fromkeys(judged, 1.5))}))
    else:
        made["hypotheses"] = {h: {"prior": weights[h], **draw(some(part | ({"residual": st.just(True)} if texts_ else {})))} for h in names}
    number = draw(st.integers(*ends(cases_)))
    own = judged if len(judged) > len(names) and not factors else []
    made["cases"] = [draw(cases(CASES[k], kind, ends(evidence), own, own_priors)) for k in range(number)]
    if factors:  # without a judgement none of the compounds is judged
        some_judged = any({*SCALES, "judgements"} & set(item) for case in made["cases"] for item in case["evidence"])
        made["compounds"] = draw(st.sampled_from([*(["judged"] if some_judged else []), "mean", "maximum"]))
    if sources:
        made["sources"] = {"plain": {}, "point": {"reliability": draw(points())}}
        widest = 0.6 if len(ranged) > 2 else 1.5
        made["sources"] |= {
            name: {"reliability": spread(draw(points()), 0.1 + widest * draw(st.integers(0, 9)) / 10, widest / 2)} for name in ranged
        }
    if clusters:
        made["clusters"] = {"shared": {"correlation": draw(st.sampled_from(CORRELATIONS))} if draw(st.booleans()) else {}}
        made["cluster_correlation"] = draw(st.sampled_from(CORRELATIONS))
    made["tags"] = {"elite": {}, "press": {}}
    if analysts:
        made["analysts"] = {"ana": {"weight": 1}, "ben": {"weight": 2.5}, "eve": {"weight": draw(st.sampled_from([1, 0]))}}
        made["analyst"] = draw(st.sampled_from(["pool", "pool", "ana", "ben"]))
    made["range_coverage"] = draw(st.sampled_from([0.9, 0.5, 0.8, 0.95]))
    made["anchor"] = draw(st.sampled_from([0.8, 0.3, 0.6, 0.95]))
    if texts_:
        made |= draw(some({"description": texts(), "question": texts(), "accepted": st.fixed_dictionaries({"idle-item": texts()})}))
        made |= {"words": own_words} if own_words else {}
        made["tags"] = {name: draw(some({"label": labels(), "group": texts(), "note": texts()})) for name in made["tags"]}
        models = st.fixed_dictionaries({"name": texts(), "version": texts(), "date": st.sampled_from(DATES)})
        asked = st.fixed_dictionaries({"format": st.just("all"), "order": texts(), "repeat": st.just("2")})
        made["analysts"] = {
            name: {**one, **draw(some({"label": labels(), "note": texts(), "model": models, "asked": asked}))}
            for name, one in made.get("analysts", {}).items()
        }
        if analysts and draw(st.booleans()):
            made["analysts"]["ben"]["revises"] = "ana"
        made["references"] = {
            key: draw(
                some({name: texts() for name in ("author", "title", "outlet", "url", "volume", "pages")} | {"year": st.sampled_from(DATES)})
            )
            for key in kind.references
        }
        if chance(draw, 4):
            made["lock"] = [
                {
                    "file": "=p.json",
                    "locked": {"one/é": draw(texts())},
                    **draw(some({"hash": texts(), "deposited": st.sampled_from(DATES), "where": texts()})),
                },
                {"file": "q"},
            ]
    return made  # fmt: skip


def as_study(made: Mapping[str, Any]) -> pt.Study:
    references = [pt.Reference(key, **fields) for key, fields in made.get("references", {}).items()]
    return pt.Study(**{**made, "references": references})


def studies(
    cases: Count = 1, hypotheses: Count = (2, 4), items: Count = (1, 6), texts: bool = False, **features: Any
) -> st.SearchStrategy[pt.Study]:
    """Studies of so many cases, hypotheses and counting items in each case, with all features but those switched off.

    Features: `scales`, `ranges`, `reliabilities` (how many sources of uncertain reliability), `sources`, `clusters`, `given`,
    `analysts`, `zeros` (probabilities of 0 and 1), `excluded` (priors of 0), `extra` (a hypothesis judged that the study does not name) and
    `own_priors`. With `texts` every other word of the format is used too, with texts that are hard to write down.
    """
    return words(cases, hypotheses, items, texts_=texts, **features).map(as_study)


@st.composite
def extreme_studies(draw: st.DrawFn) -> pt.Study:
    """Small studies at the edges of what is possible: zeros, ones, refuted explanations, ties, one explanation, no evidence, plans only.

    Two analysts may judge, in one case or two. Every explanation of a case may be refuted.
    """
    names = ["a", "b", "c"][: draw(st.sampled_from([2, 3, 1]))]
    zeros = st.sampled_from([0.5, 0.0, 0.25, 1.0])
    judged = (
        st.fixed_dictionaries(dict.fromkeys(names, zeros))
        .filter(lambda values: any(values.values()))
        .map(lambda values: {"probability": values})
    )
    analysts = {"ana": {}, "ben": {}} if draw(st.booleans()) else {}
    status = st.sampled_from(["found", "planned", "not_found"])
    cases = []
    for name in CASES[: draw(st.sampled_from([1, 2]))]:
        evidence = []
        for k in range(draw(st.integers(0, 3))):
            item: dict[str, Any] = {
                "id": f"e{k}",
                "finding": f"Finding {k}.",
                "status": draw(status),
                "tags": ["press"] if draw(st.booleans()) else [],
            }
            item |= {"search_sensitivity": draw(st.sampled_from([1.0, 0.5]))} if item["status"] == "not_found" else {}
            item |= {"cluster": "shared"} if draw(st.booleans()) else {}
            item |= {"judgements": {who: draw(judged) for who in analysts}} if analysts and draw(st.booleans()) else draw(judged)
            evidence.append(item)
        cases.append({"id": name, "evidence": evidence})
    return as_study(
        {
            "title": "Extreme",
            "hypotheses": {h: {"prior": draw(st.sampled_from([1.0, 0.0, 2.0])) if h != "a" else 1.0} for h in names},
            "clusters": {"shared": {"correlation": draw(st.sampled_from([0.5, 0.0]))}},
            "tags": {"press": {}},
            "analysts": analysts,
            "cases": cases,
        }
    )


def moderate(value: Any) -> st.SearchStrategy[Any]:
    """Another probability, 0.1 to 0.9, for a point; for a range another range."""
    p = st.integers(0, 80).map(lambda k: (50 + (k + 1) // 2 * (-1) ** k) / 100)
    steps = st.integers(5, 15).map(lambda k: k / 10)
    return st.builds(spread, p, steps, steps) if isinstance(value, tuple) else p


@st.composite
def redrawn(draw: st.DrawFn, design: pt.Study, findings: bool = False) -> pt.Study:
    """A study of the same design: other probabilities and ratios, points for points and ranges for ranges; other findings if asked."""
    changed = []
    for case in design.cases:
        evidence = []
        for item in case.evidence:
            values = {h: draw(moderate(value)) for h, value in item.filled.get("probability", {}).items()}
            fields: dict[str, Any] = (
                {"probability": values} if values else {"ratio": {h: draw(st.integers(10, 60)) / 20 for h in item.ratio or {}}}
            )
            if findings:
                fields["status"] = draw(st.sampled_from(["found", "found", "not_found"]))
            evidence.append(dataclasses.replace(item, **fields))
        changed.append(dataclasses.replace(case, evidence=tuple(evidence)))
    return dataclasses.replace(design, cases=tuple(changed))


def examples[T](strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """So many examples, the same ones every time: for tests that need a list, as of studies that one compiled model samples.

    Each is the second of a run of its own: the first of a run is the simplest of all, and later ones are made from earlier ones.
    """
    return [_example(strategy, number) for number in range(count)]


def _example[T](strategy: st.SearchStrategy[T], number: int) -> T:
    found: list[T] = []

    @seed(number)
    @settings(max_examples=2, phases=[Phase.generate])
    @given(strategy)
    def collect(one: T) -> None:
        found.append(one)

    collect()
    return found[-1]


def leads(study: pt.Study) -> bool:
    """Whether each case has one leading hypothesis: none that ties with it."""
    two_best = np.sort(pt.update(study)["log_posterior"].values, axis=1)[:, -2:]
    return bool((two_best[:, 0] < two_best[:, 1] - 1e-6).all())
