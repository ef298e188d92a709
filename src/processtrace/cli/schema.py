"""`processtrace schema`: the JSON Schema of the files, for editors."""

from __future__ import annotations

import click


@click.command(name="schema")
@click.argument("kind", required=False, type=click.Choice(["study", "case", "shared"]))
def command(kind: str | None) -> None:
    """Print the JSON Schema of study, case and shared files: completion and checking while you write.

    Without KIND it covers all three and distinguishes them by their keys. Save it and name it in the first line of a file:

    \b
      processtrace schema case > schema/case.json
      # yaml-language-server: $schema=../schema/case.json

    VS Code reads that line with the extension "YAML" by Red Hat. What depends on the whole study is reported by 'check'.
    """
    import json

    from processtrace.formats.yaml.schema import schema

    click.echo(json.dumps(schema(kind), indent=1, ensure_ascii=False))  # type: ignore[arg-type]
