"""Coded passages of other programs become items that are still unjudged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from processtrace.formats.foreign.imported import Imported
from processtrace.formats.foreign.refi_qda_codes import Code
from processtrace.formats.foreign.refi_qda_file import Document, Passage, QdaProject
from processtrace.formats.identifiers import identifier, label_of, shortened
from processtrace.study import Case, Citation, Evidence, Hypothesis, Reference, Source, Study, Tag
from processtrace.study.frozen import Map
from processtrace.study.values import LONGEST_ID
from processtrace.text.dates import date_span
from processtrace.text.names import counted

RULE = (
    "A REFI-QDA project (.qdpx of NVivo, ATLAS.ti, MAXQDA and others): each coded passage becomes an item that is still unjudged, "
    "with its codes as tags and its document as source. No numbers are made from codes; name the rival explanations and judge the items."
)
"""How this form becomes numbers; stated first in every study made from it."""

CODEBOOK_RULE = (
    "A REFI-QDA codebook (.qdc): each code becomes a tag, with its definition as note. There are no items yet; name the rival "
    "explanations and write the evidence."
)
"""The same for a codebook."""

SEGMENTS_RULE = (
    "A table of coded passages (exports of MAXQDA, ATLAS.ti, Taguette, Dedoose, QualCoder, Hypothes.is): each passage becomes an item that is "
    "still unjudged, with its codes as tags and its document as source. No numbers are made from codes; name the rival explanations "
    "and judge the items."
)
"""The same for a table of passages."""

LONGEST_FINDING = 300
PLACEHOLDERS = [
    Hypothesis("explanation_1", label="Replace me: first explanation", statement="Replace me: what the first explanation claims."),
    Hypothesis("explanation_2", label="Replace me: second explanation", statement="Replace me: what the second explanation claims."),
]


def study_of_project(project: QdaProject, title: str, case: str, rule: str = RULE) -> Imported:
    """Return the study of a project: one case, an item for each coded passage, a source and a reference for each document.

    The two explanations are placeholders, since codes do not say which explanations compete.

    Parameters
    ----------
    project : QdaProject
        What was read.
    title : str
        A title for a project without a name.
    case : str
        The identifier of the case.
    rule : str
        How the form becomes numbers; it begins the description.
    """
    tags: dict[str, Code] = {}
    names: dict[Code, str] = {}
    used = [code for document in project.documents for passage in document.passages for code in passage.codes]
    for code in dict.fromkeys([*used, *(code for code in project.codes if code.note or not project.documents)]):
        names[code] = identifier(code.name, tags, "code")
        tags[names[code]] = code
    documents: dict[str, Document] = {}
    for document in project.documents:
        documents[identifier(document.name, documents, "document")] = document
    items = [
        _item(f"{key[: LONGEST_ID - 6].rstrip('_-')}_{number}", key, passage, document, names, project.origin)
        for key, document in documents.items()
        for number, passage in enumerate(document.passages, 1)
    ]
    sources = [
        Source(key, label=label_of(one.name, key), kind="document", cite=(Citation(key),), note=_clean(one.note) or None)
        for key, one in documents.items()
    ]
    references = [
        Reference(key, title=_clean(one.name), outlet=f"Document of {project.name or title}", url=one.url, year=one.date[:4])
        for key, one in documents.items()
    ]
    about = _clean(project.description)
    not_taken = f" Not taken over: {'; '.join(dict.fromkeys(project.left_out))}." if project.left_out else ""
    study = Study(
        title=f"Coded passages of {project.name or title}",
        description=rule + not_taken + (f"\n{about}" if about else ""),
        hypotheses=Map({one.id: one for one in PLACEHOLDERS}),
        tags=Map({name: _tag(name, code) for name, code in tags.items()}),
        cases=(Case(case, sources=Map({one.id: one for one in sources}), evidence=tuple(_told_apart(items))),),
        references=Map({one.id: one for one in references}),
    )
    return Imported(study, tuple(_said(project, names, items)), tuple(dict.fromkeys(project.left_out)))


def _said(project: QdaProject, names: dict[Code, str], items: Sequence[Any]) -> list[str]:
    """Return what was taken for what, a line each."""
    passages = [passage for document in project.documents for passage in document.passages]
    counts = [
        (len(items), "passage", "passages", "items, unjudged"),
        (len(names), "code", "codes", "tags"),
        (sum(1 for code in names if code.note), "definition of a code", "definitions of codes", "notes of the tags"),
        (len(project.documents), "document", "documents", "sources"),
        (
            sum(1 for document in project.documents if document.note),
            "document with remarks",
            "documents with remarks",
            "notes of the sources",
        ),
        (sum(1 for document in project.documents if document.date), "date of a document", "dates of documents", "dates of its items"),
        (sum(len(passage.remarks) for passage in passages), "remark on a passage", "remarks on passages", "notes of the items"),
    ]
    lines = [f"{counted(number, one, several)}: {what}" for number, one, several, what in counts if number]
    without = sum(1 for passage in passages if not passage.text)
    lines += [f"{counted(without, 'passage', 'passages')} without text in the file: described by place"] if without else []
    return [*project.said, *lines]


def _tag(name: str, code: Code) -> Tag:
    return Tag(name, label=label_of(code.name, name), group=_clean(code.group) or None, note=_clean(code.note) or None)


def _item(name: str, key: str, passage: Passage, document: Document, tags: dict[Code, str], origin: str) -> dict[str, Any]:
    quote = _clean(passage.text)
    said = [f"{_coded(passage)}{f' in {origin}' if origin else ''}."]
    said += [f"Remarks: {'; '.join(map(_clean, passage.remarks))}"] if passage.remarks else []
    said += [] if quote else ["The project file holds no text of it: describe the finding."]
    at = passage.where if quote and passage.where else None
    return {
        "id": name,
        "finding": shortened(quote, LONGEST_FINDING) if quote else f"{_clean(document.name)}: {_clean(passage.where)}",
        "status": "unjudged",
        "source": key,
        "cite": [{"key": key, "at": _clean(at)}] if at else key,
        "tags": [tags[code] for code in passage.codes],
        "quote": quote or None,
        "note": " ".join(said),
        "date": _date(document.date),
    }


def _coded(passage: Passage) -> str:
    """Return who coded a passage; where they coded it differently, who applied which code."""
    by: dict[str, list[Code]] = {}
    for coder, code in passage.codings:
        by.setdefault(_clean(coder), []).append(code)
    named = {coder: codes for coder, codes in by.items() if coder}
    if not named:
        return "Coded"
    if len(by) > 1 and len({frozenset(codes) for codes in by.values()}) > 1:
        listed = [f"{coder or 'somebody'} ({', '.join(_clean(code.name) for code in codes)})" for coder, codes in by.items()]
        return f"Coded by {', '.join(listed)}"
    return f"Coded by {', '.join(named)}"


def _date(text: str) -> str | None:
    """Return a date that a study can hold, or nothing."""
    try:
        date_span(text)
    except ValueError:
        return None
    return text


def _told_apart(items: list[dict[str, Any]]) -> list[Evidence]:
    taken: set[str] = set()
    made = []
    for item in items:
        name = identifier(item["id"], taken)
        taken.add(name)
        made.append(Evidence(**item | {"id": name}))
    return made


def _clean(text: str) -> str:
    """Return text without marks that neither a reader nor YAML can use; lines end in one character."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    return "".join(c for c in text if c == "\n" or c.isprintable() or c in "\t\N{NO-BREAK SPACE}").replace("\t", " ").strip()
