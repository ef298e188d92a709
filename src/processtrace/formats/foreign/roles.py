"""What each column of a table is taken for, by its heading and by what stands in it; what nothing accounts for is a question."""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from processtrace.errors import Fault, StudyError
from processtrace.formats.foreign.answers import Answers, Meaning
from processtrace.formats.foreign.headings import Heading, read_heading
from processtrace.formats.foreign.logarithms import DECIBELS_IN
from processtrace.formats.foreign.marks import PRIOR, TOTAL, most, sort_of
from processtrace.formats.foreign.table import Row, Table, named_alike
from processtrace.formats.foreign.vocabulary import FOUND, SAYS_WHETHER, YES_OR_NO, Role
from processtrace.study.values import shown
from processtrace.text.names import nearest

Form = Literal["wide", "long", "claim", "claim ratio", "pairs", "segments", "none"]
Kind = Literal["probability", "ratio", "decibels", "ratings", "grades", "words"]

_ONCE: tuple[Role, ...] = ("id", "label", "date", "source", "note", "case", "claim", "found", "analyst", "number", "hypothesis", "status")
_WORDS_FOR: dict[str, str] = {
    "finding": "the finding", "id": "the identifier", "label": "the label", "date": "the date", "source": "the source", "note": "the note",
    "case": "the case", "claim": "the claim, a case of its own", "found": "whether it was found", "status": "whether it was found",
    "analyst": "who judged", "hypothesis": "the explanation", "prior": "the prior", "number": "the number of the row, passed over",
    "derived": "computed from others, passed over", "ignored": "passed over, as you say", "kept": "kept as a note", "segment": "the passage",
    "code": "its codes", "document": "its document", "coder": "who coded it", "place": "where it stands", "url": "its address, kept as a note",
    "empty": "empty, passed over", "upper": "the upper end of a range",
}  # fmt: skip


_END = re.compile(
    r"(.*\S)[\s_,:(–-]+(low|high|lower|upper|min|max|minimum|maximum|lower end|upper end|lower bound|upper bound)\)?", re.IGNORECASE
)
_MIDDLE = re.compile(r"(.*\S)[\s_,:(–-]+(?:best|best guess|central|point|estimate|mode|most likely|mid|middle)\)?", re.IGNORECASE)
_LOWER = frozenset({"low", "lower", "min", "minimum", "lower end", "lower bound"})


