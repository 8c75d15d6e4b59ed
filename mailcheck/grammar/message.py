"""Internet messages: octets to header fields and body (RFC 5322 section 2)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from mailcheck.model.limits import Limits

_NAME = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:")
_MAILBOX_SEPARATOR = b"From "


class Field(NamedTuple):
    """A header field.

    - `name`: in lower case; `written`: what stands before the colon.
    - `value`: the octets behind the colon, folded as in the message, each line ended by CRLF.
    - `line`: where the field begins in the file, from 1 on.
    """

    name: str
    written: bytes
    value: bytes
    line: int

    @property
    def text(self) -> str:
        """The value unfolded (RFC 5322 section 2.2.3), each octet one character of code 0 to 255."""
        return self.value.replace(b"\r\n", b"").strip(b" \t").decode("latin-1")


class Message(NamedTuple):
    """A message read; the body has CRLF line ends, its last line too, unless it is empty."""

    fields: tuple[Field, ...]
    body: bytes

    def named(self, name: str) -> tuple[Field, ...]:
        """The fields of that lower-case name, the topmost first."""
        return tuple([field for field in self.fields if field.name == name])


class BadMessage(NamedTuple):
    """A header over a limit: `limit` is its name on the command line, `line` where it was passed."""

    code: Literal["message-header-too-large", "message-too-many-fields"]
    reason: str
    limit: str
    line: int


def parse_message(octets: bytes, limits: Limits) -> Message | BadMessage:
    """Read a message whose lines end in LF or CRLF; linear, never raises.

    The header ends at the first line that is empty or is no field; the latter begins the body, as it
    does for mail servers. A line `From ...` above the first field, as mailbox files have it, is left out.
    """
    read: list[tuple[bytes, int, list[bytes]]] = []
    at = number = 0
    while at < len(octets):
        end = octets.find(b"\n", at) + 1 or len(octets)
        content = octets[at:end].removesuffix(b"\n").removesuffix(b"\r")
        number += 1
        if read and content.startswith((b" ", b"\t")):
            read[-1][2].append(content)
        elif (found := _NAME.match(content)) is not None:
            read.append((found[0][:-1], number, [content[found.end() :]]))
        elif read or not content.startswith(_MAILBOX_SEPARATOR):
            at = at if content else end
            break
        at = end
        if at > limits.message_header_size:
            reason = f"the header is larger than {limits.message_header_size} octets"
            return BadMessage("message-header-too-large", reason, "message-header-size", number)
        if len(read) > limits.message_header_fields:
            reason = f"more than {limits.message_header_fields} header fields"
            return BadMessage("message-too-many-fields", reason, "message-header-fields", number)
    return Message(tuple([_field(*field) for field in read]), _body(octets[at:]))


def _field(written: bytes, line: int, parts: list[bytes]) -> Field:
    return Field(
        written.rstrip(b" \t").decode("ascii").lower(), written, b"".join([part + b"\r\n" for part in parts]), line
    )


def _body(octets: bytes) -> bytes:
    body = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return body if not body or body.endswith(b"\r\n") else body + b"\r\n"
