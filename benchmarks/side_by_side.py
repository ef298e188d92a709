"""What every benchmark shares: runs in turn, medians, one table."""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Target:
    """A ratio to be kept: seconds of `ours` over those of `other` at most `most`; `bound` says what keeps it from falling further."""

    ours: str
    other: str
    most: float
    bound: str = ""


def medians(contenders: Mapping[str, Callable[[], object]], rounds: int = 5, warm: bool = True) -> dict[str, float]:
    """Median seconds of each contender over `rounds` rounds in which all run in turn."""
    if warm:
        for run in contenders.values():
            run()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            began = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(each) for name, each in seconds.items()}


def many(run: Callable[[], object], times: int) -> Callable[[], None]:
    """The same so many times over, for what is too short to be timed once; divide the median by `times`."""

    def repeated() -> None:
        for _ in range(times):
            run()

    return repeated


def program(*arguments: str, check: bool = True) -> Callable[[], object]:
    """A run of this interpreter from its start to its end."""
    return lambda: subprocess.run([sys.executable, *arguments], cwd=ROOT, check=check, capture_output=True)


def show(title: str, seconds: Mapping[str, float], targets: Sequence[Target]) -> None:
    """Print the medians and, for each target, the ratio, what was asked and whether it is met."""
    print(f"\n{title}\nPython {platform.python_version()}, {platform.machine()}\n")
    width = max(map(len, seconds))
    for name, each in seconds.items():
        print(f"  {name:<{width}}  {shown(each)}")
    for target in targets:
        ratio = seconds[target.ours] / seconds[target.other]
        said = f"{1 / target.most:g} times faster" if target.most < 1 else f"at most {target.most:g} times"
        got = f"{1 / ratio:.3g} times faster" if target.most < 1 else f"{ratio:.3g} times"
        verdict = "met" if ratio <= target.most else f"NOT met{'; ' + target.bound if target.bound else ''}"
        print(f"  {target.ours} against {target.other}: {got}; target {said}: {verdict}")


def shown(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
