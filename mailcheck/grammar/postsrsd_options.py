"""The command line of PostSRSd 1.x (postsrsd(8))."""

from __future__ import annotations

from mailcheck.model.patterns import late

_WITH_VALUE = late("[adfrsnNlpcutX]")
_IN_SAME_WORD = "X"
"""Its value is optional, so that the next word is none."""


def postsrsd_flags(options: str) -> frozenset[str]:
    """The letters of the options that take no value, as getopt(3) takes the words apart."""
    found: set[str] = set()
    words = iter(options.split())
    for word in words:
        if word == "--":
            break
        if not word.startswith("-"):
            continue
        option = _WITH_VALUE.search(word, 1)
        found |= set(word[1 : option.start() if option else None])
        if option and option.end() == len(word) and option[0] != _IN_SAME_WORD:
            next(words, "")
    return frozenset(found)
