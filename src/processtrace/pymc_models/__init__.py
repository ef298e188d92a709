"""Sampled models of a study; the only room that imports PyMC."""

from processtrace.pymc_models.causal import causal_model
from processtrace.pymc_models.explanation import explanation_model
from processtrace.pymc_models.judgements import judgements_model
from processtrace.pymc_models.model import Known, SampledModel
from processtrace.pymc_models.panel import panel_model
from processtrace.pymc_models.pooled import pooled_model
from processtrace.pymc_models.registry import MODELS
from processtrace.pymc_models.sampling import sample
from processtrace.pymc_models.shares import shares_model
from processtrace.pymc_models.support import Support, reliable_sources, support_model

__all__ = [
    "MODELS",
    "Known",
    "SampledModel",
    "Support",
    "causal_model",
    "explanation_model",
    "judgements_model",
    "panel_model",
    "pooled_model",
    "reliable_sources",
    "sample",
    "shares_model",
    "support_model",
]
