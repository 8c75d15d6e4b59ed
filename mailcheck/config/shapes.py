"""The shapes that configuration is made of: mappings with known keys, strings, lists of strings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mailcheck.config.document import Document, Path, named, nearest


def mapping(document: Document, value: Any, at: Path, known: tuple[str, ...] | None) -> Mapping[str, Any]:
    """`value` as a mapping, empty for none; `known` None: any key. Raises ConfigError."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise document.error(f"{named(at)} must be a mapping", at)
    for key in value:
        if known is not None and key not in known:
            raise document.error(f"{named(at)} has no key {key!r}", (*at, key), nearest(key, known))
    return value


def strings(document: Document, value: Any, at: Path) -> tuple[str, ...]:
    """`value` as strings: a single one, a list, or none. Raises ConfigError."""
    if value is None:
        return ()
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list):
        raise document.error(f"{named(at)} must be a string or a list of strings", at)
    for index, item in enumerate(items):
        if not isinstance(item, str):
            raise document.error(f"{named(at)} must hold strings, not {item!r}", (*at, index))
    return tuple(items)


def optional_string(document: Document, value: Any, at: Path) -> str | None:
    """`value` as a string, or None. Raises ConfigError."""
    if value is None or isinstance(value, str):
        return value
    raise document.error(f"{named(at)} must be a string, not {value!r}", at)
