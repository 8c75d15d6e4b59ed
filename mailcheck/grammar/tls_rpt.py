"""TLS reporting records: text to tree, with an offset for every part (RFC 8460 section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.grammar.fault import Fault, list_faults
from mailcheck.grammar.tags import Tag, TagList, parse_tags
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_VERSION = re.compile(r"v=TLSRPTv1[ \t]*;")
_SPACE_AT_EQUALS = re.compile(r"v[ \t]+=|v=[ \t]+|rua[ \t]+=|rua=[ \t]+")
_MAILTO = re.compile(r"mailto:[^@\s,!;?]{1,255}@[A-Za-z0-9.\[\]:_-]{1,255}(?:\?[^\s,!;]*)?", re.IGNORECASE)
_HTTPS = late(r"https://[A-Za-z0-9.\[\]:_-]{1,255}(?:[/?][^\s,!;]*)?", re.IGNORECASE)


class Destination(NamedTuple):
    """One report address of `rua`; offsets into the record's text."""

    uri: str
    start: int
    end: int


class TlsRptRecord(NamedTuple):
    """The TXT record at `_smtp._tls`: where reports go, in the order of the text."""

    destinations: tuple[Destination, ...]
    faults: tuple[Fault, ...]


def is_tls_rpt(text: str) -> bool:
    """Whether reporters keep the record: `v=TLSRPTv1;`, in this case."""
    return _VERSION.match(text) is not None


def parse_tls_rpt(text: str) -> TlsRptRecord:
    """Read the record; linear in the text, never raises."""
    tags = parse_tags(text)
    destinations = [found for tag in tags.tags if tag.name == "rua" for found in _destinations(tag)]
    return TlsRptRecord(tuple(destinations), tuple(_faults(text, tags, destinations)))


def _destinations(tag: Tag) -> Iterator[Destination]:
    at = tag.value_start
    for part in tag.value.split(","):
        uri = part.strip(" \t")
        start = at + len(part) - len(part.lstrip(" \t")) if uri else at
        yield Destination(uri, start, start + len(uri))
        at += len(part) + 1


def _faults(text: str, tags: TagList, destinations: list[Destination]) -> Iterator[Fault]:
    if not is_tls_rpt(text):
        message = "the record does not begin with `v=TLSRPTv1;`, so nobody sends reports"
        end = text.find(";") + 1 or len(text)
        yield Fault(message, "write `v=TLSRPTv1; rua=mailto:` and an address", 0, end)
        return
    if found := _SPACE_AT_EQUALS.search(text):
        yield Fault("no space may stand around `=`", "remove it", found.start(), found.end())
    yield from list_faults(tags)
    if not destinations and not tags.problems:
        message = "the record has no `rua`, so there is no place to send reports to"
        yield Fault(message, "add `rua=mailto:` and an address", 0, len(text))
    for destination in destinations:
        if fault := _destination_fault(destination):
            yield fault


def _destination_fault(destination: Destination) -> Fault | None:
    uri = destination.uri
    if _MAILTO.fullmatch(uri) or _HTTPS.fullmatch(uri):
        return None
    shown = shorten(uri)
    if not uri:
        message, advice = "a report address is empty", "write `mailto:` and an address, or remove the comma"
    elif not uri.lower().startswith(("mailto:", "https:")):
        message, advice = f"`{shown}` is neither mailto nor https", "write `mailto:user@host` or an https URL"
    elif "!" in uri:
        message, advice = f"`!` in `{shown}` must be written as `%21`", "write `%21`; there is no size limit here"
    else:
        message, advice = f"`{shown}` is no address to report to", "write `mailto:user@host` or an https URL"
    return Fault(message, advice, destination.start, destination.end)
