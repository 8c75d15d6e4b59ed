"""Safe reading of text files: regular files only, bounded, UTF-8, and includes that stay below a root."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mailcheck.errors import InputRefused
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location
from mailcheck.model.text import shorten

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_ENTER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20

NO_DRAFTS: Mapping[str, bytes] = MappingProxyType({})


class Source(NamedTuple):
    """The text of one file, every line ended by `\\n` alone, a byte order mark left out.

    `path` is what the user is shown: relative to the working directory, with `/`. `file` is where it
    was read, None for text that came from no file of this tree (a revision, a test).
    """

    path: str
    text: str
    file: Path | None = None


@dataclass(slots=True)
class Budget:
    """What one run has read so far: different files, and octets counted at each reading."""

    files: set[str] = field(default_factory=set)
    octets: int = 0

    def admit_file(self, shown: str, limits: Limits) -> None:
        """Count one file; raises `InputRefused` (`too-many-files`) where it is one too many."""
        if len(self.files) >= limits.files and shown not in self.files:
            raise InputRefused("too-many-files", f"more than {limits.files} files in one run", path=shown)
        self.files.add(shown)

    def admit_octets(self, shown: str, octets: int, limits: Limits) -> None:
        """Count octets; raises `InputRefused` (`total-too-large`) where they are too many."""
        if self.octets + octets > limits.total_size:
            raise InputRefused(
                "total-too-large",
                f"the files of this run exceed {limits.total_size} octets together",
                path=shown,
                hint="lint fewer files in one run",
            )
        self.octets += octets


def read_source(
    path: Path, shown: str, limits: Limits, budget: Budget, drafts: Mapping[str, bytes] = NO_DRAFTS
) -> Source:
    """The text of a regular file, or its draft by the file's real path.

    Raises `InputRefused` as read_octets() does, and with the code `encoding`.
    """
    octets = read_octets(path, shown, limits, budget)
    return Source(shown, decode(_draft_of(path, drafts, octets), shown), path)


def read_octets(path: Path, shown: str, limits: Limits, budget: Budget) -> bytes:
    """What a regular file holds; raises `InputRefused`.

    Codes: `file-not-found`, `file-unreadable`, `file-symlink`, `file-not-regular`, `file-too-large`,
    `too-many-files`, `total-too-large`.
    """
    try:
        descriptor = os.open(path, _READ)
    except OSError as error:
        raise _not_opened(error, shown) from None
    except ValueError:
        raise InputRefused("file-not-found", "a file name cannot hold a NUL", path=shown) from None
    try:
        return _read_regular(descriptor, shown, limits, budget)
    finally:
        os.close(descriptor)


def read_head(path: Path, octets: int) -> str:
    """The first octets of a regular file for a look at what it is; empty where it cannot be read."""
    try:
        descriptor = os.open(path, _READ)
    except (OSError, ValueError):
        return ""
    try:
        data = os.read(descriptor, octets) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    except OSError:
        return ""
    finally:
        os.close(descriptor)
    return _line_feeds(data.decode("utf-8-sig", "replace"))


def decode(data: bytes, shown: str) -> str:
    """UTF-8 octets as text; raises `InputRefused` (`encoding`) that names offset, line and column."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _bad_octet(data, 0, shown, "the file is UTF-16")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        dropped = 3
    else:
        dropped = 0
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        nul = data.find(b"\0", 0, error.start)
        at = error.start if nul < 0 else nul
        what = f"octet 0x{data[at]:02x} is not UTF-8" if nul < 0 else "a NUL octet"
        raise _bad_octet(data, at, shown, what, dropped) from None
    if (nul := data.find(b"\0")) >= 0:
        raise _bad_octet(data, nul, shown, "a NUL octet", dropped)
    return _line_feeds(text) if "\r" in text else text


def as_refused(error: InputRefused) -> Refused:
    """The error as a value of the report."""
    at = Location(error.path, error.line, error.column, error.line, error.column)
    return Refused(error.code, at, error.message, error.hint)


