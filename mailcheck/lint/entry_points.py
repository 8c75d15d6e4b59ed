"""What installed distributions declare as entry points, read from their own files.

`importlib.metadata` answers the same and imports the e-mail package for it: a tenth of a short run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

_FILE = "entry_points.txt"


def entry_points(group: str) -> tuple[str, ...]:
    """The values (`package.module`) in one group, each once, in the order of `sys.path`.

    The format is that of the PyPA specification "Entry points": an INI file in each `.dist-info`.
    """
    return tuple(dict.fromkeys(value for _, value in _points(group)))


def named_entry_points(group: str) -> Mapping[str, str]:
    """The values of one group by their names; of two with one name the first on `sys.path` counts."""
    return dict(reversed(list(_points(group))))


def _points(group: str) -> Iterator[tuple[str, str]]:
    for text in _texts():
        yield from _values(text, group)


@cache
def _texts() -> tuple[str, ...]:
    texts: dict[str, str] = {}
    for folder in dict.fromkeys(sys.path):
        for name in _distributions(folder or "."):
            # As in an import, the first distribution of a name on the path hides the later ones.
            if (project := name.partition("-")[0].lower()) not in texts:
                with suppress(OSError, UnicodeDecodeError):
                    texts[project] = Path(folder, name, _FILE).read_text(encoding="utf-8")
    return tuple(texts.values())


def _distributions(folder: str) -> Iterator[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - a fifth of the time
    except OSError:
        return
    yield from sorted([name for name in names if name.endswith((".dist-info", ".egg-info"))])


def _values(text: str, group: str) -> Iterator[tuple[str, str]]:
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{group}]"
        elif inside and "=" in line and line[0] not in "#;":
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()
