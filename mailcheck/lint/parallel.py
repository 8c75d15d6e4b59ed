"""Zones checked by several processes, each of which sees the whole world."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from mailcheck.model.zone import Zone

Result = TypeVar("Result")

WORTHWHILE = 200
"""Zones from which on a second process saves more time than it costs."""
CHUNK = 50

_check: Callable[[Sequence[Zone]], object]
_zones: Sequence[Zone]


def workers(zones: int) -> int:
    """How many processes to use: 1 on small runs, and where a process cannot be forked safely."""
    if zones < WORTHWHILE or sys.platform != "linux":
        return 1
    return len(os.sched_getaffinity(0))


def check_in_chunks(
    check: Callable[[Sequence[Zone]], Result], zones: Sequence[Zone], processes: int
) -> Iterator[tuple[int, Result]]:
    """Run `check` on chunks of `zones`; answers the size and the result of each, in the order of the zones.

    The processes are forked from this one, so that zones and whatever was computed of them need not be
    sent; only results are.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    starts = range(0, len(zones), CHUNK)
    context = get_context("fork")
    with ProcessPoolExecutor(processes, context, initializer=_inherit, initargs=(check, zones)) as pool:
        results = pool.map(_check_chunk, starts)
        for start, result in zip(starts, results, strict=True):
            yield len(zones[start : start + CHUNK]), result  # type: ignore[misc]


def _inherit(check: Callable[[Sequence[Zone]], object], zones: Sequence[Zone]) -> None:
    global _check, _zones  # set once in each forked process, before its first chunk
    _check, _zones = check, zones


def _check_chunk(start: int) -> object:
    return _check(_zones[start : start + CHUNK])
