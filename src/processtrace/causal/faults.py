"""Faults in what a user wrote of a causal model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from processtrace.errors import Fault, Location, StudyError
from processtrace.text.names import nearest


def fault(where: str, read: str, allowed: str, fix: str = "", loc: Location = ()) -> StudyError:
    """Return the error that holds this one fault."""
    return StudyError([Fault(where, read, allowed, fix, loc)])


def unknown_node(where: str, name: str, nodes: Sequence[str], loc: Location = ()) -> StudyError:
    """Return the error for a name that is no node of the graph."""
    return fault(where, f"'{name}'", f"a node of the graph: {', '.join(nodes)}", nearest(name, nodes), loc)


class Faults:
    """Faults found one after the other, so that all can be reported at once."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def hold(self, error: StudyError) -> None:
        """Keep the faults of an error, each once."""
        self.found += [one for one in error.faults if one not in self.found]

    def of[**P, T](self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what a step gives, or keep its faults."""
        try:
            return step(*args, **kwargs)
        except StudyError as error:
            self.hold(error)
            return None
