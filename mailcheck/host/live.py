"""What the running host tells beyond its files; each item fails to None by itself, and nothing is changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailcheck.analysis.postfix import read_postfix
from mailcheck.host.packages import upstream_version
from mailcheck.host.programs import ask
from mailcheck.host.sockets import interface_addresses, tcp_listeners, unix_listeners
from mailcheck.host.tree import Tree
from mailcheck.model.machine import Machine, Queue

MAX_QUEUE = 8_000_000
"""Octets of the list of the queue."""
QUEUE_FOLDER = "/var/spool/postfix"
PROGRAMS = Path("/usr/sbin")

_SHORT = 100_000
_MASTER = b"(master) "
_START_TIME = 19
"""The place of `starttime` among the fields behind the name in /proc/PID/stat (proc(5))."""


def collect(tree: Tree, machine: Machine, programs: Path = PROGRAMS) -> Machine:
    """`machine` with what the system tells of itself now.

    The version of Postfix is that of its `postconf`, where that answers.
    """
    return machine._replace(
        uname=_uname(tree),
        addresses=_or_none(interface_addresses, tree),
        unix_listeners=_or_none(unix_listeners, tree),
        tcp_listeners=_or_none(tcp_listeners, tree),
        postfix_version=_version(programs) or machine.postfix_version,
        map_types=_map_types(programs),
        postfix_started=_or_none(master_started, tree, _queue_folder(machine)),
        queue=_queue(programs),
    )


def _or_none(take: Any, *arguments: Any) -> Any:
    """A table of another system or another kernel may hold anything."""
    try:
        return take(*arguments)
    except (ValueError, IndexError, OverflowError, OSError):
        return None


def _queue_folder(machine: Machine) -> str:
    """Postfix's queue_directory, the usual one where its files do not tell."""
    postfix = read_postfix(machine.files, version=machine.postfix_version)
    folder = postfix.of("queue_directory") if postfix else None
    return folder.value if folder and folder.is_determined else QUEUE_FOLDER


def _uname(tree: Tree) -> str:
    return (tree.octets("/proc/sys/kernel/hostname", _SHORT) or b"").decode("utf-8", "surrogateescape").strip()


def _version(programs: Path) -> str:
    said = ask(programs / "postconf", ("-d", "-h", "mail_version"), _SHORT)
    return upstream_version(said.octets.decode("ascii", "replace")) if said else ""


def _map_types(programs: Path) -> frozenset[str] | None:
    said = ask(programs / "postconf", ("-m",), _SHORT)
    return frozenset(said.octets.decode("ascii", "replace").split()) if said else None


def master_started(tree: Tree, queue_folder: str) -> datetime | None:
    """When Postfix's master was started: the one its pid file names, else the only one that runs."""
    noted = (tree.octets(f"{queue_folder}/pid/master.pid", _SHORT) or b"").strip()
    named = _started(tree, noted.decode("ascii")) if noted.isdigit() and len(noted) < 11 else None
    if named is not None:
        return named
    running = [started for pid in _pids(tree) if (started := _started(tree, pid)) is not None]
    return running[0] if len(running) == 1 else None


def _pids(tree: Tree) -> Iterator[str]:
    return filter(str.isdigit, tree.read("/proc", "list").names)


def _started(tree: Tree, pid: str) -> datetime | None:
    """When the process was started, None where it is no master of Postfix."""
    stat = tree.octets(f"/proc/{pid}/stat", _SHORT) or b""
    _, name, fields = stat.partition(_MASTER)
    command = (tree.octets(f"/proc/{pid}/cmdline", _SHORT) or b"").split(b"\0")[0]
    if not name or b"/postfix" not in command:
        return None
    ticks = int(fields.split()[_START_TIME])
    return datetime.fromtimestamp(_boot_time(tree) + ticks / os.sysconf("SC_CLK_TCK"), UTC)


def _boot_time(tree: Tree) -> int:
    """Seconds since the epoch. Raises ValueError where /proc does not tell."""
    for line in (tree.octets("/proc/stat", MAX_QUEUE) or b"").split(b"\n"):
        if line.startswith(b"btime "):
            return int(line[6:])
    raise ValueError("no btime")


def _queue(programs: Path) -> Queue | None:
    """What is deferred; of a queue whose list is over the limit, the part that was read counts."""
    said = ask(programs / "postqueue", ("-j",), MAX_QUEUE)
    if said is None:
        return None
    lines = said.octets.split(b"\n")
    deferred = oldest = 0
    for line in lines if said.whole else lines[:-1]:
        message = _message(line)
        if message.get("queue_name") == "deferred":
            deferred += 1
            arrived = message.get("arrival_time")
            if type(arrived) is int and 0 < arrived < 1 << 33:
                oldest = min(oldest or arrived, arrived)
    return Queue(deferred, datetime.fromtimestamp(oldest, UTC) if oldest else None)


def _message(line: bytes) -> Mapping[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}
