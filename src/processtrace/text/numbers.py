"""How numbers are printed for people: no more digits than judgements carry."""

from __future__ import annotations

import math

from processtrace.logspace import DB_PER_NAT

_READABLE = 1e6
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
    text = (f"{large:.1f}" if large < 9.95 else f"{float(f'{large:.2g}'):,.0f}").removesuffix(".0")
    return f"{text}{_TO}1" if log_ratio >= 0 else f"1{_TO}{text}"


def share(p: float, odds_db: float) -> str:
    """Return a probability in print; one that is rounded to 0 or 1 is printed so only where its odds are infinite."""
    if not math.isnan(odds_db):
        return probability(p, odds_db)
    return probability(p) if 0 < p < 1 else "< 0.01" if p <= 0 else "> 0.99"


def ratio(value: float) -> str:
    """Return a likelihood ratio in print, with two digits."""
    if math.isinf(value):
        return "∞"
    return f"{float(f'{value:.2g}'):,.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.995 else f"{value:.2f}"


def number(value: float) -> float | None:
    """Return a number as JSON holds it; what is infinite or undefined is null."""
    return float(value) + 0.0 if math.isfinite(value) else None
