"""What is written as CSV, Python's reader reads back cell by cell, with the line breaks of every system."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from processtrace.text.comma_separated import comma_separated

CELLS = st.text(st.sampled_from('ab,;"\r\n\t\u2028 '), max_size=5)


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width).filter(any), max_size=4)))
def test_cells_are_read_back_as_they_were(rows):
    assert list(csv.reader(io.StringIO(comma_separated(rows), newline=""), strict=True)) == rows


def test_a_carriage_return_alone_is_in_quotation_marks():
    assert comma_separated([["a\rb", 0.1, None]]) == '"a\rb",0.1,\n'
