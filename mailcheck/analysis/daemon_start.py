"""How systemd, or an init script where there is no unit, starts a daemon: its command line and its user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from mailcheck.analysis.host_paths import Files, is_missing, text_of, unread
from mailcheck.grammar.shell_assignments import parse_shell_assignments
from mailcheck.grammar.systemd_unit import (
    CommandWord,
    UnitEntry,
    command_line,
    environment_of,
    parse_unit,
    settings,
)
from mailcheck.model.machine import How

_FOLDERS = (
    "/etc/systemd/system",
    "/run/systemd/system",
    "/usr/local/lib/systemd/system",
    "/lib/systemd/system",
    "/usr/lib/systemd/system",
)
"""Where systemd looks for units, the first wins (systemd.unit(5))."""


class Start(NamedTuple):
    """`how` is `unit`, `init`, or `none` where neither was found. `why` tells what could not be read of it."""

    how: Literal["unit", "init", "none"]
    path: str = ""
    command: tuple[CommandWord, ...] = ()
    entries: tuple[UnitEntry, ...] = ()
    why: str = ""

    def setting(self, key: str) -> UnitEntry | None:
        """The setting of the section Service that holds, None where there is none."""
        found = [entry for entry in self.entries if entry.section == "Service" and entry.key == key]
        return found[-1] if found and found[-1].value else None


def start_files(name: str, files: Files) -> dict[str, How]:
    """What to read for `start_of`, as far as the files read so far tell."""
    wanted: dict[str, How] = {f"/etc/init.d/{name}": "stat"}
    for folder in _FOLDERS:
        wanted[f"{folder}/{name}.service"] = "text"
        wanted[f"{folder}/{name}.service.d"] = "list"
    for path in _drop_ins(name, files):
        wanted[path] = "text"
    for path, _ in _environment_files(_all_entries(name, files)[1]):
        wanted[path] = "text"
    return wanted


def start_of(name: str, files: Files) -> Start:
    """How the service `name` is started."""
    path, entries, why = _all_entries(name, files)
    commands = settings(entries, "Service", "ExecStart")
    if not path and not why:
        if not commands:
            script = files.get(f"/etc/init.d/{name}")
            is_there = script is not None and script.state == "file"
            how: Literal["init", "none"] = "init" if is_there else "none"
            return Start(how, f"/etc/init.d/{name}" if is_there else "", entries=entries)
        path = commands[-1].at.path  # a drop-in says it all, where a copied tree lacks the unit
    environment = environment_of(entries)
    for file, optional in _environment_files(entries):
        text = text_of(files, file)
        if text is None:
            why = why or ("" if optional and is_missing(files, file) else unread(files, file))
            continue
        assignments = parse_shell_assignments(text, file).assignments
        environment |= {assignment.name: assignment.value for assignment in assignments}
    command = command_line(commands[-1], environment) if commands else ()
    return Start("unit", path, command, entries, why)


def _all_entries(name: str, files: Files) -> tuple[str, tuple[UnitEntry, ...], str]:
    """The unit's path, the settings of it and of its drop-ins, and why some could not be read."""
    path = next((path for path in _units(name) if (found := files.get(path)) and found.state != "missing"), "")
    text = text_of(files, path) if path else None
    entries = list(parse_unit(text, path)) if text is not None else []
    why = unread(files, path) if path else ""
    for drop_in in _drop_ins(name, files):
        text = text_of(files, drop_in)
        if text is None:
            why = why or unread(files, drop_in)
        else:
            entries += parse_unit(text, drop_in)
    for folder in _FOLDERS:
        found = files.get(f"{folder}/{name}.service.d")
        if found and found.state in {"denied", "refused"}:
            why = why or unread(files, found.path)
    return path, tuple(entries), why


def _units(name: str) -> Iterator[str]:
    return (f"{folder}/{name}.service" for folder in _FOLDERS)


def _drop_ins(name: str, files: Files) -> tuple[str, ...]:
    """Drop-ins in the order of their names; of two with one name the folder that stands first wins."""
    by_name: dict[str, str] = {}
    for folder in _FOLDERS:
        found = files.get(f"{folder}/{name}.service.d")
        for file in found.names if found else ():
            if file.endswith(".conf"):
                by_name.setdefault(file, f"{folder}/{name}.service.d/{file}")
    return tuple([by_name[file] for file in sorted(by_name)])


def _environment_files(entries: tuple[UnitEntry, ...]) -> Iterator[tuple[str, bool]]:
    """Paths, and whether the file may be missing."""
    for entry in settings(entries, "Service", "EnvironmentFile"):
        path = entry.value.removeprefix("-").strip("\"'")
        if path.startswith("/") and "%" not in path and "*" not in path:
            yield path, entry.value.startswith("-")
