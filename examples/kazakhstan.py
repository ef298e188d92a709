"""Kazakhstan: posterior support by a PyMC model, beside the exact number, and a page of plots for a robustness section.

Run it from anywhere: python examples/kazakhstan.py. The page goes to results/examples/.
"""

from pathlib import Path

import arviz as az
import pandas as pd

import processtrace as pt

ROOT = Path(__file__).resolve().parent.parent
CASE = "kazakhstan"

study = pt.load_study(ROOT / "models" / "alignment.yaml").only(CASE)

# The PyMC model: explanation and judgements are integrated out, reliabilities of sources are sampled, judgements are drawn.
tree = pt.sample(study, random_seed=20260101)
print(*tree.attrs["diagnostics"], sep="\n", end="\n\n")

# Support by the model, its Monte Carlo standard error, and the same number by the exact engine.
draws = tree["posterior"]["explanation"].sel(case=CASE)
exact = pt.update(study)
support = pd.DataFrame(
    {
        "Support": draws.mean(("chain", "draw")).to_series(),
        "Error": az.mcse(draws).to_series(),
        "Exact": exact["posterior"].sel(case=CASE).to_series(),
    }
).rename(index=dict(zip(exact.hypothesis.values, exact.hypothesis_label.values, strict=True)))
support.index.name = "Explanation"
print("Support, given that one of the explanations is right:")
print(support.to_string(float_format="{:.2g}".format), end="\n\n")

print("How fragile it is:")
print(pt.robustness.summary(study).loc[CASE, "sentence"])

pdf, _ = pt.plots.save(pt.plots.sampled(tree, CASE), ROOT / "results" / "examples" / f"{CASE}_posterior")
print(f"\nPage: {pdf}")
