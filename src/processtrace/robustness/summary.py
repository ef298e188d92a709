"""The whole of a study's robustness in a table: a row and a sentence for each case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from processtrace.inference.reading import readings
from processtrace.robustness.answers import analyses
from processtrace.study import Study

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


_SHOWN: tuple[tuple[str, str, list[str]], ...] = (
    ("Case", "text", ["case_label"]),
    ("Leading explanation", "text", ["leader"]),
    ("Support", "probability", ["posterior"]),
    ("Central 90 %", "interval", ["low", "high"]),
    ("Lowest to highest", "interval", ["lowest", "highest"]),
    ("Next", "text", ["runner_up"]),
    ("Lead (dB)", "decibels", ["margin_db"]),
    ("Items to leave out", "count", ["fewest_left_out"]),
)
"""The columns that print has of the table, as `processtrace.tables.frames` reads them."""

_NOTE = (
    "Support is the posterior of the leading explanation, given that one of the explanations is right. Central 90 %: every judgement errs "
    "independently within its range. Lowest to highest: every judgement runs through its range. Lead: over the next explanation, in decibels, "
    "prior included. Items to leave out: the fewest without which another explanation leads; empty where no number does."
)


def summary(study: Study, *, results: Mapping[str, xr.Dataset] | None = None) -> pd.DataFrame:
    """Return a row for each case, with its robustness and a sentence.

    Parameters
    ----------
    study
        The study.
    results
        `analyses(study)`, if they are already computed.

    Returns
    -------
    DataFrame
        Indexed by the identifier of the case; probabilities and decibels in full precision. Columns: `case_label`, `leader`,
        `runner_up` (labels, empty where there is none), `posterior` of the leader, its `lowest` and `highest` (`bounds`), `low` and
        `high` (`ranges`), `margin_db`, `evidence_margin_db`, `margin_low_db`, `margin_high_db`, `margin_lowest_db`,
        `fewest_left_out`, `exact`, `fail_safe`, `sd_at_90`, `fully_redundant` (the leader's posterior then), `sentence`. NaN where
        a number needs a leader and there is none.

    Raises
    ------
    ContradictionError
        If every hypothesis of a case is refuted.

    Examples
    --------
    >>> import processtrace as pt
    >>> item = pt.Evidence("memo", finding="A memo.", probability={"a": 0.8, "b": 0.2})
    >>> study = pt.Study("Example", hypotheses={"a": {}, "b": {}}, cases=[pt.Case("x", evidence=[item])])
    >>> pt.robustness.summary(study).loc["x", ["leader", "runner_up"]].tolist()
    ['A', 'B']
    """
    import pandas as pd

    names = [part.name for part in study.explanations.values()]
    known = analyses(study) if results is None else results
    lead, worst, allowed, steady, redundant = (known[name] for name in ("margins", "bounds", "ranges", "noise", "dependence"))
    fewest, unrecorded, told = (known[name] for name in ("fewest_left_out", "fail_safe", "sentence"))
    rows = []
    for row, reading in enumerate(readings(study)):
        leader, runner_up = reading.lead.leader, reading.lead.runner_up

        def of_leader(values: Any, row: int = row, leader: int | None = leader) -> float:
            return float("nan") if leader is None else float(values.values[row, leader])

        rows.append(
            {
                "case_label": reading.case.name,
                "leader": "" if leader is None else names[leader],
                "runner_up": "" if runner_up is None else names[runner_up],
                "posterior": of_leader(lead["posterior"]),
                "lowest": of_leader(worst["lowest"]),
                "highest": of_leader(worst["highest"]),
                "low": of_leader(allowed["low"]),
                "high": of_leader(allowed["high"]),
                "margin_db": float(lead["margin_db"].values[row]),
                "evidence_margin_db": float(lead["evidence_margin_db"].values[row]),
                "margin_low_db": float(allowed["margin_low_db"].values[row]),
                "margin_high_db": float(allowed["margin_high_db"].values[row]),
                "margin_lowest_db": float(worst["margin_lowest_db"].values[row]),
                "fewest_left_out": float(fewest["fewest"].values[row]),
                "exact": bool(fewest["exact"].values[row]),
                "fail_safe": float(unrecorded["fail_safe"].values[row]),
                "sd_at_90": float(steady["sd_at_90"].values[row]),
                "fully_redundant": of_leader(redundant["fully_redundant"]),
                "sentence": str(told["sentence"].values[row]),
            }
        )
    made = pd.DataFrame(rows, index=pd.Index([case.id for case in study.cases], name="case"))
    made.attrs.update(title="How robust the answer is, by case", note=_NOTE, layout="grid", shown=[list(part) for part in _SHOWN])
    return made
