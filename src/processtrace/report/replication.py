"""What a reader needs to check a study without its authors: one ZIP, the same bytes for the same content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

NAME = "replication.zip"
_WHEN = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can hold
_README = """{title}
{line}

Everything that the results of this study rest on, readable without any program:

study/      the study as it was read: explanations, findings, judgements with their reasons, sources, bibliography.
            Text files (YAML, BibTeX); 'probability' is how probable the finding is under each explanation, a number or a
            range that is meant to hold nine times in ten.
results/    posterior.json and robustness.json, every number in full precision; tables as CSV (UTF-8, one heading row).
PROVENANCE.txt  the command, the seed, the versions, and the SHA-256 of each input.

In posterior.json each case has the prior and the posterior probability of every explanation, given that one of them is
right, and for each item its weight in decibels relative to the explanation it supports most (10 dB is ten to one).

To compute everything again, with Python 3.12 or later, in this folder:

    pip install processtrace{version}
    cd study
    {command}

What the numbers mean, in one line: log posterior = log prior + sum over items of log P(item | explanation), normalised;
ranges, sources of uncertain reliability and dependent items are integrated out.
"""


def replication(title: str, inputs: Mapping[str, Path], results: Mapping[str, Path], provenance: Mapping[str, str], command: str) -> bytes:
    """Return the ZIP as bytes, the same for the same content.

    Parameters
    ----------
    title : str
        The title of the study.
    inputs, results : mapping of str to Path
        Files by their names in the folders `study/` and `results/` of the ZIP.
    provenance : mapping of str to str
        What `provenance` returns.
    command : str
        The command that gives the results when it is run in the folder `study/`.
    """
    version = f"=={provenance['processtrace']}" if "processtrace" in provenance else ""
    files = {f"study/{name}": path.read_bytes() for name, path in inputs.items()}
    files |= {f"results/{name}": path.read_bytes() for name, path in results.items()}
    files["PROVENANCE.txt"] = "".join(f"{name}: {value}\n" for name, value in provenance.items()).encode()
    files["README.txt"] = _README.format(title=title, line="=" * len(title), version=version, command=command).encode()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(entry, files[name], compresslevel=9)
    return held.getvalue()
