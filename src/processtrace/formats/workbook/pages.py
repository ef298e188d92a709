"""The pages of a study as a table: what each is for, its columns, and what a column holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from processtrace.errors import Fault
from processtrace.formats.workbook.cell_values import (
    CITATIONS,
    FLAG,
    JUDGED,
    LEVELS,
    NAMES,
    NUMBER,
    PAIRS,
    PERIOD,
    SENSITIVITY,
    TEXT,
    Cell,
    Kind,
)
from processtrace.study import SCALES, Analyst, Cluster, Factor, Group, Hypothesis, Reference, Source, Tag
from processtrace.study.scales import relative

CAUSAL_KEYS = ("graph", "label", "levels", "at", "rule", "never", "keep", "parents", "shares", "alpha", "learn", "selected", "case table")
"""What a row of the page `causal` can be about."""

GUIDE = "How to fill in"
MOST_ROWS, MOST_COLUMNS = 20_000, 1_000


@dataclass(frozen=True)
class Row:
    """A row by the names of its columns; blank cells are left out. `number` counts as the spreadsheet does."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook, or one CSV file; `path` is how messages name the file it was read from.

    `comments` holds the remarks that are pinned to cells, by row and column.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    path: str = ""
    comments: dict[tuple[int, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A column: its name, what it holds, and what is to be written in it."""

    name: str
    kind: Kind
    about: str
    required: bool = False
    width: int = 16
    optional: bool = False
    """Whether a page is written without it where no row has it."""


@dataclass(frozen=True)
class Shape:
    """A kind of page: what it is for, its fixed columns, and the type of its rows where each is one part of the study."""

    about: str
    columns: tuple[Column, ...]
    part: Any = None
    always: bool = True

    @property
    def named(self) -> dict[str, Column]:
        """The columns by their names."""
        return {column.name: column for column in self.columns}


_ID = Column("id", TEXT, "letters, digits, _ and -, at most 60; each its own", required=True, width=22)
_LABEL = Column("label", TEXT, "what figures and tables print, at most 40 characters", width=28)
_CASE = Column("case", TEXT, "the case it belongs to; blank for all cases", width=18)
_NOTE = Column("note", TEXT, "a remark", width=40)
_STATEMENT = Column("statement", TEXT, "what the explanation says", width=80)

_FIRST, *_OTHERS, _LAST = SCALES
_SCALES = f"{', '.join((f'{_FIRST} (also where blank)', *_OTHERS))} or {_LAST}"

SHAPES: dict[str, Shape] = {
    "study": Shape(
        "What is asked, and the settings: one to a row.",
        (
            Column(
                "key",
                TEXT,
                "title, description, question, analyst, range_coverage, anchor, cluster_correlation, lean_correlation, years, compounds, verdict",
                True,
                24,
            ),
            Column("value", TEXT, "its value; blank for the usual one", True, 100),
        ),
    ),
    "hypotheses": Shape(
        "The rival explanations, exactly one of which is taken to be right.",
        (
            _ID,
            _LABEL,
            _STATEMENT,
            Column("prior", NUMBER, "relative weight before the evidence; 1 where blank"),
            Column("residual", FLAG, "yes for what none of the others names"),
            Column("when", TEXT, "the event in the causal model that it is, or otherwise", width=40, optional=True),
            Column("model", TEXT, "the causal model it belongs to, where there are several", optional=True),
        ),
        Hypothesis,
    ),
    "factors": Shape(
        "Instead of hypotheses: causes that may act together.",
        (_ID, _LABEL, _STATEMENT, Column("prior", NUMBER, "probability that it is at work; 0.5 where blank")),
        Factor,
        always=False,
    ),
    "cases": Shape(
        "The states, decisions or episodes that are explained. A column 'prior of NAME' for each hypothesis, where a case has its own.",
        (
            Column("case", TEXT, "the name by which the other pages name it: letters, digits, _ and -", required=True, width=22),
            _LABEL,
            Column("outcome", TEXT, "what happened", width=60),
            Column("known_answer", TEXT, "the hypothesis known to be right, in a case that measures judges", width=22),
            Column("period", PERIOD, "first and last date: 1990 to 2005"),
            Column("description", TEXT, "a remark on the case", width=40),
            Column("judges", NAMES, "hypotheses its items are judged under, where there are more than the study's", width=30),
            Column("known", LEVELS, "nodes of the causal model for which the case was chosen: I = 0; D = 1", width=20, optional=True),
            Column("row", TEXT, "its name among the cases that a causal model was learned from", optional=True),
        ),
    ),
    "sources": Shape(
        "Independent sources, and how reliably they report.",
        (
            _CASE,
            _ID,
            _LABEL,
            Column("kind", TEXT, "interview, journalism, archive, ..."),
            Column("cite", CITATIONS, "where it can be read: keys of the bibliography", width=24),
            Column("reliability", JUDGED, "from 0, worthless, to 1, taken at its word: a number or a range"),
            Column("reports_if_true", NUMBER, "instead: probability that it reports a finding that is true"),
            Column("reports_if_false", NUMBER, "and that it reports one that is false"),
            _NOTE,
        ),
        Source,
    ),
    "clusters": Shape(
        "Items that depend on each other even if the explanation were known.",
        (_CASE, _ID, _LABEL, Column("correlation", NUMBER, "from 0 to below 1; the study's where blank"), _NOTE),
        Cluster,
    ),
    "tags": Shape(
        "Words by which items are grouped.",
        (_ID, _LABEL, Column("group", TEXT, "tags of one group answer one question", width=20), _NOTE),
        Tag,
        always=False,
    ),
    "analysts": Shape(
        "Who judged.",
        (
            _ID,
            _LABEL,
            Column("note", TEXT, "whether a person or a language model judged", width=60),
            Column("weight", NUMBER, "in the pool; 1 where blank"),
            Column("judge", TEXT, "who judged, the same text for several codings by one judge", width=20),
            Column("words", SENSITIVITY, "what words mean to them, as in 'likely: 0.6 to 0.7; unlikely: 0.2'", width=40),
            Column("sample", TEXT, "how the items were drawn, where they judged a sample", width=40),
            Column("revises", TEXT, "for a second round: the analyst whose judgements these take the place of", width=20),
            Column("model", PAIRS, "a language model, as in 'name: M; version: 2; date: 2026-01-31'", width=40),
            Column("asked", PAIRS, "how one answer of it was asked for, as in 'format: all; order: 1; repeat: 2'", width=30),
        ),
        Analyst,
    ),
    "wordings": Shape(
        "Codings that were made under other statements of the explanations than the study's.",
        (
            Column("analyst", TEXT, "the coding", required=True, width=22),
            Column("hypothesis", TEXT, "the explanation", required=True, width=22),
            Column("statement", TEXT, "what it said there", required=True, width=80),
        ),
        always=False,
    ),
    "groups": Shape(
        "Items that may depend on each other although no cluster joins them; the robustness section tries it.",
        (_ID, _LABEL, Column("items", NAMES, "items, as id or case/id", width=60), _NOTE),
        Group,
        always=False,
    ),
    "terms": Shape(
        "Leaders' terms, or other stretches of a case's time.",
        (
            Column("case", TEXT, "the case", required=True, width=18),
            Column("label", TEXT, "whose term, or what the stretch is called", required=True, width=28),
            Column("from", TEXT, "its first date", required=True),
            Column("to", TEXT, "its last date", required=True),
        ),
        always=False,
    ),
    "words": Shape(
        "The study's own scale of words, where it has one.",
        (
            Column("word", TEXT, "as judgements say it", required=True, width=28),
            Column("probability", JUDGED, "what it stands for: a number or a range", required=True),
        ),
        always=False,
    ),
    "accepted": Shape(
        "Answers to the notes of 'check'.",
        (
            Column("note", TEXT, "the name of the note", required=True, width=28),
            Column("answer", TEXT, "why the note is accepted", required=True, width=80),
        ),
        always=False,
    ),
    "locks": Shape(
        "Plans that were locked before the search.",
        (
            Column("file", TEXT, "the file of the locked plan", required=True, width=34),
            Column("hash", TEXT, "its SHA-256", width=40),
            Column("deposited", TEXT, "date on which the hash was deposited"),
            Column("where", TEXT, "where it was deposited", width=40),
            Column("plan", TEXT, "what else the file holds; not to be changed here", width=40),
        ),
        always=False,
    ),
    "locked": Shape(
        "What these files hold of each item. Read from them; not to be changed here.",
        (
            Column("file", TEXT, "the file of the locked plan", required=True, width=34),
            Column("item", TEXT, "case and item, joined by /", required=True, width=34),
            Column("entry", TEXT, "what was locked of it", required=True, width=80),
        ),
        always=False,
    ),
    "references": Shape(
        "The bibliography.",
        (
            _ID,
            Column("author", TEXT, "names, joined by ;", width=30),
            Column("year", TEXT, "year"),
            Column("title", TEXT, "title", width=60),
            Column("outlet", TEXT, "journal, book or publisher", width=30),
            Column("url", TEXT, "address", width=40),
            Column("volume", TEXT, "volume"),
            Column("pages", TEXT, "pages"),
        ),
        Reference,
        always=False,
    ),
    "causal": Shape(
        "The causal models: one fact to a row.",
        (
            Column("model", TEXT, "the model, where there are several; blank for what all share"),
            Column("key", TEXT, f"one of {', '.join(CAUSAL_KEYS)}", required=True),
            Column("name", TEXT, "the node it is about"),
            Column("entry", TEXT, "for shares and alpha: the way of responding, or a statement", width=30),
            Column("value", TEXT, "what is said", width=60),
            Column("because", TEXT, "why, for what is impossible", width=40),
        ),
        always=False,
    ),
    "correlations": Shape(
        "How two planned items depend on each other. A column for each hypothesis, with the correlation under it.",
        (
            Column("case", TEXT, "the case of the items", required=True, width=18),
            Column("first", TEXT, "a planned item", required=True, width=22),
            Column("second", TEXT, "another", required=True, width=22),
        ),
        always=False,
    ),
    "evidence": Shape(
        "One row per item and analyst: the finding, and under each hypothesis how probable a finding of this kind and degree is. "
        "A column for each hypothesis, and a column 'why NAME' for the reason. What one row of an item says may be blank in its other rows.",
        (
            Column("case", TEXT, "the case of the item", required=True, width=14),
            Column("id", TEXT, "letters, digits, _ and -; unique in the case", required=True, width=22),
            _LABEL,
            Column("date", TEXT, "1994, 1994-03, 1994-03-29, or two joined by /"),
            Column("status", TEXT, "found (also where blank), not_found, planned, unjudged, set_aside"),
            Column("finding", TEXT, "what was found, or looked for", required=True, width=70),
            Column("source", NAMES, "independent sources", width=20),
            Column("cite", CITATIONS, "where it can be read: keys, with a place after a comma: press2005, p. 3", width=24),
            Column("cluster", TEXT, "the cluster it belongs to", width=20),
            Column("given", NAMES, "items of the case that were known when it was judged", width=20),
            Column("tags", NAMES, "tags", width=20),
            Column(
                "search_sensitivity",
                SENSITIVITY,
                "probability that the search finds it if it is there; or 'NAME: 0.5; NAME: 0.2 to 0.4'",
                width=18,
            ),
            Column("searched", TEXT, "where and how it was looked for", width=30),
            Column("observes", LEVELS, "in place of a judgement: the node of the causal model that it shows: M = 1", optional=True),
            Column("about", TEXT, "the node whose levels it is judged at, each in a column 'given LEVEL'", optional=True),
            Column("quote", TEXT, "the words of the source", width=30),
            Column("note", TEXT, "a remark; why, for what is set aside", width=30),
            Column("found_on", TEXT, "date on which it was found"),
            Column("cost", NUMBER, "of looking for a planned item"),
            Column("analyst", TEXT, "who judged; blank for the one common judgement"),
            Column("scale", TEXT, _SCALES),
        ),
    ),
}

JUDGED_COLUMNS = (
    Column("anchor", NUMBER, f"for {relative('and')}: the probability that the largest stands for"),
    Column("judged", TEXT, "date on which it was judged"),
    Column("analyst_note", TEXT, "the analyst's remark", width=30),
    Column("statements", PAIRS, "fingerprints of the statements it was judged under; 'merge' writes them", width=30),
)
"""Columns of the evidence after the hypotheses."""

OF_THE_ANALYST = ("analyst", "scale", "anchor", "judged", "analyst_note", "statements")
"""Columns of the evidence in which the rows of one item differ."""

PRIOR, WHY, UNDER, GIVEN = "prior of ", "why ", "under ", "given "


def fixed_columns(page: str) -> dict[str, Column]:
    """Return the columns that every page of this name may have."""
    more = {column.name: column for column in JUDGED_COLUMNS} if page == "evidence" else {}
    return SHAPES[page].named | more


def heading(page: str, hypothesis: str) -> str:
    """Return the column of a hypothesis: its name, or 'under NAME' where another column has that name."""
    return UNDER + hypothesis if hypothesis in fixed_columns(page) else hypothesis


def fault_at(page: Page, row: int, column: str, read: str, allowed: str, fix: str = "", about: str = "") -> Fault:
    """Return a fault of a page (row 0), a row (no column) or a cell."""
    place = [f"page {page.name}", f"row {row}" if row else "", f"column {column}" if column else "", about]
    return Fault(", ".join(part for part in place if part), read, allowed, fix, (), page.path, row or 1)
