"""Figures as parts of a page: embedded as data, with a caption and a text for readers who do not see them."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processtrace.errors import UsageError
from processtrace.study import Study
from processtrace.text.names import spelled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI, COLOURS = 144, 24
"""Resolution and colours of figures that are embedded as PNG: a third of the bytes of a full one."""

_OWN, _HEAD = b"Software\0processtrace", 1000
"""The text that marks a PNG file written by `plots.save`, and within how many bytes it is."""

_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Picture:
    """A figure on the page. `case` is an identifier, empty for all cases; `section` its part of a report; `data` is a data URI."""

    kind: str
    case: str
    section: str
    caption: str
    alt: str
    data: str


def pictures(study: Study, figures: Mapping[str, Figure | str | Path], support: Mapping[str, str]) -> list[Picture]:
    """Return figures as parts of a page, in the order given, with captions and texts for readers who do not see them.

    Parameters
    ----------
    study : Study
        The study, for the names of its cases.
    figures : mapping of str to matplotlib.figure.Figure, str or pathlib.Path
        Figures by name, `kind` or `kind/case`: each a matplotlib Figure, embedded as PNG, or the path of a .svg or .png
        file. The kinds that have a caption are `processtrace.plots.FIGURES` and `OF_STUDIES`.
    support : mapping of str to str
        For each case, by identifier, the support of its explanations in words.

    Returns
    -------
    list of Picture
        One for each figure.

    Raises
    ------
    UsageError
        If a figure names a case that the study does not have, or is of another type.
    """
    if not figures:
        return []
    from processtrace.plots import FIGURES, OF_STUDIES

    known = {case.id: case.name for case in study.cases}
    every = "; ".join(f"{known[case]}: {words}" for case, words in support.items())
    made = []
    for name, figure in figures.items():
        kind, case, page = (*name.split("/"), "", "")[:3]
        if case and case not in known:
            raise UsageError(f"figure '{name}': no case '{case}'; the study has {', '.join(known)}")
        described = FIGURES.get(kind) or OF_STUDIES.get(kind)
        caption = described.caption if described else f"{spelled(kind)}."
        section = described.section if described else "robustness"
        if case:
            caption = f"{known[case]}{f', page {page}' if page else ''}: {caption[0].lower()}{caption[1:]}"
        words = "" if described is None else described.alt_of_case if case else described.alt
        alt = words.format(case=known.get(case, ""), support=support.get(case, every)) or caption
        made.append(Picture(kind, case, section, caption, alt, embedded(figure, name)))
    return made


def embedded(figure: Figure | str | Path, name: str) -> str:
    """Return a figure as a data URI; in an `img` nothing in it can run or load. A file of `plots.save` is made smaller."""
    if isinstance(figure, str | Path):
        path = Path(figure)
        if path.suffix.lower() not in _TYPES:
            raise UsageError(f"figure '{name}': {path.name}; a matplotlib Figure, or a file that ends in {' or '.join(_TYPES)}")
        data = path.read_bytes()
        return _uri(_halved(data) if _OWN in data[:_HEAD] else data, _TYPES[path.suffix.lower()])
    if not hasattr(figure, "savefig"):
        raise UsageError(f"figure '{name}': {type(figure).__name__}; a matplotlib Figure, or the path of an .svg or .png file")
    return _drawn(figure)


def _drawn(figure: Any) -> str:
    """Return a figure as SVG or as PNG, whichever is smaller."""
    from PIL import Image

    from processtrace.plots.style import style_context

    full, vector = io.BytesIO(), io.BytesIO()
    with style_context():
        figure.savefig(full, format="png", dpi=DPI, pil_kwargs={"compress_level": 0})
        figure.savefig(vector, format="svg", metadata={"Date": None, "Creator": "processtrace"})
    with Image.open(full) as image:
        pixels = _packed(image.convert("RGB"))
    return _uri(vector.getvalue(), _TYPES[".svg"]) if len(vector.getvalue()) < len(pixels) else _uri(pixels, _TYPES[".png"])


def _halved(data: bytes) -> bytes:
    """Return a figure that `plots.save` wrote at half its resolution, which is faster than to draw it again."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return _packed(image.convert("RGB").reduce(2))


def _packed(image: Any) -> bytes:
    from PIL import Image

    small = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", compress_level=9)
    return small.getvalue()


def _uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
