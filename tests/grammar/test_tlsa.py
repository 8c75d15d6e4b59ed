"""TLSA records: the four fields and their places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.tlsa import parse_tlsa


def test_fields_and_places() -> None:
    text = "3 1 1 ABcd01"
    record = parse_tlsa(text)
    assert (record.usage.value, record.selector.value, record.matching.value) == (3, 1, 1)
    assert record.data == b"\xab\xcd\x01"
    assert text[record.data_start : record.data_end] == "ABcd01"
    assert [text[field.start : field.end] for field in (record.usage, record.selector, record.matching)] == [
        "3",
        "1",
        "1",
    ]


def test_data_in_several_parts() -> None:
    text = "3 1 1 abcd 0102 03"
    record = parse_tlsa(text)
    assert record.data == b"\xab\xcd\x01\x02\x03"
    assert text[record.data_start : record.data_end] == "abcd 0102 03"


@pytest.mark.parametrize("data", ["", "a", "abc", "xy", "0x12", "\u0661\u0661"])
def test_data_that_is_no_hexadecimal(data: str) -> None:
    assert parse_tlsa(f"3 1 1 {data}").data is None


@pytest.mark.parametrize("number", ["256", "-1", "x", "\u0661", "9" * 5000])
def test_number_out_of_range(number: str) -> None:
    record = parse_tlsa(f"{number} 1 1 ab")
    assert record.usage.value is None
    assert (record.usage.start, record.usage.end) == (0, len(number))


@pytest.mark.parametrize("text", ["", "3", "3 1", "3 1 1"])
def test_missing_fields(text: str) -> None:
    record = parse_tlsa(text)
    assert record.data is None
    assert record.data_start == record.data_end == len(text)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.binary(min_size=1, max_size=70))
def test_what_is_written_is_read(usage: int, selector: int, matching: int, data: bytes) -> None:
    record = parse_tlsa(f"{usage} {selector} {matching} {data.hex()}")
    assert (record.usage.value, record.selector.value, record.matching.value, record.data) == (
        usage,
        selector,
        matching,
        data,
    )


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    record = parse_tlsa(text)
    assert 0 <= record.data_start <= record.data_end <= len(text)