@dataclass(frozen=True)
class Roles:
    """What was made of the columns of a table.

    Attributes
    ----------
    table : Table
        The table, with the columns' headings as they were understood.
    form : str
        Which of the forms it has.
    finding : str or None
        The column of the findings.
    values : Mapping
        The columns that hold judgements, with what each is about.
    kind : str
        What their values are.
    taken : Mapping
        Every other column that was understood, by what it is; several notes may be kept.
    kept : tuple of str
        The columns that are kept as notes.
    said : tuple of str
        What each column was taken for, in words.
    upper : Mapping
        By the column of the lower end of a range, that of its upper end.
    """

    table: Table
    form: Form
    finding: str | None
    values: Mapping[str, Heading] = field(default_factory=dict)
    kind: Kind = "probability"
    taken: Mapping[Role, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    upper: Mapping[str, str] = field(default_factory=dict)

    def column(self, role: Role) -> str | None:
        """Return the column that was taken for this, if there is one."""
        return self.taken.get(role)


class Columns:
    """The columns of one table while they are being understood.

    Parameters
    ----------
    table : Table
        The table.
    answers : Answers
        What the user says of it.
    """

    def __init__(self, table: Table, answers: Answers):
        self.table, self.answers = table, answers
        self.words: Mapping[str, Meaning] = answers.words
        self.heads = dict(table.headings)
        self.role: dict[str, str] = {name: head.role for name, head in self.heads.items()}
        self.faults: list[Fault] = []
        self.upper: dict[str, str] = {}
        self._join_ends()
        if answers.values in DECIBELS_IN:
            self.heads = {name: dataclasses.replace(head, base=answers.values, scale="decibels") for name, head in self.heads.items()}
        self._findings = [row for row in table.rows if row.block == 0 and not _is_computed(row)]
        self.sorts = {name: most(sort_of(cell, self.words) for cell in self.top(name)) for name in table.columns}
        self._answered()
        self._corrected()

    def top(self, name: str) -> list[str]:
        """Return the filled cells of a column down to the first blank row, without rows of totals and priors."""
        return [row.cells[name] for row in self._findings if row.cells[name]]

    def of(self, *roles: str) -> list[str]:
        """Return the columns that have one of these roles, in their order."""
        return [name for name in self.table.columns if self.role[name] in roles]

    def fault(self, column: str, read: str, allowed: str, fix: str) -> None:
        """Keep a fault of a column."""
        self.faults.append(self.table.fault(None, column, read, allowed, fix))

    def _join_ends(self) -> None:
        """Take two columns that differ in 'low' and 'high' only for the ends of one range."""
        ends: dict[tuple[str, bool], str] = {}
        for name, head in self.heads.items():
            if head.role == "unknown" and (found := _END.fullmatch(head.name)):
                ends[found[1].casefold(), found[2].casefold() in _LOWER] = name
        for (base, low), name in ends.items():
            if low and (other := ends.get((base, False))):
                found = _END.fullmatch(self.heads[name].name)
                assert found is not None
                head = read_heading(found[1])
                self.heads[name] = dataclasses.replace(
                    head, text=name, scale=head.scale or self.heads[name].scale, percent=head.percent or self.heads[name].percent
                )
                self.role[name], self.role[other], self.upper[name] = head.role, "upper", other
        ranges = {self.heads[name].name.casefold() for name in self.upper}
        for name in self.heads:
            if (found := _MIDDLE.fullmatch(name)) and found[1].casefold() in ranges:
                self.role[name] = "kept"

    def _named(self, wanted: str, option: str) -> str | None:
        plain = " ".join(wanted.split()).casefold()
        for name, head in self.heads.items():
            if plain in (name.casefold(), head.name.casefold(), re.sub(r"\s*[(\[].*?[)\]]\s*$", "", name).casefold()):
                return name
        fix = nearest(wanted, self.heads)
        self.faults.append(self.table.fault(None, "", f"{option} {wanted}", f"a column: {', '.join(self.heads)}", fix))
        return None

    def _answered(self) -> None:
        """Follow the user's answers before anything is guessed."""
        if self.answers.explanations and self.of("hypothesis") and self.of("value"):
            return
        for wanted in self.answers.ignore:
            if name := self._named(wanted, "--ignore"):
                self.role[name] = "ignored"
        chosen = [name for wanted in self.answers.explanations if (name := self._named(wanted, "--explanations"))]
        for name in chosen:
            head = self.heads[name]
            if head.role not in ("under", "against"):
                self.heads[name] = dataclasses.replace(head, role="under", name=head.name or name)
            self.role[name] = "under"
        if chosen:
            for name in self.of("unknown", "under", "against", "evidence"):
                if name not in chosen and not (self.heads[name].role in ("under", "against") and not self.heads[name].name):
                    self.role[name] = "kept"

    def _corrected(self) -> None:
        """Correct what headings say by what stands under them."""
        for name in self.of("finding", "id", "label", "source", "beside", "status", "value"):
            entries = {cell.lower() for cell in self.table.filled(name)}
            if entries and entries <= SAYS_WHETHER and self.role[name] in ("finding", "status", "value") and len(self.heads) > 2:
                self.role[name] = "found"
        if not self.of("found"):
            alone = [
                name
                for name in self.of("unknown")
                if (entries := {cell.lower() for cell in self.table.filled(name)}) and entries <= SAYS_WHETHER - YES_OR_NO
            ]
            for name in alone if len(alone) == 1 else ():
                self.role[name] = "found"
        for name in self.of("found"):
            if re.fullmatch(r"(?i)results?|passed\??", name) and not {cell.lower() for cell in self.table.filled(name)} <= set(FOUND):
                self.role[name] = "unknown"
        for name in self.of("number"):
            if not all(re.fullmatch(r"[\w.]*\d[\w.]*\)?", cell) for cell in self.table.filled(name)):
                self.role[name] = "unknown"
        for name in self.of("evidence"):
            self.role[name] = "unknown"
        for name in self.of("hypothesis", "claim"):
            if self.sorts[name] and not self.is_text(name):
                self.role[name] = "unknown"
        if not self.of("segment") or not self.of("code", "document"):
            self._without_passages()
        findings = self.of("finding")
        if len(findings) > 1:
            longest = max(findings, key=lambda name: sum(map(len, self.table.filled(name))))
            for name in findings:
                self.role[name] = "finding" if name == longest else "kept"

    def _without_passages(self) -> None:
        """In a table that isn't one of coded passages, its columns are what they are elsewhere."""
        for name in self.of("segment", "code", "coder", "place", "url", "document"):
            text = self.role[name] in ("segment", "document") and self.is_text(name)
            if self.role[name] == "document" and not self.of("source") and text and self.of("finding"):
                self.role[name] = "source"
            elif self.role[name] == "segment" and not self.of("finding") and text:
                self.role[name] = "finding"
            else:
                self.role[name] = "kept"

    def all_text(self) -> list[str]:
        """Return the columns of texts of which nothing is known."""
        return [name for name in self.of("unknown", "beside") if self.sorts[name] and self.is_text(name)]

    def is_text(self, name: str) -> bool:
        """Return whether most entries of a column are no judgements."""
        counts = self.sorts[name]
        return counts.get("other", 0) * 2 >= sum(counts.values())

    def first_text(self) -> str | None:
        """Return the column of the findings: the one of that name, the first that holds texts of its own, or one that numbers or names the rows."""
        if found := self.of("finding"):
            return found[0]
        open_ = [name for name in self.of("unknown", "label", "hypothesis", "segment", "evidence") if self.table.filled(name)]
        texts = [name for name in open_ if self.is_text(name)]
        return next(iter(texts), None) or self.identifying()

    def identifying(self) -> str | None:
        """Return the column that tells the rows apart where no text says what was found: an identifier, or numbers that count the rows."""
        first = [name for name in self.table.columns[:1] if self.role[name] in ("unknown", "kept") and len(self.heads) > 2]
        for name in (*self.of("id", "number"), *(name for name in first if all(cell.isdigit() for cell in self.top(name)))):
            entries = [row.cells[name] for row in self._findings]
            if all(entries) and len(set(entries)) == len(entries):
                return name
        return None

    def done(self, form: Form, values: Mapping[str, Heading], kind: Kind) -> Roles:
        """Return what was made of all columns; what is left becomes a note."""
        if self.faults:
            raise StudyError(self.faults)
        taken: dict[Role, str] = {}
        said = list(self.table.said)
        kept = []
        finding = next(iter(self.of("finding")), None)
        reasons = {self.heads[name].name: name for name in self.of("reason") if self.heads[name].name}
        for name in self.table.columns:
            role = self.role[name]
            if role == "prior" and form not in ("claim", "claim ratio", "long") and not self.heads[name].name:
                role = "kept"
            if name in values:
                said.append(f"{name}: {_about(values[name], kind)}")
                continue
            if role in (*_ONCE, "prior", "document", "coder") and (role not in taken) and not (role == "prior" and self.heads[name].name):
                taken[role] = name
            elif name in reasons.values():
                said.append(f"{name}: the reason for {self.heads[name].name}")
                continue
            elif role == "reason" and form == "long":
                said.append(f"{name}: the reason")
                continue
            elif role not in ("finding", "ignored", "derived", "number", "empty", "prior", "segment", "code", "place", "url", "upper"):
                role = "kept"
            if role in ("kept", "url"):
                kept.append(name)
            stands = name == finding and self.heads[name].role in ("id", "number")
            said.append(
                f"{name}: {'stands for the finding, of which no column says more' if stands else _WORDS_FOR.get(role, 'kept as a note')}"
            )
        upper = {name: other for name, other in self.upper.items() if name in values}
        return Roles(self.table, form, finding, dict(values), kind, taken, tuple(kept), reasons, tuple(said), upper)

    def all_known_as(self, roles: Iterable[str]) -> list[str]:
        """Return columns with these roles in which every entry is a rating with a sign, as if they were explanations."""
        return [name for name in self.of(*roles) if "sign" in self.sorts[name] and set(self.sorts[name]) <= {"sign", "letters", "grade"}]

    def question(self, names: Sequence[str], chosen: Sequence[str], why: str) -> None:
        """Ask which of some columns are explanations, with the options that answer it."""
        for name in names:
            entries = ", ".join(dict.fromkeys(self.table.filled(name)))
            fix = f"if it is an explanation add {option('explanations', [*chosen, name])}, if not add {option('ignore', [name])}"
            self.fault(name, f"{shown(entries)}; {why}", "a column that is an explanation, or one to be passed over", fix)


def _is_computed(row: Row) -> bool:
    """Return whether a row says that it is a total or a prior."""
    first = next((cell for cell in row.cells.values() if cell), "")
    return bool(TOTAL.fullmatch(first) or PRIOR.fullmatch(first))


def option(name: str, columns: Sequence[str]) -> str:
    """Return an option of the command line with these columns, as it is to be typed."""
    listed = ",".join(columns)
    return f"--{name} {shlex.quote(listed) if re.search(r'[^A-Za-z0-9,._-]', listed) else listed}"


def _about(head: Heading, kind: Kind) -> str:
    unit = f"logarithms ({head.base})" if head.base and kind == "decibels" else kind if kind == "decibels" else "ratios"
    if head.role == "pair":
        return f"the weight of {head.name} against {head.other}, in {unit}"
    if head.role == "ratio":
        what = (
            "how many times as probable it is not to find it if the claim holds"
            if head.missed
            else "how many times as probable if the claim holds"
        )
        return what + (f", in {unit}" if kind == "decibels" else "")
    noun = {"probability": "the probability", "ratio": "the ratio", "decibels": unit, "ratings": "the rating", "grades": "the rating",
            "words": "words of probability"}[kind]  # fmt: skip
    if head.role == "value":
        return noun
    missing = "one minus the probability" if head.missed else noun
    under = f"under '{head.name}'" if head.name else "if the claim holds"
    if head.role == "against":
        under = f"if '{head.name}' does not hold" if head.name else "if the claim does not hold"
    return f"{missing} {under}{', in per cent' if head.percent else ''}"


def spelled_alike(table: Table, column: str, what: str) -> list[Fault]:
    """Return a fault for names in a column that differ in letter case, blanks or marks at their end only."""
    faults = []
    for group in named_alike(table.filled(column)).values():
        first, *others = ((name, next(row for row in table.rows if row.cells[column] == name)) for name in group)
        for name, row in others:
            read = f"'{shown(name)}' and '{shown(first[0])}' (row {first[1].line}), which nearly agree"
            faults.append(
                table.fault(
                    row,
                    column,
                    read,
                    f"one spelling of {what}",
                    f"write both alike, or give each {what.split(maxsplit=1)[1]} a name of its own",
                )
            )
    return faults
