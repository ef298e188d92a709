"""What a study's cases say of the shares of its causal model, learned once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from processtrace.causal.cases import Table
from processtrace.causal.learn import learn
from processtrace.causal.learned import Learned, Mixture, read_learned
from processtrace.causal.model import CausalModel

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Lesson:
    """Cases to learn the shares of a model from, and the case among them that is asked about, if it is one of them."""

    model: CausalModel
    table: Table
    selected: str | None = None
    row: str | None = None

    def mixture(self) -> Mixture:
        """Return what answers for a new case, or for the case of the row."""
        learned = learned_from(self.model, self.table, self.selected)
        return learned.new_case if self.row is None else learned.other_cases(self.row)


SEED = 0
"""The seed of draws in a study, so that it gives the same numbers each time."""


@lru_cache(maxsize=16)
def learned_from(model: CausalModel, table: Table, selected: str | None) -> Learned:
    """Return what the cases of a table say of the shares of a model, learned once."""
    return read_learned(tree_of(model, table, selected))


@lru_cache(maxsize=16)
def tree_of(model: CausalModel, table: Table, selected: str | None) -> xr.DataTree:
    """Return what `learn` gives of the cases of a table, learned once."""
    return learn(model, table, selected, random_seed=SEED)
