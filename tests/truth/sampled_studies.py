"""Random studies of every kind, sampled: effective draws, errors against the exact result, and what the run says of itself.

`PYTHONPATH=src:tests python tests/truth/sampled_studies.py [STUDIES]` prints, for each model, the smallest bulk effective draws of
what it reports, the largest error of a mean in Monte Carlo standard errors, and the share of runs that pass their diagnosis.
"""

from __future__ import annotations

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
    """`ess`: fewest bulk effective draws of what the model reports; `errors`: the mean furthest off, in its standard errors."""

    ess: float
    errors: float
    passed: bool
    said: tuple[str, ...]


def outcome(study: pt.Study, model: str, seed: int) -> Outcome:
    tree = pt.sample(study, model, random_seed=seed)
    ess, errors = np.inf, 0.0
    for name in MODELS[model].reports:
        part = tree["posterior"][name]
        moves = part.std(("chain", "draw")).values > 1e-12
        if not moves.any():
            continue
        ess = min(ess, float(az.ess(part).values[moves].min()))
        if "exact" in tree.children and name in tree["exact"]:
            exact = tree["exact"][name].transpose(*part.dims[2:])
            off = np.abs(part.mean(("chain", "draw")).values - exact.values)[moves]
            errors = max(errors, float((off / az.mcse(part).values[moves]).max()))
    return Outcome(ess, errors, bool(tree.attrs["converged"]), tuple(tree.attrs["diagnostics"]))


def contradicts(study: pt.Study) -> bool:
    """Whether every hypothesis of a case is refuted, so that there is no posterior."""
    try:
        pt.update(study)
    except pt.ContradictionError:
        return True
    return False


def main(studies: int = 200) -> None:
    warnings.simplefilter("ignore")
    for model in WITH_AN_EXACT_RESULT:
        found: list[Outcome] = []
        seed = 0
        while len(found) < studies:
            seed += 1
            study = any_study(seed)
            if contradicts(study):
                continue
            found.append(outcome(study, model, seed))
            if not found[-1].passed or found[-1].errors > 4 or found[-1].ess < 1000:
                print(model, seed, found[-1], flush=True)
        passed = np.mean([one.passed for one in found])
        print(
            f"{model}: {len(found)} studies; fewest effective draws {min(one.ess for one in found):,.0f}; "
            f"furthest mean {max(one.errors for one in found):.1f} standard errors; {passed:.1%} pass",
            flush=True,
        )


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
