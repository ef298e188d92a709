# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""What starting costs: the import, the help, and `check` of the alignment study; interpreter start included."""

from __future__ import annotations

from side_by_side import Target, medians, program, show

LOAD = """
from pathlib import Path
from ruamel.yaml import YAML
cases = ["kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan", "shared"]
for path in [Path("models/alignment.yaml"), *(Path("evidence") / f"{case}.yaml" for case in cases)]:
    YAML(typ="rt").load(path.read_text(encoding="utf-8"))
"""

if __name__ == "__main__":
    seconds = medians(
        {
            "import processtrace": program("-c", "import processtrace"),
            "import xarray": program("-c", "import xarray"),
            "processtrace --help": program("-m", "processtrace", "--help"),
            "import numpy": program("-c", "import numpy"),
            "processtrace check": program("-m", "processtrace", "check", "models/alignment.yaml"),
            "bare ruamel load": program("-c", LOAD),
        },
        rounds=7,
    )
    show(
        "Starting",
        seconds,
        [
            Target("import processtrace", "import xarray", 1.2),
            Target("processtrace --help", "import numpy", 1.0),
            Target("processtrace check", "bare ruamel load", 3.0),
        ],
    )
