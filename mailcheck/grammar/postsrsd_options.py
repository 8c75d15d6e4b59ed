"""The command line of PostSRSd 1.x (postsrsd(8))."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailcheck.model.patterns import late

_WITH_VALUE = late("[adfrsnNlpcutX]")
_IN_SAME_WORD = "X"
"""Its value is optional, so that the next word is none."""


FROM_ENVIRONMENT = "e"


class Option(NamedTuple):
    """An option of one letter; `value` is None where it is not known, "" where it takes none.

    The value stands in `words[word]` from `start` on. `letter` is "" for a word of which nothing is known.
    """

    letter: str
    value: str | None
    word: int
    start: int


def postsrsd_options(words: Sequence[str | None]) -> Iterator[Option]:
    """The options, as getopt(3) takes the words apart; None is a word that is not known."""
    at = 0
    while at < len(words):
        word, number = words[at], at
        at += 1
        if word == "--":
            return
        if word is None:
            yield Option("", None, number, 0)
            continue
        if not word.startswith("-"):
            continue
        option = _WITH_VALUE.search(word, 1)
        for letter in word[1 : option.start() if option else None]:
            yield Option(letter, "", number, 0)
        if option is None:
            continue
        if option.end() < len(word) or option[0] == _IN_SAME_WORD:
            yield Option(option[0], word[option.end() :], number, option.end())
        elif at < len(words):
            yield Option(option[0], words[at], at, 0)
            at += 1


def postsrsd_flags(options: str) -> frozenset[str]:
    """The letters of the options that take no value."""
    return frozenset(
        option.letter for option in postsrsd_options(options.split()) if not _WITH_VALUE.match(option.letter)
    )
