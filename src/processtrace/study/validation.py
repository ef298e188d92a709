"""From pydantic's errors to faults in the user's words, and the decorator that makes a frozen type."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import TYPE_CHECKING, Any, dataclass_transform

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from processtrace.errors import Fault, Location, StudyError
from processtrace.study.fields import field
from processtrace.study.scales import SCALES
from processtrace.study.values import shown

_NAMED = {"cases": "case", "evidence": "evidence", "hypotheses": "hypothesis", "factors": "factor", "sources": "source",
          "clusters": "cluster", "tags": "tag", "analysts": "analyst", "judgements": "judgements of"}  # fmt: skip
_OF = {*SCALES, "because", "prior", "search_sensitivity", "accepted", "under"}
_ABOUT_THE_OWNER = ("missing", "missing_argument", "unexpected_keyword_argument", "extra_forbidden")
_PLAIN = {
    "dict_type": ("a mapping of names to values", "write each name, a colon and its value"),
    "tuple_type": ("a list", ""),
    "list_type": ("a list", ""),
    "dataclass_type": ("a mapping of names to values", "indent its keys below it"),
    "dataclass_exact_type": ("a mapping of names to values", ""),
    "too_short": ("more entries", ""),
    "string_type": ("text", ""),
}


KINDS: dict[str, type] = {}
"""The type that each key of a file holds, for messages that name the known keys; `held_under` fills it."""


def held_under[T](key: str) -> Callable[[type[T]], type[T]]:
    """Register a type as what this key of a file holds."""

    def register(cls: type[T]) -> type[T]:
        KINDS[key] = cls
        return cls

    return register


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen[T](cls: type[T]) -> type[T]:
    """Make a frozen dataclass whose constructor checks its fields and raises StudyError with every fault at once."""
    made: Any = dataclass(frozen=True, config=ConfigDict(extra="forbid", arbitrary_types_allowed=True, populate_by_name=True))(cls)
    plain = made.__init__

    @functools.wraps(plain)
    def init(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            plain(self, *args, **kwargs)
        except ValidationError as error:
            given = dict(zip(made.__dataclass_fields__, args, strict=False)) | kwargs
            head = f"{cls.__name__.lower()} '{given['id']}'" if "id" in given else cls.__name__.lower()
            raise StudyError(faults_of(error, given, head, made)) from None

    made.__init__ = init
    return made  # type: ignore[no-any-return]


if TYPE_CHECKING:

    @dataclass_transform(field_specifiers=(field,))
    def frozen_family[T](cls: type[T]) -> type[T]:
        """Make the same of a class whose fields are inherited.

        Type checkers do not learn that it is frozen, because mypy forgets what an inherited field holds in a frozen class.
        """
        ...
else:
    frozen_family = frozen


@functools.cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def read_as[T](kind: type[T], raw: Mapping[str, Any], head: str = "") -> T:
    """Return a mapping as one of the frozen types.

    Raises
    ------
    StudyError
        With every fault and its `loc` in `raw`.
    """
    try:
        made: T = _adapter(kind).validate_python(raw)  # type: ignore[arg-type]
    except ValidationError as error:
        raise StudyError(faults_of(error, raw, head, kind)) from None
    return made


def faults_of(error: ValidationError, raw: Any, head: str, kind: type) -> list[Fault]:
    """Return each of pydantic's errors as a fault; `kind` is the type that `raw` was read as."""
    faults = []
    for detail in error.errors(include_url=False, include_input=True):
        loc = tuple(part for part in detail["loc"] if not _internal(part)) or tuple(detail["loc"][-1:])
        read, allowed, fix = _words(detail, loc, kind)
        about = loc[:-1] if detail["type"] in _ABOUT_THE_OWNER else loc
        where = place(raw, about)
        faults.append(Fault(", ".join(part for part in (head, where) if part), read, allowed, fix, loc))
    return faults


def _internal(part: str | int) -> bool:
    return isinstance(part, str) and ("[" in part or part.startswith("function-"))


def _words(detail: Any, loc: Location, root: type) -> tuple[str, str, str]:
    kind, given = detail["type"], detail.get("input")
    if kind == "fault":
        given = detail["ctx"]
        return given["read"], given["allowed"], given["fix"]
    if kind in ("missing", "missing_argument"):
        return f"'{loc[-1]}' is missing", "it is required", f"write '{loc[-1]}:'"
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        return f"unknown key '{loc[-1]}'", *_nearest(str(loc[-1]), loc, root)
    if kind == "literal_error":
        return shown(given), str(detail["ctx"]["expected"]).replace("'", ""), ""
    if kind in _PLAIN:
        return (shown(given), *_PLAIN[kind])
    return shown(given), detail["msg"], ""


def _nearest(key: str, loc: Location, root: type) -> tuple[str, str]:
    known = known_keys(loc, root)
    close = difflib.get_close_matches(key, known, 1)
    if close:
        return "only known keys", f"did you mean '{close[0]}'?"
    if key.isdigit():
        return "only known keys", "a decimal comma makes a key of what follows it: write 0.98, not 0,98"
    if " " in key or key[:1].isupper():
        return (
            f"one of {', '.join(known)}" if known else "only known keys",
            "prose with a colon or in braces becomes keys: write it in block style (>-)",
        )
    return (f"one of {', '.join(known)}" if known else "only known keys"), ""


def known_keys(loc: Location, root: type) -> list[str]:
    """Return the keys that are allowed where `loc` names an unknown one in a value read as `root`."""
    owner = next((KINDS[str(part)] for part in reversed(loc[:-1]) if part in KINDS), root)
    named: Any = owner
    hidden = {"id"} if owner is not root else set()
    fields = sorted(named.__dataclass_fields__.values(), key=lambda field: field.default is not MISSING)  # required keys come first
    return [field.name.rstrip("_") for field in fields if field.name not in hidden]


def place(raw: Any, loc: Location) -> str:
    """Return a path of keys in words: ('evidence', 3, 'probability', 'a') is "evidence 'vote', probability of a"."""
    parts: list[str] = []
    here = raw
    index = 0
    while index < len(loc):
        key = loc[index]
        following = loc[index + 1] if index + 1 < len(loc) else None
        inner = _step(here, key)
        if key in _NAMED and following is not None:
            inner = _step(inner, following)
            parts.append(f"{_NAMED[str(key)]} '{_name(inner, following)}'")
            index += 1
        elif key in _OF and isinstance(following, str):
            inner = _step(inner, following)
            parts.append(f"{key} of {following}")
            index += 1
        elif isinstance(key, int):
            parts.append(f"entry {key + 1}")
        else:
            parts.append(str(key))
        here = inner
        index += 1
    return ", ".join(parts)


def _name(value: Any, key: str | int) -> str:
    if isinstance(key, str):
        return key
    name = value.get("id") if isinstance(value, Mapping) else getattr(value, "id", None)
    return str(name) if name is not None else f"number {key + 1}"


def _step(value: Any, key: str | int) -> Any:
    try:
        if isinstance(key, str) and not isinstance(value, Mapping):
            return getattr(value, key, None)
        return value[key]
    except (KeyError, IndexError, TypeError):
        return None
