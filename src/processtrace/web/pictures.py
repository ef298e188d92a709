"""Figures as parts of a page: embedded as data, with a caption, and a text for those who do not see them."""

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

KINDS: Mapping[str, str] = {
    "support": "Support for each explanation, with what the judged ranges allow.",
    "path": "The path of support as the items are added in order of time.",
    "weights": "The weight of each item, in decibels, for the leading explanation against the next.",
    "simplex": "Where each explanation leads as the prior moves.",
    "plan": "What each planned item can be expected to tell, with the support after each outcome.",
    "tornado": "How far the judgement of one item would have to move to change the lead.",
    "leave_one_out": "Support when one thing is left out.",
    "dependence": "Support as the items of each cluster are taken to depend on each other more and more.",
    "model_error": "Support as more error is allowed for in the model itself.",
    "noise": "How often the lead stays when every weight is disturbed.",
    "surprise": "How surprising each item was, given the others.",
    "analysts": "Support by each analyst's own judgements.",
}
"""Kinds of figure that a report knows, with their captions; the name of a figure is a kind, or `kind/case`."""

RESULTS, CASE = ("support",), ("path", "weights", "simplex", "plan")
"""Kinds that stand with the results and in a case's own section; all others stand with the robustness."""

DPI, COLOURS = 144, 48
"""Resolution and colours of embedded figures: a third of the bytes of a full PNG, a fourth of the SVG; a report holds dozens."""

_OWN, _HEAD = b"Software\0processtrace", 1000
"""What marks a PNG file that `plots.save` wrote, within so many bytes."""

_TYPES = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Picture:
    """A figure on the page. `case` is an identifier, empty for all cases; `data` is a data URI."""

    kind: str
    case: str
    caption: str
    alt: str
    data: str


def pictures(study: Study, figures: Mapping[str, Figure | str | Path], alts: Mapping[str, str]) -> list[Picture]:
    """Figures named `kind` or `kind/case` as parts of a page, in the order given.

    A figure is a matplotlib Figure (embedded as PNG) or the path of a .svg or .png file. `alts` are texts by name for
    those who do not see them. Raises UsageError for a case that the study has not, and for other files.
    """
    known = {case.id: case.name for case in study.cases}
    made = []
    for name, figure in figures.items():
        kind, _, case = name.partition("/")
        if case and case not in known:
            raise UsageError(f"figure '{name}': no case '{case}'; the study has {', '.join(known)}")
        caption = KINDS.get(kind, f"{spelled(kind)}.")
        whole = f"{known[case]}: {caption[0].lower()}{caption[1:]}" if case else caption
        made.append(Picture(kind, case, whole, alts.get(name, whole), embedded(figure, name)))
    return made


def embedded(figure: Figure | str | Path, name: str) -> str:
    """A figure as a data URI; in an `img` nothing in it can run or load. What `plots.save` wrote is packed smaller."""
    if isinstance(figure, str | Path):
        path = Path(figure)
        if path.suffix.lower() not in _TYPES:
            raise UsageError(f"figure '{name}': {path.name}; a matplotlib Figure, or a file that ends in {' or '.join(_TYPES)}")
        data = path.read_bytes()
        return _uri(_halved(data) if _OWN in data[:_HEAD] else data, _TYPES[path.suffix.lower()])
    if not hasattr(figure, "savefig"):
        raise UsageError(f"figure '{name}': {type(figure).__name__}; a matplotlib Figure, or the path of an .svg or .png file")
    return _uri(_drawn(figure), _TYPES[".png"])


def _drawn(figure: Any) -> bytes:
    from PIL import Image

    from processtrace.plots.style import grammar

    full = io.BytesIO()
    with grammar():
        figure.savefig(full, format="png", dpi=DPI, pil_kwargs={"compress_level": 0})
    with Image.open(full) as image:
        return _packed(image.convert("RGB"))


def _halved(data: bytes) -> bytes:
    """A figure that `plots.save` wrote, at half its resolution: faster than to draw it again."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return _packed(image.convert("RGB").reduce(2))


def _packed(image: Any) -> bytes:
    from PIL import Image

    small = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "PNG", compress_level=7)
    return small.getvalue()


def _uri(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
