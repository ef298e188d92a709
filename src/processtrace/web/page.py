"""A page that is safe to open from disk: its content security policy, its templates, and numbers that no text can turn into script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from processtrace.text.names import spelled, unbroken
from processtrace.text.numbers import decibels


def policy(style: str, *scripts: str, worker: bool = False) -> str:
    """Return the content security policy of a page: no network, figures as data, and style and scripts by their hashes alone.

    Parameters
    ----------
    style : str
        The style of the page.
    *scripts : str
        Its scripts.
    worker : bool
        Whether its scripts may start a worker of a text that they hold. A worker has the policy of its page.
    """
    allowed = f"script-src {' '.join(f"'sha256-{hashed(script)}'" for script in scripts)}; " if scripts else ""
    allowed += "worker-src blob:; " if worker else ""
    return f"default-src 'none'; {allowed}img-src data:; base-uri 'none'; form-action 'none'; style-src 'sha256-{hashed(style)}'"


def hashed(text: str) -> str:
    """Return the SHA-256 of a text as a content security policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def inert(numbers: Mapping[str, Any]) -> str:
    """Return JSON in ASCII for a script element that no text within can close, since every `<` is escaped."""
    return json.dumps(numbers, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def asset(room: str, path: str) -> str:
    """Return a text file that is shipped in a room of the package, as it is."""
    return files(f"processtrace.{room}").joinpath(path).read_text(encoding="utf-8")


def template(room: str, name: str, *, autoescape: bool = True) -> Any:
    """Return a template of a room, which escapes every text for HTML unless `autoescape` is off."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(f"processtrace.{room}"), autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["paragraphs"] = lambda text: [part for part in str(text).split("\n") if part.strip()]
    made.filters["unbroken"] = unbroken
    made.filters["decibels"] = decibels
    made.filters["spelled"] = lambda name: spelled(str(name).replace("-", " "))
    made.filters["link"] = lambda url: url if str(url).lower().startswith(("https://", "http://")) else ""
    return made.get_template(name)
