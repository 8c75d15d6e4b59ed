"""The configuration of a host's daemons that an audit should have read and could not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import FOLDER
from mailcheck.model.finding import Refused
from mailcheck.model.location import HostPath, whole_line
from mailcheck.model.machine import HostFile

_OPENDKIM = "/etc/opendkim.conf"
_NEVER_READ = ("refused", "folder", "socket")


def unread_configuration(facts: HostFacts) -> tuple[Refused, ...]:
    """A line for each file that sets a daemon up, is there, and was not read.

    A file that needs more rights to be read is no such file: the checks that miss it say so. A main.cf that is
    missing beside a master.cf is one.
    """
    files = facts.machine.files
    folders = [FOLDER, *(instance.folder for instance in facts.instances)]
    return (*_of_postfix(files, folders), *_not_read(files, _OPENDKIM))


def _of_postfix(files: Mapping[str, HostFile], folders: list[str]) -> Iterator[Refused]:
    for folder in folders:
        main, master = f"{folder}/main.cf", f"{folder}/master.cf"
        yield from _not_read(files, main)
        yield from _not_read(files, master)
        if _state(files, main) == "missing" and _state(files, master) == "file":
            yield _refused(main, "is missing beside master.cf, and Postfix does not start without it")


def _not_read(files: Mapping[str, HostFile], path: str) -> Iterator[Refused]:
    file = files.get(path)
    if file is not None and file.state in _NEVER_READ:
        yield _refused(path, file.why or f"is a {file.state}, not a file")


def _state(files: Mapping[str, HostFile], path: str) -> str:
    return files[path].state if path in files else "missing"


def _refused(path: str, why: str) -> Refused:
    return Refused(
        "host-file-unread",
        whole_line(HostPath(path)),
        f"{why}; what it sets up was not checked",
    )
