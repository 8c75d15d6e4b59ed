"""What is known of a mail host: its files, joined to the configuration that really holds there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from mailcheck.analysis.host_system import HostSystem, host_system, system_files
from mailcheck.analysis.opendkim import OpenDkim, opendkim, opendkim_files
from mailcheck.analysis.postfix import Postfix, postfix_files, read_postfix
from mailcheck.analysis.srs import Srs, srs, srs_files
from mailcheck.model.machine import HostFile, How, Machine

ROUNDS = 20
FILES = 500


@dataclass(frozen=True, eq=False)
class HostFacts:
    """One mail host. What is not installed there is None.

    `name` is the effective `myhostname`, absolute and lower case, empty where it cannot be told.
    """

    machine: Machine
    name: str
    system: HostSystem
    postfix: Postfix | None = None
    instances: tuple[Postfix, ...] = ()
    opendkim: OpenDkim | None = None
    srs: Srs | None = None

    type: ClassVar[str] = ""


def gather(read: Callable[[str, How], HostFile]) -> dict[str, HostFile]:
    """Every file that an audit wants, by path, read in rounds: what was read tells what else there is to read.

    At most ROUNDS rounds and FILES files are read.
    """
    files: dict[str, HostFile] = {}
    for _ in range(ROUNDS):
        new = {path: how for path, how in wanted_files(files).items() if path not in files}
        for path, how in sorted(new.items())[: FILES - len(files)]:
            files[path] = read(path, how)
        if not new or len(files) >= FILES:
            break
    return files


def wanted_files(files: Mapping[str, HostFile]) -> Mapping[str, How]:
    """What is to be read, as far as the files read so far tell."""
    wanted: dict[str, How] = {}
    for ask in (system_files, postfix_files, opendkim_files, srs_files):
        for path, how in ask(files).items():
            wanted.setdefault(path, how)
    return wanted
