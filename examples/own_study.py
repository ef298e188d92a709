"""A study of another field, built in Python: why did a well run dry?

Two explanations, four findings, one of them looked for and not found. Change a number and run it again.
"""

import processtrace as pt

study = pt.Study(
    title="Why the village well ran dry in 2019",
    question="Did the drought or the new plantation empty the well?",
    hypotheses={
        "drought": pt.Hypothesis("drought", label="Drought", statement="Rain since 2016 was too little to refill the ground."),
        "plantation": pt.Hypothesis(
            "plantation", label="Plantation", statement="The plantation of 2017 pumps more than the ground takes in."
        ),
    },
    sources={
        "gauge": pt.Source("gauge", label="Rain gauge of the school", reliability=0.95),
        "neighbours": pt.Source("neighbours", label="Neighbours", reliability=(0.4, 0.9)),
    },
    clusters={"talk": pt.Cluster("talk", label="What neighbours say", correlation=0.6)},
    cases=[
        pt.Case(
            "village",
            label="The village",
            evidence=[
                pt.Evidence(
                    "rain",
                    label="Rain a fifth below the mean",
                    finding="Rain from 2016 to 2019 was a fifth below the mean of thirty years.",
                    date="2016/2019",
                    source="gauge",
                    probability={"drought": (0.6, 0.9), "plantation": (0.15, 0.35)},
                ),
                pt.Evidence(
                    "pump",
                    label="Pump at night",
                    finding="Neighbours hear the plantation's pump at night.",
                    date="2018-07",
                    source="neighbours",
                    cluster="talk",
                    probability={"drought": (0.3, 0.6), "plantation": (0.7, 0.95)},
                ),
                pt.Evidence(
                    "trees",
                    label="Old trees green",
                    finding="Neighbours say that old trees away from the plantation stayed green.",
                    date="2019-08",
                    source="neighbours",
                    cluster="talk",
                    probability={"drought": (0.1, 0.3), "plantation": (0.5, 0.8)},
                ),
                pt.Evidence(
                    "other_wells",
                    label="Other wells dry",
                    finding="Wells beyond the plantation's reach ran dry as well.",
                    date="2019",
                    status="not_found",
                    search_sensitivity=0.8,
                    searched="All nine wells of the valley, visited in September 2019.",
                    probability={"drought": (0.6, 0.9), "plantation": (0.05, 0.2)},
                ),
            ],
        )
    ],
)

if __name__ == "__main__":
    print(pt.tables.posterior(study)[["Explanation", "Prior", "Support"]].round(2).to_string(index=False), end="\n\n")
    print(pt.robustness.summary(study).loc["village", "sentence"])
    sceptic = study.with_judgement("village", "trees", {"drought": (0.3, 0.5), "plantation": (0.4, 0.7)})
    print("\nA reader who doubts the finding on the trees:")
    print(pt.tables.posterior(sceptic)[["Explanation", "Prior", "Support"]].round(2).to_string(index=False))
