"""Which files hold zones: paths from the command line to zone sources, in a fixed order."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from mailcheck.errors import InputRefused
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import whole_line
from mailcheck.zonefile.file_names import (
    domain_name,
    guess_from_name,
    is_master,
    is_never_a_zone,
    is_octodns,
    is_yaml,
)
from mailcheck.zonefile.octodns_config import deployed_zones, is_octodns_config
from mailcheck.zonefile.octodns_folders import YamlSettings, ZoneFiles
from mailcheck.zonefile.source import Budget, as_refused, read_head, read_source

HEAD = 8_192
"""Octets of a file that are looked at where its name does not tell what it is."""

CONFIG_HEAD = 1_000_000
_LOOKED_AT = 5
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv"})


class Found(NamedTuple):
    """One zone to be read: its files, and where it is shown to the user (a split zone's folder).

    `adds`: its records belong to the zone of that name that was found before (a further octoDNS source).
    `alias`: its records are those of a zone of that name. `incomplete`: the zone has sources that are not read.
    `deployed`: a configuration says that these files hold this zone, so they must.
    """

    kind: Literal["octodns", "master"]
    zone_name: str | None
    files: tuple[Path, ...]
    shown: str
    settings: YamlSettings = YamlSettings()
    adds: bool = False
    alias: str | None = None
    incomplete: bool = False
    deployed: bool = False


class Discovery(NamedTuple):
    """All that was found below the given paths: zones, MTA-STS policies by domain, what was refused.

    `barren` are those of the paths below which there is nothing of that.
    """

    zones: tuple[Found, ...]
    policies: dict[str, Path]
    refused: tuple[Refused, ...]
    barren: tuple[str, ...] = ()


def discover(paths: Sequence[Path], *, limits: Limits, include_root: Path | None) -> Discovery:
    """Zones in the order of the paths, within a folder by name; a file reached twice counts once.

    Links, pipes and devices are refused, one entry each; in folders, files that are no zones are left out.
    """
    finder = _Finder(limits, include_root)
    barren = []
    for path in paths:
        before = finder.met()
        try:
            finder.visit(path)
        except InputRefused as error:
            finder.refused.append(as_refused(error))
        if finder.met() == before:
            barren.append(shown_path(path))
    return Discovery(tuple(finder.zones), finder.policies, tuple(finder.refused), tuple(barren))


def shown_path(path: Path) -> str:
    """A path as the user is shown it: below the working directory relative to it, else absolute."""
    full = os.path.abspath(path)  # noqa: PTH100 - Path.absolute keeps `..`
    here = str(Path.cwd())
    if full == here:
        return "."
    return full.removeprefix(here.rstrip("/") + "/")


class _Finder:
    """Walks paths and folders; every file is looked at once."""

    def __init__(self, limits: Limits, include_root: Path | None) -> None:
        self._limits = limits
        self._include_root = include_root
        self._seen: set[str] = set()
        self._again = 0
        self.zones: list[Found] = []
        self.policies: dict[str, Path] = {}
        self.refused: list[Refused] = []

    def met(self) -> tuple[int, ...]:
        """How much was found so far, what was met again included."""
        return len(self.zones), len(self.policies), len(self.refused), self._again

    def visit(self, path: Path) -> None:
        """A path that the user gave: folder, file or glob."""
        shown = shown_path(path)
        try:
            mode = path.lstat().st_mode
        except (OSError, ValueError):
            matches = self._matches(path)
            if not matches:
                raise InputRefused("file-not-found", "no such file or folder", path=shown) from None
            for match in matches:
                self._visit_entry(match, shown_path(match), match.lstat().st_mode, depth=0)
            return
        if stat.S_ISREG(mode):
            self._visit_named(path, shown)
            self._policies_beside(path.parent)
        else:
            self._visit_entry(path, shown, mode, depth=0)

    def _matches(self, pattern: Path) -> list[Path]:
        """What a glob stands for; links to folders are not followed."""
        parts = pattern.parts
        fixed = next((index for index, part in enumerate(parts) if glob.has_magic(part)), len(parts))
        if fixed == len(parts):
            return []
        try:
            return sorted(Path(*parts[:fixed]).glob(str(Path(*parts[fixed:]))))
        except ValueError:
            return []

    def _visit_entry(self, path: Path, shown: str, mode: int, *, depth: int) -> None:
        """An entry of a folder: what is no zone is passed over, links and devices are refused."""
        if stat.S_ISDIR(mode):
            self._walk(path, shown, depth)
        elif stat.S_ISREG(mode):
            self._visit_file(path, shown)
        elif not is_never_a_zone(path.name):
            link = stat.S_ISLNK(mode)
            code, what = ("file-symlink", "a symbolic link") if link else ("file-not-regular", "a pipe or device")
            self._refuse(code, f"{what}, not a file", shown)

    def _walk(self, folder: Path, shown: str, depth: int) -> None:
        if depth > self._limits.depth:
            self._refuse("folder-depth", f"folders nested over {self._limits.depth} deep", shown)
            return
        try:
            with os.scandir(folder) as entries:
                modes = {entry.name: entry.stat(follow_symlinks=False).st_mode for entry in entries}
        except OSError as error:
            self._refuse("file-unreadable", (error.strerror or "not readable").lower(), shown)
            return
        if (zone_name := split_zone(folder, modes)) is not None:
            self._found_split(folder, shown, zone_name, modes)
            return
        prefix = "" if shown == "." else shown.rstrip("/") + "/"
        for name in sorted(modes):
            if not name.startswith(".") and name not in _SKIPPED_FOLDERS:
                self._visit_entry(folder / name, prefix + name, modes[name], depth=depth + 1)

    def _found_split(self, folder: Path, shown: str, zone_name: str, modes: Mapping[str, int]) -> None:
        names = [name for name in sorted(modes) if is_yaml(name) and not name.startswith(".")]
        links = [name for name in names if not stat.S_ISREG(modes[name])]
        for name in links:
            self._refuse("file-not-regular", "a link, pipe, device or folder, not a file", f"{shown}/{name}")
        files = tuple(folder / name for name in names if name not in links)
        if self._is_new(folder) and files:
            self.zones.append(Found("octodns", zone_name, files, shown))

    def _visit_file(self, path: Path, shown: str) -> None:
        """A file of a folder."""
        guess = guess_from_name(path.name)
        if guess.kind == "none" or not self._is_new(path):
            return
        if guess.kind == "policy" and guess.zone_name is not None:
            self.policies.setdefault(guess.zone_name, path)
        elif guess.kind != "unsure":
            self._add("octodns" if guess.kind == "octodns" else "master", guess.zone_name, path, shown)
        elif is_master(read_head(path, HEAD)):
            self._add("master", guess.zone_name, path, shown)

    def _visit_named(self, path: Path, shown: str) -> None:
        """A file that the user named: refused where it is nothing that can be linted."""
        guess = guess_from_name(path.name)
        if not self._is_new(path):
            return
        if guess.kind == "policy" and guess.zone_name is not None:
            self.policies.setdefault(guess.zone_name, path)
            return
        if guess.kind == "master":
            self._add("master", guess.zone_name, path, shown)
            return
        head = read_head(path, CONFIG_HEAD)
        if is_yaml(path.name):
            if is_octodns_config(head):
                self._visit_config(path, shown)
                return
            if guess.kind == "octodns" or (guess.zone_name is not None and is_octodns(head)):
                self._add("octodns", guess.zone_name, path, shown)
                return
        elif is_master(head) and not is_never_a_zone(path.name):
            self._add("master", guess.zone_name, path, shown)
            return
        hint = "name zone files example.com.yaml (octoDNS) or example.com.zone (master file)"
        raise InputRefused(
            "file-not-zone", "neither a zone file nor an octoDNS configuration", path=shown, hint=hint
        )

    def _visit_config(self, path: Path, shown: str) -> None:
        source = read_source(path, shown, self._limits, Budget())
        deployed = deployed_zones(source, self._include_root, self._limits)
        self.refused.extend(deployed.refused)
        new: dict[Path, bool] = {}
        once: dict[tuple[str, Path], ZoneFiles] = {}
        for zone in deployed.zones:
            once.setdefault((zone.alias or zone.zone_name, zone.place), zone)
        for zone in once.values():
            if zone.place not in new:
                new[zone.place] = self._is_new(zone.place)
            if new[zone.place]:
                self.zones.append(_found(zone))
        for folder in deployed.folders:
            self._policies_beside(folder)

    def _policies_beside(self, folder: Path) -> None:
        """MTA-STS policies in the folder of a file that was named by itself."""
        if str(folder) in self._seen:
            return
        self._seen.add(str(folder))
        for path in sorted(folder.glob("mta-sts.*.txt")):
            guess = guess_from_name(path.name)
            if guess.kind == "policy" and guess.zone_name is not None:
                self.policies.setdefault(guess.zone_name, path)

    def _add(self, kind: Literal["octodns", "master"], zone_name: str | None, path: Path, shown: str) -> None:
        self.zones.append(Found(kind, zone_name, (path,), shown))

    def _is_new(self, path: Path) -> bool:
        """Whether the path is seen for the first time; raises `InputRefused` where there are too many."""
        full = os.path.abspath(path)  # noqa: PTH100
        if full in self._seen:
            self._again += 1
            return False
        self._seen.add(full)
        if len(self._seen) > self._limits.files:
            raise InputRefused(
                "too-many-files",
                f"more than {self._limits.files} files; the rest is left out",
                path=shown_path(path),
            )
        return True

    def _refuse(self, code: str, message: str, shown: str) -> None:
        self.refused.append(Refused(code, whole_line(shown), message))


def _found(zone: ZoneFiles) -> Found:
    """A zone that an octoDNS configuration deploys."""
    shown = shown_path(zone.place)
    return Found(
        zone.kind, zone.zone_name, zone.files, shown, zone.settings, zone.adds, zone.alias, zone.incomplete, True
    )


def split_zone(folder: Path, modes: Mapping[str, int]) -> str | None:
    """The zone whose names are kept one in a file in this folder (octoDNS `split_extension`), else None.

    Such a folder is named after the zone and ends in a dot, or holds the file `$example.com.yaml` for
    the zone's own name, or holds a file like `www.yaml` that begins with the name `www`.
    """
    zone_name = domain_name(folder.name)
    if zone_name is None or zone_name.count(".") < 2:
        return None
    files = [name for name in sorted(modes) if is_yaml(name) and stat.S_ISREG(modes[name])]
    if not files:
        return None
    if folder.name.endswith(".") or any(name.startswith("$") for name in files):
        return zone_name
    return zone_name if any(_declares_own_name(folder / name) for name in files[:_LOOKED_AT]) else None


def _declares_own_name(path: Path) -> bool:
    stem = re.escape(path.name.rpartition(".")[0])
    return re.search(rf"^(['\"]?){stem}\1[ \t]*:", read_head(path, HEAD), re.MULTILINE) is not None
