"""A tree out of Git, written below a folder as if it had been checked out, but for filters, hooks and links."""

from __future__ import annotations

import os
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import IO, NamedTuple

from mailcheck.errors import InputRefused
from mailcheck.model.limits import Limits
from mailcheck.zonefile.file_names import is_never_a_zone
from mailcheck.zonefile.git import Git

_LINK = "120000"
_NO_FILE = "160000"
_NOWHERE = "/dev/null/link"
"""What every link of a tree leads to here: it is still known as a link, and refused as one."""
_READ_BY_ZONES = (".lock", ".key", ".conf")
"""Ends of names of files that are no zones: the lock, and what master files include."""
_CHUNK = 1 << 16
_MAX_ENTRY = 1 << 16


class _Entry(NamedTuple):
    mode: str
    id: str
    size: int
    path: str


def write_tree(
    git: Git, tree: str, below: Path, shown: str, limits: Limits, also: AbstractSet[str] = frozenset()
) -> None:
    """Write the files of a tree that may be zones, or be read by zones, below an empty folder.

    So are the files `also`, by their paths in the tree, whatever their names. Links lead nowhere. A file over the
    size of a zone file is as long as in the tree, and empty: it is refused by its length. `shown` names the
    revision. Raises InputRefused (`too-many-files`, `total-too-large`, `tree-bad-path`).
    """
    wanted: list[_Entry] = []
    octets = 0
    for entry in _entries(git, tree, shown):
        if entry.mode == _NO_FILE or not (_may_be_read(entry.path) or entry.path in also):
            continue
        wanted.append(entry)
        octets += entry.size if entry.size <= limits.zone_file_size else 0
        if len(wanted) > limits.files:
            raise _over("too-many-files", f"more than {limits.files} files", shown, "files")
        if octets > limits.total_size:
            raise _over("total-too-large", f"over {limits.total_size} octets together", shown, "total-size")
    written = [entry for entry in wanted if entry.mode != _LINK and entry.size <= limits.zone_file_size]
    for entry, content in zip(written, git.contents([entry.id for entry in written]), strict=True):
        _write(below, entry, content, shown)
    for entry in wanted:
        if entry.mode == _LINK or entry.size > limits.zone_file_size:
            _write(below, entry, b"", shown)


def _may_be_read(path: str) -> bool:
    name = path.rpartition("/")[2]
    return not is_never_a_zone(name) or name.endswith(_READ_BY_ZONES)


def _entries(git: Git, tree: str, shown: str) -> Iterator[_Entry]:
    with git.listing(tree) as listing:
        for line in _pieces(listing, shown):
            head, _, path = line.partition(b"\t")
            mode, _, name, size = head.decode("ascii").split()
            yield _Entry(mode, name, int(size) if size.isdigit() else 0, _checked(os.fsdecode(path), shown))


def _pieces(stream: IO[bytes], shown: str) -> Iterator[bytes]:
    """What stands between NULs."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
        if len(rest) > _MAX_ENTRY:
            raise InputRefused("tree-bad-path", "a path over 64 KB", path=shown)


def _checked(path: str, shown: str) -> str:
    """A path that stays below its tree and makes no repository: Git refuses to make others, but passes them on."""
    if any(part in ("", ".", "..") or part.lower() == ".git" for part in path.split("/")):
        why = "a path that leads out of its tree, or into a repository's own folder"
        raise InputRefused("tree-bad-path", why, path=f"{shown}:{path}")
    return path


def _write(below: Path, entry: _Entry, content: bytes, shown: str) -> None:
    path = below / entry.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry.mode == _LINK:
            path.symlink_to(_NOWHERE)
            return
        with path.open("xb") as file:
            file.write(content)
            if not content and entry.size:
                file.truncate(entry.size)
    except OSError as error:
        why = (error.strerror or "cannot be written").lower()
        raise InputRefused("tree-bad-path", why, path=f"{shown}:{entry.path}") from None


def _over(code: str, what: str, shown: str, limit: str) -> InputRefused:
    return InputRefused(code, f"{what} in this revision", path=shown, hint=f"allow more with --limit {limit}=N")
