"""Prompts for language models: the blind text of each finding, in two orders of the explanations and two formats, as files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from processtrace.elicitation.asked import Asked, asked
from processtrace.elicitation.blind import IS, BlindExplanation, BlindItem
from processtrace.errors import UsageError
from processtrace.formats.atomic import write_files, write_folder
from processtrace.study import Hypothesis, Study
from processtrace.study.statements import digest

ALL, ONE = "all", "one"
FORMATS = {ALL: "all at once", ONE: "one at a time"}
"""How the explanations are put to a model: in one message, or each in a message of its own, in one conversation."""
ORDERS = (1, 2)
"""The orders of the explanations: the second is the first, turned round."""
LONGEST = 12
"""How many characters of a fingerprint the name of a prompt has."""
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "judgements": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "explanation": {"type": "string"},
                    "low": {"type": "number", "minimum": 0, "maximum": 1},
                    "high": {"type": "number", "minimum": 0, "maximum": 1},
                },
                "required": ["explanation", "low", "high"],
                "additionalProperties": False,
            },
        },
        "because": {"type": "string"},
        "cannot_judge": {"type": "boolean"},
    },
    "required": ["judgements", "because", "cannot_judge"],
    "additionalProperties": False,
}
"""The JSON schema of the answer to one message."""

_HOW = """\
You are one of several judges in a study. You see one finding, and what rival explanations say. You do not see how anybody else judged.

Imagine the world in which the explanation is right, and in which nobody has looked yet. How probable is it, in that world, that a \
finding of this kind and degree is there to be found? Not in these very words, on this very day or with this very figure, but one that \
says as much. Then leave that world. The probabilities need not add up to 1, and what is likely under one explanation may be likely \
under all of them.

Give the lowest and the highest probability that you would defend, both above 0 and below 1, so that the truth lies between them with \
{chances} chances in 100. Where an explanation says nothing about the finding, judge it as the mean of those that speak. Do not lower a \
probability because a source may be wrong: how far each source is trusted is set elsewhere. Use nothing but the text below: no search, \
and no view of what the literature concludes.
"""
_ANSWER = """\
Answer in JSON alone, in this form, with the names of the explanations as they are written here, and in one sentence why:
{{"judgements": [{example}], "because": "...", "cannot_judge": false}}
If you can't judge the finding, set "cannot_judge" to true and leave "judgements" empty.
"""
_READ_ME = """\
Prompts for a language model
============================

Study: {title}
Coder: {analyst}
{number} findings; each is asked in two orders of the explanations and in two formats, {repeats} time(s): {asks} conversations in all.

prompts.jsonl   one conversation a line: "prompt" (its name), "repeat", and "messages", to be sent one after the other
prompts/        the same prompts as text, one file a finding, for reading; the order and the format are in the name of the folder
schema.json     the JSON schema of the answer to one message, for programs that can hold a model to it
answers.jsonl   does not exist yet: you write it, one line an answer

How to run them
1. Begin a new conversation for each line of prompts.jsonl. Nothing of another conversation, of the study or of any result may be in
   its context: no memory, no files, no search.
2. Send its messages one after the other, each after the answer to the one before. Use one model, one version and the same settings
   throughout; write down which.
3. Write one line of JSON into answers.jsonl for each conversation:

   {{"prompt": "(the name)", "repeat": 1, "analyst": "{analyst}", "model": "...", "version": "...", "date": "2026-01-31",
    "settings": {{"temperature": 1}}, "answer": {{"judgements": [...], "because": "...", "cannot_judge": false}}}}

   In a conversation of several messages, "answer" is the list of all its answers.
4. Bring them back: processtrace merge STUDY answers.jsonl

What comes back under the name {analyst} is the geometric mean of all its answers about a finding. Each single answer is kept beside it,
with a weight of 0, so that the report can print how far the model repeats itself, what the order and the format of the question do,
and how far it agrees with people. An answer is left out if its line is left out. Agreement of codings by one language model measures
repeatability, not validity.

