"""From the zones of an octoDNS configuration to the files that they are read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from mailcheck.model.finding import Refused
from mailcheck.model.location import Location
from mailcheck.model.text import shorten
from mailcheck.zonefile.file_names import domain_name
from mailcheck.zonefile.octodns_folders import Folder, ZoneFiles

if TYPE_CHECKING:
    from mailcheck.grammar.yaml_nodes import Refusals

_NAMED_ZONES = 3


class Provider(NamedTuple):
    """One entry below `providers`: its scalar settings, and where its class stands.

    `has_files`: it is of a class that reads files, which are read here too.
    """

    name: str
    settings: Mapping[str, Any]
    at: Location
    has_files: bool


class ZoneEntry(NamedTuple):
    """An entry below `zones`: one zone, or all that the sources hold and `glob` fits where it begins with `*`.

    `sources` with their places; `alias` is the zone whose records it has.
    """

    name: str
    at: Location
    sources: Mapping[str, Location]
    glob: str
    alias: str | None
    has_regex: bool

    @property
    def is_dynamic(self) -> bool:
        """Whether it stands for what is found."""
        return self.name.startswith("*")

    @property
    def zone_name(self) -> str:
        """The name of the one zone; empty where it is none."""
        return domain_name(self.name) or ""


class Deployment:
    """Follows the entries below `zones` to the files of their sources."""

    def __init__(
        self, providers: Mapping[str, Provider], folders: Mapping[str, Folder], refusals: Refusals
    ) -> None:
        self._providers = providers
        self._folders = folders
        self._files = {name: folder.files() for name, folder in folders.items()}
        self._refusals = refusals
        self._zones: dict[str, list[ZoneFiles]] = {}
        self._unread: dict[str, list[str]] = {}

    def zones(self) -> Iterator[ZoneFiles]:
        """What was read of all entries."""
        for sources in self._zones.values():
            yield from sources

    def all_files(self) -> Iterator[ZoneFiles]:
        """All that the folders hold."""
        for name, folder in self._folders.items():
            for zone_name, files in sorted(self._files[name].items()):
                if folder.lists(zone_name):
                    yield from folder.sources(zone_name, files)

    def read(self, entries: Sequence[ZoneEntry]) -> None:
        """All zones, each from its sources in their order.

        A dynamic entry stands for the zones that its sources hold and no entry before it, nor any that
        names a zone, has taken.
        """
        named = {entry.zone_name: entry for entry in entries if not entry.is_dynamic}
        taken = set(named)
        for entry in entries:
            if entry.alias is not None:
                continue
            self._check_sources(entry)
            if not entry.is_dynamic:
                self._read_zone(entry, entry.zone_name)
                continue
            if entry.has_regex:
                message = f"which zones `{shorten(entry.name)}` stands for is not known: its `regex` is not run"
                self._refuse("octodns-zone", entry.at, message, "write it as `glob`")
            names = {
                zone_name
                for name in entry.sources
                if name in self._folders
                for zone_name in self._files[name]
                if self._folders[name].lists(zone_name) and fnmatchcase(zone_name, entry.glob)
            }
            for zone_name in sorted(names - taken):
                self._read_zone(entry, zone_name)
            taken |= names
        for entry in entries:
            if entry.alias is not None:
                self._read_alias(entry, named, taken)
        for name, zones in self._unread.items():
            self._refuse_provider(self._providers[name], zones)

    def _check_sources(self, entry: ZoneEntry) -> None:
        if not entry.sources:
            self._refuse("octodns-zone", entry.at, f"zone `{shorten(entry.name)}` names no sources")
        for name, at in entry.sources.items():
            if name not in self._providers:
                message = f"zone `{shorten(entry.name)}`: there is no provider `{shorten(name)}`"
                self._refuse("octodns-source", at, message)
            elif not self._providers[name].has_files:
                self._unread.setdefault(name, []).append(entry.name)

    def _read_zone(self, entry: ZoneEntry, zone_name: str) -> None:
        is_whole = all(name in self._folders for name in entry.sources)
        read = self._zones.setdefault(zone_name, [])
        for name in entry.sources:
            if name not in self._folders:
                continue
            folder = self._folders[name]
            sources = folder.sources(zone_name, self._files[name].get(zone_name, ()))
            if not (sources or folder.may_lack or entry.is_dynamic):
                message = f"zone `{shorten(entry.name)}` has no file in {shorten(str(folder.path))}"
                self._refuse("octodns-zone", entry.at, message, f"its source is the provider `{shorten(name)}`")
            adds = bool(read)
            read += [source._replace(adds=adds, incomplete=not is_whole) for source in sources]

    def _read_alias(self, entry: ZoneEntry, named: Mapping[str, ZoneEntry], taken: set[str]) -> None:
        original = domain_name(entry.alias or "") or ""
        problem = ""
        if entry.is_dynamic or not entry.zone_name:
            problem = "is no name of one zone"
        elif original not in taken:
            problem = f"is an alias of `{shorten(entry.alias or '')}`, which is no zone here"
        elif original in named and named[original].alias is not None:
            problem = f"is an alias of `{shorten(entry.alias or '')}`, which is an alias itself"
        if problem:
            self._refuse("octodns-alias", entry.at, f"zone `{shorten(entry.name)}` {problem}")
            return
        read = self._zones.get(original, ())
        self._zones[entry.zone_name] = [source._replace(alias=entry.zone_name) for source in read]

    def _refuse_provider(self, provider: Provider, zones: Sequence[str]) -> None:
        listed = ", ".join(f"`{shorten(zone)}`" for zone in zones[:_NAMED_ZONES])
        more = f" and {len(zones) - _NAMED_ZONES} more" if len(zones) > _NAMED_ZONES else ""
        message = f"provider `{shorten(provider.name)}` reads no files: what it has of {listed}{more} is not known"
        self._refuse("octodns-source", provider.at, message)

    def _refuse(self, code: str, at: Location, message: str, hint: str = "") -> None:
        self._refusals.add(Refused(code, at, message, hint))
