"""Work on many items shared out among this process and others forked from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, BinaryIO, NamedTuple, TypeVar

Item = TypeVar("Item")
Part = TypeVar("Part")
Result = TypeVar("Result")

WORTHWHILE = 200
"""Items from which on a second process saves more time than it costs."""
CHUNK = 20
"""Items that a process takes at once; who is done first waits for half of that on average."""

_BUFFER = 1 << 20
"""Octets of results that a process may be ahead of its reader; the most that Linux grants everyone."""
_NUMBER = 4
"""Octets of the number of a chunk."""

_HERE = 0
"""The number of this process; forked ones count from 1."""


class _Done(NamedTuple):
    """The number of a chunk, its result, and the number of the process that got it done."""

    chunk: int
    result: Any
    process: int


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
    chunks = _chunks(items)
    with _queue() as queue:
        _fill(queue, range(len(chunks)))
        with _helpers(lambda own: own.work(work, chunks, [queue]), min(processes, len(chunks))) as helpers:
            if meanwhile is not None:
                meanwhile()
            for done in _in_order(work, chunks, _as_done(work, chunks, [queue], helpers)):
                yield chunks[done.chunk], done.result


def in_two_rounds(
    first: Callable[[Sequence[Item]], Part],
    between: Callable[[Sequence[Part]], object],
    second: Callable[[Sequence[Item]], Result],
    items: Sequence[Item],
    processes: int,
) -> Iterator[tuple[Sequence[Item], Result]]:
    """Run `first` on all chunks of `items`, then `second`; answers what `second` finds as `in_chunks` does.

    Each process calls `between` with all that `first` found, in the order of the items. In the second
    round it begins with the chunks that it had in the first: what it remembers of them saves time.
    """
    chunks = _chunks(items)
    processes = min(processes, len(chunks))
    with ExitStack() as stack:
        queue = stack.enter_context(_queue())
        _fill(queue, range(len(chunks)))
        remembered = [stack.enter_context(_queue()) for _ in range(processes)]

        def both_rounds(own: _Own) -> None:
            own.work(first, chunks, [queue])
            between([own.told() for _ in chunks])
            own.work(second, chunks, [remembered[own.number], *remembered])

        helpers = stack.enter_context(_helpers(both_rounds, processes))
        known = list(_in_order(first, chunks, _as_done(first, chunks, [queue], helpers)))
        for number, own_queue in enumerate(remembered):
            _fill(own_queue, [done.chunk for done in known if done.process == number])
        parts = [done.result for done in known]
        del known
        for helper in helpers:
            helper.tell(parts)
        between(parts)
        del parts
        for done in _in_order(second, chunks, _as_done(second, chunks, remembered, helpers)):
            yield chunks[done.chunk], done.result


def _chunks(items: Sequence[Item]) -> list[Sequence[Item]]:
    return [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]


def _in_order(
    work: Callable[[Sequence[Item]], Result], chunks: Sequence[Sequence[Item]], as_done: Iterable[_Done]
) -> Iterator[_Done]:
    """The chunks by number as soon as they are known; those that were never done are done here."""
    early: dict[int, _Done] = {}
    following = 0
    for done in as_done:
        early[done.chunk] = done
        while following in early:
            yield early.pop(following)
            following += 1
    for number, chunk in enumerate(chunks[following:], following):
        yield early.pop(number) if number in early else _Done(number, work(chunk), _HERE)


def _as_done(
    work: Callable[[Sequence[Item]], Result],
    chunks: Sequence[Sequence[Item]],
    queues: Sequence[BinaryIO],
    helpers: Sequence[_Helper],
) -> Iterator[_Done]:
    """The chunks of one round, whoever gets them done, in the order in which that is known here."""
    for number in _taken(queues):
        yield _Done(number, work(chunks[number]), _HERE)
        for helper in helpers:
            yield from helper.received(wait=False)
    for helper in helpers:
        yield from helper.received(wait=True)


def _queue() -> BinaryIO:
    """A file of numbers of chunks: all processes read it at one offset, so that each gets other ones."""
    return os.fdopen(os.memfd_create("chunks"), "r+b", buffering=0)


def _fill(queue: BinaryIO, numbers: Iterable[int]) -> None:
    queue.write(b"".join([number.to_bytes(_NUMBER, "big") for number in numbers]))
    queue.seek(0)


def _taken(queues: Sequence[BinaryIO]) -> Iterator[int]:
    for queue in queues:
        while number := queue.read(_NUMBER):
            yield int.from_bytes(number, "big")


class _Helper:
    """A forked process, as the one that forked it sees it."""

    def __init__(self, number: int, pid: int, results: BinaryIO, telling: BinaryIO) -> None:
        self._number = number
        self._pid = pid
        self._results = results
        self._telling = telling
        self._at_work = True

    def received(self, *, wait: bool) -> Iterator[_Done]:
        """What the process has sent: all until it is done with this round, or what can be read now."""
        import pickle
        from select import select

        while self._at_work and (wait or select([self._results], (), (), 0)[0]):
            sent = None
            with suppress(EOFError, pickle.UnpicklingError):
                sent = pickle.load(self._results)
            if sent is None:
                self._at_work = False
            else:
                chunk, result = sent
                yield _Done(chunk, result, self._number)

    def tell(self, messages: Iterable[object]) -> None:
        """Let the process begin its next round."""
        import pickle

        self._at_work = True
        with suppress(BrokenPipeError):
            for message in messages:
                self._telling.write(pickle.dumps(message, pickle.HIGHEST_PROTOCOL))

    def close(self) -> None:
        self._results.close()
        self._telling.close()

    def end(self) -> None:
        """No process is left behind: one that is not done yet has nobody who reads what it finds."""
        from signal import SIGKILL

        self.close()
        with suppress(ProcessLookupError):
            os.kill(self._pid, SIGKILL)
        os.waitpid(self._pid, 0)


class _Own:
    """A forked process, as it sees itself."""

    def __init__(self, number: int, results: BinaryIO, telling: BinaryIO) -> None:
        self.number = number
        self._results = results
        self._telling = telling

    def work(
        self,
        work: Callable[[Sequence[Item]], Result],
        chunks: Sequence[Sequence[Item]],
        queues: Sequence[BinaryIO],
    ) -> None:
        """One round; its end is sent as None."""
        for number in _taken(queues):
            self._send((number, work(chunks[number])))
        self._send(None)

    def told(self) -> Any:
        """What was found of the next chunk in the first round, in whichever process."""
        import pickle

        return pickle.load(self._telling)

    def _send(self, message: object) -> None:
        import pickle

        pickle.dump(message, self._results, pickle.HIGHEST_PROTOCOL)
        self._results.flush()


@contextmanager
def _helpers(work: Callable[[_Own], object], processes: int) -> Iterator[Sequence[_Helper]]:
    """So many processes, this one among them; the others do `work`."""
    helpers: list[_Helper] = []
    try:
        for number in range(1, processes):
            helpers.append(_fork(work, number, helpers))
        yield helpers
    finally:
        for helper in helpers:
            helper.end()


def _fork(work: Callable[[_Own], object], number: int, others: Sequence[_Helper]) -> _Helper:
    results, sending = os.pipe()
    listening, telling = os.pipe()
    for pipe in (sending, telling):
        _enlarge(pipe)
    pid = os.fork()
    if pid:
        os.close(sending)
        os.close(listening)
        return _Helper(number, pid, os.fdopen(results, "rb"), os.fdopen(telling, "wb", buffering=0))

    # Whatever happens here, this process must not go on in the caller's code.
    try:
        os.close(results)
        os.close(telling)
        for other in others:
            other.close()
        with os.fdopen(sending, "wb") as results_out, os.fdopen(listening, "rb") as told:
            work(_Own(number, results_out, told))
    finally:
        os._exit(0)


def _enlarge(pipe: int) -> None:
    from fcntl import F_SETPIPE_SZ, fcntl

    with suppress(OSError):
        fcntl(pipe, F_SETPIPE_SZ, _BUFFER)
