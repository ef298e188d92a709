# /// script
# requires-python = ">=3.12"
# dependencies = ["processtrace", "pystan==3.14", "nutpie", "numpyro==0.22"]
#
# [tool.uv.sources]
# processtrace = { path = "..", editable = true }
# ///
"""`pooled`: the shares of 4 explanations among 10,000 cases, beside samplers.

pi ~ Dirichlet(1, 1, 1, 1), P(case c | pi) = sum_h pi_h L_ch with fixed L. Compared by seconds for an effective draw of the
worst share: bulk effective sample size of 4 x 1,000 draws after as much warm-up, without compilation; for ours Kish's number.
"""

from __future__ import annotations

import time

import numpy as np
from samplers import Array, Contender, Drawn, agree, cost, in_turn, numpyro_on, nutpie_on, stan_on, table
from side_by_side import Target, show

from processtrace.exact.dirichlet import mixture

CASES, HYPOTHESES = 10_000, 4
STAN = """
data { int C; int H; matrix[C, H] likelihood; vector[H] alpha; }
parameters { simplex[H] pi; }
model { pi ~ dirichlet(alpha); target += sum(log(likelihood * pi)); }
"""


def simulated() -> Array:
    """Log likelihoods of cases whose explanation was drawn from shares .4, .3, .2, .1; each case is weak evidence by itself."""
    rng = np.random.default_rng(1)
    truth = rng.choice(HYPOTHESES, CASES, p=[0.4, 0.3, 0.2, 0.1])
    nats = rng.normal(0, 1, (CASES, HYPOTHESES))
    nats[np.arange(CASES), truth] += 1
    return nats


def in_pymc(likelihood: Array):
    import pymc as pm

    with pm.Model() as model:
        pi = pm.Dirichlet("pi", np.ones(HYPOTHESES))
        pm.Potential("cases", pm.math.log(pm.math.dot(likelihood, pi)).sum())
    return model


def in_numpyro(likelihood: Array):
    import jax.numpy as jnp
    import numpyro
    from numpyro.distributions import Dirichlet

    def model() -> None:
        pi = numpyro.sample("pi", Dirichlet(jnp.ones(HYPOTHESES)))
        numpyro.factor("cases", jnp.log(jnp.asarray(likelihood) @ pi).sum())

    return model


def ours(nats: Array) -> Contender:
    def run(_: int) -> Drawn:
        began = time.perf_counter()
        made = mixture(np.ones(HYPOTHESES), nats)
        seconds = time.perf_counter() - began
        return Drawn(seconds, made.effective, made.mean, np.maximum(made.sd / np.sqrt(made.effective), made.error_mean))

    run(0)
    return Contender(0.0, run)


if __name__ == "__main__":
    nats = simulated()
    likelihood = np.exp(nats - nats.max(axis=1, keepdims=True))
    contenders = {
        "exact.simplex.mixture": ours(nats),
        "Stan": stan_on(
            STAN,
            {"C": CASES, "H": HYPOTHESES, "likelihood": likelihood, "alpha": np.ones(HYPOTHESES)},
            "pi",
        ),
        "nutpie": nutpie_on(in_pymc(likelihood), "pi"),
        "NumPyro": numpyro_on(in_numpyro(likelihood), "pi"),
    }
    drawn = in_turn(contenders)
    mine = drawn["exact.simplex.mixture"]
    show(
        f"Shares of {CASES:,} cases, {HYPOTHESES} hypotheses: seconds for an effective draw",
        {name: cost(each) for name, each in drawn.items()},
        [Target("exact.simplex.mixture", "Stan", 1 / 50, "most goes into the responsibilities: of every case at every point")],
    )
    table(contenders, drawn)
    for name, each in drawn.items():
        if each is not mine:
            print(f"  means against {name}: at most {agree(mine, each):.2g} Monte Carlo standard errors apart")
            assert agree(mine, each) <= 4
