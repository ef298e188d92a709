"""What a library says or raises of a file stays behind the boundary."""

from __future__ import annotations

import pytest

import processtrace as pt
from processtrace.formats.boundary import from_library


def test_what_a_library_prints_reaches_nobody(capsys):
    assert from_library(lambda: print("0 is out of range") or 3, "a.xlsx", "a workbook", "save it again") == 3
    assert capsys.readouterr() == ("", "")


def test_what_a_library_raises_is_one_fault_of_the_file():
    with pytest.raises(pt.StudyError, match=r"a\.xlsx: damaged: it cannot be read \(KeyError\); a workbook; save it again"):
        from_library(lambda: {}["x"], "a.xlsx", "a workbook", "save it again")
