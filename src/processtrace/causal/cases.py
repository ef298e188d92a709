"""Cases to learn from: a table with a column for each node, where a blank says that nobody looked."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.graph import Graph
from processtrace.errors import Fault, StudyError, UsageError
from processtrace.text.names import nearest

if TYPE_CHECKING:
    import pandas as pd

type Given = str | PathLike[str] | pd.DataFrame | Sequence[Mapping[str, Any]] | Table
"""A path, a table, or a list with a mapping for each case."""

NAME, COUNT, UNSEEN = "case", "count", -1

Levels = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """A CSV file of cases as text: its path, its columns, and the line and the cells of each row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    path: str = field(default="", compare=False)
    lines: tuple[int, ...] = field(default=(), compare=False)

    def each(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Yield the line and the cells by column of each row."""
        for line, cells in zip(self.lines or range(2, len(self.rows) + 2), self.rows, strict=True):
            yield line, dict(zip(self.columns, cells, strict=False))

    def csv(self) -> str:
        """Return it as a CSV file."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.columns, *self.rows])
        return text.getvalue()


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases as numbers: `seen` (row, node in causal order) holds levels, -1 where nobody looked, and `counts` how many such cases a row is.

    `names` holds the name of each row, and `places` where it was read: a path and a line, or a path that is blank and the row's number.
    """

    names: tuple[str, ...]
    seen: Levels
    counts: Levels
    places: tuple[tuple[str, int], ...]

    def row(self, name: str) -> int:
        """Return the place of the case of this name.

        Raises
        ------
        UsageError
            If there is none, or the row stands for more than one case.
        """
        if name not in self.names:
            hint = nearest(name, self.names)
            raise UsageError(f"row: '{name}'; a case that the model was learned from{f'; {hint}' if hint else ''}")
        place = self.names.index(name)
        if self.counts[place] != 1:
            raise UsageError(f"row: '{name}', which stands for {self.counts[place]} cases; a row that is one case")
        return place

    def fault(self, row: int, read: str, allowed: str, fix: str = "") -> Fault:
        """Return a fault of one row."""
        path, line = self.places[row]
        return Fault(f"case '{self.names[row]}'", read, allowed, fix, path=path, line=line if path else 0)


def read_cases(given: Given, graph: Graph) -> Cases:
    """Return cases from a CSV file, a table or a list of mappings, checked.

    Parameters
    ----------
    given
        A path, a pandas table, or a list with a mapping for each case. A column for each node that somebody looked for: the number
        or the label of its level, or blank where nobody looked. `case` names a case and `count` says how many such cases there are.
    graph
        The graph that has the nodes.

    Raises
    ------
    StudyError
        With every fault, each with its file and line: a column that is no node, a value that is no level, a count that is no whole
        number, two cases of one name, or nothing but blanks.
    """
    path, columns, rows = _table(given)
    faults = [
        Fault("", f"a column '{column}'", f"'{NAME}', '{COUNT}' or a node of the graph: {', '.join(graph.nodes)}", nearest(column, graph.nodes), path=path, line=1 if path else 0)
        for column in columns
        if column not in (*graph.nodes, NAME, COUNT)
    ]  # fmt: skip
    faults += [
        Fault("", f"two columns '{column}'", "one column for each node", path=path, line=1 if path else 0)
        for place, column in enumerate(columns)
        if column in columns[:place]
    ]
    names: list[str] = []
    seen, counts, places = [], [], []
    for line, cells in rows if not faults else ():
        name = "" if _blank(cells.get(NAME)) else str(cells[NAME]).strip()
        where = f"case '{name}'" if name else f"case {len(names) + 1}"
        if name in names:
            faults.append(Fault(where, "the name of an earlier case too", "one row for each name", path=path, line=line))
        count = _count(cells.get(COUNT))
        if count is None:
            faults.append(Fault(f"{where}, {COUNT}", f"'{cells[COUNT]}'", "a whole number of cases", path=path, line=line))
        levels = np.full(len(graph.order), UNSEEN, np.int64)
        for node in columns:
            if node in graph.position and not _blank(cells.get(node)):
                try:
                    levels[graph.position[node]] = graph.level(node, _plain(cells[node]))
                except StudyError as error:
                    faults += [Fault(f"{where}, {node}", one.read, one.allowed, one.fix, path=path, line=line) for one in error.faults]
        names.append(name or str(len(names) + 1))
        seen.append(levels)
        counts.append(count or 0)
        places.append((path, line))
    whole = np.array(seen, np.int64).reshape(len(names), len(graph.order))
    if not faults and rows and not (whole[np.array(counts) > 0] != UNSEEN).any():
        faults.append(
            Fault("", "no case in which anybody looked for a node", "a value of at least one node", path=path, line=1 if path else 0)
        )
    if faults:
        raise StudyError(faults)
    return Cases(tuple(names), whole, np.array(counts, np.int64), tuple(places))


def _table(given: Given) -> tuple[str, list[str], list[tuple[int, Mapping[str, Any]]]]:
    """Return the path (blank where there is none), the columns, and each row with its line."""
    if isinstance(given, str | PathLike):
        given = read_table(Path(given))
    if isinstance(given, Table):
        return given.path, list(given.columns), list(given.each())
    if not isinstance(given, Sequence) and hasattr(given, "itertuples"):
        columns = [str(column) for column in given.columns]
        rows = [dict(zip(columns, row, strict=True)) for row in given.itertuples(index=False, name=None)]
        return "", columns, [(0, row) for row in rows]
    if not isinstance(given, Sequence) or not all(isinstance(row, Mapping) for row in given):
        raise UsageError(f"cases: {type(given).__name__}; the path of a CSV file, a pandas table, or a list of mappings is allowed")
    listed = cast(Sequence[Mapping[str, Any]], given)
    return "", list(dict.fromkeys(str(key) for row in listed for key in row)), [(0, row) for row in listed]


def read_table(path: Path, shown_path: str = "") -> Table:
    """Return a CSV file as text, under the path by which messages name it.

    Raises
    ------
    StudyError
        If it can't be read, has no first line, or a row with more cells than columns.
    """
    shown = shown_path or path.as_posix()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise StudyError(
            [Fault("", f"'{path.name}', which can't be read ({error.strerror})", "a CSV file with a column for each node", path=shown)]
        ) from None
    except UnicodeDecodeError:
        raise StudyError([Fault("", "text that is not UTF-8", "a CSV file in UTF-8", path=shown)]) from None
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    columns: list[str] = []
    rows: list[tuple[int, tuple[str, ...]]] = []
    faults = []
    try:
        for cells in _stripped(reader):
            if not columns:
                columns = cells
            elif len(cells) > len(columns):
                faults.append(Fault("", f"{len(cells)} cells", f"{len(columns)}, one for each column", path=shown, line=reader.line_num))
            elif any(cells):
                rows.append((reader.line_num, tuple(cells)))
    except csv.Error as error:
        faults.append(Fault("", f"can't be read ({error})", "CSV", "check its quotation marks", path=shown, line=reader.line_num))
    if not columns and not faults:
        faults.append(Fault("", "an empty file", "a first line with the names of the nodes", path=shown, line=1))
    if columns and not rows and not faults:
        faults.append(Fault("", "no case below the first line", "a line for each case", path=shown, line=1))
    if faults:
        raise StudyError(faults)
    return Table(tuple(columns), tuple(cells for _, cells in rows), shown, tuple(line for line, _ in rows))


def _stripped(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    for cells in reader:
        found = [cell.strip() for cell in cells]
        while found and not found[-1]:
            found.pop()
        yield found


def _blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or type(value).__name__ == "NAType" or bool(value != value)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value.strip() if isinstance(value, str) else value


def _count(value: Any) -> int | None:
    """Return a whole number of 0 or more, 1 where blank; none where it is something else."""
    if _blank(value):
        return 1
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return int(number) if number >= 0 and number.is_integer() else None
