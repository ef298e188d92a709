"""Causal models: a graph as a source of likelihoods, exact where others enumerate."""

from processtrace.causal.bounds import bounds
from processtrace.causal.identified import identified
from processtrace.causal.independencies import independencies
from processtrace.causal.learn import learn
from processtrace.causal.likelihood import likelihood
from processtrace.causal.model import CausalModel
from processtrace.causal.query import query
from processtrace.causal.simulate import simulate

__all__ = ["CausalModel", "bounds", "identified", "independencies", "learn", "likelihood", "query", "simulate"]
