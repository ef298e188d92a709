"""A case: a state, decision or episode with its evidence."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator
from pydantic import Field as PydanticField

from processtrace.study.evidence import Evidence
from processtrace.study.fields import ByName, Listed, MaybeByName, Names, Parts, field
from processtrace.study.frozen import Map
from processtrace.study.parts import Cluster, Named, Source
from processtrace.study.validation import frozen, held_under
from processtrace.study.values import Date, Id, Label, Number, Text, Weight, as_id, as_list, as_text, as_tuple, refuse, shown


@frozen
class PairCorrelation:
    """Product-moment correlation of two planned items under some hypotheses, within its Fréchet limits."""

    items: tuple[Id, Id]
    under: ByName[Number]


@held_under("terms")
@frozen
class Term:
    """A leader's term, or another stretch of a case's time: its label, its first date and its last, which the file calls from and to."""

    label: Label
    from_: Annotated[Date, PydanticField(alias="from")]
    to: Date


def _items(value: Any) -> Any:
    listed = as_list(value)
    for part in listed if isinstance(listed, tuple) else ():
        if part is None or isinstance(part, str | int | float):
            raise refuse(shown(part), "a list of items, each with id and finding")
    return listed


def _cell(value: Any) -> str:
    text = as_text(value)
    for part in text.split("+"):
        as_id(part)
    return text


def _judges(value: Any) -> Any:
    listed = as_tuple(value)
    return tuple(_cell(part) for part in listed) if isinstance(listed, tuple) else listed


def _period(value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise refuse(shown(value), "two dates in brackets", "write period: [1991, 2024]")
    return tuple(value)


if TYPE_CHECKING:
    from collections.abc import Sequence

    from processtrace.study.fields import Field

    type Period = Field[tuple[str, str] | None, Sequence[str | int] | None]
    type Judges = Names
    type Items = Listed[Evidence]
else:
    Period = Annotated[tuple[Date, Date], BeforeValidator(_period)] | None
    Judges = Annotated[tuple[Text, ...], BeforeValidator(_judges)]
    Items = Annotated[tuple[Evidence, ...], BeforeValidator(_items)]


@held_under("cases")
@frozen
class Case(Named):
    """A state, decision or episode that one explanation of the study accounts for.

    `judges` names the hypotheses that its items judge (the study's where left out), among them `none` and compounds
    `a+b` for studies of factors; `prior` replaces the study's, whole. `known_answer` is the explanation that is known to be
    right: the case then measures who judged it, and its posterior is not what is asked. `known` holds levels of nodes for which
    the case was chosen, and `row` names the case among those that a causal model was learned from.
    """

    id: Id
    label: Label | None = None
    outcome: Text | None = None
    known_answer: Text | None = None
    period: Period = field(default=None)
    terms: Listed[Term] = field(default=())
    description: Text | None = None
    judges: Judges = field(default=())
    prior: MaybeByName[Weight] = field(default=None)
    sources: Parts[Source] = field(default=Map())
    clusters: Parts[Cluster] = field(default=Map())
    evidence: Items = field(default=())
    correlations: Listed[PairCorrelation] = field(default=())
    known: ByName[Text] = field(default=Map())
    row: Text | None = None

    def item(self, item: str) -> Evidence:
        """Return the item of this identifier.

        Raises
        ------
        KeyError
            Where the case has no such item.
        """
        return self._by_id[item]

    @cached_property
    def _by_id(self) -> dict[str, Evidence]:
        return {evidence.id: evidence for evidence in self.evidence}

    def following(self, items: set[str]) -> set[str]:
        """Return these items and all that are judged given them, directly or through others."""
        gone = set(items)
        while True:
            more = {e.id for e in self.evidence if e.id not in gone and gone & set(e.given)}
            if not more:
                return gone
            gone |= more
