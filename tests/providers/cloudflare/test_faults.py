"""What goes wrong on the way to Cloudflare: each time the zone is known to be changed, or not, or that is said."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from mailcheck_providers.cloudflare.backoff import RATE_WINDOW, retry_after

from mailcheck.errors import MailcheckError, OutcomeUnknown, ProviderError, UsageError
from mailcheck.sync.provider import Step
from tests.lab.cloudflare import Answer, ApiError, Fake, Fault, batches, nth, reads
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
    synced,
)

HERE = {"type": "A", "name": "a", "content": "192.0.2.1", "ttl": 300}
OTHERS = [HERE | {"name": "gone"}, {"type": "CNAME", "name": "w", "content": "x.example.net", "ttl": 300}]
WANTED = declared(
    ("a", "A", 600, "192.0.2.1"),
    ("new", "TXT", 300, 'a "text"'),
    ("w", "A", 300, "192.0.2.3"),
    ("", "MX", 300, "10 mail.example.com."),
    ("_s._tcp", "SRV", 300, "1 2 3 mail.example.com."),
)


def writable(provider: object) -> Step:
    """The one step from what was seeded to what is wanted."""
    plan = planned(provider, WANTED)  # type: ignore[arg-type]
    (step,) = plan.steps
    return step


@pytest.mark.parametrize(
    "fault",
    [
        Fault.error(500),
        Fault.html(502),
        Fault.error(503),
        Fault.html(200),
        Fault.text(b"{"),
        Fault.text(b'{"success": true}'),
        Fault.text(b"[]"),
        Fault.reset(committed=False),
    ],
)
def test_a_batch_that_fails_leaves_the_zone_as_it_was(fake: Fake, fault: Fault) -> None:
    zone = fake.zone("example.com")
    fake.seed(zone, HERE, *OTHERS)
    provider = patient(fake, Watch())
    step = writable(provider)
    before = fake.records(zone)
    fake.faults.on(batches, fault)
    with pytest.raises(ProviderError, match="nothing of it was written") as caught:
        provider.write(ORIGIN, step, Watch())
    assert not isinstance(caught.value, OutcomeUnknown)
    assert "\n" not in caught.value.message
    assert fake.records(zone) == before
    assert len(fake.writes) == 1


@pytest.mark.parametrize(
    "fault",
    [Fault.reset(committed=True), Fault.cut(), Fault.html(502, committed=True), Fault.error(504, committed=True)],
)
def test_a_batch_whose_answer_is_lost_is_found_to_be_written(fake: Fake, tmp_path: Path, fault: Fault) -> None:
    zone = fake.zone("example.com")
    fake.seed(zone, HERE, *OTHERS)
    fake.faults.on(batches, fault)
    assert synced(fake, WANTED, tmp_path).outcome == "applied"
    assert len(fake.writes) == 1
    assert lines(planned(opened(fake), WANTED)) == []


def test_a_batch_that_may_still_be_under_way_is_not_called_undone(fake: Fake) -> None:
    fake.seed(fake.zone("example.com"), HERE, *OTHERS)
    provider = patient(fake, Watch())
    step = writable(provider)
    fake.faults.on(batches, Fault.error(504))
    with pytest.raises(OutcomeUnknown, match=r"HTTP 504.*nothing of it is written so far"):
        provider.write(ORIGIN, step, Watch())


def test_an_answer_that_does_not_come_in_time_is_settled_by_reading(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.seed(fake.zone("example.com"), HERE, *OTHERS)
    provider = patient(fake, Watch())
    step = writable(provider)
    monkeypatch.setattr(provider._api._client, "timeout", httpx.Timeout(0.3))
    fake.faults.on(batches, Fault.slow(5))
    provider.write(ORIGIN, step, Watch())
    assert lines(planned(opened(fake), WANTED)) == []


def test_where_the_zone_cannot_be_read_again_the_outcome_is_unknown(fake: Fake) -> None:
    fake.seed(fake.zone("example.com"), HERE, *OTHERS)
    watch = Watch()
    provider = patient(fake, watch)
    step = writable(provider)
    fake.faults.on(batches, Fault.reset(committed=True))
    fake.faults.always(reads, Fault.html(502))
    with pytest.raises(OutcomeUnknown, match="cannot be read again"):
        provider.write(ORIGIN, step, Watch())
    assert sum(watch.slept) == 7


def test_where_somebody_else_wrote_meanwhile_the_outcome_is_unknown(fake: Fake) -> None:
    zone = fake.zone("example.com")
    seeded = fake.seed(zone, HERE, *OTHERS)
    provider = patient(fake, Watch())
    step = writable(provider)
    fake.faults.on(
        batches, Fault.reset(committed=False)._replace(before=lambda: fake.remove(zone, seeded[1]["id"]))
    )
    with pytest.raises(OutcomeUnknown, match="somebody else"):
        provider.write(ORIGIN, step, Watch())


@pytest.mark.parametrize(("asked", "waited"), [(2, 2.0), (120, 120.0), (None, 300.0)])
@pytest.mark.parametrize("of", [batches, reads])
def test_a_429_is_waited_for_as_long_as_it_says(fake: Fake, asked: int | None, waited: float, of: object) -> None:
    fake.seed(fake.zone("example.com"), HERE, *OTHERS)
    watch = Watch()
    provider = patient(fake, watch)
    fake.faults.on(of, Fault.rate_limited(asked))  # type: ignore[arg-type]
    provider.write(ORIGIN, writable(provider), Watch())
    assert sum(watch.slept) == waited
    assert [seconds for seconds, _ in watch.waits] == [waited - second for second in range(int(waited))]
    assert {why for _, why in watch.waits} == {"Cloudflare takes no more requests for now"}
    assert lines(planned(opened(fake), WANTED)) == []


def test_a_429_that_asks_for_more_than_may_be_waited_is_not_waited_for(fake: Fake) -> None:
    zone = fake.zone("example.com")
    fake.seed(zone, HERE, *OTHERS)
    watch = Watch()
    provider = patient(fake, watch, max_wait=100)
    step = writable(provider)
    before = fake.records(zone)
    fake.faults.always(batches, Fault.rate_limited(60))
    with pytest.raises(ProviderError, match="it takes 60 s, and 40 s of 100 s are left"):
        provider.write(ORIGIN, step, Watch())
    assert sum(watch.slept) == 60
    assert fake.records(zone) == before


def test_a_429_without_end_ends_after_three_more_tries(fake: Fake) -> None:
    fake.zone("example.com")
    fake.faults.always(reads, Fault.rate_limited(0))
    with pytest.raises(ProviderError, match="HTTP 429"):
        planned(patient(fake, Watch()), WANTED)
    assert len([request for request in fake.requests if reads(request)]) == 4


def test_retry_after_is_seconds_or_a_date() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=90)
    assert 85 < retry_after(format_datetime(soon, usegmt=True)) <= 90
    assert 85 < retry_after(format_datetime(soon).replace("+0000", "-0000")) <= 90
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert retry_after(" 17 ") == 17
    assert [retry_after(text) for text in (None, "", "soon", "-5", "9" * 40)] == [RATE_WINDOW] * 5


def test_a_read_that_fails_is_tried_again(fake: Fake) -> None:
    fake.zone("example.com")
    watch = Watch()
    fake.faults.on(reads, Fault.reset(committed=False), Fault.html(502), Fault.cut())
    assert planned(patient(fake, watch), WANTED).steps
    assert sum(watch.slept) == 1 + 2 + 4


def test_201_operations_on_a_free_plan_are_two_batches_and_a_re_run_converges(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com")
    desired = declared(*[(f"n{n}", "A", 300, "192.0.2.1") for n in range(201)])
    provider = opened(fake)
    plan = planned(provider, desired)
    assert plan.preflight.transaction == 200
    assert [len(step.operations) for step in plan.steps] == [200, 1]
    fake.faults.on(nth(2, batches), Fault.error(500))
    result = applied(provider, plan, tmp_path)
    assert (result.outcome, result.done, result.steps) == ("failed", 1, 2)
    assert {f"{record['name']}." for record in fake.records(zone)} == set(plan.steps[0].names)
    again = planned(opened(fake), desired)
    assert len(lines(again)) == 1
    assert synced(fake, desired, tmp_path).outcome == "applied"
    assert lines(planned(opened(fake), desired)) == []


@pytest.mark.parametrize(
    ("scopes", "message"),
    [
        (("dns:edit",), "the token is valid, but may not read zones"),
        (("zone:read",), r"the token may not read the DNS records of example\.com"),
        (("zone:read", "dns:read"), r"the token may read example\.com, but not edit its DNS records"),
    ],
)
def test_what_a_token_lacks_is_said_before_anything_is_written(
    fake: Fake, scopes: tuple[str, ...], message: str
) -> None:
    fake.zone("example.com")
    fake.token(*scopes, value=TOKEN)  # type: ignore[arg-type]
    provider = opened(fake)
    with pytest.raises(ProviderError, match=message):
        provider.write(ORIGIN, planned(provider, WANTED).steps[0], Watch())
    assert fake.writes == []


def test_a_token_that_may_only_read_plans_and_says_so(fake: Fake) -> None:
    fake.zone("example.com")
    fake.token("zone:read", "dns:read", value=TOKEN)
    plan = planned(opened(fake), WANTED)
    assert plan.preflight.notes == ("the token may read example.com, but not edit its DNS records",)
    assert plan.steps


@pytest.mark.parametrize("status", ["disabled", "expired"])
def test_a_token_that_is_not_active_is_called_so(fake: Fake, status: str) -> None:
    fake.zone("example.com")
    fake.token(value=TOKEN, status=status)  # type: ignore[arg-type]
    with pytest.raises(ProviderError, match=f"the token is {status}"):
        planned(opened(fake), WANTED)


def test_an_unknown_token_is_called_so(fake: Fake) -> None:
    fake.zone("example.com")
    fake.tokens.clear()
    with pytest.raises(ProviderError, match="Cloudflare does not know the token"):
        planned(opened(fake), WANTED)


def test_an_accounts_token_works_with_its_own_zones(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com", account="c" * 32)
    fake.token(value=TOKEN, account="c" * 32)
    assert synced(fake, WANTED, tmp_path).outcome == "applied"
    fake.forget_requests()
    zone.account = "d" * 32
    with pytest.raises(ProviderError, match="belongs neither to a user nor to the account"):
        planned(opened(fake), WANTED)


def test_a_missing_zone_is_refused_unless_it_may_be_created(fake: Fake, tmp_path: Path) -> None:
    fake.token("zone:read", "zone:create", "dns:edit", value=TOKEN)
    with pytest.raises(ProviderError, match=r"no zone example\.com") as caught:
        planned(opened(fake), WANTED)
    assert "--create-zone" in caught.value.hint
    provider = opened(fake, account="c" * 32)
    plan = planned(provider, WANTED, create=True)
    assert fake.writes == []
    assert plan.preflight.notes == ("example.com does not exist yet: it will be created",)
    assert applied(provider, plan, tmp_path).outcome == "applied"
    assert fake.writes[0].path == "/zones"
    assert next(iter(fake.zones.values())).account == "c" * 32
    assert lines(planned(opened(fake), WANTED)) == []


@pytest.mark.parametrize(("committed", "outcome"), [(True, "applied"), (False, "failed")])
def test_a_lost_answer_to_the_creation_of_a_zone_is_settled_by_looking(
    fake: Fake, tmp_path: Path, committed: bool, outcome: str
) -> None:
    fake.token("zone:read", "zone:create", "dns:edit", value=TOKEN)
    provider = opened(fake)
    plan = planned(provider, WANTED, create=True)
    fake.faults.on(
        lambda request: request.method == "POST" and request.path == "/zones", Fault.reset(committed=committed)
    )
    assert applied(provider, plan, tmp_path).outcome == outcome


def test_a_zone_that_may_not_be_created_is_called_so(fake: Fake) -> None:
    provider = opened(fake)
    plan = planned(provider, WANTED, create=True)
    with pytest.raises(ProviderError, match=r"example\.com\. cannot be created"):
        provider.write(ORIGIN, plan.steps[0], Watch())


def test_whether_a_zone_was_created_may_be_unknown(fake: Fake) -> None:
    fake.token("zone:read", "zone:create", "dns:edit", value=TOKEN)
    provider = patient(fake, Watch())
    plan = planned(provider, WANTED, create=True)
    fake.faults.always(lambda request: request.path == "/zones", Fault.html(502, committed=True))
    with pytest.raises(OutcomeUnknown, match="is not known"):
        provider.write(ORIGIN, plan.steps[0], Watch())


@pytest.mark.parametrize(
    ("made", "note"),
    [
        (
            {"status": "pending"},
            "example.com is pending: its registrar does not name Cloudflare's name servers yet",
        ),
        ({"paused": True}, "example.com is paused: records are served, nothing is proxied"),
        ({"dnssec": "active"}, "example.com is signed with DNSSEC: Cloudflare signs what is written"),
        ({"dnssec": "pending"}, "DNSSEC of example.com is pending"),
    ],
)
def test_the_state_of_a_zone_is_told(fake: Fake, made: dict[str, object], note: str) -> None:
    fake.zone("example.com", **made)  # type: ignore[arg-type]
    assert opened(fake).preflight(ORIGIN, create=True).notes == (note,)
    assert fake.writes == []


def test_a_state_of_dnssec_that_may_not_be_read_is_told(fake: Fake) -> None:
    fake.zone("example.com")
    fake.faults.on(
        lambda request: request.path.endswith("/dnssec"), Fault(ApiError(10000, "no", status=403).answer(), False)
    )
    assert "is not known" in opened(fake).preflight(ORIGIN, create=False).notes[0]


def refusals(fake: Fake) -> list[Fault]:
    echo = Answer(400, f'{{"success": false, "errors": [{{"code": 1, "message": "bad {TOKEN}"}}]}}'.encode())
    return [
        Fault(echo, False),
        Fault(Answer(200, echo.body.replace(b'"errors"', b'"result": null, "errors"')), False),
        Fault(Answer(403, TOKEN.encode(), "text/html"), False),
        Fault(Answer(302, b"", headers=(("Location", "http://192.0.2.1/"),)), False),
        Fault(Answer(400, b'{"errors": "x"}'), False),
        Fault.rate_limited(1000),
        Fault.html(500),
        Fault.reset(committed=False),
        Fault.text(TOKEN.encode()),
    ]


@pytest.mark.parametrize("number", range(9))
def test_no_failure_shows_the_token(
    fake: Fake, number: int, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    fake.seed(fake.zone("example.com"), HERE)
    shown = ""
    told: list[str] = []
    paths = ("/user/tokens/verify", "/zones", "/dns_records", "/batch", "/dnssec")
    for path in paths:
        provider = patient(fake, Watch())
        fake.faults.clear()
        fake.faults.always(lambda request, path=path: request.path.endswith(path), refusals(fake)[number])
        try:
            plan = planned(provider, WANTED)
            shown += repr(plan)
            provider.write(ORIGIN, plan.steps[0], Watch())
        except MailcheckError as error:
            shown += "".join(traceback.format_exception(error)) + repr(error) + error.hint + repr(vars(error))
            told.append(error.message)
        shown += repr(provider._access) + repr(provider)
    assert len(told) >= 4
    assert all(len(message) < 500 and "\n" not in message for message in told)
    out, err = capfd.readouterr()
    assert TOKEN not in shown + out + err + caplog.text
    assert all(TOKEN not in request.path + str(request.body) for request in fake.requests)


@pytest.mark.parametrize("token", ["", "a\nb", "a b", "tok€n", "t\xf6ken", "a\x00b", TOKEN + "\n"])
def test_a_token_that_is_none_is_refused_unsent_and_unprinted(fake: Fake, token: str) -> None:
    from mailcheck_providers.cloudflare.access import access

    with pytest.raises(UsageError) as caught:
        access({"CLOUDFLARE_API_TOKEN": token, "CLOUDFLARE_BASE_URL": fake.url})
    assert not token or token.strip() not in caught.value.message + caught.value.hint
    assert fake.requests == []


def test_resumed_after_a_plan_was_half_written_it_keeps_what_is_there(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com")
    synced(fake, WANTED, tmp_path)
    held = kept(fake.records(zone))
    assert synced(fake, WANTED, tmp_path).steps == 0
    assert kept(fake.records(zone)) == held
