"""A sampled model changed by its user: what kills the hives of a valley, mites or a pesticide?

Three apiaries are traced by their findings. The library's model `pooled` says what share of them each explanation accounts
for; here it is given a prior from an older survey, and an observation of another kind: a laboratory's count of dead hives.
"""

import pymc as pm

import processtrace as pt


def findings(mites: tuple[float, float], spray: tuple[float, float]) -> list[pt.Evidence]:
    """Two findings, each judged under mites and under the pesticide."""
    return [
        pt.Evidence(
            "counts",
            label="Mites on the bottom board",
            finding="More than thirty mites a day lay on the bottom board in August.",
            probability={"mites": mites, "pesticide": (0.1, 0.3)},
        ),
        pt.Evidence(
            "field",
            label="Rape sprayed in bloom",
            finding="The rape field next to the hives was sprayed while it bloomed.",
            source="neighbours",
            probability={"mites": (0.1, 0.4), "pesticide": spray},
        ),
    ]


study = pt.Study(
    title="Dead hives of a valley",
    question="Did mites or a pesticide kill the hives?",
    hypotheses={
        "mites": pt.Hypothesis("mites", label="Mites", statement="Varroa mites weakened the colonies in late summer."),
        "pesticide": pt.Hypothesis("pesticide", label="Pesticide", statement="A sprayed field poisoned the foragers."),
    },
    sources={"neighbours": pt.Source("neighbours", label="Neighbours", reliability=(0.4, 0.9))},
    cases=[
        pt.Case("mill", label="Mill apiary", evidence=findings((0.6, 0.9), (0.5, 0.8))),
        pt.Case("church", label="Church apiary", evidence=findings((0.5, 0.9), (0.2, 0.5))),
        pt.Case("ridge", label="Ridge apiary", evidence=findings((0.2, 0.5), (0.6, 0.9))),
    ],
)


def own_model() -> pm.Model:
    """The library's model with a prior and an observation of its own."""
    with pt.pymc_models.pooled_model(study) as model:
        mites = model["case_share"][0]
        # An older survey found mites in about two dead hives of three: it multiplies the model's flat prior.
        pm.Potential("older_survey", pm.logp(pm.Beta.dist(6, 3), mites))
        # The laboratory opened 20 other dead hives of the valley; 12 had died of mites.
        pm.Binomial("laboratory", n=20, p=mites, observed=12)
        pm.Deterministic("mites_lead", mites > 0.5)
    return model


if __name__ == "__main__":
    tree = pt.sample(study, model=own_model(), draws=500, tune=500, random_seed=1)
    print("\n".join(tree.attrs["diagnostics"]))
    share = tree["posterior"]["case_share"].sel(hypothesis="mites")
    print(f"Share of dead hives for which mites account: {share.mean():.2f}, central 90 %: ", end="")
    print(" to ".join(f"{q:.2f}" for q in share.quantile([0.05, 0.95]).values))
    print(f"Probability that it is more than half: {tree['posterior']['mites_lead'].mean():.2f}")
    print("Support for mites, apiary by apiary:")
    for case, support in tree["posterior"]["explanation"].sel(hypothesis="mites").mean(("chain", "draw")).to_series().items():
        print(f"  {study.case(case).name}: {support:.2f}")
