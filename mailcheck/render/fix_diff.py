"""What fixes would do to a file, as a unified diff."""

from __future__ import annotations

from difflib import unified_diff

from mailcheck.render import escape

_NO_LINE_END = "\\ No newline at end of file\n"


def unified(path: str, before: bytes, after: bytes) -> str:
    """The diff of one file; `patch -p0` takes it, unless a changed line holds characters that are not shown."""
    shown = escape.source(path)
    return "".join(_shown(line) for line in unified_diff(_lines(before), _lines(after), shown, shown))


def _lines(octets: bytes) -> list[str]:
    """The lines with their ends, split at line feeds only."""
    lines = octets.decode("utf-8").split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *([lines[-1]] if lines[-1] else [])]


def _shown(line: str) -> str:
    text = line.removesuffix("\n")
    return escape.diff(text) + "\n" + ("" if line.endswith("\n") else _NO_LINE_END)
