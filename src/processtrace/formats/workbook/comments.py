"""Comments that are pinned to the cells of a sheet, read from the parts of a workbook that hold them."""

from __future__ import annotations

import posixpath
import zipfile
from typing import Any

_THREAD = "[Threaded comment]"


def comments_of(archive: zipfile.ZipFile, sheet: str) -> dict[tuple[int, int], str]:
    """Return the comments of a sheet by row and column, both counted from 1; the archive has been found safe before.

    Parameters
    ----------
    archive : zipfile.ZipFile
        The workbook.
    sheet : str
        The name of the part that holds the sheet.

    Returns
    -------
    dict of str
        The text of each comment, with the replies of a discussion.
    """
    from openpyxl.utils.cell import coordinate_to_tuple

    folder, name = posixpath.split(sheet)
    links = posixpath.join(folder, "_rels", f"{name}.rels")
    if links not in archive.namelist():
        return {}
    found: dict[tuple[int, int], str] = {}
    for link in _tree(archive, links):
        if str(link.get("Type", "")).endswith("/comments"):
            target = str(link.get("Target", ""))
            part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            for comment in _tree(archive, part).iter() if part in archive.namelist() else ():
                if _kind(comment) == "comment" and comment.get("ref"):
                    text = "".join(piece.text or "" for piece in comment.iter() if _kind(piece) == "t")
                    found[coordinate_to_tuple(comment.get("ref"))] = _said(text)
    return found


def _tree(archive: zipfile.ZipFile, part: str) -> Any:
    from defusedxml.ElementTree import fromstring

    return fromstring(archive.read(part), forbid_dtd=True)


def _kind(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _said(text: str) -> str:
    """Return what people wrote in a comment; newer programs put an explanation for older ones before a discussion."""
    return text.partition("Comment:")[2].strip() if text.startswith(_THREAD) and "Comment:" in text else text.strip()
