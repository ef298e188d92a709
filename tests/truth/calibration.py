"""Simulation-based calibration: parameters and findings from a model's own prior, ranks of the truth among posterior draws.

If prior, likelihood and sampler fit together, ranks are uniform (Talts et al. 2018, arXiv:1804.06788). What is simulated is
whether each item is found, at the design's sources and searches, and in `panel` what each analyst judges. Some quantities
carry the sign of what was found: ranks of parameters alone would be uniform for a sampler that never read the data
(Modrak et al. 2023, doi:10.1214/23-BA1404).

Run as a program it calibrates every model at length and draws the figure:
`PYTHONPATH=src:tests python tests/truth/calibration.py docs/figures/calibration.png [STUDIES LEVELS]`.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import xarray as xr
from scipy.special import expit, logit, ndtr, ndtri
from scipy.stats import binom
from strategies.designs import six_items
from truth.repeated_sampling import Repeated, with_outcomes

import processtrace as pt
from processtrace.inference.layout import layout, panel_layout
from processtrace.inference.update import numbers_of
from processtrace.pymc_models import judgements_model, panel_model
from processtrace.pymc_models.panel import CONSENSUS_SD, LEAN_SD, SPREAD_LOG_SD, SPREAD_MEDIAN

HYPOTHESES = ("a", "b")
DESIGN = six_items(3)
CASES = [case.id for case in DESIGN.cases]
PRIOR = np.array([1 / 3, 2 / 3])
ALPHA = 2 * PRIOR  # concentration: the number of hypotheses
Odds = dict[str, dict[str, float]]
Simulated = tuple[pt.Study, xr.Dataset]
Simulator = Callable[[np.random.Generator], Simulated]


laid_out = cache(layout)


def elicited(study: pt.Study, rng: np.random.Generator) -> Odds:
    """Log odds of everything uncertain, drawn from its range."""
    form = laid_out(study)
    kinds = {"judgement": form.judgement, "reliability": form.reliability, "sensitivity": form.sensitivity}
    return {
        kind: dict(zip(free.labels, free.mu + free.sd * rng.normal(size=len(free.labels)), strict=True)) for kind, free in kinds.items()
    }


def with_findings(study: pt.Study, odds: Odds, accounts: Callable[[int], int], rng: np.random.Generator) -> pt.Study:
    """The study with simulated findings; `accounts` draws the place of the hypothesis that accounts for a unit of a case."""
    found: dict[tuple[str, str], bool] = {}
    for row, (case, numbers) in enumerate(numbers_of(study).items()):
        for unit in numbers.units:
            k = accounts(row)
            cause = rng.normal(size=len(numbers.clusters))
            for i in unit:
                item, label = numbers.items[i], f"{case}/{numbers.ids[i]}"
                value = odds["judgement"].get(f"{label}/{HYPOTHESES[k]}")
                theta = item.low[k] if value is None else expit(value)
                if item.cluster is not None:
                    rho = numbers.rho[item.cluster]
                    theta = ndtr((ndtri(theta) + np.sqrt(rho) * cause[item.cluster]) / np.sqrt(1 - rho))
                searched = odds["sensitivity"].get(label, odds["sensitivity"].get(f"{label}/{HYPOTHESES[k]}"))
                s = item.least[k] if searched is None else expit(searched)
                a, b = item.rates[0] if item.rates else (1.0, 0.0)
                if item.sources:
                    r = expit(odds["reliability"][f"{case}/{numbers.sources[item.sources[0]]}"])
                    a, b = (1 + r) / 2, (1 - r) / 2
                found[case, numbers.ids[i]] = bool(rng.random() < s * (a if rng.random() < theta else b))
    return with_outcomes(study, lambda case, item: found[case, item])


def truth(odds: Odds, **more: Any) -> xr.Dataset:
    """What was simulated, named as in the posterior."""
    dims = {"judgement": "judged", "reliability": "witness", "sensitivity": "search"}
    known = {
        kind: xr.DataArray(expit(np.array(list(some.values()))), coords={dims[kind]: list(some)}) for kind, some in odds.items() if some
    }
    return xr.Dataset(known | more)


def one_each(shares: Any, rng: np.random.Generator) -> Callable[[int], int]:
    """One hypothesis for all units of a case, from its row of shares."""
    drawn = [int(rng.choice(len(row), p=row)) for row in np.broadcast_to(shares, (len(CASES), len(PRIOR)))]
    return lambda row: drawn[row]


def explanation(rng: np.random.Generator) -> Simulated:
    odds = elicited(DESIGN, rng)
    return with_findings(DESIGN, odds, one_each(PRIOR, rng), rng), truth(odds)


def pooled(rng: np.random.Generator) -> Simulated:
    odds, share = elicited(DESIGN, rng), rng.dirichlet(ALPHA)
    case_share = xr.DataArray(share, coords={"hypothesis": list(HYPOTHESES)})
    return with_findings(DESIGN, odds, one_each(share, rng), rng), truth(odds, case_share=case_share)


def divided(w: Any, rng: np.random.Generator, **more: Any) -> Simulated:
    odds = elicited(DESIGN, rng)
    share = xr.DataArray(w, coords={"case": CASES, "hypothesis": list(HYPOTHESES)})
    study = with_findings(DESIGN, odds, lambda row: int(rng.choice(len(PRIOR), p=w[row])), rng)
    return study, truth(odds, evidence_share=share, **more)


def shares(rng: np.random.Generator) -> Simulated:
    return divided(rng.dirichlet(ALPHA, size=len(CASES)), rng)


def learned(rng: np.random.Generator) -> Simulated:
    common, kappa = rng.dirichlet(ALPHA), np.exp(np.log(2) + rng.normal())
    w = np.array([rng.dirichlet(np.maximum(kappa * common, 1e-9)) for _ in CASES])
    return divided(w, rng, common_share=xr.DataArray(common, coords={"hypothesis": list(HYPOTHESES)}), case_concentration=kappa)


def panel_study(said: dict[tuple[str, str, str, str], float]) -> pt.Study:
    """The design judged by three analysts, of whom Ana gives ranges; item `one` by two of them, item `six` by all together."""
    changed = []
    for case in DESIGN.cases:
        items = []
        for item in case.evidence:
            if item.id != "six":
                each = {}
                for analyst in ("ana", "ben", "cat")[: 2 if item.id == "one" else 3]:
                    values = {h: said.get((case.id, item.id, h, analyst), 0.0) for h in HYPOTHESES}
                    half = HALF if analyst == "ana" else 0.0
                    each[analyst] = {
                        "probability": {h: (expit(v - half), expit(v + half)) if half else float(expit(v)) for h, v in values.items()}
                    }
                item = pt.Evidence(
                    item.id,
                    finding=item.finding,
                    status=item.status,
                    search_sensitivity=item.search_sensitivity,
                    source=item.source,
                    cluster=item.cluster,
                    judgements=each,
                )
            items.append(item)
        changed.append(dataclasses.replace(case, evidence=tuple(items)))
    return pt.Study(
        DESIGN.title,
        hypotheses=DESIGN.hypotheses,
        sources=DESIGN.sources,
        clusters=DESIGN.clusters,
        analysts={"ana": {}, "ben": {}, "cat": {}},
        cases=changed,
    )


HALF = 0.8  # of Ana's ranges, log odds


def panel(rng: np.random.Generator) -> Simulated:
    empty = panel_study({})
    told = panel_layout(empty)[1]
    lean = rng.normal(size=(3, 2)) * LEAN_SD
    lean -= lean.mean(axis=0)
    spread = np.exp(np.log(SPREAD_MEDIAN) + SPREAD_LOG_SD * rng.normal(size=3))
    odds = elicited(empty, rng)
    labels = list(odds["judgement"])
    odds["judgement"] = dict(zip(labels, rng.normal(0, CONSENSUS_SD, len(labels)), strict=True))
    consensus = np.array(list(odds["judgement"].values()))[told.judged]
    error = rng.normal(size=len(told.analyst)) * np.hypot(spread[told.analyst], told.sd)
    said = consensus + lean[told.analyst, told.hypothesis] + error
    keys = [(*labels[j].split("/"), told.analysts[k]) for j, k in zip(told.judged, told.analyst, strict=True)]
    study = with_findings(panel_study(dict(zip(keys, said, strict=True))), odds, one_each(PRIOR, rng), rng)
    coords = {"analyst": list(told.analysts), "hypothesis": list(HYPOTHESES)}
    return study, truth(odds, lean=xr.DataArray(lean, coords=coords), spread=xr.DataArray(spread, coords={"analyst": list(told.analysts)}))


Quantity = Callable[[xr.Dataset, pt.Study], xr.DataArray]


def signs(study: pt.Study, labels: Any) -> xr.DataArray:
    """+1 for what belongs to a found item, -1 to one not found."""
    by = {f"{case.id}/{item.id}": 1.0 if item.status == "found" else -1.0 for case in study.cases for item in case.evidence}
    return xr.DataArray([by["/".join(str(label).split("/")[:2])] for label in labels.values], dims=labels.dims)


def judged(data: xr.Dataset, study: pt.Study) -> xr.DataArray:
    part = data["judgement"]
    return (logit(part) * signs(study, part["judged"])).sum("judged")


def searched(data: xr.Dataset, study: pt.Study) -> xr.DataArray:
    part = data["sensitivity"]
    return (logit(part) * signs(study, part["search"])).sum("search")


def leaning(study: pt.Study) -> xr.DataArray:
    """Which way each case's evidence points: +1 towards `a`."""
    updated = pt.update(study)
    side = np.sign((updated["posterior"] - updated["prior"]).sel(hypothesis="a")).reset_coords(drop=True)
    return side.where(side != 0, 1.0)


