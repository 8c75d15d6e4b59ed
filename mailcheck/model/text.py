"""How values appear in messages."""

from __future__ import annotations


def shorten(text: str, width: int = 60) -> str:
    """`text`, or its start and `…` where it is longer than `width` characters."""
    return text if len(text) <= width else text[: width - 1] + "…"


def shown_name(name: str) -> str:
    """An absolute name as a reader sees it: without its final dot, a long one shortened."""
    return shorten(name.removesuffix(".") or ".")
