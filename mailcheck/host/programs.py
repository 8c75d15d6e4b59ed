"""Programs of the host that are asked a question, bounded in time and in what they say."""

from __future__ import annotations

import os
import selectors
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGKILL
from time import monotonic
from typing import BinaryIO, NamedTuple, cast

TIMEOUT = 10.0
"""Seconds that a program has for its answer."""

_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
_CHUNK = 1 << 16


class Identity(NamedTuple):
    """Whom a program runs as, by name."""

    user: str
    group: str


class Said(NamedTuple):
    """What a program wrote; `whole` is False where it was cut off at the limit."""

    octets: bytes
    whole: bool


def ask(
    program: Path,
    arguments: Sequence[str],
    limit: int,
    timeout: float = TIMEOUT,
    *,
    stdin: bytes = b"",
    identity: Identity | None = None,
) -> Said | None:
    """The first `limit` octets that the program writes, None where it fails or is not done in time.

    It gets no environment of ours, and is gone with all its children when this returns. `identity` can be
    given as root only.
    """
    try:
        with _input(stdin) as source:
            process = _start([str(program), *arguments], source, identity)
    except (OSError, KeyError):
        return None
    return _answer(process, limit, timeout)


@contextmanager
def _input(octets: bytes) -> Iterator[int]:
    """A file in memory that holds the octets, to be read from its start."""
    descriptor = os.memfd_create("input")
    try:
        os.write(descriptor, octets)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def _start(command: Sequence[str], source: int, identity: Identity | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_ENVIRONMENT,
        start_new_session=True,
        user=identity.user if identity else None,
        group=identity.group if identity else None,
        extra_groups=[] if identity else None,
    )


def _answer(process: subprocess.Popen[bytes], limit: int, timeout: float) -> Said | None:
    output = cast("BinaryIO", process.stdout)
    end = monotonic() + timeout
    try:
        octets = _read(output, limit + 1, end)
        if octets is None or len(octets) > limit:
            return None if octets is None else Said(octets[:limit], whole=False)
        with suppress(subprocess.TimeoutExpired):
            return Said(octets, whole=True) if process.wait(max(0.0, end - monotonic())) == 0 else None
        return None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, SIGKILL)
        process.wait()
        output.close()


def _read(output: BinaryIO, limit: int, end: float) -> bytes | None:
    """Up to `limit` octets, None where the end of what is written is not reached in time."""
    chunks: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while limit > 0:
            if not selector.select(max(0.0, end - monotonic())):
                return None
            chunk = os.read(output.fileno(), min(limit, _CHUNK))
            if not chunk:
                break
            chunks.append(chunk)
            limit -= len(chunk)
    return b"".join(chunks)
