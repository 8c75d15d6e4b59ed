"""A stretch of whole lines."""

from __future__ import annotations

from typing import NamedTuple


class Lines(NamedTuple):
    """First and last line of something, 1-based; `depth` grows from names to single values."""

    first: int
    last: int
    depth: int = 0
