"""A study becomes index arrays for a sampler's graph: what is free, what is fixed, which terms make up which unit.

Every pair of item and hypothesis that depends on a free variable is a row; what no variable reaches is summed into
`fixed` by the exact engine. Numpy only: `assembly` fills these types from a study.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from processtrace.logspace import Array

Places = NDArray[np.int64]

FLOOR = -1e200
"""Stands for log 0 in a graph: finite, so that gradients stay defined, and exp of it is exactly 0."""


@dataclass(frozen=True)
class Free:
    """Free variables of one kind: labels, names for people, and (mu, sd) of their log-odds."""

    labels: tuple[str, ...]
    names: tuple[str, ...]
    mu: Array
    sd: Array


@dataclass(frozen=True)
class Rows:
    """Rows (row,).

    `cell`: place in the flattened (unit, hypothesis) table. `judged`: place of the free judgement, -1 where it is a point with log-odds `odds`. `log_t`, `log_f`: what sources and search contribute and no variable reaches.
    """

    cell: Places
    judged: Places
    odds: Array
    log_t: Array
    log_f: Array


@dataclass(frozen=True)
class Reports:
    """What free reliabilities r and sensitivities s contribute to log T and log F of rows.

    `witnessed`: rows of found items, and `witness` the reliability: log (1 + r)/2 and log (1 - r)/2. `searched`: rows of
    found items, and `search` the sensitivity: log s. `missed`: rows of items not found: log(1 - s a) and log(1 - s b),
    where a, b come from `missed_witness` or, at -1, from `a`, `b`, and s from `missed_search` or, at -1, from `s`.
    """

    witnessed: Places
    witness: Places
    searched: Places
    search: Places
    missed: Places
    missed_witness: Places
    missed_search: Places
    a: Array
    b: Array
    s: Array


@dataclass(frozen=True)
class Clustered:
    """Clusters under one hypothesis each, with a common number of nodes of the latent cause.

    `cell`, `rho` (group,). `u`, `base` (group, node): nodes; log weights plus the fixed members' log factors.
    `row`, `group` (member,): the rows that are members and the group of each.
    """

    cell: Places
    rho: Array
    u: Array
    base: Array
    row: Places
    group: Places


@dataclass(frozen=True)
class Layout:
    """A study as arrays.

    `prior`: probabilities (case, hypothesis). `unit_case` (unit,): the case of each unit.

    `lean`: correlation of the errors of all judgements under one hypothesis of a case. `leaning` (judgement,): the case and
    hypothesis of each judgement, as a place among all (case, hypothesis).

    `fixed`: log likelihood that no variable reaches, (unit, hypothesis), nats, at least FLOOR. `single`: rows outside
    clusters.
    """

    cases: tuple[str, ...]
    hypotheses: tuple[str, ...]
    prior: Array
    unit_case: Places
    fixed: Array
    judgement: Free
    reliability: Free
    sensitivity: Free
    rows: Rows
    single: Places
    reports: Reports
    clustered: Clustered
    lean: float = 0.0
    leaning: Places = field(default_factory=lambda: np.zeros(0, int))

    @property
    def free(self) -> int:
        """Number of free variables."""
        return sum(len(part.labels) for part in (self.judgement, self.reliability, self.sensitivity))
