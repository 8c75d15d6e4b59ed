"""octoDNS files for tests, from text to what was read and what was refused."""

from __future__ import annotations

from pathlib import Path

from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.zone import Remark, Zone
from mailcheck.zonefile.octodns_yaml import OctodnsSettings, read_octodns
from mailcheck.zonefile.source import Budget, Includes, Source

PATH = "zones/example.com.yaml"


def read(
    *texts: str,
    name: str = "example.com.",
    settings: OctodnsSettings | None = None,
    limits: Limits | None = None,
    file: Path | None = None,
) -> tuple[Zone, tuple[Refused, ...]]:
    """The zone of one file, or of the several files `zones/0.yaml`, `zones/1.yaml` … of a split one."""
    limits = limits or Limits()
    root = file.parent if file else Path()
    includes = Includes(root, fallback=root, limits=limits, budget=Budget())
    paths = [PATH] if len(texts) == 1 else [f"zones/{number}.yaml" for number in range(len(texts))]
    sources = [Source(path, text, file) for path, text in zip(paths, texts, strict=True)]
    return read_octodns(
        sources, name, PATH, settings=settings or OctodnsSettings(), limits=limits, includes=includes
    )


def records(text: str, *, escaped: bool = True) -> tuple[Record, ...]:
    """The records of a file of which nothing is refused."""
    zone, refused = read(text, settings=OctodnsSettings(escaped_semicolons=escaped))
    assert refused == ()
    return zone.records


def value(rtype: str, source: str, *, escaped: bool = True) -> Record:
    """The only record of a file whose entry `x` has this `value`."""
    [record] = records(f"x:\n  type: {rtype}\n  value: {source}\n", escaped=escaped)
    return record


def refused(text: str) -> list[str]:
    """What is refused, as `code line:column`."""
    return [f"{entry.code} {entry.at.line}:{entry.at.column}" for entry in read(text)[1]]


def remarks(text: str, *, escaped: bool = True) -> list[Remark]:
    """The remarks on a file of which nothing is refused."""
    zone, found = read(text, settings=OctodnsSettings(escaped_semicolons=escaped))
    assert found == ()
    return list(zone.remarks)


def shown(text: str, at: Location) -> str:
    """The source text below a location that lies on one line."""
    assert at.line == at.end_line
    return text.split("\n")[at.line - 1][at.column - 1 : at.end_column - 1]


def brief(record: Record) -> str:
    """One line of a record."""
    return f"{record.name} {record.ttl} {record.type} {record.text}"
