"""Macro strings of SPF (RFC 7208 section 7)."""

import pytest

from mailcheck.grammar.spf_macro import Expansion, MacroProblem, MacroString, parse_macro
from mailcheck.model.text import shorten


def macro(text: str, explanation: bool = False) -> MacroString:
    parsed = parse_macro(text, explanation=explanation)
    assert isinstance(parsed, MacroString), parsed
    return parsed


def test_literal_text_is_one_part() -> None:
    parsed = macro("_spf.example.com")
    assert parsed.parts == ("_spf.example.com",)
    assert parsed.literal == "_spf.example.com"
    assert parsed.letters == frozenset()


def test_the_empty_text() -> None:
    assert macro("").parts == ()
    assert macro("").literal == ""


def test_escapes() -> None:
    assert macro("a%%b%_c%-d").literal == "a%b c%20d"


def test_expansions() -> None:
    parsed = macro("%{ir}.%{v}.%{L12r-+}._spf.%{d2}")
    assert parsed.parts == (
        Expansion(0, 5, "i", 0, True, "", False),
        ".",
        Expansion(6, 10, "v", 0, False, "", False),
        ".",
        Expansion(11, 20, "l", 12, True, "-+", True),
        "._spf.",
        Expansion(26, 31, "d", 2, False, "", False),
    )
    assert parsed.letters == frozenset("ivld")
    assert parsed.literal is None


def test_a_reverse_mark_is_case_insensitive() -> None:
    (part,) = macro("%{dR}").parts
    assert isinstance(part, Expansion)
    assert part.reverse
    assert not part.url_escape


@pytest.mark.parametrize(("digits", "at_least"), [("007", 7), ("9" * 9, 10**8), ("1" + "0" * 5000, 10**9)])
def test_long_numbers_stay_large(digits: str, at_least: int) -> None:
    (part,) = macro(f"%{{d{digits}}}").parts
    assert isinstance(part, Expansion)
    assert part.digits >= at_least


def test_an_explanation_takes_spaces_and_its_own_letters() -> None:
    parsed = macro("%{i} is not %{c} at %{r}, %{t}: see https://example.com/", explanation=True)
    assert parsed.letters == frozenset("icrt")


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("a%b", 1, 2, "must be followed by"),
        ("ab%", 2, 3, "must be followed by"),
        ("x%{d", 1, 3, "never closed"),
        ("x%{}", 1, 4, "no letter"),
        ("x%{y}", 3, 4, "unknown macro letter `y`"),
        ("x%{d2x}", 1, 7, "only digits, then `r`, then delimiters"),
        ("x%{drr}", 1, 7, "only digits, then `r`, then delimiters"),
        ("x%{d0}", 1, 6, "keeps zero labels"),
        ("%{d" + "0" * 5000 + "}", 0, 5004, "keeps zero labels"),
        ("%{C}", 0, 4, "the macro letter `C`"),
        ("a b", 1, 2, "a space"),
        ("a\nb", 1, 2, "control character \\010"),
        ("a\x7fb", 1, 2, "control character \\127"),
        ("a\xe4\xf6b", 1, 3, "only ASCII"),
        ("%{٣}", 2, 3, "unknown macro letter"),
        ("%{d٣}", 0, 5, "only digits"),
    ],
)
def test_problems(text: str, start: int, end: int, words: str) -> None:
    problem = parse_macro(text)
    assert isinstance(problem, MacroProblem)
    assert (problem.start, problem.end) == (start, end)
    assert words in problem.message
    assert len(problem.message) < 200


def test_an_explanation_takes_no_other_octets() -> None:
    assert isinstance(parse_macro("gr\xfc\xdfe", explanation=True), MacroProblem)
    assert isinstance(parse_macro("a\tb", explanation=True), MacroProblem)


def test_shorten() -> None:
    assert shorten("abc") == "abc"
    assert shorten("a" * 60) == "a" * 60
    assert shorten("a" * 61) == "a" * 59 + "…"
