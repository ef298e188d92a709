"""Kazakhstan: what the record supports, how fragile that is, and what each finding weighs.

Run it from anywhere: python examples/kazakhstan.py. Figures go to results/examples/.
"""

from pathlib import Path

import processtrace as pt

ROOT = Path(__file__).resolve().parent.parent
CASE = "kazakhstan"

study = pt.load_study(ROOT / "models" / "alignment.yaml").only(CASE)
data = pt.update(study)

print("Support, given that one of the explanations is right:")
print(
    pt.tables.posterior(study, data=data)[["Explanation", "Prior", "Support", "Low", "High"]].round(2).to_string(index=False),
    end="\n\n",
)

print("How fragile it is:")
print(pt.robustness.summary(study).loc[CASE, "sentence"], end="\n\n")

print("The five findings that weigh most between the two leading explanations (dB):")
first, second = data.posterior.sel(case=CASE).to_series().nlargest(2).index
between = data.weight_db.sel(hypothesis=first) - data.weight_db.sel(hypothesis=second)
weights = between.to_series().set_axis(data.evidence_label.values)
print(weights.loc[weights.abs().nlargest(5).index].round(1).to_string())

figures = ROOT / "results" / "examples"
figures.mkdir(parents=True, exist_ok=True)
pt.plots.save(pt.plots.path(data, CASE), figures / f"{CASE}_path")
pt.plots.save(pt.plots.weights(data, CASE), figures / f"{CASE}_weights")
pt.plots.save(pt.plots.simplex(data, CASE), figures / f"{CASE}_simplex")
print(f"\nFigures: {figures}")
