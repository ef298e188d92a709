"""What a user's own model may not ask of the sampler, and how to ask it instead."""

from __future__ import annotations

import pymc as pm
from pytensor.graph.traversal import ancestors

from processtrace.errors import UsageError

_STANDARD = "_standard"


def check_changed(model: pm.Model) -> None:
    """Refuse a model in which an intervention changes nothing, or in which something is observed that has no density.

    A variable such as `reliability` is a function of the standard normal variables that the sampler moves, `reliability_standard`.
    `pymc.do` may set it where the likelihood reads it; where the likelihood reads the normal variables themselves (`judgement` in
    `judgements` and `panel`) the intervention would be lost in silence. `pymc.observe` takes the normal variables only.

    Parameters
    ----------
    model
        A model made or changed by its user.

    Raises
    ------
    UsageError
        With the variable, and what to do instead.
    """
    moved = {variable.name for variable in model.free_RVs}
    for variable in model.observed_RVs:
        if f"{variable.name}{_STANDARD}" in moved:
            raise UsageError(
                f"'{variable.name}' was observed, but it is computed from '{variable.name}{_STANDARD}' and has no density of its own; "
                f"set it with pymc.do, or observe '{variable.name}{_STANDARD}'"
            )
    read = set(ancestors([*model.potentials, *model.observed_RVs]))
    for variable in model.data_vars:
        if f"{variable.name}{_STANDARD}" in moved and variable not in read:
            raise UsageError(
                f"'{variable.name}' was set with pymc.do, but the likelihood of this model reads '{variable.name}{_STANDARD}', so that "
                f"nothing would change; give the study points in place of ranges, or set '{variable.name}{_STANDARD}'"
            )
