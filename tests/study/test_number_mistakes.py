"""What stands where a number is needed is named for what it is, with what to write."""

from __future__ import annotations

import time

import pytest
from pydantic_core import PydanticCustomError

from processtrace.formats.workbook.cell_values import read_judged
from processtrace.study.judged import as_judged
from processtrace.study.number_mistakes import meant_as_number
from processtrace.study.values import Scalar, as_number, as_text

WRITTEN = {
    "60%": "60% is not a number that can be read; write 0.6",
    "7.5 %": "7.5 % is not a number that can be read; write 0.075",
    "0,35": "0,35 has a decimal comma; write 0.35",
    "0.7?": "0.7? is a number with a mark beside it; write 0.7; if you are not sure of it, write a range, [low, high]",
    "~0.4": "~0.4 is a number with a mark beside it; write 0.4; if you are not sure of it, write a range, [low, high]",
    "ca. 0.4": "ca. 0.4 is a number with a mark beside it; write 0.4; if you are not sure of it, write a range, [low, high]",
    "<0.1": "<0.1 is a limit, not a number; write a range, [low, high], that ends at 0.1, or one number",
    "≥ .9": "≥ .9 is a limit, not a number; write a range, [low, high], that begins at .9, or one number",
    "3:1": "3:1 compares two numbers; a ratio goes under 'ratio:' in place of 'probability:', 3 for the one explanation and 1 for the other",
    "5-10%": "5-10% is a range in per cent; write it as [low, high]: [0.05, 0.1]",
    "20% to 40%": "20% to 40% is a range in per cent; write it as [low, high]: [0.2, 0.4]",
    "0.2–0.4": "0.2–0.4 is a range; write it as [low, high]: [0.2, 0.4]",
    "0,2 to 0,4": "0,2 to 0,4 has a decimal comma; write it as [low, high]: [0.2, 0.4]",
    "0.2; 0.4": "0.2; 0.4 is a range; write it as [low, high]: [0.2, 0.4]",
    "3 to 1": "3 to 1 compares two numbers; a ratio goes under 'ratio:' in place of 'probability:', 3 for the one explanation and 1 for the other",
    "1 in 20": "1 in 20 is a share; write 0.05",
    "10x": "10x says how many times; write 10 under 'ratio:' in place of 'probability:', and 1 for the explanation it is compared with",
    "n/a": "n/a stands for no judgement; write a number, or leave the key out; an item that nobody has judged has 'status: unjudged'",
    "?": "? stands for no judgement; write a number, or leave the key out; an item that nobody has judged has 'status: unjudged'",
    "1/4": "1/4 is a fraction; write it as a decimal number: 0.25",
    "1/0": "1/0 is a fraction; write digits with a decimal point, as 0.3",
    "−0.5": "−0.5 has another minus than that of the keyboard; write -0.5",
    "12 dB": "12 dB is a number with its unit; write 12, under 'decibels:'",
    "1'000": "1'000 has marks between its thousands; write 1000",
    "\u00a00.5": "0.5 stands beside a non-breaking blank; delete the blank, and write 0.5",
    "unlikely": "unlikely is not a number; words as 'unlikely' go under 'words:' in place of 'probability:', one scale an item",
    ".": ". is not a number that can be read; write digits with a decimal point, as 0.3",
    "1.2.3%": "1.2.3% is not a number that can be read; write digits with a decimal point, as 0.3",
    "1e999": "1e999 is not a finite number; write digits with a decimal point, as 0.3",
    "٣": "٣ is not a number that can be read; write digits with a decimal point, as 0.3",
}


def said(error: PydanticCustomError) -> str:
    """The words of a refusal, as a fault prints them."""
    context = error.context or {}
    return "; ".join(context[part] for part in ("read", "allowed", "fix") if context[part])


@pytest.mark.parametrize("text", WRITTEN)
def test_what_is_no_number_is_named_in_a_sentence(text):
    with pytest.raises(PydanticCustomError) as caught:
        as_number(Scalar(text))
    assert said(caught.value) == WRITTEN[text]


@pytest.mark.parametrize(
    "number", [10**400, -(10**400), 10**5000, float("inf"), float("nan")], ids=["1e400", "-1e400", "1e5000", "inf", "nan"]
)
def test_a_number_that_is_too_large_is_not_finite(number):
    with pytest.raises(PydanticCustomError) as caught:
        as_number(number)
    assert "is not a finite number" in said(caught.value)


def test_a_whole_number_of_thousands_of_digits_is_no_text():
    with pytest.raises(PydanticCustomError) as caught:
        as_text(10**5000)
    assert said(caught.value).startswith("a number of more than a thousand digits; text")


def test_half_a_character_is_no_text():
    with pytest.raises(PydanticCustomError) as caught:
        as_text("a \ud800 b")
    assert said(caught.value) == r"a \ud800 b; characters that Unicode has; retype the text: half of a character was copied"


@pytest.mark.parametrize("text", ["null", "Null", "NULL"])
def test_a_text_that_means_nothing_in_yaml_needs_quotation_marks(text):
    with pytest.raises(PydanticCustomError) as caught:
        as_text(Scalar(text))
    assert said(caught.value) == f'{text} without quotation marks, which means nothing in YAML; text; put it in quotation marks: "{text}"'
    assert as_text(Scalar(text, plain=False)) == text


@pytest.mark.parametrize(
    ("written", "fix"),
    [
        (["0.2; 0.4"], "write it as [low, high]: [0.2, 0.4]"),
        (["0.2"], "write one number without brackets, or the two ends of a range"),
        (["0", "2", "0", "4"], "decimal commas make two numbers of one: use a point: [0.2, 0.4]"),
        (["0.1", "0.2", "0.3"], "write its two ends"),
    ],
)
def test_a_list_that_is_no_range_says_how_to_write_one(written, fix):
    with pytest.raises(PydanticCustomError) as caught:
        as_judged([Scalar(part) for part in written])
    assert said(caught.value) == f"a list of {len(written)}; a number or a range [low, high]; {fix}"


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 5000 + "x", "1" + "0" * 5000 + "..", "0." * 3000, "[" + "1" * 4000])
def test_a_text_of_thousands_of_digits_is_told_at_once(text):
    began = time.process_time()
    said, _ = meant_as_number(text)
    assert said
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ["9" * 50_000 + "x", "9" * 50_000 + " to"])
def test_a_cell_of_thousands_of_digits_is_read_at_once(text):
    began = time.process_time()
    read_judged(text)
    assert time.process_time() - began < 1
