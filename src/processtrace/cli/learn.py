"""`processtrace learn`: what cases say of the shares of a causal model."""

from __future__ import annotations

from typing import Any

import click

from processtrace.cli.options import chosen, format_option, study_argument


@click.command(name="learn")
@study_argument
@format_option
def command(study: str, form: str) -> None:
    """Print what the cases named under 'learn:' say of the shares of the causal models of STUDY, before and after."""
    from processtrace.cli.terminal import echo_csv, echo_json
    from processtrace.inference.causal_answers import learned_as_json

    read = chosen(study)
    click.echo("Learning the shares …", err=True)
    found = learned_as_json(read)
    if form == "json":
        echo_json(found)
    elif form == "csv":
        echo_csv(
            ["model", "node", "type", "given", "words", "prior_mean", "prior_sd", "mean", "sd"],
            [
                [
                    name,
                    node,
                    row["type"],
                    row.get("given", ""),
                    row["words"],
                    *(row[key] for key in ("prior_mean", "prior_sd", "mean", "sd")),
                ]
                for name, part in found["models"].items()
                for node, rows in part["shares"].items()
                for row in rows
            ],
        )
    else:
        _table(read.title, found)


def _table(title: str, found: dict[str, Any]) -> None:
    from processtrace.cli.terminal import table

    click.echo(title)
    for name, part in found["models"].items():
        cases = f"{part['cases']} case" + ("" if part["cases"] == 1 else "s")
        head = f"\n{name}: learned from {cases}"
        click.echo(head + (f", selected by {part['selected']}." if part["selected"] else "."))
        click.echo(f"{part['missing'][0].upper()}{part['missing'][1:]}.")
        evidence = f"Log evidence {part['log_evidence']:.3f} nats"
        if part["log_evidence_error"]:
            error = part["log_evidence_error"]
            click.echo(f"{evidence}, by sequential Monte Carlo; Monte Carlo error {error:.1g} nats, from four independent runs.\n")
        else:
            click.echo(f"{evidence}, exact{'' if part['method'] == 'exact' else ' up to Monte Carlo error of the shares'}.\n")
        rows = [
            [node, row["type"], row["words"] + (f" ({row['given']})" if "given" in row else ""), *(f"{row[key]:.3f}" for key in _KEYS)]
            for node, shares in part["shares"].items()
            for row in _largest(shares)
        ]
        click.echo(table(["Node", "Type", "In words", "Prior", "sd", "Posterior", "sd"], rows, right=range(3, 7)))
        hidden = sum(max(0, len(shares) - _SHOWN) for shares in part["shares"].values())
        if hidden:
            click.echo(f"{hidden} types with smaller shares are not shown; --format csv and json hold all.")
        if part["hypotheses"]:
            click.echo("\n" + _events(part["hypotheses"]))


def _largest(shares: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the largest shares of a node, in their order."""
    if len(shares) <= _SHOWN:
        return shares
    least = sorted(range(len(shares)), key=lambda k: -shares[k]["mean"])[:_SHOWN]
    return [shares[k] for k in sorted(least)]


_SHOWN = 16
"""Types of a node that the table shows."""

_KEYS = ("prior_mean", "prior_sd", "mean", "sd")


def _events(hypotheses: dict[str, Any]) -> str:
    from processtrace.cli.terminal import table

    rows = []
    for h, part in hypotheses.items():
        share = part["share"]
        rows.append([h, "share in the population", f"{share['mean']:.3f}", f"{share['sd']:.3f}"])
        rows.append([h, "a new case of which nothing is known", f"{part['new_case']:.3f}", ""])
        for case, answer in part["cases"].items():
            ((kind, value),) = answer.items()
            words = "as a new case, given what is known" if kind == "new_case" else "as a studied case, from all other cases"
            rows.append([h, f"{case} {words}", f"{value:.3f}", ""])
    return table(["Explanation", "Of what", "Probability", "sd"], rows, right=(2, 3))
