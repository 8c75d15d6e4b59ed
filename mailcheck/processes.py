"""Work on many items shared out among this process and others forked from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, BinaryIO, NamedTuple, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WORTHWHILE = 200
"""Items from which on a second process saves more time than it costs."""
CHUNK = 50

_BUFFER = 1 << 20
"""Octets of results that a process may be ahead of its reader; the most that Linux grants everyone."""
_NUMBER = 4
"""Octets of the number of a chunk."""


class _Helper(NamedTuple):
    pid: int
    results: BinaryIO


def processes_for(items: int) -> int:
    """How many processes to use: 1 for few items, and where a process cannot be forked safely."""
    if items < WORTHWHILE or sys.platform != "linux":
        return 1
    return len(os.sched_getaffinity(0))


def in_chunks(
    work: Callable[[Sequence[Item]], Result],
    items: Sequence[Item],
    processes: int,
    meanwhile: Callable[[], object] | None = None,
) -> Iterator[tuple[Sequence[Item], Result]]:
    """Run `work` on chunks of `items`; answers each chunk and its result, in the order of the items.

    Each process takes the next chunk that nobody has taken yet, this one as well, once it has called
    `meanwhile`. The forked ones see all that this one has, so that nothing is sent to them; results are
    sent back. A chunk that a forked process did not get done, whatever the reason, is done here, so that
    its error is raised here too.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    done: dict[int, Result] = {}
    following = 0
    for number, result in _as_done(work, chunks, processes, meanwhile):
        done[number] = result
        while following in done:
            yield chunks[following], done.pop(following)
            following += 1
    for number, chunk in enumerate(chunks[following:], following):
        yield chunk, done.pop(number) if number in done else work(chunk)


def _as_done(
    work: Callable[[Sequence[Item]], Result],
    chunks: Sequence[Sequence[Item]],
    processes: int,
    meanwhile: Callable[[], object] | None,
) -> Iterator[tuple[int, Result]]:
    """Numbers of chunks and their results, whoever gets them done, in the order in which that is known here."""
    helpers: list[_Helper] = []
    queue = _queue(len(chunks))
    try:
        for _ in range(1, min(processes, len(chunks))):
            helpers.append(_fork(work, chunks, queue, helpers))
        if meanwhile is not None:
            meanwhile()
        for number in _taken(queue):
            yield number, work(chunks[number])
            for helper in helpers:
                yield from _received(helper, wait=False)
        for helper in helpers:
            yield from _received(helper, wait=True)
    finally:
        os.close(queue)
        for helper in helpers:
            _end(helper)


def _queue(count: int) -> int:
    """A file of the numbers below `count`: all processes read it at one offset, so that each gets other ones."""
    queue = os.memfd_create("chunks")
    os.write(queue, b"".join([number.to_bytes(_NUMBER, "big") for number in range(count)]))
    os.lseek(queue, 0, os.SEEK_SET)
    return queue


def _taken(queue: int) -> Iterator[int]:
    while number := os.read(queue, _NUMBER):
        yield int.from_bytes(number, "big")


def _fork(
    work: Callable[[Sequence[Item]], Result],
    chunks: Sequence[Sequence[Item]],
    queue: int,
    others: Sequence[_Helper],
) -> _Helper:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return _Helper(pid, os.fdopen(reading, "rb"))
    import pickle

    # Whatever happens here, this process must not go on in the caller's code.
    try:
        os.close(reading)
        for other in others:
            other.results.close()
        _enlarge(writing)
        with os.fdopen(writing, "wb") as pipe:
            for number in _taken(queue):
                pickle.dump((number, work(chunks[number])), pipe, pickle.HIGHEST_PROTOCOL)
                pipe.flush()
    finally:
        os._exit(0)


def _enlarge(pipe: int) -> None:
    from fcntl import F_SETPIPE_SZ, fcntl

    with suppress(OSError):
        fcntl(pipe, F_SETPIPE_SZ, _BUFFER)


def _received(helper: _Helper, *, wait: bool) -> Iterator[tuple[int, Any]]:
    """What a process has sent: all that it ever will, or what can be read now."""
    import pickle
    from select import select

    with suppress(EOFError, pickle.UnpicklingError):
        while wait or select([helper.results], (), (), 0)[0]:
            yield pickle.load(helper.results)


def _end(helper: _Helper) -> None:
    """No process is left behind: one that is not done yet has nobody who reads what it finds."""
    from signal import SIGKILL

    helper.results.close()
    with suppress(ProcessLookupError):
        os.kill(helper.pid, SIGKILL)
    os.waitpid(helper.pid, 0)
