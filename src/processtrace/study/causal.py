"""The causal models of a study, in the words of its file: graphs, what is impossible, and how common each way of responding is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from processtrace.study.fields import ByName, Listed, MaybePartsByName, Parts, field
from processtrace.study.frozen import Map
from processtrace.study.parts import Named
from processtrace.study.validation import frozen, frozen_family, held_under
from processtrace.study.values import TEXT_SCHEMA, Label, Number, Text, as_text, as_tuple, is_nothing, refuse, shown

Rule = Literal["noisy-or", "any", "all", "rows"]

_NUMBER_SCHEMA = {"type": ["number", "string"]}
_RANGE_SCHEMA = {"type": "array", "items": _NUMBER_SCHEMA, "minItems": 2, "maxItems": 2}
_TEXTS_SCHEMA = {"anyOf": [TEXT_SCHEMA, {"type": "array", "items": TEXT_SCHEMA}]}
_SHARES_SCHEMA = {"type": "object", "additionalProperties": {"anyOf": [_NUMBER_SCHEMA, _RANGE_SCHEMA]}}
_WEIGHTS_SCHEMA = {"anyOf": [_NUMBER_SCHEMA, {"type": "object", "additionalProperties": _NUMBER_SCHEMA}]}

Share = str | tuple[str, str]
"""A share as it was written, or the two ends of its range."""


def _texts(value: object) -> tuple[str, ...]:
    listed = as_tuple(value)
    assert isinstance(listed, tuple)
    return tuple(as_text(part) for part in listed)


def _levels(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return _texts(value)
    text = as_text(value)
    if not text.isdecimal() or not 2 <= int(text) <= 99:
        raise refuse(shown(text), "how many levels there are, or a list of their labels", "write levels: [low, middle, high]")
    return tuple(str(level) for level in range(int(text)))


def _number(value: object) -> str:
    """Return a number as text, which keeps a decimal number and a fraction exactly as they were written."""
    if isinstance(value, bool | list | tuple | Mapping) or is_nothing(value):
        raise refuse(shown(value), "a number of 0 or more, or a fraction such as 1/3")
    return str(value).strip() if isinstance(value, str | int) else repr(float(value))  # type: ignore[arg-type]


def _share(value: object) -> Share:
    if not isinstance(value, list | tuple):
        return _number(value)
    if len(value) != 2:
        raise refuse(shown(value), "a number, or a range of two", "write the lower end and the higher one, as in raises: [0.2, 0.5]")
    return _number(value[0]), _number(value[1])


def _shares(value: object) -> Map[Share]:
    if not isinstance(value, Mapping):
        raise refuse(shown(value), "a share for each type or statement", "write raises: 0.5, each on a line of its own or in braces")
    return Map({str(key): _share(share) for key, share in value.items()})


def _weights(value: object) -> str | Map[str]:
    return Map({str(key): _number(weight) for key, weight in value.items()}) if isinstance(value, Mapping) else _number(value)


def _place(value: object) -> object:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise refuse(shown(value), "two numbers in brackets", "write at: [0, 1]")
    return tuple(value)


def _read(value: object) -> object:
    """Return the cases that a reader of files found; nothing else can be written there."""
    if value is None or type(value).__name__ == "Table":
        return value
    raise refuse(shown(value), "nothing", "the cases are read from the file; take it away")


def _restrictions(value: object) -> object:
    return tuple(part if isinstance(part, Mapping | Restriction) else {"statement": part} for part in as_tuple(value))  # type: ignore[attr-defined]


if TYPE_CHECKING:
    from collections.abc import Sequence

    from processtrace.causal.cases import Table
    from processtrace.study.fields import Field

    type Levels = Field[tuple[str, ...], int | Sequence[str | int]]
    type Texts = Field[tuple[str, ...], str | Sequence[str]]
    type TextsByName = Field[Map[tuple[str, ...]], Mapping[str, Sequence[str]]]
    type Shares = Field[Map[Map[Share]], Mapping[str, Mapping[str, float | str | Sequence[float | str]]]]
    type Weights = Field[Map[str | Map[str]], Mapping[str, float | str | Mapping[str, float | str]]]
    type CasesRead = Field[Table | None, Table | None]
    type At = Field[tuple[float, float] | None, Sequence[float] | None]
    type Restrictions = Field[tuple[Restriction, ...], Sequence[str | Mapping[str, str] | Restriction]]
else:
    CasesRead = Annotated[Any, PlainValidator(_read), WithJsonSchema({"not": {}})]
    Texts = Annotated[tuple[str, ...], PlainValidator(_texts), WithJsonSchema(_TEXTS_SCHEMA)]
    Levels = Annotated[
        tuple[str, ...],
        PlainValidator(_levels),
        WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 2}, {"type": "array", "items": TEXT_SCHEMA, "minItems": 2}]}),
    ]
    TextsByName = Map[Texts]
    Shares = Map[Annotated[Any, PlainValidator(_shares), WithJsonSchema(_SHARES_SCHEMA)]]
    Weights = Map[Annotated[Any, PlainValidator(_weights), WithJsonSchema(_WEIGHTS_SCHEMA)]]
    At = Annotated[tuple[Number, Number], BeforeValidator(_place)] | None


@held_under("nodes")
@frozen
class Node(Named):
    """A node of a graph: its label, its levels where there are more than two, and its place in the figure."""

    id: Text
    label: Label | None = None
    levels: Levels = field(default=())
    at: At = field(default=None)
    rule: Rule | None = None


@held_under("never")
@frozen
class Restriction:
    """A statement that holds for nobody, and why."""

    statement: Text
    because: Text | None = None


if not TYPE_CHECKING:
    Restrictions = Annotated[tuple[Restriction, ...], BeforeValidator(_restrictions)]


@held_under("learn")
@frozen
class Learn:
    """The cases from which the shares are learned, and the statement by which they were selected."""

    cases: Text
    selected: Text | None = None
    read: CasesRead = field(default=None)


@frozen_family
class Drawn:
    """One causal model in the words of a file."""

    graph: Texts = field(default=())
    nodes: Parts[Node] = field(default=Map())
    never: Restrictions = field(default=())
    keep: TextsByName = field(default=Map())
    parents: TextsByName = field(default=Map())
    shares: Shares = field(default=Map())
    alpha: Weights = field(default=Map())
    learn: Learn | None = None


@held_under("models")
@frozen_family
class Rival(Drawn):
    """One of several rival models; what it leaves out is as under `causal`."""


@held_under("causal")
@frozen_family
class Causal(Drawn):
    """The causal model of a study, or under `models` several rival ones."""

    models: MaybePartsByName[Rival] = field(default=None)

    @property
    def drawn(self) -> dict[str, Drawn]:
        """The models by name; the only one has a blank name."""
        if self.models is None:
            return {"": self}
        return {name: self._inherited(part) for name, part in self.models.items()}

    def _inherited(self, part: Drawn) -> Drawn:
        own = {name: getattr(part, name) or getattr(self, name) for name in Drawn.__dataclass_fields__}
        return Rival(**own)


__all__ = ["ByName", "Causal", "Drawn", "Learn", "Listed", "Node", "Restriction", "Rival", "Rule"]
