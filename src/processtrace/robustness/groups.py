"""Groups of items that may depend on each other although no cluster joins them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from processtrace.exact.case import CaseNumbers
from processtrace.inference.numbers import units_of
from processtrace.inference.reading import Reading
from processtrace.study import Evidence, Study
from processtrace.text.dates import date_span, in_words
from processtrace.text.names import spelled

EVENT = "event"
"""The group of tags that name events."""

SHORT, LONG = 30, 365
"""Days of the windows in which items may depend on each other."""


@dataclass(frozen=True)
class Together:
    """Items of a case that may depend on each other.

    Attributes
    ----------
    kind
        What they share: 'named' for a group of the study, 'source', 'event', 'days' or 'tag'.
    name, label
        Identifier, unique in the case, and the name for people.
    places
        Places of the items among those that count.
    """

    kind: str
    name: str
    label: str
    places: tuple[int, ...]

    @property
    def words(self) -> str:
        """The items of the group in words, with their number."""
        items = {
            "named": f"the items of “{self.label}”",
            "source": f"the items from {self.label}",
            "days": f"the items within {self.label}",
        }
        return f"{items.get(self.kind, f'the items tagged “{self.label}”')} ({len(self.places)})"


def groups_of(study: Study, reading: Reading) -> list[Together]:
    """Return the groups of a case, each of two items or more: those that the study names, then sources, events, windows and tags.

    A group that the study names holds all its items, which leave their clusters; the others hold items that are in no cluster. Items
    that are judged given others, or are clues of a causal model, are in none. Windows of dates hold whole dates, so that an item dated
    by its year alone is in no window of 30 days; a window whose items are all in an earlier one is left out.

    Parameters
    ----------
    study
        The study.
    reading
        One of its cases.

    Returns
    -------
    list of Together
        The groups, the likelier to depend on each other first.
    """
    case = reading.case
    items = [case.item(name) for name in reading.numbers.ids]
    loose = [i for i, item in enumerate(items) if not item.given and reading.numbers.items[i].clue is None]
    free = [i for i in loose if items[i].cluster is None]
    found = [*_named(study, case.id, items, loose)]
    for name in dict.fromkeys(source for i in free for source in items[i].source):
        places = tuple(i for i in free if name in items[i].source)
        found.append(Together("source", f"source/{name}", study.source_of(case, name).name, places))
    tags = dict.fromkeys(tag for i in free for tag in items[i].tags)
    by_tag = {tag: tuple(i for i in free if tag in items[i].tags) for tag in tags}
    events = [tag for tag in tags if tag in study.tags and study.tags[tag].group == EVENT]
    found += [Together(EVENT, f"{EVENT}/{tag}", study.tags[tag].name, by_tag[tag]) for tag in events]
    found += _windows(items, free, SHORT)
    labels = {tag: study.tags[tag].name if tag in study.tags else spelled(tag) for tag in tags}
    found += [Together("tag", f"tag/{tag}", labels[tag], places) for tag, places in by_tag.items() if tag not in events]
    found += _windows(items, free, LONG)
    return [group for k, group in enumerate(found) if len(group.places) > 1 and not _known(group, found[:k])]


def disjoint(groups: Sequence[Together]) -> list[Together]:
    """Return the groups with each item in the first that holds it, those of two items or more.

    Parameters
    ----------
    groups
        Groups of one case, the likelier first.

    Returns
    -------
    list of Together
        Groups without an item in common.
    """
    taken: set[int] = set()
    made = []
    for group in groups:
        rest = tuple(i for i in group.places if i not in taken)
        if len(rest) > 1:
            made.append(replace(group, places=rest))
            taken |= set(rest)
    return made


def joined(reading: Reading, groups: Sequence[Together]) -> tuple[CaseNumbers, tuple[int, ...]]:
    """Return a case in which each group is one cluster, its items taken from the clusters they were in.

    Parameters
    ----------
    reading
        The case.
    groups
        Groups without an item in common.

    Returns
    -------
    tuple
        The case, and the places of the new clusters, whose correlation is 0.
    """
    numbers = reading.numbers
    new = tuple(range(len(numbers.rho), len(numbers.rho) + len(groups)))
    place = {i: k for k, group in zip(new, groups, strict=True) for i in group.places}
    items = tuple(replace(item, cluster=place[i]) if i in place else item for i, item in enumerate(numbers.items))
    evidence = [reading.case.item(name) for name in numbers.ids]
    made = replace(
        numbers,
        items=items,
        clusters=(*numbers.clusters, *(group.name for group in groups)),
        rho=(*numbers.rho, *(0.0 for _ in groups)),
        units=units_of(evidence, items),
    )
    return made, new


def _named(study: Study, case: str, items: Sequence[Evidence], loose: Sequence[int]) -> Iterator[Together]:
    for name, group in study.groups.items():
        own = {item for item in group.items if "/" not in item} | {
            i.removeprefix(f"{case}/") for i in group.items if i.startswith(f"{case}/")
        }
        places = tuple(i for i in loose if items[i].id in own)
        yield Together("named", name, group.name, places)


def _windows(items: Sequence[Evidence], free: Sequence[int], days: int) -> Iterator[Together]:
    """Yield the largest sets of items that are dated within so many days of each other, by the first of them."""
    spans = {i: date_span(date) for i in free if (date := items[i].date) is not None}
    before: set[int] = set()
    for start in sorted({first for first, _ in spans.values()}):
        end = start + datetime.timedelta(days=days) if start.toordinal() + days <= datetime.date.max.toordinal() else datetime.date.max
        inside = {i for i, (first, last) in spans.items() if start <= first and last <= end}
        if len(inside) > 1 and not inside <= before:
            before = inside
            yield Together(
                "days", f"{days} days/{start.isoformat()}", f"{days} days from {in_words(start.isoformat())}", tuple(sorted(inside))
            )


def _known(group: Together, earlier: Sequence[Together]) -> bool:
    return group.kind == "days" and any(set(group.places) <= set(other.places) for other in earlier if other.kind == "days")
