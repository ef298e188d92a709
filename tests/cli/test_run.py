"""One seed, one machine: the same draws again, in a new process, and with a cold compile cache; and as they were stored."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr
from click.testing import CliRunner

import processtrace as pt
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


def test_stored_draws_are_read_back_identical(path, tmp_path):
    done = CliRunner().invoke(cli, ["run", str(path), "--seed", "3", "--quiet"])
    assert done.exit_code == 0, done.output
    with xr.open_datatree(tmp_path / "results" / "tiny" / "draws.nc", engine="h5netcdf") as stored:
        again = pt.exact_draws(pt.load_study(path), random_seed=3)
        xr.testing.assert_identical(stored["posterior"].to_dataset().drop_attrs(), again["posterior"].to_dataset().drop_attrs())
        assert list(stored.attrs["diagnostics"]) == again.attrs["diagnostics"]


def test_a_run_that_failed_is_marked_everywhere(path, tmp_path, monkeypatch):
    """Ten draws of a chain are too few: exit code 1, a file by that name, the terminal and the report say so."""

    loose = pt.load_study(path)

    def too_few(_, **__):
        tree = pt.exact_draws(loose, draws=10, random_seed=1)
        said = diagnose(tree)
        tree.attrs |= {"converged": int(said.passed), "diagnostics": list(said.lines)}
        return tree

    monkeypatch.setattr("processtrace.pymc_models.sample", too_few)
    path.write_text(STUDY.replace("0.6", "0.99995"))  # too near to 1 for independent draws
    done = CliRunner().invoke(cli, ["run", str(path), "--quiet"])
    assert done.exit_code == 1
    folder = tmp_path / "results" / "tiny"
    told = "too few effective draws"
    assert told in (folder / "THE SAMPLED RUN DID NOT CONVERGE.txt").read_text()
    assert "THE SAMPLED RUN DID NOT CONVERGE. This run did not converge; its numbers must not be used." in done.output
    report = (folder / "report.html").read_text()
    assert told in report
    assert "its numbers must not be used" in report
    with xr.open_datatree(folder / "draws.nc", engine="h5netcdf") as stored:
        assert stored.attrs["converged"] == 0


def test_independent_draws_are_stored_and_read_back_identical(path, tmp_path):
    tree = pt.exact_draws(pt.load_study(path), draws=50, random_seed=1)
    tree.to_netcdf(tmp_path / "draws.nc", engine="h5netcdf")
    with xr.open_datatree(tmp_path / "draws.nc", engine="h5netcdf") as stored:
        for group in ("posterior", "log_likelihood", "constant_data", "exact", "elicited"):
            for name, part in tree[group].to_dataset().items():
                assert np.array_equal(stored[group][name].values, part.values), name
