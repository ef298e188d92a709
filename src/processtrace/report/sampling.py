"""What a page says of a sampled result: how it was drawn, and what its diagnostics say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from processtrace.text.names import spelled

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Sampling:
    """Diagnostics in words, one a line; whether the run failed them; and the settings it was drawn with."""

    lines: tuple[str, ...]
    failed: bool
    settings: tuple[tuple[str, str], ...]


def sampling(sampled: xr.DataTree) -> Sampling:
    """Return what the attributes of draws say: `diagnostics` (lines in words), `converged` (1 or 0), all others as settings."""
    attrs: Mapping[str, Any] = {str(name): value for name, value in sampled.attrs.items()}
    given = attrs.get("diagnostics", ())
    lines = [line for line in given.splitlines() if line] if isinstance(given, str) else [str(line) for line in given]
    failed = not bool(attrs.get("converged", 1))
    settings = []
    if "posterior" in sampled.children:
        sizes = {str(name): size for name, size in sampled["posterior"].sizes.items()}
        settings = [(spelled(name) + "s", str(sizes[name])) for name in ("chain", "draw") if name in sizes]
    hidden = {"diagnostics", "converged", "title"}
    settings += [(spelled(name), _text(value)) for name, value in attrs.items() if name not in hidden]
    return Sampling(tuple(lines), failed, tuple(settings))


def agreement(sampled: xr.DataTree) -> str:
    """Return one line that says whether the PyMC model and the exact engine agree, and how far they differ."""
    from processtrace.inference.diagnostics import against_exact

    largest, agree = against_exact(sampled)
    draws = sampled["posterior"].sizes["chain"] * sampled["posterior"].sizes["draw"]
    if agree:
        return f"The PyMC model and the exact engine agree: the support by {draws:,} draws is off by {largest:.3f} at most."
    return f"THE PYMC MODEL AND THE EXACT ENGINE DO NOT AGREE: the support by {draws:,} draws is off by {largest:.3f}."


def _text(value: Any) -> str:
    listed = value.tolist() if hasattr(value, "tolist") else value
    return ", ".join(str(part) for part in listed) if isinstance(listed, list | tuple) else str(listed)