Not sent by this program: it opens no network and needs no key. What you send to a provider leaves your machine; look at the terms of
your sources first.
"""


def write_prompts(
    study: Study,
    folder: str | PathLike[str],
    analyst: str,
    random_seed: int,
    *,
    repeats: int = 3,
    rest: bool = False,
    all_judged: bool = False,
    sample: str | None = None,
    other_hypotheses: Mapping[str, Hypothesis] | None = None,
) -> Asked:
    """Write prompts for a language model that is to judge the findings of a study; nothing is sent anywhere.

    Parameters
    ----------
    study : Study
        What is to be judged.
    folder : path
        A new folder.
    analyst : str
        The identifier of the model's coding.
    random_seed : int
        The sample and the order of the findings follow from it.
    repeats : int
        How many times each prompt is asked, at least 1.
    rest : bool
        Whether the items that this analyst has judged already are left out.
    all_judged : bool
        Whether they ask about every explanation that the case files judge, not the study's own alone.
    sample : str or None
        How many findings are drawn at random, spread over the cases: a number or a percentage such as '20%'; None for all.
    other_hypotheses : mapping of identifiers to Hypothesis
        What the case files judge for the sake of other studies.

    Returns
    -------
    Asked
        The findings that are asked about.

    Raises
    ------
    AnalysisError
        Where the analyst has judged some of the items and `rest` is not asked for, or nothing is left to judge.
    UsageError
        Where the folder is there already; for fewer than 1 repeat, a sample that is none, the analyst 'pool'.
    """
    target = Path(folder)
    if target.exists():
        raise UsageError(f"{target} is there already; name another folder, or move it away")
    if repeats < 1:
        raise UsageError(f"--repeat {repeats}: ask each prompt once or more")
    made = asked(study, analyst, random_seed, rest=rest, all_judged=all_judged, sample=sample)
    explained = {one.id: one for one in made.explained(study, other_hypotheses or {}, analyst)}
    lines, texts = [], {}
    for number, item in enumerate(made.rows, 1):
        for form, order in designs():
            name, messages = prompt_name(item, explained, form, order), _messages(study, item, explained, form, order)
            lines += [{"prompt": name, "repeat": k, "messages": messages} for k in range(1, repeats + 1)]
            place = f"prompts/{FORMATS[form].replace(' ', '_')}_order_{order}/{number:04d}.txt"
            texts[place] = "\n\n---- the next message ----\n\n".join(messages) + "\n"
    told = _READ_ME.format(title=study.title, analyst=analyst, number=made.findings, repeats=repeats, asks=len(lines))
    files = {
        "README.txt": told,
        "schema.json": json.dumps(SCHEMA, indent=1) + "\n",
        "prompts.jsonl": "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
        **texts,
    }
    with write_folder(target) as held:
        write_files({held / name: text.encode("utf-8", "replace") for name, text in files.items()})
    return made


def designs() -> Iterator[tuple[str, int]]:
    """Yield each format with each order."""
    return ((form, order) for form in FORMATS for order in ORDERS)


def listed(key: str, explanations: Sequence[str], order: int) -> list[str]:
    """Return explanations in the order in which a prompt lists them, which follows from the key of its finding.

    Parameters
    ----------
    key : str
        The key of the finding, `BlindItem.key`.
    explanations : sequence of str
        What is judged; which others are listed does not change how two of them stand to each other.
    order : int
        1, or 2 for the reverse.
    """
    return sorted(explanations, key=lambda h: digest(key, h), reverse=order == ORDERS[-1])


def prompt_name(item: BlindItem, explained: Mapping[str, BlindExplanation], form: str, order: int) -> str:
    """Return the name of a prompt, from fingerprints of all that it shows, so that a change of any of it is noticed."""
    shown = digest(*(explained[h].digest for h in item.explanations))
    return "-".join((item.key[:LONGEST], item.digest[:LONGEST], shown[:LONGEST], form, str(order)))


def _messages(study: Study, item: BlindItem, explained: Mapping[str, BlindExplanation], form: str, order: int) -> list[str]:
    names = listed(item.key, item.explanations, order)
    facts = [("Finding", item.finding), ("Case", item.where), ("Date", item.date), ("Source", item.sources)]
    facts += [("In the words of the source", item.quote), ("Judge as if you knew", item.knowing)]
    told = "\n".join(f"{head}: {text}" for head, text in facts if text)
    start = _HOW.format(chances=f"{study.range_coverage * 100:g}") + (
        f"\nQuestion of the study: {study.question}\n" if study.question else ""
    )
    if form == ALL:
        return [f"{start}\n{told}\n\n{_statements(names, explained)}\n\n{_answer(names)}"]
    first = f"{start}\n{told}\n\n{_statements(names[:1], explained)}\n\n{_answer(names[:1])}"
    more = [f"The same finding. {_statements([name], explained)}\n\n{_answer([name])}" for name in names[1:]]
    return [first, *more]


def _statements(names: Sequence[str], explained: Mapping[str, BlindExplanation]) -> str:
    parts = [f"{'Value' if IS in name else 'Explanation'} {name}: {explained[name].statement or explained[name].label}" for name in names]
    return "\n".join(parts)


def _answer(names: Sequence[str]) -> str:
    example = ", ".join(f'{{"explanation": {json.dumps(name, ensure_ascii=False)}, "low": ..., "high": ...}}' for name in names)
    return _ANSWER.format(example=example)
