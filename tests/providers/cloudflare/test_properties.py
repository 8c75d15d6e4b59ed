"""Whatever a zone holds and whatever is wanted of it: a plan carried out leaves nothing to do, and has a way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mailcheck_providers.cloudflare import preflight

from mailcheck.errors import MailcheckError
from mailcheck.model.zone import Zone
from mailcheck.sync.provider import Provider
from tests.lab.cloudflare import Fake, Fault, cloudflare
from tests.providers.cloudflare.lab import (
    ORIGIN,
    TOKEN,
    Watch,
    applied,
    declared,
    kept,
    lines,
    opened,
    patient,
    planned,
    rolled_back,
    synced,
)

TTLS = st.sampled_from([1, 30, 60, 300, 86400])
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "proxied": st.booleans(),
        "comment": st.sampled_from(["", "one", "two"]),
        "tags": st.sampled_from([[], ["a:1"], ["b:2", "a:1"]]),
    },
)
VALUES = {
    "A": st.integers(1, 4).map(lambda n: f"192.0.2.{n}"),
    "AAAA": st.integers(1, 4).map(lambda n: f"2001:db8::{n}"),
    "MX": st.integers(1, 4).map(lambda n: f"{n % 2} m{n}.example.net."),
    "TXT": st.text(st.sampled_from('ab" ;\\0129\xff\t'), max_size=12).map(
        lambda text: text.encode().decode("latin-1")
    ),
    "CNAME": st.integers(1, 4).map(lambda n: f"c{n}.example.net."),
}
NAMES = ("", "a", "b", "*.c")


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    sets: list[tuple[Any, ...]] = []
    for name in NAMES:
        types = draw(st.sets(st.sampled_from(["A", "AAAA", "MX", "TXT"]), max_size=2))
        if name and draw(st.integers(0, 3)) == 0:
            types = {"CNAME"}
        for rtype in sorted(types):
            most = 1 if rtype == "CNAME" else 3
            values = draw(st.lists(VALUES[rtype], min_size=1, max_size=most, unique=True))
            options = draw(OPTIONS)
            if rtype in {"MX", "TXT"}:
                options.pop("proxied", None)
            extra = {"octodns": {"cloudflare": options}} if options else None
            ttl = draw(TTLS)
            sets.extend((name, rtype, ttl, value, extra) for value in values)
    return declared(*sets)


@pytest.fixture
def few_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few operations in a batch that these zones need several."""
    monkeypatch.setattr(preflight, "PAID_BATCH", 12)


class World(NamedTuple):
    """The fake, the provider, and one that waits for nothing; a client of the SDK takes its time to make."""

    fake: Fake
    provider: Provider
    hasty: Provider


@pytest.fixture(name="world")
def running(socket_enabled: None) -> Iterator[World]:
    with cloudflare() as fake:
        fake.token(value=TOKEN)
        yield World(fake, opened(fake), patient(fake, Watch(), max_wait=0))


def emptied(fake: Fake) -> Any:
    fake.faults.clear()
    fake.zones.clear()
    fake.forget_requests()
    return fake.zone("example.com", plan="pro")


RESET_BY_THE_TEST = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=RESET_BY_THE_TEST)
@given(
    before=zones(),
    after=zones(),
    foreign=st.lists(st.sampled_from(["comment", "proxied", "unquoted"]), max_size=3),
)
def test_after_an_apply_nothing_is_left_and_a_rollback_restores_everything(
    world: World, tmp_path: Path, few_a_batch: None, before: Zone, after: Zone, foreign: list[str]
) -> None:
    fake, provider, _ = world
    zone = emptied(fake)
    synced(fake, before, tmp_path, provider)
    assert lines(planned(provider, before)) == []
    touched = zip(foreign, fake.records(zone), strict=False)
    for what, record in touched:
        if what == "comment":
            fake.edit(zone, record["id"], comment="by hand")
        elif what == "proxied" and record["type"] in {"A", "AAAA", "CNAME"}:
            fake.edit(zone, record["id"], proxied=True)
        elif record["type"] == "TXT" and record["content"].strip('"').isalnum():
            fake.edit(zone, record["id"], content=record["content"].strip('"'))
    held, earlier = fake.records(zone), planned(provider, declared()).plan.before
    assert synced(fake, after, tmp_path, provider).outcome == "applied"
    assert lines(planned(provider, after)) == []
    assert rolled_back(fake, earlier, held, tmp_path, provider).outcome == "applied"
    assert kept(fake.records(zone)) == kept(held)


@pytest.mark.slow
@pytest.mark.parametrize("committed", [False, True])
@settings(max_examples=8, suppress_health_check=RESET_BY_THE_TEST)
@given(before=zones(), after=zones())
def test_an_apply_killed_at_any_request_converges_on_a_re_run(
    world: World, tmp_path: Path, few_a_batch: None, committed: bool, before: Zone, after: Zone
) -> None:
    fake, provider, hasty = world
    at, ended = 0, False
    while not ended:
        at += 1
        emptied(fake)
        synced(fake, before, tmp_path, provider)
        fake.forget_requests()
        fake.faults.on(at, Fault.reset(committed=committed))
        fake.faults.always(lambda request, at=at: request.number > at, Fault.reset(committed=False))
        with suppress(MailcheckError):
            applied(hasty, planned(hasty, after), tmp_path)
        ended = len(fake.requests) < at
        fake.faults.clear()
        assert synced(fake, after, tmp_path, provider).outcome == "applied"
        assert lines(planned(provider, after)) == []
    assert at > 5
    assert provider.snapshot(ORIGIN).exists
