"""The folders that octoDNS reads zones from, and which files each zone has there."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from mailcheck.zonefile.file_names import domain_name, is_never_a_zone


class YamlSettings(NamedTuple):
    """How octoDNS reads the YAML of a folder; the defaults are octoDNS's.

    `replace`: a record set read later takes the place of one read before (`populate_should_replace`).
    """

    default_ttl: int = 3600
    escaped_semicolons: bool = True
    replace: bool = False


class ZoneFiles(NamedTuple):
    """The files of one zone in the order in which octoDNS reads them; `place` is its file or folder.

    `adds`: they are a further source of the zone, whose first one comes before. `alias`: their records are
    those of a zone of that name too. `incomplete`: the zone has sources that cannot be read here.
    """

    kind: Literal["octodns", "master"]
    zone_name: str
    place: Path
    files: tuple[Path, ...]
    settings: YamlSettings = YamlSettings()
    adds: bool = False
    alias: str | None = None
    incomplete: bool = False


class Folder(Protocol):
    """The folder of one provider."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def may_lack(self) -> bool:
        """Whether a zone without files here is no fault."""

    def files(self) -> Mapping[str, Sequence[Path]]:
        """What lies in the folder, by zone."""

    def lists(self, zone_name: str) -> bool:
        """Whether a dynamic zone stands for a zone of this name, where the folder has files of it."""

    def sources(self, zone_name: str, files: Sequence[Path]) -> tuple[ZoneFiles, ...]:
        """What is read for a zone that has these files in the folder, or none; empty where that is nothing."""


class YamlFolder(NamedTuple):
    """The folder of a YamlProvider. Empty `split_extension` and `shared_filename`: not in use."""

    path: Path
    settings: YamlSettings = YamlSettings()
    split_extension: str = ""
    shared_filename: str = ""
    zone_files: bool = True
    may_lack: bool = False

    def files(self) -> Mapping[str, Sequence[Path]]:
        """The zone files, and the files in the folders of split zones."""
        found: dict[str, list[Path]] = {}
        for name in sorted(os.listdir(self.path)):  # noqa: PTH208
            path = self.path / name
            if self.split_extension and name.endswith(self.split_extension) and path.is_dir():
                zone_name = domain_name(name.removesuffix(self.split_extension))
                inside = [] if path.is_symlink() else sorted(os.listdir(path))  # noqa: PTH208
                files = [path / inner for inner in inside if inner.endswith(".yaml")]
            elif self.zone_files and name.endswith(".yaml") and name != self.shared_filename:
                zone_name = domain_name(name.removesuffix(".yaml"))
                files = [path]
            else:
                continue
            if zone_name is not None and files:
                found.setdefault(zone_name, []).extend(files)
        return found

    def lists(self, zone_name: str) -> bool:
        """A zone of a single label has to be named: its file may be any YAML."""
        return zone_name.count(".") > 1

    def sources(self, zone_name: str, files: Sequence[Path]) -> tuple[ZoneFiles, ...]:
        """Its files and the shared one together; where later files replace, each by itself."""
        shared = [self.path / self.shared_filename] if self.shared_filename else []
        ordered = tuple(sorted([*files, *shared]))
        if not ordered:
            return ()
        if self.settings.replace:
            return tuple(ZoneFiles("octodns", zone_name, file, (file,), self.settings) for file in ordered)
        first = next(iter(files), ordered[0])
        place = first if first.parent == self.path else first.parent
        return (ZoneFiles("octodns", zone_name, place, ordered, self.settings),)


class MasterFolder(NamedTuple):
    """The folder of a ZoneFileProvider (octodns-bind): a zone's name and the extension are its file's name."""

    path: Path
    extension: str = "."
    may_lack: bool = False

    def files(self) -> Mapping[str, Sequence[Path]]:
        """The files that end in the extension; without one, those that may be zone files."""
        found: dict[str, list[Path]] = {}
        for name in sorted(os.listdir(self.path)):  # noqa: PTH208
            path = self.path / name
            if not name.endswith(self.extension) or name.startswith(".") or not path.is_file():
                continue
            zone_name = domain_name(name.removesuffix(self.extension))
            if zone_name is not None and (self.extension or not is_never_a_zone(name)):
                found.setdefault(zone_name, []).append(path)
        return found

    def lists(self, zone_name: str) -> bool:
        """Every file with the extension is a zone."""
        return True

    def sources(self, zone_name: str, files: Sequence[Path]) -> tuple[ZoneFiles, ...]:
        """Its file."""
        return tuple(ZoneFiles("master", zone_name, file, (file,)) for file in files[:1])
