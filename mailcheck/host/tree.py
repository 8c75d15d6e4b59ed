"""Read-only access to the files of a host below a root, whatever its links and special files try."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Literal, TypeVar

from mailcheck.errors import UsageError
from mailcheck.host.masking import masked
from mailcheck.host.walk import NotReached, Reached, Swapped, walk
from mailcheck.model.machine import HostFile, How, Stat

MAX_TEXT = 1_000_000
"""Octets of a file that is read as text."""
MAX_PEM = 64_000
"""Octets of a file of certificates and keys."""
MAX_NAMES = 10_000
"""Names in a folder."""

_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_NO_TRACE = getattr(os, "O_NOATIME", 0)
_CHUNK = 1 << 16
_ATTEMPTS = 40
_Result = TypeVar("_Result")
_Accounts = Literal["/etc/passwd", "/etc/group"]


class Tree:
    """The host whose files stand below `root`; nothing is ever written, and nothing followed out of it.

    `live` tells the running host, whose owners, modes and times count. To be closed, or used with `with`.
    Raises UsageError where the root is no folder that can be opened.
    """

    def __init__(self, root: Path, live: bool) -> None:
        self.live = live
        try:
            self._root = os.open(root, _ROOT)
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else "is no path"
            raise UsageError(f"{root}: {why}", hint="name the folder that holds the host's etc") from None

    def __enter__(self) -> Tree:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        os.close(self._root)

    def read(self, path: str, how: How) -> HostFile:
        """The file at `path` (absolute, as the host knows it); what hinders is a state of it, never raised."""
        try:
            return self._reached(path, lambda reached: self._read(path, how, reached))
        except NotReached as error:
            return HostFile(path, error.state, error.why)

    def octets(self, path: str, limit: int) -> bytes | None:
        """What a regular file holds, None where that cannot be read or is more than `limit` octets."""
        try:
            return self._reached(path, lambda reached: _octets(reached, limit)[0])
        except NotReached:
            return None

    def _reached(self, path: str, use: Callable[[Reached], _Result]) -> _Result:
        """What `use` makes of the file, looked up anew where somebody swaps it meanwhile."""
        for _ in range(_ATTEMPTS):
            with suppress(Swapped), walk(self._root, path, clamp=self.live) as reached:
                return use(reached)
        raise NotReached("refused", "changed while it was read")

    def _read(self, path: str, how: How, reached: Reached) -> HostFile:
        status = reached.status
        try:
            if stat.S_ISDIR(status.st_mode):
                names = _names(reached) if how == "list" else ()
                return HostFile(path, "folder", names=names, stat=self._stat(status))
            if stat.S_ISSOCK(status.st_mode):
                return HostFile(path, "socket", stat=self._stat(status))
            if not stat.S_ISREG(status.st_mode):
                raise NotReached("refused", _special(status.st_mode))
            if how in ("text", "pem"):
                return self._content(path, how, reached)
        except NotReached as error:
            return HostFile(path, error.state, error.why, stat=self._stat(status), octets=_size(status))
        return HostFile(path, "file", stat=self._stat(status), octets=status.st_size)

    def _content(self, path: str, how: How, reached: Reached) -> HostFile:
        octets, status = _octets(reached, MAX_TEXT if how == "text" else MAX_PEM)
        file = HostFile(path, "file", stat=self._stat(status), octets=len(octets))
        if how == "text":
            return file._replace(text=masked(octets.decode("utf-8", "surrogateescape"), path))
        from mailcheck.grammar.pem import read_pem

        return file._replace(pem=read_pem(octets))

    def _stat(self, status: os.stat_result) -> Stat | None:
        if not self.live:
            return None
        owner = self._users.get(status.st_uid, str(status.st_uid))
        group = self._groups.get(status.st_gid, str(status.st_gid))
        return Stat(stat.S_IMODE(status.st_mode), owner, group, status.st_mtime)

    @cached_property
    def _users(self) -> Mapping[int, str]:
        return self._accounts("/etc/passwd")

    @cached_property
    def _groups(self) -> Mapping[int, str]:
        return self._accounts("/etc/group")

    def _accounts(self, path: _Accounts) -> Mapping[int, str]:
        """Names by number, of passwd(5) and group(5): the first line with a number names it."""
        names: dict[int, str] = {}
        for line in (self.octets(path, MAX_TEXT) or b"").decode("utf-8", "surrogateescape").split("\n"):
            fields = line.split(":")
            if len(fields) > 2 and fields[2].isascii() and fields[2].isdigit() and len(fields[2]) < 11:
                names.setdefault(int(fields[2]), fields[0])
        return names


def _octets(reached: Reached, limit: int) -> tuple[bytes, os.stat_result]:
    """All of a regular file, and its status; raises NotReached where it is over the limit or cannot be read."""
    descriptor = _open(reached)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotReached("refused", _special(status.st_mode))
        chunks: list[bytes] = []
        left = limit + 1 if status.st_size <= limit else 0
        while left > 0 and (chunk := os.read(descriptor, min(left, _CHUNK))):
            chunks.append(chunk)
            left -= len(chunk)
    except OSError as error:
        raise NotReached.of(error, reached.shown) from None
    finally:
        os.close(descriptor)
    if left <= 0:
        raise NotReached("refused", f"is over {limit} octets")
    return b"".join(chunks), status


def _names(reached: Reached) -> tuple[str, ...]:
    descriptor = _open(reached)
    try:
        with os.scandir(descriptor) as entries:
            names = [entry.name for entry in islice(entries, MAX_NAMES + 1)]
    except OSError as error:
        raise NotReached.of(error, reached.shown) from None
    finally:
        os.close(descriptor)
    if len(names) > MAX_NAMES:
        raise NotReached("refused", f"holds over {MAX_NAMES} names")
    return tuple(sorted(names))


def _open(reached: Reached) -> int:
    """A descriptor to read from; the time of access stays as it is where the system grants that."""
    with suppress(PermissionError):
        return _opened(reached, _READ | _NO_TRACE)
    try:
        return _opened(reached, _READ)
    except OSError as error:
        raise NotReached.of(error, reached.shown) from None


def _opened(reached: Reached, flags: int) -> int:
    try:
        return os.open(reached.name, flags, dir_fd=reached.folder)
    except OSError as error:
        if isinstance(error, PermissionError):
            raise
        if error.errno == errno.ELOOP:
            raise Swapped from None
        raise NotReached.of(error, reached.shown) from None


def _size(status: os.stat_result) -> int:
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "is a FIFO"
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return "is a device"
    return "is no regular file"
