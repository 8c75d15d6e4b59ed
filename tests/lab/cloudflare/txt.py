"""TXT values: quoted ones are kept quoted, unquoted ones unquoted; too long strings are cut."""

from __future__ import annotations

import re

from tests.lab.cloudflare.envelope import VALIDATION, ApiError

WIRE_LIMIT = 4096
"""Octets of one record's data, each of its strings with its length octet."""
_STRING = 255
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_QUOTED_ALL = re.compile(r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*')
_UNQUOTED = re.compile(r'(?:[^"\\]|\\.)+')
_ESCAPE = re.compile(r"\\(\d{3}|.)")


def txt(text: str) -> tuple[str, bytes]:
    """A TXT value as it is shown from then on, and the octets that it stands for. Raises ApiError.

    One string of more than 255 octets within quotes is shown as several from then on.
    """
    if not text:
        raise ApiError(VALIDATION, "Content for TXT record must not be empty.")
    if not text.isascii() or not text.isprintable():
        raise ApiError(VALIDATION, "Content for TXT record has characters that must be escaped.")
    if _QUOTED_ALL.fullmatch(text):
        strings = [_octets(string) for string in _QUOTED.findall(text)]
    elif _UNQUOTED.fullmatch(text):
        strings = [_octets(text)]
    else:
        raise ApiError(VALIDATION, "Content for TXT record has quotation marks that do not match.")
    pieces = [piece for string in strings for piece in _cut(string)]
    if sum(len(piece) + 1 for piece in pieces) > WIRE_LIMIT:
        raise ApiError(VALIDATION, f"Content for TXT record exceeds {WIRE_LIMIT} octets.")
    if text.startswith('"') and len(pieces) > len(strings):
        text = " ".join(_quoted(piece) for piece in pieces)
    return text, b"".join(strings)


def _octets(text: str) -> bytes:
    def octet(match: re.Match[str]) -> str:
        token = match[1]
        if len(token) < 3:
            return token
        if int(token) > 255:
            raise ApiError(VALIDATION, "Content for TXT record has an escape over 255.")
        return chr(int(token))

    return _ESCAPE.sub(octet, text).encode("latin-1")


def _cut(string: bytes) -> list[bytes]:
    return [string[start : start + _STRING] for start in range(0, len(string), _STRING)] or [b""]


def _quoted(string: bytes) -> str:
    shown = (f"\\{octet:03d}" if not 32 <= octet < 127 else chr(octet) for octet in string)
    return '"' + "".join(f"\\{text}" if text in {'"', "\\"} else text for text in shown) + '"'
