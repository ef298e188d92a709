"""Random studies of every kind, sampled: effective draws, errors against the exact result, and what the run says of itself.

`PYTHONPATH=src:tests python tests/truth/sampled_studies.py [STUDIES [MODEL ...]]` prints, for each model, the smallest bulk effective
draws of what it reports, how many means are more than four Monte Carlo standard errors off, and the share of runs that pass their
diagnosis.

A mean of 1 in 100,000 is made by draws of which a run of 4,000 may hold none; its standard error cannot be read off the draws. Errors are
therefore counted in the standard error that follows from the exact standard deviation of what is drawn, where that is larger.
"""

from __future__ import annotations

import itertools
import sys
import warnings
from dataclasses import dataclass
from typing import Any

import arviz as az
import numpy as np
from scipy.special import expit

import processtrace as pt
from processtrace.pymc_models import MODELS

WITH_AN_EXACT_RESULT: tuple[str, ...] = ("explanation", "pooled", "shares")


def any_study(seed: int) -> pt.Study:
    """1 to 10 cases, 2 to 10 hypotheses; ranges, clusters, sources, absences, refuted hypotheses, priors of 0, near certainty."""
    rng = np.random.default_rng([20261128, seed])
    cases, count = int(rng.integers(1, 11)), int(rng.integers(2, 11))
    hypotheses = [f"h{k}" for k in range(count)]
    prior = {h: float(np.exp(rng.normal(0, rng.choice([0.0, 1.0, 3.0])))) for h in hypotheses}
    if count > 2 and rng.random() < 0.3:
        prior[hypotheses[int(rng.integers(count))]] = 0.0
    scale = float(rng.choice([0.5, 1.5, 4.0]))  # of log odds: weak evidence to near certainty
    sources = {f"s{k}": {"reliability": _range(rng, 1.0, 0.8)} for k in range(3)} | {"point": {"reliability": 0.8}}

    def judged() -> dict[str, Any]:
        made: dict[str, Any] = {}
        for h in hypotheses:
            made[h] = _range(rng, rng.normal(0, scale), 0.7) if rng.random() < 0.6 else float(expit(rng.normal(0, scale)))
        if rng.random() < 0.05 and count > 2:
            made[hypotheses[int(rng.integers(count))]] = 0.0
        return made

    def item(k: int) -> pt.Evidence:
        absent = rng.random() < 0.25
        more: dict[str, Any] = (
            {"status": "not_found", "search_sensitivity": _range(rng, 1.0, 0.5) if rng.random() < 0.5 else 0.7} if absent else {}
        )
        if rng.random() < 0.5:
            named = rng.choice(sorted(sources), size=int(rng.integers(1, 3)), replace=False)
            more["source"] = [str(name) for name in named]
        if rng.random() < 0.5:
            more["cluster"] = str(rng.choice(["loose", "tight"]))
        return pt.Evidence(f"e{k}", finding="A finding.", probability=judged(), **more)

    return pt.Study(
        f"Random study {seed}",
        hypotheses={h: {"prior": weight} for h, weight in prior.items()},
        sources=sources,
        clusters={"loose": {"correlation": 0.3}, "tight": {"correlation": 0.85}},
        cases=[pt.Case(f"c{k}", evidence=[item(i) for i in range(int(rng.integers(2, 9)))]) for k in range(cases)],
    )


def _range(rng: np.random.Generator, middle: float, half: float) -> tuple[float, float]:
    width = half * rng.uniform(0.3, 1.7)
    return float(expit(middle - width)), float(expit(middle + width))


@dataclass(frozen=True)
class Outcome:
    """Of one run: `ess`, fewest bulk effective draws of what the model reports; `errors`, each mean's, in its standard errors; `largest` in all."""

    ess: float
    errors: np.ndarray
    largest: float
    passed: bool
    said: tuple[str, ...]


RARE = 25
"""Effective draws that must fall on a side of a probability for its standard error to be read off the draws."""


def outcome(study: pt.Study, model: str, seed: int) -> Outcome:
    tree = pt.sample(study, model, random_seed=seed)
    exact_sd = getattr(pt.mixtures, model)(study) if hasattr(pt.mixtures, model) else {}
    fewest, errors, largest = np.inf, [], 0.0
    for name in MODELS[model].reports:
        part = tree["posterior"][name]
        moves = part.std(("chain", "draw")).values > 1e-12
        ess = np.where(moves, az.ess(part).values, np.nan)
        fewest = min(fewest, float(np.nanmin(ess))) if moves.any() else fewest
        if "exact" in tree.children and name in tree["exact"] and moves.any():
            exact = tree["exact"][name].transpose(*part.dims[2:]).values
            if f"{name}_sd" in exact_sd:
                spread = exact_sd[f"{name}_sd"].transpose(*part.dims[2:]).values
            else:  # of a probability that is nearly always 0 or 1, at most
                rare = np.minimum(exact, 1 - exact) < RARE / ess
                spread = np.where(rare, np.sqrt(np.maximum(exact * (1 - exact), 0.0)), 0.0)
            off = np.abs(part.mean(("chain", "draw")).values - exact)[moves]
            errors += list(off / np.maximum(az.mcse(part).values, spread / np.sqrt(ess))[moves])
            largest = max(largest, float(off.max()))
    return Outcome(fewest, np.array(errors), largest, bool(tree.attrs["converged"]), tuple(tree.attrs["diagnostics"]))


def far_off_twice(study: pt.Study, model: str, seed: int, first: Outcome) -> list[int]:
    """Places of the means that are more than four standard errors off in a run and in another of the same study.

    Of thousands of means some are by chance, in one run: 6 of 100,000. A mean that is wrong is off again.
    """
    far = np.flatnonzero(first.errors > 4)
    return [int(place) for place in far if outcome(study, model, seed + 1_000_000).errors[place] > 4]


def contradicts(study: pt.Study) -> bool:
    """Whether every hypothesis of a case is refuted, so that there is no posterior."""
    try:
        pt.update(study)
    except pt.ContradictionError:
        return True
    return False


def studies(count: int) -> list[tuple[int, pt.Study]]:
    """So many random studies that have a posterior, with their seeds."""
    found = ((seed, any_study(seed)) for seed in itertools.count(1))
    return list(itertools.islice(((seed, study) for seed, study in found if not contradicts(study)), count))


def summary(model: str, found: list[Outcome], again: int) -> str:
    every = np.concatenate([one.errors for one in found])
    return (
        f"{model}: {len(found)} studies; fewest effective draws {min(one.ess for one in found):,.0f}; of {len(every):,} means "
        f"{(every > 4).sum()} more than 4 standard errors off ({len(every) * 6.3e-5:.1f} by chance), {again} of them in a second run too, the "
        f"furthest {every.max(initial=0.0):.1f}, the largest error {max(one.largest for one in found):.3f}; {np.mean([one.passed for one in found]):.1%} pass"
    )


def main(count: int = 200, *models: str) -> None:
    warnings.simplefilter("ignore")
    for model in models or WITH_AN_EXACT_RESULT:
        found, again = [], 0
        for seed, study in studies(count):
            one = outcome(study, model, seed)
            found.append(one)
            if (one.errors > 4).any():
                twice = far_off_twice(study, model, seed, one)
                again += len(twice)
                print(model, seed, "means off by", one.errors[one.errors > 4], "again", twice, flush=True)
            if not one.passed or one.ess < 1000:
                print(model, seed, f"{one.ess:.0f}", one.said, flush=True)
            if len(found) % 20 == 0:
                print("so far", summary(model, found, again), flush=True)
        print(summary(model, found, again), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, *sys.argv[2:])
