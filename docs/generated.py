"""Pages that are made from the code when the site is built: the commands, the files, the gallery of figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def write_all(docs: Path) -> None:
    """Write `cli.md`, `files.md` and `gallery.md` with its pictures; a page that has not changed is left alone."""
    _keep(docs / "cli.md", cli_page())
    _keep(docs / "files.md", files_page())
    _keep(docs / "gallery.md", gallery_page(docs / "gallery"))


def _keep(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def cli_page() -> str:
    """Every command as its own help page tells it."""
    import click

    from processtrace.cli import cli

    parts = [
        "# The command line",
        "Results go to standard output, progress and messages to standard error. Exit codes: 0 done; 1 a fault in the input or the\n"
        "analysis, told in plain words; 2 wrong usage.",
    ]
    with click.Context(cli, info_name="processtrace") as top:
        for name in cli.list_commands(top):
            command = cli.get_command(top, name)
            context = click.Context(command, info_name=name, parent=top, terminal_width=100, max_content_width=100)
            parts += [f"## {name}", f"```text\n{command.get_help(context)}\n```"]
    return "\n\n".join(parts) + "\n"


def files_page() -> str:
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
        "Files are YAML 1.2. Prose stands in block style: `>-` after the key, and the text, indented, on the next line. Text is taken as\n"
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
    """Every kind of figure: the call that draws it, and the figure, for one case of the alignment study."""
    import processtrace as pt

    study = pt.load_study(ROOT / "models" / "alignment.yaml")
    case = "kazakhstan"
    one = study.only(case)
    robustness, plots = pt.robustness, pt.plots
    updated = pt.update(one)
    whole = pt.update(study)
    planned = _planned()
    return {
        "support": ("support(updated, bounds, ranges)", plots.support(whole, robustness.bounds(study), robustness.ranges(study))),
        "path": ("path(updated, case)", plots.path(updated, case)),
        "weights": ("weights(updated, case)", plots.weights(updated, case)),
        "simplex": ("simplex(updated, case)", plots.simplex(updated, case)),
        "tornado": ("tornado(updated, robustness.tipping(study), case)", plots.tornado(updated, robustness.tipping(one), case)),
        "leave_one_out": (
            "leave_one_out(updated, robustness.leave_out(study), case)",
            plots.leave_one_out(updated, robustness.leave_out(one), case),
        ),
        "dependence": (
            "dependence(updated, robustness.dependence(study), case)",
            plots.dependence(updated, robustness.dependence(one), case),
        ),
        "model_error": (
            "model_error(updated, robustness.model_error(study), case)",
            plots.model_error(updated, robustness.model_error(one), case),
        ),
        "noise": ("noise(updated, robustness.noise(study), case)", plots.noise(updated, robustness.noise(one), case)),
        "surprise": (
            "surprise(updated, robustness.prediction_bits(study), case)",
            plots.surprise(updated, robustness.prediction_bits(one), case),
        ),
        "analysts": ("analysts(updated, robustness.analysts(study), case)", plots.analysts(updated, robustness.analysts(one), case)),
        "plan": ("plan(planning.items(study), case)", plots.plan(pt.planning.items(planned), planned.cases[0].id)),
    }


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
    from processtrace.report import KINDS

    folder.mkdir(exist_ok=True)
    parts = [
        "# Gallery of figures",
        "Each is written as vector PDF and as PNG, reads in grey, and carries labels, never identifiers. `pt.plots.save(figure, stem)` writes\n"
        "both. The alignment study's Kazakhstan serves as example; the last shows a study with planned items.",
    ]
    for kind, (call, figure) in figures().items():
        pt.plots.save(figure, folder / kind)
        parts += [f"## {kind.replace('_', ' ').capitalize()}", KINDS[kind], f"![{KINDS[kind]}](gallery/{kind}.png)", f"`pt.plots.{call}`"]
    return "\n\n".join(parts) + "\n"
