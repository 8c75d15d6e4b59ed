"""The baseline: a file of findings that somebody has accepted, so that only new ones count.

One JSON object a line, sorted, without lines and columns of the zone files: a line changes only when its
finding does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from mailcheck.errors import ConfigError, InputRefused, UsageError
from mailcheck.model.finding import Finding
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location, whole_line
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten
from mailcheck.zonefile.source import Budget, read_source

VERSION = 1
_HEAD = "mailcheck-baseline"
_MESSAGE = 500
"""Characters of a message that are kept."""
_FINGERPRINT = late(r"[0-9a-f]{32}")


class Entry(NamedTuple):
    """An accepted finding; all but the fingerprint is there for people."""

    name: str
    type: str
    rule: str
    message: str
    zone: str
    fingerprint: str


class Baseline(NamedTuple):
    """What the file holds, by the line that each entry stands on."""

    path: str
    entries: Mapping[int, Entry]

    def at(self, line: int) -> Location:
        """The place of an entry."""
        return whole_line(self.path, line)


def entry_of(finding: Finding) -> Entry:
    """The finding as the baseline holds it."""
    subject = finding.subject
    message = shorten(finding.message, _MESSAGE)
    return Entry(subject.name, subject.type, finding.rule, message, subject.zone, finding.fingerprint)


def baseline_text(entries: Iterable[Entry]) -> str:
    """The file that holds these entries."""
    lines = [json.dumps({_HEAD: VERSION}), *(json.dumps(entry._asdict()) for entry in sorted(entries))]
    return "".join(f"{line}\n" for line in lines)


def read_baseline(path: Path, shown: str, limits: Limits) -> Baseline:
    """Read a baseline. Raises UsageError where there is none and ConfigError where it cannot be read."""
    bounds = Limits(zone_file_size=limits.baseline_size, total_size=limits.baseline_size)
    try:
        text = read_source(path, shown, bounds, Budget()).text
    except InputRefused as error:
        if error.code == "file-not-found":
            raise UsageError(f"there is no baseline {shown}", hint="--write-baseline writes it") from None
        raise ConfigError(
            error.message, path=shown, line=error.line, column=error.column, hint=error.hint
        ) from None
    head, *lines = text.split("\n")
    version = _object(head, shown, 1).get(_HEAD)
    if version != VERSION or isinstance(version, bool):
        raise _damaged(shown, 1, f"this is no baseline of version {VERSION}")
    return Baseline(shown, {at: _entry(line, shown, at) for at, line in enumerate(lines, 2) if line.strip()})


def _entry(line: str, shown: str, at: int) -> Entry:
    found = _object(line, shown, at)
    values = [found.get(field) for field in Entry._fields]
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values):
        missing = next(
            field for field, value in zip(Entry._fields, values, strict=True) if not isinstance(value, str)
        )
        raise _damaged(shown, at, f"this entry has no `{missing}`")
    entry = Entry(*texts)
    if not _FINGERPRINT.fullmatch(entry.fingerprint):
        raise _damaged(shown, at, "this fingerprint is none")
    return entry


def _object(line: str, shown: str, at: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _damaged(shown, at, "this line is no entry of a baseline")
    return found


def _damaged(shown: str, at: int, message: str) -> ConfigError:
    return ConfigError(message, path=shown, line=at, column=1, hint="write it anew with --write-baseline")
