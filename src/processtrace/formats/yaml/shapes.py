"""The shapes of the three kinds of file: what a study, a shared and a case file may hold at the top."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

from pydantic import BeforeValidator

from processtrace.formats.yaml.parser import Mapping
from processtrace.study.declared import Declared
from processtrace.study.fields import Parts, field
from processtrace.study.frozen import Map
from processtrace.study.parts import Analyst, Cluster, Source, Tag
from processtrace.study.validation import frozen, frozen_family
from processtrace.study.values import Text, as_tuple


def _anything(value: Any) -> Any:
    return as_tuple(value)


@frozen_family
class StudyFile(Declared):
    """The top of a study file: a Study whose cases, shared parts and bibliography are paths."""

    cases: Annotated[Any, BeforeValidator(_anything)] = dataclasses.field(kw_only=True)
    shared: Text | None = None
    bibliography: Text | None = None


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
