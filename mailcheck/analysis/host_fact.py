"""What holds of a daemon, where it is set, and what could not be told."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.model.location import Location


class Fact(NamedTuple):
    """One value that holds.

    `value` is None where it is not determined, and `why` tells the reason. `raw` is as written, `at` the place
    of the value (of a default: the first line of the file that could set it). `origin` is `default`, or names
    what sets it: a path, `unit`, `init`.
    """

    name: str
    value: str | None
    raw: str
    at: Location
    origin: str
    why: str = ""

    @property
    def is_set(self) -> bool:
        return self.origin != "default"


class NotDetermined(NamedTuple):
    """An answer that what was read does not give."""

    why: str
