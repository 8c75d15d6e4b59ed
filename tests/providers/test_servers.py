"""BIND, Knot and PowerDNS as they are: what was asked for is what they serve, and no more than that changes."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from mailcheck.errors import ChangeRefused, ProviderError
from mailcheck.sync.provider import Provider
from tests.lab.powerdns import PowerDns, powerdns
from tests.lab.signed import Signed, bind, knot
from tests.providers.syncing import applied, back_to, holding, opened, planned, synced, wanted

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

Server = Signed | PowerDns
_START: dict[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "bind": bind,
    "knot": knot,
    "powerdns": powerdns,
}
_LONGEST_LINE = 500
_NS1 = "ns1.example.com."


@pytest.fixture(params=sorted(_START))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    (folder := tmp_path / "server").mkdir()
    with _START[request.param](folder) as found:
        yield found


@pytest.fixture
def provider(server: Server) -> Provider:
    return opened(server.provider, server.environment())


def _key(bits: int) -> str:
    """A DKIM key record as long as one of so many bits."""
    return f"v=DKIM1; k=rsa; p={base64.b64encode(secrets.token_bytes(bits // 8 + 38)).decode()}"


def test_1_a_plan_changes_nothing_and_after_an_apply_there_is_none(
    server: Server, provider: Provider, tmp_path: Path
) -> None:
    before = server.zone()
    desired = wanted(
        "@ MX 10 mail.example.com.", "@ TXT v=spf1 mx -all", "mail A 192.0.2.25", "mail AAAA 2001:db8::25"
    )
    plan = planned(provider, desired)
    assert server.zone() == before
    assert [(change.kind, change.name, change.type) for change in plan.plan.changes] == [
        ("create", "example.com.", "MX"),
        ("create", "example.com.", "TXT"),
        ("create", "mail.example.com.", "A"),
        ("create", "mail.example.com.", "AAAA"),
    ]
    assert applied(provider, plan, tmp_path).outcome == "applied"
    assert server.zone() == before | {
        ("example.com.", "MX"): (3600, {"10 mail.example.com."}),
        ("example.com.", "TXT"): (3600, {"v=spf1 mx -all"}),
        ("mail.example.com.", "A"): (3600, {"192.0.2.25"}),
        ("mail.example.com.", "AAAA"): (3600, {"2001:db8::25"}),
    }
    again = planned(provider, desired)
    assert again.plan.changes == ()
    assert again.steps == ()


def test_1_updates_and_deletions(server: Server, provider: Provider, tmp_path: Path) -> None:
    synced(provider, wanted("@ TXT v=spf1 mx -all", "old A 192.0.2.1", "a A 192.0.2.2", "a A 192.0.2.3"), tmp_path)
    desired = wanted("@ TXT v=spf1 -all", "a A 192.0.2.3", "a A 192.0.2.4")
    assert synced(provider, desired, tmp_path).outcome == "applied"
    assert {key: values for key, (_, values) in server.zone().items()} == {
        ("example.com.", "NS"): {"ns1.example.com."},
        ("ns1.example.com.", "A"): {"192.0.2.53"},
        ("example.com.", "TXT"): {"v=spf1 -all"},
        ("a.example.com.", "A"): {"192.0.2.3", "192.0.2.4"},
    }
    assert planned(provider, desired).steps == ()


def test_7_what_changed_since_the_plan_is_not_overwritten(
    server: Server, provider: Provider, tmp_path: Path
) -> None:
    plan = planned(provider, wanted("@ TXT v=spf1 -all", "other A 192.0.2.9"))
    server.add("example.com.", 300, "TXT", '"v=spf1 a -all"')
    before = server.zone()
    with pytest.raises(ChangeRefused):
        applied(provider, plan, tmp_path)
    assert server.zone() == before


def test_8_a_change_of_type_is_one_step(server: Server, provider: Provider, tmp_path: Path) -> None:
    cname, address = wanted("www CNAME example.net."), wanted("www A 192.0.2.80", "www TXT hello")
    for desired in (cname, address, cname):
        plan = planned(provider, desired)
        assert len(plan.steps) == 1
        assert applied(provider, plan, tmp_path).outcome == "applied"
        assert planned(provider, desired).steps == ()
    assert server.zone()["www.example.com.", "CNAME"] == (3600, {"example.net."})
    assert ("www.example.com.", "TXT") not in server.zone()


TEXTS = {
    "255 octets": "a" * 255,
    "256 octets": "b" * 256,
    "510 octets": "c" * 510,
    "2048-bit key": _key(2048),
    "4096-bit key": _key(4096),
    "quote": 'say "hello"',
    "quotes around": '"quoted"',
    "quote, space, quote": 'one" "two',
    "backslash": "back\\slash",
    "backslash at the end": "end\\",
    "backslash before a quote": '\\"',
    "semicolon": "a;b; c",
    "backslash before a semicolon": "a\\;b",
    "digits after a backslash": "\\065\\255",
    "not ASCII": "gr\xc3\xbc\xc3\x9fe",
    "control characters": "bell\x07 tab\t",
    "not ASCII at a cut": "d" * 254 + "\xc3\xbc",
    "spaces": "  two  spaces  ",
}


def test_11_every_text_comes_back_the_same(server: Server, provider: Provider, tmp_path: Path) -> None:
    desired = wanted(*(f"t{number} TXT {text}" for number, text in enumerate(TEXTS.values())))
    assert synced(provider, desired, tmp_path).outcome == "applied"
    found = server.zone()
    assert {case: found[f"t{number}.example.com.", "TXT"][1] for number, case in enumerate(TEXTS)} == {
        case: {text} for case, text in TEXTS.items()
    }
    assert planned(provider, desired).plan.changes == ()


@pytest.mark.parametrize("cut", ['"v=spf1 mx -all"', '"v=spf1" " mx" " -all"', '"" "v=spf1 mx -all"'])
def test_11_an_oddly_cut_text_is_no_change_and_can_be_replaced_and_deleted(
    server: Server, provider: Provider, tmp_path: Path, cut: str
) -> None:
    server.add("example.com.", 3600, "TXT", cut)
    server.add("gone.example.com.", 3600, "TXT", cut)
    same = wanted("@ TXT v=spf1 mx -all", "gone TXT v=spf1 mx -all")
    assert planned(provider, same).plan.changes == ()
    assert synced(provider, wanted("@ TXT v=spf1 -all"), tmp_path).outcome == "applied"
    assert server.zone()["example.com.", "TXT"] == (3600, {"v=spf1 -all"})
    assert ("gone.example.com.", "TXT") not in server.zone()


@pytest.mark.parametrize("ttl", [1, 30, 60, 120, 86400])
def test_12_idn_wildcard_upper_case_and_ttl_are_as_the_plan_shows(
    server: Server, provider: Provider, tmp_path: Path, ttl: int
) -> None:
    desired = wanted(
        "xn--bcher-kva A 192.0.2.1",
        "* MX 10 Mail.Example.NET.",
        "UPPER A 192.0.2.2",
        "upper.SUB CNAME Target.Example.NET.",
        ttl=ttl,
    )
    plan = planned(provider, desired)
    assert {change.ttl_after for change in plan.plan.changes} == {ttl}
    assert applied(provider, plan, tmp_path).outcome == "applied"
    found = server.zone()
    for change in plan.plan.changes:
        served = found[change.name, change.type]
        assert (served[0], {value.lower() for value in served[1]}) == (
            ttl,
            {value.lower() for value in change.after},
        )
    assert planned(provider, desired).plan.changes == ()


def test_13_types_that_octodns_does_not_have_survive(server: Server, provider: Provider, tmp_path: Path) -> None:
    server.add("odd.example.com.", 300, "HINFO", '"PDP-11" "UNIX"')
    server.add("odd.example.com.", 300, "A", "192.0.2.1")
    server.add("other.example.com.", 300, "TYPE65280", "\\# 4 0a000001")
    before = server.zone()
    assert synced(provider, wanted("odd A 192.0.2.2"), tmp_path).outcome == "applied"
    after = server.zone()
    assert after.pop(("odd.example.com.", "A")) == (3600, {"192.0.2.2"})
    del before["odd.example.com.", "A"]
    assert after == before


def test_18_a_rollback_restores_every_record_set(server: Server, provider: Provider, tmp_path: Path) -> None:
    server.add("example.com.", 300, "TXT", '"v=spf1" " mx -all"', '"\\000\\255 \\" \\\\"')
    server.add("example.com.", 600, "MX", "10 mail.example.net.", "20 mail2.example.net.")
    server.add("www.example.com.", 60, "CNAME", "example.net.")
    server.add("gone.example.com.", 60, "HINFO", '"PDP-11" "UNIX"')
    server.add("gone.example.com.", 60, "A", "192.0.2.1")
    before = server.zone()
    plan = planned(provider, wanted("@ TXT v=spf1 -all", "www A 192.0.2.80", "new A 192.0.2.3"))
    assert applied(provider, plan, tmp_path).outcome == "applied"
    assert server.zone() != before
    back = back_to(provider, plan)
    assert applied(provider, back, tmp_path).outcome == "applied"
    assert server.zone() == before
    assert provider.snapshot("example.com.").records == plan.snapshot.records
    assert back_to(provider, plan).steps == ()


def test_19_three_hundred_dkim_keys(server: Server, provider: Provider, tmp_path: Path) -> None:
    desired = wanted(*(f"s{number}._domainkey TXT {_key(2048 if number % 2 else 4096)}" for number in range(300)))
    plan = planned(provider, desired)
    assert len(plan.plan.changes) == 300
    done = applied(provider, plan, tmp_path)
    assert (done.outcome, done.message) == ("applied", "")
    assert planned(provider, desired).plan.changes == ()


def test_name_servers_at_the_apex_can_be_replaced(server: Server, provider: Provider, tmp_path: Path) -> None:
    kept = [each for each in wanted("ns2 A 192.0.2.54", "@ NS ns2.example.com.").records if each.text != _NS1]
    moved = holding([each._replace(ttl=7200) if each.type == "NS" else each for each in kept])
    assert synced(provider, moved, tmp_path).outcome == "applied"
    assert server.zone()["example.com.", "NS"] == (7200, {"ns2.example.com."})
    assert planned(provider, moved).plan.changes == ()


def test_name_servers_that_no_file_declares_are_left_alone(server: Server, provider: Provider) -> None:
    undeclared = holding(each for each in wanted().records if each.type != "NS")
    assert planned(provider, undeclared).plan.changes == ()


def _refusal(provider: Provider, secret: str) -> str:
    with pytest.raises(ProviderError) as caught:
        planned(provider, wanted("@ TXT v=spf1 -all"))
    message = caught.value.message
    assert caught.value.exit_code == 5
    assert "\n" not in message
    assert len(message) < _LONGEST_LINE
    assert secret not in f"{message} {caught.value.hint}"
    return message


def test_a_wrong_key_is_one_line(server: Server) -> None:
    wrong = base64.b64encode(secrets.token_bytes(32)).decode()
    before = server.zone()
    changed = {"BIND_KEY_SECRET": wrong} if isinstance(server, Signed) else {"POWERDNS_API_KEY": wrong}
    message = _refusal(opened(server.provider, server.environment(**changed)), wrong)
    assert "another secret" in message or "does not take the API key" in message
    assert server.zone() == before


def test_a_server_that_is_down_is_one_line_also_between_plan_and_apply(tmp_path: Path) -> None:
    for name, start in _START.items():
        (folder := tmp_path / name).mkdir()
        with start(folder) as server:
            provider = opened(server.provider, server.environment())
            plan = planned(provider, wanted("@ TXT v=spf1 -all"))
        for attempt in (
            lambda provider=provider: planned(provider, wanted()),
            lambda provider=provider, plan=plan: provider.write("example.com.", plan.steps[0], None),
        ):
            with pytest.raises(ProviderError, match=r"nothing listens at 127\.0\.0\.1 port \d+$"):
                attempt()
