"""The shapes of the three kinds of file: what a study, a shared and a case file may hold at the top."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from processtrace.formats.yaml.parser import Mapping
from processtrace.study.declared import Declared
from processtrace.study.fields import Parts, field
from processtrace.study.frozen import Map
from processtrace.study.parts import Analyst, Cluster, Source, Tag
from processtrace.study.validation import frozen, frozen_family
from processtrace.study.values import TEXT_SCHEMA, Text, as_text, as_tuple, refuse


def _anything(value: Any) -> Any:
    return as_tuple(value)


def _paths(value: Any) -> Any:
    """Return one path, or a list of paths."""
    if isinstance(value, list | tuple):
        if not value:
            raise refuse("an empty list", "the path of a bibliography, or a list of paths", "name a file, or leave the key out")
        return tuple(as_text(part) for part in value)
    return as_text(value)


_PATHS_SCHEMA = {"anyOf": [TEXT_SCHEMA, {"type": "array", "items": TEXT_SCHEMA, "minItems": 1}]}
Bibliography = Annotated[Any, PlainValidator(_paths), WithJsonSchema(_PATHS_SCHEMA)] | None


@frozen_family
class StudyFile(Declared):
    """The top of a study file: a Study whose cases, shared parts and bibliography are paths."""

    cases: Annotated[Any, BeforeValidator(_anything)] = dataclasses.field(kw_only=True)
    shared: Text | None = None
    bibliography: Bibliography = None


@frozen
class SharedFile:
    """The top of a shared file: what several cases name."""

    sources: Parts[Source] = field(default=Map())
    clusters: Parts[Cluster] = field(default=Map())
    tags: Parts[Tag] = field(default=Map())
    analysts: Parts[Analyst] = field(default=Map())


def case_without_items(raw: Mapping) -> Mapping:
    """Return a case file's mapping in the words of the type: `case` is its id; items are read one by one."""
    bare = Mapping(
        {"id" if key == "case" else key: value for key, value in raw.items() if key != "evidence" or not isinstance(value, list)}
    )
    if "id" in raw:
        bare["id "] = raw["id"]
    bare.line, bare.lines = raw.line, {**raw.lines, "id": raw.lines.get("case", raw.line)}
    return bare
