"""A request as the fake saw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Request(NamedTuple):
    """One request of the log.

    `number` counts from 1, `path` is without /client/v4, `query` has the last value of each name, `body` is
    the JSON or None, `raw` its octets; `time` is time.monotonic() when it came; header names in lower case.
    """

    number: int
    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    raw: bytes
    headers: Mapping[str, str]
    time: float
