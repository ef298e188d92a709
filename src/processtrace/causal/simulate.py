"""Cases drawn from a causal model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from processtrace.causal.learned import read_learned
from processtrace.causal.model import CausalModel
from processtrace.causal.nodal_types import strides
from processtrace.errors import UsageError
from processtrace.logspace import Array

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def simulate(model: CausalModel | xr.DataTree, n: int, random_seed: int | np.random.Generator | None = None) -> pd.DataFrame:
    """Return cases drawn independently from a causal model at its expected shares, or from what was learned of one.

    Parameters
    ----------
    model
        The causal model; or what `learn` gave: then the shares are those of one draw from their posterior, the same for all cases, so that
        many such tables vary as new data would.
    n
        How many cases.
    random_seed
        A seed, or numpy's generator; cases differ from call to call where left out.

    Returns
    -------
    pandas.DataFrame
        A row for each case and a column for each node in causal order, with the numbers of levels.

    Raises
    ------
    UsageError
        If `n` is no number of cases.

    Examples
    --------
    >>> import processtrace as pt
    >>> pt.causal.simulate(pt.CausalModel("X -> Y"), 3, random_seed=1).shape
    (3, 2)
    """
    import pandas as pd

    if isinstance(n, bool) or not isinstance(n, int) or n < 0:
        raise UsageError(f"n: {n!r}; a whole number of cases is allowed")
    random = np.random.default_rng(random_seed)
    shares: dict[str, Array] = {}
    if not isinstance(model, CausalModel):
        learned = read_learned(model)
        model = learned.model
        place = int(random.integers(len(next(iter(learned.draws.values())))))
        shares = {node: table[place] for node, table in learned.draws.items()}
    drawn: dict[str, NDArray[Any]] = {}
    values: dict[str, NDArray[Any]] = {}
    for node in model.nodes:
        combination = np.zeros(n, np.intp)
        for stride, parent in zip(strides(model.shape(node)[1]), model.graph.parents[node], strict=True):
            combination += stride * values[parent]
        if node in model.by_rows:
            values[node] = _types(model.response_table(node), [combination], n, random).astype(np.int64)
            continue
        types = model.nodal_types(node)
        table = shares.get(node, model.share_table(node))
        drawn[node] = _types(table, [drawn[other] for other in model.graph.conditions[node]], n, random)
        values[node] = types.outputs[drawn[node], combination].astype(np.int64)
    return pd.DataFrame(values)


def _types(shares: Array, conditions: Sequence[NDArray[Any]], n: int, random: np.random.Generator) -> NDArray[Any]:
    """One type for each case, given its types of the earlier confounded nodes."""
    sets = np.ravel_multi_index(tuple(conditions), shares.shape[:-1]) if conditions else np.zeros(n, np.intp)
    table = shares.reshape(-1, shares.shape[-1])
    drawn = np.empty(n, np.intp)
    for place in np.unique(sets):
        rows = sets == place
        drawn[rows] = random.choice(len(table[place]), int(rows.sum()), p=table[place] / table[place].sum())
    return drawn
