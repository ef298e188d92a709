"""What is put to a judge: samples with a share for each case, repeats far apart, and the study's own explanations."""

from collections import Counter

import pytest

import processtrace as pt
from processtrace.elicitation.asked import asked


def _study(sizes=(12, 6, 3), extra=()):
    cases = []
    for number, size in enumerate(sizes):
        values = {"a": 0.5, "b": 0.4, **dict.fromkeys(extra, 0.3)}
        items = [pt.Evidence(f"i{k}", finding=f"Finding {k} of case {number}.", probability=values) for k in range(size)]
        cases.append(pt.Case(f"c{number}", judges=["a", "b", *extra] if extra else (), evidence=items))
    return pt.Study("Asked", hypotheses={"a": {"statement": "A."}, "b": {"statement": "B."}}, cases=cases)


def test_all_are_asked_once_in_an_order_of_the_seed():
    study = _study()
    one, same, other = asked(study, "ben", 1), asked(study, "ben", 1), asked(study, "ben", 2)
    assert one == same
    assert one.rows != other.rows
    assert sorted(row.key for row in one.rows) == sorted(row.key for row in other.rows)
    assert len({row.key for row in one.rows}) == 21
    assert (one.sample, one.repeated) == ("", frozenset())


@pytest.mark.parametrize(("sample", "number"), [("7", 7), ("21", 21), ("20%", 4), ("50 %", 10), ("1", 1)])
def test_a_sample_gives_each_case_its_share(sample, number):
    study = _study()
    seen: Counter[str] = Counter()
    for seed in range(300):
        made = asked(study, "ben", seed, sample=sample)
        assert len(made.rows) == number == len({row.key for row in made.rows})
        assert made.sample.startswith(f"{number} of 21 findings")
        by_case = Counter(row.case for row in made.rows)
        for case, size in (("c0", 12), ("c1", 6), ("c2", 3)):
            assert abs(by_case[case] - size * number / 21) < 1
        seen.update(row.key for row in made.rows)
    # Each finding is drawn with probability number / 21: in 300 samples five standard deviations are never left (p < 1e-5).
    share = number / 21
    assert all(abs(count - 300 * share) <= 5 * (300 * share * (1 - share)) ** 0.5 for count in seen.values())
    assert len(seen) == 21 or number == 1


@pytest.mark.parametrize("sample", ["0", "22", "0%", "101%", "some", "2.5", "-3", ""])
def test_a_sample_that_is_none_is_refused(sample):
    with pytest.raises(pt.UsageError, match="write a number from 1 to 21, or a percentage"):
        asked(_study(), "ben", 1, sample=sample)


def test_repeats_are_far_from_the_first_time():
    made = asked(_study(), "ben", 5, repeat=5)
    assert len(made.rows) == 26
    assert len(made.repeated) == 5
    for number in made.repeated:
        row = made.rows[number - 1]
        first = next(k for k, other in enumerate(made.rows, 1) if other.key == row.key)
        assert first <= 7
        assert number > 14
    with pytest.raises(pt.UsageError, match="at most 7 can be asked twice"):
        asked(_study(), "ben", 5, repeat=8)
    with pytest.raises(pt.UsageError, match="at most 0"):
        asked(_study((2,)), "ben", 5, repeat=1)


def test_only_the_studys_own_explanations_are_asked_unless_all_are_wanted():
    study = _study(extra=("c",))
    assert {row.explanations for row in asked(study, "ben", 1).rows} == {("a", "b")}
    assert {row.explanations for row in asked(study, "ben", 1, all_judged=True).rows} == {("a", "b", "c")}
