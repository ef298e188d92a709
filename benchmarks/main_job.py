# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""The whole main job, `run` of the alignment study with warm caches, against the import of what it needs in one process."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from side_by_side import Target, medians, program, show


def run() -> None:
    with TemporaryDirectory() as folder:
        program("-m", "processtrace", "run", "models/alignment.yaml", "--out", str(Path(folder) / "results"))()


if __name__ == "__main__":
    imports = "import pymc, arviz, matplotlib.pyplot"
    seconds = medians({"processtrace run": run, "imports alone": program("-c", imports)}, rounds=3)
    show("The main job", seconds, [Target("processtrace run", "imports alone", 12.0)])
