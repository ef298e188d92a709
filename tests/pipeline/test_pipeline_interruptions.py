"""A run that is stopped, killed, or meets a full disk leaves the old results whole or the new ones, and nothing else.

The long tests take some minutes each: `pytest -m long tests/pipeline/test_pipeline_interruptions.py`. That of full disks mounts a small
file system in memory, for which it needs to be root on Linux.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from processtrace.formats.atomic import write_files

STUDY = "title: Small\nhypotheses: {a: {}, b: {}}\ncases: [case.yaml]\n"
CASE = "case: x\nevidence:\n  - id: one\n    finding: A finding.\n    probability: {a: 0.8, b: [0.2, 0.4]}\n"
START = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
import sys
from processtrace.cli import main
sys.argv[0] = "processtrace"
main()
"""
SIGNALS = ("SIGKILL", "SIGINT", "SIGTERM")


def study_in(folder: Path) -> Path:
    write_files({folder / "study.yaml": STUDY, folder / "case.yaml": CASE})
    return folder / "study.yaml"


def started(study: Path, out: Path) -> subprocess.Popen[str]:
    """Start a run as a terminal does: a shell in the background lets its programs ignore SIGINT, and so those that they start."""
    command = [sys.executable, "-c", START, "run", str(study), "--out", str(out), "--draws", "100", "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def finished(study: Path, out: Path) -> None:
    run = started(study, out)
    _, printed = run.communicate()
    assert run.returncode == 0, printed


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def others(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "out")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], float]:
    """A study, everything that a run of it writes, and how many seconds it takes."""
    folder = tmp_path_factory.mktemp("whole")
    study = study_in(folder / "study")
    began = time.monotonic()
    finished(study, folder / "out")
    return study, snapshot(folder / "out"), time.monotonic() - began


def old_results(folder: Path) -> dict[str, bytes]:
    write_files({folder / "out" / ".processtrace": "", folder / "out" / "report.html": "old", folder / "out" / "tables" / "a.csv": "old"})
    return snapshot(folder / "out")


def stopped_at(study: Path, folder: Path, delay: float, how: str) -> tuple[int, str]:
    run = started(study, folder / "out")
    time.sleep(delay)
    run.send_signal(getattr(signal, how))
    _, printed = run.communicate()
    return run.returncode, printed


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("how", SIGNALS)
def test_a_stopped_run_leaves_the_old_results_or_the_new_ones(whole, tmp_path, how):
    """Thirty random moments each, from the start to a little after the usual end; seeded, but the machine's speed varies.

    A run that is asked to stop puts away what it has begun; what a killed run leaves is put away by the next that ends.
    """
    study, new, seconds = whole
    moments = random.Random(how)
    for turn in range(30):
        folder = tmp_path / (how if how == "SIGKILL" else str(turn))
        old = old_results(folder) if turn == 0 or how != "SIGKILL" else snapshot(folder / "out")
        code, printed = stopped_at(study, folder, moments.uniform(0.02, 1.05) * seconds, how)
        assert snapshot(folder / "out") in (old, new), turn
        if how != "SIGKILL":
            assert others(folder) == [], (turn, code, printed)
            assert "Traceback" not in printed or "import" in printed, printed
    finished(study, folder / "out")
    assert snapshot(folder / "out") == new
    assert others(folder) == []


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a file system in memory")
def test_a_disk_that_fills_up_leaves_the_old_results(whole, tmp_path):
    """Thirty sizes, from one that holds nothing to one that nearly holds everything."""
    study, new, _ = whole
    needed = sum(len(content) for content in new.values())
    for turn in range(30):
        disk = tmp_path / str(turn)
        disk.mkdir()
        room = 16_384 + int(needed * turn / 29 * 1.02)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room // 1024}k", "none", str(disk)], check=True)
        try:
            old = old_results(disk)
            run = started(study, disk / "out")
            _, printed = run.communicate()
            left = snapshot(disk / "out")
            assert left in (old, new)
            assert (left == new) == (run.returncode == 0)
            assert others(disk) == []
            if run.returncode:
                assert run.returncode == 1, (run.returncode, printed)
                assert "Traceback" not in printed
                assert "No space left on device; a file or folder that can be read or written, on a disk with room" in printed
        finally:
            subprocess.run(["umount", str(disk)], check=True)
            shutil.rmtree(disk)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_a_run_that_is_asked_to_stop_puts_away_what_it_has_begun(tmp_path, how):
    study = study_in(tmp_path / "study")
    folder = tmp_path / "results"
    old = old_results(folder)
    run = started(study, folder / "out")
    while not others(folder) and run.poll() is None:
        time.sleep(0.02)
    run.send_signal(getattr(signal, how))
    _, printed = run.communicate()
    assert (run.returncode, printed.strip()) == (1, "stopped")
    assert snapshot(folder / "out") == old
    assert others(folder) == []
