"""A run that is killed leaves the old results or the new, never half of either; a full disk is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from processtrace.formats.atomic import replaced

ROOT = Path(__file__).parents[2]
STUDY = """
title: Small
hypotheses: {a: {}, b: {}}
cases: [case.yaml]
"""
CASE = """
case: x
evidence:
  - id: one
    finding: A finding.
    probability: {a: 0.8, b: 0.2}
"""
WRITER = """
    import itertools, sys
    from pathlib import Path
    from processtrace.formats.atomic import replaced

    for version in itertools.count(1):
        with replaced(Path(sys.argv[1])) as folder:
            for name in range(20):
                (folder / f"{name}.txt").write_text(str(version))
        print(version, flush=True)
"""


def contents(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.glob("*.txt")}


def hidden(parent: Path) -> list[str]:
    return [path.name for path in parent.iterdir() if path.name.startswith(".")]


@pytest.mark.skipif(sys.platform != "linux", reason="folders are exchanged in one step on Linux")
def test_killed_at_any_moment_leaves_one_version_whole(tmp_path):
    """Forty kills at moments spread over the writing and the exchange, each leaving twenty files of one version."""
    target = tmp_path / "results"
    for delay in range(40):
        writer = subprocess.Popen([sys.executable, "-c", textwrap.dedent(WRITER), str(target)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert writer.stdout is not None
        assert writer.stdout.readline()
        time.sleep(delay * 0.0005)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        assert len(list(target.glob("*.txt"))) == 20
        assert len(contents(target)) == 1
    with replaced(target):
        pass
    assert hidden(tmp_path) == []


def small(tmp_path: Path) -> Path:
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    return tmp_path / "study.yaml"


def run(study: Path, before: str = "pass") -> subprocess.Popen[str]:
    program = f"import sys; {before}; from processtrace.cli import main; sys.argv = ['processtrace', 'run', {str(study)!r}, '--no-sample', '--quiet']; main()"
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
def test_a_killed_run_and_a_full_disk_leave_the_old_results(tmp_path):
    study = small(tmp_path)
    results = tmp_path / "results" / "study"
    results.mkdir(parents=True)
    (results / ".processtrace").write_text("")
    (results / "old.txt").write_text("old")
    killed = run(study)
    deadline = time.monotonic() + 60
    while not hidden(results.parent) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert hidden(results.parent), "the run has begun to write"
    killed.kill()
    killed.communicate()
    assert contents(results) == {"old"}

    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))"
    )
    full = run(study, before=limit)
    _, told = full.communicate(timeout=120)
    assert full.returncode == 1
    assert "Traceback" not in told
    assert "too large" in told
    assert contents(results) == {"old"}
    assert hidden(results.parent) == []


def test_results_set_aside_by_a_run_killed_between_two_renames_come_back(tmp_path):
    """Where folders cannot be exchanged in one step."""
    finished = subprocess.Popen([sys.executable, "-c", "pass"])
    finished.wait()
    old = tmp_path / f".results-{finished.pid}-abc-old"
    old.mkdir()
    (old / ".processtrace").write_text("")
    (old / "kept.txt").write_text("old")
    with pytest.raises(KeyboardInterrupt), replaced(tmp_path / "results"):
        raise KeyboardInterrupt
    assert contents(tmp_path / "results") == {"old"}
    assert hidden(tmp_path) == []
