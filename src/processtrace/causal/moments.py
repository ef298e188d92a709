"""Learning from few cases, exactly: the likelihood is a polynomial in the shares, and each of its terms has a Dirichlet posterior.

All terms are positive and nothing is subtracted, so that logs of them lose no more than some 1e-13 of a result; fractions take a hundred
times as long and give the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import comb, prod

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from processtrace.causal.components import Component, Mask, dirichlet
from processtrace.causal.patterns import Part
from processtrace.logspace import Array, logsumexp, normalise

MOST_TERMS = 1_000_000
"""Terms of the polynomial up to which it is written out."""

_EACH = 100  # terms that one product of events takes as long as, whatever it holds

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Classes:
    """Joint types of one component that the events can't tell apart; for a group of nodes each joint type is a class of its own.

    `members` says for each joint type which class it is in. For each node of the component `entries` holds the place of each class in a
    table of `weights` (row, entry), of which each row is one Dirichlet.
    """

    component: Component
    members: NDArray[np.intp]
    entries: tuple[NDArray[np.intp], ...]
    weights: tuple[Array, ...]

    @cached_property
    def number(self) -> int:
        """How many classes there are."""
        return len(self.entries[0])

    def tables(self, counts: Counts) -> list[Array]:
        """Return the weights of each node's table after so many of each class (term, row, entry)."""
        found = []
        for entries, weights in zip(self.entries, self.weights, strict=True):
            onto = np.zeros((self.number, weights.size))
            onto[np.arange(self.number), entries] = 1
            found.append((counts @ onto).reshape(-1, *weights.shape) + weights)
        return found

    def log_expected(self, counts: Counts) -> Array:
        """Return the log expectation of the product of the classes' shares, each to the power of its count (term)."""
        total = np.zeros(len(counts))
        for after, before in zip(self.tables(counts), self.weights, strict=True):
            some = before > 0
            risen = np.where(some, gammaln(np.where(some, after, 1)) - gammaln(np.where(some, before, 1)), 0).sum(axis=-1)
            total += (risen - gammaln(after.sum(axis=-1)) + gammaln(before.sum(axis=-1))).sum(axis=-1)
        return total

    def mean(self, counts: Counts) -> Array:
        """Return the mean share of each joint type after so many of each class (term, joint type)."""
        whole = np.ones((len(counts), self.number))
        for table, entries in zip(self.tables(counts), self.entries, strict=True):
            whole *= (table / table.sum(axis=-1, keepdims=True)).reshape(len(counts), -1)[:, entries]
        return np.asarray(whole[:, self.members] * self._within[0])

    def moments(self, counts: Counts, probabilities: Array) -> list[tuple[Array, Array]]:
        """Return for each node the mean and the standard deviation of the shares in its table, under a mixture of terms."""
        found = []
        for table, weights in zip(self.tables(counts), self.component.weights, strict=True):
            total = table.sum(axis=-1, keepdims=True)
            first = table / total
            second = first * (table + 1) / (total + 1)
            whole = [np.tensordot(probabilities, one, 1).ravel() for one in (first, second)]
            if len(self.component.nodes) == 1:
                spread = [np.zeros(weights.size), np.zeros(weights.size)]
                for to, one, part in zip(spread, whole, self._within, strict=True):
                    to[self.component.entries[0]] = one[self.members] * part
                whole = spread
            mean = whole[0].reshape(weights.shape)
            found.append((mean, np.sqrt(np.maximum(whole[1].reshape(weights.shape) - mean**2, 0))))
        return found

    def drawn(self, counts: Counts, random: np.random.Generator) -> Array:
        """Return joint shares (draw, joint type), one draw for each row of counts."""
        if len(self.component.nodes) > 1:
            return self.component.drawn(counts[:, self.members].astype(float), random)
        totals = dirichlet(self.tables(counts)[0].reshape(len(counts), -1), self.number, random)
        own = self._own
        whole = np.empty((len(counts), len(self.component)))
        for number in range(self.number):
            inside = np.flatnonzero(self.members == number)
            whole[:, inside] = totals[:, [number]]
            if len(inside) > 1:
                whole[:, inside] *= dirichlet(np.broadcast_to(own[inside], (len(counts), len(inside))), len(inside), random)
        return whole

    @property
    def _own(self) -> Array:
        return np.asarray(self.component.weights[0].ravel()[self.component.entries[0]])

    @cached_property
    def _within(self) -> tuple[Array, Array]:
        """The mean part of its class that each joint type is, and the mean of its square."""
        if len(self.component.nodes) > 1:
            return np.ones(len(self.component)), np.ones(len(self.component))
        own = self._own
        total = np.bincount(self.members, weights=own)[self.members]
        return own / total, own * (own + 1) / (total * (total + 1))


