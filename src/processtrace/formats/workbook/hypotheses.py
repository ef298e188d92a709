"""The hypotheses, or cells of factors, under which the pages of a study may judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from processtrace.formats.workbook.cell_values import cell_text, read_list
from processtrace.formats.workbook.pages import GIVEN, PRIOR, UNDER, WHY, Page, heading
from processtrace.study import NONE
from processtrace.study.scales import ICD_203


@dataclass(frozen=True)
class JudgedNames:
    """Names under which items are judged.

    Those in `needed` must have a column each, those in `allowed` may. `words` are those of the scale of words,
    and `levels` the levels of nodes at which clues are judged.
    """

    needed: tuple[str, ...]
    allowed: tuple[str, ...]
    words: tuple[str, ...]
    levels: tuple[str, ...] = ()

    def column(self, page: Page, hypothesis: str) -> str:
        """Return the column of a hypothesis on a page: its name, or `under NAME`."""
        return UNDER + hypothesis if UNDER + hypothesis in page.columns else heading(page.name, hypothesis)

    def columns(self, page: Page) -> list[str]:
        """Return the column of each hypothesis on a page."""
        return [self.column(page, h) for h in self.allowed]


def judged_names(pages: Mapping[str, Page]) -> JudgedNames:
    """Return the hypotheses that the pages declare, that cases judge, and the cells that columns name."""
    factors = _listed(pages, "factors", "id")
    words = _listed(pages, "words", "word") or list(ICD_203)
    if not factors:
        hypotheses = _listed(pages, "hypotheses", "id")
        judged = [h for row in _rows(pages, "cases") for h in read_list(row.get("judges", ""))]
        columns = pages["evidence"].columns if "evidence" in pages else ()
        levels = tuple(column.removeprefix(GIVEN) for column in columns if column.startswith(GIVEN))
        return JudgedNames(tuple(hypotheses), tuple(dict.fromkeys([*hypotheses, *judged])), tuple(words), levels)
    cells = [cell for page in pages.values() for column in page.columns if (cell := _bare(column)) and _is_cell(cell, factors)]
    settings = [str(row.get("key", "")) for row in _rows(pages, "study")]
    cells += [cell for key in settings if key.startswith(PRIOR) and _is_cell(cell := key.removeprefix(PRIOR), factors)]
    return JudgedNames((NONE, *factors), tuple(dict.fromkeys([NONE, *factors, *cells])), tuple(words))


def _rows(pages: Mapping[str, Page], name: str) -> list[dict[str, str | float | bool]]:
    return [row.cells for row in pages[name].rows] if name in pages else []


def _listed(pages: Mapping[str, Page], name: str, column: str) -> list[str]:
    cells = [row.get(column) for row in _rows(pages, name)]
    return list(dict.fromkeys(str(cell_text(cell)).strip() for cell in cells if cell is not None))


def _bare(column: str) -> str:
    for head in (WHY, UNDER, PRIOR):
        column = column.removeprefix(head)
    return column


def _is_cell(cell: str, factors: list[str]) -> bool:
    parts = cell.split("+")
    places = [factors.index(part) for part in parts if part in factors]
    return len(places) == len(parts) and places == sorted(set(places))
