"""The exact engine: plain arrays in, plain arrays out. It does not use labels."""

from typing import Any

from processtrace.exact.posterior import log_posterior, posterior
from processtrace.exact.scenarios import posteriors

__all__ = ["cluster_likelihoods", "log_posterior", "posterior", "posteriors"]


def __getattr__(name: str) -> Any:
    """Return what needs scipy, imported only when it is asked for."""
    if name != "cluster_likelihoods":
        raise AttributeError(f"processtrace.exact has no '{name}'; it has {', '.join(__all__)}")
    from processtrace.exact.cluster_grid import cluster_likelihoods

    return cluster_likelihoods
