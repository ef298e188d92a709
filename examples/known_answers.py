"""Make a training set by simulation: cases whose answer is known, and one simulated judge who is too sure.

Each case is a die of one of three kinds, drawn at random; its findings are counts of sixes. Nothing of it comes from a record.
Judge the cases yourself from a blind sheet (`processtrace sheet models/known_answers.yaml mine.xlsx --analyst me`), merge
the sheet, and `processtrace calibrate models/known_answers.yaml` says how well you judged. Run this file to make the
set again.
"""

from pathlib import Path

import numpy as np

import processtrace as pt
from processtrace.formats.registry import write

SIX = {"fair": 1 / 6, "worn": 0.3, "loaded": 0.5}
TOO_SURE = 1.8  # the simulated judge multiplies every weight by this
NOISE = 0.3  # standard deviation of the judge's error, nats


def finding(rng: np.random.Generator, die: str, number: int) -> pt.Evidence:
    throws = int(rng.integers(4, 13))
    sixes = int(rng.binomial(throws, SIX[die]))
    weights = {h: sixes * np.log(p) + (throws - sixes) * np.log(1 - p) for h, p in SIX.items()}
    judged = {h: TOO_SURE * (weight - weights["fair"]) + NOISE * rng.normal() for h, weight in weights.items()}
    times = {0: "never", 1: "once", 2: "twice"}.get(sixes, f"{sixes} times")
    return pt.Evidence(
        f"throws_{number}",
        finding=f"In {throws} throws of this die a six came up {times}.",
        label=f"{throws} throws",
        judgements={"simulated": {"ratio": {h: float(f"{np.exp(value):.3g}") for h, value in judged.items()}}},
    )


def study(cases: int = 24, random_seed: int = 20261128) -> pt.Study:
    rng = np.random.default_rng(random_seed)
    made = []
    for number in range(1, cases + 1):
        die = str(rng.choice(list(SIX)))
        items = [finding(rng, die, k) for k in range(1, int(rng.integers(2, 5)))]
        made.append(pt.Case(f"die_{number:02}", label=f"Die {number}", known_answer=die, evidence=items))
    return pt.Study(
        "Which die is it? A training set made by simulation",
        description=(
            "Twenty-four dice, each of one of three kinds, drawn at random by a program (examples/known_answers.py). The answers "
            "are known, so that a judge can be measured. The one judge here is simulated: every weight is 1.8 times too large, with some noise."
        ),
        question="Which kind of die was thrown?",
        hypotheses={
            "fair": {"label": "Fair", "statement": "A fair die: a six comes up once in six throws."},
            "worn": {"label": "Worn", "statement": "A worn die: a six comes up three times in ten throws."},
            "loaded": {"label": "Loaded", "statement": "A loaded die: a six comes up in every second throw."},
        },
        analysts={"simulated": {"label": "A simulated judge", "note": "a program: every weight 1.8 times too large, with noise"}},
        analyst="simulated",
        cases=made,
    )


if __name__ == "__main__":
    home = Path(__file__).resolve().parents[1]
    write(study(), home / "models" / "known_answers.yaml")
