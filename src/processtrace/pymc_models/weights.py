"""Weights over hypotheses as Dirichlet variables; hypotheses with a prior of 0 have none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from scipy.special import gammainccinv, gammaincinv, gammaln, log_ndtr, ndtr

from processtrace.exact.ranges import log_normal_density
from processtrace.inference.layout.types import Places
from processtrace.logspace import Array

_SMALLEST = 1e-300
"""Of a weight: what is smaller counts as this."""

_LEAST = 1e-8
"""Of a parameter that varies: what is smaller counts as this."""

_STEP = 1e-5
"""Of a parameter, relative, between the quantiles whose difference is their derivative by it."""

_FURTHEST = (-1e6, 37.0)
"""Of a normal variable: what is further out, where a sampler tries it, counts as these."""

_FROM_ABOVE = 1.25
"""Of a normal variable: from here on its quantile is taken from the upper tail, which is slower and loses no digits there."""

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
        outputs[0][0] = _by_log_gamma(weight, cotangent)[self.places] * slope


class _SlopeByShape(Op):  # type: ignore[misc]
    """The gradient of Dirichlet weights by their parameters, at fixed standard normal variables."""

    def __init__(self, places: tuple[Places, ...]):
        self.places = places

    def make_node(self, weight: Any, slope: Any, cotangent: Any) -> Any:
        return Apply(self, [weight, slope, pt.as_tensor(cotangent)], [weight.type()])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        weight, slope, cotangent = inputs
        made = np.zeros(weight.shape)
        made[self.places] = _by_log_gamma(weight, cotangent)[self.places] * slope
        outputs[0][0] = made


def _by_log_gamma(weight: Array, cotangent: Array) -> Array:
    # A hypothesis with the weight 0 may have an infinite slope, which changes nothing.
    held = weight > 0
    if held.all():
        pull = weight * cotangent
        return np.asarray(pull - weight * pull.sum(axis=1, keepdims=True))
    with np.errstate(invalid="ignore"):
        pull = np.where(held, weight * cotangent, 0.0)
        return np.asarray(np.where(held, pull - weight * pull.sum(axis=1, keepdims=True), 0.0))


class _DirichletWeights(Op):  # type: ignore[misc]
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
        outputs[0][0] = _normalised(log_gamma, self.places, self.alpha.shape)
        outputs[1][0] = slope

    def pullback(self, _inputs: Any, outputs: Any, cotangents: Any) -> Any:
        """Return the gradient by each input, from that by the outputs."""
        return [self.slope(outputs[0], outputs[1], cotangents[0])]


class _VaryingDirichletWeights(Op):  # type: ignore[misc]
    """The same with parameters that vary, (row, hypothesis); those outside `held` count as 0."""

    def __init__(self, held: NDArray[np.bool_]):
        self.places = np.nonzero(held)
        self.slope, self.by_shape = _Slope(self.places), _SlopeByShape(self.places)

    def make_node(self, alpha: Any, x: Any) -> Any:
        slopes = [pt.vector(dtype="float64", shape=(len(self.places[0]),)) for _ in range(2)]
        return Apply(self, [alpha, pt.as_tensor(x)], [pt.matrix(dtype="float64", shape=alpha.type.shape), *slopes])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        alpha, x = inputs
        a = np.maximum(alpha[self.places], _LEAST)
        log_gamma, outputs[1][0] = log_gamma_quantiles(a, x)
        less, more = (log_gamma_quantiles(a * (1 + sign * _STEP), x)[0] for sign in (-1, 1))
        outputs[0][0] = _normalised(log_gamma, self.places, alpha.shape)
        outputs[2][0] = (more - less) / (2 * _STEP * a)

    def pullback(self, _inputs: Any, outputs: Any, cotangents: Any) -> Any:
        weight, by_normal, by_shape = outputs
        return [self.by_shape(weight, by_shape, cotangents[0]), self.slope(weight, by_normal, cotangents[0])]


def _normalised(log_gamma: Array, places: tuple[Places, ...], shape: tuple[int, ...]) -> Array:
    scores = np.full(shape, -np.inf)
    scores[places] = log_gamma
    weight = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def log_gamma_quantiles(a: Array, x: Array) -> tuple[Array, Array]:
    """Return logs of Gamma(a) variables at the quantiles of standard normal variables, and their derivatives by these.

    Parameters
    ----------
    a
        Shapes, above 0.
    x
        Standard normal variables, of the same shape.
    """
    x = np.minimum(np.maximum(x, _FURTHEST[0]), _FURTHEST[1])
    low = x < _FROM_ABOVE
    gamma = np.empty(x.shape)
    gammaincinv(a, ndtr(x), where=low, out=gamma)
    gammainccinv(a, ndtr(-x), where=~low, out=gamma)
    with np.errstate(divide="ignore", under="ignore"):
        log_gamma = np.log(gamma)
    whole = gammaln(a)
    tiny = log_gamma < _NEAR_ZERO
    if tiny.any():
        log_gamma = np.where(tiny, (log_ndtr(x) + whole + np.log(a)) / a, log_gamma)
    log_density = a * log_gamma - np.exp(log_gamma) - whole
    return log_gamma, np.exp(log_normal_density(x) - log_density)


def weights_from_normal(alpha: Array, standard: Any) -> Any:
    """Return rows of Dirichlet weights, (row, hypothesis), of as many standard normal variables as there are parameters above 0."""
    return _DirichletWeights(alpha)(standard)[0]


def dirichlet_weights(name: str, alpha: Array, dims: tuple[str, ...]) -> Any:
    """Add Dirichlet weights to the model in context; return them.

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
    return pm.Deterministic(name, weights_from_normal(rows, standard).reshape(alpha.shape), dims=dims)