class Includes:
    """Reads the files that zone files include, below one root and never in a circle.

    The root is `root`; where that is None, the Git top level of the including file; where there is
    none, `fallback` (the common parent of the paths given by the user).
    """

    def __init__(
        self,
        root: Path | None,
        *,
        fallback: Path,
        limits: Limits,
        budget: Budget,
        drafts: Mapping[str, bytes] = NO_DRAFTS,
    ) -> None:
        self._drafts = drafts
        self._root = root
        self._fallback = fallback
        self._limits = limits
        self.budget = budget
        self._chains: dict[Path, tuple[Path, ...]] = {}
        self._counts: dict[Path, int] = {}
        self._included: set[Path] = set()
        self._read: list[Source] = []

    def resolve(self, source: Source, target: str, *, at_line: int, at_column: int) -> Source:
        """The file that `source` includes as `target`; positions are those of the include.

        Raises `InputRefused`: `include-outside`, `include-loop`, `include-limit`, `file-symlink`,
        `file-not-found` and the other codes of `read_source`, at the place of the include.
        """

        def refuse(code: str, message: str, hint: str = "") -> InputRefused:
            return InputRefused(code, message, path=source.path, line=at_line, column=at_column, hint=hint)

        if source.file is None:
            raise refuse("include-outside", "this text was read from no folder, so it cannot include files")
        if not target or "\0" in target or target.startswith(("/", "~")) or "\\" in target:
            raise refuse("include-outside", f"`{shorten(target)}` is no path relative to the including file")
        including = _real(source.file)
        root = include_root_of(including.parent, self._root, fallback=self._fallback)
        included = Path(os.path.normpath(including.parent / target))
        if not included.is_relative_to(root) or included == root:
            raise refuse(
                "include-outside",
                f"`{shorten(target)}` is outside {root.name or root}",
                hint="keep included files below the repository, or name a root with --include-root",
            )
        chain = (*self._chains.get(including, ()), including)
        if included in chain:
            raise refuse("include-loop", f"`{shorten(target)}` includes itself")
        count = self._counts[chain[0]] = self._counts.get(chain[0], 0) + 1
        if count > self._limits.includes or len(chain) > self._limits.depth:
            raise refuse("include-limit", f"more than {self._limits.includes} includes in one zone")
        shown = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), target))
        try:
            text = self._read_below(root, included, shown)
        except InputRefused as error:
            if error.code == "encoding":
                raise
            raise refuse(error.code, f"`{shorten(target)}`: {error.message}", error.hint) from None
        self._included.add(included)
        self._chains[included] = chain
        self._read.append(Source(shown, text, included))
        return self._read[-1]

    @property
    def used(self) -> bool:
        """Whether any file was included."""
        return bool(self._included)

    def is_included(self, file: Path) -> bool:
        """Whether some file named this one in an include."""
        return bool(self._included) and _real(file) in self._included

    def take_read(self) -> list[Source]:
        """The files included since the last call."""
        read, self._read = self._read, []
        return read

    def _read_below(self, root: Path, included: Path, shown: str) -> str:
        """Walk down from the root one directory at a time, so that no component is a symbolic link."""
        *folders, name = included.relative_to(root).parts
        opened: list[int] = []
        try:
            opened.append(os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
            for folder in folders:
                if stat.S_ISLNK(os.stat(folder, dir_fd=opened[-1], follow_symlinks=False).st_mode):
                    raise OSError(errno.ELOOP, "symbolic link")
                opened.append(os.open(folder, _ENTER, dir_fd=opened[-1]))
            opened.append(os.open(name, _READ, dir_fd=opened[-1]))
            data = _read_regular(opened[-1], shown, self._limits, self.budget)
        except OSError as error:
            raise _not_opened(error, shown) from None
        finally:
            for descriptor in opened:
                os.close(descriptor)
        return decode(_draft_of(included, self._drafts, data), shown)


def _draft_of(file: Path, drafts: Mapping[str, bytes], octets: bytes) -> bytes:
    return drafts.get(os.path.realpath(file), octets) if drafts else octets


def include_root_of(folder: Path, root: Path | None, *, fallback: Path) -> Path:
    """Below what the files of a folder may include: `root`, else its Git top level, else `fallback`."""
    if root is not None:
        return Path(os.path.realpath(root))
    for candidate in (folder, *folder.parents):
        if (candidate / ".git").exists():
            return candidate
    return Path(os.path.realpath(fallback))


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _real(file: Path) -> Path:
    """The file with the links in its folder's path followed; itself it is none."""
    return Path(os.path.realpath(file.parent)) / file.name


def _read_regular(descriptor: int, shown: str, limits: Limits, budget: Budget) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise InputRefused("file-not-regular", f"{_kind(status.st_mode)}, not a file", path=shown)
    too_large = InputRefused("file-too-large", f"larger than {limits.zone_file_size} octets", path=shown)
    if status.st_size > limits.zone_file_size:
        raise too_large
    budget.admit_file(shown, limits)
    data = os.read(descriptor, min(status.st_size, limits.zone_file_size) + 1)
    if len(data) == status.st_size:
        budget.admit_octets(shown, len(data), limits)
        return data
    parts = [data]
    size = len(data)
    while data and size <= limits.zone_file_size:
        data = os.read(descriptor, _CHUNK)
        parts.append(data)
        size += len(data)
    if size > limits.zone_file_size:
        raise too_large
    budget.admit_octets(shown, size, limits)
    return b"".join(parts)


def _not_opened(error: OSError, shown: str) -> InputRefused:
    if error.errno == errno.ELOOP:
        return InputRefused("file-symlink", "a symbolic link, not a file", path=shown)
    if error.errno in (errno.ENXIO, errno.ENODEV):
        return InputRefused("file-not-regular", "a socket or device, not a file", path=shown)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return InputRefused("file-not-found", "no such file", path=shown)
    return InputRefused("file-unreadable", (error.strerror or "not readable").lower(), path=shown)


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a directory"
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    return "a device"


def _bad_octet(data: bytes, at: int, shown: str, what: str, dropped: int = 0) -> InputRefused:
    line_start = data.rfind(b"\n", 0, at) + 1
    column = len(data[line_start:at].decode("utf-8", "replace")) + 1
    return InputRefused(
        "encoding",
        f"{what} (offset {at + dropped})",
        path=shown,
        line=data.count(b"\n", 0, at) + 1,
        column=column,
        hint="save the file as UTF-8",
    )
