"""`processtrace plan`: what to look for next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from processtrace.cli.options import case_option, chosen, format_option, study_argument

if TYPE_CHECKING:
    from processtrace.study import Study

_SHOWN = 5
"""Sets of each size that the table shows; JSON and CSV hold all."""


@click.command(name="plan")
@study_argument
@case_option
@click.option("--sets", "most", type=click.IntRange(min=1), metavar="N", help="Sets of up to N planned items too.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="The best plan step by step, up to N searches.")
@click.option("--budget", type=click.FloatRange(min=0), metavar="COST", help="The best plan step by step, within a cost.")
@click.option(
    "--lock", type=click.Path(dir_okay=False), metavar="FILE", help="Write the judgements of the planned items, with a hash, and stop."
)
@format_option
def command(study: str, case: str | None, most: int | None, depth: int | None, budget: float | None, lock: str | None, form: str) -> None:
    """Print what the planned items of STUDY can be expected to show: bits, the support after each outcome, and bits per cost.

    A planned item is one with 'status: planned', judged before anyone has looked. Deposit the hash of a locked plan where
    the date is another's, name it in the study under 'lock:', and 'check' says of each item found since whether its
    judgement was locked before.
    """
    if lock is not None:
        _lock(chosen(study, case), lock)
        return
    from processtrace.cli.contradictions import answer
    from processtrace.errors import AnalysisError

    read = chosen(study, case)
    if not any(item.status == "planned" for one in read.cases for item in one.evidence):
        raise AnalysisError(f"{study}: no planned item; write 'status: planned' and a judgement for what is to be looked for")
    answer(read, study, lambda consistent: _print(consistent, most, depth, budget, form))


def _print(read: Study, most: int | None, depth: int | None, budget: float | None, form: str) -> None:
    from processtrace import planning
    from processtrace.cli.terminal import echo_csv, echo_json

    found = planning.as_json(read, most, depth, budget)
    if form == "json":
        echo_json(found)
    elif form == "csv":
        echo_csv(
            ["case", "items", "information_bits", "expected_variance_sum", "cost", "bits_per_cost"],
            [row for name, part in found["cases"].items() for row in _rows(name, part)],
        )
    else:
        _table(read, found)


def _lock(study: Study, file: str) -> None:
    from pathlib import Path

    from processtrace.formats.yaml import write_lock
    from processtrace.text.names import counted

    made = write_lock(study, Path(file))
    planned = sum(item.status == "planned" for case in study.cases for item in case.evidence)
    click.echo(f"{file}: {counted(planned, 'planned item', 'planned items')} locked, SHA-256 {made}")
    click.echo(
        "A lock proves order only if this hash is deposited where the date is another's: a registry, a journal, an e-mail to the editor.\n"
        f"Then write in the study: lock: {{file: {file}, hash: {made}, deposited: DATE, where: PLACE}}",
        err=True,
    )


def _rows(case: str, part: dict[str, Any]) -> list[list[Any]]:
    listed = part["sets"] if "sets" in part else [{"items": [name], **values} for name, values in part["planned"].items()]
    keys = ("information_bits", "expected_variance_sum", "cost", "bits_per_cost")
    return [[case, "+".join(row["items"]), *("" if row[key] is None else row[key] for key in keys)] for row in listed]


def _table(study: Study, found: dict[str, Any]) -> None:
    from processtrace.cli.terminal import table

    names = {h: part.name for h, part in study.explanations.items()}
    click.echo(f"{study.title}\n")
    click.echo(
        "Bits: the information about the explanation that a search can be expected to give, given the record. Support: after it is found / not found.\n"
    )
    for case in study.cases:
        part = found["cases"][case.id]
        if not part["planned"]:
            continue
        labels = {item.id: item.name for item in case.evidence}
        now = ", ".join(f"{names[h]} {_p(p)}" for h, p in part["posterior"].items())
        click.echo(f"{case.name}. Support now: {now}. Still open: {_bits(part['entropy_bits'])} bits.")
        costed = any(row["cost"] is not None for row in part["planned"].values())
        rows = [
            [
                labels[name],
                _bits(row["information_bits"]),
                _p(row["chance_found"]),
                *(f"{_p(row['posterior']['found'][h])} / {_p(row['posterior']['not_found'][h])}" for h in names),
                *([_cost(row["cost"]), _bits(row["bits_per_cost"])] if costed else []),
            ]
            for name, row in sorted(part["planned"].items(), key=lambda pair: -pair[1]["information_bits"])
        ]
        heads = ["Planned item", "Bits", "Found", *names.values(), *(["Cost", "Bits per cost"] if costed else [])]
        click.echo(table(heads, rows, right=(1, 2, *range(3 + len(names), len(heads)))))
        if part["not_judged"]:
            click.echo(f"Not judged by the main analyst: {', '.join(labels[name] for name in part['not_judged'])}.")
        if "sets" in part:
            click.echo(f"\n{_sets(part['sets'], labels)}")
        if "tree" in part:
            click.echo(f"\n{_tree(part['tree'], labels, names)}")
        click.echo()
    if found["error_nats"]:
        click.echo(
            f"More than three uncertain reliabilities meet in a unit: quasi-Monte Carlo, standard error {found['error_nats']:.1g} nats, not exact."
        )


def _sets(sets: list[dict[str, Any]], labels: dict[str, str]) -> str:
    from processtrace.cli.terminal import table

    rows: list[list[str]] = []
    for size in sorted({len(row["items"]) for row in sets}):
        best = [row for row in sets if len(row["items"]) == size][:_SHOWN]
        rows += [
            [str(size), _bits(row["information_bits"]), _cost(row["cost"]), ", ".join(labels[i] for i in row["items"])] for row in best
        ]
    return table([f"Items, best {_SHOWN} of a size", "Bits", "Cost", "Together"], rows, right=(0, 1, 2))


def _tree(tree: dict[str, Any], labels: dict[str, str], names: dict[str, str]) -> str:
    first = (
        f"Step by step: {_bits(tree['information_bits'])} bits to be expected; the best set chosen beforehand: {_bits(tree['fixed_bits'])}."
    )
    return "\n".join([first, *_branch(tree["start"], "  ", labels, names)])


def _branch(node: dict[str, Any], pad: str, labels: dict[str, str], names: dict[str, str]) -> list[str]:
    if node["next"] is None:
        return []
    lines = [f"{pad}look for {labels[node['next']]}"]
    for key, words in (("found", "found"), ("not_found", "not found")):
        after = node[key]
        support = ", ".join(f"{names[h]} {_p(p)}" for h, p in after["posterior"].items())
        lines.append(f"{pad}  {words} (in {_p(after['chance'])} of all runs): {support}")
        lines += _branch(after, f"{pad}    ", labels, names)
    return lines


def _p(value: float | None) -> str:
    from processtrace.text.numbers import probability

    return "—" if value is None else probability(value)


def _bits(value: float | None) -> str:
    return "—" if value is None else "< 0.01" if 0 < value < 0.005 else f"{value:.2f}"


def _cost(value: float | None) -> str:
    return "—" if value is None else f"{value:g}"
