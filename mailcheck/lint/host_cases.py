"""The example host with a case's changes, as if it had been read from a machine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from mailcheck.analysis.host_facts import gather
from mailcheck.grammar.pem import read_pem
from mailcheck.lint.example_machine import CHANGED, MACHINE, MODES, SOCKETS
from mailcheck.lint.host_placeholders import fill_host
from mailcheck.lint.rule import Case, HostChanges
from mailcheck.model.machine import HostFile, How, Machine, Stat

_TREE = Path(__file__).parent / "example_host"
_FOLDER_MODE, _FILE_MODE = (0o755, "root", "root"), (0o644, "root", "root")


class Example(NamedTuple):
    """The host as read, and the files beside it: `mailcheck.yaml` and zones by their path."""

    machine: Machine
    beside: Mapping[str, str]


class CaseError(Exception):
    """A case does not fit the example host."""


def example(case: Case) -> Example:
    """The example host as the case changes it. Raises CaseError where an edit does not fit."""
    changes = case.host or HostChanges()
    files = {**original_files(), **case.files}
    for path, old, new in changes.edits:
        if files.get(path, "").count(old) != 1:
            raise CaseError(f"{path} holds {old!r} {files.get(path, '').count(old)} times, not once")
        files[path] = files[path].replace(old, new)
    files = {path: fill_host(text, path) for path, text in files.items() if path not in changes.removed}
    on_host = {path: text for path, text in files.items() if path.startswith("/")}
    machine = MACHINE._replace(**changes.machine)
    reader = _Reader(on_host, changes, machine.live)
    beside = {path: text for path, text in files.items() if not path.startswith("/")}
    return Example(machine._replace(files=MappingProxyType(gather(reader.read))), beside)


@cache
def original_files() -> Mapping[str, str]:
    """The files of the example by path, those of the host with a leading slash."""
    found = {}
    for file in sorted(path for path in _TREE.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        inside = file.relative_to(_TREE)
        if inside.parts[0] == "root":
            found["/" + inside.relative_to("root").as_posix()] = file.read_text("utf-8")
        elif inside.name != "__init__.py":
            found[inside.as_posix()] = file.read_text("utf-8")
    return found


class _Reader:
    """Reads the files of a case as a machine would give them."""

    def __init__(self, files: Mapping[str, str], changes: HostChanges, live: bool) -> None:
        self._files = files
        self._live = live
        self._newer = changes.newer
        self._modes = {**MODES, **changes.stats}
        self._sockets = {path: mode for path, mode in SOCKETS.items() if path not in changes.removed}
        above = [*files, *self._sockets, *self._modes]
        self._folders = {str(parent) for path in above for parent in PurePosixPath(path).parents}

    def read(self, path: str, how: How) -> HostFile:
        if path in self._sockets:
            return HostFile(path, "socket", stat=self._stat(path, self._sockets[path]))
        if path in self._files:
            return self._file(path, how)
        if path in self._folders:
            names = {PurePosixPath(file).relative_to(path).parts[0] for file in self._files if _is_in(file, path)}
            return HostFile(path, "folder", names=tuple(sorted(names)), stat=self._stat(path, _FOLDER_MODE))
        return HostFile(path, "missing")

    def _file(self, path: str, how: How) -> HostFile:
        text = self._files[path]
        file = HostFile(path, "file", stat=self._stat(path, _FILE_MODE), octets=len(text.encode()))
        if how == "text":
            return file._replace(text=text)
        return file._replace(pem=read_pem(text.encode())) if how == "pem" else file

    def _stat(self, path: str, otherwise: tuple[int, str, str]) -> Stat | None:
        if not self._live:
            return None
        return Stat(*self._modes.get(path, otherwise), CHANGED + 86_400 * (path in self._newer))


def _is_in(file: str, folder: str) -> bool:
    return PurePosixPath(folder) in PurePosixPath(file).parents
