"""An analyst's judgements written into the files of a study; whatever is not touched stays as it was, to the byte."""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from processtrace.errors import AnalysisError, StudyError
from processtrace.formats.atomic import write_files
from processtrace.formats.yaml.blocks import Block, Blocks, replace_spans
from processtrace.formats.yaml.read import load_study
from processtrace.formats.yaml.study_files import StudyFiles
from processtrace.formats.yaml.write import analyst_yaml, in_braces, judgement_yaml
from processtrace.study import SCALES, Analyst, Judgement, Study

_MOVED = (*SCALES, "because", "anchor", "judged")


@dataclass(frozen=True)
class Added:
    """Judgements by analyst, and by case and item, and the analysts to declare.

    `first` names the analyst to whom the common judgements belong that they are written beside.
    """

    judgements: Mapping[str, Mapping[tuple[str, str], Judgement]]
    first: str | None
    declared: Mapping[str, Analyst]


def add_judgements(files: StudyFiles, added: Added, expected: Study) -> list[Path]:
    """Write judgements into the case files and declare new analysts: all files change, or none.

    Parameters
    ----------
    files : StudyFiles
        The study with its files.
    added : Added
        What to write.
    expected : Study
        The study that the changed files must hold.

    Returns
    -------
    list of Path
        The files that changed.

    Raises
    ------
    AnalysisError
        Where the changed files would not read as the study `expected`; nothing is changed then.
    """
    contents: dict[Path, bytes] = {}
    for case, path in files.case_paths.items():
        for analyst, judgements in added.judgements.items():
            mine = {item: part for (owner, item), part in judgements.items() if owner == case}
            if mine:
                change = partial(_with_judgements, analyst=analyst, judgements=mine, first=added.first)
                contents[path] = _changed(path, change, contents.get(path))
    if added.declared:
        home = _home_of_analysts(files)
        contents[home] = _changed(home, partial(_with_analysts, declared=added.declared), contents.get(home))
    _rehearse(files, contents, expected)
    write_files(contents)
    return list(contents)


def _changed(path: Path, change: Callable[[str], str], content: bytes | None = None) -> bytes:
    """Return the bytes of a file after a change of its text; its mark and the ends of its lines stay."""
    raw = path.read_bytes() if content is None else content
    text = raw.decode("utf-8-sig")
    windows = "\r\n" in text
    try:
        made = change(text.replace("\r\n", "\n"))
    except ValueError as why:
        read = f"{path}: {why}, which is not changed automatically"
        raise AnalysisError(f"{read}; write each item of the evidence on lines of its own, after '- '") from None
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    return mark + (made.replace("\n", "\r\n") if windows else made).encode()


def _with_judgements(text: str, analyst: str, judgements: Mapping[str, Judgement], first: str | None) -> str:
    held = Blocks(text)
    evidence = next(entry for entry in held.top() if entry.key == "evidence")
    changes: list[tuple[int, int, str]] = []
    for node, until in held.items(evidence):
        entries = held.entries(node, until)
        name = next(str(entry.value.value).strip() for entry in entries if entry.key == "id")
        if name in judgements:
            changes += _item_changes(held, entries, judgement_yaml(analyst, judgements[name]), first)
    return replace_spans(held.text, changes)


def _item_changes(held: Blocks, entries: list[Block], new: str, first: str | None) -> list[tuple[int, int, str]]:
    pad = " " * entries[0].column
    by_key = {entry.key: entry for entry in entries}
    end = max(entry.end for entry in entries)
    if "judgements" in by_key:
        entry = by_key["judgements"]
        inner = held.inner(entry)
        if inner:
            return [(inner[-1].end, inner[-1].end, textwrap.indent(new, " " * inner[0].column))]
        raise ValueError(f"the judgements of '{_id(entries)}', which are written in braces")
    changes = []
    if "status" in by_key and str(by_key["status"].value.value).strip() == "unjudged":
        if by_key["status"].first:
            raise ValueError(f"the item '{_id(entries)}', which begins with its status")
        changes.append((by_key["status"].start, by_key["status"].end, ""))
    moved = [entry for entry in entries if entry.key in _MOVED]
    if any(entry.first for entry in moved):
        raise ValueError(f"the item '{_id(entries)}', which begins with its judgement")
    if not any(entry.key in SCALES for entry in moved):
        return [*changes, (end, end, f"{pad}judgements:\n" + textwrap.indent(new, pad + "  "))]
    old = textwrap.indent("".join(held.text[entry.start : entry.end] for entry in moved), "    ")
    body = f"{pad}judgements:\n{pad}  {first}:\n{old}" + textwrap.indent(new, pad + "  ")
    changes += [(entry.start, entry.end, "") for entry in moved[1:]]
    return [*changes, (moved[0].start, moved[0].end, body)]


def _id(entries: list[Block]) -> str:
    return next(str(entry.value.value) for entry in entries if entry.key == "id")


def _home_of_analysts(files: StudyFiles) -> Path:
    """Return the file of what several studies share, if there is one, since they read the same cases; else the study's own."""
    unlocked = files.paths[: len(files.paths) - len(files.study.lock)]
    shared = [path for path in unlocked if path not in (files.paths[0], *files.case_paths.values()) and path.suffix in (".yaml", ".yml")]
    return shared[0] if shared else files.paths[0]


def _with_analysts(text: str, declared: Mapping[str, Analyst]) -> str:
    held = Blocks(text)
    body = "".join(map(analyst_yaml, declared.values()))
    if held.root.flow_style:
        raise ValueError("a file in braces")
    entry = next((entry for entry in held.top() if entry.key == "analysts"), None)
    if entry is None:
        return held.text + "analysts:\n" + textwrap.indent(body, "  ")
    inner = held.inner(entry)
    if inner:
        return replace_spans(held.text, [(inner[-1].end, inner[-1].end, textwrap.indent(body, " " * inner[0].column))])
    node = entry.value
    if getattr(node, "flow_style", False) and node.value and entry.start <= node.start_mark.index:
        place = node.end_mark.index - 1
        return replace_spans(held.text, [(place, place, "".join(f", {in_braces(analyst)}" for analyst in declared.values()))])
    if isinstance(node.value, list) and node.value:
        raise ValueError("the analysts, which are written elsewhere in the file")
    return replace_spans(held.text, [(entry.start, entry.end, "analysts:\n" + textwrap.indent(body, "  "))])


def _rehearse(files: StudyFiles, contents: Mapping[Path, bytes], expected: Study) -> None:
    """Read the study from a copy of its files with the changes in place; AnalysisError where it is not the expected one."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve()
        (copy / ".git").mkdir()
        write_files({copy / path.relative_to(files.project): contents.get(path) or path.read_bytes() for path in files.paths})
        try:
            read: Study | None = load_study(copy / files.paths[0].relative_to(files.project))
        except StudyError:
            read = None
    if read != expected:
        raise AnalysisError(
            "the judgements cannot be written into these files without changing something else; nothing was changed; "
            "write the evidence as plain lists and mappings, without anchors (&) and aliases (*), and merge again"
        )
