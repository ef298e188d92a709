"""The sampled models by name: a new model is one file of its own and one name here."""

from __future__ import annotations

from processtrace.pymc_models.explanation import EXPLANATION
from processtrace.pymc_models.judgements import JUDGEMENTS
from processtrace.pymc_models.model import SampledModel
from processtrace.pymc_models.panel import PANEL
from processtrace.pymc_models.pooled import POOLED
from processtrace.pymc_models.shares import SHARES

MODELS: dict[str, SampledModel] = {model.name: model for model in (EXPLANATION, POOLED, SHARES, PANEL, JUDGEMENTS)}
