"""Frozen types of a study, in the words of its files."""

from processtrace.study.case import Case, PairCorrelation, Term
from processtrace.study.changes import CaseChanges, Changes
from processtrace.study.evidence import Evidence, Judgement
from processtrace.study.parts import NONE, POOL, Analyst, Citation, Cluster, Factor, Group, Hypothesis, Lock, Reference, Source, Tag
from processtrace.study.scales import SCALES, ScaleName
from processtrace.study.study import Study

__all__ = [
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
    "Group",
    "Hypothesis",
    "Judgement",
    "Lock",
    "PairCorrelation",
    "Reference",
    "ScaleName",
    "Source",
    "Study",
    "Tag",
    "Term",
]
