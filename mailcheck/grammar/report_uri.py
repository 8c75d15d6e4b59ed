"""Lists of report addresses, as `rua` and `ruf` hold them (RFC 9989 sections 4.6 and 4.8, RFC 3986, RFC 6068)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_WHITE = " \t"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_SIZE = late(r"!\d+[kmgt]?\Z", re.ASCII | re.IGNORECASE)
_REFUSED = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@$&'()*+=%!]")
_ESCAPE = late(r"%[0-9A-Fa-f]{2}")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AUTHORITY = late(r"//(?:[^/?#]*@)?([^/?#:@]*)")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST_NAME = 253

UriFault = Literal["empty", "bare-address", "no-scheme", "character", "comma", "bang", "escape", "no-domain"]


class UriProblem(NamedTuple):
    """Why receivers cannot use the URI; `start` up to `end` is the very part that is wrong."""

    kind: UriFault
    message: str
    start: int
    end: int


class ReportUri(NamedTuple):
    """One URI of a list. `start` up to `end` is the URI in the record's text, without the size limit.

    - `scheme`: in lower case, empty where there is none.
    - `host`: the domain of a mailto address or the host of an authority, absolute and lower case; empty
      where there is none, or none that DNS could be asked for. It stands from `host_start` to `host_end`.
    - `size`: the obsolete limit as written (`!10m`), which begins at `end`; else empty.
    """

    text: str
    start: int
    end: int
    scheme: str
    host: str
    host_start: int
    host_end: int
    size: str
    problem: UriProblem | None


def parse_report_uris(text: str, offset: int) -> tuple[ReportUri, ...]:
    """Split a tag's value at its commas; `offset` is where the value starts in the record. Never raises."""
    found: list[ReportUri] = []
    at = offset
    pieces = text.split(",")
    for piece in pieces:
        stripped = piece.strip(_WHITE)
        if stripped:
            uri = _uri(stripped, at + len(piece) - len(piece.lstrip(_WHITE)))
        else:
            comma = at - 1 if at > offset else at + len(piece)
            uri = _empty(at, comma, comma + 1 if len(pieces) > 1 else comma)
        if found and _is_split_address(found[-1], uri):
            found[-1] = _joined(found[-1], uri, comma=at - 1)
        else:
            found.append(uri)
        at += len(piece) + 1
    return tuple(found)


def _empty(at: int, start: int, end: int) -> ReportUri:
    """The address that is missing at `at`; `start` up to `end` is the comma that wants one."""
    problem = UriProblem("empty", "an address is missing here", start, end)
    return ReportUri("", at, at, "", "", at, at, "", problem)


def _uri(whole: str, start: int) -> ReportUri:
    size = match.group() if "!" in whole and (match := _SIZE.search(whole)) else ""
    text = whole.removesuffix(size)
    end = start + len(text)
    scheme = match.group().lower() if (match := _SCHEME.match(text)) else ""
    host_start, host_end = _host_span(text, scheme)
    name = text[host_start:host_end]
    host = name.lower().removesuffix(".") + "." if _is_domain(name) else ""
    problem = _problem(text, scheme, name, start, size)
    return ReportUri(text, start, end, scheme, host, start + host_start, start + host_end, size, problem)


def _host_span(text: str, scheme: str) -> tuple[int, int]:
    """Where the host stands in `text`; an empty span where there is none."""
    begin = len(scheme) + 1
    if scheme == "mailto":
        end = text.find("?") if "?" in text else len(text)
        at = text.rfind("@", begin, end)
        return (at + 1, end) if at >= 0 else (end, end)
    if scheme and (match := _AUTHORITY.match(text, begin)):
        return match.span(1)
    return 0, 0


def _is_domain(name: str) -> bool:
    name = name.removesuffix(".")
    return len(name) <= _LONGEST_NAME and _DOMAIN.fullmatch(name) is not None


def _problem(text: str, scheme: str, domain: str, start: int, size: str) -> UriProblem | None:
    end = start + len(text)
    if not text:
        return UriProblem("empty", "an address is missing here", start, start + len(size))
    if match := _REFUSED.search(text):
        at = start + match.start()
        return UriProblem("character", f"{_named(match.group())} may not stand in a URI", at, at + 1)
    if not scheme:
        if "@" in text:
            return UriProblem("bare-address", f"`{shorten(text)}` is no URI: `mailto:` is missing", start, end)
        return UriProblem("no-scheme", f"`{shorten(text)}` is no URI: it has no scheme", start, end)
    if (bang := text.find("!")) >= 0:
        return UriProblem("bang", "a `!` in a report URI must be written `%21`", start + bang, start + bang + 1)
    if match := _BAD_ESCAPE.search(text):
        at = start + match.start()
        return UriProblem("escape", "a `%` must be followed by two hexadecimal digits", at, at + 1)
    if "%" in domain:
        domain = _ESCAPE.sub("x", domain)
    return _mailbox_problem(text, domain, start, end) if scheme == "mailto" else None


def _mailbox_problem(text: str, domain: str, start: int, end: int) -> UriProblem | None:
    """What is wrong with a `mailto:` URI that has no mailbox, or has it where a host would stand."""
    begin = len("mailto:")
    if text.startswith("//", begin):
        message = "`mailto:` takes an address, and no `//` before it"
        return UriProblem("no-domain", message, start + begin, start + begin + 2)
    if not (_is_domain(domain) and _local_part(text)):
        return UriProblem("no-domain", f"`{shorten(text)}` names no mailbox at a domain", start, end)
    return None


def _local_part(text: str) -> str:
    return text.partition(":")[2].partition("?")[0].rpartition("@")[0]


def _is_split_address(before: ReportUri, after: ReportUri) -> bool:
    """Whether the comma between the two belongs to one address, as in `mailto:a,b@example.com`."""
    half = before.problem is not None and before.problem.kind == "no-domain" and "@" not in before.text
    return half and after.problem is not None and after.problem.kind == "bare-address"


def _joined(before: ReportUri, after: ReportUri, comma: int) -> ReportUri:
    problem = UriProblem("comma", "a `,` in a report URI must be written `%2C`", comma, comma + 1)
    text = f"{before.text},{after.text}"
    return ReportUri(text, before.start, after.end, before.scheme, "", after.end, after.end, after.size, problem)


def _named(character: str) -> str:
    if character == " ":
        return "a space"
    return f"`{character}`" if "!" <= character <= "~" else "a character that is not printable ASCII"
