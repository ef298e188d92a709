"""One seed, one machine: the same draws again, in a new process, and with a cold compile cache; and as they were stored."""

from __future__ import annotations

import os
import subprocess
import sys

import arviz as az
import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner

import processtrace as pt
import processtrace.pymc_models
from processtrace.cli import cli
from processtrace.inference.diagnostics import diagnose

STUDY = """
title: Tiny
hypotheses: {a: {label: First}, b: {label: Second}}
clusters: {k: {correlation: 0.6}}
cases: x.yaml
"""
CASE = """
case: x
evidence:
  - {id: e, finding: E., cluster: k, probability: {a: [0.5, 0.9], b: [0.1, 0.4]}}
  - {id: f, finding: F., cluster: k, probability: {a: [0.5, 0.9], b: [0.1, 0.4]}}
  - {id: g, finding: G., probability: {a: [0.5, 0.9], b: 0.3}}
"""
PROGRAM = """
import hashlib, sys
import processtrace as pt
for _ in range(int(sys.argv[2])):
    tree = pt.sample(pt.load_study(sys.argv[1]), draws=200, tune=300, chains=2, random_seed=7)
    print(hashlib.sha256(tree["posterior"]["judgement"].values.tobytes()).hexdigest())
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "x.yaml").write_text(CASE)
    (tmp_path / "tiny.yaml").write_text(STUDY)
    return tmp_path / "tiny.yaml"


def hashes(path, times, **environment):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), str(times)], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_one_seed_gives_the_same_draws_again_and_with_a_cold_compile_cache(path, tmp_path):
    warm = hashes(path, 2)
    cold = hashes(path, 1, PYTENSOR_FLAGS=f"base_compiledir={tmp_path / 'cold'}", NUMBA_CACHE_DIR=str(tmp_path / "numba"))
    assert len({*warm, *cold}) == 1


def test_the_model_is_sampled_stored_and_agrees_with_the_exact_engine(path, tmp_path):
    done = CliRunner().invoke(cli, ["run", str(path), "--seed", "3", "--draws", "300", "--quiet"])
    assert done.exit_code == 0, done.output
    (line,) = [line for line in done.output.splitlines() if "exact engine" in line]
    exact = pt.update(pt.load_study(path))["posterior"]
    with xr.open_datatree(tmp_path / "results" / "tiny" / "posterior.nc", engine="h5netcdf") as stored:
        again = pt.sample(pt.load_study(path), draws=300, random_seed=3)
        xr.testing.assert_identical(stored["posterior"].to_dataset().drop_attrs(), again["posterior"].to_dataset().drop_attrs())
        assert list(stored.attrs["diagnostics"]) == again.attrs["diagnostics"]
        off = float(np.abs(stored["posterior"]["explanation"].mean(("chain", "draw")) - exact).max())
    assert line == f"The PyMC model and the exact engine agree: the support by 1,200 draws is off by {off:.3f} at most."
    stored = az.from_netcdf(tmp_path / "results" / "tiny" / "posterior.nc")
    assert list(az.summary(stored, var_names="explanation").index) == ["explanation[x, a]", "explanation[x, b]"]


def test_without_sampling_there_is_no_model_and_no_line(path, tmp_path):
    done = CliRunner().invoke(cli, ["run", str(path), "--no-sample", "--quiet"])
    assert done.exit_code == 0
    assert "PyMC" not in done.output
    assert not (tmp_path / "results" / "tiny" / "posterior.nc").exists()


def changed_sample(monkeypatch, change, **kwargs):
    """`sample` with other arguments, and its draws changed and judged again."""
    sample = processtrace.pymc_models.sample

    def changed(study, **_):
        tree = sample(study, random_seed=1, **kwargs)
        tree["posterior"] = change(tree["posterior"].to_dataset())
        said = diagnose(tree)
        tree.attrs |= {"converged": int(said.passed), "diagnostics": list(said.lines)}
        return tree

    monkeypatch.setattr("processtrace.pymc_models.sample", changed)


def test_a_run_that_failed_is_marked_everywhere(path, tmp_path, monkeypatch):
    """Ten draws of a chain are too few: exit code 1, a file by that name, the terminal and the report say so."""
    changed_sample(monkeypatch, lambda posterior: posterior, draws=10)
    done = CliRunner().invoke(cli, ["run", str(path), "--quiet"])
    assert done.exit_code == 1
    folder = tmp_path / "results" / "tiny"
    told = "too few effective draws"
    assert told in (folder / "THE SAMPLED RUN DID NOT CONVERGE.txt").read_text()
    assert "THE SAMPLED RUN DID NOT CONVERGE. This run did not converge; its numbers must not be used." in done.output
    report = (folder / "report.html").read_text()
    assert told in report
    assert "its numbers must not be used" in report
    with xr.open_datatree(folder / "posterior.nc", engine="h5netcdf") as stored:
        assert stored.attrs["converged"] == 0


def test_a_model_that_misses_the_exact_result_fails_the_run(path, monkeypatch):
    """Every draw is moved by .02 towards the second explanation, where 4,000 draws are off by less than .005."""
    moved = xr.DataArray([-0.02, 0.02], coords={"hypothesis": ["a", "b"]})
    changed_sample(monkeypatch, lambda posterior: posterior.assign(explanation=posterior["explanation"] + moved))
    done = CliRunner().invoke(cli, ["run", str(path), "--quiet"])
    assert done.exit_code == 1
    assert "THE PYMC MODEL AND THE EXACT ENGINE DO NOT AGREE: the support by 4,000 draws is off by 0.02" in done.output


MANY = """
case: x
evidence:
"""


@pytest.mark.long  # the model with free judgements is compiled
def test_a_cluster_of_too_many_uncertain_sources_is_sampled_with_its_judgements_free(path):
    """Fourteen sources of one cluster make 2^14 terms, more than are summed."""
    names = [f"s{k}" for k in range(14)]
    sources = "sources: {" + ", ".join(f"{name}: {{reliability: [0.5, 0.9]}}" for name in names) + "}\n"
    path.write_text(STUDY.replace("cases: x.yaml", sources + "cases: x.yaml"))
    items = [
        f"  - {{id: e{k}, finding: E., cluster: k, source: {name}, probability: {{a: 0.6, b: 0.4}}}}\n" for k, name in enumerate(names)
    ]
    (path.parent / "x.yaml").write_text(MANY + "".join(items))
    with pytest.raises(pt.AnalysisError, match="too many"):
        pt.sample(pt.load_study(path))
    tree = pt.compute(pt.load_study(path), draws=300).sampled
    assert (tree.attrs["model"], tree.attrs["converged"]) == ("judgements", 1)


def test_independent_draws_are_stored_and_read_back_identical(path, tmp_path):
    tree = pt.exact_draws(pt.load_study(path), draws=50, random_seed=1)
    tree.to_netcdf(tmp_path / "draws.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "draws.nc", engine="h5netcdf") as stored:
        for group in ("posterior", "log_likelihood", "constant_data", "exact", "elicited"):
            for name, part in tree[group].to_dataset().items():
                assert np.array_equal(stored[group][name].values, part.values), name
