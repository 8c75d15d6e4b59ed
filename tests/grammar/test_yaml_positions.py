"""Every character of a YAML scalar leads back to the character of the file that denotes it."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from mailcheck.grammar.yaml_nodes import Mapping, Node, Refusals, Sequence
from mailcheck.grammar.yaml_positions import remapped, scalar_location, scalar_pieces
from mailcheck.grammar.yaml_reader import YamlReader
from mailcheck.grammar.yaml_scalars import Scalar
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location, Piece, Span

ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)", re.DOTALL)
BREAKS = "\n\r\x85\u2028\u2029"


def scalars(text: str) -> list[Scalar]:
    """All scalars of the values, none where YAML does not take the text."""
    refusals = Refusals(10)
    found: list[Scalar] = []
    for _, node in YamlReader("f", text, Limits(), refusals).entries():
        collect(node, found)
    return [] if refusals.all() else found


def collect(node: Node, found: list[Scalar]) -> None:
    if isinstance(node, Scalar):
        found.append(node)
    elif isinstance(node, Mapping):
        for _, value in node.items.values():
            collect(value, found)
    elif isinstance(node, Sequence):
        for item in node.items:
            collect(item, found)


def denotes(source: str, char: str, style: str) -> bool:
    """Whether what stands in the file from some place on denotes the character."""
    if source.startswith(char):
        return True
    if source[:1] in ("", *BREAKS):
        return char in (" ", "\n")
    if style == '"' and (escape := ESCAPE.match(source)):
        return bool(yaml.safe_load(f'"{escape[0]}"') == char)
    return False


def written(source: str, style: str) -> int:
    """How many characters stand for the one that `source` begins with."""
    if style == "'":
        return 2 if source.startswith("''") else 1
    escape = ESCAPE.match(source) if style == '"' else None
    return len(escape[0]) if escape else 1


def check(text: str, scalar: Scalar) -> None:
    lines = text.split("\n")
    value = scalar.value
    at = scalar_location({"f": text}, scalar)
    for offset, char in enumerate(value):
        line, column = at.position(offset)
        source = "\n".join(lines[line - 1 :])[column - 1 :]
        assert denotes(source, char, scalar.style), (offset, char, source)
    places = [at.position(offset) for offset in range(len(value))]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    if value:
        assert (at.line, at.column) == places[0]
        line, column = places[-1]
        assert (at.end_line, at.end_column) == (
            line,
            column + written(lines[line - 1][column - 1 :], scalar.style),
        )


def only(text: str) -> tuple[Scalar, Location]:
    [scalar] = scalars(text)
    check(text, scalar)
    return scalar, scalar_location({"f": text}, scalar)


@pytest.mark.parametrize(
    ("text", "value", "term", "place"),
    [
        pytest.param("k: v=spf1 ptr -all\n", "v=spf1 ptr -all", "ptr", (1, 11), id="plain"),
        pytest.param("k: v=spf1\n  ptr\n  -all\n", "v=spf1 ptr -all", "ptr", (2, 3), id="plain folded"),
        pytest.param("k: 'v=spf1 ptr -all'\n", "v=spf1 ptr -all", "ptr", (1, 12), id="single"),
        pytest.param("k: 'it''s\n\n  a ptr'\n", "it's\na ptr", "ptr", (3, 5), id="single folded"),
        pytest.param('k: "v=spf1 ptr -all"\n', "v=spf1 ptr -all", "ptr", (1, 12), id="double"),
        pytest.param('k: "\\x76=spf1 \\\n   ptr -all"\n', "v=spf1 ptr -all", "ptr", (2, 4), id="double joined"),
        pytest.param("k: |\n  v=spf1\n  ptr\n", "v=spf1\nptr\n", "ptr", (3, 3), id="literal"),
        pytest.param("k: |2-\n\n    v=spf1\n  ptr\n", "\n  v=spf1\nptr", "ptr", (4, 3), id="literal indented"),
        pytest.param("k: >-\n  v=spf1\n  ptr\n  -all\n", "v=spf1 ptr -all", "ptr", (3, 3), id="folded"),
        pytest.param("k: >-\n  a\n\n\n  b\n   c\n  ptr\n", "a\n\nb\n c\nptr", "ptr", (7, 3), id="folded apart"),
        pytest.param("k: !!str &a   ptr\n", "ptr", "ptr", (1, 15), id="tag and anchor"),
        pytest.param("k: !!str # why\n   ptr\n", "ptr", "ptr", (2, 4), id="tag and comment"),
        pytest.param("k: ü ptr\n", "ü ptr", "ptr", (1, 6), id="columns count characters"),
        pytest.param("k: 'a\u2028  ptr'\n", "a\u2028ptr", "ptr", (1, 9), id="a YAML line break that ends no line"),
        pytest.param("k: a\r  ptr\n", "a ptr", "ptr", (1, 8), id="a carriage return alone ends no line"),
    ],
)
def test_a_term_is_found_in_every_style(text: str, value: str, term: str, place: tuple[int, int]) -> None:
    scalar, at = only(text)
    assert scalar.value == value
    start = value.index(term)
    within = at.within(start, start + len(term))
    assert (within.line, within.column) == place
    assert (within.end_line, within.end_column) == (place[0], place[1] + len(term))


@pytest.mark.parametrize("text", ["k: word\n", "k: 'word'\n", 'k: "word"\n', "k: [word]\n"])
def test_values_that_run_along_with_the_file_need_no_pieces(text: str) -> None:
    assert only(text)[1].pieces == ()


@pytest.mark.parametrize(("text", "place"), [("k: ''\n", (1, 5)), ("k: |\n", (1, 4)), ("k: >-\n\n", (1, 4))])
def test_empty_values_stand_where_they_would_begin(text: str, place: tuple[int, int]) -> None:
    scalar, at = only(text)
    assert scalar.value == ""
    assert (at.line, at.column) == place


@pytest.mark.parametrize(
    "text",
    [
        "k: |\n  one\n   two\n\n  three\n",
        "k: |+\n  one\n\n\nl: x\n",
        "k: |-\n  one\n # comment\nl: x\n",
        "k: |\n\n\n  late\n",
        "k: |+\n\n\n",
        "k: >\n  one\n  two\n\n    more\n    indented\n\n  three\n",
        "k: >+\n  one\n\n",
        "k: >1\n   one\n  two\n",
        "k: >-\n\n  one\n\n\n  two\n",
        "k: |\n  one\n     \n  two",
        "k: >\n  one\n     \n  two",
        "k: |2\n     \n  x\n",
        "k: >\n  a\u2028  b\n  c\n",
        "k: |\n  a\x85  b\n",
        'k: "one\\\n  \\ntwo"\n',
        'k: "one  \n\n\n  two\\\n\n  three "\n',
        'k: "\\U0001F600\\u00e9\\xe9\\t\\"\\\\ x"\n',
        'k: " one\n two "\n',
        'k: "one\\\n\n  two\\\n"\n',
        "k: ' one\n\n two '\n",
        "k: one   \n  two\n\n\n  three   # comment\n",
        "k: [one\ntwo, 'three\nfour']\n",
    ],
)
def test_odd_ones(text: str) -> None:
    found = scalars(text)
    assert found
    for scalar in found:
        check(text, scalar)


WORDS = st.text(alphabet="ab'\"\\#:-é \t\n\u2028\x85,;{}", max_size=30)


@given(WORDS, st.sampled_from([None, "'", '"', "|", ">"]), st.sampled_from([10, 20, 80]), st.booleans())
def test_whatever_pyyaml_writes(value: str, style: str, width: int, unicode: bool) -> None:
    text = yaml.dump(
        {"k": {"values": [value, value]}}, default_style=style, width=width, allow_unicode=unicode
    ).replace("\r\n", "\n")
    for scalar in scalars(text):
        check(text, scalar)


DOUBLE = [
    "a",
    "bc",
    " ",
    "  ",
    "\t",
    "\n",
    "\n  ",
    "\\\n",
    "\\n",
    "\\\\",
    '\\"',
    "\\x41",
    "\\u00e9",
    "é",
    "'",
    "\u2028",
]
SINGLE = ["a", "bc", " ", "  ", "\t", "\n", "\n  ", "''", "\\", "é", '"', "\u2028", "\x85"]
PLAIN = ["a", "bc", " ", "  ", "\n  ", "\n\n  ", "'", "\\", "é", "\x85  "]
BLOCK = ["a", "bc d", " ", "\t", "\n", "\n  ", "\n   ", "\n  \n", "é", "'", "\u2028  ", "\x85  "]


@given(st.lists(st.sampled_from(DOUBLE), max_size=12))
@example(["\\\n", "\n", "a"])
def test_any_double_quoted_source(parts: list[str]) -> None:
    text = 'k: "' + "".join(parts).replace("\n", "\n ") + '"\n'
    for scalar in scalars(text):
        check(text, scalar)


@given(st.lists(st.sampled_from(SINGLE), max_size=12))
def test_any_single_quoted_source(parts: list[str]) -> None:
    text = "k: '" + "".join(parts).replace("\n", "\n ") + "'\n"
    for scalar in scalars(text):
        check(text, scalar)


@given(st.lists(st.sampled_from(PLAIN), max_size=12))
def test_any_plain_source(parts: list[str]) -> None:
    text = "k: " + "".join(parts) + "\n"
    for scalar in scalars(text):
        check(text, scalar)


@given(st.sampled_from("|>"), st.sampled_from(["", "-", "+", "2", "1-", "2+"]), st.lists(st.sampled_from(BLOCK)))
def test_any_block_source(style: str, header: str, parts: list[str]) -> None:
    text = f"k: {style}{header}\n  " + "".join(parts) + "\nl: x\n"
    for scalar in scalars(text):
        check(text, scalar)


def test_long_values_take_linear_time() -> None:
    text = 'k: "' + "a \\x41 " * 20_000 + " " * 100_000 + 'z"\n'
    scalar, at = only_location(text)
    assert at.position(len(scalar.value) - 1) == (1, len(text) - 2)


def only_location(text: str) -> tuple[Scalar, Location]:
    [scalar] = scalars(text)
    return scalar, scalar_location({"f": text}, scalar)


@pytest.mark.parametrize("text", ["k: 'one\n  two'\n", "k: |+\n\n\n\n  two\n"])
def test_pieces_of_a_source_that_does_not_fit_lead_to_its_start(text: str) -> None:
    [scalar] = scalars(text)
    assert scalar_pieces("k: 'x'", scalar) == (Piece(0, 1, 4),)


def test_remapping_goes_through_both_mappings() -> None:
    at = Location("f", 1, 1, 2, 4, (Piece(0, 1, 1), Piece(4, 2, 1)))
    found = remapped(at, [(0, 1), (2, 4), (3, 6)], 4)
    assert [found.position(offset) for offset in range(4)] == [(1, 2), (1, 3), (2, 1), (2, 3)]
    assert found.span == Span(1, 2, 2, 4)


def test_remapping_a_shifted_text_needs_no_pieces() -> None:
    at = Location("f", 3, 5, 3, 15)
    assert remapped(at, [(0, 1)], 8) == Location("f", 3, 6, 3, 14)
