# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "pystan==3.14", "nutpie", "numpyro==0.22"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""The model `explanation`: 5 cases, 20 items each, every judgement under 4 hypotheses a range; beside samplers on a plain model of the same.

Every item is reported by one of 3 sources of its case, whose reliability is a range too:
theta = expit(mu + sd z), r = expit(m + t y), z, y ~ Normal(0, 1), P(case) = sum_h P(h) prod_i [(1 - r)/2 + r theta_ih].
Held against the exact posterior, and compared by the seconds until 1,000 effective draws of the worst P(h | case, theta, r): bulk effective sample size of 4 x 1,000 draws
after as much warm-up (500 in `sample`, its default). Cold: with the compilation. Warm: without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from unittest import mock

import numpy as np
from samplers import (
    CHAINS,
    DRAWS,
    Array,
    Contender,
    Drawn,
    agree,
    cost,
    in_turn,
    measured,
    numpyro_on,
    nutpie_on,
    nuts_of_pymc,
    stan_on,
    table,
)
from side_by_side import Target, show

import processtrace as pt
from processtrace.inference.diagnostics import Diagnosis
from processtrace.inference.layout import layout

CASES, ITEMS, HYPOTHESES, SOURCES = 5, 20, 4, 3
NAMES = [f"h{k}" for k in range(HYPOTHESES)]
REPORTED_BY = np.arange(ITEMS) % SOURCES
STAN = """
data {
  int C; int I; int H; int S; array[I] int by;
  array[C] matrix[I, H] mu; array[C] matrix[I, H] sd; matrix[C, S] m; matrix[C, S] t;
}
parameters { array[C] matrix[I, H] z; matrix[C, S] y; }
transformed parameters {
  matrix[C, H] explanation;
  vector[C] evidence;
  for (c in 1:C) {
    row_vector[H] joint;
    vector[I] r = inv_logit(m[c] + t[c] .* y[c])[by]';
    for (h in 1:H) joint[h] = -log(H) + sum(log((1 - r) / 2 + r .* inv_logit(mu[c][, h] + sd[c][, h] .* z[c][, h])));
    evidence[c] = log_sum_exp(joint);
    explanation[c] = exp(joint - evidence[c]);
  }
}
model { for (c in 1:C) to_vector(z[c]) ~ std_normal(); to_vector(y) ~ std_normal(); target += sum(evidence); }
"""


def study() -> pt.Study:
    rng = np.random.default_rng(1)
    low = rng.uniform(0.05, 0.8, (CASES, ITEMS, HYPOTHESES))
    high = low + rng.uniform(0.05, 0.15, low.shape)
    cases = [
        pt.Case(
            f"c{c}",
            evidence=[
                pt.Evidence(
                    f"e{i}",
                    finding="A finding.",
                    source=f"s{REPORTED_BY[i]}",
                    probability={h: [float(low[c, i, k]), float(high[c, i, k])] for k, h in enumerate(NAMES)},
                )
                for i in range(ITEMS)
            ],
        )
        for c in range(CASES)
    ]
    sources = {f"s{k}": {"reliability": [0.5, 0.7 + k / 10]} for k in range(SOURCES)}
    return pt.Study("Every judgement a range", hypotheses={h: {} for h in NAMES}, sources=sources, cases=cases)


def in_pymc(mu: Array, sd: Array, m: Array, t: Array):
    import pymc as pm
    import pytensor.tensor as pt

    with pm.Model() as model:
        z, y = pm.Normal("z", shape=mu.shape), pm.Normal("y", shape=m.shape)
        r = pt.sigmoid(m + t * y)[:, REPORTED_BY, None]
        joint = pt.log((1 - r) / 2 + r * pt.sigmoid(mu + sd * z)).sum(axis=1) - np.log(HYPOTHESES)
        evidence = pt.logsumexp(joint, axis=1)
        pm.Deterministic("explanation", pt.exp(joint - evidence[:, None]))
        pm.Potential("evidence", evidence.sum())
    return model


