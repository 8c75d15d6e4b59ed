"""Why a stretch of an SPF record is no term, said as precisely as can be (RFC 7208 section 12)."""

from __future__ import annotations

import re
from typing import NoReturn, cast

from mailcheck.grammar.spf_hints import address_of, missing_space, unknown_mechanism
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_STRAY = late(r"[\x00-\x1f\x7f]|[^\x00-\x7f]+")
_WORD = late(r"[^:/=]*")


class Wrong(Exception):  # noqa: N818 - becomes an Invalid and never leaves the grammar
    """`message` is about the term's characters `start` up to `end`."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def refuse_stray(term: str) -> NoReturn:
    """Say what may not stand in the term: a tab, another control character, or what is not ASCII."""
    found = cast("re.Match[str]", _STRAY.search(term))
    if found[0] == "\t":
        message = "a tab may not stand in an SPF record: write a space"
    elif found[0] > "\x7f":
        message = "only ASCII characters may stand in an SPF record"
    else:
        message = f"the control character \\{ord(found[0]):03d} may not stand in an SPF record"
    raise Wrong(message, found.start(), found.end())


def refuse_mechanism(term: str, start: int) -> NoReturn:
    """The word up to `:`, `/` or `=`, or a bare address, is at fault."""
    network = term[start:].partition("/")[0]
    if (address := address_of(network)) is not None:
        message = f"`{network}` is a bare address: write `ip{address.version}:` before it"
        raise Wrong(message, start, start + len(network))
    found = cast("re.Match[str]", _WORD.match(term, start))
    word, value = found[0], term[found.end() :]
    if not word:
        raise Wrong(f"`{shorten(term)}` names no mechanism", 0, len(term))
    if value.startswith("=") and start:
        raise Wrong(f"the modifier `{shorten(word)}=` takes no qualifier", 0, start)
    raise Wrong(unknown_mechanism(word, value), start, found.end())


def refuse_prefix(term: str, start: int) -> NoReturn:
    """Say that what starts at `start` is no prefix length."""
    shown = shorten(term[start:])
    raise Wrong(f"`{shown}` is no prefix length", start, len(term))


def refuse_name(term: str, start: int, end: int, label_start: int) -> NoReturn:
    """Say why what starts at `label_start` cannot end a domain name."""
    domain, label = term[start:end], term[label_start:end]
    address = address_of(domain.partition("/")[0])
    if address is not None:
        message = f"`{address}` is an address where a name must stand: write `ip{address.version}:`"
        raise Wrong(message, start, end)
    if "/" in label:
        slash = label_start + label.index("/")
        raise Wrong(f"`{shorten(term[slash:])}` is no prefix length that may stand here", slash, len(term))
    if hint := missing_space(domain):
        raise Wrong(f"`{shorten(domain)}` is no domain name{hint}", start, end)
    if label == ".":
        raise Wrong(f"`{shorten(domain)}` ends in an empty label", label_start, end)
    if label_start == start:
        raise Wrong(f"`{shorten(domain)}` is a single label, where a full domain name must stand", start, end)
    if term[label_start - 1] != ".":
        raise Wrong(f"a dot is missing between the macro and `{shorten(label)}`", label_start, end)
    message = f"`{shorten(label)}` cannot be the last label of a domain name"
    raise Wrong(f"{message}: that is letters, digits and inner hyphens, not digits alone", label_start, end)
