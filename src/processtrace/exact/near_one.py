"""Nodes for the cluster integral at correlations close to 1, where it is almost a step at each judgement.

Equal steps would have to be as short as the jumps are narrow. Here Gauss-Legendre panels lie close around each jump and around the
peak between findings that contradict each other, and widen with the distance from them. Their number grows with the logarithm of
1/(1 - rho) only, and so do time and memory.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.special import log_ndtr

from processtrace.exact.copula import given_cause
from processtrace.logspace import Array, log

ORDER = 12
"""Gauss-Legendre nodes on each panel."""

_BESIDE = 10.0  # widths of a jump kept in fine panels on either side of it
_WIDEST = 0.5
_HALVINGS = 100


def nodes_at_jumps(probits: Array, spread: Array, found: Array, rho: float, furthest: float, refine: int = 0) -> tuple[Array, Array]:
    """Return nodes of the common cause and the logs of their lengths.

    Parameters
    ----------
    probits, spread
        Middle and half width of each judgement in normal quantiles, (item, hypothesis). Infinite middles are no jumps.
    found
        Whether each item was found, (item,).
    rho
        Latent correlation, below 1.
    furthest
        End of the line on either side.
    refine
        How many times the panels are halved.

    Returns
    -------
    tuple of Array
        Nodes and log lengths, (node,) each.
    """
    narrow = np.sqrt((1 - rho) / rho)
    fine = 2 * narrow / np.sqrt(1 + len(probits) / 4) / 2**refine
    inside = np.isfinite(probits)
    jumps = [-probits[inside] / np.sqrt(rho), _between(probits, found, rho, furthest)]
    for middle, half in zip(jumps[0], spread[inside], strict=True):
        if half > 0:
            jumps.append(middle + half * np.linspace(-3, 3, 25 * 2**refine))
    edges = _edges(np.concatenate(jumps), fine, _BESIDE * narrow, furthest, _WIDEST / 2**refine)
    x, weights = np.polynomial.legendre.leggauss(ORDER)
    half, middle = np.diff(edges)[:, None] / 2, ((edges[1:] + edges[:-1]) / 2)[:, None]
    return (middle + half * x).ravel(), log(half * weights).ravel()


def _edges(jumps: Array, fine: float, beside: float, furthest: float, widest: float) -> Array:
    """Return edges of panels from -furthest to furthest, which are finer close to a jump."""
    places = np.unique(np.clip(jumps, -furthest, furthest))
    places = places[np.concatenate([[True], np.diff(places) > fine / 4])] if len(places) else np.zeros(1)
    edges = [*-_away(float(places[0]) + furthest, fine, beside, widest)[::-1] + places[0]]
    for left, right in pairwise(places):
        steps = _away(float(right - left) / 2, fine, beside, widest)
        edges += [*(left + steps), *(right - steps[::-1])]
    edges += [*(places[-1] + _away(furthest - float(places[-1]), fine, beside, widest))]
    found: Array = np.unique(np.array(edges))
    return found


def _away(length: float, fine: float, beside: float, widest: float) -> Array:
    """Return distances from a jump, from 0 to `length`, whose steps grow in proportion beyond `beside`."""
    at = [0.0]
    while at[-1] < length:
        at.append(at[-1] + max(fine, min((at[-1] - beside) / 2, widest)))
    return np.array([*at[:-1], length])


def _between(probits: Array, found: Array, rho: float, furthest: float) -> Array:
    """Return where findings that exclude each other as rho -> 1 are least improbable, for every subset that the engine needs."""
    n = len(probits)
    subsets = np.unique(np.vstack([np.tri(n, dtype=bool), ~np.eye(n, dtype=bool)]), axis=0)[:, :, None]
    side = np.where(found, 1.0, -1.0)[:, None]
    known = np.isfinite(probits)
    q = np.where(known, probits, 0.0)
    low, high = (np.full((len(subsets), probits.shape[1]), end) for end in (-furthest, furthest))
    for _ in range(_HALVINGS):
        u = (low + high) / 2
        x = side * given_cause(q, rho, u[:, None])
        steep = np.exp(-x * x / 2 - log_ndtr(x)) * side * np.sqrt(rho / (1 - rho) / (2 * np.pi))
        rising = np.where(subsets & known, steep, 0.0).sum(axis=1) > u
        low, high = np.where(rising, u, low), np.where(rising, high, u)
    apart = (np.where(subsets & known, x, 0.0) < -_BESIDE / 2).any(axis=1)
    peaks: Array = low[apart]
    return peaks
