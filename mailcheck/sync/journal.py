"""The journal of an apply: what was there before, and each step before and after it is written.

JSON lines, each on the disk before the next thing happens. A journal holds records and nothing secret, yet
only its owner may read it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailcheck.errors import ChangeRefused, UsageError
from mailcheck.model.text import shown_name

VERSION = 1
DEFAULT_FOLDER = Path(".mailcheck", "journal")
SUFFIX = ".jsonl"

_PLAIN = re.compile(r"[^a-z0-9.-]")


class Journal:
    """Append-only; every line is on the disk when `note` returns."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def note(self, event: str, **data: Any) -> None:
        """Add one line. Raises OSError where that fails: then nothing may be written to the provider."""
        line = json.dumps({"event": event, "time": _now().isoformat(), **data}, default=str) + "\n"
        octets = line.encode()
        while octets:
            octets = octets[os.write(self._descriptor, octets) :]
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


@contextmanager
def new_journal(folder: Path, zone: str, header: Mapping[str, Any]) -> Iterator[Journal]:
    """A journal that begins with `header`; raises UsageError where it cannot be written."""
    stamp = _now().strftime("%Y%m%dT%H%M%S.%fZ")
    path = folder / f"{_file_name(zone)}-{stamp}-{os.getpid()}{SUFFIX}"
    try:
        journal = Journal(path, os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600))
        journal.note("begin", version=VERSION, zone=zone, **header)
        _sync_folder(folder)
    except OSError as error:
        raise UsageError(f"cannot write the journal {path}: {error.strerror}", hint="see --journal") from None
    try:
        yield journal
    finally:
        journal.close()


@contextmanager
def only_apply(folder: Path, zone: str) -> Iterator[None]:
    """Hold the zone's lock, so that no other apply from this folder runs meanwhile.

    Raises ChangeRefused where another one does, UsageError where the folder cannot be made.
    """
    import fcntl

    path = folder / f"{_file_name(zone)}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", hint="see --journal") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another apply of {shown_name(zone)} is running, so this plan is stale"
            raise ChangeRefused(message, hint="plan again when it is done") from None
        yield
    finally:
        os.close(descriptor)


def end_journal(path: Path, outcome: str, by: str) -> None:
    """Note in an unfinished journal what became of it: `resumed` by another one, or `applied` after all."""
    journal = Journal(path, os.open(path, os.O_WRONLY | os.O_APPEND))
    try:
        journal.note("end", outcome=outcome, by=by)
    finally:
        journal.close()


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # some file systems cannot
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _file_name(zone: str) -> str:
    return _PLAIN.sub("_", shown_name(zone)[:100])


def _now() -> datetime:
    return datetime.now(UTC)
