"""Bayes factors from counts: published numbers, and the observation bias by simulation-free integrals."""

from __future__ import annotations

from math import comb, log

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.designs import two
from strategies.studies import leads, studies

import processtrace as pt
from processtrace import report, robustness
from processtrace.robustness import counting
from processtrace.robustness.count_models import _recoded, binomial_factor, urn_factor, worst_case_factor
from processtrace.text.names import unbroken


def test_the_published_numbers():
    """López & Bowers, first version: 7 for, 3 against give 7.827586 and (8/11)/(56/3003) = 39; 9 and 3 give 20.67 and 323.

    Their newest version: 9 and 3 give 20.67 and 2.73; 28 and 8 give 122.7 in the worst case, 19 and 18 .23.
    """
    factors = counting(7, 3)["bayes_factor"].values
    np.testing.assert_allclose(factors[:2], [7.827586206896552, 39], rtol=1e-12)
    for counts, published in (((9, 3), 2.73), ((28, 8), 122.7), ((19, 18), 0.23)):
        worst = counting(*counts)["bayes_factor"].sel(count_model="worst_case").item()
        assert worst == pytest.approx(published, abs=0.005 if published < 100 else 0.05)
    assert counting(7, 5)["bayes_factor"].sel(count_model="worst_case").item() < 1
    factors = counting(9, 3)["bayes_factor"].values
    assert factors[0] == pytest.approx(20.67, abs=0.005)
    assert factors[1] == pytest.approx(323, rel=1e-12)
    assert urn_factor(9, 3, 0.5) == pytest.approx(4804.609, abs=0.001)


def closed_form(for_: int, against: int) -> float:
    n = for_ + against
    return sum(comb(n + 1, j) for j in range(for_ + 1)) / ((n + 1) * comb(n, for_))


@pytest.mark.parametrize("counts", [(9, 3), (1, 0), (0, 3), (3, 9), (28, 8), (150, 60)])
def test_the_worst_case_in_closed_form(counts):
    assert worst_case_factor(*counts) == pytest.approx(closed_form(*counts), rel=1e-10)


def test_no_weights_of_the_rival_are_worse_than_the_worst_case():
    share = np.linspace(0.001, 0.5, 500)
    for for_, against in ((9, 3), (5, 5), (1, 0)):
        mine = 2 * mpmath.betainc(for_ + 1, against + 1, 0.5, 1)
        each = float(mine) / (share**for_ * (1 - share) ** against)
        assert worst_case_factor(for_, against) == pytest.approx(each.min(), rel=1e-9)


def test_how_many_items_would_have_to_be_recoded():
    """DrWrinch: at 9 and 3 one recoding takes the first Bayes factor below 20, and the worst case is below it already."""
    data = counting(9, 3)
    assert data["recoded"].sel(count_model=["binomial", "worst_case"]).values.tolist() == [1, 0]
    for model, factor in (("binomial", binomial_factor), ("worst_case", worst_case_factor)):
        moved = int(counting(28, 8)["recoded"].sel(count_model=model))
        assert factor(28 - moved, 8 + moved) < 20 <= factor(29 - moved, 7 + moved)
    assert counting(9, 3, threshold=2).recoded.sel(count_model="worst_case").item() == 1
    with pytest.raises(pt.UsageError, match="above 0"):
        counting(9, 3, threshold=0)


@pytest.mark.parametrize(("for_", "against", "bias"), [(7, 3, 2.0), (40, 12, 0.4)])
def test_bias_in_the_worst_case_against_mpmath(for_, against, bias):
    def seen(t: mpmath.mpf) -> mpmath.mpf:
        q = bias * t / (1 + (bias - 1) * t)
        return q**for_ * (1 - q) ** against

    peak = for_ / (for_ + against)
    above = mpmath.quad(seen, sorted({0.5, 1, max(0.5, peak / (peak + bias * (1 - peak)))}))
    assert worst_case_factor(for_, against, bias) == pytest.approx(float(2 * above / seen(mpmath.mpf(0.5))), rel=1e-8)


@pytest.mark.parametrize(("for_", "against", "bias"), [(7, 3, 2.0), (7, 3, 0.5), (1, 0, 3.0), (0, 4, 0.2), (40, 12, 5.0)])
def test_bias_in_the_binomial_against_mpmath(for_, against, bias):
    def seen(t: mpmath.mpf) -> mpmath.mpf:
        q = bias * t / (1 + (bias - 1) * t)
        return q**for_ * (1 - q) ** against

    peak = for_ / (for_ + against)
    cut = sorted({0, 0.5, 1, peak / (peak + bias * (1 - peak))})
    below = mpmath.quad(seen, [c for c in cut if c <= 0.5])
    above = mpmath.quad(seen, [c for c in cut if c >= 0.5])
    assert binomial_factor(for_, against, bias) == pytest.approx(float(above / below), rel=1e-8)


@pytest.mark.parametrize(("for_", "against"), [(7, 3), (9, 3), (5, 5), (3, 2), (1, 0), (2, 3)])
def test_at_the_bias_to_flip_the_counts_say_nothing(for_, against):
    data = counting(for_, against)
    binomial, urn, worst = data["bias_to_flip"].values
    if np.isfinite(worst):
        assert worst_case_factor(for_, against, worst) == pytest.approx(1, abs=1e-8)
    if min(for_, against) == 0:
        assert np.isnan(binomial)  # all on one side: the Bayes factor nears 1 as the bias grows, and never gets there
        return
    assert binomial_factor(for_, against, binomial) == pytest.approx(1, abs=1e-8)
    if np.isfinite(urn):
        assert urn_factor(for_, against, urn) == pytest.approx(1, abs=1e-8)
    assert (binomial > 1) == (for_ > against)


