"""Tajikistan: what the record supports, how fragile that is, and what each finding weighs.

Run it from anywhere: python examples/tajikistan.py. Figures go to results/examples/.
"""

from pathlib import Path

import processtrace as pt

ROOT = Path(__file__).resolve().parent.parent
CASE = "tajikistan"

study = pt.load_study(ROOT / "models" / "alignment.yaml").only(CASE)
updated = pt.update(study)

print("Support, given that one of the explanations is right:")
print(
    pt.tables.posterior(study, updated=updated)[["Explanation", "Prior", "Support", "Low", "High"]].round(2).to_string(index=False),
    end="\n\n",
)

print("How fragile it is:")
print(pt.robustness.summary(study).loc[CASE, "sentence"], end="\n\n")

print("The five findings that weigh most between the two leading explanations (dB):")
first, second = updated.posterior.sel(case=CASE).to_series().nlargest(2).index
between = updated.weight_db.sel(hypothesis=first) - updated.weight_db.sel(hypothesis=second)
weights = between.to_series().set_axis(updated.evidence_label.values)
print(weights.loc[weights.abs().nlargest(5).index].round(1).to_string())

figures = ROOT / "results" / "examples"
figures.mkdir(parents=True, exist_ok=True)
pt.plots.save(pt.plots.path(updated, CASE), figures / f"{CASE}_path")
pt.plots.save(pt.plots.weights(updated, CASE), figures / f"{CASE}_weights")
pt.plots.save(pt.plots.simplex(updated, CASE), figures / f"{CASE}_simplex")
print(f"\nFigures: {figures}")
