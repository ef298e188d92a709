"""Which findings are put to a judge: all, what is left, or a random sample, and which of them are asked twice."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from processtrace.elicitation.blind import BlindExplanation, BlindItem, blind_explanations, blind_items
from processtrace.elicitation.rounds import ROUND_2, with_spread
from processtrace.errors import AnalysisError, UsageError
from processtrace.study import POOL, Hypothesis, Study

KINDS = ("a person", "a language model")
"""Who may judge, as it is asked."""


@dataclass(frozen=True)
class Asked:
    """The findings that a judge is asked about.

    Attributes
    ----------
    rows : tuple of BlindItem
        In the order in which they are asked; one that is asked twice is there twice.
    repeated : frozenset of int
        The numbers, from 1, of rows that ask a finding for the second time.
    sample : str
        In words, where they are a random sample; else empty.
    """

    rows: tuple[BlindItem, ...]
    repeated: frozenset[int]
    sample: str

    @property
    def findings(self) -> int:
        """How many findings there are; one that is asked twice counts once."""
        return len(self.rows) - len(self.repeated)

    @property
    def more(self) -> str:
        """What there is to say beside the number of findings: how they were drawn, and how many are asked twice."""
        twice = f"{len(self.repeated)} of them asked twice" if self.repeated else ""
        return "".join(f"; {part}" for part in (self.sample, twice) if part)

    def explained(self, study: Study, other_hypotheses: Mapping[str, Hypothesis], analyst: str) -> list[BlindExplanation]:
        """Return the explanations that a finding is judged under, and the levels of nodes, in the order of the study."""
        needed = {name for row in self.rows for name in row.explanations}
        return [one for one in blind_explanations(study, other_hypotheses, analyst) if one.id in needed]


def asked(
    study: Study,
    analyst: str,
    random_seed: int,
    *,
    rest: bool = False,
    all_judged: bool = False,
    sample: str | None = None,
    repeat: int = 0,
    second_round: bool = False,
) -> Asked:
    """Return what an analyst is asked, in random order.

    Parameters
    ----------
    study : Study
        What is to be judged.
    analyst : str
        Who is to judge.
    random_seed : int
        The order, the sample and the repeated findings follow from it.
    rest : bool
        Whether the items that this analyst has judged already are left out.
    all_judged : bool
        Whether they are judged under every explanation of the case files, not the study's own alone.
    sample : str or None
        How many, spread over the cases: a number or a percentage such as '20%'.
    repeat : int
        How many are asked twice.
    second_round : bool
        Whether the analyst is asked again what they and others judged in a first round, with the spread of what was said.

    Returns
    -------
    Asked
        The findings.

    Raises
    ------
    AnalysisError
        Where the analyst has judged some of the items and `rest` is not asked for, or nothing is left to judge.
    UsageError
        For the analyst 'pool', a sample or a number of repeated findings that cannot be drawn.
    """
    if analyst == POOL:
        raise UsageError("analyst 'pool': 'pool' means all analysts; give the coder another name")
    rows = blind_items(study, all_judged=all_judged)
    if second_round:
        rows = with_spread(study, rows, analyst, blind_explanations(study, {}, analyst))
        analyst += ROUND_2
    judged = {(case.id, item.id) for case in study.cases for item in case.evidence if analyst in (item.judgements or ())}
    if judged and not rest:
        raise AnalysisError(
            f"{analyst} has judged {len(judged)} of {len(rows)} items; --rest makes a sheet of the others; "
            "to judge the same ones again, use a new name, so that both judgements are kept"
        )
    rows = [row for row in rows if (row.case, row.item) not in judged]
    if not rows:
        raise AnalysisError(f"{analyst} has judged every item" if judged else "the study has no items that a coder could judge")
    rng = random.Random(random_seed)
    chosen, words = rows, ""
    if sample is not None:
        number = _number(sample, len(rows))
        chosen = _spread(rows, number, rng)
        words = f"{number} of {len(rows)} findings, drawn at random by case, seed {random_seed}"
    rng.shuffle(chosen)
    return _with_repeats(chosen, repeat, rng, words)


def _number(sample: str, there: int) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(\s*%?)", sample.strip())
    percent = found is not None and found[2].strip() == "%"
    number = 0 if found is None or (not percent and "." in found[1]) else round(float(found[1]) * (there / 100 if percent else 1))
    if not 1 <= number <= there or (percent and found is not None and float(found[1]) > 100):
        raise UsageError(f"--sample {sample}: write a number from 1 to {there}, or a percentage such as 20%")
    return number


def _spread(rows: Sequence[BlindItem], number: int, rng: random.Random) -> list[BlindItem]:
    """Return a random sample in which each case has its share, up to one finding."""
    by_case: dict[str, list[BlindItem]] = defaultdict(list)
    for row in rows:
        by_case[row.case].append(row)
    shares = {case: len(own) * number / len(rows) for case, own in by_case.items()}
    take = {case: int(share) for case, share in shares.items()}
    # What the whole parts leave over goes to cases with probability in proportion to their remainders (systematic sampling).
    left, start, passed = number - sum(take.values()), rng.random(), 0.0
    order = list(shares)
    rng.shuffle(order)
    for case in order:
        before, passed = passed, passed + shares[case] - take[case]
        points = sum(before <= start + k < passed for k in range(left + 1))
        take[case] += points
    short = number - sum(take.values())  # rounding of the sums may leave one over
    for case in sorted(order, key=lambda name: take[name] - shares[name])[: max(short, 0)]:
        take[case] += 1
    return [row for case, own in by_case.items() for row in rng.sample(own, take[case])]


def _with_repeats(rows: Sequence[BlindItem], repeat: int, rng: random.Random, words: str) -> Asked:
    """Ask findings of the first third a second time at random places of the last third."""
    early = list(rows[: max(len(rows) // 3, 1)])
    if not 0 <= repeat <= len(early) or (repeat and len(rows) < 3):
        most = len(early) if len(rows) > 2 else 0
        raise UsageError(f"--repeat {repeat}: of {len(rows)} findings at most {most} can be asked twice, far apart")
    again = rng.sample(early, repeat)
    late = [(row, False) for row in rows[len(rows) - len(rows) // 3 :]] + [(row, True) for row in again]
    tail = late[:]
    rng.shuffle(tail)
    everything = [(row, False) for row in rows[: len(rows) - len(rows) // 3]] + tail if repeat else [(row, False) for row in rows]
    return Asked(
        tuple(row for row, _ in everything),
        frozenset(number for number, (_, second) in enumerate(everything, 1) if second),
        words,
    )
