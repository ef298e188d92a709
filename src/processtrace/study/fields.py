"""Fields whose constructor takes more than they hold, as a mapping or a list where a frozen value is held.

A type checker reads both sides (PEP 681, descriptor-typed fields): `source="memo"` is accepted, and `item.source` is a
tuple. When the program runs, each alias is the type that pydantic checks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BeforeValidator

from processtrace.study.frozen import Map
from processtrace.study.values import Id, TagName, as_list, as_tuple, is_nothing, refuse, shown


def field(*, default: Any) -> Any:
    """Return a field with this default."""
    return dataclasses.field(default=default)


def keyed(value: object) -> object:
    """Return named parts as a mapping, from a mapping of names to fields or a list of parts that know their names."""
    if is_nothing(value):
        return {}
    if isinstance(value, list | tuple):
        if any(isinstance(part, str | int | float | Mapping) for part in value):
            raise refuse(shown(value), "a mapping of names to values", "write each name on a line of its own, followed by a colon")
        return {getattr(part, "id", str(index)): part for index, part in enumerate(value)}
    if not isinstance(value, Mapping):
        raise refuse(shown(value), "a mapping of names to values")
    return {
        key: {**part, "id": key} if isinstance(part, Mapping) else {"id": key} if is_nothing(part) else part for key, part in value.items()
    }


if TYPE_CHECKING:
    from collections.abc import Sequence

    class Field[Held, Given]:
        """A field that holds one type and takes another."""

        def __get__(self, owner: object, kind: type | None = None) -> Held:
            """Return what the field holds."""
            ...

        def __set__(self, owner: object, value: Given) -> None:
            """Take what the constructor is given."""
            ...

    type ByName[V] = Field[Map[V], Mapping[str, V]]
    type MaybeByName[V] = Field[Map[V] | None, Mapping[str, V] | None]
    type Parts[V] = Field[Map[V], Mapping[str, V | Mapping[str, Any] | None] | Sequence[V]]
    type PartsByName[V] = Field[Map[V], Mapping[str, V | Mapping[str, Any]]]
    type MaybePartsByName[V] = Field[Map[V] | None, Mapping[str, V | Mapping[str, Any]] | None]
    type Listed[V] = Field[tuple[V, ...], Sequence[V | Mapping[str, Any]]]
    type OneOrMore[V] = Field[tuple[V, ...], V | Mapping[str, Any] | Sequence[V | Mapping[str, Any]]]
    type Names = Field[tuple[str, ...], str | Sequence[str]]
    type Tags = Field[tuple[str, ...], str | Sequence[str]]
else:
    V = TypeVar("V")
    ByName = PartsByName = Map[V]
    MaybeByName = MaybePartsByName = Map[V] | None
    Parts = Annotated[Map[V], BeforeValidator(keyed)]
    Listed = Annotated[tuple[V, ...], BeforeValidator(as_list)]
    OneOrMore = Annotated[tuple[V, ...], BeforeValidator(as_tuple)]
    Names = Annotated[tuple[Id, ...], BeforeValidator(as_tuple)]
    Tags = Annotated[tuple[TagName, ...], BeforeValidator(as_tuple)]
