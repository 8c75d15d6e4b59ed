"""Single lines of files that findings point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from mailcheck.errors import InputRefused
from mailcheck.model.limits import Limits
from mailcheck.zonefile.source import Budget, read_source


def source_lines(lines: AbstractSet[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    """The text of single lines by shown path and 1-based line; lines that cannot be read are left out."""
    wanted: dict[str, set[int]] = {}
    for path, line in lines:
        wanted.setdefault(path, set()).add(line)
    return {(path, line): text for path, numbers in wanted.items() for line, text in _lines_of(path, numbers)}


def _lines_of(path: str, numbers: AbstractSet[int]) -> Iterator[tuple[int, str]]:
    try:
        text = read_source(Path(path), path, Limits(), Budget()).text
    except InputRefused:
        return
    last = max(numbers)
    start = 0
    for number in range(1, last + 1):
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        if number in numbers:
            yield number, text[start:stop]
        if end < 0:
            return
        start = end + 1
