"""Master files for tests, from text to what was read and what was refused."""

from __future__ import annotations

from pathlib import Path

from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone
from mailcheck.zonefile.bind import read_master
from mailcheck.zonefile.source import Budget, Includes, Source

HEAD = "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1 hostmaster 1 7200 3600 1209600 3600\n"
PATH = "zones/example.com.zone"


def read(
    text: str, name: str | None = None, *, limits: Limits | None = None, file: Path | None = None
) -> tuple[Zone, tuple[Refused, ...]]:
    """The zone of `text` as it stands, and the refusals."""
    limits = limits or Limits()
    root = file.parent if file else Path()
    includes = Includes(root, fallback=root, limits=limits, budget=Budget())
    return read_master(Source(PATH, text, file), name, PATH, limits=limits, includes=includes)


def records(text: str) -> tuple[Record, ...]:
    """The records below `HEAD`, none of them refused."""
    zone, refused = read(HEAD + text)
    assert not refused
    return zone.records[1:]


def refused(text: str) -> list[tuple[str, int, int]]:
    """Code, line and column of what is refused below `HEAD`; lines count from the first below it."""
    _, found = read(HEAD + text)
    return [(entry.code.removeprefix("master-"), entry.at.line - 3, entry.at.column) for entry in found]


def brief(record: Record) -> str:
    """Owner, TTL, type and value in one line."""
    return f"{record.name} {record.ttl} {record.type} {record.text}"