def varying_dirichlet_weights(name: str, alpha: Any, held: NDArray[np.bool_], dims: tuple[str, ...]) -> Any:
    """Add rows of Dirichlet weights, whose parameters are variables, to the model in context; return them.

    Parameters
    ----------
    name
        Of the variable; the sampler moves its standard normal variables, `name_standard`.
    alpha
        Parameters, a variable (row, hypothesis).
    held
        Where a weight may be other than 0, (row, hypothesis).
    dims
        Dimensions of the weights.
    """
    standard = pm.Normal(f"{name}_standard", shape=int(held.sum()))
    return pm.Deterministic(name, _VaryingDirichletWeights(held)(alpha, standard)[0], dims=dims)


class _LogSlope(Op):  # type: ignore[misc]
    """The gradient of the logarithms of weights; none where a weight counts as the smallest."""

    __props__ = ()

    def make_node(self, weight: Any, cotangent: Any) -> Any:
        return Apply(self, [weight, pt.as_tensor(cotangent)], [weight.type()])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        weight, cotangent = inputs
        outputs[0][0] = np.where(weight >= _SMALLEST, cotangent / np.maximum(weight, _SMALLEST), 0.0)


class _LogWeights(Op):  # type: ignore[misc]
    """Logarithms of weights; one of 0 counts as the smallest."""

    __props__ = ()

    def make_node(self, weight: Any) -> Any:
        weight = pt.as_tensor(weight)
        return Apply(self, [weight], [weight.type()])

    def perform(self, _node: Any, inputs: Any, outputs: Any) -> None:
        outputs[0][0] = np.log(np.maximum(inputs[0], _SMALLEST))

    def pullback(self, inputs: Any, _outputs: Any, cotangents: Any) -> Any:
        return [_LogSlope()(inputs[0], cotangents[0])]


_log_weights = _LogWeights()


def log_weights(weights: Any) -> Any:
    """Return the logarithms of weights, as a variable; a weight of 0 counts as 1e-300."""
    return _log_weights(weights)
