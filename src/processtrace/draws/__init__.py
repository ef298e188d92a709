"""Independent draws of explanation, judgements, reliabilities and sensitivities from their exact posterior."""

from processtrace.draws.exact import exact_draws

__all__ = ["exact_draws"]
