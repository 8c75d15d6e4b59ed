"""`mailcheck lock`: ask the DNS of others for all that the rules ask for, and write it down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailcheck.analysis.lock_changes import Side, lock_changes
from mailcheck.analysis.senders import Senders, senders
from mailcheck.analysis.transport import sts_domains
from mailcheck.commands.outside import LiveDns, load_lock, lock_path
from mailcheck.commands.zones import declared_zones
from mailcheck.config.find import load_configuration
from mailcheck.lint.context import World
from mailcheck.lint.engine import Engine
from mailcheck.lint.registry import installed_rules
from mailcheck.lint.run import Plans, RunSettings
from mailcheck.model.dns import POLICY, Question, Unknown
from mailcheck.model.finding import Refused
from mailcheck.model.limits import Limits
from mailcheck.model.progress import Progress, Silent
from mailcheck.model.zone import Zone
from mailcheck.view.lock_write import write_lock
from mailcheck.view.locked import Locked, LockFile
from mailcheck.view.recorder import Recorder
from mailcheck.zonefile.discover import shown_path

if TYPE_CHECKING:
    from mailcheck.view.live import Trouble


@dataclass(frozen=True, slots=True)
class LockSettings:
    """What the command line asks for; empty `paths` and None leave it to `mailcheck.yaml`."""

    live: LiveDns
    paths: tuple[Path, ...] = ()
    config: Path | None = None
    include_root: Path | None = None
    limits: Limits = field(default_factory=Limits)
    today: date = field(default_factory=date.today)


class LockOutcome(NamedTuple):
    """What became of a walk.

    - `path`, `shown`: the lock; `text`: what belongs in it now.
    - `existed`: whether there was a lock before.
    - `facts`, `kept`: how many facts `text` holds, and how many of them are old answers kept.
    - `changes`: one sentence for each change.
    - `failed`: the questions that were not answered, and whether an old answer was kept.
    - `trouble`: what accounts for many of these at once.
    - `refused`: of the zones.
    - `unreadable`: of the lock before.
    """

    path: Path
    shown: str
    text: str
    existed: bool
    facts: int
    kept: int
    changes: tuple[str, ...]
    failed: tuple[tuple[Question, Unknown, bool], ...]
    trouble: Trouble | None
    refused: tuple[Refused, ...]
    unreadable: tuple[Refused, ...]

    @property
    def unanswered(self) -> bool:
        """Whether no question at all was answered, though some were asked."""
        return bool(self.failed) and self.facts == self.kept


def lock(settings: LockSettings, progress: Progress) -> LockOutcome:
    """Run every installed rule over the zones, and note what they ask of the DNS of others.

    So the lock holds what lint asks, whichever rules the configuration selects. To these come the
    MTA-STS policies that the zones announce.

    Nothing is written. Raises UsageError where there are no zones or the configuration cannot be followed.
    """
    configuration = load_configuration(settings.config)
    path = lock_path(configuration)
    before = load_lock(path, settings.limits)
    loaded = declared_zones(
        settings.paths,
        configuration,
        limits=settings.limits,
        include_root=settings.include_root,
        progress=progress,
    )
    known = before or LockFile(shown_path(path), {})
    recorder = Recorder(settings.live.view, known, progress)
    every_rule = Plans(
        RunSettings(configuration, select=("*",), today=settings.today), installed_rules("host", "plan")
    )
    Engine(loaded.zones, recorder, configuration.spec).run(every_rule.for_zone, Silent())
    recorder.answer(_policies(loaded.zones))
    if loaded.refused:  # what the refused part depends on is not known, so nothing is dropped for it
        recorder.answer(known.facts.keys() - recorder.facts.keys() - recorder.failed.keys())
    facts = recorder.facts
    after = known._replace(facts=facts)
    return LockOutcome(
        path,
        known.path,
        write_lock(facts, settings.today, settings.live.resolvers),
        before is not None,
        len(facts),
        sum(1 for fact in facts.values() if fact.kept),
        tuple(lock_changes(loaded.zones, _side(loaded.zones, known), _side(loaded.zones, after))),
        tuple((question, answer, question in facts) for question, answer in sorted(recorder.failed.items())),
        settings.live.trouble,
        loaded.refused,
        known.refused,
    )


def _policies(zones: Iterable[Zone]) -> set[Question]:
    """The MTA-STS policies that the zones announce."""
    return {Question(announced.domain, POLICY) for zone in zones for announced in sts_domains(zone)}


def _side(zones: tuple[Zone, ...], lock: LockFile) -> Side:
    world = World(zones, Locked(lock))

    def authorised(name: str) -> Senders:
        return world.evaluate(senders, name)

    return Side({question: fact.answer for question, fact in lock.facts.items()}, authorised)
