"""Which form a table has: coded passages, pairs, a row for each judgement, a claim and its negation, or explanations side by side."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence

from processtrace.formats.foreign.answers import Answers
from processtrace.formats.foreign.headings import Heading
from processtrace.formats.foreign.kinds import FITTING, families, kind_of, readable
from processtrace.formats.foreign.roles import Columns, Kind, Roles, option
from processtrace.formats.foreign.table import Table, named_alike
from processtrace.study import SCALES
from processtrace.study.values import shown

_LOGARITHMIC = frozenset(name for name, scale in SCALES.items() if scale.unit)
"""Scales whose values are logarithms, with a unit."""


def read_roles(table: Table, answers: Answers) -> Roles:
    """Return what each column of a table is taken for, and the form that the table has.

    Parameters
    ----------
    table : Table
        The table.
    answers : Answers
        What the user says of it.

    Returns
    -------
    Roles
        The columns; the form is `none` where no column holds a judgement or a coded passage.

    Raises
    ------
    StudyError
        With a question for each column that nothing accounts for, naming the options that answer it.
    """
    columns = Columns(table, answers)
    if columns.of("segment") and columns.of("code", "document") and not columns.of("under", "against", "ratio"):
        return columns.done("segments", {}, "words")
    form: Callable[[Columns], Roles | None]
    for form in (_pairs, _claim, _long, _claim_alone, _claim_ratio, _wide):
        if (found := form(columns)) is not None:
            return found
    return columns.done("none", {}, "words")


def _finding(columns: Columns) -> str | None:
    """Settle the column of the findings."""
    name = columns.first_text()
    if name:
        columns.role[name] = "finding"
    return name


def _pairs(columns: Columns) -> Roles | None:
    _quotients(columns)
    pairs = columns.of("pair")
    if not pairs:
        return None
    beside = _judged_beside(columns)
    if len(beside) > 1 and all(columns.heads[name].name for name in beside) and len(columns.of("under")) > 1:
        for name in pairs:
            columns.role[name] = "derived"
        return None
    if len(beside) > 1:
        columns.fault(pairs[0], f"weights of pairs beside {', '.join(beside)}, which may be judgements", "pairs, or explanations side by side",
                      f"if the explanations are judged add {option('ignore', pairs)}, if the pairs are add {option('ignore', beside)}")  # fmt: skip
    _finding(columns)
    counts = [columns.sorts[name] for name in pairs]
    said = {columns.heads[name].scale for name in pairs if columns.heads[name].scale}
    ratios = columns.answers.values == "ratio" or "ratio" in said or (not said and any("odds" in count for count in counts))
    if len(said) > 1:
        columns.fault(pairs[0], "pairs in ratios and in decibels", "one kind of weight in a table", "give each its own table")
    for name in columns.of("under", "against", "ratio"):
        columns.role[name] = "derived"
    return columns.done("pairs", {name: columns.heads[name] for name in pairs}, "ratio" if ratios else "decibels")


def _quotients(columns: Columns) -> None:
    """Take columns such as 'A / C' and 'B / C' for ratios against one reference."""
    open_ = [name for name in columns.of("unknown") if columns.sorts[name] and not columns.is_text(name)]
    parts = {name: found for name in open_ if (found := re.fullmatch(r"(\S.*?)\s*/\s*(.*\S)", columns.heads[name].name))}
    if len(parts) > 1 and len({found[2] for found in parts.values()}) == 1:
        for name, (first, reference) in ((name, found.groups()) for name, found in parts.items()):
            scale = columns.heads[name].scale or "ratio"
            columns.heads[name] = dataclasses.replace(columns.heads[name], role="pair", name=first, other=reference, scale=scale)
            columns.role[name] = "pair"


def _judged_beside(columns: Columns) -> list[str]:
    """Return the columns beside pairs that may hold a judgement under an explanation."""
    named = [name for name in columns.of("under") if columns.heads[name].name]
    open_ = [name for name in columns.of("unknown") if columns.sorts[name] and not columns.is_text(name)]
    return [*named, *(name for name in open_ if readable(columns, name, "probability") > 0.5)]


def _claim_alone(columns: Columns) -> Roles | None:
    """Ask for the negation of a claim where only the claim itself is judged."""
    under = columns.of("under")
    if not under or any(columns.heads[name].name for name in under) or columns.of("ratio"):
        return None
    if len(columns.heads) > 2 and not any(readable(columns, name, "probability") for name in under):
        return None
    columns.fault(under[0], "no column for the negation of the claim", "a column 'type I error', 'specificity' or 'P(E|~H)' too",
                  "add it: how probable the finding is if the claim does not hold")  # fmt: skip
    return columns.done("claim", {}, "probability")


def _claim(columns: Columns) -> Roles | None:
    """Return a table of a claim and its negation: P(E|H) and P(E|~H), or sensitivity with type I error or specificity."""
    against, under = columns.of("against"), columns.of("under")
    if not against:
        return None
    for name in columns.of("hypothesis") if not columns.of("claim") else ():
        columns.role[name] = "claim"
    named = dict.fromkeys(columns.heads[name].name.casefold() for name in against)
    if len(named) > 1:
        listed = ", ".join(against)
        columns.fault(against[0], f"the negations of several explanations ({listed})", "one claim and its negation, or explanations side by side",
                      f"pass over the negations by {option('ignore', against)} to compare the explanations with each other")  # fmt: skip
        return columns.done("claim", {}, "probability")
    claim = columns.heads[against[0]].name
    same = [name for name in under if columns.heads[name].name.casefold() == claim.casefold()]
    same = same or [name for name in under if not columns.heads[name].name] or under[:1]
    rest = [name for name in under if name not in same]
    if rest:
        columns.fault(against[0], f"a negation beside the explanations {', '.join(under)}", "explanations side by side, or one claim and its negation",
                      f"pass it over by {option('ignore', against)}, or the others by {option('ignore', rest)}")  # fmt: skip
    if not same:
        columns.fault(against[0], "no column for the claim itself", "a column 'sensitivity' or 'P(E|H)' too",
                      "add it: how probable the finding is if the claim holds")  # fmt: skip
        return columns.done("claim", {}, "probability")
    first = next((name for name in same if not columns.heads[name].missed), same[0])
    second = next((name for name in against if not columns.heads[name].missed), against[0])
    for name in (*same, *against, *columns.of("ratio")):
        if name not in (first, second):
            columns.role[name] = "derived"
    _finding(columns)
    kind = kind_of(columns, [first, second])
    return columns.done("claim", {first: columns.heads[first], second: columns.heads[second]}, kind)


def _long(columns: Columns) -> Roles | None:
    """Return a table with a row for each finding and explanation."""
    named = columns.of("hypothesis")
    if not named or [name for name in columns.of("under") if columns.heads[name].name]:
        return None
    finding = next(iter(columns.of("finding")), None)
    open_ = [name for name in columns.of("unknown", "label", "segment") if name not in named and columns.is_text(name)]
    finding = finding or next(iter(open_), None)
    values = [name for name in columns.of("value", "under", "ratio") if not (columns.role[name] == "ratio" and columns.heads[name].missed)]
    values = values or columns.all_known_as(("beside",))
    if not values:
        open_values = [name for name in columns.of("unknown") if name != finding and not columns.is_text(name) and columns.sorts[name]]
        listed = [cell for name in named for cell in columns.top(name)]
        values = open_values if len(open_values) == 1 and len(set(listed)) < len(listed) else []
    if finding is None or not values:
        return None
    columns.role[finding] = "finding"
    if len(values) > 1:
        first = next((name for name in values if columns.role[name] in ("value", "under")), values[0])
        for name in values:
            columns.role[name] = columns.role[name] if name == first else "derived"
        values = [first]
    head = dataclasses.replace(columns.heads[values[0]], role="value")
    return columns.done("long", {values[0]: head}, kind_of(columns, values))


def _claim_ratio(columns: Columns) -> Roles | None:
    """Return a table of likelihood ratios of a claim against its negation."""
    ratios = columns.of("ratio")
    if not ratios or [name for name in columns.of("under") if columns.heads[name].name]:
        return None
    open_ = [name for name in columns.of("unknown") if columns.sorts[name] and readable(columns, name, "probability") == 1]
    if len(open_) > 1 and columns.first_text() not in open_:
        return None
    for name in columns.all_text():
        if _WAY.fullmatch(name):
            entries = ", ".join(dict.fromkeys(columns.table.filled(name)))
            fix = f"write ratios below 1 where the finding speaks against the claim, then add {option('ignore', [name])}"
            columns.fault(name, f"{shown(entries)}, which may say for whom a ratio speaks", "one direction for all ratios", fix)
    of_finding = [name for name in ratios if not columns.heads[name].missed]
    if not of_finding:
        columns.fault(ratios[0], "ratios of what was not found alone", "LR+ too, the ratio of what was found",
                      "add a column 'LR+', or 'sensitivity' and 'specificity'")  # fmt: skip
        return columns.done("claim ratio", {}, "ratio")
    first = next((name for name in of_finding if columns.heads[name].scale not in _LOGARITHMIC), of_finding[0])
    kind: Kind = "decibels" if columns.heads[first].scale in _LOGARITHMIC else "ratio"
    alike = (name for name in ratios if columns.heads[name].missed and columns.heads[name].scale == columns.heads[first].scale)
    chosen = [first, *([second] if (second := next(alike, None)) else [])]
    for name in (*ratios, *columns.of("under")):
        if name not in chosen:
            columns.role[name] = "derived"
    _finding(columns)
    if kind == "decibels":
        kind = kind_of(columns, [first])
    roles = columns.done("claim ratio", {name: columns.heads[name] for name in chosen}, kind)
    if len(chosen) < 2:
        return roles
    unsaid = "" if roles.column("found") or roles.column("status") else "; no column says which, so that all count as found"
    line = f"{' and '.join(chosen)} together fix how probable it is; what was found counts by the first, what was not by the second{unsaid}"
    return dataclasses.replace(roles, said=(*roles.said, line))


def _wide(columns: Columns) -> Roles | None:
    """Return a table with a column for each explanation."""
    named = columns.identifying() if not columns.of("finding") else None
    finding = _finding(columns)
    if finding is None and not columns.of("case"):
        open_ = [name for name in columns.of("unknown") if columns.sorts[name] and readable(columns, name, "probability") == 1]
        values = [name for name in columns.table.columns if name in (*columns.of("under"), *open_)]
        if len(values) > 1:
            columns.fault(values[0], f"no column of findings beside {', '.join(values)}", "a column that says what was found",
                          "add a column 'finding', or 'id' with a name of its own in each row")  # fmt: skip
            return columns.done("none", {}, "words")
        return None
    sure = [name for name in columns.of("under", "value") if columns.heads[name].role == "under" or columns.answers.explanations]
    sure = [name for name in sure if columns.role[name] == "under"]
    asked = bool(columns.answers.explanations)
    open_ = [name for name in columns.of("unknown") if columns.sorts[name]]
    if not asked and not sure and not open_:
        taken = columns.all_known_as(
            ("beside", "source", "note", "label", "id", "date", "case", "analyst", "hypothesis", "reason", "derived")
        )
        if taken:
            _ask_for_names(columns, taken)
            return columns.done("none", {}, "words")
        return None
    clear = len(sure) > 1 or asked
    kind = _kind(columns, sure if clear else [*sure, *open_])
    if kind is None:
        return None
    fitting = {name: readable(columns, name, kind) for name in open_}
    chosen = [*sure, *(name for name in open_ if fitting[name] >= 0.5)] if not clear else sure
    chosen = [name for name in columns.table.columns if name in chosen]
    if finding and finding == named and not clear and len(chosen) > 1:
        read = f"no column of findings, and {', '.join(chosen)}, of which nothing says what they are"
        fix = f"if these are explanations add {option('explanations', chosen)}: each entry of '{finding}' then stands for its finding"
        columns.fault(finding, read, "a column of findings, or explanations that are named", fix)
    odd = (
        families(columns, [*chosen, *(name for name in open_ if fitting[name] >= 0.5 and name not in chosen)]) if kind == "ratings" else []
    )
    doubtful = [
        name for name in open_ if (clear and fitting[name] >= 0.5) or (0 < fitting[name] < 0.5) or (fitting[name] and _aside(name, chosen))
    ]
    if not clear:
        doubtful += [name for name in odd if name not in doubtful and len(chosen) - len(odd) > 1]
    if not asked:
        known = columns.all_known_as(("beside", "source", "note", "label", "id", "date", "reason"))
        why = "which may be judgements, and nothing says whether it is an explanation"
        columns.question([*doubtful, *known], [name for name in chosen if name not in doubtful], why)
        chosen = [name for name in chosen if name not in doubtful]
    for name in columns.table.columns:
        if columns.role[name] == "unknown" and name not in chosen:
            columns.role[name] = "kept" if columns.table.filled(name) else "empty"
        if name in chosen and columns.role[name] == "unknown":
            columns.role[name] = "under"
    for name in columns.of("ratio", "value"):
        columns.role[name] = "derived" if name not in chosen else columns.role[name]
    unnamed = [name for name in chosen if columns.heads[name].role == "under" and not columns.heads[name].name and not asked]
    if unnamed and len(chosen) > 1:
        beside = ", ".join(name for name in chosen if name not in unnamed)
        columns.fault(unnamed[0], f"a claim without a name beside {beside}", "P(E|H) and P(E|~H), or explanations that are named",
                      f"write P(E|~H) over the negation of the claim; if all are explanations add {option('explanations', chosen)}")  # fmt: skip
    for twice in _twice(columns, chosen):
        read = f"{columns.heads[twice[0]].name} judged in {len(twice)} columns: {', '.join(twice)}"
        columns.fault(twice[0], read, "each explanation in one column",
                      "give each case or analyst a table or a sheet of its own, or rows with a column 'case' or 'analyst'")  # fmt: skip
    if not asked and (read := _side_by_side([columns.heads[name].name or name for name in chosen])):
        columns.fault(chosen[0], read, "each explanation in one column", "give each case or analyst a sheet of its own, or rows with a column "
                      f"'case' or 'analyst'; if all are explanations add {option('explanations', chosen)}")  # fmt: skip
    for group in named_alike(columns.heads[name].name or name for name in chosen).values():
        read = f"explanations that nearly agree: {', '.join(group)}"
        columns.fault(chosen[0], read, "a name of its own for each", f"rename one, or pass it over by {option('ignore', group[1:])}")
    if len(chosen) < 2 and not columns.faults:
        if not chosen or not sure:
            return None
        columns.fault(chosen[0], "one explanation alone", "two or more explanations, or P(E|H) and P(E|~H)", "add a column for each rival")
    return columns.done("wide", {name: _as_explanation(columns.heads[name]) for name in chosen}, kind)


def _twice(columns: Columns, names: Sequence[str]) -> list[list[str]]:
    """Return the columns that are about one explanation, where there are several."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(columns.heads[name].name, []).append(name)
    return [group for group in groups.values() if len(group) > 1]


