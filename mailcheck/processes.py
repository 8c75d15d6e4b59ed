"""Work on many items shared out among processes forked from this one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WORTHWHILE = 200
"""Items from which on a second process saves more time than it costs."""
CHUNK = 50

_work: Callable[[Sequence[Any]], Any]
_items: Sequence[Any]


def processes_for(items: int) -> int:
    """How many processes to use: 1 for few items, and where a process cannot be forked safely."""
    if items < WORTHWHILE or sys.platform != "linux":
        return 1
    return len(os.sched_getaffinity(0))


def in_chunks(
    work: Callable[[Sequence[Item]], Result], items: Sequence[Item], processes: int
) -> Iterator[tuple[Sequence[Item], Result]]:
    """Run `work` on chunks of `items`; answers each chunk and its result, in the order of the items.

    Forked processes see all that this one has, so that nothing is sent to them; results are sent back.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    starts = range(0, len(items), CHUNK)
    fork = get_context("fork")
    pool = ProcessPoolExecutor(processes, fork, initializer=_inherit, initargs=(work, items))
    try:
        for start, result in zip(starts, pool.map(_work_on_chunk, starts), strict=True):
            yield items[start : start + CHUNK], result
    finally:
        pool.shutdown(cancel_futures=True)


def _inherit(work: Callable[[Sequence[Any]], Any], items: Sequence[Any]) -> None:
    global _work, _items  # set once in each forked process, before its first chunk
    _work, _items = work, items


def _work_on_chunk(start: int) -> Any:
    return _work(_items[start : start + CHUNK])