@dataclass(frozen=True, eq=False)
class Product:
    """A product of one component's events: the classes that it may be made of (term, class), with the log expectation of each term."""

    counts: Counts
    logs: Array

    @cached_property
    def log_total(self) -> float:
        """The log expectation of the product."""
        return float(logsumexp(self.logs))

    @cached_property
    def probabilities(self) -> Array:
        """The posterior probability of each term."""
        return np.asarray(np.exp(self.logs - self.log_total))


@dataclass(frozen=True, eq=False)
class ExactPart:
    """The posterior of one part: a mixture over terms, of which each says how often each event of each component happened.

    `products` holds the different products of a component's events, and `places` (term, component) which of them a term has.
    """

    part: Part
    classes: tuple[Classes, ...]
    products: tuple[tuple[Product, ...], ...]
    places: NDArray[np.intp]
    logs: Array

    @cached_property
    def log_evidence(self) -> float:
        """The log probability of the cases."""
        return float(logsumexp(self.logs))

    @cached_property
    def probabilities(self) -> Array:
        """The posterior probability of each term."""
        return np.asarray(np.exp(normalise(self.logs)))

    def drawn(self, draws: int, random: np.random.Generator) -> list[Array]:
        """Return independent draws of the joint shares of each component (draw, joint type)."""
        chosen = self.places[random.choice(len(self.logs), draws, p=self.probabilities / self.probabilities.sum())]
        found = []
        for k, (classes, products) in enumerate(zip(self.classes, self.products, strict=True)):
            counts = np.empty((draws, classes.number), np.int64)
            for place in np.unique(chosen[:, k]):
                rows, product = np.flatnonzero(chosen[:, k] == place), products[place]
                counts[rows] = product.counts[
                    random.choice(len(product.logs), len(rows), p=product.probabilities / product.probabilities.sum())
                ]
            found.append(classes.drawn(counts, random))
        return found

    def mean_joint_shares(self) -> list[Array]:
        """Return the mean joint shares given each term (term, joint type), by component."""
        found = []
        for k, (classes, products) in enumerate(zip(self.classes, self.products, strict=True)):
            means = np.array([one.probabilities @ classes.mean(one.counts) for one in products])
            found.append(means[self.places[:, k]])
        return found

    def moments(self, k: int) -> list[tuple[Array, Array]]:
        """Return for each node of a component the mean and the standard deviation of the shares in its table."""
        own = np.bincount(self.places[:, k], weights=self.probabilities, minlength=len(self.products[k]))
        counts = np.concatenate([one.counts for one in self.products[k]])
        return self.classes[k].moments(
            counts, np.concatenate([p * one.probabilities for p, one in zip(own, self.products[k], strict=True)])
        )


