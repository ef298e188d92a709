"""The printing rule: two digits from .01 to .99, beyond that odds in whole decibels; weights in whole dB, one decimal below 3."""

import math

import pytest

from processtrace.text.numbers import decibels, odds, probability, signed


@pytest.mark.parametrize(
    ("p", "odds", "text"),
    [
        (0.5, None, "0.50"),
        (0.01, None, "0.01"),
        (0.99, None, "0.99"),
        (0.9949, None, "> 0.99 (+23 dB)"),
        (0.001, None, "< 0.01 (−30 dB)"),
        (1.0, 98.04, "> 0.99 (+98 dB)"),
        (0.0, -3010.0, "< 0.01 (−3010 dB)"),
        (0.0, None, "0"),
        (1.0, None, "1"),
        (1.0, math.inf, "1"),
        (math.nan, None, "undefined"),
    ],
)
def test_probabilities(p, odds, text):
    assert probability(p, odds) == text


@pytest.mark.parametrize(
    ("db", "text"),
    [
        (12.4, "12"), (2.94, "2.9"), (2.96, "3"), (3.4, "3"), (0.0, "0.0"), (-0.04, "0.0"), (-2.2, "−2.2"), (-17.6, "−18"),
        (math.inf, "∞"), (-math.inf, "−∞"), (math.nan, "undefined"),
    ],
)  # fmt: skip
def test_decibels(db, text):
    assert decibels(db) == text


def test_a_sign_stands_before_what_is_above_zero():
    assert [signed(db) for db in (12.0, 0.0, -2.0, 0.04, math.inf)] == ["+12", "0.0", "−2.0", "0.0", "+∞"]


def test_odds_close_to_even_keep_the_digit_that_sets_them_apart():
    assert [odds(math.log(x)) for x in (1, 1.02, 2, 1 / 1.02)] == [
        "1\u00a0:\u00a01",
        "1.02\u00a0:\u00a01",
        "2\u00a0:\u00a01",
        "1\u00a0:\u00a01.02",
    ]
