"""`mailcheck audit host`: a mail host's configuration held against the spec, the zones and DNS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mailcheck.analysis.host_facts import host_facts, wanted_files
from mailcheck.analysis.host_unread import unread_configuration
from mailcheck.commands.hosts import judge_host, load_bundle, sent_for
from mailcheck.commands.lint import snippets
from mailcheck.commands.outside import LiveDns, load_lock, lock_path, outside_view
from mailcheck.commands.zones import DEFAULT_ZONES, declared_zones
from mailcheck.config.find import load_configuration
from mailcheck.errors import UsageError
from mailcheck.host.bundle import bundle_text
from mailcheck.host.read import read_machine
from mailcheck.host.state import read_state, since, state_text
from mailcheck.host.tree import Tree
from mailcheck.lint.registry import AnyRule, installed_rules
from mailcheck.lint.run import RunSettings, run_rules
from mailcheck.model.finding import Report
from mailcheck.model.limits import Limits
from mailcheck.model.machine import Machine
from mailcheck.model.progress import Progress
from mailcheck.model.settings import Configuration
from mailcheck.zonefile.load import Loaded

__all__ = ["AuditSettings", "audit_host", "collect", "since_last", "state_text"]


ZONE_RULES = ("dkim-syntax", "dkim-key-invalid", "dkim-testing", "dmarc-report-authorised", "spf-too-wide")
"""The checks of a host that need nothing but its zones."""


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What the command line asks for.

    The host is the running one, or the tree below `root`, or what `bundle` holds of one. `host` is its name
    in the spec where that is not its own. Empty `zones` and None leave it to `mailcheck.yaml`. `probe` asks the
    running host's services, over loopback and Unix sockets.
    """

    root: Path | None = None
    bundle: Path | None = None
    zones: tuple[Path, ...] = ()
    config: Path | None = None
    host: str | None = None
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    live: LiveDns | None = None
    probe: bool = False
    today: date = field(default_factory=date.today)


def audit_host(settings: AuditSettings, progress: Progress) -> Report:
    """Judge one mail host.

    Raises UsageError where there is no mail host to read and where the configuration cannot be followed,
    and InputRefused for a bundle that is none.
    """
    configuration = load_configuration(settings.config)
    facts = host_facts(read_host(settings.root, settings.bundle))
    unread = unread_configuration(facts)
    if settings.probe:
        from mailcheck.host.probe import probed

        facts = host_facts(probed(facts, sent_for(configuration.spec, facts, settings.host)))
    loaded = _zones(settings, configuration, progress)
    lock = load_lock(lock_path(configuration), settings.limits)
    outside = outside_view(lock, settings.live)
    run = RunSettings(configuration, settings.profile, settings.select, settings.ignore, settings.today)
    of_host = judge_host(facts, run, loaded.zones, outside, settings.host)
    of_host = of_host._replace(refused=of_host.refused + unread)
    refused = loaded.refused + (lock.refused if lock else ())
    of_zones = run_rules(loaded.zones, refused, run, _zone_rules(), outside=outside)
    return _joined(of_host, of_zones)


def read_host(root: Path | None, bundle: Path | None) -> Machine:
    """The running host, the tree below `root`, or what a bundle holds. Raises UsageError and InputRefused."""
    if bundle is not None:
        return load_bundle(bundle)
    machine = read_machine(Tree(root or Path("/"), live=root is None), wanted_files)
    if not any(file.state == "file" for file in machine.files.values()):
        raise UsageError(f"no mail host below {root or '/'}: nothing of Postfix, OpenDKIM or PostSRSd was found")
    return machine


def since_last(report: Report, state: Path | None) -> Report:
    """What has changed since the run that `state` remembers; all of it where there was none.

    Raises UsageError for a file that is no state.
    """
    before = read_state(state) if state is not None else None
    return report if before is None else since(report, before)


def collect(root: Path | None) -> str:
    """What an audit elsewhere needs to know of a host, as JSON, without any secret."""
    return bundle_text(read_host(root, None))


def _joined(of_host: Report, of_zones: Report) -> Report:
    """One report of both, the host's findings first."""
    return of_host._replace(
        findings=of_host.findings + of_zones.findings,
        refused=of_host.refused + of_zones.refused,
        skipped=of_host.skipped + of_zones.skipped,
        zones=of_zones.zones,
        records=of_zones.records,
        suppressed=of_zones.suppressed,
        derived=of_zones.derived,
        rules={**of_zones.rules, **of_host.rules},
        snippets={**of_host.snippets, **snippets(of_zones), **snippets(of_host)},
    )


def _zones(settings: AuditSettings, configuration: Configuration, progress: Progress) -> Loaded:
    """The zones that were named or are configured; where there are none, what needs them is not determined."""
    is_asked_for = bool(settings.zones or configuration.zones)
    if not (is_asked_for or DEFAULT_ZONES.is_dir()):
        return Loaded((), ())
    try:
        return declared_zones(
            settings.zones, configuration, limits=settings.limits, include_root=None, progress=progress
        )
    except UsageError:
        if is_asked_for:
            raise
        return Loaded((), ())


def _zone_rules() -> Mapping[str, AnyRule]:
    return {rule_id: rule for rule_id, rule in installed_rules("plan").items() if rule_id in ZONE_RULES}
