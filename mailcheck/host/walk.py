"""The way from a root to a file, one name at a time, every link resolved by hand inside the root."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

MAX_LINKS = 40
"""Symbolic links on one way, as many as Linux follows."""
MAX_DEPTH = 64
"""Folders on one way; each takes a descriptor."""
_MAX_NAMES = 4_096
"""Names that a way may hold once its links are resolved."""

_ENTER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})


class NotReached(Exception):  # noqa: N818 - it says what is known of the file
    """What stands in the way of a file, as `HostFile` tells it."""

    def __init__(self, state: Literal["missing", "denied", "refused"], why: str = "") -> None:
        super().__init__(why)
        self.state = state
        self.why = why

    @classmethod
    def of(cls, error: OSError, shown: str) -> NotReached:
        """What the system's error at the path `shown` says."""
        if isinstance(error, PermissionError):
            return cls("denied", f"permission denied: {shown}")
        if error.errno in _ABSENT:
            return cls("missing")
        return cls("refused", f"{error.strerror}: {shown}")


class Swapped(Exception):  # noqa: N818 - no error: the way is gone again
    """What a name stands for changed between two looks at it."""


class Reached(NamedTuple):
    """The end of a way: `name` in the folder that the descriptor `folder` holds open, and no symbolic link.

    `shown` is its path on the host once all links are resolved.
    """

    folder: int
    name: str
    status: os.stat_result
    shown: str


@contextmanager
def walk(root: int, path: str, *, clamp: bool) -> Iterator[Reached]:
    """Where the absolute `path` leads below the descriptor `root`.

    `clamp`: above the root is the root, as for the running host; else a way that climbs out is refused.
    Raises NotReached and Swapped.
    """
    if not path.startswith("/"):
        raise NotReached("refused", "is no absolute path")
    steps = _Steps(root, path, clamp=clamp)
    try:
        yield steps.end()
    finally:
        steps.close()


class _Steps:
    def __init__(self, root: int, path: str, *, clamp: bool) -> None:
        self._folders = [(root, "")]
        self._names = _split(path)
        self._clamp = clamp
        self._links = 0

    def close(self) -> None:
        for descriptor, _ in self._folders[1:]:
            os.close(descriptor)

    def end(self) -> Reached:
        while self._names:
            name = self._names.pop()
            if name == "..":
                self._up()
                continue
            reached = self._look(name)
            if stat.S_ISLNK(reached.status.st_mode):
                self._follow(reached)
            elif not self._names:
                return reached
            else:
                self._enter(reached)
        return self._look(".")

    def _look(self, name: str) -> Reached:
        folder, above = self._folders[-1]
        shown = above or "/" if name == "." else f"{above}/{name}"
        try:
            return Reached(folder, name, os.stat(name, dir_fd=folder, follow_symlinks=False), shown)
        except OSError as error:
            raise self._not_reached(error, shown) from None
        except ValueError:
            raise NotReached("refused", "is no path that a file can have") from None

    def _up(self) -> None:
        if len(self._folders) > 1:
            os.close(self._folders.pop()[0])
        elif not self._clamp:
            raise NotReached("refused", "leads out of the root")

    def _enter(self, reached: Reached) -> None:
        if len(self._folders) > MAX_DEPTH:
            raise NotReached("refused", f"lies more than {MAX_DEPTH} folders deep")
        if not stat.S_ISDIR(reached.status.st_mode):
            raise NotReached("missing", f"{reached.shown} is no folder")
        try:
            self._folders.append((os.open(reached.name, _ENTER, dir_fd=reached.folder), reached.shown))
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                raise Swapped from None
            raise self._not_reached(error, reached.shown) from None

    def _follow(self, reached: Reached) -> None:
        self._links += 1
        if self._links > MAX_LINKS:
            raise NotReached("refused", f"leads through more than {MAX_LINKS} symbolic links")
        try:
            target = os.readlink(reached.name, dir_fd=reached.folder)
        except OSError as error:
            if error.errno == errno.EINVAL:
                raise Swapped from None
            raise self._not_reached(error, reached.shown) from None
        self._names += _split(target)
        if len(self._names) > _MAX_NAMES:
            raise NotReached("refused", "is longer than any path")
        if target.startswith("/"):
            self.close()
            del self._folders[1:]

    def _not_reached(self, error: OSError, shown: str) -> NotReached:
        found = NotReached.of(error, shown)
        if found.state == "missing" and self._links:
            found.why = f"a symbolic link leads to {shown}, which is not there"
        return found


def _split(path: str) -> list[str]:
    """The names of a path, the first one last."""
    return [name for name in reversed(path.split("/")) if name not in ("", ".")]
