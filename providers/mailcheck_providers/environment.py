"""What a provider is told by environment variables, and what of it must never be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from mailcheck.errors import UsageError

_LONGEST_LINE = 400
_SHORTEST_SECRET = 4


def variable(environment: Mapping[str, str], name: str, what: str, default: str | None = None) -> str:
    """The value of one environment variable; `what` says what it is, in the error where it is missing.

    Raises UsageError, never with the value, where it is missing, empty, or could not be sent in a header.
    """
    value = environment.get(name) or default
    if value is None:
        raise UsageError(f"{name} is not set: {what}", hint="it is read from the environment, never from a file")
    if not value.isprintable() or not value.isascii():
        raise UsageError(f"{name} holds a line break or a character that is not ASCII: {what}")
    return value


def port(environment: Mapping[str, str], name: str, default: int) -> int:
    """A port from an environment variable. Raises UsageError where it is none."""
    text = variable(environment, name, "a port", str(default))
    if len(text) > 5 or not text.isdigit() or not 0 < int(text) < 65536:
        raise UsageError(f"{name} is not a port between 1 and 65535")
    return int(text)


class Secrets:
    """Values that no message may hold, in any spelling that an error is likely to quote them in."""

    def __init__(self, values: Iterable[str]) -> None:
        spellings = {
            spelling
            for value in values
            if len(value) >= _SHORTEST_SECRET
            for spelling in (value, repr(value)[1:-1], quote(value, safe=""), quote(value))
        }
        self._spellings = sorted(spellings, key=len, reverse=True)

    def hidden_in(self, text: object) -> str:
        """The text as one line of bounded length, with `***` for each secret."""
        line = str(text)
        for spelling in self._spellings:
            line = line.replace(spelling, "***")
        line = " ".join(line.split())
        return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}..."