def _side_by_side(names: Sequence[str]) -> str:
    """Return what is read where names such as 'H1 Chile, H1 Peru' or 'Pact_Ann, Pact_Ben' may be of one explanation; else nothing."""
    numbers = [found[1].casefold() for name in names if (found := re.match(r"(h(?:yp\w*\.?)?\s*\d+)\b[\s_.:(-]+\S", name, re.IGNORECASE))]
    if twice := next((number for number in numbers if numbers.count(number) > 1), None):
        return f"{twice.upper()} judged in {numbers.count(twice)} columns: {', '.join(names)}"
    pattern = r"(.+?)\s*(?:_|\s-\s|\s?\(|\s(?=(?:coder|rater|analyst|judge|case)\b))\s*([^_()]+)\)?"
    parts = [found.groups() for name in names if (found := re.fullmatch(pattern, name, re.IGNORECASE))]
    firsts, seconds = (dict.fromkeys(part[k].casefold() for part in parts) for k in (0, 1)) if parts else ({}, {})
    if len(parts) < len(names) or min(len(firsts), len(seconds)) < 2 or len(set(parts)) != len(firsts) * len(seconds):
        return ""
    return f"{next(iter(parts))[0]} judged in {len(seconds)} columns, with {', '.join(seconds)}"


_WAY = re.compile(r"(?:favou?rs?|supports?|direction|in favou?r of|points to|for or against|for/against|sign|speaks for).*", re.IGNORECASE)
"""Headings of what says for which explanation a finding speaks."""

