"""Independent draws of explanation, judgements, reliabilities and sensitivities from their exact posterior."""

from processtrace.inference.draws.exact import can_draw, exact_draws

__all__ = ["can_draw", "exact_draws"]
