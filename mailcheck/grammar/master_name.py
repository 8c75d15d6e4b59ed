"""Domain names of master files: made absolute, escaped, measured (RFC 1035 sections 2.3.4 and 5.1)."""

from __future__ import annotations

import encodings.idna
import re

from mailcheck.grammar.master_file import Bad, bad_escape
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

PLAIN_NAME = late(r"[A-Za-z0-9_*/-]{1,63}+(?:\.[A-Za-z0-9_*/-]{1,63}+)*+\.?")
"""Names that need no escape and no second look but for their whole length."""

MAX_TEXT = 254
"""Characters of an absolute name without escapes: 255 octets on the wire."""

_LABEL_PART = late(r"\\(?:([0-9]{3})|([^0-9]))|([^\\])", re.DOTALL)
_SPECIAL = frozenset('"().;\\@$')


def parse_name(raw: str, origin: str | None) -> str | Bad:
    """The absolute name that `raw` stands for, case as written; `origin` is absolute, None where unknown.

    Octets outside printable ASCII come out as `\\DDD`; a label in other scripts becomes its A-label.
    """
    if origin is None:
        if not raw.endswith("."):
            return Bad(f"`{shorten(raw)}` is a relative name, and no $ORIGIN says to what")
        origin = "."
    if raw == "@":
        return origin
    if PLAIN_NAME.fullmatch(raw):
        name = raw if raw.endswith(".") else raw + "." if origin == "." else f"{raw}.{origin}"
        if len(name) <= MAX_TEXT:
            return name
    return _parse_unusual(raw, origin)


def _parse_unusual(raw: str, origin: str) -> str | Bad:
    if raw == ".":
        return "."
    if len(raw) > 4 * MAX_TEXT:
        return Bad(f"`{shorten(raw)}` is longer than a name can be (255 octets)")
    split = _split(raw)
    if isinstance(split, Bad):
        return split
    labels: list[str] = []
    for label in split[:-1] if split[-1] == [] else split:
        if not label:
            return Bad(f"`{shorten(raw)}` has an empty label")
        octets = _octets(label)
        if octets is None:
            return Bad(f"`{shorten(raw)}` has a label that is no valid internationalized one")
        if len(octets) > 63:
            return Bad(f"`{shorten(raw)}` has a label of {len(octets)} octets; 63 is the most")
        labels.append("".join(map(present_octet, octets)))
    name = ".".join(labels) + "." if split[-1] == [] or origin == "." else ".".join([*labels, origin])
    if _wire_length(name) > 255:
        return Bad(f"`{shorten(name)}` is longer than a name can be (255 octets)")
    return name


def _split(raw: str) -> list[list[str]] | Bad:
    """Labels as lists of characters; an escaped octet is a character up to 255."""
    labels: list[list[str]] = [[]]
    at = 0
    while at < len(raw):
        part = _LABEL_PART.match(raw, at)
        if part is None or (part[1] and int(part[1]) > 255):
            return bad_escape(raw, at)
        at = part.end()
        if part[3] == ".":
            labels.append([])
        else:
            labels[-1].append(chr(int(part[1])) + "\\" if part[1] else part[2] or part[3])
    return labels


def _octets(label: list[str]) -> bytes | None:
    """The label on the wire; None where it mixes scripts and escapes or is no valid U-label."""
    plain = [char for char in label if len(char) == 1]
    if all(char < "\x80" for char in plain):
        return b"".join(char[0].encode("latin-1") for char in label)
    if (
        len(plain) < len(label)
        or len(label) > 63
        or any(char < "\x80" and not _is_hostname(char) for char in plain)
    ):
        return None
    try:
        return encodings.idna.ToASCII("".join(label))
    except UnicodeError:
        return None


def _is_hostname(char: str) -> bool:
    return char.isalnum() or char in "-_"


def present_octet(octet: int) -> str:
    """An octet of a label in presentation form: itself, `\\X` or `\\DDD` (RFC 1035 section 5.1)."""
    char = chr(octet)
    if char in _SPECIAL:
        return "\\" + char
    return char if 0x21 <= octet <= 0x7E else f"\\{octet:03d}"


def _wire_length(name: str) -> int:
    return 1 + len(re.sub(r"\\(?:[0-9]{3}|.)", "x", name)) if name != "." else 1
