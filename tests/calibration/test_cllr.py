"""Cllr against the numbers of the library lir 1.8.0 (Netherlands Forensic Institute), and against hand-made cases.

`lir_numbers.json` holds four sets of ratios, some tied, and what `lir.metrics.cllr` and `cllr_min` gave for them; lir needs an
older PyMC than this project and can't stand in the same environment.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from processtrace.calibration import cllr, cllr_min

LIR = json.loads((Path(__file__).parent / "lir_numbers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("known", LIR)
def test_agrees_with_lir(known):
    ratio, right = np.log(10) * np.array(known["log10_ratio"]), np.array(known["right"], bool)
    assert cllr(ratio, right) == pytest.approx(known["cllr"], abs=1e-12)
    assert cllr_min(ratio, right) == pytest.approx(known["cllr_min"], abs=1e-5)


def test_by_hand():
    # One right at 3:1 costs log2(1 + 1/3); two wrong at 1:1 and 1:3 cost 1 and log2(1 + 1/3).
    third = math.log2(4 / 3)
    assert cllr([math.log(3), 0, -math.log(3)], [True, False, False]) == pytest.approx((third + (1 + third) / 2) / 2, abs=1e-14)


def test_even_ratios_cost_one_bit_and_infinite_ones_what_they_must():
    assert cllr([0.0, 0.0, 0.0], [True, False, True]) == 1
    assert cllr([np.inf, -np.inf], [True, False]) == 0
    assert cllr([-np.inf, 0.0], [True, False]) == np.inf
    assert math.isnan(cllr([1.0, 2.0], [True, True]))
    assert math.isnan(cllr_min([1.0], [False]))


def test_the_least_cost_ignores_scale_and_shift():
    rng = np.random.default_rng(3)
    right = rng.random(60) < 0.4
    ratio = rng.normal(np.where(right, 1, -1), 2)
    assert cllr_min(ratio, right) == pytest.approx(cllr_min(np.exp(ratio / 3) - 5, right), abs=1e-12)
    assert cllr_min(ratio, right) <= min(cllr(f * ratio + s, right) for f in (0.1, 0.3, 1, 2) for s in (-1, 0, 1))
