"""Notes name what is worth a second look, and a study can answer them. Every number is checked by arithmetic of its own."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, logit, ndtri
from scipy.stats import multivariate_normal, norm

import processtrace as pt
from processtrace.notes import NAMES, notes
from processtrace.notes.numbers_asked import numbers_asked
from processtrace.study import Lock
from processtrace.study.frozen import Map
from processtrace.study.judged import SILENT
from processtrace.study.locks import entry
from processtrace.study.statements import digest
from processtrace.text.numbers import decibels, probability

ROOT = Path(__file__).parents[2]
PLAIN = {"a": 0.6, "b": 0.2}
WHY = {"a": "So it would be.", "b": "Otherwise not."}


def item(name: str = "e", **given: object) -> pt.Evidence:
    filled = {"probability": PLAIN} if not {"ratio", "decibels", "words", "judgements", "probability", "status"} & set(given) else {}
    reasons = {"because": {h: f"{text} {name}" for h, text in WHY.items()}} if "judgements" not in given else {}
    return pt.Evidence(name, finding=f"Finding {name}.", label=name, **{**reasons, **filled, **given})


def study(*items: pt.Evidence, case: dict[str, object] | None = None, **more: object) -> pt.Study:
    given = {"period": ["2000", "2010"], "label": "X", "evidence": list(items)} | (case or {})
    stated = {h: {"label": h.upper(), "statement": f"It was {h}."} for h in "ab"}
    names = {"hypotheses": stated} | more
    return pt.Study("Notes", cases=[pt.Case("x", **given)], **names)


def told(of: pt.Study, name: str) -> str:
    """The text of the only note of a name."""
    (text,) = [note.text for note in notes(of) if note.name == name]
    return text


def names(of: pt.Study) -> list[str]:
    return [note.name for note in notes(of)]


def db(ratio: float) -> str:
    return f"{decibels(10 * np.log10(ratio))} dB"


def averaged(f: object, low: float, high: float, coverage: float = 0.9) -> float:
    """Mean of a function over a logit-normal range, by adaptive quadrature."""
    z = ndtri((1 + coverage) / 2)
    mu, sd = (logit(low) + logit(high)) / 2, (logit(high) - logit(low)) / (2 * z)
    return quad(lambda x: norm.pdf(x) * f(expit(mu + sd * x)), -12, 12, epsabs=0, epsrel=1e-10, limit=400)[0]  # type: ignore[operator]


JUDGED_TWICE = {"ana": {"probability": {"a": 0.8, "b": 0.2}, "because": WHY}, "ben": {"probability": {"a": 0.7, "b": 0.2}, "because": WHY}}
ANALYSTS = {"ana": {"label": "Ana"}, "ben": {"label": "Ben"}}

CAUSES = {"hypotheses": {}, "factors": {h: {"label": h.upper(), "statement": f"It was {h}."} for h in "ab"}}


def cells(*judged: str) -> dict[str, object]:
    """Judgements and reasons under cells, each its own."""
    return {
        "probability": {cell: 0.2 + 0.1 * k for k, cell in enumerate(judged)},
        "because": {cell: f"Reason under {cell}." for cell in judged},
    }


def under_lock(now: pt.Evidence, *more: pt.Evidence, deposited: str | None = "2026-05-01") -> pt.Study:
    """A study that holds these items, in which `e`, as `item()` makes it, was locked before."""
    before = study(item())
    content = json.dumps(entry(before, before.cases[0], before.cases[0].evidence[0]))
    return study(now, *more, lock=[Lock("plan.json", deposited=deposited, where="OSF", locked={"x/e": content})])


# Each row: the name of the note, the study that has it and no other, and the same study fixed.
def sides(clustered: str) -> pt.Study:
    """Six items for a and six for b, of which those named are in a cluster."""
    for_, against = ([item(name, cluster="k" if name in clustered else None, probability=p) for name in names_] for names_, p in (
        ("cdefgh", {"a": 0.5, "b": 0.4}), ("ijklmn", {"a": 0.4, "b": 0.49})))  # fmt: skip
    return study(*for_, *against, clusters={"k": {"correlation": 0.0}}, accepted={})


def wide(*widths: float) -> pt.Study:
    made = [item(f"e{k}", probability={"a": (0.5, 0.5 + width), "b": 0.45 if k % 2 else 0.65}) for k, width in enumerate(widths)]
    return study(*made)


def third(*c: float) -> pt.Study:
    """Items of three explanations, of which c is judged so."""
    made = [item(f"e{k}", probability={"a": 0.5, "b": 0.6, "c": p} if k % 2 else {"a": 0.6, "b": 0.5, "c": p},
                 because={h: f"Reason {h} {k}." for h in "abc"}) for k, p in enumerate(c)]  # fmt: skip
    return study(*made, hypotheses={h: {"label": h.upper(), "statement": f"It was {h}."} for h in "abc"})


def coded(statements: dict[str, str], by: str = "ana", **more: object) -> pt.Study:
    """One item by one coding, which knows the fingerprints of the statements that it was judged under."""
    judged = {by: {"probability": PLAIN, "because": WHY, "statements": statements}}
    said = {"a": {"label": "A", "statement": "One  thing."}, "b": {"label": "B", "statement": "Another."}}
    return study(item(judgements=judged), hypotheses=said, **({"analysts": ANALYSTS} | more))


ONE_NOTE = {
    "silent-hypothesis": (third(0.45, 0.4, 0.45, 0.4, 0.7, 0.7), third(0.45, 0.4, 0.7, 0.7, 0.7, 0.7)),
    "habitual-ranges": (wide(0.2, 0.21, 0.2, 0.2, 0.3), wide(0.2, 0.25, 0.1, 0.3, 0.35)),
    "lopsided-clusters": (sides("cde"), sides("cdij")),
    "one-direction": (
        study(*(item(f"e{k}", probability={"a": 0.5, "b": 0.45}) for k in range(5))),
        study(*(item(f"e{k}", probability={"a": 0.5, "b": 0.45 if k else 0.6}) for k in range(5))),
    ),
    "mixed-statements": (
        coded({"a": digest("One thing, once."), "b": digest("Another.")}),
        coded({"a": digest("One thing."), "b": digest("Another.")}),
    ),
    "mixed-analysts": (
        study(item(judgements=JUDGED_TWICE), analysts=ANALYSTS, analyst="ana"),
        study(item(judgements=JUDGED_TWICE), analysts=ANALYSTS),
    ),
    "placeholder": (study(item(note="Replace me: what was meant.")), study(item(note="They wrote: replace me."))),
    "single-explanation": (
        study(item(probability={"a": 0.5}, because={"a": "So."}), hypotheses={"a": {"statement": "A."}}),
        study(item()),
    ),
    "no-statement": (study(item(), hypotheses={"a": {"statement": "A."}, "b": {}}), study(item())),
    "idle-item": (study(item(), item("f", probability={"a": (0.2, 0.4), "b": (0.2, 0.4)})), study(item(), item("f"))),
    "wide-range": (study(item(probability={"a": (0.001, 0.4), "b": 0.1})), study(item(probability={"a": (0.1, 0.4), "b": 0.1}))),
    "source-takes-half": (
        study(item(probability={"a": 0.08, "b": 0.02}, source="s"), sources={"s": {"reliability": 0.9}}),
        study(item(probability={"a": 0.8, "b": 0.2}, source="s"), sources={"s": {"reliability": 0.9}}),
    ),
    "over-source": (
        study(item(probability={"a": 0.99, "b": 0.02}, source="s"), sources={"s": {"reliability": 0.9}}),
        study(item(probability={"a": 0.8, "b": 0.1}, source="s"), sources={"s": {"reliability": 0.9}}),
    ),
    "second-source": (
        study(item(source=["s", "t"]), sources={"s": {"reliability": 0.9}, "t": {"reliability": 0.5}}),
        study(item(source="s"), sources={"s": {"reliability": 0.9}}),
    ),
    "opposed-analysts": (
        study(item(judgements=JUDGED_TWICE | {"ben": {"ratio": {"a": 1, "b": 3}, "because": WHY}}), analysts=ANALYSTS),
        study(item(judgements=JUDGED_TWICE), analysts=ANALYSTS),
    ),
    "vetoing-zero": (
        study(item(judgements=JUDGED_TWICE | {"ben": {"probability": {"a": 0.7, "b": 0}, "because": WHY}}), analysts=ANALYSTS),
        study(item(judgements=JUDGED_TWICE), analysts=ANALYSTS),
    ),
    "not-judged": (
        study(item(judgements={"ben": JUDGED_TWICE["ben"]}), analysts=ANALYSTS, analyst="ana"),
        study(item(judgements={"ben": JUDGED_TWICE["ben"]}), analysts=ANALYSTS, analyst="ben"),
    ),
    "unclustered-date": (
        study(*(item(name, date="2005-03") for name in "efg")),
        study(*(item(name, date="2005-03") for name in "ef")),
    ),
    "unclustered-source": (
        study(*(item(name, source="s") for name in "efg"), sources={"s": {}}),
        study(item(source="s"), sources={"s": {}}),
    ),
    "rho-means": (study(item(cluster="k"), item("f", cluster="k"), clusters={"k": {}}), study(item(), item("f"))),
    "cluster-of-one": (study(item(cluster="k"), clusters={"k": {}}), study(item())),
    "twin-hypotheses": (
        study(item(probability={"a": 0.6, "b": 0.5}), item("f", probability={"a": 0.5, "b": 0.6})),
        study(item(), item("f", probability={"a": 0.5, "b": 0.6})),
    ),
    "total-weight": (
        study(item(), item("f", probability={"a": 0.9, "b": 0.002})),
        study(item(), item("f", probability={"a": 0.9, "b": 0.02})),
    ),
    "contradiction": (
        study(item(probability={"a": 0, "b": 0.5}), item("f", probability={"a": 0.5, "b": 0})),
        study(item(), item("f")),
    ),
    "date-outside-period": (study(item(date="2011")), study(item(date="2010"))),
    "key-in-text": (study(item(note="Read twice. source: minutes")), study(item(note="Read twice. Source: minutes"))),
    "no-reason": (study(item(because={"a": "So it would be."})), study(item())),
    "repeated-reason": (study(item(because={"a": "So  it IS.", "b": "so it is."})), study(item())),
    "unlisted-tag": (study(item(tags=["odd"]), tags={"hard": {}}), study(item(tags=["odd"]))),
    "search-undescribed": (
        study(item(probability=PLAIN, status="not_found", search_sensitivity=0.5)),
        study(item(probability=PLAIN, status="not_found", search_sensitivity=0.5, searched="The archive.")),
    ),
    "search-unanchored": (
        study(item(ratio={"a": 3, "b": 1}, status="not_found", search_sensitivity=0.5, searched="The archive.")),
        study(item(ratio={"a": 3, "b": 1}, anchor=0.5, status="not_found", search_sensitivity=0.5, searched="The archive.")),
    ),
    "numbers-asked": (study(*(item(f"e{k}") for k in range(101))), study(*(item(f"e{k}") for k in range(100)))),
    "prior-excludes": (
        study(item(), hypotheses={"a": {"statement": "A."}, "b": {"statement": "B.", "prior": 0}}),
        study(item(), hypotheses={"a": {"statement": "A."}, "b": {"statement": "B.", "prior": 0.1}}),
    ),
    "cells-left-out": (study(item(**cells("none", "a", "b")), **CAUSES), study(item(**cells("none", "a", "b", "a+b")), **CAUSES)),
    "unused-source": (study(item(), sources={"s": {}}), study(item(source="s"), sources={"s": {}})),
    "unused-cluster": (study(item(), clusters={"k": {}}), study(item())),
    "no-link": (
        study(item(cite="k"), references={"k": {"url": "javascript:alert(1)"}, "l": {"url": "https://x.example"}}),
        study(item(cite="l"), references={"k": {"url": "javascript:alert(1)"}, "l": {"url": "https://x.example"}}),
    ),
    "lock-undeposited": (
        under_lock(item(status="planned", probability=PLAIN), deposited=None),
        under_lock(item(status="planned", probability=PLAIN)),
    ),
    "lock-changed": (
        under_lock(item(found_on="2026-06", probability={"a": 0.7, "b": 0.2})),
        under_lock(item(found_on="2026-06", probability=PLAIN)),
    ),
    "lock-late": (under_lock(item(found_on="2026-04")), under_lock(item(found_on="2026-06"))),
    "lock-unproven": (under_lock(item()), under_lock(item(found_on="2026-06"))),
    "unknown-answer": (study(item(), accepted={"idle-itme": "kept"}), study(item(), accepted={"idle-item": "kept"})),
}


@pytest.mark.parametrize("name", ONE_NOTE)
def test_a_note_stands_where_its_cause_is_and_nowhere_else(name):
    broken, fixed = ONE_NOTE[name]
    expected = {"total-weight", "numbers-asked", "one-direction"}
    expected |= {"twin-hypotheses", "rho-means"} if name in ("silent-hypothesis", "lopsided-clusters", "one-direction") else set()
    assert set(names(broken)) - (expected - {name}) == {name}
    assert set(names(fixed)) <= expected - {name}


def test_every_note_has_its_test():
    elsewhere = {"neutral-in-cluster", "broken-transitivity", "shared-between-cases", "contradictory-coding"}
    # those of causal models have their tests in tests/notes/test_causal_models.py and beside what they are about
    elsewhere |= {"prior-by-counting", "idle-clue", "confounded-group", "only-means-matter", "judged-and-observed", "row-used"}
    elsewhere |= {"blank-not-absent", "not-identified"}
    assert set(NAMES) - set(ONE_NOTE) == elsewhere


def test_codings_that_restate_the_explanations_are_never_mixed_in_silence():
    restated = {"ana": {"label": "Ana"}, "ben": {"label": "Ben", "statements": {"b": "Otherwise put."}}}
    pooled = study(item(judgements=JUDGED_TWICE), analysts=restated)
    assert told(pooled, "mixed-statements").endswith("1 item by Ben, whose coding restates B")
    alone = study(item(judgements=JUDGED_TWICE), analysts=restated, analyst="ana")
    assert "mixed-statements" not in names(alone)
    assert "Ben judged items too" in told(alone, "mixed-analysts")
    own = coded({"a": digest("One thing."), "b": digest("Otherwise put.")}, "ben", analysts=restated, analyst="ben")
    assert "under an earlier statement" not in told(own, "mixed-statements")
    early = coded({"a": digest("One thing."), "b": digest("Another.")}, "ben", analysts=restated, analyst="ben")
    assert "1 item by Ben under an earlier statement of B" in told(early, "mixed-statements")


def test_the_numbers_that_the_habits_print():
    assert "C is the least probable in 4 of 6 items, by 0.7 dB in the middle one" in told(
        ONE_NOTE["silent-hypothesis"][0], "silent-hypothesis"
    )
    assert told(ONE_NOTE["habitual-ranges"][0], "habitual-ranges").startswith("4 of 5 ranges of the common judgements are 0.20 wide")
    said = told(ONE_NOTE["lopsided-clusters"][0], "lopsided-clusters")
    assert "for 3 of 6 items that favour A and for 0 of 6 items that favour B" in said
    assert told(ONE_NOTE["one-direction"][0], "one-direction").startswith("none of its 5 items is less probable under A than under B")
    spread = study(*(item(f"e{k}", probability=None, ratio={"a": (2, 4), "b": 1 + k}) for k in range(5)))
    assert "5 of 5 ranges of the common judgements are 3 dB wide" in told(spread, "habitual-ranges")


def test_a_study_without_items_has_no_notes():
    assert notes(dataclasses.replace(study(), accepted=Map({"idle-item": "kept"}))) == []


def test_an_unknown_answer_is_told_with_the_nearest_name():
    assert told(study(item(), accepted={"idle-itme": "kept"}), "unknown-answer") == "did you mean 'idle-item'?"
    assert "the notes are" in told(study(item(), accepted={"zzz": "kept"}), "unknown-answer")


@pytest.mark.parametrize(("low", "high"), [(1e-6, 1e-3), (0.001, 0.4), (0.02, 0.9)])
def test_a_wide_range_counts_as_its_mean(low, high):
    """[-60, -30] dB counts as -35.5; here by adaptive quadrature over the logit-normal."""
    of = study(item(probability={"a": (low, high), "b": 0.1}))
    mean = averaged(lambda p: p, low, high)
    assert f"e under A, [{low:.2g}, {high:.2g}] counts as {mean:.2g}" in told(of, "wide-range")
    if low == 1e-6:
        assert 10 * np.log10(mean) == pytest.approx(-35.5, abs=0.05)


def test_a_wide_range_in_decibels_is_told_in_decibels():
    of = study(item(decibels={"a": (-60, -30), "b": 2}))
    mean = averaged(lambda p: p, 0.8 * 10**-6.2, 0.8 * 10**-3.2)
    assert f"[−60 dB, −30 dB] counts as {decibels(2 + 10 * np.log10(mean / 0.8))} dB" in told(of, "wide-range")


def test_ranges_of_searches_and_sources_are_looked_at_too():
    of = study(
        item(probability=PLAIN, status="not_found", search_sensitivity=(0.05, 0.9), searched="There."),
        item("f", source="s"),
        sources={"s": {"label": "S", "reliability": (0.02, 0.5)}},
    )
    text = told(of, "wide-range")
    assert f"search for e, [0.05, 0.9] counts as {averaged(lambda s: s, 0.05, 0.9):.2g}" in text
    assert f"reliability of S, [0.02, 0.5] counts as {averaged(lambda s: s, 0.02, 0.5):.2g}" in text


@pytest.mark.parametrize(("level", "left"), [(0.8, 5.2), (0.08, 2.5), (0.008, 0.4)])
def test_the_grain_of_a_finding_decides_what_a_source_takes(level, left):
    """A 4 : 1 item at reliability .9, where a report comes with .95 or .05; the published figures of the design."""
    of = study(item(probability={"a": level, "b": level / 4}, source="s"), sources={"s": {"reliability": 0.9}})
    ratio = (0.05 + 0.9 * level) / (0.05 + 0.9 * level / 4)
    assert 10 * np.log10(ratio) == pytest.approx(left, abs=0.05)
    assert ("source-takes-half" in names(of)) is (left < 3)
    if left < 3:
        assert told(of, "source-takes-half").endswith(f"e ({db(4)} judged, {db(ratio)} left)")


def test_an_item_exceeds_what_its_source_can_carry():
    of = study(item(probability={"a": 0.99, "b": 0.02}, source="s"), sources={"s": {"reliability": 0.9}})
    left = (0.05 + 0.9 * 0.99) / (0.05 + 0.9 * 0.02)
    assert told(of, "over-source").endswith(f"e ({db(0.99 / 0.02)} judged, at most {db(0.95 / 0.05)} carried, {db(left)} left)")


def test_an_absence_exceeds_what_its_source_can_carry():
    absent = {"status": "not_found", "search_sensitivity": 0.8, "searched": "There.", "source": "s"}
    of = study(item(probability={"a": 0.99, "b": 0.01}, **absent), sources={"s": {"reports_if_true": 0.9, "reports_if_false": 0.1}})
    judged = (1 - 0.8 * 0.01) / (1 - 0.8 * 0.99)
    most = (1 - 0.8 * 0.1) / (1 - 0.8 * 0.9)
    report = [1 - 0.8 * (0.9 * p + 0.1 * (1 - p)) for p in (0.01, 0.99)]
    assert told(of, "over-source").endswith(f"e ({db(judged)} judged, at most {db(most)} carried, {db(report[0] / report[1])} left)")


def test_what_a_second_source_adds():
    of = study(
        item(source=["s", "t"]),
        sources={"s": {"label": "S", "reliability": (0.6, 0.95)}, "t": {"label": "T", "reports_if_true": 0.7, "reports_if_false": 0.4}},
    )
    r = averaged(lambda r: r, 0.6, 0.95)
    a, b = (1 + r) / 2, (1 - r) / 2
    one = [a * p + b * (1 - p) for p in (0.6, 0.2)]
    both = [a * 0.7 * p + b * 0.4 * (1 - p) for p in (0.6, 0.2)]
    gain = 10 * np.log10(both[0] / both[1]) - 10 * np.log10(one[0] / one[1])
    assert told(of, "second-source").endswith(f"e ({db(one[0] / one[1])} with S alone, the second adds {decibels(gain)} dB)")


def test_opposed_analysts_are_told_with_their_weights():
    of = ONE_NOTE["opposed-analysts"][0]
    assert told(of, "opposed-analysts") == f"Ana and Ben point in opposite directions on 1 item: e (A over B: {db(4)} and {db(1 / 3)})"


def test_analysts_of_an_absence_are_compared_by_what_it_says():
    """Both put the finding higher under A, so both say by its absence that B is right: no opposition."""
    absent = {"status": "not_found", "search_sensitivity": 0.5, "searched": "There."}
    same = {who: {"probability": {"a": p, "b": 0.1}, "because": WHY} for who, p in (("ana", 0.5), ("ben", 0.9))}
    assert "opposed-analysts" not in names(study(item(judgements=same, **absent), analysts=ANALYSTS))
    turned = same | {"ben": {"probability": {"a": 0.2, "b": 0.6}, "because": WHY}}
    text = told(study(item(judgements=turned, **absent), analysts=ANALYSTS), "opposed-analysts")
    assert text.endswith(f"e (A over B: {db(0.5 / 0.9)} and {db(0.8 / 0.4)})")


def test_analysts_are_opposed_by_a_zero_but_not_by_silence():
    """A zero is an infinite weight: it opposes whoever leans the other way, and nobody who leans neither way."""

    def judged(ana, ben):
        by = {who: {"probability": dict(zip("ab", pair, strict=True)), "because": WHY} for who, pair in (("ana", ana), ("ben", ben))}
        return study(item(judgements=by), analysts=ANALYSTS)

    assert "opposed-analysts" not in names(judged((0.5, 0.5), (0.5, 0.0)))
    assert told(judged((0.2, 0.4), (0.5, 0.0)), "opposed-analysts").endswith(f"e (A over B: {db(0.5)} and ∞ dB)")


def test_a_second_reading_is_no_analyst_of_its_own():
    """It is not paired with others, not counted apart, and not one more who judged; a case has one note, which lists pairs."""
    by = {
        who: {"probability": {"a": a, "b": b}, "because": WHY}
        for who, a, b in (("ana", 0.8, 0.2), ("ben", 0.1, 0.3), ("ana_again", 0.2, 0.6), ("cleo", 0.3, 0.6))
    }
    judges = ANALYSTS | {"ana_again": {"label": "Ana, again", "judge": "ana", "weight": 0}, "cleo": {"label": "Cleo"}}
    of = study(item(judgements=by), analysts=judges, analyst="ana")
    (opposed,) = [note.text for note in notes(of) if note.name == "opposed-analysts"]
    assert [pair in opposed for pair in ("Ana and Ben point", "Ana and Cleo point", "Ben and Cleo point")] == [True, True, False]
    assert all("again" not in note.text for note in notes(of))
    assert "Ben, Cleo judged items too" in told(of, "mixed-analysts")
    alone = study(item(judgements={who: by[who] for who in ("ana", "ana_again")}), analysts=judges, analyst="ana")
    assert not {"opposed-analysts", "mixed-analysts"} & set(names(alone))
    many = [item(f"e{k}", judgements=dict.fromkeys(("ana", "ana_again"), by["ana"])) for k in range(60)]
    assert "240 of Ana;" in told(study(*many, analysts=judges, analyst="ana"), "numbers-asked")


def test_a_vetoing_zero_is_named_only_where_there_is_a_pool():
    vetoed = ONE_NOTE["vetoing-zero"][0]
    assert told(vetoed, "vetoing-zero").endswith("e under B, by Ben")
    assert "vetoing-zero" not in names(dataclasses.replace(vetoed, analyst="ana"))
    weightless = {"ana": {"label": "Ana"}, "ben": {"label": "Ben", "weight": 0}}
    assert "vetoing-zero" not in names(study(*vetoed.cases[0].evidence, analysts=weightless))


def test_median_ratios_of_three_analysts_can_run_in_a_circle():
    """A over B, B over C, C over A by two of three each: 3, 3 and 3 dB in a circle that should sum to 0."""
    vectors = {"ana": (6, 3, 0), "ben": (0, 6, 3), "cem": (3, 0, 6)}
    judged = {who: {"decibels": dict(zip("abc", v, strict=True)), "because": dict.fromkeys("abc", who)} for who, v in vectors.items()}
    hypotheses = {h: {"label": h.upper()} for h in "abc"}
    of = study(item(judgements=judged), hypotheses=hypotheses, analysts={who: {"label": who.title()} for who in vectors})
    text = told(of, "broken-transitivity")
    assert text.endswith("e, A 3 dB over B, B 3 dB over C, C 3 dB over A: 9 dB too much")
    two = {who: part for who, part in judged.items() if who != "cem"}
    assert "broken-transitivity" not in names(
        dataclasses.replace(of, cases=study(item(judgements=two), hypotheses=hypotheses, analysts=of.analysts).cases)
    )


@pytest.mark.parametrize(("rho", "first", "second"), [(0.5, 0.6, 0.3), (0.3, 0.9, 0.05), (0.9, 0.5, 0.5)])
def test_rho_means_a_conditional_probability(rho, first, second):
    """Against the bivariate normal distribution of SciPy (absolute error below 1e-8)."""
    pair = [
        item(cluster="k", date="2001", probability={"a": first, "b": 0.5}),
        item("f", cluster="k", date="2002", probability={"a": second, "b": 1.0}),
    ]
    both = multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf([ndtri(first), ndtri(second)])
    of = study(*pair, clusters={"k": {"label": "K", "correlation": rho}})
    assert told(of, "rho-means").endswith(f"K ({rho:g}): {probability(both / first)} instead of {probability(second)} under A")


def test_rho_of_equal_chances_is_known_in_closed_form():
    """P(second | first) = 1/2 + arcsin(rho)/pi where both have probability 1/2 (Sheppard 1899)."""
    pair = [item(name, cluster="k", probability={"a": 0.5, "b": 0.0 if name == "f" else 0.3}) for name in "ef"]
    of = study(*pair, clusters={"k": {"label": "K", "correlation": 0.7}})
    assert probability(0.5 + np.arcsin(0.7) / np.pi) + " instead of 0.50 under A" in told(of, "rho-means")


def test_rho_with_ranges_and_sources_is_about_the_findings_themselves():
    rho, ranged, point = 0.6, (0.2, 0.7), 0.4
    pair = [
        item(cluster="k", date="2001", source="s", probability={"a": ranged, "b": 0.0}),
        item(
            "f", cluster="k", date="2002", probability={"a": point, "b": 0.3}, status="not_found", search_sensitivity=0.5, searched="There."
        ),
    ]

    def given(u: float, p: float) -> float:
        return float(norm.cdf((ndtri(p) + np.sqrt(rho) * u) / np.sqrt(1 - rho)))

    both = quad(lambda u: norm.pdf(u) * given(u, point) * averaged(lambda p: given(u, p), *ranged), -10, 10, epsrel=1e-8)[0]
    x = both / averaged(lambda p: p, *ranged)
    of = study(*pair, clusters={"k": {"label": "K", "correlation": rho}}, sources={"s": {"reliability": 0.8}})
    assert told(of, "rho-means").endswith(f"K (0.6): {probability(x)} instead of 0.40 under A")


def test_a_neutral_item_in_a_cluster_is_told_with_what_it_does():
    """Beside .9/.3 a .1/.1 takes 4.77 dB to 1.82 at rho .5: the figures of the design, here by the bivariate normal."""
    pair = [item(cluster="k", probability={"a": 0.9, "b": 0.3}), item("f", cluster="k", probability={"a": 0.1, "b": 0.1})]
    joint = [multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]]).cdf([ndtri(p), ndtri(0.1)]) for p in (0.9, 0.3)]
    of = study(*pair, clusters={"k": {"label": "K"}})
    assert 10 * np.log10(joint[0] / joint[1]) == pytest.approx(1.82, abs=0.005)
    assert told(of, "neutral-in-cluster").endswith(f"f in K, where it takes A over B from {db(3)} to {db(joint[0] / joint[1])}")
    assert "idle-item" not in names(of)


def test_an_idle_item_of_a_source_in_doubt_still_changes_what_its_source_counts_for():
    items = [item(), *(item(name, source="s", probability={"a": p, "b": 0.3}) for name, p in (("f", 0.3), ("g", 0.8)))]
    assert "f (but it changes how far" in told(study(*items, sources={"s": {"reliability": (0.5, 0.9)}}), "idle-item")


@pytest.mark.parametrize(
    ("given", "sources"),
    [
        ({"probability": PLAIN, "source": "s"}, {"s": {"reliability": 0}}),
        ({"probability": PLAIN, "status": "not_found", "search_sensitivity": 0, "searched": "Nowhere."}, {}),
    ],
)
def test_what_nobody_can_report_says_nothing(given, sources):
    assert "1 of 2 items says nothing" in told(study(item(), item("f", **given), sources=sources), "idle-item")


def test_an_absence_judged_alike_says_something_where_it_could_be_hidden():
    hidden = {"status": "not_found", "search_sensitivity": {"a": 0.9, "b": 0.1}, "searched": "There.", "probability": {"a": 0.5, "b": 0.5}}
    assert "idle-item" not in names(study(item(**hidden)))


def test_twins_are_told_with_what_parts_them():
    of = ONE_NOTE["twin-hypotheses"][0]
    assert told(of, "twin-hypotheses") == "no item separates them by 1 dB: X, 0.0 dB by all items together"
    slowly = study(*(item(f"e{k}", probability={"a": 0.6, "b": 0.5}) for k in range(5)))
    assert 5 * 10 * np.log10(0.6 / 0.5) > 3
    assert "twin-hypotheses" not in names(slowly)


def test_many_twins_are_one_note_for_each_group():
    """Eight explanations judged alike in two groups of four: two notes, not twelve."""
    values = {f"h{k}": 0.6 + 0.01 * (k % 4) - 0.3 * (k // 4) for k in range(8)}
    made = [item(f"e{k}", probability=values, because=dict.fromkeys(values, "So.")) for k in range(2)]
    found = [note for note in notes(study(*made, hypotheses={h: {} for h in values})) if note.name == "twin-hypotheses"]
    assert [note.where for note in found] == ["H0; H1; H2; H3", "H4; H5; H6; H7"]
    assert all(note.text.startswith("no item separates 6 pairs of these 4 by 1 dB; the closest: ") for note in found)


def test_the_total_weight_is_held_against_a_model_error():
    """24.7 dB at 1 % with three explanations: 10 log10(1 + 3 x 99)."""
    hypotheses = {h: {"label": h.upper()} for h in "abc"}
    because = dict.fromkeys("abc", "So.")
    made = [item(f"e{k}", probability={"a": 0.9, "b": 0.3, "c": 0.09}, because=because) for k in range(3)]
    text = told(study(*made, hypotheses=hypotheses), "total-weight")
    assert 10 * np.log10(1 + 3 * 0.99 / 0.01) == pytest.approx(24.7, abs=0.05)
    assert "no more than 25 dB" in text
    assert text.endswith("X, A 30 dB over C")
    assert "total-weight" not in names(study(*made[:2], hypotheses=hypotheses))


def test_the_total_weight_includes_dependence():
    rho, p, q = 0.8, 0.9, 0.01
    pair = [item(name, cluster="k", probability={"a": p, "b": q}) for name in "ef"]
    normal = multivariate_normal([0, 0], [[1, rho], [rho, 1]])
    joint = [normal.cdf([ndtri(x)] * 2) for x in (p, q)]
    of = study(*pair, item("g", probability={"a": 0.9, "b": 0.09}), clusters={"k": {"correlation": rho}})
    assert told(of, "total-weight").endswith(f"A {db(10 * joint[0] / joint[1])} over B")
    assert 10 * np.log10(10 * joint[0] / joint[1]) < 40 < 10 * np.log10(10 * (p / q) ** 2)


def test_a_contradiction_names_the_items():
    assert told(ONE_NOTE["contradiction"][0], "contradiction").endswith("A by e; B by f")


def test_numbers_are_counted_two_for_a_range():
    given = {
        "ana": {"probability": {"a": (0.6, 0.8), "b": 0.2}, "because": WHY},
        "ben": {"words": {"a": ["likely", "very likely"], "b": "unlikely"}},
    }
    of = study(item(judgements=given), item("f"), analysts=ANALYSTS)
    assert numbers_asked(of) == {"ana": 3, "ben": 3, None: 2}
    assert "202 of the analyst" in told(ONE_NOTE["numbers-asked"][0], "numbers-asked")


def test_cases_that_share_are_told_once():
    def one(name: str, finding: str) -> pt.Case:
        return pt.Case(name, evidence=[pt.Evidence("e", finding=finding, probability=PLAIN, because=WHY, source="s", cluster="k")])

    def shared(*cases: pt.Case) -> pt.Study:
        declared = {"sources": {"s": {"label": "Gallup"}}, "clusters": {"k": {"label": "Votes"}}}
        return pt.Study("S", hypotheses={"a": {}, "b": {}}, cases=cases, **declared)

    text = told(shared(one("x", "A vote."), one("y", "A vote.")), "shared-between-cases")
    assert "the sources Gallup; the clusters Votes; the findings “A vote.”" in text
    assert "findings" not in told(shared(one("x", "A vote."), one("y", "Another.")), "shared-between-cases")
    assert "shared-between-cases" not in names(shared(one("x", "A vote.")))


def test_reasons_that_are_missing_or_repeated_are_listed_by_item():
    of = study(item(because={}), item("f", because={"a": "So it is."}), item("g", because={"a": "so it  is.", "b": "Otherwise not."}))
    assert told(of, "no-reason") == "none for 1 of 3 items: e; not under each explanation: f (under B)"
    assert told(of, "repeated-reason") == "one reason in several places: “So it is.” (f under A, g under A)"


def test_a_note_is_a_reason_for_the_whole_judgement_and_silence_may_be_the_reason_anywhere():
    """As a judging page writes it: a sentence on the finding, and the standard reason under an explanation that says nothing."""

    def silent(name, **more):
        return item(name, judgements={"ana": {"probability": PLAIN, "because": {"a": SILENT}} | more})

    assert not {"no-reason", "repeated-reason"} & set(names(study(*(silent(k, note=f"Reason {k}.") for k in "efg"), analysts=ANALYSTS)))
    assert told(study(silent("e"), silent("f"), analysts=ANALYSTS), "no-reason") == "not under each explanation: e (under B); f (under B)"


def test_single_answers_of_a_model_are_no_burden_on_anybody():
    one = {"probability": PLAIN, "because": WHY}
    coders = {f"m_{k}": {"weight": 0, "judge": "m", "asked": {"format": "all at once", "order": "1", "repeat": str(k)}} for k in range(9)}
    many = [item(f"e{k}", judgements=dict.fromkeys(("m", *coders), one)) for k in range(20)]
    assert "numbers-asked" not in names(study(*many, analysts={"m": {"note": "a language model"}, **coders}, analyst="m"))


def test_the_study_of_five_states_can_be_read_at_a_sitting():
    """A page of notes on 198 items: each name at most once a case, and none that a reader cannot tell from its text."""
    of = pt.load_study(ROOT / "models" / "alignment.yaml")
    found = notes(of)
    assert len(found) <= 5 * len(of.cases)
    assert len({(note.name, note.where) for note in found}) == len(found)
    assert all(note.name in NAMES for note in found)
    identifiers = [part.id for case in of.cases for part in case.evidence if "_" in part.id]
    assert not [name for name in identifiers if any(name in note.text for note in found)]
