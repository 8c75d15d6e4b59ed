"""TXT records that were meant as SPF and that receivers discard for how they begin (RFC 7208 section 4.5)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mailcheck.analysis.of_record import OfRecord
from mailcheck.grammar.spf import is_spf
from mailcheck.model.patterns import late
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone

VersionFault = Literal["junk", "no-space", "misspelt", "missing"]

_VERSION = "v=spf1"
_HEAD = 64
_MOST_WORDS = 64
_JUNK = re.compile(r"[\x00-\x20\x7f-\xff\"'`\\=:,.()\[\]{}<>]*")
_PASTED_WORDS = frozenset({"@", "in", "txt", "txt:", "spf", "spf:"})
_WORD = late(r"[^ ]*")
_LOOSE = late(r"(v|ver|version)?[\s=:-]{0,6}spf[\s=:v-]{0,4}[0-9.l]{0,4}(?=[^\w-]|$)", re.IGNORECASE)
_TERM = late(r"[-+~?]?(?:all|a|mx|ptr|include|ip4|ip6|exists)(?:[:/]\S*)?|[a-z][a-z0-9]*=\S+", re.IGNORECASE)
_STRONG_TERM = late(r"[-+~?]all|[-+~?]?(?:include|ip4|ip6|exists|a|mx):\S+|redirect=\S+", re.IGNORECASE)


class VersionProblem(NamedTuple):
    """What is wrong with the beginning of a text; `start` up to `end` is the stretch at fault."""

    fault: VersionFault
    start: int
    end: int


class DiscardedSpf(OfRecord):
    """A TXT record that reads like SPF and is none to a receiver."""

    def __init__(self, record: Record, problem: VersionProblem) -> None:
        super().__init__(record)
        self.problem = problem


def discarded_spf(zone: Zone) -> tuple[DiscardedSpf, ...]:
    """The zone's TXT records that were meant as SPF and are not taken for it."""
    return tuple(
        [
            DiscardedSpf(record, problem)
            for found in zone.record_sets("TXT")
            for record in found.records
            if not is_spf(record.text) and (problem := version_problem(record.text)) is not None
        ]
    )


def version_problem(text: str) -> VersionProblem | None:
    """How `text`, which `is_spf` refuses, fails to begin as SPF must; None where it was never meant as SPF.

    - `junk`: something stands before a good version. A text in front counts where it is one word with `=`.
    - `no-space`: the version runs into the next term, or something other than a space ends it.
    - `misspelt`: a version of one slip, or of two where SPF terms follow it.
    - `missing`: nothing but SPF terms, ending in `all`.

    A text that only speaks of SPF, a verification token, or a Sender ID record (`spf2.0/`) is none of these.
    """
    start = _JUNK.match(text).end()  # type: ignore[union-attr]  # it matches the empty text, too
    head = text[start : start + _HEAD].lower()
    if head.startswith(_VERSION):
        if start:
            return VersionProblem("junk", 0, start)
        return VersionProblem("no-space", 0, _word_end(text, 0))
    if (end := _other_text_end(text)) is not None:
        return VersionProblem("junk", 0, end)
    if head.startswith("spf2.") or head[:1] in ("#", ";", "/"):
        return None
    end = _loose_end(text, start, head) if "spf" in head else _slipped_end(text, start, head)
    if end is not None:
        return VersionProblem("misspelt", start, end)
    if text.rstrip(" ")[-4:].lower() in ("-all", "~all", "?all", "+all") and _is_all_terms(text):
        return VersionProblem("missing", start, _word_end(text, start))
    return None


def _other_text_end(text: str) -> int | None:
    """Where the SPF record begins that follows a single word, such as a verification token."""
    word, _, rest = text.partition(" ")
    if "=" not in word and word.lower() not in _PASTED_WORDS:
        return None
    rest = rest.lstrip(" ")
    if is_spf(rest):
        return len(text) - len(rest)
    return None


def _loose_end(text: str, start: int, head: str) -> int | None:
    """Where the version ends that begins at `start` and has `spf` in it, if it is a misspelt one."""
    if head.startswith("v=spf"):
        return _word_end(text, start)
    if (found := _LOOSE.match(head)) is not None:
        end = start + len(found[0].rstrip())
        if (found[1] and _is_all_terms(text[end:])) or _terms_follow(text, end):
            return end
    return _slipped_end(text, start, head)


def _slipped_end(text: str, start: int, head: str) -> int | None:
    """Where the word at `start` ends, if it is the version but for a slip or two."""
    word = head.partition(" ")[0]
    if not (4 <= len(word) <= 8 and "=" in word and ("s" in word) + ("p" in word) + ("f" in word) > 1):
        return None
    slips = _slips(word, _VERSION)
    end = start + len(word)
    return end if slips <= 1 or (slips == 2 and _terms_follow(text, end)) else None


def _word_end(text: str, start: int) -> int:
    return _WORD.match(text, start).end()  # type: ignore[union-attr]  # it matches the empty text, too


def _terms_follow(text: str, at: int) -> bool:
    """Whether SPF terms come next: the first word is one, and one of them could be nothing else."""
    words = text[at:].split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]
    return bool(words) and _TERM.fullmatch(words[0]) is not None and any(map(_STRONG_TERM.fullmatch, words))


def _is_all_terms(text: str) -> bool:
    return all(map(_TERM.fullmatch, text.split()))


def _slips(word: str, other: str) -> int:
    """Letters wrong, missing, too many or swapped with their neighbour between two short words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        following = [at]
        for index, wanted in enumerate(other, 1):
            best = min(row[index] + 1, following[-1] + 1, row[index - 1] + (letter != wanted))
            if at > 1 and index > 1 and (letter, word[at - 2]) == (other[index - 2], wanted):
                best = min(best, before[index - 2] + 1)
            following.append(best)
        before, row = row, following
    return row[-1]
