"""Configuration of a host that an audit stands on and that could not be read: each file is told once."""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import FOLDER, MAX_LINES, is_too_long
from mailcheck.analysis.postfix_files import ELSEWHERE
from mailcheck.model.finding import Refused
from mailcheck.model.location import HostPath, whole_line
from mailcheck.model.machine import HostFile

_CODES = {
    "is over": "file-too-large",
    "leads out of the root": "file-symlink",
    "is a FIFO": "file-not-regular",
    "is a device": "file-not-regular",
    "is no regular file": "file-not-regular",
    "is UTF-": "file-not-text",
}
"""By how the reason begins."""


def refused_inputs(facts: HostFacts) -> tuple[Refused, ...]:
    """What could not be read of main.cf, master.cf and opendkim.conf, where Postfix or OpenDKIM is there."""
    return (*_of_postfix(facts), *_of_opendkim(facts))


def _of_postfix(facts: HostFacts) -> Iterator[Refused]:
    files = facts.machine.files
    folders = dict.fromkeys((FOLDER, *[one.folder for one in facts.instances]))
    for folder in folders:
        pair = [files.get(f"{folder}/{name}") for name in ("main.cf", "master.cf")]
        if not any(file and file.state != "missing" for file in pair):
            continue
        for file in pair:
            if file is not None and file.text is None:
                yield _refused(file)
            elif file is not None and is_too_long(file.text or ""):
                at = whole_line(HostPath(file.path))
                yield Refused("file-too-large", at, f"holds over {MAX_LINES} lines")
    main = files.get(f"{FOLDER}/main.cf")
    if main is None or main.state == "missing":
        for path in ELSEWHERE:
            if (found := files.get(path)) and found.state == "file":
                message = f"Postfix is audited in {FOLDER} only: nothing of this one is determined"
                hint = f"audit a copy of the tree that has it in {FOLDER}"
                yield Refused("file-not-read", whole_line(HostPath(path)), message, hint)


def _of_opendkim(facts: HostFacts) -> Iterator[Refused]:
    for path in dict.fromkeys(facts.opendkim.files if facts.opendkim else ()):
        file = facts.machine.files.get(path)
        if file is not None and file.text is None and file.state != "missing":
            yield _refused(file)


def _refused(file: HostFile) -> Refused:
    at = whole_line(HostPath(file.path))
    if file.state == "missing":
        return Refused("file-not-found", at, "no such file")
    if file.state in ("socket", "folder"):
        return Refused("file-not-regular", at, f"a {file.state}, not a file")
    code = next((code for begin, code in _CODES.items() if file.why.startswith(begin)), "file-unreadable")
    return Refused(code, at, file.why or "not readable")
