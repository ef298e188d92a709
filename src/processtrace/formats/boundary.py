"""The boundary to the libraries that read files: whatever they raise on a damaged file is one fault of that file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO

from processtrace.errors import Fault, StudyError


def from_library[T](read: Callable[[], T], shown_path: str, allowed: str, fix: str, line: int = 0) -> T:
    """Return what a library reads from a file.

    Only the library runs in here, so that a mistake of our own is never taken for a damaged file.

    Parameters
    ----------
    read : function
        The call of the library; it returns plain values.
    shown_path : str
        How messages name the file.
    allowed : str
        What may stand in the file.
    fix : str
        What to do.
    line : int
        The line, where it is known.

    Raises
    ------
    StudyError
        With one fault, whatever the library raised.
    """
    try:
        with redirect_stdout(StringIO()):  # a library may print what it thinks of a file
            return read()
    except StudyError:
        raise
    except Exception as error:
        raise StudyError([Fault("", f"damaged: it cannot be read ({type(error).__name__})", allowed, fix, (), shown_path, line)]) from None
