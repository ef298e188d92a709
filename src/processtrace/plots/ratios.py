"""Odds in words of whole numbers."""

from __future__ import annotations

import math

from processtrace.logspace import DB_PER_NAT
from processtrace.printing import decibels

_READABLE = 1e6
_TO = "\u00a0:\u00a0"  # unbroken, so that odds never part at the end of a line


def odds(log_ratio: float) -> str:
    """Odds from their natural logarithm: '12 : 1', '1 : 3.5'; beyond a million in decibels; 'no odds' where infinite."""
    if math.isinf(log_ratio):
        return "no odds"
    if abs(log_ratio) > math.log(_READABLE):
        return f"{decibels(log_ratio * DB_PER_NAT)} dB"
    large = math.exp(abs(log_ratio))
    text = (f"{large:.1f}" if large < 9.95 else f"{float(f'{large:.2g}'):,.0f}").removesuffix(".0")
    return f"{text}{_TO}1" if log_ratio >= 0 else f"1{_TO}{text}"
