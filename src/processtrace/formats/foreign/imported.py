"""A study that was read from another program's file, with an account of what was taken for what, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

from processtrace.study import Study


@dataclass(frozen=True)
class Imported:
    """A study with what is to be said of its reading.

    Attributes
    ----------
    study : Study
        The study.
    said : tuple of str
        What each part of the file was taken for, a line each.
    left_out : tuple of str
        What had no place in a study.
    """

    study: Study
    said: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
