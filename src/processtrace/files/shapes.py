"""The shapes of the three kinds of file: what a study, a shared and a case file may hold at the top."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from processtrace.files.yaml import Mapping
from processtrace.frozen import Map
from processtrace.study.lock import Locks
from processtrace.study.parts import Analysts, Clusters, Factors, Hypotheses, Sources, Tags
from processtrace.study.study import POOL, Compounds
from processtrace.study.validation import frozen
from processtrace.values import Anchor, Correlation, Coverage, Id, Probability, Text, Weight, as_tuple


def _anything(value: Any) -> Any:
    return as_tuple(value)


@frozen
class StudyFile:
    """The top of a study file: a Study whose cases, shared parts and bibliography are paths."""

    title: Text
    cases: Annotated[Any, BeforeValidator(_anything)]
    hypotheses: Hypotheses = Map()
    factors: Factors = Map()
    compounds: Compounds = "judged"
    prior: Map[Weight] | None = None
    description: Text | None = None
    question: Text | None = None
    sources: Sources = Map()
    clusters: Clusters = Map()
    tags: Tags = Map()
    analysts: Analysts = Map()
    analyst: Id = POOL
    range_coverage: Coverage = 0.9
    anchor: Anchor = 0.8
    cluster_correlation: Correlation = 0.5
    words: Map[Probability] = Map()
    accepted: Map[Text] = Map()
    lock: Locks = ()
    shared: Text | None = None
    bibliography: Text | None = None


@frozen
class SharedFile:
    """The top of a shared file: what several cases name."""

    sources: Sources = Map()
    clusters: Clusters = Map()
    tags: Tags = Map()
    analysts: Analysts = Map()


def case_without_items(raw: Mapping) -> Mapping:
    """A case file's mapping in the words of the type: `case` is its id; items are read one by one."""
    bare = Mapping(
        {"id" if key == "case" else key: value for key, value in raw.items() if key != "evidence" or not isinstance(value, list)}
    )
    if "id" in raw:
        bare["id "] = raw["id"]
    bare.line, bare.lines = raw.line, {**raw.lines, "id": raw.lines.get("case", raw.line)}
    return bare
