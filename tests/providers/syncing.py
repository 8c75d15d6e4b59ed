"""What the tests of providers share: zones to write, and the way that `sync` takes through a provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mailcheck_providers import bind, octodns, powerdns

from mailcheck.model.location import NOWHERE
from mailcheck.model.progress import Silent
from mailcheck.model.record import Record
from mailcheck.model.spec import MailSpec
from mailcheck.model.sync import ZoneResult
from mailcheck.model.zone import Zone
from mailcheck.sync.apply import ApplySettings, apply
from mailcheck.sync.plan import ZonePlan, plan_back, plan_zone
from mailcheck.sync.provider import Provider, ProviderSettings
from tests.build import zone

SPEC = MailSpec()
_MODULES = {"bind": bind, "powerdns": powerdns, "octodns": octodns}


def opened(name: str, environment: Mapping[str, str], options: Mapping[str, Any] | None = None) -> Provider:
    """The provider as `--provider NAME` opens it."""
    settings = ProviderSettings(name, options or {}, environment, 0.0, Silent())
    return _MODULES[name].open_provider(settings)


def wanted(*lines: str, ttl: int = 3600) -> Zone:
    """example.com with the name servers of the lab's servers and these records, `owner type value`."""
    found = zone("example.com", "@ NS ns1.example.com.", "ns1 A 192.0.2.53", *lines)
    apex = {("example.com.", "NS"), ("ns1.example.com.", "A")}
    records = [each if (each.name, each.type) in apex else each._replace(ttl=ttl) for each in found.records]
    return holding(records)


def holding(records: Iterable[Record]) -> Zone:
    """example.com with these records."""
    return Zone("example.com.", "zones/example.com.zone", "master", tuple(records), NOWHERE)


def planned(provider: Provider, desired: Zone, *, create: bool = False) -> ZonePlan:
    """What `sync` shows."""
    return plan_zone(provider, desired, SPEC, create=create)


def applied(provider: Provider, plan: ZonePlan, folder: Path) -> ZoneResult:
    """What `sync --apply` does, its journal in `folder`."""
    return apply(provider, plan, ApplySettings(folder, Silent(), lambda: False, {}))


def synced(provider: Provider, desired: Zone, folder: Path) -> ZoneResult:
    """Plan and apply."""
    return applied(provider, planned(provider, desired), folder)


def back_to(provider: Provider, plan: ZonePlan) -> ZonePlan:
    """The plan of `sync --rollback` to the state that `plan` was made from."""
    return plan_back(provider, plan.plan.before, plan.snapshot.records, SPEC)
