"""Scalars as YAML 1.1 has them: what PyYAML makes of `no`, `010`, `1:30` and the like."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailcheck.grammar.yaml_nodes import Refusals
from mailcheck.grammar.yaml_reader import YamlReader
from mailcheck.grammar.yaml_scalars import Scalar, constructed, tag_of, whole_number
from mailcheck.model.limits import Limits


def scalar(source: str) -> Scalar:
    """The scalar that stands as the value of the only entry."""
    refusals = Refusals(10)
    [(_, node)] = YamlReader("f", f"key: {source}\n", Limits(), refusals).entries()
    assert isinstance(node, Scalar), refusals.all()
    return node


SOURCES = [
    *("text", "'010'", '"no"', "!!str 010", "mail.example.com.", "192.0.2.1", "2001:db8::1", "nonesuch"),
    *("0", "8", "010", "0x1f", "0b11", "1_000", "-5", "+7", "1:30", "190:20:30", "09", "0o17", "-0"),
    *("1.5", "1.", ".5", "1.5e+3", "1e3", ".inf", "-.inf", "1:30.5", "44.74", "1_0.5"),
    *("no", "NO", "Yes", "on", "OFF", "true", "False", "y", "n", "nO"),
    *("~", "null", "Null", "", "nULL"),
    *("2026-11-23", "2026-11-23T10:00:00Z", "2026-11-23 10:00:00.5 +1:30"),
    *("!!int '010'", "!!float '1.5'", "!!bool 'yes'", "!!null ''", "! 010"),
]


@pytest.mark.parametrize("source", SOURCES)
def test_the_python_value_is_that_of_safe_load(source: str) -> None:
    expected: Any = yaml.safe_load(f"key: {source}\n")["key"]
    found = constructed(scalar(source))
    assert (type(found), repr(found)) == (type(expected), repr(expected))


@pytest.mark.parametrize("source", SOURCES)
def test_the_tag_names_the_type_of_that_value(source: str) -> None:
    names = {"str": "str", "int": "int", "float": "float", "bool": "bool", "NoneType": "null"}
    expected = names.get(type(yaml.safe_load(f"key: {source}\n")["key"]).__name__, "timestamp")
    assert tag_of(scalar(source)) == expected


@given(st.text(alphabet="0123456789abxefnoyNYO_+-.:~ tTruelsz", max_size=12))
def test_any_plain_scalar_resolves_as_in_pyyaml(text: str) -> None:
    try:
        root = yaml.compose(f"key: {text}\n", Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return
    assert isinstance(root, yaml.MappingNode)
    expected = root.value[0][1]
    if isinstance(expected, yaml.ScalarNode):
        assert tag_of(scalar(text)) == expected.tag.rpartition(":")[2]


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("300", 300),
        ("0", 0),
        ("-5", -5),
        ("+5", 5),
        ("010", 8),
        ("0x3c", 60),
        ("1:30", 90),
        ("1_000", 1000),
        ("'300'", 300),
        ("' 300 '", 300),
        ("'010'", 10),
        ("'1_000'", 1000),
        ("'-5'", -5),
        ("9223372036854775807", 9223372036854775807),
    ],
)
def test_whole_numbers_quoted_or_not(source: str, number: int) -> None:
    assert whole_number(scalar(source)) == number


@pytest.mark.parametrize(
    "source",
    [
        "1h",
        "1.5",
        "yes",
        "~",
        "''",
        "'1.5'",
        "'_1'",
        "'1__0'",
        "'0x3c'",
        "'٣٠٠'",
        "٣٠٠",
        "2026-11-23",
        "0x_",
        "'+'",
        "9" * 20,
        "'" + "9" * 20 + "'",
        "9" * 5000,
        "'" + "9" * 5000 + "'",
        "0x" + "f" * 5000,
    ],
)
def test_what_is_no_whole_number(source: str) -> None:
    assert whole_number(scalar(source)) is None


@pytest.mark.parametrize("source", ["1" * 20, "0x" + "1" * 30, "1" + ":10" * 30, "2026-13-45", "1." + "0" * 50])
def test_values_that_are_not_built(source: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        constructed(scalar(source))
