"""What a type checker is told of the library agrees with what the library takes and gives."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import processtrace as pt

HERE = Path(__file__).parent
PROGRAM = HERE / "program.py"
CACHE = HERE.parents[1] / ".mypy_cache" / "typing"


def test_a_typed_program_runs() -> None:
    made = runpy.run_path(str(PROGRAM))
    assert list(pt.update(made["study"]).case.values) == ["north"]


def test_mypy_accepts_it_and_knows_each_type() -> None:
    source = Path(pt.__file__).parents[1]
    where = {} if source.name == "site-packages" else {"MYPYPATH": str(source)}
    call = [sys.executable, "-m", "mypy", f"--config-file={HERE / 'mypy.ini'}", f"--cache-dir={CACHE}", str(PROGRAM)]
    done = subprocess.run(call, capture_output=True, text=True, check=False, env={**os.environ, **where})
    assert done.stdout.splitlines()[-1:] == ["Success: no issues found in 1 source file"], done.stdout + done.stderr
