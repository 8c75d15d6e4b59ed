"""A zone as files would declare it, and the provider that brings it to the fake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mailcheck_providers.cloudflare import open_provider
from mailcheck_providers.cloudflare.access import access
from mailcheck_providers.cloudflare.backoff import Backoff
from mailcheck_providers.cloudflare.provider import Cloudflare

from mailcheck.model.location import whole_line
from mailcheck.model.record import Record
from mailcheck.model.spec import MailSpec
from mailcheck.model.sync import ZoneResult
from mailcheck.model.zone import Zone
from mailcheck.sync.apply import ApplySettings, apply
from mailcheck.sync.plan import ZonePlan, plan_back, plan_zone
from mailcheck.sync.provider import Provider, ProviderSettings

ORIGIN = "example.com."
TOKEN = "marked-token-0123456789abcdefghij"
KEPT = ("name", "type", "content", "ttl", "proxied", "comment", "tags", "settings", "priority", "data")


class Watch:
    """A Progress that keeps what it was told, and a clock that does not tick."""

    def __init__(self) -> None:
        self.waits: list[tuple[float, str]] = []
        self.slept: list[float] = []
        self.advanced = 0

    def total(self, steps: int, what: str) -> None:
        pass

    def advance(self, steps: int = 1) -> None:
        self.advanced += steps

    def waiting(self, seconds: float, why: str) -> None:
        self.waits.append((seconds, why))


def environment(fake: Any, token: str = TOKEN, **more: str) -> dict[str, str]:
    return {"CLOUDFLARE_API_TOKEN": token, "CLOUDFLARE_BASE_URL": fake.url, **more}


def opened(fake: Any, **options: Any) -> Provider:
    """The provider as `sync` opens it."""
    return open_provider(ProviderSettings("cloudflare", options, environment(fake), 300.0, Watch()))


def patient(fake: Any, watch: Watch, max_wait: float = 300.0) -> Cloudflare:
    """The provider with a clock of the test's."""
    return Cloudflare(access(environment(fake)), Backoff(max_wait, watch, watch.slept.append))


def declared(*sets: tuple[str, str, int, str] | tuple[str, str, int, str, Mapping[str, Any]]) -> Zone:
    """A zone of (name below the zone, type, TTL, value, what an octoDNS file adds)."""
    at = whole_line("zones/example.com.yaml")
    records = []
    for name, rtype, ttl, text, *extra in sets:
        owner = f"{name}.{ORIGIN}" if name else ORIGIN
        records.append(Record(owner, rtype, ttl, text, at, at, extra=extra[0] if extra else None))
    return Zone(ORIGIN, "zones/example.com.yaml", "octodns", tuple(records), at)


def planned(provider: Provider, zone: Zone, *, create: bool = False) -> ZonePlan:
    return plan_zone(provider, zone, MailSpec(), create=create)


def applied(provider: Provider, plan: ZonePlan, folder: Path) -> ZoneResult:
    return apply(provider, plan, ApplySettings(folder, Watch(), lambda: False, {}))


def synced(fake: Any, zone: Zone, folder: Path, provider: Provider | None = None) -> ZoneResult:
    provider = provider or opened(fake)
    return applied(provider, planned(provider, zone), folder)


def rolled_back(
    fake: Any, before: Zone, records: Any, folder: Path, provider: Provider | None = None
) -> ZoneResult:
    provider = provider or opened(fake)
    return applied(provider, plan_back(provider, before, records, MailSpec()), folder)


def lines(plan: ZonePlan) -> list[str]:
    """A plan as one line a change."""
    return [
        f"{change.kind} {change.name} {change.type} {change.ttl_before}->{change.ttl_after} "
        f"{'|'.join(change.before)} -> {'|'.join(change.after)}"
        for change in plan.plan.changes
    ]


def kept(records: Any) -> list[dict[str, Any]]:
    """What a rollback must bring back of records: all but ids and times."""
    found = [{field: record.get(field) for field in KEPT} for record in records]
    return sorted(found, key=repr)
