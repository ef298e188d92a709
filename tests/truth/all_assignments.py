"""Mixtures of a Dirichlet prior by the sum over all assignments of terms to hypotheses."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.special import gammaln


def enumerated(alpha, nats):
    """log evidence, mean and sd of the weights, responsibilities: by all assignments, each with its Dirichlet-multinomial weight."""
    terms, count = nats.shape
    total, whole = alpha.sum(), 0.0
    mean, square, responsibility = np.zeros(count), np.zeros(count), np.zeros_like(nats)
    for z in product(np.flatnonzero(alpha > 0), repeat=terms):
        n = np.bincount(z, minlength=count)
        held = alpha > 0
        log_w = gammaln(total) - gammaln(total + terms) + (gammaln(alpha[held] + n[held]) - gammaln(alpha[held])).sum()
        w = np.exp(log_w + nats[np.arange(terms), z].sum())
        whole += w
        mean += w * (alpha + n) / (total + terms)
        square += w * (alpha + n) * (alpha + n + 1) / ((total + terms) * (total + terms + 1))
        responsibility[np.arange(terms), z] += w
    mean, square = mean / whole, square / whole
    return np.log(whole), mean, np.sqrt(square - mean**2), responsibility / whole
