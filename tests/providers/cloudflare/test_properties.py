"""Whatever a zone holds and whatever is wanted of it: a plan carried out leaves nothing to do, and has a way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailcheck.errors import MailcheckError
from mailcheck.model.zone import Zone
from mailcheck_providers.cloudflare import preflight
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


@pytest.fixture(name="world")
def running(socket_enabled: None) -> Iterator[Fake]:
    with cloudflare() as fake:
        fake.token(value=TOKEN)
        yield fake


def emptied(world: Fake) -> Any:
    world.faults.clear()
    world.zones.clear()
    world.forget_requests()
    return world.zone("example.com", plan="pro")


REPEATED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.slow
@REPEATED
@settings(max_examples=60)
@given(
    before=zones(),
    after=zones(),
    foreign=st.lists(st.sampled_from(["comment", "proxied", "unquoted"]), max_size=3),
)
def test_after_an_apply_nothing_is_left_and_a_rollback_restores_everything(
    world: Fake, tmp_path: Path, few_a_batch: None, before: Zone, after: Zone, foreign: list[str]
) -> None:
    zone = emptied(world)
    synced(world, before, tmp_path)
    assert lines(planned(opened(world), before)) == []
    touched = zip(foreign, world.records(zone), strict=False)
    for what, record in touched:
        if what == "comment":
            world.edit(zone, record["id"], comment="by hand")
        elif what == "proxied" and record["type"] in {"A", "AAAA", "CNAME"}:
            world.edit(zone, record["id"], proxied=True)
        elif record["type"] == "TXT" and record["content"].strip('"').isalnum():
            world.edit(zone, record["id"], content=record["content"].strip('"'))
    held, earlier = world.records(zone), planned(opened(world), declared()).plan.before
    assert synced(world, after, tmp_path).outcome == "applied"
    assert lines(planned(opened(world), after)) == []
    assert rolled_back(world, earlier, held, tmp_path).outcome == "applied"
    assert kept(world.records(zone)) == kept(held)


@pytest.mark.slow
@pytest.mark.parametrize("committed", [False, True])
@REPEATED
@settings(max_examples=12)
@given(before=zones(), after=zones())
def test_an_apply_killed_at_any_request_converges_on_a_re_run(
    world: Fake, tmp_path: Path, few_a_batch: None, committed: bool, before: Zone, after: Zone
) -> None:
    at, ended = 0, False
    while not ended:
        at += 1
        emptied(world)
        synced(world, before, tmp_path)
        world.forget_requests()
        world.faults.on(at, Fault.reset(committed=committed))
        world.faults.always(lambda request, at=at: request.number > at, Fault.reset(committed=False))
        provider = patient(world, Watch(), max_wait=0)
        try:
            applied(provider, planned(provider, after), tmp_path)
        except MailcheckError:
            pass
        ended = len(world.requests) < at
        world.faults.clear()
        assert synced(world, after, tmp_path).outcome == "applied"
        assert lines(planned(opened(world), after)) == []
    assert at > 5
    assert opened(world).snapshot(ORIGIN).exists
