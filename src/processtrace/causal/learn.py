"""Shares learned from cases."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from processtrace.causal.cases import COUNT, Given, read_cases
from processtrace.causal.learned import model_as_text
from processtrace.causal.model import CausalModel
from processtrace.causal.moments import exact_part
from processtrace.causal.particles import particle_part
from processtrace.causal.patterns import parts
from processtrace.errors import UsageError
from processtrace.logspace import logsumexp

if TYPE_CHECKING:
    import xarray as xr

RUNS = 4
"""Independent runs, which say how large the Monte Carlo error is."""


def learn(
    model: CausalModel,
    cases: Given,
    selected: str | None = None,
    draws: int = 4000,
    random_seed: int | None = None,
) -> xr.DataTree:
    """Return what cases say about the shares of a causal model.

    The shares have Dirichlet distributions before: their weights are those of `model.weight_table`. Parts of the model that the cases
    tell apart are learned one by one: exactly where the likelihood is a polynomial of at most a million terms, and else
    by particles that go from the prior to the data in four independent runs. What was not looked for is taken as missing at random
    given what was seen.

    Parameters
    ----------
    model
        The causal model.
    cases
        The path of a CSV file, a pandas table, or a list of mappings. A column for each node, blank where nobody looked; `case` names a
        case and `count` says how many such cases a row is.
    selected
        A statement about cases as they are, such as `D == 1`, by which they were selected. The likelihood is divided by its probability.
    draws
        How many draws, in four chains together.
    random_seed
        A number; other draws in each call where left out.

    Returns
    -------
    xarray.DataTree
        `posterior`: `share_<node>` (chain, draw, type_<node>), for a node that hidden common causes join to earlier ones (chain, draw,
        type of each, type_<node>). `summary`: `mean_<node>`, `sd_<node>`, `prior_mean_<node>` and `prior_sd_<node>`, which are exact for
        the nodes that `method` (node) calls `exact`. `evidence`: `log_evidence`, in nats, of the cases in their order, and
        `log_evidence_error`, its standard error from the runs, 0 where it is exact. `observed_data`: `level` (case, node), -1 where nobody
        looked, and `count` (case). A learned model is accepted wherever a model is.

    Raises
    ------
    StudyError
        With every fault of the cases, each with its file and line: a column that is no node, a value that is no level, a case that the
        model holds impossible or that would not have been selected.
    AnalysisError
        If the shares are too many, or what was not seen may have been so in too many ways.

    References
    ----------
    Chickering, D. M., & Pearl, J. (1996). A clinician's tool for analyzing non-compliance. *AAAI-96*, 1269-1276.

    Examples
    --------
    >>> import processtrace as pt
    >>> m = pt.CausalModel("X -> Y")
    >>> tree = pt.causal.learn(m, [{"X": 0, "Y": 0}, {"X": 1, "Y": 1}])
    >>> round(float(tree["summary"]["mean_Y"].sel(type_Y="01")), 4)
    0.3667
    """
    import xarray as xr

    if isinstance(draws, bool) or not isinstance(draws, int) or draws < RUNS:
        raise UsageError(f"draws: {draws!r}; a whole number of draws, {RUNS} or more")
    read = read_cases(cases, model.graph)
    each = ceil(draws / RUNS)
    random = np.random.default_rng(random_seed)
    posterior: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    methods: dict[str, str] = {}
    log_evidence, variance = 0.0, 0.0
    for part in parts(model, read, selected):
        exact = exact_part(part)
        if exact is not None:
            shares = [one.reshape(RUNS, each, -1) for one in exact.drawn(RUNS * each, random)]
            log_evidence += exact.log_evidence
        else:
            sampled = particle_part(part, RUNS, each, random)
            shares = list(sampled.joint_shares)
            mean = float(logsumexp(sampled.log_evidence)) - np.log(RUNS)
            log_evidence += mean
            variance += float(np.exp(sampled.log_evidence - mean).var(ddof=1)) / RUNS
        for k, (one, own) in enumerate(zip(part.components, shares, strict=True)):
            tables = one.tables(own.reshape(RUNS * each, -1))
            moments = exact.moments(k) if exact is not None else [(table.mean(axis=0), table.std(axis=0)) for table in tables]
            for place, (node, table, (mean_share, sd)) in enumerate(zip(one.nodes, tables, moments, strict=True)):
                dims = [f"type_{other}" for other in (*(one.nodes[c] for c in one.conditions[place]), node)]
                weights = one.weights[place]
                posterior[f"share_{node}"] = (("chain", "draw", *dims), table.reshape(RUNS, each, *weights.shape))
                total = weights.sum(axis=-1, keepdims=True)
                prior = weights / total
                summary |= {
                    f"mean_{node}": (dims, mean_share.reshape(weights.shape)),
                    f"sd_{node}": (dims, sd.reshape(weights.shape)),
                    f"prior_mean_{node}": (dims, prior),
                    f"prior_sd_{node}": (dims, np.sqrt(prior * (1 - prior) / (total + 1))),
                }
                methods[node] = "particles" if exact is None else "exact"
    labels = {f"type_{node}": list(model.nodal_types(node).labels) for node in model.nodes}
    nodes = list(model.nodes)
    summary["method"] = ("node", [methods[node] for node in nodes])
    tree = xr.DataTree.from_dict(
        {
            "posterior": xr.Dataset(posterior, {**labels, "chain": range(RUNS), "draw": range(each)}),
            "summary": xr.Dataset(summary, {**labels, "node": nodes}),
            "evidence": xr.Dataset({"log_evidence": log_evidence, "log_evidence_error": float(np.sqrt(variance))}),
            "observed_data": xr.Dataset(
                {"level": (("case", "node"), read.seen), COUNT: ("case", read.counts)}, {"case": list(read.names), "node": nodes}
            ),
        }
    )
    tree.attrs |= {
        "model": model_as_text(model),
        "selected": selected or "",
        "method": "exact" if set(methods.values()) == {"exact"} else "particles",
        "missing": "what was not looked for is taken as missing at random given what was seen",
        "random_seed": "not set" if random_seed is None else random_seed,
    }
    return tree