COMMON: dict[str, Quantity] = {
    "judgements, by finding": judged,
    "sensitivities, by finding": searched,
    "reliability": lambda data, _: data["reliability"].isel(witness=0),
}
OF_SHARES: dict[str, Quantity] = {
    "share of evidence": lambda data, _: data["evidence_share"].isel(case=0, hypothesis=0),
    "shares, by evidence": lambda data, study: (data["evidence_share"].sel(hypothesis="a") * leaning(study)).sum("case"),
}


@dataclass(frozen=True)
class Sampled:
    """A model whose graph runs as it is, drawn from by `sample` anew for each study."""

    model: str
    options: dict[str, Any] = field(default_factory=dict)

    def draw(self, study: pt.Study, draws: int, tune: int, chains: int, seed: int) -> xr.Dataset:
        tree = pt.sample(study, self.model, draws=draws, tune=tune, chains=chains, random_seed=seed, **self.options)
        return tree["posterior"].to_dataset()


def sampled(model: str, **options: Any) -> Callable[[], Sampled]:
    return lambda: Sampled(model, options)


@dataclass(frozen=True)
class Calibrated:
    """A model, how its prior is simulated, and what is ranked."""

    name: str
    sampler: Callable[[], Any]
    simulate: Simulator
    quantities: dict[str, Quantity]


