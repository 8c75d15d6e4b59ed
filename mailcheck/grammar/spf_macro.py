"""SPF macro strings: text to literals and expansions, with offsets (RFC 7208 section 7)."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_EXPANSION = late(r"%\{([SLODIPHCRTVslodiphcrtv])([0-9]*)([Rr]?)([-.+,/_=]*)\}")
_LITERAL = re.compile(r"[!-$&-~]+")
_EXPLANATION_LITERAL = late(r"[ !-$&-~]+")
_ESCAPES = {"%%": "%", "%_": " ", "%-": "%20"}
_NO_LETTERS: frozenset[str] = frozenset()
_EXPLANATION_ONLY = frozenset("crt")
_MORE_LABELS_THAN_ANY_NAME = 10**9


class Expansion(NamedTuple):
    """`%{letter digits r delimiters}`; `start` up to `end` counts from the macro string's own start.

    `letter` is in lower case (`url_escape` where it was written in upper case), `digits` 0 where none
    stand there.
    """

    start: int
    end: int
    letter: str
    digits: int
    reverse: bool
    delimiters: str
    url_escape: bool


class MacroString(NamedTuple):
    """A macro string as written.

    - `parts`: in order, literal text (`%%`, `%_`, `%-` resolved) or Expansion.
    - `letters`: the macro letters used, in lower case.
    - `literal`: the text without any expansion left in it, or None where one is needed.
    """

    text: str
    parts: tuple[str | Expansion, ...]
    letters: frozenset[str]
    literal: str | None


class MacroProblem(NamedTuple):
    """Why a text is no macro string: the characters `start` up to `end` of it are wrong."""

    message: str
    start: int
    end: int


def parse_macro(text: str, *, explanation: bool = False) -> MacroString | MacroProblem:
    """Read a macro string, or say what is wrong at its first fault; linear in the text, never raises.

    `explanation`: the text that `exp=` leads to, in which spaces and the letters c, r and t may stand
    (sections 6.2 and 7.2).
    """
    literal = _EXPLANATION_LITERAL if explanation else _LITERAL
    if literal.fullmatch(text) is not None:
        return MacroString(text, (text,), _NO_LETTERS, text)
    parts: list[str | Expansion] = []
    at = 0
    while at < len(text):
        if (found := literal.match(text, at)) is not None:
            parts.append(found[0])
            at = found.end()
        elif (escape := _ESCAPES.get(text[at : at + 2])) is not None:
            parts.append(escape)
            at += 2
        elif (found := _EXPANSION.match(text, at)) is not None:
            if (message := _wrong_in(found, explanation)) is not None:
                return MacroProblem(message, at, found.end())
            parts.append(_expansion(found))
            at = found.end()
        elif text[at] == "%":
            return _bad_percent(text, at)
        else:
            return _bad_character(text, at)
    letters = frozenset(part.letter for part in parts if isinstance(part, Expansion))
    resolved = None if letters else "".join(part for part in parts if isinstance(part, str))
    return MacroString(text, tuple(parts), letters, resolved)


def _expansion(found: re.Match[str]) -> Expansion:
    letter, digits, reverse, delimiters = found.groups()
    significant = digits.lstrip("0")
    return Expansion(
        found.start(),
        found.end(),
        letter.lower(),
        int(significant or 0) if len(significant) < 10 else _MORE_LABELS_THAN_ANY_NAME,
        bool(reverse),
        delimiters,
        letter.isupper(),
    )


def _wrong_in(found: re.Match[str], explanation: bool) -> str | None:
    letter, digits = found[1], found[2]
    if letter.lower() in _EXPLANATION_ONLY and not explanation:
        return f"the macro letter `{letter}` may stand only in the text that `exp=` leads to"
    if digits and not digits.strip("0"):
        return f"`{shorten(found[0])}` keeps zero labels: the number after a macro letter is 1 or more"
    return None


def _bad_percent(text: str, at: int) -> MacroProblem:
    if text[at + 1 : at + 2] != "{":
        return MacroProblem("`%` must be followed by `{`, `%`, `_` or `-`", at, at + 1)
    close = text.find("}", at)
    if close < 0:
        return MacroProblem("the macro `%{` is never closed by `}`", at, at + 2)
    body = text[at + 2 : close]
    if not body:
        return MacroProblem("the macro `%{}` has no letter", at, close + 1)
    if body[0].lower() not in "slodiphcrtv":
        return MacroProblem(f"unknown macro letter `{body[0]}`", at + 2, at + 3)
    message = "after a macro's letter only digits, then `r`, then delimiters out of `.-+,/_=` may stand"
    return MacroProblem(message, at, close + 1)


def _bad_character(text: str, at: int) -> MacroProblem:
    character = text[at]
    if character == " ":
        return MacroProblem("a space may not stand here", at, at + 1)
    if character < " " or character == "\x7f":
        return MacroProblem(f"the control character \\{ord(character):03d} may not stand here", at, at + 1)
    end = at + 1
    while end < len(text) and text[end] > "\x7e":
        end += 1
    return MacroProblem("only ASCII characters may stand here", at, end)
