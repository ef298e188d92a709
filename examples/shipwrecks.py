"""A hierarchical prior over cases: were ships of one line lost to ice or to their boilers?

Ships belong to two yards. Each yard has a share of losses by ice of its own, and the yards' shares come from a common
distribution: a ship with little evidence borrows from its yard, and a yard with few ships from the other.
"""

import numpy as np
import pymc as pm
import pytensor.tensor as tt

import processtrace as pt

YARDS = ("Clyde", "Tyne")
SHIPS = {"auk": 0, "brent": 0, "curlew": 0, "dunlin": 1, "egret": 1}  # place of the yard
WRECK = {"auk": (0.6, 0.9), "brent": (0.5, 0.8), "curlew": (0.3, 0.6), "dunlin": (0.1, 0.3), "egret": (0.2, 0.5)}


def ship(name: str) -> pt.Case:
    return pt.Case(
        name,
        label=name.capitalize(),
        evidence=[
            pt.Evidence(
                "wreckage",
                label="Bow of the wreck",
                finding="Plates found ashore come from the bow.",
                probability={"ice": WRECK[name], "boiler": (0.2, 0.5)},
            ),
            pt.Evidence(
                "telegram",
                label="No distress call",
                finding="No distress call was received, although two stations listened that night.",
                status="not_found",
                search_sensitivity=(0.6, 0.9),
                probability={"ice": 0.7, "boiler": 0.3},
            ),
        ],
    )


study = pt.Study(
    title="Five lost ships",
    question="Were the ships lost to ice or to their boilers?",
    hypotheses={
        "ice": pt.Hypothesis("ice", label="Ice", statement="The ship struck ice and sank slowly."),
        "boiler": pt.Hypothesis("boiler", label="Boiler", statement="A boiler burst and the ship sank at once."),
    },
    cases=[ship(name) for name in SHIPS],
)


def hierarchy() -> pm.Model:
    """Log odds of ice by yard, around a common mean that is learned, with a spread that is learned."""
    with pm.Model(coords={"yard": list(YARDS)}) as model:
        mean = pm.Normal("mean", 0, 1)
        spread = pm.HalfNormal("spread", 1)
        yard = mean + spread * pm.Normal("yard_standard", dims="yard")
        pm.Deterministic("share_of_ice", pm.math.sigmoid(yard), dims="yard")
        odds = yard[np.array(list(SHIPS.values()))]
        pt.pymc_models.support_model(study, log_prior=tt.stack([odds, tt.zeros_like(odds)], axis=1))
    return model


if __name__ == "__main__":
    tree = pt.sample(study, model=hierarchy(), draws=500, tune=500, random_seed=1, target_accept=0.95)
    print("\n".join(tree.attrs["diagnostics"]))
    for yard, share in tree["posterior"]["share_of_ice"].mean(("chain", "draw")).to_series().items():
        print(f"Share of losses by ice, ships from the {yard}: {share:.2f}")
    print("Support for ice, ship by ship (alone, and with the others):")
    alone = pt.update(study)["posterior"].sel(hypothesis="ice")
    for case, support in tree["posterior"]["explanation"].sel(hypothesis="ice").mean(("chain", "draw")).to_series().items():
        print(f"  {study.case(case).name}: {alone.sel(case=case):.2f}, {support:.2f}")