def exact_part(part: Part) -> ExactPart | None:
    """Return the posterior of a part exactly; none where its polynomial has too many terms or cases were selected."""
    if part.left_out is not None:
        return None
    number = prod(_ways(len(rows), int(count)) for rows, count in zip(part.patterns, part.counts, strict=True))
    if number > MOST_TERMS // _EACH:
        return None
    happened, logs = _written_out(part)
    classes = tuple(_classes(one, events) for one, events in zip(part.components, part.events, strict=True))
    unique = [np.unique(counts, axis=0, return_inverse=True) for counts in happened]
    sizes = [[len(np.unique(own.members[mask])) for mask in events] for own, events in zip(classes, part.events, strict=True)]
    cost = sum(
        _EACH + prod(_ways(size, int(count)) for size, count in zip(own, row, strict=True))
        for own, (rows, _) in zip(sizes, unique, strict=True)
        for row in rows
    )
    if cost > MOST_TERMS:
        return None
    products = tuple(
        tuple(_product(own, events, row) for row in rows) for own, events, (rows, _) in zip(classes, part.events, unique, strict=True)
    )
    places = np.stack([inverse.ravel() for _, inverse in unique], axis=1)
    totals = [np.array([one.log_total for one in own]) for own in products]
    weights = logs + sum(total[places[:, k]] for k, total in enumerate(totals))
    return ExactPart(part, classes, products, places, weights)


def _classes(component: Component, events: Mask) -> Classes:
    if len(component.nodes) > 1:
        return Classes(
            component,
            np.arange(len(component)),
            component.entries,
            tuple(table.reshape(-1, table.shape[-1]) for table in component.weights),
        )
    members = np.unique(events.T, axis=0, return_inverse=True)[1].ravel()
    weights = np.bincount(members, weights=component.weights[0].ravel()[component.entries[0]])
    return Classes(component, members, (np.arange(len(weights)),), (weights[None],))


def _written_out(part: Part) -> tuple[list[Counts], Array]:
    """How often each event happened (term, event), by component, in every way in which the cases may have come about, and log numbers."""
    happened = [np.zeros((1, len(events)), np.int64) for events in part.events]
    logs = np.zeros(1)
    for rows, count in zip(part.patterns, part.counts.tolist(), strict=True):
        divisions, orders = _divisions(len(rows), count)
        for k, events in enumerate(part.events):
            onto = np.zeros((len(rows), len(events)), np.int64)
            onto[np.arange(len(rows)), rows[:, k]] = 1
            onto[:, 0] = 0
            happened[k] = _every(happened[k], divisions @ onto)
        logs = (logs[:, None] + orders).ravel()
    return happened, logs


def _product(classes: Classes, events: Mask, counts: Counts) -> Product:
    whole, logs = np.zeros((1, classes.number), np.int64), np.zeros(1)
    for mask, count in zip(events, counts.tolist(), strict=True):
        if count:
            own = np.unique(classes.members[mask])
            divisions, orders = _divisions(len(own), count)
            more = np.zeros((len(divisions), classes.number), np.int64)
            more[:, own] = divisions
            whole, logs = _every(whole, more), (logs[:, None] + orders).ravel()
    return Product(whole, logs + classes.log_expected(whole))


def _every(first: Counts, second: Counts) -> Counts:
    """Every sum of a row of one and a row of the other."""
    return np.asarray((first[:, None] + second).reshape(-1, first.shape[1]))


def _ways(options: int, count: int) -> int:
    """In how many ways so many cases can be divided between options."""
    return comb(count + options - 1, options - 1)


@lru_cache(maxsize=256)
def _divisions(options: int, count: int) -> tuple[Counts, Array]:
    """Every such division (division, option), with the log number of orders in which it comes about."""
    rows = np.zeros((1, 0), np.int64)
    for _ in range(options - 1):
        left = count - rows.sum(axis=1)
        repeated = np.repeat(rows, left + 1, axis=0)
        new = np.concatenate([np.arange(most + 1) for most in left])
        rows = np.column_stack([repeated, new])
    rows = np.column_stack([rows, count - rows.sum(axis=1)])
    return rows, np.asarray(gammaln(count + 1) - gammaln(rows + 1).sum(axis=1))
