"""A folder that makes a study transparent: a preregistration, annotations of every item, and how an editor verifies it."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from processtrace import citation
from processtrace.errors import UsageError
from processtrace.formats import read_files
from processtrace.formats.atomic import write_files, write_folder
from processtrace.inference.update import update
from processtrace.paper.preregistration import preregistration
from processtrace.tables.appendix import REASON
from processtrace.tables.write import to_csv

if TYPE_CHECKING:
    import pandas as pd

    from processtrace.study import Study

TOLERANCE = 1e-9
"""How far a posterior may be from the one that was handed in: another machine may differ in the last digits."""


def transparency(study: str | PathLike[str], folder: str | PathLike[str], *, replace: bool = False) -> list[Path]:
    """Write what editors and readers need to follow and verify a study, whole or not at all.

    The folder holds `preregistration.md`, a text from the locked plan under the headings of the qualitative template of Haven
    and others (2020); `annotations.csv`, a row for each item with an analytic note, the excerpt of the source and the source, for
    annotation; `study/`, the files of the study; `posterior.json`; `verify.py`; and a `README.md` with the one command that
    verifies all of it.

    Parameters
    ----------
    study : path
        A study file, workbook, or folder of CSV pages.
    folder : path
        A folder that is new or empty.
    replace : bool
        Whether a folder that this function has written before is replaced as a whole.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    StudyError
        If the study has mistakes.
    UsageError
        If the folder holds something else, or earlier files that are not to be replaced.
    ContradictionError
        If every explanation of a case is refuted.

    References
    ----------
    Haven, T. L. and others (2020). Preregistering Qualitative Research: A Delphi Study. International Journal of Qualitative
    Methods 19. doi:10.1177/1609406920976417
    """
    read, target = read_files(study), Path(folder)
    if not replace and target.is_dir() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty; name a new folder")
    home = read.project
    inputs = {f"study/{path.relative_to(home).as_posix()}": path.read_bytes() for path in read.paths}
    name = "study" if Path(study).is_dir() and read.paths[0].suffix == ".csv" else f"study/{read.paths[0].relative_to(home).as_posix()}"
    contents: dict[str, bytes | str] = {
        **inputs,
        "README.md": _readme(read.study, name),
        "preregistration.md": preregistration(read.study),
        "annotations.csv": to_csv(annotated(read.study)).encode("utf-8-sig"),
        "posterior.json": json.dumps(_posterior(read.study, name, inputs), ensure_ascii=False, indent=1) + "\n",
        "verify.py": files("processtrace.paper").joinpath("templates", "verify.txt").read_text(encoding="utf-8"),
    }
    with write_folder(target, replace=True) as made:
        write_files({made / inner: content for inner, content in contents.items()})
    return [target / inner for inner in contents]


def annotated(study: Study) -> pd.DataFrame:
    """Return a row for each item: the passage it stands for, an analytic note, the excerpt of its source, and the source.

    Parameters
    ----------
    study : Study
        The study.

    Returns
    -------
    pandas.DataFrame
        Indexed (case, evidence), as Annotation for Transparent Inquiry asks for it: `Analytic note` says why the finding is as
        probable as it was judged to be, explanation by explanation, with the notes on the item and of its analysts, and what a
        clue of a causal model shows. `Status` says whether the finding was made, looked for and not made, or only planned.
    """
    import pandas as pd

    from processtrace.tables import appendix

    table = appendix(study)
    rows = []
    for (case, evidence), record in zip(table.index, table.to_dict("records"), strict=True):
        item = study.case(case).item(evidence)
        said = [f"{name}: {record[f'{name}: {REASON}']}" for name in table.attrs["explanations"] if record[f"{name}: {REASON}"]]
        shown = [f"It shows {node} = {level} of the causal model." for node, level in (item.observes or {}).items()]
        rows.append(
            {
                "Case": record["Case"],
                "Passage": record["Finding"],
                "Analytic note": " ".join(filter(None, (*shown, *said, str(record["Note"])))),
                "Source excerpt": record["Quote"],
                "Source": "; ".join(filter(None, (str(record["Citations"]), str(record["Sources"])))),
                "Status": record["Status"],
            }
        )
    return pd.DataFrame(rows, columns=["Case", "Passage", "Analytic note", "Source excerpt", "Source", "Status"], index=table.index)


def _posterior(study: Study, name: str, inputs: dict[str, bytes]) -> dict[str, object]:
    """Return what `verify.py` compares with: the posterior, and the hash of each file."""
    found = update(study).posterior
    support = {case.id: {h: float(found.sel(case=case.id, hypothesis=h)) for h in study.explanations} for case in study.cases}
    hashes = {inner: hashlib.sha256(content).hexdigest() for inner, content in inputs.items()}
    return {"title": study.title, "study": name, "tolerance": TOLERANCE, "sha256": hashes, "posterior": support}


def _readme(study: Study, name: str) -> str:
    return f"""# {" ".join(study.title.split())}

What an editor or a reader needs to verify this study. With Python 3.12 or later and processtrace installed, one command does:

```bash
python verify.py
```

It checks that the files in `study/` are those that were handed in, computes the posterior of each case from them, and compares it with
`posterior.json`. It changes nothing, and ends with exit code 0 where all agrees.

| file | what it is |
|---|---|
| `study/` | the study: findings, sources, judgements and reasons; `{name}` is the file to begin with |
| `posterior.json` | the posterior as it was handed in, and the SHA-256 of each file |
| `preregistration.md` | what was planned, under the headings of the qualitative template of Haven and others (2020), doi:10.1177/1609406920976417 |
| `annotations.csv` | for annotation: each finding with an analytic note, the excerpt of its source, the source, and whether it was made |

Everything else, `processtrace run {name}` computes: figures, tables, the report, and what would turn the answer.

Cite the library as: {citation.as_text()}
"""
