"""Reads the message that a command is given."""

from __future__ import annotations

from pathlib import Path

from mailcheck.errors import InputRefused
from mailcheck.grammar.message import BadMessage, Message, parse_message
from mailcheck.model.limits import Limits
from mailcheck.zonefile.source import Budget, read_octets


def read_message(path: Path, shown: str, limits: Limits) -> Message:
    """The message in a regular file; raises `InputRefused`.

    Codes: those of read_octets(), and `message-header-too-large`, `message-too-many-fields`.
    """
    octets = read_octets(path, shown, limits._replace(zone_file_size=limits.message_size), Budget())
    message = parse_message(octets, limits)
    if isinstance(message, BadMessage):
        hint = f"--limit {message.limit}= raises it"
        raise InputRefused(message.code, message.reason, path=shown, line=message.line, hint=hint)
    return message
