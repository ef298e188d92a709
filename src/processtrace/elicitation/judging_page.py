"""The judging page: one HTML file with which somebody judges findings in a browser, without any other program."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from processtrace.elicitation.asked import KINDS, Asked, asked
from processtrace.elicitation.blind import IS, BlindExplanation
from processtrace.elicitation.rounds import ROUND_2
from processtrace.errors import UsageError
from processtrace.formats.atomic import write_files
from processtrace.study import Hypothesis, Study
from processtrace.study.judged import ends
from processtrace.study.values import LONGEST_LABEL
from processtrace.web.page import asset, inert, policy, template

VERSION = "processtrace judgements 1"
"""What a returned file says it is."""
PRACTICE = 5
"""How many words of probability are asked about."""
AT_EACH_VALUE = (
    "Whichever explanation is right: at each value below, how probable is it that a finding of this kind and degree is there to be found?"
)
"""What is asked of a clue that is judged given the value of a node."""


def write_judging_page(
    study: Study,
    path: str | PathLike[str],
    analyst: str,
    random_seed: int,
    *,
    rest: bool = False,
    all_judged: bool = False,
    sample: str | None = None,
    repeat: int = 0,
    second_round: bool = False,
    other_hypotheses: Mapping[str, Hypothesis] | None = None,
) -> Asked:
    """Write a page on which an analyst judges the findings of a study in a browser.

    Parameters
    ----------
    study : Study
        What is to be judged.
    path : path
        A new file, with a name in .html.
    analyst : str
        The identifier of whoever is to judge.
    random_seed : int
        The order of the findings and of the explanations, the sample and the repeated findings follow from it; it is kept.
    rest : bool
        Whether the items that this analyst has judged already are left out.
    all_judged : bool
        Whether the page asks about every explanation that the case files judge, not the study's own alone.
    sample : str or None
        How many findings are drawn at random, spread over the cases: a number or a percentage such as '20%'; None for all.
    repeat : int
        How many of them are asked a second time, far from the first.
    second_round : bool
        Whether the analyst is asked again what they and others have judged, beside the spread of what was said, without names.
    other_hypotheses : mapping of identifiers to Hypothesis
        What the case files judge for the sake of other studies.

    Returns
    -------
    Asked
        What the page asks.

    Raises
    ------
    AnalysisError
        Where the analyst has judged some of the items and `rest` is not asked for, or nothing is left to judge.
    UsageError
        Where the file is there already; for a name without .html, a sample that is none, the analyst 'pool'.
    """
    target = Path(path)
    if target.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{target}: a judging page is a web page; give it a name that ends in .html")
    made = asked(study, analyst, random_seed, rest=rest, all_judged=all_judged, sample=sample, repeat=repeat, second_round=second_round)
    explained = made.explained(study, other_hypotheses or {}, analyst)
    numbers = _numbers(study, analyst, random_seed, made, explained, second_round)
    page = _page(study, numbers, len(made.rows))
    try:
        write_files({target: page.encode("utf-8")}, replace=False)
    except FileExistsError:
        raise UsageError(f"{target} is there already; name another file, or move it away") from None
    return made


def _numbers(
    study: Study, analyst: str, random_seed: int, made: Asked, explained: Sequence[BlindExplanation], second_round: bool
) -> dict[str, Any]:
    words = {word: list(ends(value)) for word, value in study.scale_of_words.items()}
    numbers: dict[str, Any] = {
        "what": VERSION,
        "study": study.title,
        "question": study.question or "",
        "analyst": f"{analyst}{ROUND_2}" if second_round else analyst,
        "revises": analyst if second_round else "",
        "seed": random_seed,
        "coverage": study.range_coverage,
        "kinds": list(KINDS),
        "longest": LONGEST_LABEL,
        "words": words,
        "practice": _practice([word for word, (low, high) in words.items() if low > 0 and high < 1]),
        "sample": made.sample,
        "explanations": [_explanation(one) for one in explained],
        "items": [],
    }
    rng = random.Random(f"{random_seed} {analyst}")
    for number, row in enumerate(made.rows, 1):
        order = list(row.explanations)
        rng.shuffle(order)
        shown = {"where": row.where, "date": row.date, "finding": row.finding, "quote": row.quote, "sources": row.sources}
        item = {"number": str(number), "key": row.key, "digest": row.digest, **shown, "knowing": row.knowing, "order": order}
        if row.spread:
            item["spread"] = list(row.spread)
        if any(IS in name for name in order):
            item["asks"] = AT_EACH_VALUE
        numbers["items"].append(item | ({"repeat": True} if number in made.repeated else {}))
    numbers["page"] = hashlib.sha256(json.dumps(numbers, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return numbers


def _explanation(one: BlindExplanation) -> dict[str, Any]:
    """Return an explanation, or the value of a node that a clue is judged given, marked as such."""
    shown = {"id": one.id, "label": one.label, "statement": one.statement, "digest": one.digest}
    return shown | ({"value": True} if IS in one.id else {})


def _practice(words: Sequence[str]) -> list[str]:
    """Return five words spread over the scale, or all where there are fewer."""
    if len(words) <= PRACTICE:
        return list(words)
    return [words[round(k * (len(words) - 1) / (PRACTICE - 1))] for k in range(PRACTICE)]


def _page(study: Study, numbers: Mapping[str, Any], number: int) -> str:
    style, script = (asset("elicitation", f"templates/judging.{kind}") for kind in ("css", "js"))
    made = template("elicitation", "judging.html", autoescape=False)
    return str(
        made.render(
            title=_escaped(study.title),
            policy=policy(style, script),
            style=style,
            script=script,
            numbers=inert(numbers),
            number=number,
        )
    )


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
