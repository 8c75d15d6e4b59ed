"""The declared zones of a command: named on the command line, by `mailcheck.yaml`, or found in `zones/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from mailcheck.errors import UsageError
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.location import whole_line
from mailcheck.model.progress import Progress
from mailcheck.model.settings import Configuration
from mailcheck.zonefile.discover import Found, shown_path
from mailcheck.zonefile.load import Loaded, load_zones
from mailcheck.zonefile.source import NO_DRAFTS

DEFAULT_ZONES = Path("zones")

_HINT = "name a folder or a file of zones, or the octoDNS configuration that leads to them"


def declared_zones(
    paths: Sequence[Path],
    configuration: Configuration,
    *,
    limits: Limits,
    include_root: Path | None,
    progress: Progress,
    meanwhile: Callable[[], object] | None = None,
    drafts: Mapping[str, bytes] = NO_DRAFTS,
    only: Callable[[Found], bool] | None = None,
) -> Loaded:
    """All zones of `paths`, else of `zones:` in the configuration, else of the folder `zones`.

    `meanwhile`, `drafts` and `only` as in load_zones(). Raises UsageError where there is nothing of these, where
    they hold no zone and nothing that could be one, and where `include_root` is no folder.
    """
    if include_root is not None and not include_root.is_dir():
        raise UsageError(f"--include-root: {include_root} is no folder")
    chosen = tuple(paths) or _configured(configuration)
    loaded = load_zones(
        chosen,
        limits=limits,
        include_root=include_root,
        progress=progress,
        meanwhile=meanwhile,
        drafts=drafts,
        only=only,
    )
    if only is not None:
        return loaded
    if not (loaded.zones or loaded.refused):
        raise UsageError(f"no zones in {', '.join(map(shown_path, chosen))}", hint=_HINT)
    barren = tuple(Refused("no-zones", whole_line(path), "no zones here", _HINT) for path in loaded.barren)
    return loaded._replace(refused=loaded.refused + barren)


def _configured(configuration: Configuration) -> tuple[Path, ...]:
    if configuration.zones:
        base = Path(configuration.path).parent
        return tuple(base / pattern for pattern in configuration.zones)
    if DEFAULT_ZONES.is_dir():
        return (DEFAULT_ZONES,)
    raise UsageError(
        "nothing to lint: no path given, no `zones:` in mailcheck.yaml, no folder zones/",
        hint="name a folder or a file of zones",
    )
