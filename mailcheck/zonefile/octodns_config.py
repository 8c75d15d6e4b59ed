"""octoDNS configurations: which folders hold zones, and how their YAML is read.

Only text is read: no class is imported, and `env/NAME` stays the text that it is.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.zonefile.file_names import domain_name
from mailcheck.zonefile.source import Source, include_root_of

if TYPE_CHECKING:
    from mailcheck.grammar.yaml_nodes import Node

_SPLIT_CLASS = "octodns.provider.yaml.SplitYamlProvider"
_CLASSES = ("octodns.provider.yaml.YamlProvider", _SPLIT_CLASS)


class YamlSettings(NamedTuple):
    """How octoDNS reads the YAML of a folder; the defaults are octoDNS's.

    `replace`: a record set read later takes the place of one read before (`populate_should_replace`).
    """

    default_ttl: int = 3600
    escaped_semicolons: bool = True
    replace: bool = False


class ZoneFiles(NamedTuple):
    """The files of one zone in the order in which octoDNS reads them; `place` is its file or folder.

    `adds`: they are a further source of the zone, whose first one comes before.
    """

    zone_name: str
    place: Path
    files: tuple[Path, ...]
    settings: YamlSettings
    adds: bool = False


class _ZoneEntry(NamedTuple):
    """An entry below `zones`: one zone, or all that the sources hold and `glob` fits where it begins with `*`."""

    name: str
    sources: tuple[str, ...]
    glob: str

    @property
    def is_dynamic(self) -> bool:
        return self.name.startswith("*")


class Deployed(NamedTuple):
    """What a configuration deploys: zones, the folders that they are read from, and what was refused."""

    zones: tuple[ZoneFiles, ...]
    folders: tuple[Path, ...]
    refused: tuple[Refused, ...]


class YamlFolder(NamedTuple):
    """The folder of one YamlProvider. Empty `split_extension` and `shared_filename`: not in use."""

    path: Path
    settings: YamlSettings = YamlSettings()
    split_extension: str = ""
    shared_filename: str = ""
    zone_files: bool = True

    def zones(self) -> Iterator[ZoneFiles]:
        """The zones in the folder by name; where later files replace, each file by itself."""
        found: dict[str, list[Path]] = {}
        for name in sorted(os.listdir(self.path)):  # noqa: PTH208
            for zone_name, files in self._files_of(name):
                found.setdefault(zone_name, []).extend(files)
        shared = [self.path / self.shared_filename] if self.shared_filename else []
        for zone_name, files in sorted(found.items()):
            ordered = tuple(sorted(files + shared))
            place = files[0] if files[0].parent == self.path else files[0].parent
            if self.settings.replace:
                yield from (ZoneFiles(zone_name, file, (file,), self.settings) for file in ordered)
            else:
                yield ZoneFiles(zone_name, place, ordered, self.settings)

    def _files_of(self, name: str) -> Iterator[tuple[str, list[Path]]]:
        """Zone and files that an entry of the folder stands for."""
        path = self.path / name
        if self.split_extension and name.endswith(self.split_extension) and path.is_dir():
            zone_name = domain_name(name.removesuffix(self.split_extension))
            inside = [] if path.is_symlink() else sorted(os.listdir(path))  # noqa: PTH208
            files = [path / inner for inner in inside if inner.endswith(".yaml")]
            if zone_name is not None and files:
                yield zone_name, files
        elif self.zone_files and name.endswith(".yaml") and name.count(".") > 1 and name != self.shared_filename:
            zone_name = domain_name(name.removesuffix(".yaml"))
            if zone_name is not None:
                yield zone_name, [path]


def yaml_zones(source: Source, include_root: Path | None, limits: Limits) -> Deployed:
    """The zones that a configuration takes from YamlProviders, each source of a zone by itself, in order.

    Where `zones` names no source that is one, all YamlProviders count, with all that they hold. A folder
    must lie below the include root (else the Git top level of the configuration).
    """
    from mailcheck.grammar.yaml_nodes import Refusals, start_of
    from mailcheck.grammar.yaml_reader import YamlReader

    refusals = Refusals(limits.findings)
    reader = YamlReader(source.path, source.text, limits, refusals)
    entries = {key.value: value for key, value in reader.entries()}
    providers = {
        name: provider
        for name, (_, node) in _items(entries.get("providers")).items()
        if (provider := _plain(node)).get("class") in _CLASSES
    }
    entries_of_zones = _zone_entries(entries.get("zones"), providers)
    used = {name for entry in entries_of_zones for name in entry.sources}
    folders = {}
    for name, provider in providers.items():
        if used and name not in used:
            continue
        folder = _folder(str(provider.get("directory", "")), source, include_root)
        if folder is None:
            at = start_of(_items(_items(entries["providers"])[name][1])["class"][1])
            message = f"provider `{name}`: its directory is no folder below the repository"
            refusals.add(Refused("octodns-directory", at, message, "run mailcheck where octodns-sync is run"))
        else:
            folders[name] = _yaml_folder(folder, provider)
    held = {name: _by_zone(folder) for name, folder in folders.items()}
    zones = (
        _deployed(entries_of_zones, held) if used else chain.from_iterable(map(YamlFolder.zones, folders.values()))
    )
    return Deployed(tuple(zones), tuple(folder.path for folder in folders.values()), refusals.all())


def _by_zone(folder: YamlFolder) -> dict[str, list[ZoneFiles]]:
    zones: dict[str, list[ZoneFiles]] = {}
    for files in folder.zones():
        zones.setdefault(files.zone_name, []).append(files)
    return zones


def _deployed(
    entries: Sequence[_ZoneEntry], held: Mapping[str, Mapping[str, Sequence[ZoneFiles]]]
) -> Iterator[ZoneFiles]:
    """The zones of all entries, each from its sources in their order.

    A dynamic entry stands for the zones that its sources hold and no entry before it, nor any that
    names a zone, has taken.
    """
    taken = {domain_name(entry.name) or "" for entry in entries if not entry.is_dynamic}
    for entry in entries:
        sources = [held[name] for name in entry.sources if name in held]
        names = {domain_name(entry.name) or ""}
        if entry.is_dynamic:
            names = {zone for zones in sources for zone in zones if fnmatchcase(zone, entry.glob)} - taken
            taken |= names
        for name in sorted(names):
            adds = False
            for zones in sources:
                yield from (files._replace(adds=adds) for files in zones.get(name, ()))
                adds = adds or name in zones


def _yaml_folder(path: Path, provider: Mapping[str, Any]) -> YamlFolder:
    split = provider["class"] == _SPLIT_CLASS
    extension = provider.get("extension", ".") if split else provider.get("split_extension")
    ttl = provider.get("default_ttl")
    settings = YamlSettings(
        default_ttl=ttl if isinstance(ttl, int) and not isinstance(ttl, bool) else YamlSettings().default_ttl,
        escaped_semicolons=provider.get("escaped_semicolons") is not False,
        replace=provider.get("populate_should_replace") is True,
    )
    shared = provider.get("shared_filename")
    return YamlFolder(
        path,
        settings,
        split_extension=extension if isinstance(extension, str) else "",
        shared_filename=shared if isinstance(shared, str) and "/" not in shared else "",
        zone_files=not split and provider.get("disable_zonefile") is not True,
    )


def _folder(directory: str, source: Source, include_root: Path | None) -> Path | None:
    """The folder that `directory` names from where octoDNS runs: here, or at or above the configuration."""
    if source.file is None or not directory or "\0" in directory:
        return None
    home = Path(os.path.realpath(source.file.parent))
    root = include_root_of(home, include_root, fallback=Path.cwd())
    for base in (Path.cwd(), home, home.parent):
        folder = Path(os.path.realpath(base / directory))
        if folder.is_dir() and folder.is_relative_to(root):
            return Path(os.path.relpath(folder)) if folder.is_relative_to(Path.cwd()) else folder
    return None


def _zone_entries(zones: Node | None, providers: Container[str]) -> list[_ZoneEntry]:
    """What stands below `zones`; of the sources only those among `providers`."""
    from mailcheck.grammar.yaml_nodes import Sequence as YamlSequence

    entries = []
    for name, (_, zone) in _items(zones).items():
        _, sources = _items(zone).get("sources", (None, None))
        listed = sources.items if isinstance(sources, YamlSequence) else ()
        names = tuple(value for item in listed if isinstance(value := _value(item), str) and value in providers)
        glob = _plain(zone).get("glob")
        entries.append(_ZoneEntry(name, names, glob if isinstance(glob, str) else "*"))
    return entries


def _items(node: Node | None) -> Mapping[str, tuple[Any, Node]]:
    from mailcheck.grammar.yaml_nodes import Mapping as YamlMapping

    return node.items if isinstance(node, YamlMapping) else {}


def _plain(node: Node) -> dict[str, Any]:
    """The scalar settings of one provider."""
    return {key: value for key, (_, inner) in _items(node).items() if (value := _value(inner)) is not None}


def _value(node: Node) -> Any:
    """What octoDNS reads a scalar as; None for everything else."""
    from mailcheck.grammar.yaml_nodes import Mapping as YamlMapping
    from mailcheck.grammar.yaml_nodes import Sequence as YamlSequence
    from mailcheck.grammar.yaml_scalars import constructed

    if isinstance(node, (Refused, YamlMapping, YamlSequence)):
        return None
    try:
        return constructed(node)
    except ValueError:
        return None
