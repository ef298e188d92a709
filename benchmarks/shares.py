# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "nutpie"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""`shares` with a learned mean: 1,000 cases, 20 items each, 4 hypotheses, beside nutpie on the plain non-centred model.

Plain: w_c = softmax(mu + sigma z_c, 0), mu ~ Normal(0, 1.5), sigma ~ HalfNormal(1), z_c ~ Normal(0, 1); ours: w_c ~
Dirichlet(kappa m); both with P(case) = prod_t w_c . L_ct. Compared by seconds for an effective draw of the worst parameter of
the population: of the common mean and of the spread (sigma, or kappa) for samplers, by bulk effective sample size of 4 x 1,000
draws after as much warm-up, without compilation; for ours Kish's number, which holds for all of them at once.
"""

from __future__ import annotations

import time

import numpy as np
from samplers import Array, Contender, Drawn, agree, cost, in_turn, nutpie_on, table
from side_by_side import Target, show

from processtrace.exact import hierarchical as learned

CASES, ITEMS, HYPOTHESES = 1_000, 20, 4


def simulated() -> Array:
    """Log likelihoods (case, item, hypothesis) of findings, each from an explanation drawn from its case's shares."""
    rng = np.random.default_rng(1)
    share = rng.dirichlet(4 * np.array([0.4, 0.3, 0.2, 0.1]), CASES)
    p = rng.uniform(0.05, 0.95, (CASES, ITEMS, HYPOTHESES))
    source = (rng.random((CASES, ITEMS, 1)) > share.cumsum(axis=1)[:, None, :]).sum(axis=2, keepdims=True).clip(max=HYPOTHESES - 1)
    seen = np.sqrt(rng.uniform(0.05**2, 0.95**2, source.shape))  # of what was found, the more probable findings are more frequent
    np.put_along_axis(p, source, seen, axis=2)
    return np.log(p)


def plain(likelihood: Array):
    import pymc as pm
    import pytensor.tensor as pt

    with pm.Model() as model:
        mu, sigma = pm.Normal("mu", 0, 1.5, shape=HYPOTHESES - 1), pm.HalfNormal("sigma", 1)
        score = mu + sigma * pm.Normal("z", shape=(CASES, HYPOTHESES - 1))
        share = pt.special.softmax(pt.concatenate([score, pt.zeros((CASES, 1))], axis=1), axis=1)
        pm.Deterministic("common", pt.special.softmax(pt.concatenate([mu, [0.0]])))
        pm.Deterministic("share", share)
        pm.Potential("cases", pt.log((share[:, None, :] * likelihood).sum(axis=2)).sum())
    return model


def dirichlets(likelihood: Array):
    """The library's own parametrisation (`pymc_models.shares`), on plain arrays: Gamma variables without their funnel."""
    import pymc as pm
    import pytensor.tensor as pt

    shape = (CASES, HYPOTHESES)
    with pm.Model() as model:
        mean = pm.Dirichlet("common", np.ones(HYPOTHESES))
        kappa = pm.LogNormal("kappa", np.log(HYPOTHESES), 1)
        a = kappa * mean + pt.zeros(shape)
        middle, spread = pt.log(a + 0.5), (a + 0.6) ** -0.5
        x = middle + spread * pm.Flat("gamma_standard", shape=shape)
        pm.Potential("gamma", ((a + 1) * x - pt.exp(x) - pt.gammaln(a + 1) + pt.log(spread)).sum())
        share = pt.special.softmax(x - pm.Exponential("fall_standard", 1, shape=shape) / a, axis=1)
        pm.Deterministic("share", share)
        pm.Potential("cases", pt.log((share[:, None, :] * likelihood).sum(axis=2)).sum())
    return model


def ours(nats: Array) -> Contender:
    alpha, background, units = np.ones(HYPOTHESES), np.zeros((CASES, HYPOTHESES)), list(nats)

    def run(_: int) -> Drawn:
        began = time.perf_counter()
        made = learned.learned(alpha, background, units)
        seconds = time.perf_counter() - began
        sd = np.append(made.common_sd, made.concentration_sd)
        return Drawn(seconds, made.effective, np.append(made.common_mean, made.concentration_mean), sd / np.sqrt(made.effective))

    run(0)
    return Contender(0.0, run)


if __name__ == "__main__":
    nats = simulated()
    likelihood = np.exp(nats)
    contenders = {
        "exact.learned": ours(nats),
        "nutpie, plain model": nutpie_on(plain(likelihood), "common", "sigma", further=["share"]),
        "nutpie, our model": nutpie_on(dirichlets(likelihood), "common", "kappa", further=["share"]),
    }
    drawn = in_turn(contenders)
    show(
        f"Shares of {CASES:,} cases x {ITEMS} items, {HYPOTHESES} hypotheses, mean learned: seconds for an effective draw",
        {name: cost(each) for name, each in drawn.items()},
        [Target("exact.learned", "nutpie, plain model", 1 / 3)],
    )
    table(contenders, drawn)
    apart = agree(drawn["exact.learned"], drawn["nutpie, our model"])
    print(f"  means against nutpie on our model: at most {apart:.2g} Monte Carlo standard errors apart")
    for name, each in drawn.items():
        if np.isfinite(each.median):
            print(f"  {name}: {each.median:,.0f} effective draws of the median share, {each.median / each.seconds:,.0f} a second")
    assert apart <= 4
