"""A study to begin with: it runs as it is, and its comments explain every key."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from processtrace.errors import UsageError
from processtrace.formats.atomic import write_files, write_folder
from processtrace.formats.identifiers import identifier, shortened
from processtrace.formats.yaml.meanings import MEANINGS
from processtrace.formats.yaml.read import load_study
from processtrace.formats.yaml.schema import KINDS, schema
from processtrace.formats.yaml.write import scalar
from processtrace.study.scales import ICD_203
from processtrace.study.values import LONGEST_ID, LONGEST_LABEL
from processtrace.text.names import spelled

MOST = 30
_LEVELS = {
    "range": {"low": "[0.15, 0.35]", "middle": "[0.3, 0.55]", "high": "[0.45, 0.75]"},
    "point": {"low": "0.2", "middle": "0.4", "high": "0.6"},
}


@dataclass(frozen=True)
class _Named:
    id: str
    label: str


RIVALS = [_Named(word, f"Replace me ({word})") for word in ("first", "second", "third")]
CASE = [_Named("first_case", "Replace me (the case)")]


def named(texts: Sequence[str], otherwise: str) -> list[_Named]:
    """Return names of people as identifiers with labels; UsageError for one that is empty or is given twice."""
    made: dict[str, _Named] = {}
    for text in (" ".join(text.split()) for text in texts):
        valid = re.fullmatch(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}", text)
        label = spelled(text) if valid else text
        if not text or label in [one.label for one in made.values()]:
            raise UsageError(f"{otherwise} '{text}': {'given twice' if text else 'an empty name'}; each needs a name of its own")
        name = text if valid else identifier(text, made, otherwise)
        made[name] = _Named(name, shortened(label, LONGEST_LABEL))
    return list(made.values())


def write_starter(folder: Path, hypotheses: Sequence[str] | None = None, case: str | None = None) -> Path:
    """Write a commented study to a new folder: whole or not at all.

    Parameters
    ----------
    folder : Path
        A folder that is new or empty.
    hypotheses : sequence of str or None
        The names of the rival explanations; placeholders where they are left out.
    case : str or None
        The name of the case; a placeholder where it is left out.

    Returns
    -------
    Path
        The study file.

    Raises
    ------
    UsageError
        Where files are there already, or for fewer than two hypotheses.
    """
    if hypotheses is not None and not 2 <= len(hypotheses) <= MOST:
        raise UsageError(f"hypotheses: {len(hypotheses)}; from 2 to {MOST} names, separated by commas")
    folder = folder.absolute()
    rivals = RIVALS if hypotheses is None else named(hypotheses, "hypothesis")
    (episode,) = CASE if case is None else named([case], "case")
    main = Path("models", f"{identifier(folder.name, otherwise='study')}.yaml")
    with write_folder(folder) as made:
        write_files({made / path: text for path, text in _texts(main, rivals, episode).items()})
        load_study(made / main)
    return folder / main


def _texts(main: Path, rivals: list[_Named], case: _Named) -> dict[Path, str]:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(loader=PackageLoader("processtrace.formats.yaml"), undefined=StrictUndefined, keep_trailing_newline=True)
    pages.filters["yaml"] = scalar
    values = {"hypotheses": rivals, "case": case, "levels": _LEVELS, "words": ICD_203}
    texts: dict[Path, str] = {}
    for path, name in ((main, "study"), (Path("evidence", f"{case.id}.yaml"), "case"), (Path("evidence", "references.bib"), "references")):
        page = pages.get_template(f"{name}.txt")
        shown = page.render(**values, more={kind: {} for kind in MEANINGS})
        texts[path] = page.render(**values, more={kind: _not_in(shown, kind) for kind in MEANINGS})
    return texts | {Path("schema", f"{kind}.json"): json.dumps(schema(kind), indent=1, ensure_ascii=False) + "\n" for kind in KINDS}


def _not_in(text: str, kind: str) -> dict[str, str]:
    """Return the keys of a part that no line of the text shows, with what they mean."""
    part = text.partition("\nevidence:")[2] if kind == "Evidence" else text
    indent = "(    |  - )" if kind == "Evidence" else ""
    return {key: meaning for key, meaning in MEANINGS[kind].items() if not re.search(rf"^{indent}{key}:", part, re.MULTILINE)}
