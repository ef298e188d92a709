"""Weights over hypotheses as Dirichlet variables; hypotheses with a prior of 0 have none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from scipy.special import gammainccinv, gammaincinv, gammaln, log_ndtr, ndtr

from processtrace.exact.ranges import log_normal_density
from processtrace.inference.layout.types import Places
from processtrace.logspace import Array, logsumexp

_SMALLEST = 1e-300
"""Of a weight: what is smaller counts as this."""

_NEAR_ZERO = -40.0
"""Log of a Gamma variable below which its distribution function is a power of it, to 1e-17."""


class _Slope(Op):  # type: ignore[misc]
    """The gradient of Dirichlet weights by their standard normal variables."""

    def __init__(self, places: tuple[Places, ...]):
        self.places = places

    def make_node(self, weight: Any, slope: Any, cotangent: Any) -> Any:
        """Return the node of the graph that this operation makes of its inputs."""
        return Apply(self, [weight, slope, pt.as_tensor(cotangent)], [slope.type()])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        """Write the value of the outputs, by NumPy."""
        weight, slope, cotangent = inputs
        each = weight * (cotangent - (weight * cotangent).sum(axis=1, keepdims=True))
        outputs[0][0] = each[self.places] * slope


class DirichletWeights(Op):  # type: ignore[misc]
    """Rows of Dirichlet weights as a function of independent standard normal variables, one for each parameter above 0.

    A Gamma variable of each parameter is the quantile of its normal variable; the weights are these, normalised. The sampler
    then sees a standard normal prior, however small a parameter is.

    Parameters
    ----------
    alpha
        Parameters, (row, hypothesis); a hypothesis with 0 has the weight 0.
    """

    def __init__(self, alpha: Array):
        self.alpha = alpha
        self.places = np.nonzero(alpha > 0)
        self.held = alpha[self.places]
        self.slope = _Slope(self.places)

    def make_node(self, x: Any) -> Any:
        """Return the node of the graph that this operation makes of its inputs."""
        count = len(self.held)
        return Apply(
            self, [pt.as_tensor(x)], [pt.matrix(dtype="float64", shape=self.alpha.shape), pt.vector(dtype="float64", shape=(count,))]
        )

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        """Write the value of the outputs, by NumPy."""
        log_gamma, slope = log_gamma_quantiles(self.held, inputs[0])
        scores = np.full(self.alpha.shape, -np.inf)
        scores[self.places] = log_gamma
        outputs[0][0] = np.exp(scores - logsumexp(scores, axis=1)[:, None])
        outputs[1][0] = slope

    def pullback(self, _inputs: Any, outputs: Any, cotangents: Any) -> Any:
        """Return the gradient by each input, from that by the outputs."""
        return [self.slope(outputs[0], outputs[1], cotangents[0])]


def log_gamma_quantiles(a: Array, x: Array) -> tuple[Array, Array]:
    """Return logs of Gamma(a) variables at the quantiles of standard normal variables, and their derivatives by these.

    Parameters
    ----------
    a
        Shapes, above 0.
    x
        Standard normal variables, of the same shape.
    """
    log_below = log_ndtr(x)
    with np.errstate(divide="ignore", under="ignore"):
        log_gamma = np.log(np.where(x < 0, gammaincinv(a, ndtr(x)), gammainccinv(a, ndtr(-x))))
    near_zero = (log_below + gammaln(a + 1)) / a
    log_gamma = np.where(log_gamma < _NEAR_ZERO, near_zero, log_gamma)
    log_density = a * log_gamma - np.exp(log_gamma) - gammaln(a)
    return log_gamma, np.exp(log_normal_density(x) - log_density)


def dirichlet_weights(name: str, alpha: Array, dims: tuple[str, ...]) -> Any:
    """Add Dirichlet weights to the model in context; return their logarithms.

    Parameters
    ----------
    name
        Of the variable; the sampler moves its standard normal variables, `name_standard`.
    alpha
        Parameters, of the shape of the weights, whose last axis is the hypothesis.
    dims
        Dimensions of the weights.
    """
    rows = np.atleast_2d(alpha)
    standard = pm.Normal(f"{name}_standard", shape=int((rows > 0).sum()))
    weights = pm.Deterministic(name, DirichletWeights(rows)(standard)[0].reshape(alpha.shape), dims=dims)
    return pt.log(pt.maximum(weights, _SMALLEST))
