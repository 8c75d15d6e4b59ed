"""Text that was meant to be a DMARC record and that receivers ignore (RFC 9989 section 4.7, tag `v`)."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailcheck.grammar.dmarc import POLICY_TAGS, REQUESTS, is_dmarc
from mailcheck.grammar.tags import Tag, TagList, parse_tags
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_VERSION_WORD = late(r"(?:=|\A)[\s\"'`]*dmarc\s?\d*(?![A-Za-z0-9-])", re.IGNORECASE)
_RUN_ON = late(r"dmarc\s?1(?![0-9])", re.IGNORECASE)


class Misspelling(NamedTuple):
    """Why receivers do not take the text as DMARC; `start` up to `end` is the part that is wrong."""

    message: str
    start: int
    end: int


def misspelling(text: str) -> Misspelling | None:
    """What keeps `text` from being the DMARC record that it looks like; None where it is one or does not."""
    if is_dmarc(text):
        return None
    tags = parse_tags(text)
    if not _VERSION_WORD.search(text) and not _has_policy_tags(tags):
        return None
    return _wrong_version(tags) or _missing_version(tags)


def _has_policy_tags(tags: TagList) -> bool:
    return any(
        (tag.name in POLICY_TAGS and tag.value.lower() in REQUESTS)
        or (tag.name in ("rua", "ruf") and "mailto:" in tag.value.lower())
        for tag in tags.tags
    )


def _wrong_version(tags: TagList) -> Misspelling | None:
    version = tags.get("v")
    if version is None:
        return _misnamed_version(tags)
    if version.value == "DMARC1":
        return _misplaced_version(tags, version)
    start, end = version.value_start, version.end
    shown = shorten(f"v={version.value}")
    if version.value.upper() == "DMARC1":
        return Misspelling(f"`{shown}` must be written in capitals: `v=DMARC1`", start, end)
    if _RUN_ON.match(version.value):
        return Misspelling(f"`{shown}` lacks the semicolon after `v=DMARC1`", start, end)
    return Misspelling(f"`{shown}` must be `v=DMARC1`", start, end)


def _misplaced_version(tags: TagList, version: Tag) -> Misspelling:
    if not tags.text[: version.start].strip(" \t\r\n"):
        return Misspelling("white space stands before `v=DMARC1`", 0, version.start)
    return Misspelling("`v=DMARC1` must be the first tag", version.start, version.end)


def _misnamed_version(tags: TagList) -> Misspelling | None:
    for tag in tags.tags:
        if tag.value.upper() == "DMARC1":
            return Misspelling(
                f"`{shorten(tag.name)}=DMARC1` must be `v=DMARC1`", tag.start, tag.start + len(tag.name)
            )
    return None


def _missing_version(tags: TagList) -> Misspelling:
    parts = [(tag.start, tag.end) for tag in tags.tags]
    start, end = min(parts + [(problem.start, problem.end) for problem in tags.problems])
    return Misspelling("the record must begin with `v=DMARC1;`", start, end)
