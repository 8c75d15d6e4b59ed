"""octoDNS configurations: which folders hold zones, and how their YAML is read.

Only text is read: no class is imported, and `env/NAME` stays the text that it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
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
    """The files of one zone in the order in which octoDNS reads them; `place` is its file or folder."""

    zone_name: str
    place: Path
    files: tuple[Path, ...]


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
                yield from (ZoneFiles(zone_name, file, (file,)) for file in ordered)
            else:
                yield ZoneFiles(zone_name, place, ordered)

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


def yaml_folders(
    source: Source, include_root: Path | None, limits: Limits
) -> tuple[list[YamlFolder], tuple[Refused, ...]]:
    """The folders of the YamlProviders that zones take their records from, and what was refused.

    Where `zones` names no source that is one, all YamlProviders count. A folder must lie below the
    include root (else the Git top level of the configuration).
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
    used = set(_sources(entries.get("zones"))) & providers.keys()
    folders = []
    for name, provider in providers.items():
        if used and name not in used:
            continue
        folder = _folder(str(provider.get("directory", "")), source, include_root)
        if folder is None:
            at = start_of(_items(_items(entries["providers"])[name][1])["class"][1])
            message = f"provider `{name}`: its directory is no folder below the repository"
            refusals.add(Refused("octodns-directory", at, message, "run mailcheck where octodns-sync is run"))
        else:
            folders.append(_yaml_folder(folder, provider))
    return folders, refusals.all()


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


def _sources(zones: Node | None) -> Iterator[str]:
    """Every provider that some zone names among its `sources`."""
    from mailcheck.grammar.yaml_nodes import Sequence as YamlSequence

    for _, zone in _items(zones).values():
        _, sources = _items(zone).get("sources", (None, None))
        if isinstance(sources, YamlSequence):
            yield from (value for item in sources.items if isinstance(value := _value(item), str))


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
