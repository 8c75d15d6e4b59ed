"""Work on many items shared out among this process and others forked from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO, NamedTuple, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WORTHWHILE = 200
"""Items from which on a second process saves more time than it costs."""
CHUNK = 50

_BUFFER = 1 << 20
"""Octets of results that a process may be ahead of its reader; the most that Linux grants everyone."""


class _Helper(NamedTuple):
    pid: int
    results: BinaryIO


def processes_for(items: int) -> int:
    """How many processes to use: 1 for few items, and where a process cannot be forked safely."""
    if items < WORTHWHILE or sys.platform != "linux":
        return 1
    return len(os.sched_getaffinity(0))


def in_chunks(
    work: Callable[[Sequence[Item]], Result], items: Sequence[Item], processes: int
) -> Iterator[tuple[Sequence[Item], Result]]:
    """Run `work` on chunks of `items`; answers each chunk and its result, in the order of the items.

    Of every `processes` chunks this process works on the first itself. The forked ones see all that this
    one has, so that nothing is sent to them; results are sent back. A chunk that a forked process did not
    get done, whatever the reason, is done here, so that its error is raised here too.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    helpers: list[_Helper] = []
    try:
        for number in range(1, min(processes, len(chunks))):
            helpers.append(_fork(work, chunks[number::processes], helpers))
        for at, chunk in enumerate(chunks):
            turn = at % processes
            yield chunk, work(chunk) if turn == 0 else _received(helpers[turn - 1], work, chunk)
    finally:
        for helper in helpers:
            _end(helper)


def _fork(
    work: Callable[[Sequence[Item]], Result], chunks: Sequence[Sequence[Item]], others: Sequence[_Helper]
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
            for chunk in chunks:
                pickle.dump(work(chunk), pipe, pickle.HIGHEST_PROTOCOL)
                pipe.flush()
    finally:
        os._exit(0)


def _enlarge(pipe: int) -> None:
    from fcntl import F_SETPIPE_SZ, fcntl

    with suppress(OSError):
        fcntl(pipe, F_SETPIPE_SZ, _BUFFER)


def _received(helper: _Helper, work: Callable[[Sequence[Item]], Result], chunk: Sequence[Item]) -> Result:
    import pickle

    try:
        return pickle.load(helper.results)  # type: ignore[no-any-return]
    except (EOFError, pickle.UnpicklingError):
        return work(chunk)


def _end(helper: _Helper) -> None:
    """No process is left behind: one that is not done yet has nobody who reads what it finds."""
    from signal import SIGKILL

    helper.results.close()
    with suppress(ProcessLookupError):
        os.kill(helper.pid, SIGKILL)
    os.waitpid(helper.pid, 0)
