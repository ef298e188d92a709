"""Values that cannot be changed after they are made: the base of every type a user holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args


class Map[V](Mapping[str, V]):
    """An immutable, ordered, hashable mapping from names to values."""

    __slots__ = ("_values",)
    _values: dict[str, V]

    def __init__(self, values: Mapping[str, V] | None = None):
        object.__setattr__(self, "_values", dict(values or {}))

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse any change."""
        raise AttributeError("a Map cannot be changed; make a new one")

    def __getitem__(self, key: str) -> V:
        """Return the value of a name."""
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, in order."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return the number of names."""
        return len(self._values)

    def __hash__(self) -> int:
        """Return a hash of names and values."""
        return hash(tuple(self._values.items()))

    def __repr__(self) -> str:
        """Return it as a dict is printed."""
        return repr(self._values)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what pickle needs."""
        return Map, (self._values,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return how pydantic checks the values."""
        from pydantic_core import core_schema

        values = handler.generate_schema(get_args(source)[0])
        plain = core_schema.dict_schema(core_schema.str_schema(), values)
        before = core_schema.no_info_before_validator_function(_plain_dict, plain)
        return core_schema.no_info_after_validator_function(
            cls, before, serialization=core_schema.plain_serializer_function_ser_schema(dict)
        )


def _plain_dict(value: object) -> object:
    """Return a mapping as a dict whose keys are text: a whole number, such as a level of a node, counts as its digits."""
    if not isinstance(value, Mapping):
        return value
    return {str(key) if type(key) is int else key: part for key, part in value.items()}
