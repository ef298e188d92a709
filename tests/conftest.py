"""One profile of Hypothesis for all tests: the same examples in every run and in every process, so that a failure is an error, never chance.

`pytest --hypothesis-profile=search` draws anew, a thousand examples for each test that states no number of its own.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

# Hypothesis mixes in constants of whatever modules happen to be loaded; what it draws would depend on the tests that ran before.
providers._get_local_constants = lambda: providers._local_constants

shared = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("fixed", derandomize=True, max_examples=20, **shared)
settings.register_profile("search", derandomize=False, max_examples=1000, **shared)
settings.load_profile("fixed")
