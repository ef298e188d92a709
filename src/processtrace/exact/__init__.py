"""The exact engine: plain arrays in, plain arrays out; it knows no labels."""

from processtrace.exact.many import posteriors
from processtrace.exact.posterior import log_posterior, posterior

__all__ = ["log_posterior", "posterior", "posteriors"]