MODELS = {
    "explanation": Calibrated("Explanation", sampled("explanation"), explanation, COMMON),
    "judgements": Calibrated("Judgements free", lambda: Repeated(judgements_model, DESIGN), explanation, COMMON),
    "pooled": Calibrated(
        "Pooled",
        sampled("pooled"),
        pooled,
        COMMON
        | {
            "share of cases": lambda data, _: data["case_share"].isel(hypothesis=0),
            "share, by evidence": lambda data, study: data["case_share"].isel(hypothesis=0) * np.sign(leaning(study).sum()),
        },
    ),
    "shares": Calibrated("Shares", sampled("shares"), shares, COMMON | OF_SHARES),
    "learned": Calibrated(
        "Shares, common mean learned",
        sampled("shares", mean="learned"),
        learned,
        COMMON
        | OF_SHARES
        | {
            "common share": lambda data, _: data["common_share"].isel(hypothesis=0),
            "concentration": lambda data, _: data["case_concentration"],
        },
    ),
    "panel": Calibrated(
        "Panel",
        lambda: Repeated(panel_model, panel_study({}), roomy=2.0),
        panel,
        {
            "consensus": lambda data, _: data["judgement"].isel(judged=0),
            "consensus, by finding": judged,
            "reliability": COMMON["reliability"],
            "lean": lambda data, _: data["lean"].isel(analyst=0, hypothesis=0),
            "spread, with ranges": lambda data, _: data["spread"].sel(analyst="ana"),
            "spread, points": lambda data, _: data["spread"].sel(analyst="ben"),
        },
    ),
}
THIN = 5


