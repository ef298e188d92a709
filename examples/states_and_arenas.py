"""More than one reason: the support of each explanation over states and arenas, as one model with partial pooling.

Each state's items are divided by arena, and each part is a case of its own. In the first model the parts have nothing to do with
each other. In the second a state's arenas, and an arena's states, share a part of their prior, and the data decide how much.
Run it from anywhere: python examples/states_and_arenas.py. It takes some ten seconds.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pymc as pm
import xarray as xr

import processtrace as pt

ROOT = Path(__file__).resolve().parent.parent
EXPLANATION, STATE, ARENA = "hypothesis", "state", "arena"


def by_arena(study: pt.Study) -> pt.Study:
    """Return the study with one case for each state and arena; a cluster that reaches over two arenas is cut between them."""
    arenas = [name for name, tag in study.tags.items() if tag.group == ARENA]
    parts = [
        replace(
            case,
            id=f"{case.id}_{arena}",
            label=f"{case.name}, {study.tags[arena].name.lower()}",
            terms=(),
            evidence=tuple(item for item in case.evidence if arena in item.tags),
        )
        for case in study.cases
        for arena in arenas
    ]
    return replace(study, cases=tuple(parts), lock=())


def pooled(study: pt.Study, states: list[str], arenas: list[str]) -> pm.Model:
    """Return the model in which the log prior of a part is the sum of a common one, its state's, its arena's and its own."""
    hypotheses = list(study.explanations)
    with pm.Model(coords={STATE: states, ARENA: arenas, EXPLANATION: hypotheses}) as model:
        common = pm.ZeroSumNormal("common", sigma=1, dims=EXPLANATION)
        spread = {name: pm.HalfNormal(f"spread_{name}", sigma=1) for name in (STATE, ARENA, "part")}
        state = spread[STATE] * pm.ZeroSumNormal("of_state", sigma=1, dims=(STATE, EXPLANATION))
        arena = spread[ARENA] * pm.ZeroSumNormal("of_arena", sigma=1, dims=(ARENA, EXPLANATION))
        own = spread["part"] * pm.ZeroSumNormal("own", sigma=1, dims=(STATE, ARENA, EXPLANATION))
        score = pm.Deterministic("score", common + state[:, None, :] + arena[None, :, :] + own, dims=(STATE, ARENA, EXPLANATION))
        pt.pymc_models.support_model(study, log_prior=score.reshape((len(states) * len(arenas), len(hypotheses))))
    return model


def expected(model: pm.Model, states: list[str], arenas: list[str], random_seed: int) -> np.ndarray:
    """Return the probability, before any evidence, that a state's arenas do not all have the same explanation."""
    with model:
        score = pm.draw(model["score"], draws=20_000, random_seed=random_seed)
    prior = np.exp(score - score.max(axis=-1, keepdims=True))
    return divided(prior / prior.sum(axis=-1, keepdims=True), states, arenas)[1]


def divided(support: np.ndarray, states: list[str], arenas: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the support by state and arena, and the probability that a state's arenas do not all have the same explanation.

    Given the priors, the explanations of two parts are independent, so that they are all the same with the probability
    sum over h of the product over arenas of P(h); its mean over the draws is the answer.
    """
    shaped = support.reshape(-1, len(states), len(arenas), support.shape[-1])
    return shaped.mean(axis=0), 1 - shaped.prod(axis=2).sum(axis=-1).mean(axis=0)


def main(study: pt.Study, random_seed: int = 1) -> xr.Dataset:
    """Return support and the probability of more than one explanation, without pooling and with it, in labelled arrays."""
    parts = by_arena(study)
    states, arenas = [case.id for case in study.cases], [name for name, tag in study.tags.items() if tag.group == ARENA]
    model = pooled(parts, states, arenas)
    tree = pt.sample(parts, model=model, random_seed=random_seed)
    if not tree.attrs["converged"]:
        raise SystemExit("\n".join(tree.attrs["diagnostics"]))
    draws = tree["posterior"]["explanation"].stack(sample=("chain", "draw")).transpose("sample", "case", EXPLANATION).values
    answers = [divided(part, states, arenas) for part in (pt.update(parts).posterior.values[None], draws)]
    flat = np.full((1, len(states) * len(arenas), len(study.explanations)), 1 / len(study.explanations))
    before = [divided(flat, states, arenas)[1], expected(model, states, arenas, random_seed)]
    spreads = tree["posterior"].dataset[["spread_state", "spread_arena", "spread_part"]]
    return xr.Dataset(
        {
            "support": (("pooling", STATE, ARENA, EXPLANATION), np.array([support for support, _ in answers])),
            "more_than_one": (("pooling", STATE), np.array([more for _, more in answers])),
            "more_than_one_before": (("pooling", STATE), np.array(before)),
            "spread": (("source", "bound"), np.array([[*spreads[name].quantile([0.05, 0.5, 0.95]).values] for name in spreads])),
        },
        {
            "pooling": ["none", "partial"],
            STATE: states,
            ARENA: arenas,
            EXPLANATION: list(study.explanations),
            "source": [STATE, ARENA, "part"],
            "bound": ["low", "middle", "high"],
        },
    )


if __name__ == "__main__":
    study = pt.load_study(ROOT / "models" / "alignment.yaml")
    found = main(study)
    for pooling in found.pooling.values:
        print(f"\nPooling: {pooling}. The explanation that leads in each arena, and the probability that there is more than one.\n")
        for case in study.cases:
            each = found.support.sel(pooling=pooling, state=case.id)
            leads = [
                f"{study.tags[arena].name}: {study.explanations[str(row.idxmax().item())].name} {row.max().item():.2f}"
                for arena, row in zip(found.arena.values, each, strict=True)
            ]
            print(
                f"{case.name}: {'; '.join(leads)}. More than one: {found.more_than_one.sel(pooling=pooling, state=case.id).item():.2f} "
                f"(before any evidence {found.more_than_one_before.sel(pooling=pooling, state=case.id).item():.2f})"
            )
    print("\nSpread of the log prior between states, arenas and parts (5 %, 50 %, 95 %):")
    print(found.spread.to_series().round(2).unstack().to_string())
