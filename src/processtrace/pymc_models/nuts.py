"""The no-U-turn sampler on a small model whose graph runs as it is: nutpie moves, PyTensor evaluates node by node, nothing is compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

import numpy as np
import pymc as pm
import pytensor
import pytensor.tensor as pt
import xarray as xr
from pymc.pytensorf import join_nonshared_inputs, rewrite_pregrad
from pytensor.graph.basic import Constant
from pytensor.graph.replace import graph_replace
from pytensor.tensor.elemwise import Elemwise
from pytensor.tensor.math import Sum

from processtrace.logspace import Array
from processtrace.pymc_models.operations import AS_IT_IS

_STATISTICS = ("diverging", "energy", "step_size", "depth", "n_steps", "logp")


def can_run(model: pm.Model) -> bool:
    """Return whether all free variables of a model are continuous."""
    return not any(np.issubdtype(np.dtype(variable.dtype), np.integer) for variable in model.value_vars)


def draw_as_it_is(
    model: pm.Model, *, draws: int, tune: int, chains: int, random_seed: int | None, progressbar: bool, **more: Any
) -> xr.DataTree:
    """Return draws of a model as `pymc.sample` does: the groups `posterior` and `sample_stats`.

    Parameters
    ----------
    model
        A model of continuous variables.
    draws, tune, chains
        As in `pymc.sample`.
    random_seed
        A number; other draws in each call where None.
    progressbar
        Whether progress is shown.
    **more
        Settings of the sampler, such as `target_accept`.

    Returns
    -------
    xarray.DataTree
        Named variables in `posterior`, with the model's dimensions and coordinates.
    """
    import nutpie
    from nutpie.compiled_pyfunc import from_pyfunc

    start = model.initial_point()
    begin = np.concatenate([np.ravel(start[variable.name]) for variable in model.value_vars])
    slope = _slope(model, start)
    ready = from_pyfunc(
        len(begin),
        lambda: slope,
        lambda *_: lambda x: {"x": x},
        [np.dtype("float64")],
        [(len(begin),)],
        ["x"],
        make_initial_point_fn=lambda seed: begin + np.random.default_rng(seed).uniform(-1, 1, len(begin)),
    )
    run = nutpie.sample(
        ready, draws=draws, tune=max(tune, 1), chains=chains, cores=1, seed=random_seed, progress_bar=progressbar, save_warmup=False, **more
    )
    statistics = run["sample_stats"].to_dataset()
    kept = statistics[[name for name in _STATISTICS if name in statistics]]
    return xr.DataTree.from_dict({"posterior": _named(model, start, run["posterior"]["x"].values), "sample_stats": kept.drop_attrs()})


def _slope(model: pm.Model, start: Mapping[str, Any]) -> Callable[[Array], tuple[float, Array]]:
    """Return the function from a point of all variables to the log density and its gradient."""
    (density,), point = _of_one_point(model, start, [rewrite_pregrad(model.logp())])
    run = _by_numpy(point, [density, pt.grad(density, point)])

    def slope(x: Array) -> tuple[float, Array]:
        value, gradient = run(x)
        return float(value), np.asarray(gradient)

    return slope


def _of_one_point(model: pm.Model, start: Mapping[str, Any], outputs: list[Any]) -> tuple[list[Any], Any]:
    """Return variables of a model as functions of one vector of all values, whose length is known, and that vector."""
    joined, loose = join_nonshared_inputs(start, outputs, model.value_vars)
    point = pt.vector("point", dtype="float64", shape=(sum(np.size(value) for value in start.values()),))
    return graph_replace(joined, {loose: point}, strict=False), point


def _by_numpy(point: Any, outputs: list[Any]) -> Callable[[Array], list[Any]]:
    """Return a function of a point: PyTensor simplifies its graph, then each node runs in turn, by its NumPy function where it has one.

    The same as PyTensor's own loop over nodes, without the checks of shapes and types that take most of its time.
    """
    function = pytensor.function([point], outputs, mode=AS_IT_IS)
    graph = function.maker.fgraph
    order = graph.toposort()
    # the first input is the point; others are data shared with the model
    cells: dict[Any, list[Any]] = {one: cell.storage for one, cell in zip(graph.inputs, function.input_storage, strict=True)}
    cells |= {variable: [None] for node in order for variable in node.outputs}
    read = (*graph.outputs, *(one for node in order for one in node.inputs))
    cells |= {constant: [constant.data] for constant in read if isinstance(constant, Constant)}
    done = {variable: [True] for variable in cells}
    steps = [_step(node, cells, done) for node in order]
    given, found = cells[graph.inputs[0]], [cells[variable] for variable in graph.outputs]

    def run(x: Array) -> list[Any]:
        given[0] = x
        # far out a density may overflow to infinity, as it does in compiled code, without a word
        with np.errstate(all="ignore"):
            for step in steps:
                step()
        return [cell[0] for cell in found]

    return run


def _step(node: Any, cells: dict[Any, list[Any]], done: dict[Any, list[bool]]) -> Callable[[], Any]:
    """Return what computes one node: from the cells of its inputs to those of its outputs."""
    if isinstance(node.op, Sum) and node.op.axis is None and node.inputs[0].type.dtype == "float64":
        (read_one,), (written,) = ([cells[one] for one in some] for some in (node.inputs, node.outputs))
        return lambda: written.__setitem__(0, np.asarray(read_one[0].sum()))
    named = getattr(node.op, "nfunc_spec", None)
    floats = all(one.type.dtype == "float64" for one in (*node.inputs, *node.outputs))
    if not (isinstance(node.op, Elemwise) and floats and named and hasattr(np, named[0]) and named[1:] in ((1, 1), (2, 1))):
        thunk: Callable[[], Any] = node.op.make_thunk(node, cells, done, [], impl="py")
        return thunk
    function, out, read = getattr(np, named[0]), cells[node.outputs[0]], [cells[one] for one in node.inputs]
    if len(read) != named[1]:  # a sum or product of more than two
        return lambda: out.__setitem__(0, reduce(function, [cell[0] for cell in read]))
    if len(read) == 1:
        return lambda: out.__setitem__(0, function(read[0][0]))
    first, second = read
    return lambda: out.__setitem__(0, function(first[0], second[0]))


def _named(model: pm.Model, start: Mapping[str, Any], points: Array) -> xr.Dataset:
    """Return the model's named variables at points, (chain, draw, place)."""
    named = [*model.free_RVs, *model.deterministics]
    values, point = _of_one_point(model, start, model.replace_rvs_by_values(named))
    run = _by_numpy(point, values)
    each = [run(x) for x in points.reshape(-1, points.shape[-1])]
    found = {}
    for place, variable in enumerate(named):
        value = np.array([one[place] for one in each])
        own = model.named_vars_to_dims.get(variable.name)
        dims = tuple(own) if own else tuple(f"{variable.name}_dim_{k}" for k in range(value.ndim - 1))
        found[variable.name] = (("chain", "draw", *dims), value.reshape(*points.shape[:2], *value.shape[1:]))
    used = {dim for dims, _ in found.values() for dim in dims}
    coords = {name: np.asarray(some) for name, some in model.coords.items() if name in used and some is not None}
    return xr.Dataset(found, coords={"chain": np.arange(points.shape[0]), "draw": np.arange(points.shape[1]), **coords})
