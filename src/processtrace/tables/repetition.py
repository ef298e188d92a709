"""Tables: what asking a judge again changes, and what is known of the language models that judged."""

from __future__ import annotations

import pandas as pd

from processtrace.elicitation.repetition import repetition as measured
from processtrace.errors import AnalysisError
from processtrace.study import Study
from processtrace.study.judges import coders, repeated
from processtrace.tables.frames import frame

_COLUMNS = (
    "Judge",
    "Explanation",
    "Against",
    "Repeat noise (dB)",
    "Order, mean (dB)",
    "Order, SD (dB)",
    "Format, mean (dB)",
    "Format, SD (dB)",
    "Items",
)
_UNSAID = "not stated in the study"


def repetition(study: Study) -> pd.DataFrame:
    """Return what asking each judge again changes, in decibels of an item's weight.

    Parameters
    ----------
    study : Study
        A study in which a person judged items twice, or a language model gave several answers.

    Returns
    -------
    pandas.DataFrame
        One row for each judge and pair of explanations, indexed (judge, hypothesis, against), decibels: the noise of judgements
        asked for in the same way; what the order of the explanations does (listed first, minus listed after); what the format
        does (all at once, minus one at a time). Order and format are NaN for people.

    Raises
    ------
    AnalysisError
        If nobody was asked twice.
    """
    found = measured(study)
    names = {h: part.name for h, part in study.explanations.items()}
    rows = [
        dict(
            zip(
                _COLUMNS,
                (
                    study.analysts[judge].name,
                    names[h],
                    names[k],
                    row.noise_db,
                    row.order_mean_db,
                    row.order_sd_db,
                    row.format_mean_db,
                    row.format_sd_db,
                    row.items,
                ),
                strict=True,
            )
        )
        for (judge, h, k), row in found.items()
    ]
    return frame(
        rows,
        _COLUMNS,
        list(found),
        ("judge", "hypothesis", "against"),
        title="What asking a judge again changes, in decibels an item",
        note="Repeat noise: standard deviation of judgements asked for in the same way. Order: the weight where the first explanation is "
        "listed before the other, minus that where it is listed after it. Format: all explanations at once, minus one at a time. Mean "
        "and standard deviation over items.",
        shown=[
            *([name, "text", [name]] for name in _COLUMNS[:3]),
            *([name, "decibels", [name]] for name in _COLUMNS[3:8]),
            ["Items", "count", ["Items"]],
        ],
    )


def transparency(study: Study) -> pd.DataFrame:
    """Return what the study knows of each language model that judged: a sheet to print beside its results.

    Parameters
    ----------
    study : Study
        A study with analysts that name a `model`.

    Returns
    -------
    pandas.DataFrame
        One row for each model and question, indexed (analyst, question). What the study does not know, it says.

    Raises
    ------
    AnalysisError
        If no analyst names a model.
    """
    models = {name: part for name, part in study.analysts.items() if part.model}
    if not models:
        raise AnalysisError("no analyst names a language model under 'model:'")
    rows, index = [], []
    for name, part in models.items():
        for question, answer in _answers(study, name).items():
            rows.append({"Coder": part.name, "Question": question, "Answer": answer})
            index.append((name, question))
    return frame(
        rows,
        ("Coder", "Question", "Answer"),
        index,
        ("analyst", "question"),
        title="Use of language models",
        note="Filled in as far as the study knows it; complete the rest where the study is published.",
        shown=[[name, "text", [name]] for name in ("Coder", "Question", "Answer")],
    )


def _answers(study: Study, name: str) -> dict[str, str]:
    part = study.analysts[name]
    single = [study.analysts[coding] for coding in repeated(study, name)]
    kinds = {key: sorted({coding.asked[key] for coding in single if key in coding.asked}) for key in ("format", "order", "repeat")}
    judged = [(case.id, item.id) for case in study.cases for item in case.evidence if name in (item.judgements or ())]
    people = [other for other in coders(study) if other != name and not study.analysts[other].model]
    common = {
        study.analysts[other].name: sum(other in (study.case(case).item(item).judgements or ()) for case, item in judged)
        for other in people
    }
    compared = ", ".join(f"{who} ({number} items)" for who, number in common.items() if number)
    return {
        "Model": part.model.get("name", _UNSAID),
        "Version": part.model.get("version", _UNSAID),
        "Date of use": part.model.get("date", _UNSAID),
        "Settings": part.model.get("settings", _UNSAID),
        "Task": f"How probable each of {len(judged)} findings is under each explanation",
        "What it was shown": "The blind text of one finding at a time, and the statements of the explanations; no judgement and no result",
        "Sample": part.sample or "every finding that it was asked about",
        "Formats": ", ".join(kinds["format"]) or _UNSAID,
        "Orders of the explanations": ", ".join(kinds["order"]) or _UNSAID,
        "Repeats": str(len(kinds["repeat"])) if kinds["repeat"] else _UNSAID,
        "How its answers enter": f"Their geometric mean, with a weight of {part.weight:g} in the pool",
        "Compared with": compared or "no other coder",
        "Prompts": "Written by 'processtrace ask --prompts'; the names of prompts are fingerprints of what they show",
        "Who ran it, where, at what cost": _UNSAID,
        "What it was trained on that bears on the cases": _UNSAID,
        "What left the machine, under what terms": _UNSAID,
    }
