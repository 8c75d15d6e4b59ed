"""Contents of TXT records: Cloudflare keeps what it was given, quoted or not, in whatever strings."""

from __future__ import annotations

import re

LONGEST = 4096
"""Octets of one TXT record that Cloudflare takes, each of its strings with its length octet."""

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_STRINGS = re.compile(rf"\s*{_STRING.pattern}(?:\s*{_STRING.pattern})*\s*", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9]{3}|.)", re.DOTALL)


def octets_of(content: str) -> bytes:
    """All strings joined; what is not in quotes is one string (RFC 1035 section 5.1)."""
    strings = _STRING.findall(content) if _STRINGS.fullmatch(content) else [content]
    return b"".join(_unescaped(string) for string in strings)


def content_of(octets: bytes) -> str:
    """Quoted strings of at most 255 octets (RFC 1035 section 5.1)."""
    import dns.rdataclass
    import dns.rdatatype
    from dns.rdtypes.ANY.TXT import TXT

    strings = [octets[start : start + 255] for start in range(0, max(1, len(octets)), 255)]
    return TXT(dns.rdataclass.IN, dns.rdatatype.TXT, strings).to_text()


def wire_length(octets: bytes) -> int:
    """Octets of the record's data in a message (RFC 1035 section 3.3.14)."""
    return len(octets) + max(1, -(-len(octets) // 255))


def _unescaped(string: str) -> bytes:
    octets = b""
    at = 0
    for escape in _ESCAPE.finditer(string):
        octets += string[at : escape.start()].encode("utf-8")
        digits = escape[1]
        octets += bytes([int(digits)]) if len(digits) == 3 and int(digits) < 256 else digits.encode("utf-8")
        at = escape.end()
    return octets + string[at:].encode("utf-8")
