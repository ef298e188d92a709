"""Files and folders are the old ones or the new ones, never half of either: after a kill, an error at any step, a full disk."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import pytest

from processtrace.errors import UsageError
from processtrace.formats.atomic import write_files, write_folder

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
FOLDERS = """
    import itertools, sys
    from pathlib import Path
    from processtrace.formats.atomic import write_folder

    for version in itertools.count(1):
        with write_folder(Path(sys.argv[1]), replace=True) as folder:
            for name in range(20):
                (folder / f"{name}.txt").write_text(str(version))
        print(version, flush=True)
"""
FILES = """
    import itertools, sys
    from pathlib import Path
    from processtrace.formats.atomic import write_files

    for version in itertools.count(1):
        write_files({Path(sys.argv[1], f"{name}.txt"): f"{version} " * 20_000 for name in range(5)})
        print(version, flush=True)
"""


def contents(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.glob("*.txt")}


def hidden(parent: Path) -> list[str]:
    return [path.name for path in parent.iterdir() if path.name.startswith(".") and path.name != ".processtrace"]


def killed(program: str, target: Path, delay: float) -> None:
    """Let a program write its first version whole, and kill it a moment later."""
    writer = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program), str(target)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout is not None
    assert writer.stdout.readline()
    time.sleep(delay)
    writer.kill()
    writer.wait()
    writer.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="folders are exchanged in one step on Linux")
def test_a_kill_at_any_moment_leaves_one_version_of_a_folder_whole(tmp_path):
    """Forty kills at moments spread over the writing and the exchange, each leaving twenty files of one version."""
    target = tmp_path / "results"
    for delay in range(40):
        killed(FOLDERS, target, delay * 0.0005)
        assert len(list(target.glob("*.txt"))) == 20
        assert len(contents(target)) == 1
    with write_folder(target, replace=True):
        pass
    assert hidden(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="leftovers are removed where the system says which processes run")
def test_a_kill_at_any_moment_leaves_each_file_whole(tmp_path):
    """Twenty kills, each leaving five files, and each file of one version; the next writer removes what lies beside them."""
    left = 0
    for delay in range(20):
        killed(FILES, tmp_path, delay * 0.001)
        texts = [path.read_text() for path in tmp_path.glob("*.txt")]
        assert len(texts) == 5
        for text in texts:
            assert len(set(text.split())) == 1
            assert len(text.split()) == 20_000
        left += len(hidden(tmp_path))
    assert left > 0, "no kill came while a file was being written"
    write_files({tmp_path / f"{name}.txt": "" for name in range(5)})
    assert hidden(tmp_path) == []


def small(tmp_path: Path) -> Path:
    write_files({tmp_path / "study.yaml": STUDY, tmp_path / "case.yaml": CASE})
    return tmp_path / "study.yaml"


def run(study: Path, before: str = "pass") -> subprocess.Popen[str]:
    program = f"import sys; {before}; from processtrace.cli import main; sys.argv = ['processtrace', 'run', {str(study)!r}, '--no-sample', '--quiet']; main()"
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


@pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")
def test_a_killed_run_and_a_full_disk_leave_the_old_results(tmp_path):
    study = small(tmp_path)
    results = tmp_path / "results" / "study"
    write_files({results / ".processtrace": "", results / "old.txt": "old"})
    stopped = run(study)
    deadline = time.monotonic() + 60
    while not hidden(results.parent) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert hidden(results.parent), "the run has begun to write"
    stopped.kill()
    stopped.communicate()
    assert contents(results) == {"old"}

    limit = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))"
    )
    full = run(study, before=limit)
    _, printed = full.communicate(timeout=120)
    assert full.returncode == 1
    assert "Traceback" not in printed
    assert "too large" in printed
    assert contents(results) == {"old"}
    assert hidden(results.parent) == []


STEPS = ((os, "fsync"), (os, "link"), (Path, "replace"), (Path, "chmod"), (tempfile, "mkstemp"))


def failing_at(step: int, patch: pytest.MonkeyPatch) -> list[str]:
    """Make one call of those that write fail, counted over all of them; the list holds what was called."""
    called: list[str] = []
    for owner, name in STEPS:
        real = getattr(owner, name)

        def call(*args, _real=real, _name=name, **kwargs):
            called.append(_name)
            if len(called) == step:
                raise OSError(28, "No space left on device")
            return _real(*args, **kwargs)

        patch.setattr(owner, name, call)
    return called


@pytest.mark.parametrize("replace", [True, False])
def test_an_error_at_any_step_changes_no_file(tmp_path, replace):
    """Each call that writes fails in turn, until none is left to fail."""
    names = ["a", "b", "new/c"]
    for step in range(1, 100):
        folder = tmp_path / str(step)
        folder.mkdir()
        before = {"a": "old a", "b": "old b"} if replace else {}
        for name, text in before.items():
            (folder / name).write_text(text)
        with pytest.MonkeyPatch.context() as patch:
            called = failing_at(step, patch)
            try:
                write_files({folder / name: f"new {name}" for name in names}, replace=replace)
                whole = True
            except OSError:
                whole = False
        found = {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}
        assert found == ({name: f"new {name}" for name in names} if whole else before)
        assert (folder / "new").exists() == whole
        if len(called) < step:
            break
    assert whole
    assert len(called) > 10
    assert len(called) < step


def test_an_error_at_any_step_leaves_the_old_folder(tmp_path):
    for step in range(1, 100):
        target = tmp_path / str(step) / "results"
        with write_folder(target, replace=True) as folder:
            (folder / "a.txt").write_text("old")
        with pytest.MonkeyPatch.context() as patch:
            called = failing_at(step, patch)
            try:
                with write_folder(target, replace=True) as folder:
                    write_files({folder / "a.txt": "new", folder / "b.txt": "new"})
                whole = True
            except OSError:
                whole = False
        assert contents(target) == ({"new"} if whole else {"old"})
        assert hidden(target.parent) == []
        if len(called) < step:
            break
    assert whole
    assert len(called) < step


def test_a_new_file_replaces_nothing(tmp_path):
    (tmp_path / "there").write_text("years of work")
    with pytest.raises(FileExistsError):
        write_files({tmp_path / "another": "x", tmp_path / "there": "x"}, replace=False)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"there": "years of work"}


def test_a_new_file_needs_no_hard_links(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_files({tmp_path / "a": "x"}, replace=False)
    with pytest.raises(FileExistsError):
        write_files({tmp_path / "a": "y"}, replace=False)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "x"}


@pytest.mark.skipif(os.name != "posix", reason="permissions and links of POSIX")
def test_links_are_followed_and_permissions_kept(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "real").chmod(0o640)
    (tmp_path / "link").symlink_to("real")
    write_files({tmp_path / "link": "new"})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["results", "a" * 250, "权力" * 40])
def test_results_set_aside_by_a_run_killed_between_two_renames_come_back(tmp_path, name, monkeypatch):
    """Where folders cannot be exchanged in one step, and for names as long as a file system takes them."""
    from processtrace.formats import atomic

    finished = subprocess.Popen([sys.executable, "-c", "pass"])
    finished.wait()
    monkeypatch.setattr(os, "getpid", lambda: finished.pid)
    old = tmp_path / f"{atomic._hidden(tmp_path / name)}abc-old"
    monkeypatch.undo()
    old.mkdir()
    (old / ".processtrace").write_text("")
    (old / "kept.txt").write_text("old")
    with pytest.raises(KeyboardInterrupt), write_folder(tmp_path / name, replace=True):
        raise KeyboardInterrupt
    assert contents(tmp_path / name) == {"old"}
    assert hidden(tmp_path) == []


def test_folders_are_replaced_where_they_cannot_be_exchanged(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "other")
    for version in ("1", "2"):
        with write_folder(tmp_path / "results", replace=True) as folder:
            (folder / "a.txt").write_text(version)
        assert contents(tmp_path / "results") == {version}
        assert hidden(tmp_path) == []


@pytest.mark.parametrize("replace", [True, False])
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, replace):
    target = tmp_path / "thesis"
    write_files({target / "chapter.txt": "years of work"})
    with pytest.raises(UsageError, match="not empty"), write_folder(target, replace=replace):
        pass
    assert contents(target) == {"years of work"}
    (target / "chapter.txt").unlink()
    before = target.stat().st_ino
    with write_folder(target, replace=replace) as folder:
        (folder / "a.txt").write_text("new")
    assert contents(target) == {"new"}
    assert replace or target.stat().st_ino == before, "a program that works in an empty folder goes on working in it"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_stop_that_another_thread_receives_leaves_no_folder(tmp_path, monkeypatch):
    """A stop comes after the hidden folder is made, and before its name is known."""
    made = tempfile.mkdtemp
    done = threading.Event()
    other = threading.Thread(target=done.wait)

    def stopped_after(**options):
        name = made(**options)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        return name

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    other.start()
    try:
        monkeypatch.setattr(tempfile, "mkdtemp", stopped_after)
        with pytest.raises(KeyboardInterrupt), write_folder(tmp_path / "results"):
            pass
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        done.set()
        other.join()
        signal.signal(signal.SIGINT, before)
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_in_the_source_writes_a_file():
    """Whatever writes goes through `formats.atomic`."""
    source = ROOT / "src" / "processtrace"
    found = []
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            modes = [part.value for part in [*node.args, *(word.value for word in node.keywords)] if isinstance(part, ast.Constant)]
            opened = name == "open" and any(isinstance(mode, str) and set(mode) & set("wxa") and len(mode) < 4 for mode in modes)
            if name in ("write_text", "write_bytes") or (name == "to_netcdf" and node.args) or opened:
                found.append(path.relative_to(source).as_posix())
    assert set(found) == {"formats/atomic.py"}


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_request_to_stop_waits_until_files_that_belong_together_are_written(tmp_path, monkeypatch):
    replaced = Path.replace

    def asked(path, target):
        signal.raise_signal(signal.SIGINT)
        return replaced(path, target)

    monkeypatch.setattr(Path, "replace", asked)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts in the background ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            write_files({tmp_path / "one": "1", tmp_path / "two": "2"})
    finally:
        signal.signal(signal.SIGINT, before)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"one": "1", "two": "2"}
