"""Pages that are made from the code when the site is built: the commands, the files, the gallery of figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CASE = "kazakhstan"
"""The case of the alignment study whose figures are in the gallery."""


def write_all(docs: Path) -> None:
    """Write `cli.md`, `keys.md` and `gallery.md` with its pictures; a page that has not changed is left alone.

    `keys.md` is kept among the sources too, so that it can be read without a build; a test holds it against the schema.
    """
    _keep(docs / "cli.md", cli_page())
    _keep(docs / "keys.md", keys_page())
    _keep(docs / "gallery.md", gallery_page(docs / "gallery"))


def _keep(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def cli_page() -> str:
    """Every command with its own help page."""
    import click

    from processtrace.cli import cli

    parts = [
        "# The command line",
        "Results go to standard output, progress and messages to standard error. Exit codes: 0 done; 1 a fault in the input or the\n"
        "analysis, described in plain words; 2 wrong usage.",
    ]
    with click.Context(cli, info_name="processtrace") as top:
        for name in cli.list_commands(top):
            command = cli.get_command(top, name)
            context = click.Context(command, info_name=name, parent=top, terminal_width=100, max_content_width=100)
            parts += [f"## {name}", f"```text\n{command.get_help(context)}\n```"]
    return "\n\n".join(parts) + "\n"


def keys_page() -> str:
    """Every key of every file, from the JSON Schema."""
    from processtrace.formats.yaml.schema import schema

    known: dict[str, Any] = schema()["$defs"]
    titles = {
        "StudyFile": "A study (`models/`)",
        "CaseFile": "A case (`evidence/`)",
        "SharedFile": "What several cases share",
        "Evidence": "An item, under `evidence:`",
        "Judgement": "One analyst's judgement, under `judgements:`",
        "Hypothesis": "An explanation, under `hypotheses:`",
        "Factor": "A factor, under `factors:`",
        "Source": "A source, under `sources:`",
        "Cluster": "A cluster, under `clusters:`",
        "Tag": "A tag, under `tags:`",
        "Analyst": "An analyst, under `analysts:`",
        "Citation": "A citation with its place, under `cite:`",
        "PairCorrelation": "A pair of planned items, under `correlations:`",
        "Lock": "A locked plan, under `lock:`",
    }
    parts = [
        "# The files, key by key",
        "Files are YAML 1.2. Prose is written in block style: `>-` after the key, and the text, indented, on the next line. Text is taken as\n"
        "written: `no` stays a word and `2005-02` a date. `processtrace schema` prints what an editor needs to complete and check these keys.",
    ]
    for name in [*titles, *(other for other in known if other not in titles)]:
        part = known[name]
        needed = set(part.get("required", ()))
        rows = [
            f"| `{key}`{' (required)' if key in needed else ''} | {' '.join(str(value.get('description', '')).split())} |"
            for key, value in part["properties"].items()
        ]
        parts += [f"## {titles.get(name, name)}", "\n".join(["| key | meaning |", "|---|---|", *rows])]
    return "\n\n".join(parts) + "\n"


def figures() -> dict[str, tuple[str, Any]]:
    """Return every kind of figure: the call that draws it, and one such figure."""
    import processtrace as pt

    study = pt.load_study(ROOT / "models" / "alignment.yaml")
    whole = pt.update(study), pt.robustness.analyses(study)
    other = _planned()
    planned = pt.update(other), {"plan": pt.planning.items(other)}
    made = {}
    for kind in pt.plots.FIGURES.values():
        data, found = planned if kind.datasets == ("plan",) else whole
        drawn = kind.figures(data, found)
        taken = ["planning.items" if name == "plan" else f"robustness.{name}" for name in kind.datasets]
        call = ", ".join(["pt.update(study)", *(f"pt.{name}(study)" for name in taken), *([f'"{CASE}"'] if kind.of_case else [])])
        made[kind.name] = f"{kind.name}({call})", drawn.get(f"{kind.name}/{CASE}") or next(iter(drawn.values()))
    return made


def _planned() -> Any:
    """A small study with two planned items."""
    import processtrace as pt

    def planned(name: str, label: str, fear: float, greed: float) -> pt.Evidence:
        return pt.Evidence(
            name, finding=label, label=label, status="planned", search_sensitivity=0.8, probability={"fear": fear, "greed": greed}
        )

    items = [
        pt.Evidence("speech", finding="A speech on danger.", probability={"fear": 0.5, "greed": 0.3}),
        planned("memo", "Memo on the threat", 0.6, 0.1),
        planned("ledger", "Ledger of payments", 0.2, 0.7),
    ]
    return pt.Study("Plan", hypotheses={"fear": {}, "greed": {}}, cases=[pt.Case("pact", evidence=items)])


def gallery_page(folder: Path) -> str:
    """Every kind of figure with its caption and the call that draws it."""
    import processtrace as pt

    folder.mkdir(exist_ok=True)
    parts = [
        "# Gallery of figures",
        "Each is written as vector PDF and as PNG, reads in grey, and carries labels, never identifiers. Every function takes `width` (7 inches\n"
        "for a page, 3.4 for a column) and `title=False`, which leaves title and note to a caption; no text is smaller than 7 points, and no\n"
        'figure taller than 9 inches. The alignment study is the example, `study = pt.load_study("models/alignment.yaml")`; a small study\n'
        "shows planned items. `pt.plots.save(figure, stem)` writes both files. [Snippets](recipes.md) that are complete stand on their own page.",
    ]
    for kind, (call, figure) in figures().items():
        pt.plots.save(figure, folder / kind)
        caption = pt.plots.FIGURES[kind].caption
        parts += [f"## {kind.replace('_', ' ').capitalize()}", caption, f"![{caption}](gallery/{kind}.png)", f"`pt.plots.{call}`"]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    _keep(Path(__file__).parent / "keys.md", keys_page())
