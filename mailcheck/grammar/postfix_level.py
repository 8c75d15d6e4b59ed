"""Compatibility levels of Postfix (postconf(5) compatibility_level)."""

from __future__ import annotations

from mailcheck.model.patterns import late

_LEVEL = late(r"[ \t]*([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.([0-9]{1,9}))?")


def parse_level(text: str) -> tuple[int, int, int] | None:
    """A compatibility level such as `3.6`; None where Postfix refuses it."""
    found = _LEVEL.fullmatch(text)
    return (int(found[1]), int(found[2] or 0), int(found[3] or 0)) if found else None
