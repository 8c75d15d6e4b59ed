"""The points that hold for `mailcheck sync`, through its command line and Cloudflare's interface."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from threading import Event

import pytest

from mailcheck.sync.journal_read import read_journal
from tests.lab.cloudflare import Answer, Fake, Fault, batches, nth, reads
from tests.providers.cloudflare.command import MAIL, Command, command
from tests.providers.cloudflare.lab import TOKEN, kept

__all__ = ["command"]

ALLOWED = "--allow=plan-many-changes,plan-removes-mx,plan-removes-auth,plan-empty-zone"
MANY = MAIL + "".join(f"host{number}:\n  type: A\n  value: 192.0.2.1\n" for number in range(197))


def synced(command: Command) -> None:
    assert command.run("--apply", "--yes") == 0


def test_1_a_plan_sends_gets_only_and_after_an_apply_there_is_none(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com")
    assert command.run("--plan-out", "plan.json") == 0
    assert fake.writes == []
    assert fake.records(zone) == []
    synced(command)
    assert len(fake.writes) == 1
    assert command.run("--check") == 0
    assert "example.com at cloudflare: no changes" in command.out


@pytest.mark.parametrize("fault", [*(Fault.error(status) for status in (500, 502, 504)), Fault.html(502)])
def test_2_a_batch_that_fails_writes_nothing_and_is_one_line(fake: Fake, command: Command, fault: Fault) -> None:
    zone = fake.zone("example.com")
    synced(command)
    was = fake.records(zone)
    command.declare(MAIL.replace("192.0.2.25", "192.0.2.26"))
    fake.faults.on(batches, fault)
    assert command.run("--apply", "--yes", "--quiet") == 5
    assert fake.records(zone) == was
    (line,) = [line for line in command.out.splitlines() if "0 of 1 step written" in line]
    assert "Cloudflare failed (HTTP 50" in line
    assert command.err == ""


@pytest.mark.parametrize(("retry_after", "seconds"), [(2, 2), (120, 120), (None, 300)])
def test_3_a_429_is_waited_for_and_that_is_told(
    fake: Fake, command: Command, retry_after: int | None, seconds: int
) -> None:
    fake.zone("example.com")
    fake.faults.on(batches, Fault.rate_limited(retry_after))
    assert command.run("--apply", "--yes") == 0
    assert sum(command.slept) == seconds
    assert command.err == f"waiting {seconds} s: Cloudflare takes no more requests for now\n"


def test_3_a_429_that_asks_for_more_than_max_wait_writes_nothing(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com")
    fake.faults.on(batches, Fault.rate_limited(120))
    assert command.run("--apply", "--yes", "--max-wait", "60") == 5
    assert (command.slept, fake.records(zone)) == ([], [])
    assert "it takes 120 s, and 60 s of 60 s are left" in command.out


@pytest.mark.parametrize(("committed", "code"), [(False, 5), (True, 0)])
def test_4_a_reset_is_settled_by_reading_again(fake: Fake, command: Command, committed: bool, code: int) -> None:
    zone = fake.zone("example.com")
    fake.faults.on(batches, Fault.reset(committed=committed))
    assert command.run("--apply", "--yes") == code
    assert bool(fake.records(zone)) is committed
    assert len(fake.writes) == 1
    assert ("example.com: applied" in command.out) is committed


@pytest.mark.parametrize(
    ("scopes", "message"),
    [
        (("dns:edit",), "the token is valid, but may not read zones"),
        (("zone:read",), "the token may not read the DNS records of example.com"),
        (("zone:read", "dns:read"), "the token may read example.com, but not edit its DNS records"),
    ],
)
def test_5_what_a_token_lacks_is_said_before_any_write(
    fake: Fake, command: Command, scopes: tuple[str, ...], message: str
) -> None:
    fake.zone("example.com")
    fake.token(*scopes, value=TOKEN)  # type: ignore[arg-type]
    assert command.run("--apply", "--yes", "--debug") == 5
    assert message in command.out
    assert fake.writes == []


@pytest.mark.parametrize("end", ["\n", "\u0142", "\r\nX-More: 1", " "])
def test_5_a_token_that_is_none_is_never_sent_and_never_shown(
    fake: Fake, command: Command, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN + end)
    assert command.run("--debug") == 2
    assert "CLOUDFLARE_API_TOKEN holds a character that no token has" in command.err
    assert fake.requests == []


def test_6_a_zone_is_made_only_when_asked_for(fake: Fake, command: Command) -> None:
    fake.token("zone:read", "zone:create", "dns:edit", value=TOKEN)
    assert command.run("--apply", "--yes") == 5
    assert "no zone example.com" in command.out
    assert (fake.writes, fake.zones) == ([], {})
    assert command.run("--create-zone", "--apply", "--yes") == 0
    assert fake.writes[0].path == "/zones"
    assert command.run("--check") == 0


def test_7_a_record_changed_between_plan_and_apply_is_not_overwritten(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com")
    synced(command)
    command.declare(MAIL.replace("192.0.2.25", "192.0.2.26"))
    (address,) = [record for record in fake.records(zone) if record["type"] == "A"]
    fake.forget_requests()
    change = Fault.meanwhile(lambda: fake.edit(zone, address["id"], content="192.0.2.99"))
    fake.faults.on(nth(2, reads), change)
    assert command.run("--apply", "--yes") == 5
    assert "example.com has changed at cloudflare since it was planned" in command.out
    assert fake.writes == []


def test_9_201_operations_on_a_free_plan_through_journal_resume_and_re_run(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com")
    command.declare(MANY)
    assert command.run() == 0
    assert "201 operations in 2 steps" in command.out
    fake.faults.on(nth(2, batches), Fault.error(500))
    assert command.run("--apply", "--yes") == 5
    assert "example.com: failed, 1 of 2 steps written: " in command.out
    assert [step.outcome for step in read_journal(command.journals[0]).steps] == ["applied", "failed"]
    assert len(fake.records(zone)) == 200
    fake.forget_requests()
    assert command.run("--resume", "--apply", "--yes") == 0
    assert [len(request.body["posts"]) for request in fake.writes] == [1]
    assert command.run("--check") == 0
    assert command.run("--resume", "--apply", "--yes") == 2
    assert "no unfinished journal" in command.err
    assert len(fake.records(zone)) == 201


def test_9_a_re_run_without_the_journal_converges_too(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com")
    command.declare(MANY)
    fake.faults.on(nth(2, batches), Fault.reset(committed=False))
    assert command.run("--apply", "--yes") == 5
    synced(command)
    assert len(fake.records(zone)) == 201


def test_10_3000_records_on_a_paid_plan_take_at_most_6_requests(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com", plan="pro")
    command.declare(MAIL + "".join(f"h{number}:\n  type: A\n  value: 192.0.2.1\n" for number in range(3_000)))
    fake.forget_requests()
    assert command.run("--apply", "--yes") == 0
    assert len(fake.records(zone)) >= 3_000
    assert len(fake.requests) <= 6


def test_13_what_the_file_does_not_speak_of_survives_an_update(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com", plan="pro")
    more = {"proxied": True, "comment": "made by hand", "tags": ["team:web"]}
    fake.seed(
        zone,
        {"type": "A", "name": "mail", "content": "192.0.2.24", "ttl": 1, **more},
        {"type": "NS", "name": "@", "content": "ns1.elsewhere.example", "ttl": 300},
        {"type": "TXT", "name": "routed", "content": '"kept"', "ttl": 300, "meta": {"read_only": True}},
    )
    assert command.run("--apply", "--yes", ALLOWED) == 0
    by_type = {(record["type"], record["name"]): record for record in fake.records(zone)}
    address = by_type["A", "mail.example.com"]
    assert {name: address[name] for name in more} == more
    assert address["content"] == "192.0.2.25"
    assert by_type["NS", "example.com"]["content"] == "ns1.elsewhere.example"
    assert ("TXT", "routed.example.com") in by_type


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("---\n{}\n", "plan-empty-zone"),
        (
            MAIL.replace("  - type: MX\n    value: {preference: 10, exchange: mail.example.com.}\n", ""),
            "plan-removes-mx",
        ),
        (MAIL.replace("  - type: TXT\n    value: v=spf1 mx -all\n", ""), "plan-removes-auth"),
        (MAIL.replace("_dmarc:", "_other:"), "plan-removes-auth"),
    ],
)
def test_14_what_takes_mail_away_needs_consent(fake: Fake, command: Command, text: str, rule: str) -> None:
    zone = fake.zone("example.com")
    synced(command)
    was = fake.records(zone)
    fake.forget_requests()
    command.declare(text)
    assert command.run("--apply", "--yes", "--no-lint") == 5
    assert rule in command.err
    assert (fake.records(zone), fake.writes) == (was, [])
    assert command.run("--apply", "--yes", "--no-lint", ALLOWED) == 0
    assert fake.records(zone) != was


def test_15_lint_errors_and_stale_plans_write_nothing(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com")
    synced(command)
    was = fake.records(zone)
    command.declare(MAIL.replace("v=spf1 mx -all", "v=spf1 mx ip4:999.0.0.1 -all"))
    assert command.run("--apply", "--yes") == 5
    assert "lint finds 1 error" in command.err
    command.declare(MAIL.replace("192.0.2.25", "192.0.2.26"))
    assert command.run("--plan-out", "plan.json") == 0
    fake.overwrite(zone, was[0]["id"], modified_on="2026-11-01T00:00:00.000000Z")
    assert command.run("--plan", "plan.json", "--apply", "--yes") == 5
    assert "has changed at the provider since" in command.err
    fake.overwrite(zone, was[0]["id"], modified_on=was[0]["modified_on"])
    command.declare(MAIL.replace("192.0.2.25", "192.0.2.27"))
    assert command.run("--plan", "plan.json", "--apply", "--yes") == 5
    assert "has changed in its file since" in command.err
    assert fake.records(zone) == was
    assert command.run("--apply", "--yes", "--no-lint") == 0
    assert command.noted()[0]["lint"] is False


def test_18_a_rollback_brings_everything_back(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com", plan="pro")
    more = {"proxied": True, "comment": "made by hand", "tags": ["team:web"]}
    fake.seed(
        zone,
        {"type": "CNAME", "name": "mail", "content": "host.example.net", "ttl": 1, **more},
        {"type": "TXT", "name": "old", "content": "unquoted; text", "ttl": 60, "comment": "why"},
    )
    was = kept(fake.records(zone))
    assert command.run("--apply", "--yes", ALLOWED) == 0
    assert command.journals[0].stat().st_mode & 0o777 == 0o600
    assert kept(fake.records(zone)) != was
    assert command.run("--rollback", str(command.journals[0]), "--apply", "--yes", ALLOWED) == 0
    assert kept(fake.records(zone)) == was


def process(command: Command) -> subprocess.Popen[str]:
    """The same command line as a process of its own."""
    code = "import sys; from mailcheck.cli.main import main; sys.exit(main(sys.argv[1:]))"
    arguments = ["sync", "--provider", "cloudflare", "--apply", "--yes"]
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=command.folder,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_16_of_two_applies_at_once_one_wins_and_the_other_is_told(fake: Fake, command: Command) -> None:
    fake.zone("example.com")
    reached, go_on = Event(), Event()
    fake.faults.on(batches, Fault.held(go_on, reached=reached))
    with process(command) as first:
        assert reached.wait(30)
        fake.forget_requests()
        command.declare(MAIL.replace("192.0.2.25", "192.0.2.26"))
        assert command.run("--apply", "--yes") == 5
        assert "another apply of example.com is running, so this plan is stale" in command.out
        assert fake.writes == []
        go_on.set()
        out, err = first.communicate(timeout=30)
    assert (first.returncode, err) == (0, "")
    assert "example.com: applied" in out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_17_a_signal_lets_the_call_in_flight_end(fake: Fake, command: Command, number: signal.Signals) -> None:
    zone = fake.zone("example.com")
    command.declare(MANY)
    reached, go_on = Event(), Event()
    fake.faults.on(batches, Fault.held(go_on, reached=reached))
    with process(command) as running:
        assert reached.wait(30)
        running.send_signal(number)
        assert running.stderr is not None
        assert running.stderr.readline() == "stopping after the step in flight\n"
        go_on.set()
        out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (5, "")
    assert "example.com: stopped, 1 of 2 steps written: stopped by a signal" in out
    assert [step.outcome for step in read_journal(command.journals[0]).steps] == ["applied", "pending"]
    assert command.run("--resume", "--apply", "--yes") == 0
    assert len(fake.records(zone)) == 201


def test_17_a_second_signal_marks_the_call_as_unknown(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com")
    command.declare(MANY)
    reached, never = Event(), Event()
    fake.faults.on(batches, Fault.held(never, reached=reached))
    with process(command) as running:
        assert reached.wait(30)
        running.send_signal(signal.SIGTERM)
        assert running.stderr is not None
        assert running.stderr.readline() == "stopping after the step in flight\n"
        running.send_signal(signal.SIGTERM)
        _, err = running.communicate(timeout=30)
    never.set()
    assert (running.returncode, err) == (130, "")
    assert [step.outcome for step in read_journal(command.journals[0]).steps] == ["unknown", "pending"]
    assert command.run("--resume", "--apply", "--yes") == 0
    assert len(fake.records(zone)) == 201


def test_17_killed_in_flight_the_journal_says_unknown(fake: Fake, command: Command) -> None:
    zone = fake.zone("example.com")
    command.declare(MANY)
    reached, never = Event(), Event()
    fake.faults.on(batches, Fault.held(never, reached=reached))
    with process(command) as running:
        assert reached.wait(30)
        running.kill()
        running.communicate(timeout=30)
    never.set()
    assert [step.outcome for step in read_journal(command.journals[0]).steps] == ["unknown", "pending"]
    assert command.run("--resume", "--apply", "--yes") == 0
    assert len(fake.records(zone)) == 201


ECHO = Answer(400, f'{{"success": false, "errors": [{{"code": 1, "message": "bad {TOKEN}"}}]}}'.encode())
ODD = [
    b"[]",
    b"null",
    b'{"result": 5, "success": true}',
    b'{"result": "text", "success": true}',
    b'{"result": [1], "success": true}',
    b'{"result": [{}], "success": true}',
    b'{"result": {"status": 5}, "success": true}',
    b'{"result": [], "result_info": {"total_pages": "x"}, "success": true}',
    b'{"result": [], "result_info": [], "success": true}',
    b'{"success": false, "errors": 5, "result": null}',
    b"\xff\xfe",
    TOKEN.encode(),
]
FAULTS = [Fault(ECHO, carried_out=False), Fault.html(502), Fault.cut(), *(Fault.text(body) for body in ODD)]


@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("fault", FAULTS)
def test_5_no_answer_makes_it_fail_otherwise_than_in_one_line_without_the_token(
    fake: Fake, command: Command, at: int, fault: Fault
) -> None:
    fake.zone("example.com")
    fake.faults.on(at, fault)
    assert command.run("--apply", "--yes", "--debug", "--plan-out", "plan.json") in {0, 5}
    assert "Traceback" not in command.err
    assert "mailcheck itself has failed" not in command.out + command.err


@pytest.mark.parametrize("end", ["\n", "\r\nHost: x", " ", "\u0142", "\t/v4"])
def test_5_an_address_with_a_line_break_is_refused(
    fake: Fake, command: Command, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setenv("CLOUDFLARE_BASE_URL", fake.url + end)
    assert command.run("--debug") == 2
    assert command.err.startswith("error: CLOUDFLARE_BASE_URL is not an address")
    assert fake.requests == []


def test_5_an_address_with_a_password_is_refused_and_not_shown(
    fake: Fake, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOUDFLARE_BASE_URL", fake.url.replace("://", "://:hunter2@"))
    assert command.run("--debug") == 2
    assert "hunter2" not in command.err


@pytest.mark.parametrize("address", ["http://192.0.2.1/client/v4", "http://api.cloudflare.com/client/v4"])
def test_5_the_token_never_goes_in_the_clear(
    command: Command, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("CLOUDFLARE_BASE_URL", address)
    assert command.run() == 2
    assert "in the clear" in command.err
