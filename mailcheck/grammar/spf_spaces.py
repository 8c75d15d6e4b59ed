"""SPF terms that a space fell into: several stretches of a record that are one term."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from mailcheck.model.text import shorten

_QUALIFIERS = frozenset("+-~?")
_LONGEST = 3
"""Stretches that are taken together: a name, the punctuation behind it, and a value."""


class SpacedTerm(NamedTuple):
    """The stretches `first` up to and with `last` are one term; the first space is behind `first`."""

    first: int
    last: int
    message: str


def spaced_terms(stretches: Sequence[str], is_valid: Callable[[str], bool]) -> Iterator[SpacedTerm]:
    """Every term that a space was written into, in order; `is_valid` tells whether a text is a term."""
    at = 0
    while at < len(stretches) - 1:
        last = at
        text = stretches[at]
        while last + 1 < min(len(stretches), at + _LONGEST) and _is_one(text, stretches[last + 1], is_valid):
            last += 1
            text += stretches[last]
        if last > at:
            yield SpacedTerm(at, last, _message(stretches[at], stretches[at + 1]))
        at = last + 1


def _is_one(before: str, after: str, is_valid: Callable[[str], bool]) -> bool:
    if before in _QUALIFIERS:
        return True
    if is_valid(after):
        return False
    if after[0] in ":/" and after[0] not in before:
        return True
    if is_valid(before):
        return False
    return is_valid(before + after) or (before[-1] in ":=" and not set(":=") & set(after))


def _message(before: str, after: str) -> str:
    if before[-1] in ":=" or before in _QUALIFIERS:
        return f"a space stands after `{shorten(before)}`, where the rest of the term must follow at once"
    if after[0] in ":=/":
        return f"a space stands before `{shorten(after)}`, which belongs to `{shorten(before)}`"
    return f"a space stands between `{shorten(before)}` and `{shorten(after)}`, which are one term"
