"""How numbers are printed for people: no more digits than judgements carry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from processtrace.logspace import DB_PER_NAT, LEAST

_READABLE = 1e6
_UNRELIABLE = 1e-300  # below this a floating-point number has fewer digits
_TO = "\u00a0:\u00a0"  # unbroken, so that odds never part at the end of a line


def probability(p: float, odds_db: float | None = None) -> str:
    """Return a probability in print: two digits from .01 to .99, and beyond that its odds in whole decibels.

    Only what is refuted (p = 0 with odds of minus infinity, or without odds) is printed as 0, and only what alone is left
    as 1.

    Parameters
    ----------
    p : float
        A probability; NaN is printed as 'undefined'.
    odds_db : float or None
        10 log10 of p : (1 - p), decibels, which is needed where p is rounded to 0 or 1.
    """
    if math.isnan(p):
        return "undefined"
    if odds_db is None:
        odds_db = _odds_db(p)
    if math.isinf(odds_db):
        return "0" if odds_db < 0 else "1"
    if 0.01 <= p <= 0.99:
        return f"{p:.2f}"
    return f"{'< 0.01' if p < 0.5 else '> 0.99'} ({signed(odds_db)} dB)"


def decibels(db: float) -> str:
    """Return a weight of evidence without its unit: whole decibels, one decimal below 3, with a true minus sign."""
    if math.isnan(db):
        return "undefined"
    if math.isinf(db):
        return "∞" if db > 0 else "−∞"
    text = f"{abs(db):.1f}" if abs(db) < 2.95 else f"{abs(db):.0f}"
    return text if float(text) == 0 or db > 0 else f"−{text}"


def signed(db: float) -> str:
    """Return a weight of evidence as `decibels` prints it, with a plus sign where it is above 0."""
    text = decibels(db)
    return text if text.startswith("−") or text in ("0.0", "undefined") else f"+{text}"


def _odds_db(p: float) -> float:
    if p <= 0:
        return -math.inf
    return math.inf if p >= 1 else DB_PER_NAT * (math.log(p) - math.log1p(-p))


def odds(log_ratio: float) -> str:
    """Return odds in print, as '12 : 1' or '1 : 3.5'.

    Parameters
    ----------
    log_ratio : float
        The natural logarithm of the odds; odds beyond a million are printed in decibels, infinite ones as 'no odds'.
    """
    if math.isinf(log_ratio):
        return "no odds"
    if abs(log_ratio) > math.log(_READABLE):
        return f"{decibels(log_ratio * DB_PER_NAT)} dB"
    large = math.exp(abs(log_ratio))
    if large < 1.05:
        text = f"{large:.2f}".removesuffix("0").removesuffix(".0")
    else:
        text = (f"{large:.1f}" if large < 9.95 else f"{float(f'{large:.2g}'):,.0f}").removesuffix(".0")
    return f"{text}{_TO}1" if log_ratio >= 0 else f"1{_TO}{text}"


def share(p: float, odds_db: float = math.nan) -> str:
    """Return a probability in print; one that is rounded to 1, or below what can be held, is no certainty.

    Parameters
    ----------
    p : float
        A probability; 0 for what is impossible alone, as in `logspace.to_probability`.
    odds_db : float
        Its odds in decibels, NaN where they are not known.
    """
    if not math.isnan(odds_db):
        return probability(p, odds_db)
    return probability(p) if p == 0 or LEAST < p < 1 else "< 0.01" if p < 0.5 else "> 0.99"


def support(posterior: Mapping[str, float | None], hypothesis: str) -> str:
    """Return the probability of an explanation in print, which its rivals make precise; a dash where there is none.

    Parameters
    ----------
    posterior : mapping of str to float or None
        The probabilities of all explanations of a case.
    hypothesis : str
        One of them.
    """
    p = posterior.get(hypothesis)
    if p is None:
        return "—"
    rest = sum(other for name, other in posterior.items() if name != hypothesis and other is not None)
    if 0 in (p, rest):
        return "0" if p == 0 else "1"
    return share(p, math.nan if min(p, rest) < _UNRELIABLE else DB_PER_NAT * (math.log(p) - math.log(rest)))


def ratio(value: float) -> str:
    """Return a likelihood ratio in print, with two digits; beyond a million no more than that."""
    if math.isinf(value):
        return "∞"
    if value > _READABLE:
        return "> 1,000,000"
    return (
        f"{float(f'{value:.2g}'):,.0f}"
        if value >= 9.95
        else f"{value:.1f}"
        if value >= 0.995
        else f"{value:.2f}"
        if value >= 0.01 or value == 0
        else "< 0.01"
    )


def without_infinities(value: Any) -> Any:
    """Return plain values as JSON holds them: null for what is infinite, at any depth."""
    if isinstance(value, Mapping):
        return {key: without_infinities(part) for key, part in value.items()}
    if isinstance(value, list):
        return [without_infinities(part) for part in value]
    return number(value) if isinstance(value, float) else value


def number(value: float) -> float | None:
    """Return a number as JSON holds it; what is infinite or undefined is null."""
    return float(value) + 0.0 if math.isfinite(value) else None
