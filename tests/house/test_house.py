"""The house: floors are one-way, imports are light, commands are documented, nothing points outside."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "processtrace"
ROOMS = re.findall(r"^\| `(\w+)` \|", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.MULTILINE)


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def name_of(path: Path) -> str:
    return ".".join(("processtrace", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")


def modules() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if path.parent != SOURCE or path.stem not in ("__init__", "__main__")]


MODULES = {name_of(path): path for path in modules()}


def imported(path: Path) -> set[str]:
    """Every module of the package that a file imports, inside functions too and for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "processtrace":
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                whole = inner if inner in MODULES and not defines(node.module, alias.name) else node.module
                found.add(whole)
    return found & set(MODULES)


def defines(module: str | None, name: str) -> bool:
    """Whether `from module import name` gives what the package names so, and not its file of that name."""
    path = MODULES.get(module or "")
    return path is not None and any(
        isinstance(node, ast.ImportFrom)
        and node.module == f"{module}.{name}"
        and name in {alias.asname or alias.name for alias in node.names}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_every_room_stands_in_the_table_of_the_architecture():
    assert {room_of(path) for path in modules()} == set(ROOMS)


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_room_uses_only_what_stands_above_it(path):
    room = room_of(path)
    below = {module.split(".")[1] for module in imported(path) if ROOMS.index(module.split(".")[1]) > ROOMS.index(room)}
    assert below == set()


def test_no_files_import_each_other_in_a_circle():
    needs = {name: imported(path) - {name} for name, path in MODULES.items()}
    while free := {name for name, others in needs.items() if not others & set(needs)}:
        needs = {name: others for name, others in needs.items() if name not in free}
    assert needs == {}


@pytest.mark.parametrize(
    ("library", "room"), [("pymc", "pymc_models"), ("matplotlib", "plots"), ("mpltern", "plots"), ("ruamel", "formats")]
)
def test_a_library_has_one_importer(library, room):
    users = {
        room_of(path)
        for path in modules()
        for node in run_nodes(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == library for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == library)
    }
    assert users <= {room}


def run_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but what stands under TYPE_CHECKING, which never runs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from run_nodes(node)


GRAPHS = "processtrace.causal"  # a study without a causal model costs what it did
HEAVY = ("pymc", "arviz", "matplotlib", "xarray", "pandas", "scipy.stats")


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import processtrace", (*HEAVY, GRAPHS, "numpy", "pydantic")),
        ("import processtrace.cli", (*HEAVY, "numpy", "pydantic")),
        ("import processtrace as pt; pt.load_study('models/alignment.yaml')", (*HEAVY, GRAPHS)),
        (
            "import processtrace as pt; from processtrace.notes import notes; notes(pt.load_study('models/alignment.yaml'))",
            (*HEAVY, GRAPHS),
        ),
        ("import processtrace as pt; pt.update(pt.load_study('models/alignment.yaml'))", ("pymc", "arviz", "matplotlib", "scipy.stats")),
    ],
)
def test_what_is_not_used_is_not_loaded(code, absent):
    program = f"import sys; {code}; print([name for name in {absent!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_exist():
    import processtrace as pt

    for name in pt.__all__:
        assert getattr(pt, name) is not None
    with pytest.raises(AttributeError, match="it has AnalysisError"):
        pt.nonsense  # noqa: B018


def test_every_command_is_in_the_readme():
    from processtrace.cli import cli

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in cli.list_commands(None):
        assert f"`{name}" in readme, name


def test_modules_are_short():
    long = {path.name: n for path in modules() if (n := len(path.read_text(encoding="utf-8").splitlines())) > 350}
    assert long == {}


TESTS = ROOT / "tests"
OF_NO_ROOM = {"golden", "house", "typing"}
"""Tests of the whole: what every command prints, how the house is built, the types of the public names."""

OF_NO_FILE = {
    "pymc_models/test_calibration.py": "all sampled models at once",
    "pymc_models/test_mixtures.py": "all sampled models at once, against the exact mixtures",
    "pymc_models/test_sampled_studies.py": "all sampled models at once, over studies",
}


def files_of_tests() -> list[Path]:
    return sorted(TESTS.rglob("test_*.py"))


def test_no_test_imports_another():
    """What tests share is in `strategies` or `truth`. A text that holds a program counts too."""
    stems = {path.stem for path in files_of_tests()}
    found = []
    for path in sorted(TESTS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(alias.name for alias in node.names)]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "import " in node.value:
                names = re.findall(r"\b[a-z_]+\.test_\w+", node.value)
            found += [(path.name, name) for name in names if set(name.split(".")) & stems]
    assert found == []


def test_tests_mirror_the_source():
    """`tests/<room>/test_<file>.py` tests a file or folder of the room, `test_<room>.py` the room; `_<what>` may follow either."""
    known = {}
    for path in SOURCE.rglob("*"):
        room, *inner = path.relative_to(SOURCE).parts
        if path.suffix in (".py", ".js") or path.is_dir():
            room = room.removesuffix(".py")
            known.setdefault(room, {room}).update(part.split(".")[0] for part in inner)
    lost = []
    for path in files_of_tests():
        room, name = path.parent.name, path.stem.removeprefix("test_")
        if room in OF_NO_ROOM or path.relative_to(TESTS).as_posix() in OF_NO_FILE:
            continue
        if not any(name == file or name.startswith(f"{file}_") for file in known.get(room, ())):
            lost.append(path.relative_to(TESTS).as_posix())
    assert lost == [], "name them after the source file that they test, or test_<room>_<what>.py"


def test_nothing_points_outside():
    kinds = {".py", ".md", ".yaml", ".toml", ".cff", ".bib", ".txt", ""}
    made = re.compile(r"results|site|__pycache__|.*\.egg-info|\.(?!ci$).*")  # folders that tools write
    kept = [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and path.name != ".git"
        and path.suffix in kinds
        and not any(made.fullmatch(part) for part in path.relative_to(ROOT).parts[:-1])
    ]
    assert len(kept) > 300
    words = ["/" + "work/", "/" + "root/", "." + "library", "shared/" + "facts", "py" + "thonhosted"]
    named = [
        (path.relative_to(ROOT).as_posix(), word)
        for path in kept
        for word in words
        if word in path.read_text(encoding="utf-8", errors="ignore")
    ]
    assert named == []