def in_numpyro(mu: Array, sd: Array, m: Array, t: Array) -> Callable[[], None]:
    import jax.numpy as jnp
    import numpyro
    from jax.nn import sigmoid
    from jax.scipy.special import logsumexp
    from numpyro.distributions import Normal

    def model() -> None:
        z = numpyro.sample("z", Normal(jnp.zeros(mu.shape), 1.0))
        y = numpyro.sample("y", Normal(jnp.zeros(m.shape), 1.0))
        r = sigmoid(m + t * y)[:, REPORTED_BY, None]
        joint = jnp.log((1 - r) / 2 + r * sigmoid(mu + sd * z)).sum(axis=1) - jnp.log(HYPOTHESES)
        evidence = logsumexp(joint, axis=1)
        numpyro.deterministic("explanation", jnp.exp(joint - evidence[:, None]))
        numpyro.factor("evidence", evidence.sum())

    return model


def sampled(made: pt.Study) -> Contender:
    """`sample` as a user calls it, judgements and diagnosis included."""

    def run(seed: int) -> Drawn:
        began = time.perf_counter()
        tree = pt.sample(made, draws=DRAWS, chains=CHAINS, random_seed=seed)
        seconds = time.perf_counter() - began
        return measured(tree["posterior"]["explanation"].values.reshape(CHAINS, DRAWS, -1), seconds)

    first, again = run(0).seconds, run(0).seconds
    return Contender(max(first - again, 0.0), run)


def independent(made: pt.Study) -> Contender:
    def run(seed: int) -> Drawn:
        with mock.patch("processtrace.inference.draws.exact.diagnose_independent", return_value=Diagnosis(True, ())):  # nobody's is timed
            began = time.perf_counter()
            tree = pt.exact_draws(made, DRAWS, CHAINS, random_seed=seed)
            seconds = time.perf_counter() - began
        return measured(tree["posterior"]["explanation"].values.reshape(CHAINS, DRAWS, -1), seconds)

    run(0)
    return Contender(0.0, run)


if __name__ == "__main__":
    made = study()
    form = layout(made)
    judged = [form.judgement.labels.index(f"c{c}/e{i}/{h}") for c in range(CASES) for i in range(ITEMS) for h in NAMES]
    trusted = [form.reliability.labels.index(f"c{c}/s{k}") for c in range(CASES) for k in range(SOURCES)]
    mu, sd = (part[judged].reshape(CASES, ITEMS, HYPOTHESES) for part in (form.judgement.mu, form.judgement.sd))
    m, t = (part[trusted].reshape(CASES, SOURCES) for part in (form.reliability.mu, form.reliability.sd))
    sizes = {"C": CASES, "I": ITEMS, "H": HYPOTHESES, "S": SOURCES, "by": REPORTED_BY + 1}
    ours = {"sample": sampled(made), "exact_draws": independent(made)}
    plain = {
        "nutpie": nutpie_on(in_pymc(mu, sd, m, t), "explanation"),
        "PyMC's NUTS": nuts_of_pymc(in_pymc(mu, sd, m, t), "explanation"),
        "NumPyro": numpyro_on(in_numpyro(mu, sd, m, t), "explanation"),
        "Stan": stan_on(STAN, sizes | {"mu": mu, "sd": sd, "m": m, "t": t}, "explanation"),
    }
    contenders = ours | plain
    drawn = in_turn(contenders)
    warm = {name: 1000 * cost(each) for name, each in drawn.items()}
    cold = {name: contenders[name].compiling + seconds for name, seconds in warm.items()}
    title = (
        f"{CASES} cases x {ITEMS} items x {HYPOTHESES} hypotheses, judgements and reliabilities ranges: seconds to 1,000 effective draws"
    )
    best = {id(seconds): min(plain, key=seconds.__getitem__) for seconds in (cold, warm)}
    show(f"{title}, cold", cold, [Target("sample", best[id(cold)], 1 / 10)])
    show(f"{title}, warm", warm, [Target("sample", best[id(warm)], 1 / 10), Target("exact_draws", best[id(warm)], 1 / 5)])
    table(contenders, drawn)
    posterior = pt.update(made)["posterior"].values.ravel()
    truth = Drawn(0.0, np.inf, posterior, np.zeros_like(posterior))
    for name, each in drawn.items():
        print(f"  means of {name}: at most {agree(each, truth):.2g} Monte Carlo standard errors from the exact posterior")
