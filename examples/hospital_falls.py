"""A regression of support on a covariate: did understaffing or a new drug cause the falls on five wards?

The evidence of each ward is judged as in any study. The prior of each explanation follows from how many nurses were missing on
the ward, through a logistic regression whose slope is learned from the wards together. What is wanted is the slope: do the
wards on which more nurses were missing support the explanation by understaffing?
"""

import numpy as np
import pymc as pm
import pytensor.tensor as tt

import processtrace as pt

WARDS = {"north": 0.05, "south": 0.10, "east": 0.20, "west": 0.35, "tower": 0.40}  # share of nursing hours not filled
JUDGED = {  # log book and drug chart: probability under understaffing, under the drug
    "north": ((0.1, 0.3), (0.6, 0.9)),
    "south": ((0.2, 0.4), (0.5, 0.8)),
    "east": ((0.4, 0.6), (0.3, 0.6)),
    "west": ((0.6, 0.9), (0.2, 0.4)),
    "tower": ((0.7, 0.9), (0.1, 0.3)),
}


def ward(name: str) -> pt.Case:
    alone, charted = JUDGED[name]
    return pt.Case(
        name,
        label=f"Ward {name}",
        evidence=[
            pt.Evidence(
                "log_book",
                label="Unattended in the log book",
                finding="The log book says that nobody was near when patients fell.",
                source="log",
                probability={"staffing": alone, "drug": (0.2, 0.5)},
            ),
            pt.Evidence(
                "chart",
                label="Doses before the falls",
                finding="Most patients who fell had been given the sedative within six hours.",
                probability={"staffing": (0.2, 0.5), "drug": charted},
            ),
        ],
    )


study = pt.Study(
    title="Falls on five wards",
    question="Did understaffing or a new sedative cause the falls?",
    hypotheses={
        "staffing": pt.Hypothesis("staffing", label="Understaffing", statement="Patients fell because nobody was there to help."),
        "drug": pt.Hypothesis("drug", label="Sedative", statement="Patients fell because a new sedative made them unsteady."),
    },
    sources={"log": pt.Source("log", label="Ward log books", reliability=(0.5, 0.9))},
    cases=[ward(name) for name in WARDS],
)


def regression() -> pm.Model:
    """The prior log odds of understaffing are linear in the missing hours; one reliability holds for all log books."""
    missing = np.array(list(WARDS.values()))
    with pm.Model() as model:
        level = pm.Normal("level", 0, 1.5)
        slope = pm.Normal("slope", 0, 1.5)
        trust = pm.Beta("trust", 6, 3)
        odds = level + slope * (missing - missing.mean()) / missing.std()
        pt.pymc_models.support_model(
            study,
            log_prior=tt.stack([odds, tt.zeros_like(odds)], axis=1),
            reliability=tt.full((len(pt.pymc_models.reliable_sources(study)),), trust),
        )
    return model


if __name__ == "__main__":
    tree = pt.sample(study, model=regression(), draws=500, tune=500, random_seed=1)
    print("\n".join(tree.attrs["diagnostics"]))
    slope = tree["posterior"]["slope"]
    print(f"Change of the log odds for a standard deviation more of missing hours: {slope.mean():.2f}, central 90 %: ", end="")
    print(" to ".join(f"{q:.2f}" for q in slope.quantile([0.05, 0.95]).values))
    print("Support for understaffing, ward by ward (alone, and with the others):")
    alone = pt.update(study)["posterior"].sel(hypothesis="staffing")
    for case, support in tree["posterior"]["explanation"].sel(hypothesis="staffing").mean(("chain", "draw")).to_series().items():
        print(f"  {study.case(case).name}: {alone.sel(case=case):.2f}, {support:.2f}")
