"""`processtrace cite`: how the library is cited."""

from __future__ import annotations

import click


@click.command(name="cite")
@click.option(
    "--format", "form", type=click.Choice(["both", "text", "bibtex"]), default="both", show_default=True, help="Text, BibTeX, or both."
)
def command(form: str) -> None:
    """Print how to cite processtrace, for a list of references and for BibTeX.

    Cite the study and its sources beside it: the judgements are the authors', not the library's.
    """
    from processtrace.citation import as_bibtex, as_text

    parts = {"text": as_text() + "\n", "bibtex": as_bibtex()}
    click.echo("\n".join(parts.values() if form == "both" else [parts[form]]), nl=False)
