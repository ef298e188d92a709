# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "pystan==3.14", "nutpie", "numpyro==0.22"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""`explanation`: 5 cases, 20 items each, every judgement under 4 hypotheses a range; beside samplers on a plain model of the same.

theta = expit(mu + sd z), z ~ Normal(0, 1), P(case) = sum_h P(h) prod_i theta_ih. Compared by seconds for an effective draw of
the worst P(h | case, theta): bulk effective sample size of 4 x 1,000 draws after as much warm-up, without compilation.
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
from processtrace.pymc_models import judgements_model

CASES, ITEMS, HYPOTHESES = 5, 20, 4
NAMES = [f"h{k}" for k in range(HYPOTHESES)]
STAN = """
data { int C; int I; int H; array[C] matrix[I, H] mu; array[C] matrix[I, H] sd; }
parameters { array[C] matrix[I, H] z; }
transformed parameters {
  matrix[C, H] explanation;
  vector[C] evidence;
  for (c in 1:C) {
    row_vector[H] joint;
    for (h in 1:H) joint[h] = -log(H) + sum(log_inv_logit(mu[c][, h] + sd[c][, h] .* z[c][, h]));
    evidence[c] = log_sum_exp(joint);
    explanation[c] = exp(joint - evidence[c]);
  }
}
model { for (c in 1:C) to_vector(z[c]) ~ std_normal(); target += sum(evidence); }
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
                    probability={h: [float(low[c, i, k]), float(high[c, i, k])] for k, h in enumerate(NAMES)},
                )
                for i in range(ITEMS)
            ],
        )
        for c in range(CASES)
    ]
    return pt.Study("Every judgement a range", hypotheses={h: {} for h in NAMES}, cases=cases)


def in_pymc(mu: Array, sd: Array):
    import pymc as pm
    import pytensor.tensor as pt

    with pm.Model() as model:
        z = pm.Normal("z", shape=mu.shape)
        joint = -pt.softplus(-(mu + sd * z)).sum(axis=1) - np.log(HYPOTHESES)
        evidence = pt.logsumexp(joint, axis=1)
        pm.Deterministic("explanation", pt.exp(joint - evidence[:, None]))
        pm.Potential("evidence", evidence.sum())
    return model


def in_numpyro(mu: Array, sd: Array) -> Callable[[], None]:
    import jax.numpy as jnp
    import numpyro
    from jax.nn import log_sigmoid
    from jax.scipy.special import logsumexp
    from numpyro.distributions import Normal

    def model() -> None:
        z = numpyro.sample("z", Normal(jnp.zeros(mu.shape), 1.0))
        joint = log_sigmoid(mu + sd * z).sum(axis=1) - jnp.log(HYPOTHESES)
        evidence = logsumexp(joint, axis=1)
        numpyro.deterministic("explanation", jnp.exp(joint - evidence[:, None]))
        numpyro.factor("evidence", evidence.sum())

    return model


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
    mu, sd = (part.reshape(CASES, ITEMS, HYPOTHESES) for part in (form.judgement.mu, form.judgement.sd))
    data = {"C": CASES, "I": ITEMS, "H": HYPOTHESES, "mu": mu, "sd": sd}
    plain = {
        "nutpie": nutpie_on(in_pymc(mu, sd), "explanation"),
        "PyMC's NUTS": nuts_of_pymc(in_pymc(mu, sd), "explanation"),
        "NumPyro": numpyro_on(in_numpyro(mu, sd), "explanation"),
        "Stan": stan_on(STAN, data, "explanation"),
    }
    contenders = {"our model in nutpie": nutpie_on(judgements_model(made), "explanation"), "exact_draws": independent(made), **plain}
    drawn = in_turn(contenders)
    best = min(plain, key=lambda name: cost(drawn[name]))
    show(
        f"Explanation of {CASES} cases x {ITEMS} items x {HYPOTHESES} hypotheses, all judgements ranges: seconds for an effective draw",
        {name: cost(each) for name, each in drawn.items()},
        [Target("our model in nutpie", best, 1 / 0.95), Target("exact_draws", best, 1 / 5)],
    )
    table(contenders, drawn)
    posterior = pt.update(made)["posterior"].values.ravel()
    truth = Drawn(0.0, np.inf, posterior, np.zeros_like(posterior))
    for name, each in drawn.items():
        print(f"  means of {name}: at most {agree(each, truth):.2g} Monte Carlo standard errors from the exact posterior")
