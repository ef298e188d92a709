"""Sampled models, for what the exact engine does not give: draws of the judgements themselves. The only importer of PyMC."""

from processtrace.pymc_models.explanation import explanation_model
from processtrace.pymc_models.panel import panel_model
from processtrace.pymc_models.pooled import pooled_model
from processtrace.pymc_models.sampling import MODELS, sample
from processtrace.pymc_models.shares import shares_model

__all__ = ["MODELS", "explanation_model", "panel_model", "pooled_model", "sample", "shares_model"]