def test_the_unbiased_urn_is_hypergeometric():
    for for_, against in ((7, 3), (4, 4), (6, 0)):
        n = for_ + against
        own = comb(for_ + 1, for_) * comb(max(1, against), against) / comb(for_ + 1 + max(1, against), n)
        rival = comb(for_ + 1, against) / comb(2 * for_ + 1, n)
        assert urn_factor(for_, against) == pytest.approx(own / rival, rel=1e-12)


def test_counts_of_thousands_on_one_side_are_counted():
    """All for: a uniform share leaves 2^-(n+1) below one half, too little for a number; the urns by exact integers."""
    for n in (900, 2500):
        found = counting(n, 0).sel(count_model=["binomial", "urn"])["bayes_factor"].values
        ways = sum(comb(n, x) * comb(n + 1, n - x) for x in range(n + 1))  # the rival's urn holds n for and n + 1 against
        logs = np.array([(n + 1) * np.log(2), log(ways) - np.log(n + 2)])
        np.testing.assert_allclose(np.log(found[logs < 709]), logs[logs < 709], rtol=1e-12)
        assert np.isinf(found[logs > 710]).all()


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([0.5, 3.0, 20.0]))
def test_recoded_findings_are_those_of_a_search_one_by_one(for_, against, threshold):
    if for_ + against == 0:
        return
    for model in (binomial_factor, urn_factor, worst_case_factor):
        one_by_one = next((k for k in range(for_ + 1) if model(for_ - k, against + k) < threshold), np.nan)
        assert _recoded(model, for_, against, threshold) == pytest.approx(one_by_one, nan_ok=True)


def test_counts_that_no_urn_holds_are_undefined_and_nonsense_is_refused():
    assert np.isnan(counting(2, 5)["bayes_factor"].values[1])
    for counts in ((-1, 2), (1.5, 2), (0, 0)):
        with pytest.raises(pt.UsageError):
            counting(*counts)


def test_symmetric_counts_are_even():
    assert counting(4, 4)["bayes_factor"].values[0] == pytest.approx(1, abs=1e-12)
    assert counting(4, 4)["bias_to_flip"].values[0] == pytest.approx(1, abs=1e-9)


@settings(max_examples=12)
@given(studies(zeros=False).filter(leads))
def test_each_case_by_counts_beside_the_judged_factor(study):
    data, lead = robustness.counted(study), robustness.margins(study)
    names = list(study.hypotheses)
    a, b = (names.index(lead[part].item()) for part in ("leader", "runner_up"))
    last = pt.update(study)["last_db"].values
    weights = last[:, a] - last[:, b]
    for_, against = int((weights > 1e-9).sum()), int((weights < -1e-9).sum())
    assert (data["for_"].item(), data["against"].item()) == (for_, against)
    if for_ + against:
        np.testing.assert_allclose(data["bayes_factor"].values[0], counting(for_, against)["bayes_factor"].values)
    nats = pt.to_dataset(study)["log_likelihood"].values.sum(axis=0)
    assert data["judged_bayes_factor"].item() == pytest.approx(np.exp(nats[a] - nats[b]), rel=1e-9)


def test_the_baseline_is_said_and_stands_in_the_report():
    items = [
        pt.Evidence(f"e{k}", finding="A memo.", probability={"a": 0.6, "b": 0.4} if k < 7 else {"a": 0.4, "b": 0.6}) for k in range(10)
    ]
    study = pt.Study("Ten", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)])
    said = pt.robustness.counted(study)["sentence"].item()
    flip = counting(7, 3)["bias_to_flip"].values[0]
    assert said == (
        "By mere counts, 7 items for and 3 against the leading explanation: a Bayes factor of 7.8 with uniform weights on the shares that "
        f"each explanation allows, and of {closed_form(7, 3):.1f} in the worst case over weights, where the judgements give 7 dB against "
        f"the next. The first falls to 1 where findings for it were {flip:.1f} times as easy to see."
    )
    assert unbroken(said) in report.render(pt.compute(study, sample=False))
    many = [pt.Evidence(f"e{k}", finding="A memo.", probability={"a": 0.9, "b": 0.1}) for k in range(12)]
    sure = pt.robustness.counted(pt.Study("Sure", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=many)]))["sentence"].item()
    assert "a Bayes factor of more than 1,000 with uniform weights" in sure  # 2^13 - 1
    assert "where the judgements give 115 dB" in sure
    assert "It falls below 20 if 4 items are recoded." in sure
    tied = two(0.4, 0.4)
    assert pt.robustness.counted(tied)["sentence"].item() == ""
    assert "What mere counts would say" not in report.render(pt.compute(tied, sample=False))


def test_items_that_weigh_nothing_are_said():
    """A weight of 0.001 dB is printed as 0.0, and counts like any other."""
    rows = [{"a": 0.5, "b": 0.25}, {"a": 0.5, "b": 0.5 / 10**0.0001}, {"a": 0.25, "b": 0.3}]
    items = [pt.Evidence(f"e{k}", finding="F.", probability=row) for k, row in enumerate(rows)]
    data = robustness.counted(pt.Study("T", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=items)]))
    assert (data["for_"].item(), data["against"].item()) == (2, 1)
    assert " 1 of these items weighs 0.0 dB." in data["sentence"].item()
