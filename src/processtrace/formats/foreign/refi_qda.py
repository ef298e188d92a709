"""Coded passages of a REFI-QDA project become items that are still unjudged."""

from __future__ import annotations

import re
from typing import Any

from processtrace.formats.foreign.refi_qda_file import Code, Document, Passage, QdaProject
from processtrace.formats.identifiers import identifier, label_of, shortened
from processtrace.study import Case, Citation, Evidence, Hypothesis, Reference, Source, Study, Tag
from processtrace.study.frozen import Map
from processtrace.study.values import LONGEST_ID

RULE = (
    "A REFI-QDA project (.qdpx of NVivo, ATLAS.ti, MAXQDA and others): each coded passage becomes an item that is still unjudged, "
    "with its codes as tags and its document as source. No numbers are made from codes; name the rival explanations and judge the items."
)
"""How this form becomes numbers; stated first in every study made from it."""

LONGEST_FINDING = 300
PLACEHOLDERS = [
    Hypothesis("explanation_1", label="Replace me: first explanation", statement="Replace me: what the first explanation claims."),
    Hypothesis("explanation_2", label="Replace me: second explanation", statement="Replace me: what the second explanation claims."),
]


def study_of_project(project: QdaProject, title: str, case: str) -> Study:
    """Return the study of a project: one case, an item for each coded passage, a source and a reference for each document.

    The two explanations are placeholders, since codes do not say which explanations compete.
    """
    tags: dict[str, Code] = {}
    names: dict[Code, str] = {}
    for code in dict.fromkeys(code for document in project.documents for passage in document.passages for code in passage.codes):
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
    sources = [Source(key, label=label_of(one.name, key), kind="document", cite=(Citation(key),)) for key, one in documents.items()]
    references = [Reference(key, title=_clean(one.name), outlet=f"Document of {project.name or title}") for key, one in documents.items()]
    return Study(
        title=f"Coded passages of {project.name or title}",
        description=RULE + (f" Not taken over: {'; '.join(dict.fromkeys(project.left_out))}." if project.left_out else ""),
        hypotheses=Map({one.id: one for one in PLACEHOLDERS}),
        tags=Map({name: Tag(name, label=label_of(code.name, name), group=code.group or None) for name, code in tags.items()}),
        cases=(Case(case, sources=Map({one.id: one for one in sources}), evidence=tuple(_told_apart(items))),),
        references=Map({one.id: one for one in references}),
    )


def _item(name: str, key: str, passage: Passage, document: Document, tags: dict[Code, str], origin: str) -> dict[str, Any]:
    quote = _clean(passage.text)
    coders = f"Coded by {', '.join(map(_clean, passage.coders))}" if passage.coders else "Coded"
    said = [f"{coders}{f' in {origin}' if origin else ''}."]
    said += [f"Remarks: {'; '.join(map(_clean, passage.remarks))}"] if passage.remarks else []
    said += [] if quote else ["The project file holds no text of it: describe the finding."]
    return {
        "id": name,
        "finding": shortened(quote, LONGEST_FINDING) if quote else f"{_clean(document.name)}: {passage.where}",
        "status": "unjudged",
        "source": key,
        "cite": key,
        "tags": [tags[code] for code in passage.codes],
        "quote": quote or None,
        "note": " ".join(said),
    }


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
