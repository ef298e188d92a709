"""Bayesian process tracing: from judgements of evidence to posterior support, and how fragile it is.

`import processtrace as pt` loads nothing heavy: each name brings what it needs when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from processtrace import calibration, causal, exact, examples, paper, planning, plots, pymc_models, report, robustness, tables
    from processtrace.causal import CausalModel
    from processtrace.errors import AnalysisError, ContradictionError, Fault, ImpossibleError, ProcesstraceError, StudyError, UsageError
    from processtrace.formats import load_study
    from processtrace.formats.yaml import load_changes
    from processtrace.inference import construction, division, mixtures
    from processtrace.inference.draws import exact_draws
    from processtrace.inference.sweeps import sweep
    from processtrace.inference.update import to_dataset, update
    from processtrace.pipeline import run
    from processtrace.pymc_models import sample
    from processtrace.results import Results, compute
    from processtrace.study import (
        Analyst,
        Case,
        CaseChanges,
        Changes,
        Citation,
        Cluster,
        Evidence,
        Factor,
        Hypothesis,
        Judgement,
        Reference,
        Source,
        Study,
        Tag,
    )
    from processtrace.study.changes import apply_changes

__version__ = "0.1.0"

_HOME = {
    "errors": ("AnalysisError", "ContradictionError", "Fault", "ImpossibleError", "ProcesstraceError", "StudyError", "UsageError"),
    "study": (
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
        "Reference",
        "Source",
        "Study",
        "Tag",
    ),
    "causal": ("CausalModel",),
    "formats": ("load_study",),
    "formats.yaml": ("load_changes",),
    "study.changes": ("apply_changes",),
    "inference.update": ("to_dataset", "update"),
    "inference.sweeps": ("sweep",),
    "inference.draws": ("exact_draws",),
    "pymc_models": ("sample",),
    "results": ("Results", "compute"),
    "pipeline": ("run",),
}
_ROOMS = {
    "calibration": "calibration",
    "causal": "causal",
    "construction": "inference.construction",
    "division": "inference.division",
    "exact": "exact",
    "examples": "examples",
    "mixtures": "inference.mixtures",
    "paper": "paper",
    "planning": "planning",
    "plots": "plots",
    "pymc_models": "pymc_models",
    "report": "report",
    "robustness": "robustness",
    "tables": "tables",
}
_WHERE = {name: room for room, names in _HOME.items() for name in names}

__all__ = [
    "AnalysisError",
    "Analyst",
    "Case",
    "CaseChanges",
    "CausalModel",
    "Changes",
    "Citation",
    "Cluster",
    "ContradictionError",
    "Evidence",
    "Factor",
    "Fault",
    "Hypothesis",
    "ImpossibleError",
    "Judgement",
    "ProcesstraceError",
    "Reference",
    "Results",
    "Source",
    "Study",
    "StudyError",
    "Tag",
    "UsageError",
    "apply_changes",
    "calibration",
    "causal",
    "compute",
    "construction",
    "division",
    "exact",
    "exact_draws",
    "examples",
    "load_changes",
    "load_study",
    "mixtures",
    "paper",
    "planning",
    "plots",
    "pymc_models",
    "report",
    "robustness",
    "run",
    "sample",
    "sweep",
    "tables",
    "to_dataset",
    "update",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"processtrace.{_WHERE[name]}"), name)
    if name in _ROOMS:
        return import_module(f"processtrace.{_ROOMS[name]}")
    raise AttributeError(f"processtrace has no '{name}'; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
