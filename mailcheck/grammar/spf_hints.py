"""What the writer of a wrong SPF term probably meant, for the messages of the parser."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from mailcheck.model.names import IPAddress
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten

_MECHANISMS = ("all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists")
_MODIFIERS = ("redirect", "exp")
_NEXT_TERM = late(r"[,;]|[-+~?]all\b|(?:include|ip4|ip6|exists|mx|a):|redirect=", re.IGNORECASE)
_HOST_NAME = late(r"(?=[^.]*[A-Za-z_])[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+\.?")
_LONGEST_WORD = 20
_LONGEST_ADDRESS = 45


def unknown_mechanism(word: str, value: str) -> str:
    """The message on `word`, which is no mechanism's name; `value` is what follows it in the term."""
    return f"unknown mechanism `{shorten(word)}`{_meant_by_word(word, value)}"


def _meant_by_word(word: str, value: str) -> str:
    lower = word.lower()
    if lower in _MODIFIERS:
        return f": it is a modifier, write `{lower}=`"
    if lower in ("ip", "ipv4", "ipv6"):
        return f": did you mean `{'ip6' if value.count(':') > 1 or lower == 'ipv6' else 'ip4'}`?"
    if (address := address_of(word)) is not None:
        return f": a bare address, write `ip{address.version}:` before it"
    if _HOST_NAME.fullmatch(word):
        return ": a bare name, write `include:` or `a:` before it"
    if hint := missing_space(word):
        return hint
    if len(word) > _LONGEST_WORD:
        return ""
    import difflib

    close = difflib.get_close_matches(lower, (*_MECHANISMS, *_MODIFIERS), 1)
    return f": did you mean `{close[0]}`?" if close else ""


def not_an_address(text: str, version: int) -> str:
    """The message on `text`, which stands where an address of that IP version must."""
    shown = shorten(text)
    other = address_of(text)
    if other is not None:
        return f"`{shown}` is an IPv{other.version} address: write `ip{other.version}:`"
    if hint := missing_space(text):
        return f"`{shown}` is not an IPv{version} address{hint}"
    if version == 4 and _HOST_NAME.fullmatch(text):
        return f"`{shown}` is a name, not an IPv4 address: write `a:` before a host's name"
    return f"`{shown}` is not an IPv{version} address"


def missing_space(text: str) -> str:
    """The end of a message where another term begins inside `text`; empty where none does."""
    found = _NEXT_TERM.search(text, 1)
    if found is None:
        return ""
    if found[0] in ",;":
        return f": terms are separated by spaces, not by `{found[0]}`"
    return f": a space is missing before `{found[0]}`"


def address_of(text: str) -> IPAddress | None:
    """The IP address that `text` is, or None; zone identifiers are none."""
    return _address_of(text) if len(text) <= _LONGEST_ADDRESS and "%" not in text else None


@lru_cache(maxsize=4096)
def _address_of(text: str) -> IPAddress | None:
    """Remembered, since many records name the same networks."""
    try:
        return ipaddress.IPv6Address(text) if ":" in text else ipaddress.IPv4Address(text)
    except ValueError:
        return None
