"""PyTensor operations with their own gradients: reliabilities, the likelihood of units, and the log of a sum of exponentials.

Each is one node of a graph, computed by NumPy: a model of a study has some fifteen nodes and needs no compilation.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.compile.mode import Mode
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.graph.traversal import applys_between
from pytensor.link.vm import VMLinker
from scipy.special import expit

from processtrace.inference.layout import Free
from processtrace.inference.layout.integrated import Integrated
from processtrace.inference.layout.types import Places
from processtrace.logspace import Array

_LEAST = 1e-16
"""Of 1 - r, below which it has no digits left."""

_SAFE = 1e-200
"""A sum of products below this is computed again in logarithms."""


class _LogitNormalSlope(Op):  # type: ignore[misc]
    """The gradient by standard normal variables: weight times sd r (1 - r)."""

    def __init__(self, sd: Array):
        self.sd = sd

    def make_node(self, r: Any, weight: Any) -> Any:
        """Return the node of the graph that this operation makes of its inputs."""
        return Apply(self, [r, pt.as_tensor(weight)], [r.type()])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        """Write the value of the outputs, by NumPy."""
        r, weight = inputs
        outputs[0][0] = weight * self.sd * r * (1 - r)


class _LogitNormal(Op):  # type: ignore[misc]
    """Probabilities expit(mu + sd x) of standard normal variables x, (variable,).

    Parameters
    ----------
    free
        Middle and standard deviation of each, on the logit scale.
    """

    def __init__(self, free: Free):
        self.free = free
        self.slope = _LogitNormalSlope(free.sd)

    def make_node(self, x: Any) -> Any:
        """Return the node of the graph that this operation makes of its inputs."""
        return Apply(self, [pt.as_tensor(x)], [pt.vector(dtype="float64", shape=(len(self.free.labels),))])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        """Write the value of the outputs, by NumPy."""
        outputs[0][0] = expit(self.free.mu + self.free.sd * inputs[0])

    def pullback(self, _inputs: Any, outputs: Any, cotangents: Any) -> Any:
        """Return the gradient by each input, from that by the outputs."""
        return [self.slope(outputs[0], cotangents[0])]


class _Slope(Op):  # type: ignore[misc]
    """The gradient by the reliabilities, from the derivatives that `_Nats` keeps."""

    def __init__(self, row: Places, source: Places, sources: int):
        self.row, self.source, self.sources = row, source, sources

    def make_node(self, weight: Any, derivative: Any) -> Any:
        """Return the node of the graph that this operation makes of its inputs."""
        return Apply(self, [pt.as_tensor(weight), derivative], [pt.vector(dtype="float64", shape=(self.sources,))])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        """Write the value of the outputs, by NumPy."""
        weight, derivative = inputs
        each = np.matmul(derivative, weight[self.row][:, :, None])[:, :, 0]
        outputs[0][0] = np.bincount(self.source.ravel(), each.ravel(), minlength=self.sources)


class _Nats(Op):  # type: ignore[misc]
    """Log P(findings of a row | reliabilities, hypothesis), (row, hypothesis), nats, as a function of the reliabilities.

    Parameters
    ----------
    form
        The study as polynomials in its reliabilities.
    row_of_unit
        The row to which each unit belongs: itself, or its case.
    rows
        Number of rows.
    """

    def __init__(self, form: Integrated, row_of_unit: Places, rows: int):
        factors = len(form.unit)
        self.source, self.coefficient = form.source, form.coefficient
        powers = np.concatenate([form.true, form.false], axis=2)
        self.powers = np.concatenate([np.ones((*powers.shape[:2], 1)), powers], axis=2)
        self.largest = form.coefficient.max(axis=1)
        self.scaled = np.exp(form.coefficient - self.largest[:, None])
        self.by_row = np.zeros((rows, factors))
        self.row = row_of_unit[form.unit]
        self.by_row[self.row, np.arange(factors)] = 1
        self.fixed = fixed_by_row(form, row_of_unit, rows)
        self.slope = _Slope(self.row, self.source, len(form.reliability.labels))

    def make_node(self, reliability: Any) -> Any:
        """Return the node of the graph that this operation makes of its inputs."""
        factors, _, hypotheses = self.coefficient.shape
        shapes = self.fixed.shape, (factors, self.source.shape[1], hypotheses)
        return Apply(self, [pt.as_tensor(reliability)], [pt.tensor(dtype="float64", shape=shape) for shape in shapes])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        """Write the value of the outputs, by NumPy."""
        r = inputs[0][self.source]
        side = np.concatenate([1 + r, np.maximum(1 - r, _LEAST)], axis=1)
        log_product = np.matmul(self.powers[:, :, 1:], np.log(side / 2)[:, :, None])
        total = np.matmul((np.exp(log_product) * self.powers).transpose(0, 2, 1), self.scaled)
        nats = self.largest
        if total[:, 0].min() < _SAFE:
            total, nats = self._in_logs(log_product)
        width = self.source.shape[1]
        power = total[:, 1:] / (side[:, :, None] * total[:, :1])
        outputs[0][0] = self.fixed + self.by_row @ (nats + np.log(total[:, 0]))
        outputs[1][0] = power[:, :width] - power[:, width:]

    def _in_logs(self, log_product: Array) -> tuple[Array, Array]:
        """Return the sums over terms, (factor, 1 and each power, hypothesis), and the nats that they leave out, without underflow."""
        terms = self.coefficient + log_product
        top = terms.max(axis=1)
        return np.matmul(self.powers.transpose(0, 2, 1), np.exp(terms - top[:, None])), top

    def pullback(self, _inputs: Any, outputs: Any, cotangents: Any) -> Any:
        """Return the gradient by each input, from that by the outputs."""
        return [self.slope(cotangents[0], outputs[1])]


class _Share(Op):  # type: ignore[misc]
    """exp(x - log sum exp x) times a weight of each row."""

    __props__ = ()

    def make_node(self, x: Any, total: Any, weight: Any) -> Any:
        """Return the node of the graph that this operation makes of its inputs."""
        return Apply(self, [x, total, pt.as_tensor(weight)], [x.type()])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        """Write the value of the outputs, by NumPy."""
        x, total, weight = inputs
        outputs[0][0] = np.exp(x - total[:, None]) * weight[:, None]


class _LogSumExp(Op):  # type: ignore[misc]
    """Log of the sum of exponentials along the last axis of a matrix of finite numbers."""

    __props__ = ()

    def make_node(self, x: Any) -> Any:
        """Return the node of the graph that this operation makes of its inputs."""
        x = pt.as_tensor(x)
        return Apply(self, [x], [pt.vector(dtype="float64", shape=x.type.shape[:1])])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        """Write the value of the outputs, by NumPy."""
        (x,) = inputs
        top = x.max(axis=1)
        outputs[0][0] = top + np.log(np.exp(x - top[:, None]).sum(axis=1))

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> Any:
        """Return the gradient by each input, from that by the outputs."""
        return [_Share()(inputs[0], outputs[0], cotangents[0])]


_log_sum_exp = _LogSumExp()


def log_sum_exp(x: Any) -> Any:
    """Return the log of the sum of exponentials along the last axis of a matrix of finite numbers, as a variable."""
    return _log_sum_exp(x)


def logit_normal(free: Free, standard: Any) -> Any:
    """Return probabilities, (variable,), logit-normal as elicited where `standard` is standard normal, as a variable."""
    return _LogitNormal(free)(standard)


AS_IT_IS = Mode(VMLinker(use_cloop=False, c_thunks=False), optimizer="fast_run").excluding("fusion", "inplace")
"""A graph is run node by node, without compilation: the same draws on every machine, from the first second."""


def runs_as_it_is(model: Any) -> bool:
    """Return whether a model's graph holds operations of this room, which no other back end knows."""
    nodes = applys_between([], [*model.potentials, *model.deterministics, *model.free_RVs])
    return any(type(node.op).__module__.startswith(__package__) for node in nodes)


def fixed_by_row(form: Integrated, row_of_unit: Places, rows: int) -> Array:
    """Return the log likelihood that no reliability reaches, summed by row, (row, hypothesis), nats."""
    fixed = np.zeros((rows, form.fixed.shape[1]))
    np.add.at(fixed, row_of_unit, form.fixed)
    return fixed


def unit_nats(form: Integrated, reliability: Any) -> Any:
    """Return log P(findings of a unit | reliabilities, hypothesis) as a variable, (unit, hypothesis), nats."""
    return _nats(form, np.arange(len(form.unit_case)), len(form.unit_case), reliability)


def case_nats(form: Integrated, reliability: Any) -> Any:
    """Return log P(findings of a case | reliabilities, hypothesis) as a variable, (case, hypothesis), nats."""
    return _nats(form, form.unit_case, len(form.cases), reliability)


def _nats(form: Integrated, row_of_unit: Places, rows: int, reliability: Any) -> Any:
    if not len(form.unit):
        return pt.as_tensor(fixed_by_row(form, row_of_unit, rows))
    return _Nats(form, row_of_unit, rows)(reliability)[0]
