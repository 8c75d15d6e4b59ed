"""Where a text says the value of something named as a password, in whatever format the text is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.model.patterns import late

Place = tuple[int, int]
"""Where something begins and ends in a text."""

_PASSWORDS = r"passw(?:or)?d|pass-?_?phrase|bind_?pw"
_SHORT = r"(?:(?<!by)pass|pwd|(?<![a-z])pw|[_.-]pw)(?![a-z0-9])"
_SECRETS = r"secret|token|credential|(?:api|auth|access|shared)[_-]?key"
_NAME = late(
    rf"(?i)(?P<open>\{{[ \t]*+|[\"'])?(?<![a-z0-9_.-])(?=[a-z0-9_.-]*?(?:{_PASSWORDS}|{_SHORT}|{_SECRETS}))"
    r"(?P<name>[a-z0-9_.-]++)(?P<gap>[\"']?(?:[ \t\r\f\v]|\n[ \t](?=[ \t]*+=))*+)(?P<sign>[=:]?+)[ \t\r\f\v]*+"
)
_STRONG = late(rf"(?i){_PASSWORDS}")
_LONG = late(rf"(?i){_PASSWORDS}|{_SECRETS}")
_OF_NO_SECRET = late(r"(?i)(?:maps?|file|path|scheme|delimiter|limit|lifetime|ttl)\Z")
_TO_LINE_END = late(r"[^\n]*")
_FOLDED = late(r"[^\n]*(?:\n(?:[ \t][^\n]*|#[^\n]*(?=\n[ \t#])))*+")
_WORD = late(r"\"[^\"\n]*|'[^'\n]*|[^\s]*?(?=[},;)\"']*(?:\s|\Z))")
_CURLY = late(r"[{}]|\n(?![ \t#])")
_PATH = late(r"[\"']?/")
_INDENT = late(r"[ \t]*")


class _Line(NamedTuple):
    start: int
    end: int
    indent: int
    comment: int


def password_values(text: str) -> Iterator[Place]:
    """The places of such values in the order of the text: of `name = value` wherever it stands, of options
    (`--password value`), and, behind a `#`, of whatever follows such a name."""
    line = _line(text, 0)
    at = 0
    while found := _NAME.search(text, at):
        if found.start("name") > line.end:
            line = _line(text, found.start("name"))
        begin, end = found.end(), _end(text, found, line)
        if end is not None and end > begin:
            yield begin, end
        at = max(found.end("name"), end or 0)


def _line(text: str, at: int) -> _Line:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    indent = _INDENT.match(text, start, end)
    first = indent.end() if indent else start
    comment = text.find(";" if text[first : first + 1] == ";" else "#", start, end)
    return _Line(start, end, first, end if comment < 0 else comment)


def _end(text: str, found: re.Match[str], line: _Line) -> int | None:
    """Where the value ends; None where the name has none that is secret."""
    name, begin = found["name"], found.end()
    if line.comment < found.start("name"):
        is_value = found["sign"] or _LONG.search(name)
        return _matched(_TO_LINE_END, text, begin) if is_value else None
    if _OF_NO_SECRET.search(name):
        return None
    if not found["sign"]:
        return _end_of_word(text, found, line)
    if found["sign"] == ":" or (not _STRONG.search(name) and _PATH.match(text, begin)):
        return None
    if found["open"]:
        return _closed(text, found, line)
    if found.start() == line.start:
        return _matched(_FOLDED, text, begin)
    return _matched(_TO_LINE_END if found.start() == line.indent else _WORD, text, begin)


def _end_of_word(text: str, found: re.Match[str], line: _Line) -> int | None:
    """Where the value ends that nothing but white space parts from the name."""
    if found["name"].lower() == "ldapbindpassword" and found.start() == line.indent:
        return _matched(_TO_LINE_END, text, found.end())
    return _matched(_WORD, text, found.end()) if found["name"].startswith("-") and found["gap"] else None


def _closed(text: str, found: re.Match[str], line: _Line) -> int:
    """Where the quotes or braces are closed in which the name stands, else where the (logical) line ends."""
    begin = found.end()
    if not found["open"].startswith("{"):
        end = text.find(found["open"], begin, line.end)
        return line.end if end < 0 else end
    depth = 0
    for curly in _CURLY.finditer(text, begin):
        depth += {"{": 1, "}": -1}.get(curly[0], 0)
        if depth < 0 or curly[0] == "\n":
            return curly.start()
    return len(text)


def _matched(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