_ASIDE = re.compile(
    r"\b(?:confiden\w+|certain\w+|max|min|maximum|minimum|mean|median|average|avg|sd|s\.d\.|scores?|weights?|weighted|rank|agreement|kappa|coders?|raters?"
    r"|analysts?|judges?|totals?|sums?|diff|difference|count|checked|version|priority|strength|quality)\b",
    re.IGNORECASE,
)
"""What names of explanations seldom hold, and names of other columns often."""


def _aside(name: str, names: Sequence[str]) -> bool:
    """Return whether a column is named like none of its neighbours: as a measure, or by initials where they have words."""
    if re.fullmatch(r"[A-Z]{2,3}\.?", name):
        return any(not re.fullmatch(r"[A-Z]{1,4}\.?", other) for other in names)
    return bool(_ASIDE.search(name)) and not all(_ASIDE.search(other) for other in names)


def _kind(columns: Columns, names: list[str]) -> Kind | None:
    """Return what the values of the explanations are, as most of the columns that may hold any say it."""
    judged = [name for name in names if _mostly_judged(columns, name)]
    shares = [name for name in judged if set(columns.sorts[name]) <= FITTING["probability"] and readable(columns, name, "probability") == 1]
    beyond = [name for name in judged if set(columns.sorts[name]) == {"number"} and not readable(columns, name, "probability")]
    if len(shares) > 1 and len(shares) > len(beyond) and not any(columns.heads[name].role == "under" for name in beyond):
        judged = [name for name in judged if name not in beyond]  # years, pages, counts
    return kind_of(columns, judged) if judged else None


def _mostly_judged(columns: Columns, name: str) -> bool:
    counts = columns.sorts[name]
    total = sum(counts.values())
    return bool(total) and (total - counts.get("other", 0)) * 2 >= total


def _as_explanation(head: Heading) -> Heading:
    return dataclasses.replace(head, role="under", name=head.name or head.text)


def _ask_for_names(columns: Columns, taken: list[str]) -> None:
    listed = ", ".join(taken)
    columns.fault(
        taken[0], f"ratings in the columns {listed}, which have names of what stands beside a finding", "a column for each explanation",
        f"if they are explanations say so by {option('explanations', taken)}",
    )  # fmt: skip
