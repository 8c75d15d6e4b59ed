"""The configuration of a host's daemons that an audit should have read and could not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import FOLDER, MAX_LINES, is_too_long
from mailcheck.analysis.postfix_files import ELSEWHERE
from mailcheck.model.finding import Refused
from mailcheck.model.location import HostPath, whole_line
from mailcheck.model.machine import HostFile

_NEVER_READ = ("refused", "folder", "socket")
_NOT_CHECKED = "what it sets up was not checked"


def unread_configuration(facts: HostFacts) -> tuple[Refused, ...]:
    """A line for each file that sets a daemon up, is there, and was not read.

    A file that needs more rights to be read is no such file: the checks that miss it say so. One of main.cf and
    master.cf that is missing beside the other is one, and a main.cf where other systems than Linux have it.
    """
    files = facts.machine.files
    folders = dict.fromkeys((FOLDER, *[instance.folder for instance in facts.instances]))
    return (
        *[entry for folder in folders for entry in _of_postfix(files, folder)],
        *_elsewhere(files),
        *_of_opendkim(facts),
    )


def _of_postfix(files: Mapping[str, HostFile], folder: str) -> Iterator[Refused]:
    main, master = f"{folder}/main.cf", f"{folder}/master.cf"
    for path, other in ((main, master), (master, main)):
        yield from _not_read(files, path)
        if _state(files, path) == "missing" and _state(files, other) == "file":
            name = other.rpartition("/")[2]
            yield _refused(path, f"is missing beside {name}, and Postfix does not start without it")
        elif path in files and is_too_long(files[path].text or ""):
            yield _refused(path, f"holds over {MAX_LINES} lines")


def _elsewhere(files: Mapping[str, HostFile]) -> Iterator[Refused]:
    if _state(files, f"{FOLDER}/main.cf") == "missing":
        for path in ELSEWHERE:
            if _state(files, path) == "file":
                yield _refused(path, f"is read in {FOLDER} only")


def _of_opendkim(facts: HostFacts) -> Iterator[Refused]:
    for path in dict.fromkeys(facts.opendkim.files if facts.opendkim else ()):
        yield from _not_read(facts.machine.files, path)


def _not_read(files: Mapping[str, HostFile], path: str) -> Iterator[Refused]:
    file = files.get(path)
    if file is not None and file.state in _NEVER_READ:
        yield _refused(path, file.why or f"is a {file.state}, not a file")


def _state(files: Mapping[str, HostFile], path: str) -> str:
    return files[path].state if path in files else "missing"


def _refused(path: str, why: str) -> Refused:
    return Refused("host-file-unread", whole_line(HostPath(path)), f"{why}; {_NOT_CHECKED}")
