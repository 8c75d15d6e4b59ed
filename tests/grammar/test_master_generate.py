"""`$GENERATE`: ranges and templates."""

from __future__ import annotations

import pytest

from mailcheck.grammar.master_file import Bad
from mailcheck.grammar.master_generate import MAX_TEMPLATE, expand, parse_range, parse_template


def expanded(template: str, values: range) -> list[str | Bad]:
    parsed = parse_template(template)
    assert not isinstance(parsed, Bad)
    return list(expand(parsed, values))


@pytest.mark.parametrize(
    ("text", "values"), [("1-3", range(1, 4)), ("0-10/5", range(0, 11, 5)), ("7-7", range(7, 8))]
)
def test_ranges(text: str, values: range) -> None:
    assert parse_range(text) == values


@pytest.mark.parametrize(
    "text", ["", "1", "3-1", "1-3/0", "1-2/3/4", "a-b", "-1-3", "1-9999999999", "1-" + "9" * 5000, "٣-٤"]
)
def test_no_ranges(text: str) -> None:
    assert isinstance(parse_range(text), Bad)


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("h$", ["h9", "h10"]),
        ("$-$", ["9-9", "10-10"]),
        ("a${1}", ["a10", "a11"]),
        ("a${-9}", ["a0", "a1"]),
        ("a${+1}", ["a10", "a11"]),
        ("a${0,3}", ["a009", "a010"]),
        ("a${0,3,d}", ["a009", "a010"]),
        ("a${0,2,x}", ["a09", "a0a"]),
        ("a${0,0,X}", ["a9", "aA"]),
        ("a${0,0,o}", ["a11", "a12"]),
        ("${0,3,n}.x", ["9.0.x", "a.0.x"]),
        ("${0,4,n}x", ["9.0.x", "a.0.x"]),
        ("${0,1,N}", ["9", "A"]),
        (r"\$ $$ \.$", [r"$ $ \.9", r"$ $ \.10"]),
        ("fixed", ["fixed", "fixed"]),
    ],
)
def test_templates(template: str, shown: list[str]) -> None:
    assert expanded(template, range(9, 11)) == shown


def test_nibbles_of_larger_numbers() -> None:
    assert expanded("${0,1,n}", range(0x1AB, 0x1AC)) == ["b.a.1"]


@pytest.mark.parametrize("template", ["${x}", "${", "${0,256}", "${0,1,z}", "x" * (MAX_TEMPLATE + 1)])
def test_no_templates(template: str) -> None:
    assert isinstance(parse_template(template), Bad)


def test_a_counter_below_zero_is_none_but_in_decimal() -> None:
    first, second = expanded("a${-1,0,x}", range(2))
    assert isinstance(first, Bad)
    assert second == "a0"
    assert expanded("a${-2,3}", range(1)) == ["a-02"]
