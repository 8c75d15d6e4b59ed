"""Requests and seconds of a plan and its apply at Cloudflare: mailcheck beside octodns-cloudflare, on one fake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

from mailcheck.model.location import whole_line
from mailcheck.model.progress import Silent
from mailcheck.model.record import Record
from mailcheck.model.spec import MailSpec
from mailcheck.model.zone import Zone
from mailcheck.sync.apply import ApplySettings, apply
from mailcheck.sync.plan import plan_zone
from mailcheck.sync.provider import ProviderSettings
from mailcheck.sync.to_octodns import to_octodns
from tests.lab.cloudflare import ACCOUNT, Fake, cloudflare

RECORDS = 3_000
UPDATES = 900


class Run(NamedTuple):
    """Requests, and seconds from the first to the last of them with the client's work in between."""

    requests: int
    seconds: float


def table(folder: Path) -> Iterator[str]:
    """Lines of Markdown."""
    yield f"## Sync: plan and apply at Cloudflare, {RECORDS:,} records, a paid plan, a fake on loopback"
    yield ""
    yield "| what | requests | seconds |"
    yield "| --- | ---: | ---: |"
    for what, token in (("a user's token", "user"), ("an account's token", "account")):
        run = _created(folder / token, ACCOUNT if token == "account" else None)
        yield f"| {RECORDS:,} creates, {what} | {run.requests} | {run.seconds:.1f} |"
    before, theirs, after = _updated(folder / "updates")
    ours = max(before, after, key=lambda run: run.seconds)
    yield f"| {UPDATES} updates | {ours.requests} | {ours.seconds:.1f} |"
    yield f"| {UPDATES} updates, octodns-cloudflare | {theirs.requests} | {theirs.seconds:.1f} |"
    yield ""
    ratio = theirs.seconds / ours.seconds
    yield f"The updates are {ratio:.0f} times as fast: one run of theirs, the slower of two of ours."


def declared(updated: int = 0) -> Zone:
    """The zone, of which the first so many records have another address."""
    at = whole_line("zones/example.com.yaml")
    records = [
        Record(f"host-{n}.example.com.", "A", 300, f"192.0.2.{2 if n < updated else 1}", at, at)
        for n in range(RECORDS)
    ]
    return Zone("example.com.", "zones/example.com.yaml", "octodns", tuple(records), at)


def _created(folder: Path, account: str | None) -> Run:
    with cloudflare() as fake:
        fake.zone("example.com", plan="pro")
        return _ours(fake, fake.token(account=account), declared(), folder)


def _updated(folder: Path) -> tuple[Run, Run, Run]:
    """Ours, theirs, which takes minutes, and ours again."""
    with cloudflare() as fake:
        token = fake.token()
        _filled(fake)
        before = _ours(fake, token, declared(UPDATES), folder)
        _filled(fake)
        theirs = _theirs(fake, token, declared(UPDATES))
        _filled(fake)
        return before, theirs, _ours(fake, token, declared(UPDATES), folder)


def _filled(fake: Fake) -> None:
    fake.zones.clear()
    zone = fake.zone("example.com", plan="pro")
    bodies = (
        {"type": "A", "name": record.name, "content": record.text, "ttl": 300} for record in declared().records
    )
    fake.seed(zone, *bodies)


def _ours(fake: Fake, token: str, zone: Zone, folder: Path) -> Run:
    from mailcheck_providers.cloudflare import open_provider

    environment = {"CLOUDFLARE_API_TOKEN": token, "CLOUDFLARE_BASE_URL": fake.url}
    fake.forget_requests()
    start = perf_counter()
    provider = open_provider(ProviderSettings("cloudflare", {}, environment, 300.0, Silent()))
    plan = plan_zone(provider, zone, MailSpec(), create=False)
    result = apply(provider, plan, ApplySettings(folder, Silent(), lambda: False, {}))
    seconds = perf_counter() - start
    if result.outcome != "applied":
        raise RuntimeError(result.message)
    return Run(len(fake.requests), seconds)


def _theirs(fake: Fake, token: str, zone: Zone) -> Run:
    from octodns_cloudflare import CloudflareProvider

    fake.forget_requests()
    start = perf_counter()
    provider: Any = CloudflareProvider("cloudflare", token=token, api_url=fake.url, pagerules=False, retry_count=0)
    provider.apply(provider.plan(to_octodns(zone).zone))
    return Run(len(fake.requests), perf_counter() - start)
