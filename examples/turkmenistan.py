"""Turkmenistan: posterior support by a PyMC model, beside the exact number, and a page of plots for a robustness section.

Run it from anywhere: python examples/turkmenistan.py. The page goes to results/examples/.
"""

from pathlib import Path

import arviz as az
import matplotlib.pyplot as plt
import pandas as pd

import processtrace as pt

ROOT = Path(__file__).resolve().parent.parent
CASE = "turkmenistan"

study = pt.load_study(ROOT / "models" / "alignment.yaml").only(CASE)

# The PyMC model: explanation and judgements are integrated out or drawn, reliabilities of sources are sampled.
tree = pt.sample(study, random_seed=20260101)
print(*tree.attrs["diagnostics"], sep="\n", end="\n\n")

# Support by the model, its Monte Carlo standard error, and the same number by the exact engine.
draws = tree["posterior"]["explanation"].sel(case=CASE)
exact = pt.update(study)["posterior"].sel(case=CASE)
names = dict(zip(draws.hypothesis.values, tree["constant_data"]["hypothesis_label"].values, strict=True))
support = pd.DataFrame(
    {
        "Support": draws.mean(("chain", "draw")).to_series(),
        "Error": az.mcse(draws).to_series(),
        "Exact": exact.to_series(),
    }
).rename(index=names)
print("Support, given that one of the explanations is right:")
print(support.round(4).to_string(), end="\n\n")

print("How fragile it is:")
print(pt.robustness.summary(study).loc[CASE, "sentence"])

# One page: the support in each draw, its mean as the chains grow, the sources, and the judgements that moved most.
page, ((left, right), (below, last)) = plt.subplots(2, 2, figsize=(8.3, 7.5), layout="constrained")

left.violinplot([draws.sel(hypothesis=h).values.ravel() for h in names], showextrema=False)
left.plot(range(1, len(names) + 1), support["Support"], "o", color="black", label="mean of the draws")
left.plot(range(1, len(names) + 1), support["Exact"], "x", color="red", markersize=10, label="exact")
left.set_xticks(range(1, len(names) + 1), names.values())
left.set(title="Support, given reliabilities and judgements", ylabel="Support", ylim=(0, 1))
left.legend()

leader = exact.idxmax("hypothesis").item()
for chain in draws.chain.values:
    one = draws.sel(hypothesis=leader, chain=chain).values
    right.plot(one.cumsum() / range(1, one.size + 1), linewidth=1)
right.axhline(exact.sel(hypothesis=leader).item(), color="red", linestyle="--", label="exact")
right.set(title=f"Mean of each chain: {names[leader]}", xlabel="Draws", ylabel="Support")
right.legend()


def intervals(ax, part, labels, title):
    """Central 90 % of each quantity, one a line."""
    low, middle, high = part.quantile([0.05, 0.5, 0.95], dim=("chain", "draw")).values
    ax.hlines(range(len(middle)), low, high, color="black")
    ax.plot(middle, range(len(middle)), "o", color="black")
    ax.set_yticks(range(len(middle)), [str(label).removeprefix(f"{study.case(CASE).name}: ") for label in labels], fontsize=7)
    ax.set(title=title, xlim=(0, 1), xlabel="Central 90 % of the posterior")


if "reliability" in tree["posterior"]:
    intervals(below, tree["posterior"]["reliability"], tree["constant_data"]["witness_label"].values, "Reliability of the sources")
else:
    below.set_axis_off()  # no source of this state has a range of reliability

spread = tree["posterior"]["judgement"].std(("chain", "draw")).to_series().nlargest(8).index
labels = tree["constant_data"]["judged_label"].sel(judged=list(spread)).values
intervals(last, tree["posterior"]["judgement"].sel(judged=list(spread)), labels, "The judgements that stay most uncertain")

folder = ROOT / "results" / "examples"
folder.mkdir(parents=True, exist_ok=True)
pt.plots.save(page, folder / f"{CASE}_posterior")
print(f"\nPage: {folder / CASE}_posterior.pdf")
