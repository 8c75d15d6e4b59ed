"""octoDNS YAML to zones: as octoDNS 1.22's YamlProvider reads it, each value with its place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from mailcheck.grammar.yaml_nodes import Node, Refusals, point, repeated
from mailcheck.grammar.yaml_positions import scalar_location
from mailcheck.grammar.yaml_reader import YamlReader
from mailcheck.grammar.yaml_scalars import Scalar, constructed, tag_of
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location, whole_line
from mailcheck.model.patterns import late
from mailcheck.model.text import shorten
from mailcheck.model.zone import Remark, Zone
from mailcheck.zonefile.octodns_names import owner_name
from mailcheck.zonefile.octodns_records import RecordReader
from mailcheck.zonefile.source import Includes, Source

if TYPE_CHECKING:
    from yaml.error import Mark

_LARGE_NUMBER = late(r"-?[1-9][0-9]*")


class OctodnsSettings(NamedTuple):
    """The options of octoDNS's YamlProvider that change what a file says."""

    default_ttl: int = 3600
    escaped_semicolons: bool = True


def read_octodns(
    sources: Sequence[Source],
    zone_name: str,
    shown_path: str,
    *,
    settings: OctodnsSettings,
    limits: Limits,
    includes: Includes,
) -> tuple[Zone, tuple[Refused, ...]]:
    """The zone that the files declare together, and what of them could not be read.

    Several sources are the files of a split zone and a shared file. `zone_name` is absolute and lower
    case, its labels A-labels; `shown_path` the file, or the folder of a split zone, as the user sees it.
    """
    reader = _ZoneReader(zone_name, settings, limits, includes)
    for source in sources:
        reader.read(source)
    records, remarks = tuple(reader.records.records), tuple(reader.records.remarks)
    at = whole_line(shown_path)
    unread = frozenset(reader.records.unread)
    return Zone(zone_name, shown_path, "octodns", records, at, remarks, unread=unread), reader.refusals.all()


class _ZoneReader:
    """Reads the files of one zone, entry by entry."""

    def __init__(self, zone_name: str, settings: OctodnsSettings, limits: Limits, includes: Includes) -> None:
        self.refusals = Refusals(limits.findings)
        self.records = RecordReader(
            zone_name,
            self.refusals,
            default_ttl=settings.default_ttl,
            escaped_semicolons=settings.escaped_semicolons,
        )
        self._zone_name = zone_name
        self._limits = limits
        self._includes = includes
        self._sources: dict[str, Source] = {}

    def read(self, source: Source) -> None:
        """Add what one file declares."""
        self._know(source)
        reader = YamlReader(source.path, source.text, self._limits, self.refusals, self._include)
        seen: dict[str, Mark] = {}
        for key, node in reader.entries():
            name = key.value
            if name in seen:
                self.refusals.add(repeated(key, seen[name].line + 1))
            else:
                seen[name] = key.start_mark
                self._entry(key, node)
        if reader.merged:
            self._merge(reader.merged, seen)

    def _merge(self, merged: dict[str, tuple[Scalar, Node, int]], seen: dict[str, Mark]) -> None:
        """Entries of top-level merge keys: octoDNS keeps whichever of two entries stands further down."""
        overridden = set()
        kept = []
        for name, (key, node, merge_offset) in merged.items():
            first = seen.get(name)
            if first is not None and first.index > merge_offset:
                continue
            kept.append((key, node))
            if first is not None:
                overridden.add((first.name, first.line + 1, first.column + 1))
        if overridden:
            self.records.forget(overridden)
        for key, node in kept:
            self._entry(key, node)

    def _know(self, source: Source) -> None:
        self._sources[source.path] = source
        self.records.texts[source.path] = source.text

    def _include(self, path: str, target: str, line: int, column: int) -> tuple[str, str]:
        included = self._includes.resolve(self._sources[path], target, at_line=line, at_column=column)
        self._know(included)
        return included.path, included.text

    def _entry(self, key: Scalar, node: Node) -> None:
        at = scalar_location(self.records.texts, key)
        try:
            owner = owner_name(key.value, self._zone_name)
        except ValueError as error:
            message = f"`{shorten(key.value)}` is no name: {error}"
            self.refusals.add(Refused("record-bad-name", point(key.start_mark), message))
            return
        if tag_of(key) != "str":
            self._remark_ambiguous(owner, key, at)
        self.records.read(owner, at, node)

    def _remark_ambiguous(self, owner: str, key: Scalar, at: Location) -> None:
        try:
            deployed = str(constructed(key))
        except ValueError:
            if _LARGE_NUMBER.fullmatch(key.value):
                return
            deployed = "no name at all: octoDNS stops here" if tag_of(key) == "timestamp" else "another number"
        if deployed.lower() != key.value.lower():
            self.records.remarks.append(Remark("ambiguous-name", owner, "", at, deployed))
