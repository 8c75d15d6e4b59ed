"""octoDNS configurations: which zones are deployed, and which files they are read from.

Only text is read: no class is imported, and `env/NAME` stays the text that it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.text import shorten
from mailcheck.zonefile.file_names import begins_octodns_config, may_be_octodns_config
from mailcheck.zonefile.octodns_deployment import Deployment, Provider, ZoneEntry
from mailcheck.zonefile.octodns_folders import Folder, MasterFolder, YamlFolder, YamlSettings, ZoneFiles
from mailcheck.zonefile.source import Budget, Includes, Source, include_root_of

if TYPE_CHECKING:
    from mailcheck.grammar.yaml_nodes import Node, Refusals

_SPLIT_CLASS = "octodns.provider.yaml.SplitYamlProvider"
_YAML_CLASSES = frozenset({"octodns.provider.yaml.YamlProvider", _SPLIT_CLASS})
_MASTER_CLASSES = frozenset(
    {"octodns_bind.ZoneFileProvider", "octodns_bind.ZoneFileSource", "octodns.source.axfr.ZoneFileSource"}
)

_SECTIONS = {"providers": frozenset({"class"}), "zones": frozenset({"sources", "alias"})}
"""The sections of a configuration, and by which settings their entries are known."""


class Deployed(NamedTuple):
    """What a configuration deploys: zones, the folders that they are read from, and what was refused."""

    zones: tuple[ZoneFiles, ...]
    folders: tuple[Path, ...]
    refused: tuple[Refused, ...]


def deployed_zones(source: Source, include_root: Path | None, limits: Limits) -> Deployed:
    """The zones that a configuration takes from files, each source of a zone by itself, in order.

    What octoDNS would deploy and cannot be read here is refused. Where `zones` names no source that has files,
    all providers that do count, with all that they hold. A folder must lie below the include root (else the
    Git top level of the configuration).
    """
    from mailcheck.grammar.yaml_nodes import Refusals

    refusals = Refusals(limits.findings)
    top = _top_level(source, include_root, limits, refusals)
    providers = {name: _provider(name, node) for name, (_, node) in _items(top.get("providers")).items()}
    entries = [_zone_entry(name, key, zone) for name, (key, zone) in _items(top.get("zones")).items()]
    with_files = {name for name, provider in providers.items() if provider.has_files}
    used = with_files & {name for entry in entries for name in entry.sources}
    folders: dict[str, Folder] = {}
    for name, provider in providers.items():
        if name not in (used or with_files):
            continue
        path = _folder(str(provider.settings.get("directory", "")), source, include_root)
        if path is None:
            message = f"provider `{shorten(name)}`: its directory is no folder below the repository"
            refusals.add(
                Refused("octodns-directory", provider.at, message, "run mailcheck where octodns-sync is run")
            )
        else:
            folders[name] = _opened(path, provider.settings)
    deployment = Deployment(providers, folders, refusals)
    deployment.read(entries)
    zones = deployment.zones() if used else deployment.all_files()
    return Deployed(tuple(zones), tuple(folder.path for folder in folders.values()), refusals.all())


def is_octodns_config(text: str) -> bool:
    """Whether a YAML text is an octoDNS configuration, in whatever style of YAML it is written.

    A zone may have records named `providers` or `zones`: a record's fields are no providers and no zones.
    """
    if begins_octodns_config(text):
        return True
    if not may_be_octodns_config(text):
        return False
    from mailcheck.grammar.yaml_nodes import Refusals
    from mailcheck.grammar.yaml_reader import YamlReader

    top = {key.value: node for key, node in YamlReader("", text, Limits(), Refusals(1)).entries()}
    for section, telling in _SECTIONS.items():
        if any(not telling.isdisjoint(_items(node)) for _, node in _items(top.get(section)).values()):
            return True
    return all(isinstance(top.get(section), Refused) for section in _SECTIONS)


def _top_level(
    source: Source, include_root: Path | None, limits: Limits, refusals: Refusals
) -> Mapping[str, Node]:
    """The settings of the configuration by name, `!include` followed."""
    from mailcheck.grammar.yaml_nodes import repeated
    from mailcheck.grammar.yaml_reader import YamlReader

    includes = Includes(include_root, fallback=Path.cwd(), limits=limits, budget=Budget())
    sources = {source.path: source}

    def include(path: str, target: str, line: int, column: int) -> tuple[str, str]:
        included = includes.resolve(sources[path], target, at_line=line, at_column=column)
        sources[included.path] = included
        return included.path, included.text

    reader = YamlReader(source.path, source.text, limits, refusals, include)
    own: dict[str, tuple[Any, Node]] = {}
    for key, node in reader.entries():
        if key.value in own:
            refusals.add(repeated(key, own[key.value][0].start_mark.line + 1))
        else:
            own[key.value] = key, node
    top = {name: node for name, (_, node, _) in reader.merged.items()} | {name: own[name][1] for name in own}
    for node in (top[name] for name in ("providers", "zones") if name in top):
        for part in (node, *(inner for _, inner in _items(node).values())):
            if isinstance(part, Refused):
                refusals.add(part)
    return top


def _opened(path: Path, settings: Mapping[str, Any]) -> Folder:
    kind = settings["class"]
    if kind in _MASTER_CLASSES:
        extension = settings.get("file_extension", ".")
        return MasterFolder(path, extension if isinstance(extension, str) else ".")
    split = kind == _SPLIT_CLASS
    extension = settings.get("extension", ".") if split else settings.get("split_extension")
    ttl = settings.get("default_ttl")
    of_values = YamlSettings(
        default_ttl=ttl if isinstance(ttl, int) and not isinstance(ttl, bool) else YamlSettings().default_ttl,
        escaped_semicolons=settings.get("escaped_semicolons") is not False,
        replace=settings.get("populate_should_replace") is True,
    )
    shared = settings.get("shared_filename")
    return YamlFolder(
        path,
        of_values,
        split_extension=extension if isinstance(extension, str) else "",
        shared_filename=shared if isinstance(shared, str) and "/" not in shared else "",
        zone_files=not split and settings.get("disable_zonefile") is not True,
        may_lack=settings.get("ignore_missing_zones") is True,
    )


def _folder(directory: str, source: Source, include_root: Path | None) -> Path | None:
    """The folder that `directory` names from where octoDNS runs: here, or at or above the configuration."""
    if source.file is None or not directory or "\0" in directory:
        return None
    home = Path(os.path.realpath(source.file.parent))
    root = include_root_of(home, include_root, fallback=Path.cwd())
    for base in (Path.cwd(), home, home.parent):
        folder = Path(os.path.realpath(base / directory))
        if folder.is_dir() and folder.is_relative_to(root) and os.access(folder, os.R_OK | os.X_OK):
            return Path(os.path.relpath(folder)) if folder.is_relative_to(Path.cwd()) else folder
    return None


def _provider(name: str, node: Node) -> Provider:
    from mailcheck.grammar.yaml_nodes import start_of

    _, kind = _items(node).get("class", (None, node))
    settings = _plain(node)
    return Provider(name, settings, start_of(kind), settings.get("class") in _YAML_CLASSES | _MASTER_CLASSES)


def _zone_entry(name: str, key: Any, node: Node) -> ZoneEntry:
    from mailcheck.grammar.yaml_nodes import Sequence as YamlSequence
    from mailcheck.grammar.yaml_nodes import point, start_of

    _, listed = _items(node).get("sources", (None, None))
    items = listed.items if isinstance(listed, YamlSequence) else ()
    sources = {value: start_of(item) for item in items if isinstance(value := _value(item), str)}
    settings = _plain(node)
    glob, alias = settings.get("glob"), settings.get("alias")
    return ZoneEntry(
        name,
        point(key.start_mark),
        sources,
        glob if isinstance(glob, str) and glob else "*",
        None if "alias" not in _items(node) else str(alias),
        has_regex="regex" in settings and not glob,
    )


def _items(node: Node | None) -> Mapping[str, tuple[Any, Node]]:
    from mailcheck.grammar.yaml_nodes import Mapping as YamlMapping

    return node.items if isinstance(node, YamlMapping) else {}


def _plain(node: Node) -> dict[str, Any]:
    """The scalar settings of one provider or zone."""
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
