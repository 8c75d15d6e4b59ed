"""Domain names between presentation form and the wire (RFC 1035 sections 3.1, 4.1.4 and 5.1)."""

from __future__ import annotations

import re
from typing import Final

from mailcheck.grammar.master_name import present_octet

MAX_WIRE: Final = 255
_PLAIN: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*/=+:"
_SHOWN: Final = tuple(present_octet(octet).lower() for octet in range(256))
_CHARACTER: Final = re.compile(r"\\([0-9]{3})|\\([^0-9])|([^\\])", re.DOTALL)


class BadName(ValueError):  # noqa: N818 - an error within the codec, told by nobody
    """No name of DNS, or none that can be read from the message."""


def to_wire(name: str) -> bytes:
    """An absolute name in presentation form as labels; raises `BadName` where no message can hold it."""
    if name == ".":
        return b"\0"
    if not name.isascii() or name[-1:] != ".":
        raise BadName(name)
    labels = name[:-1].encode().split(b".") if "\\" not in name else _unescaped(name)
    parts = []
    for label in labels:
        if not 0 < len(label) < 64:
            raise BadName(name)
        parts.append(b"%c%b" % (len(label), label))
    wire = b"".join(parts) + b"\0"
    if len(wire) > MAX_WIRE:
        raise BadName(name)
    return wire


def _unescaped(name: str) -> list[bytes]:
    labels = [bytearray()]
    at = 0
    while at < len(name):
        found = _CHARACTER.match(name, at)
        if found is None or (found[1] and int(found[1]) > 255):
            raise BadName(name)
        at = found.end()
        if found[3] == ".":
            labels.append(bytearray())
        else:
            labels[-1].append(int(found[1]) if found[1] else ord(found[2] or found[3]))
    if labels.pop():
        raise BadName(name)
    return [bytes(label) for label in labels]


def from_wire(message: bytes, at: int) -> tuple[str, int]:
    """The name at offset `at`, absolute and lower case, and the offset behind it.

    A compression pointer leads to an earlier place than any before it, so that no message makes a
    loop. Raises `BadName` or `IndexError` where there is no name.
    """
    labels: list[str] = []
    length = 1
    behind = 0
    earliest = at
    while size := message[at]:
        if size < 64:
            label = message[at + 1 : at + 1 + size]
            length += size + 1
            at += size + 1
            if length > MAX_WIRE or len(label) < size:
                raise BadName
            labels.append(_present(label))
        else:
            target = (size & 0x3F) << 8 | message[at + 1]
            if size < 192 or target >= earliest:
                raise BadName
            behind = behind or at + 2
            at = earliest = target
    return (".".join(labels) + "." if labels else "."), behind or at + 1


def _present(label: bytes) -> str:
    if not label.translate(None, _PLAIN):
        return label.decode("ascii").lower()
    return "".join([_SHOWN[octet] for octet in label])
