"""Frozen types of a study, in the words of its files."""

from processtrace.study.case import Case, PairCorrelation
from processtrace.study.cells import NONE
from processtrace.study.changes import CaseChanges, Changes
from processtrace.study.evidence import SCALES, Evidence, Judgement, Scale
from processtrace.study.lock import Lock
from processtrace.study.parts import (
    Analyst,
    Citation,
    Cluster,
    Factor,
    Hypothesis,
    Reference,
    Source,
    Tag,
    spelled,
)
from processtrace.study.study import POOL, Study

KINDS: dict[str, type] = {
    "cases": Case,
    "evidence": Evidence,
    "judgements": Judgement,
    "hypotheses": Hypothesis,
    "factors": Factor,
    "sources": Source,
    "clusters": Cluster,
    "tags": Tag,
    "analysts": Analyst,
    "lock": Lock,
    "cite": Citation,
}
"""The type that each key of a file holds, for messages that name the known keys."""

__all__ = [
    "KINDS",
    "NONE",
    "POOL",
    "SCALES",
    "Analyst",
    "Case",
    "CaseChanges",
    "Changes",
    "Citation",
    "Cluster",
    "Evidence",
    "Factor",
    "Hypothesis",
    "Judgement",
    "Lock",
    "PairCorrelation",
    "Reference",
    "Scale",
    "Source",
    "Study",
    "Tag",
    "spelled",
]
