"""One run over loaded zones: selection, rules, suppressions, order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from itertools import chain
from typing import Literal

from mailcheck.lint.agreed_fixes import with_agreed_fixes
from mailcheck.lint.engine import Engine, Plan
from mailcheck.lint.own_findings import OWN_RULES
from mailcheck.lint.profiles import load_profile
from mailcheck.lint.registry import AnyRule, installed_ids
from mailcheck.lint.selection import chosen, select_own, select_rules
from mailcheck.lint.suppressions import apply_suppressions
from mailcheck.model.dns import DnsView
from mailcheck.model.finding import Finding, Refused, Report, Severity
from mailcheck.model.progress import Progress, Silent
from mailcheck.model.settings import Configuration, RuleSetting
from mailcheck.model.zone import Zone

DEFAULT_PROFILE = "default"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What holds for one run; `profile`, `select` and `ignore` come from the command line and win.

    `select` runs nothing but the rules that it names; `today` decides which suppressions have expired.
    """

    configuration: Configuration = field(default_factory=Configuration)
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    today: date = field(default_factory=date.today)


class Plans:
    """Which rules run on which zone; zones with the same settings share one selection.

    Rules that need the spec run only where one is written.

    Raises UsageError for rules, options and profiles that do not exist.
    """

    def __init__(
        self, settings: RunSettings, rules: Mapping[str, AnyRule], stage: Literal["zone", "host", "plan"] = "zone"
    ) -> None:
        self._stage = stage
        chosen = settings.profile or settings.configuration.profile or DEFAULT_PROFILE
        profile = load_profile(chosen)
        self.fail_on = profile.fail_on or Severity.ERROR
        self._rules = rules
        self._base = (*profile.rules, *settings.configuration.rules)
        self._last = _command_line(settings)
        self._per_zone = settings.configuration.per_zone
        self._has_spec = settings.configuration.spec.written
        self._made: dict[tuple[str, ...], Plan] = {}
        self._active: set[str] = set()
        self._plan(())
        for glob, _ in self._per_zone:
            self._plan((glob,))

    @property
    def active(self) -> frozenset[str]:
        """The ids of all rules that run on any zone."""
        return frozenset(self._active)

    def for_zone(self, zone: Zone) -> Plan:
        name = zone.name.rstrip(".")
        return self._plan(tuple(glob for glob, _ in self._per_zone if fnmatchcase(name, glob)))

    def own_rules(self, zone: Zone | None = None) -> Mapping[str, Severity]:
        """mailcheck's own findings that are told, of a zone or of the whole run, and how severe each is."""
        name = zone.name.rstrip(".") if zone else None
        steps = (steps for glob, steps in self._per_zone if name is not None and fnmatchcase(name, glob))
        return select_own((*self._base, *chain.from_iterable(steps), *self._last))

    def _plan(self, globs: tuple[str, ...]) -> Plan:
        if globs not in self._made:
            own = (step for glob, steps in self._per_zone if glob in globs for step in steps)
            selected = select_rules(self._rules, (*self._base, *own, *self._last))
            rules = [active for active in selected if self._has_spec or "spec" not in active.rule.needs]
            self._active.update(active.rule.id for active in rules)
            self._made[globs] = Plan(rules, self._stage)
        return self._made[globs]


def run_rules(
    zones: Sequence[Zone],
    refused: Sequence[Refused],
    settings: RunSettings,
    rules: Mapping[str, AnyRule],
    *,
    outside: DnsView | None = None,
    further: Sequence[Finding] = (),
    progress: Progress | None = None,
) -> Report:
    """Run the selected rules over the zones as one world.

    `outside` answers what the zones do not hold; without it such checks are skipped. `further` findings
    are reported with those of the rules; no suppression hides them.
    """
    plans = Plans(settings, rules)
    outcome = Engine(zones, outside, settings.configuration.spec).run(plans.for_zone, progress or Silent())
    known = (
        frozenset((*rules, *installed_ids(), *OWN_RULES))
        if any(zone.suppressions for zone in zones)
        else rules.keys()
    )
    kept = apply_suppressions(
        outcome.findings, zones, settings.today, active=plans.active, known=known, own_rules=plans.own_rules
    )
    return Report(
        findings=tuple(
            sorted((*with_agreed_fixes(kept.findings, zones), *chosen(further, plans.own_rules())), key=place)
        ),
        refused=tuple(sorted(refused, key=lambda entry: (entry.at.path, entry.at.span, entry.code))),
        skipped=tuple(sorted(outcome.skipped, key=lambda skip: (skip.rule, skip.name, skip.why))),
        zones=len(zones),
        records=sum(len(zone.records) for zone in zones),
        suppressed=kept.suppressed,
        fail_on=plans.fail_on,
        derived=not settings.configuration.spec.domains,
        ran=plans.active,
        rules={rule_id: rule.info() for rule_id, rule in rules.items()} | OWN_RULES,
    )


def _command_line(settings: RunSettings) -> tuple[RuleSetting, ...]:
    only = (RuleSetting("*", enabled=False),) if settings.select else ()
    return (
        *only,
        *(RuleSetting(glob, enabled=True, origin="--select") for glob in settings.select),
        *(RuleSetting(glob, enabled=False, origin="--ignore") for glob in settings.ignore),
    )


def place(finding: Finding) -> tuple[str, tuple[int, ...], str, str, str]:
    """What findings are sorted by."""
    return finding.at.path, finding.at.span, finding.rule, finding.message, finding.subject.name