def ranks(model: Calibrated, replications: int, levels: int, seed: int = 1, sampler: Any = None) -> dict[str, Any]:
    """For each quantity the rank of the truth among `levels` thinned draws, in each of the replications."""
    one = sampler or model.sampler()
    found: dict[str, list[int]] = {name: [] for name in model.quantities}
    for k in range(replications):
        study, true = model.simulate(np.random.default_rng([seed, k]))
        drawn = one.draw(study, draws=levels * THIN, tune=400, chains=1, seed=k).isel(chain=0, draw=slice(None, None, THIN))
        for name, quantity in model.quantities.items():
            found[name].append(int((quantity(drawn, study).values < float(quantity(true, study))).sum()))
    return {name: np.array(some) for name, some in found.items()}


def furthest(found: Any, levels: int) -> float:
    """The smallest two-sided binomial probability of the ranks' empirical distribution at any level."""
    n = found.shape[-1]
    z = np.arange(levels)
    count = (found[..., None] <= z).sum(axis=-2)
    p = (z + 1) / (levels + 1)
    return 2 * np.minimum(binom.cdf(count, n, p), binom.sf(count - 1, n, p)).min(axis=-1)


def uniform(replications: int, levels: int, times: int = 4000) -> Any:
    """`furthest` of uniform ranks, many times: Sailynoja, Burkner & Vehtari 2022, doi:10.1007/s11222-022-10090-6."""
    rng = np.random.default_rng(0)
    return np.array([furthest(rng.integers(0, levels + 1, replications), levels) for _ in range(times)])


def p_values(found: dict[str, Any], levels: int) -> dict[str, float]:
    """Probability that uniform ranks lie as far out as these, for each quantity."""
    by_chance = uniform(len(next(iter(found.values()))), levels)
    return {name: float((1 + (by_chance <= furthest(some, levels)).sum()) / (1 + len(by_chance))) for name, some in found.items()}


def draw(found: dict[str, dict[str, Any]], levels: int, file: str) -> None:
    """The differences of the ranks' distributions from uniform ones, and the band that holds a uniform one 95 times in 100."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    n = len(next(iter(next(iter(found.values())).values())))
    limit = np.quantile(uniform(n, levels), 0.05)
    z = (np.arange(levels) + 1) / (levels + 1)
    low, high = binom.ppf(limit / 2, n, z) / n - z, binom.ppf(1 - limit / 2, n, z) / n - z
    figure, axes = plt.subplots(2, 3, figsize=(11, 6), sharex=True, sharey=True, layout="constrained")
    styles = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2))]
    for ax, (name, some) in zip(axes.flat, found.items(), strict=False):
        ax.fill_between(z, low, high, color="0.88", step="mid", lw=0)
        for style, (quantity, values) in zip(styles, some.items(), strict=False):
            ecdf = (values[:, None] <= np.arange(levels)).mean(axis=0)
            ax.plot(z, ecdf - z, ls=style, lw=1.2, label=quantity)
        ax.set_title(MODELS[name].name, fontsize=10, loc="left")
        ax.legend(fontsize=7, frameon=False, loc="lower center", ncols=2, handlelength=2.2, columnspacing=0.8, borderpad=0)
    axes.flat[-1].axis("off")
    axes.flat[-1].text(
        0, 0.95, f"{n} simulated studies a model.\nLines: distribution of the rank of the truth among\n{levels} draws, less that of uniform ranks.\nBand: holds a uniform one 95 times in 100.",
        va="top", fontsize=9, transform=axes.flat[-1].transAxes,
    )  # fmt: skip
    bottom = axes.flat[0].get_ylim()[0]
    axes.flat[0].set_ylim(1.8 * bottom)
    figure.supxlabel("Rank of the truth, as a share", fontsize=9)
    figure.supylabel("Difference from uniform", fontsize=9)
    figure.savefig(file, dpi=90)


def main(file: str, replications: int = 120, levels: int = 49) -> None:
    found = {}
    for name, model in MODELS.items():
        found[name] = ranks(model, replications, levels)
        print(name, {quantity: round(p, 4) for quantity, p in p_values(found[name], levels).items()}, flush=True)
    draw(found, levels, file)


if __name__ == "__main__":
    main(*sys.argv[1:2], *(int(one) for one in sys.argv[2:]))
