"""Runs what the pages of the documentation ask a reader to do, in their order, and compares what is printed.

`python docs/snippets.py PAGE...` runs pages and reports; with `--write` it puts what was printed into the pages.

- `yaml` or `text` with a caption that is a path: the file is written; "(above KEY)" inserts above that key, "(at the end)" appends.
- `bash`: run, must succeed. `python`: run, must succeed. Other blocks are only read.
- `console`: lines that begin with `$ ` are run (`processtrace` and `python` are those of this library), and what they print is compared; with `:class: fails` the last must exit with 1.
- A comment `% after: PAGE` runs that page first, in the same folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parent
_BLOCK = re.compile(r"^```(?:\{code-block\} )?(\w+)\n((?::\w+:[^\n]*\n)*)\n?(.*?)^```$", re.MULTILINE | re.DOTALL)
_CAPTION = re.compile(r":caption: (\S+)(?: \((.*)\))?")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, options, text, and its place in the page."""

    kind: str
    options: str
    text: str
    start: int
    end: int


def blocks(page: str) -> list[Block]:
    """Every fenced block of a page, in order."""
    return [Block(m.group(1), m.group(2), m.group(3), m.start(3), m.end(3)) for m in _BLOCK.finditer(page)]


def run_page(path: Path, folder: Path) -> str:
    """Run a page in a folder; the page as it would read with what was printed. Raises AssertionError where a step fails."""
    page = path.read_text(encoding="utf-8")
    for earlier in re.findall(r"^% after: (\S+)$", page, re.MULTILINE):
        run_page(path.with_name(earlier), folder)
    made, at = [], 0
    for block in blocks(page):
        made += [page[at : block.start], _run(block, folder, f"{path.name}, {block.text.strip()[:60]!r}")]
        at = block.end
    return "".join([*made, page[at:]])


def _run(block: Block, folder: Path, where: str) -> str:
    caption = _CAPTION.search(block.options)
    if caption:
        _place(folder / caption.group(1), caption.group(2), block.text)
    elif block.kind == "bash":
        _call(["bash", "-euo", "pipefail", "-c", block.text], folder, where)
    elif block.kind == "python":
        _call([sys.executable, "-c", block.text], folder, where)
    elif block.kind == "console":
        return _console(block, folder, where)
    return block.text


def _place(path: Path, how: str | None, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if how is None:
        path.write_text(text, encoding="utf-8")
        return
    old = path.read_text(encoding="utf-8")
    key = how.removeprefix("above ")
    new = old + text if how == "at the end" else re.sub(rf"^{key}:", lambda found: text + found.group(), old, count=1, flags=re.MULTILINE)
    path.write_text(new, encoding="utf-8")


def _console(block: Block, folder: Path, where: str) -> str:
    commands = [line[2:] for line in block.text.splitlines() if line.startswith("$ ")]
    made = []
    for place, command in enumerate(commands):
        fails = "fails" in block.options and place == len(commands) - 1
        printed = _call(["bash", "-c", command], folder, where, code=1 if fails else 0).strip("\n")
        made.append(f"$ {command}\n" + (f"{printed}\n" if printed else ""))
    return "".join(made)


def _call(command: list[str], folder: Path, where: str, code: int = 0) -> str:
    tools = folder / ".tools"
    tools.mkdir(exist_ok=True)
    for name, arguments in (("processtrace", " -m processtrace"), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    place = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100", "MPLBACKEND": "Agg", "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=folder, env=place, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == code, f"{where}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return re.sub(r"[ \t]+$", "", (done.stdout + done.stderr).replace(f"{folder}/", ""), flags=re.MULTILINE)


def pages() -> list[Path]:
    """Every page that asks a reader to run something."""
    return [p for p in sorted(DOCS.glob("*.md")) if any(b.kind in ("bash", "python", "console") for b in blocks(p.read_text("utf-8")))]


def main(arguments: list[str]) -> None:
    """Run pages, all where none is named."""
    write = "--write" in arguments
    named = [DOCS / name for name in arguments if name != "--write"] or pages()
    for path in named:
        with tempfile.TemporaryDirectory() as folder:
            printed = run_page(path, Path(folder).resolve())
        same = printed == path.read_text(encoding="utf-8")
        if write and not same:
            path.write_text(printed, encoding="utf-8")
        print(f"{path.name}: {'unchanged' if same else 'written anew' if write else 'prints something else'}")


if __name__ == "__main__":
    main(sys.argv[1:])
