"""The instructions for a second coder, in plain words."""

from __future__ import annotations

from processtrace.study import Study
from processtrace.study.judged import ends
from processtrace.text.names import counted

TITLE = "How to judge"


def how_to_judge(study: Study, analyst: str, number: int, repeated: int = 0) -> list[str]:
    """Return the lines of the first page of a blind sheet."""
    chances = f"{study.range_coverage * 100:g} chances in 100"
    words = [
        f"   {word}: {ends(meant)[0]:g} to {ends(meant)[1]:g}" if isinstance(meant, tuple) else f"   {word}: {meant:g}"
        for word, meant in study.scale_of_words.items()
    ]
    return [
        "How to judge",
        f"Study: {study.title}",
        *([f"Question: {study.question}"] if study.question else []),
        f"{number} findings, to be judged by {analyst}.",
        "",
        "You see what was found, when, and who reported it; the explanations are on the page Explanations. You do not see how anyone "
        "else judged, and the order is random, so that each finding is judged by itself. Please read the explanations first.",
        *(
            [f"{counted(repeated, 'finding', 'findings')} will come up a second time. Please judge each anew, without looking back."]
            if repeated
            else []
        ),
        "",
        "For each finding on the page Judgements, take the explanations one at a time:",
        "1. Imagine the world in which this explanation is right, and in which you have not yet looked.",
        "2. Ask: how probable is it, in that world, that a finding of this kind and degree is there to be found at this point? Not in these "
        "very words, on this very day or with this very figure, but one that says as much.",
        "3. Write that probability in the column of the explanation, and in a sentence why.",
        "4. Leave that world, imagine the next one, and ask again. What you wrote before does not bind you: the numbers of a row need not add up "
        "to 1, and what is likely under one explanation may be likely under all of them.",
        "",
        "A probability is written as one of these, and a row keeps to numbers or to words:",
        "   a number from 0 to 1: 0.3",
        f"   a range, from the lowest to the highest that you would defend: 0.2 to 0.5. Put {chances} on the truth being inside it.",
        "   a word of this scale, or two:",
        *words,
        "0 says that the finding is impossible under that explanation, and 1 that it is certain: one such number decides everything.",
        "",
        "Where an explanation says nothing about a finding, judge it as the mean of those that speak.",
        "Do not write a lower probability because the source may be wrong: how far each source is trusted is set elsewhere.",
        "Some of what is listed was looked for and not found, or has yet to be looked for. Judge it in the same way: how probable is it that it is "
        "there to be found?",
        *(
            [
                "Some columns name the value of a cause in place of an explanation: judge a row that asks for them given that value, whichever "
                "explanation is right."
            ]
            if any(item.about for case in study.cases for item in case.evidence)
            else []
        ),
        "Where the column Knowing that names something, judge as if you knew it already.",
        "",
        "A row that you cannot judge stays wholly blank; a row that you begin needs a probability in each column of an explanation.",
        "Leave the numbers in the first column and what stands beside them as they are: each number comes back with its own finding, or the row is "
        "refused. You may sort the rows with all their columns together, widen columns and save as often as you like.",
        "On the page About you, say who judged: it is printed with the results. Then save as .xlsx and send the file back.",
    ]
