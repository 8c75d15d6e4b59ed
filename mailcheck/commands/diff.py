"""`mailcheck diff`: two states of the zones in, what that does to mail out."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from mailcheck.analysis.diff import Side, compare
from mailcheck.commands.diff_place import HERE, Place
from mailcheck.commands.diff_sides import find_sides, zone_files
from mailcheck.commands.outside import LiveDns, load_lock, outside_view
from mailcheck.errors import UsageError
from mailcheck.model.diff import MailDiff
from mailcheck.model.dns import Answer, Answers, DnsView, Question
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.names import is_at_or_below
from mailcheck.model.progress import Progress
from mailcheck.model.zone import Zone
from mailcheck.view.layers import Layers
from mailcheck.view.overlay import Overlay
from mailcheck.zonefile.load import load_zones


class DiffSettings(NamedTuple):
    """What the command line asks for.

    - `base`, `head`: a revision, a part of it as `REVISION:path`, a folder or a file; `head` None is the
      working tree.
    - `zones`: paths from the root of either side on, instead of what `mailcheck.yaml` of each side says.
    - `live` is asked for what neither zones nor lock of a side hold, once for both sides.
    """

    base: str
    head: str | None = None
    zones: tuple[str, ...] = ()
    include_root: Path | None = None
    limits: Limits = Limits()
    live: LiveDns | None = None


class _Loaded(NamedTuple):
    place: Place
    zones: tuple[Zone, ...]
    outside: DnsView | None
    refused: tuple[Refused, ...]


def diff(settings: DiffSettings, progress: Progress) -> MailDiff:
    """What turns from base to head.

    Of `mailcheck.yaml` only `zones:` counts, each side's own; the lock beside it answers for its side alone.

    Raises UsageError where a side cannot be found, and InputRefused for a revision over the limits.
    """
    if settings.include_root is not None and not settings.include_root.is_dir():
        raise UsageError(f"--include-root: {settings.include_root} is no folder")
    live = settings.live._replace(view=_Once(settings.live.view)) if settings.live else None
    with ExitStack() as stack:
        places = find_sides(settings.base, settings.head, stack, settings.limits)
        before, after = (
            _load(place, paths, settings, live, progress)
            for place, paths in zip(places, zone_files(places, settings.zones), strict=True)
        )
    found = compare(_side(before, after.zones), _side(after, before.zones))
    return MailDiff(
        before.place.title,
        after.place.title,
        (len(before.zones), len(after.zones)),
        found.domains,
        (*before.refused, *after.refused),
        found.unanswered,
    )


def _load(
    place: Place, paths: Sequence[Path], settings: DiffSettings, live: LiveDns | None, progress: Progress
) -> _Loaded:
    root = place.top if place.revision else settings.include_root
    loaded = load_zones(paths, limits=settings.limits, include_root=root, progress=progress)
    lock = load_lock(place.lock, settings.limits)
    refused = loaded.refused + (lock.refused if lock else ())
    if not (loaded.zones or refused or place.whole) and list(paths) == [place.root / HERE]:
        raise UsageError(f"{place.title} holds no zones")
    return _Loaded(place, loaded.zones, outside_view(lock, live), tuple(map(place.renamed, refused)))


def _side(loaded: _Loaded, others: Sequence[Zone]) -> Side:
    """What a zone that only the other side declares holds here, unless somebody else answers for it.

    That is nothing, but where something of this side could not be read: then it may be that very zone.
    """
    names = {zone.name for zone in loaded.zones}
    lacking = [
        Zone(zone.name, zone.path, zone.format, (), zone.at, incomplete=bool(loaded.refused))
        for zone in others
        if not any(is_at_or_below(zone.name, name) for name in names)
    ]
    views = [Overlay(loaded.zones), *([loaded.outside] if loaded.outside else []), Overlay(lacking)]
    unread = frozenset(zone.name for zone in lacking if zone.incomplete)
    return Side(loaded.zones, Layers(*views).answer, unread)


class _Once:
    """Asks each question once, so that both sides get one answer."""

    def __init__(self, view: DnsView) -> None:
        self._view = view
        self._answers: dict[Question, Answer] = {}

    def answer(self, questions: AbstractSet[Question]) -> Answers:
        lacking = questions - self._answers.keys()
        if lacking:
            self._answers.update(self._view.answer(lacking))
        return {question: self._answers[question] for question in questions}
