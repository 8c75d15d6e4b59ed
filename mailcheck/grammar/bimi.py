"""BIMI assertion records: text to tree, with an offset for every part.

Standard: draft-brand-indicators-for-message-identification, section "Assertion Record Definition".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.fault import Fault, list_faults
from mailcheck.grammar.tags import Tag, TagList, parse_tags
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_HTTPS = late(r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]{1,5})?(?:[/?#][^\s,]*)?", re.IGNORECASE)
_IMAGE = late(r"\.(?:png|jpe?g|gif|webp|ico|bmp|tiff?|pdf|avif|html?)(?=[?#]|\Z)", re.IGNORECASE)


class BimiRecord(NamedTuple):
    """An assertion record; `faults` in the order of the text."""

    tags: TagList
    faults: tuple[Fault, ...]

    @property
    def shows_logo(self) -> bool:
        """Whether it names an indicator; empty `l` and `a` decline to take part."""
        location = self.tags.get("l")
        return location is not None and bool(location.value)


def parse_bimi(text: str) -> BimiRecord:
    """Read the record; linear in the text, never raises."""
    tags = parse_tags(text)
    return BimiRecord(tags, tuple(sorted(_faults(tags), key=lambda fault: fault.start)))


def _faults(tags: TagList) -> Iterator[Fault]:
    first = tags.tags[0] if tags.tags else None
    if first is None or first.name != "v" or first.value != "BIMI1":
        start, end = (first.start, first.end) if first else (0, len(tags.text))
        message = "the record does not begin with `v=BIMI1`, so it is ignored"
        yield Fault(message, "write `v=BIMI1; l=https://…`", start, end)
        return
    yield from list_faults(tags)
    for tag in tags.duplicates():
        message = f"the tag `{shorten(tag.name)}` stands twice"
        yield Fault(message, "keep one of the two", tag.start, tag.end)
    location, evidence = tags.get("l"), tags.get("a")
    if location is None and not tags.problems:
        message = "the record has no `l`, the address of the logo"
        yield Fault(message, "add `l=https://…`, or an empty `l=` to decline", 0, len(tags.text))
    for address in (location, evidence):
        if address is not None and address.value and not _HTTPS.fullmatch(address.value):
            message = f"`{shorten(address.value)}` is no https address with a full host name"
            yield Fault(message, _address_help(address), address.value_start, address.end)
    if location is not None and _HTTPS.fullmatch(location.value) and (found := _IMAGE.search(location.value)):
        start = location.value_start + found.start()
        message = f"`{found[0]}` is no SVG, the only format of a logo"
        yield Fault(message, "convert the logo to SVG Tiny PS", start, start + len(found[0]))


def _address_help(tag: Tag) -> str:
    if "," in tag.value:
        return "write a single address, with `%2C` for a comma in it"
    return "write one address that begins with `https://`"
