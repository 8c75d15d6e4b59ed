"""Plans and applies against the fake: what is written, what is kept, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from mailcheck_providers.cloudflare.batch import outcome_of

from mailcheck.errors import ChangeRefused, ProviderError
from mailcheck.model.zone import Zone
from mailcheck.sync.provider import Step
from tests.lab.cloudflare import Fake, Fault, batches
from tests.providers.cloudflare.lab import (
    ORIGIN,
    TOKEN,
    applied,
    declared,
    kept,
    lines,
    opened,
    planned,
    rolled_back,
    synced,
)

EVERY_TYPE = (
    ("", "A", 300, "192.0.2.1"),
    ("", "AAAA", 300, "2001:db8::1"),
    ("", "CAA", 300, '0 issue "ca.example"'),
    ("", "MX", 300, "10 mail.example.com."),
    ("", "MX", 300, "20 mail2.example.com."),
    ("", "NS", 300, "ns1.example.net."),
    ("", "TXT", 300, "v=spf1 mx -all"),
    ("www", "CNAME", 300, "example.com."),
    ("sub", "NS", 300, "ns1.example.net."),
    ("sub", "DS", 300, "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"),
    ("place", "LOC", 300, "31 58 52.1 S 115 49 11.7 E 20m 10m 10m 2m"),
    ("dial", "NAPTR", 300, '10 100 "S" "SIP+D2U" "" _sip._udp.example.com.'),
    ("ptr", "PTR", 300, "a.example.com."),
    ("ptr", "PTR", 300, "b.example.com."),
    ("host", "SSHFP", 300, "1 1 7491973e5f8b39d5327cd4e08bc81b05f7710b49"),
    ("_imaps._tcp", "SRV", 300, "0 1 993 mail.example.com."),
    ("_pop3._tcp", "SRV", 300, "0 0 0 ."),
    ("_25._tcp.mail", "TLSA", 300, "3 1 1 " + "ab" * 32),
    ("svc", "HTTPS", 300, '1 . alpn="h2"'),
    ("svc2", "SVCB", 300, "1 other.example.com."),
)


def test_a_plan_sends_gets_only_and_after_an_apply_it_is_empty(fake: Fake, tmp_path: Path) -> None:
    fake.zone("example.com", plan="pro")
    provider = opened(fake)
    plan = planned(provider, declared(*EVERY_TYPE))
    assert len(plan.plan.changes) == len({entry[:2] for entry in EVERY_TYPE}) - 1
    assert fake.writes == []
    assert applied(provider, plan, tmp_path).outcome == "applied"
    again = planned(opened(fake), declared(*EVERY_TYPE))
    assert (lines(again), again.steps) == ([], ())
    assert len(fake.writes) == 1


def test_the_apex_ns_are_cloudflares_own(fake: Fake) -> None:
    fake.zone("example.com")
    assert lines(planned(opened(fake), declared(("", "NS", 300, "ns1.example.net.")))) == []


def test_every_type_can_be_changed_and_removed(fake: Fake, tmp_path: Path) -> None:
    fake.zone("example.com", plan="pro")
    synced(fake, declared(*EVERY_TYPE), tmp_path)
    assert synced(fake, declared(*EVERY_TYPE), tmp_path).steps == 0
    longer = declared(*[(name, rtype, 600, text) for name, rtype, _, text in EVERY_TYPE])
    assert synced(fake, longer, tmp_path).outcome == "applied"
    patched = fake.writes[-1].body
    assert list(patched) == ["patches"]
    assert all(set(patch) == {"id", "name", "type", "ttl"} for patch in patched["patches"])
    assert lines(planned(opened(fake), longer)) == []
    synced(fake, declared(("", "A", 600, "192.0.2.1")), tmp_path)
    assert [record["type"] for record in fake.records(next(iter(fake.zones.values())))] == ["A"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        'say "yes"',
        '"quoted"',
        'a" "b',
        "back\\slash",
        "trailing\\",
        "a;b; c\\;d",
        "\\032 and \\200",
        "octet \x07",
        "ü".encode().decode("latin-1"),
        "x" * 255,
        "y" * 256,
        "z" * 510,
        "v=DKIM1; k=rsa; p=" + "M" * 392,
        "v=DKIM1; k=rsa; p=" + "N" * 736,
        ('p\\"q;' * 60),
    ],
)
def test_a_text_comes_back_the_same(fake: Fake, tmp_path: Path, text: str) -> None:
    fake.zone("example.com")
    zone = declared(("t", "TXT", 300, text))
    assert synced(fake, zone, tmp_path).outcome == "applied"
    plan = planned(opened(fake), zone)
    assert lines(plan) == []
    assert [record.text for record in plan.plan.before.records] == [text]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("v=spf1 -all", "v=spf1 -all"),
        ('"v=spf1 -all"', "v=spf1 -all"),
        ('"v=sp" "f1 -" "all"', "v=spf1 -all"),
        ('"v=sp""f1 -all"', "v=spf1 -all"),
        ('"v=DKIM1; p=ab" "cd"', "v=DKIM1; p=abcd"),
        ("v=DKIM1; p=abcd", "v=DKIM1; p=abcd"),
        ('"say \\"yes\\" \\092 \\\\"', 'say "yes" \\ \\'),
        ('"' + "k" * 600 + '"', "k" * 600),
    ],
)
def test_however_a_text_is_quoted_and_cut_it_is_no_change(fake: Fake, content: str, text: str) -> None:
    zone = fake.zone("example.com")
    fake.seed(zone, {"type": "TXT", "name": "t", "content": content, "ttl": 300})
    assert lines(planned(opened(fake), declared(("t", "TXT", 300, text)))) == []


def test_a_text_over_cloudflares_limit_is_refused_before_anything_is_written(fake: Fake) -> None:
    fake.zone("example.com")
    with pytest.raises(ProviderError, match=r"t\.example\.com\. has 4113 octets, Cloudflare takes at most 4096"):
        planned(opened(fake), declared(("t", "TXT", 300, "x" * 4096)))
    assert fake.writes == []


def test_a_text_that_is_not_utf8_is_shown_and_can_be_removed(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com")
    fake.seed(zone, {"type": "TXT", "name": "t", "content": '"\\255"', "ttl": 300})
    assert lines(planned(opened(fake), declared())) == [r"delete t.example.com. TXT 300->None \xff -> "]
    synced(fake, declared(), tmp_path)
    assert fake.records(zone) == []


@pytest.mark.parametrize(
    ("plan", "ttl", "written"),
    [
        ("free", 1, 1),
        ("free", 30, 60),
        ("free", 60, 60),
        ("free", 120, 120),
        ("enterprise", 30, 30),
        ("free", 90000, 86400),
    ],
)
def test_the_plan_shows_the_ttl_that_is_written(
    fake: Fake, tmp_path: Path, plan: str, ttl: int, written: int
) -> None:
    zone = fake.zone("example.com", plan=plan)  # type: ignore[arg-type]
    desired = declared(("a", "A", ttl, "192.0.2.1"))
    provider = opened(fake)
    made = planned(provider, desired)
    assert lines(made) == [f"create a.example.com. A None->{written}  -> 192.0.2.1"]
    applied(provider, made, tmp_path)
    assert fake.records(zone)[0]["ttl"] == written
    assert lines(planned(opened(fake), desired)) == []


def test_names_are_written_as_the_plan_shows_them(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com")
    desired = declared(("xn--bcher-kva", "A", 300, "192.0.2.1"), ("*", "MX", 300, "10 MAIL.Example.com."))
    synced(fake, desired, tmp_path)
    assert [record["name"] for record in fake.records(zone)] == ["*.example.com", "xn--bcher-kva.example.com"]
    assert lines(planned(opened(fake), desired)) == []
    fake.overwrite(zone, fake.records(zone)[0]["id"], name="*.Example.COM")
    assert lines(planned(opened(fake), desired)) == []


OPTIONS = {"comment": "ours", "tags": ["team:mail"]}


def test_what_a_zone_file_does_not_speak_of_survives_a_change(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com", plan="pro")
    fake.seed(
        zone,
        {
            "type": "A",
            "name": "www",
            "content": "192.0.2.1",
            "proxied": True,
            **OPTIONS,
            "settings": {"ipv4_only": True},
        },
        {"type": "A", "name": "www", "content": "192.0.2.2", "proxied": True},
        {
            "type": "CERT",
            "name": "c",
            "data": {"type": 1, "key_tag": 2, "algorithm": 3, "certificate": "AA=="},
            "ttl": 60,
        },
        {"type": "CNAME", "name": "old", "content": "a.example.net", "proxied": True},
    )
    desired = declared(
        ("www", "A", 300, "192.0.2.9"),
        ("www", "A", 300, "192.0.2.2"),
        ("www", "AAAA", 300, "2001:db8::9"),
        ("old", "A", 300, "192.0.2.3"),
    )
    synced(fake, desired, tmp_path)
    by_value = {record["content"]: record for record in fake.records(zone)}
    assert {
        field: by_value["192.0.2.9"][field] for field in ("proxied", "comment", "tags", "settings", "ttl")
    } == {
        "proxied": True,
        **OPTIONS,
        "settings": {"ipv4_only": True},
        "ttl": 1,
    }
    assert by_value["192.0.2.2"]["comment"] is None
    assert by_value["2001:db8::9"]["proxied"]
    assert by_value["192.0.2.3"]["proxied"]
    assert "1 2 3 AA==" in by_value
    assert lines(planned(opened(fake), desired)) == []


def test_what_a_zone_file_speaks_of_is_written(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com", plan="pro")
    fake.seed(zone, {"type": "A", "name": "www", "content": "192.0.2.1", "proxied": True, **OPTIONS})
    says = {"octodns": {"cloudflare": {"proxied": False, "comment": "new", "tags": ["b:2", "a:1"]}}}
    desired = declared(("www", "A", 300, "192.0.2.1", says))
    synced(fake, desired, tmp_path)
    found = fake.records(zone)[0]
    assert (found["proxied"], found["comment"], found["tags"], found["ttl"]) == (False, "new", ["a:1", "b:2"], 300)
    assert lines(planned(opened(fake), desired)) == []
    without = declared(("www", "A", 300, "192.0.2.1", {"octodns": {"cloudflare": {"comment": "", "tags": []}}}))
    synced(fake, without, tmp_path)
    found = fake.records(zone)[0]
    assert (found["comment"], found["tags"]) == (None, [])


def test_read_only_records_are_never_planned_for_deletion(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com")
    managed = [
        {
            "type": "MX",
            "name": "@",
            "content": "route1.mx.cloudflare.net",
            "priority": 10,
            "ttl": 1,
            "meta": {"read_only": True},
        },
        {"type": "TXT", "name": "@", "content": '"v=spf1 -all"', "ttl": 1, "meta": {"read_only": True}},
        {"type": "CNAME", "name": "c", "content": "a.example.net", "ttl": 1, "meta": {"read_only": True}},
    ]
    fake.seed(zone, *managed)
    assert lines(planned(opened(fake), declared())) == []
    same = declared(("", "MX", 300, "10 route1.mx.cloudflare.net."))
    assert lines(planned(opened(fake), same)) == []
    says = {"octodns": {"cloudflare": {"comment": "mine", "proxied": True}}}
    assert lines(planned(opened(fake), declared(("", "TXT", 300, "v=spf1 -all", says)))) == []
    both = declared(("", "MX", 300, "10 route1.mx.cloudflare.net."), ("", "MX", 300, "20 mail.example.com."))
    more = declared(("", "MX", 300, "20 mail.example.com."), ("www", "A", 300, "192.0.2.1"))
    synced(fake, more, tmp_path)
    assert len(fake.records(zone)) == 5
    assert lines(planned(opened(fake), more)) == []
    synced(fake, declared(), tmp_path)
    synced(fake, both, tmp_path)
    assert fake.records(zone)[-1]["ttl"] == 300
    assert lines(planned(opened(fake), both)) == []
    synced(fake, declared(), tmp_path)
    assert kept(fake.records(zone)) == kept(fake.records(zone)[:3])


@pytest.mark.parametrize("act", ["added", "removed", "changed", "commented"])
def test_a_zone_that_changed_since_the_plan_is_refused(fake: Fake, tmp_path: Path, act: str) -> None:
    zone = fake.zone("example.com", plan="pro")
    (seeded,) = fake.seed(zone, {"type": "A", "name": "a", "content": "192.0.2.1", "ttl": 300})
    provider = opened(fake)
    plan = planned(provider, declared(("b", "A", 300, "192.0.2.2")))
    if act == "added":
        fake.seed(zone, {"type": "A", "name": "c", "content": "192.0.2.3", "ttl": 300})
    elif act == "removed":
        fake.remove(zone, seeded["id"])
    else:
        fake.edit(zone, seeded["id"], **({"ttl": 600} if act == "changed" else {"comment": "mine"}))
    with pytest.raises(ChangeRefused, match="changed at cloudflare"):
        applied(provider, plan, tmp_path)
    assert fake.writes == []


def test_of_two_applies_at_once_one_wins_and_the_other_is_told(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com")
    fake.seed(zone, {"type": "A", "name": "a", "content": "192.0.2.1", "ttl": 300})
    one, other = opened(fake), opened(fake)
    first = planned(one, declared(("b", "A", 300, "192.0.2.2")))
    second = planned(other, declared(("b", "A", 300, "192.0.2.2"), ("c", "A", 300, "192.0.2.3")))
    assert applied(one, first, tmp_path / "one").outcome == "applied"
    held = kept(fake.records(zone))
    with pytest.raises(ChangeRefused):
        applied(other, second, tmp_path / "two")
    with pytest.raises(ProviderError, match="changed since it was read, and nothing was written"):
        other.write(ORIGIN, second.steps[0], None)  # type: ignore[arg-type] # it looked before the first wrote
    assert kept(fake.records(zone)) == held


def test_a_change_of_type_is_never_in_two_batches(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com")
    fake.seed(
        zone, *[{"type": "CNAME", "name": f"n{n}", "content": "x.example.net", "ttl": 300} for n in range(150)]
    )
    desired = declared(*[(f"n{n}", "A", 300, "192.0.2.1") for n in range(150)])
    synced(fake, desired, tmp_path)
    batches = [request.body for request in fake.writes]
    assert len(batches) == 2
    assert all(len(body["deletes"]) == len(body["posts"]) for body in batches)
    assert {record["type"] for record in fake.records(zone)} == {"A"}
    back = declared(*[(f"n{n}", "CNAME", 300, "x.example.net.") for n in range(150)])
    synced(fake, back, tmp_path)
    assert {record["type"] for record in fake.records(zone)} == {"CNAME"}


def test_one_name_that_needs_more_than_a_batch_is_refused(fake: Fake) -> None:
    fake.zone("example.com")
    many = declared(*[("many", "A", 300, f"192.0.2.{n}") for n in range(201)])
    with pytest.raises(ProviderError, match=r"many\.example\.com needs 201 operations at once"):
        planned(opened(fake), many)


def test_what_only_adds_is_written_first_and_what_only_removes_last(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com")
    fake.seed(zone, *[{"type": "A", "name": f"a{n}", "content": "192.0.2.1", "ttl": 300} for n in range(150)])
    synced(fake, declared(*[(f"z{n}", "A", 300, "192.0.2.1") for n in range(150)]), tmp_path)
    assert [{part: len(body) for part, body in request.body.items()} for request in fake.writes] == [
        {"posts": 150, "deletes": 50},
        {"deletes": 100},
    ]


def test_a_rollback_restores_everything_but_ids_and_times(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com", plan="pro")
    fake.seed(
        zone,
        {
            "type": "A",
            "name": "www",
            "content": "192.0.2.1",
            "proxied": True,
            **OPTIONS,
            "settings": {"ipv4_only": True},
        },
        {"type": "A", "name": "gone", "content": "192.0.2.2", "ttl": 120, "comment": "old"},
        {"type": "TXT", "name": "@", "content": "v=spf1 -all", "ttl": 300},
        {"type": "TXT", "name": "@", "content": '"od" "d"', "ttl": 600},
        {"type": "MX", "name": "@", "content": "mail.example.com", "priority": 10, "ttl": 300},
        {
            "type": "SRV",
            "name": "_a._tcp",
            "data": {"priority": 1, "weight": 2, "port": 3, "target": "b.example.com"},
            "ttl": 300,
        },
        {
            "type": "CNAME",
            "name": "c",
            "content": "d.example.net",
            "ttl": 300,
            "settings": {"flatten_cname": True},
        },
        {
            "type": "CERT",
            "name": "c2",
            "data": {"type": 1, "key_tag": 2, "algorithm": 3, "certificate": "AA=="},
            "ttl": 60,
        },
        {
            "type": "URI",
            "name": "u",
            "priority": 5,
            "data": {"weight": 1, "target": "https://a.example/"},
            "ttl": 300,
        },
    )
    before = fake.records(zone)
    snapshot = opened(fake).snapshot(ORIGIN)
    earlier = planned(opened(fake), declared()).plan.before
    synced(
        fake,
        declared(("www", "A", 300, "192.0.2.7"), ("c", "A", 300, "192.0.2.8"), ("new", "A", 300, "192.0.2.9")),
        tmp_path,
    )
    cert = next(record for record in fake.records(zone) if record["type"] == "CERT")
    fake.edit(zone, cert["id"], comment="by somebody else")
    rolled_back(fake, earlier, snapshot.records, tmp_path)
    assert kept(fake.records(zone)) == kept(before)
    provider = opened(fake)
    assert provider.steps_back(snapshot.records, provider.snapshot(ORIGIN)) == ()


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        (
            declared(("u", "URI", 300, '10 1 "https://a.example/"')),
            "octoDNS cannot plan for Cloudflare: URI records not",
        ),
        (declared(("d", "DS", 300, "60485 5 1 " + "ab" * 20)), "DS record d.example.com. does not have"),
    ],
)
def test_what_cloudflare_does_not_take_is_refused_and_never_left_out(fake: Fake, zone: Zone, message: str) -> None:
    fake.zone("example.com")
    with pytest.raises(ProviderError, match=message):
        planned(opened(fake), zone)


def test_a_record_that_octodns_cannot_read_is_told_in_one_line(fake: Fake) -> None:
    zone = fake.zone("example.com")
    (seeded,) = fake.seed(zone, {"type": "MX", "name": "@", "content": "m.example.com", "priority": 1, "ttl": 60})
    fake.overwrite(zone, seeded["id"], priority="ten")
    with pytest.raises(ProviderError, match="a record at Cloudflare cannot be read by octoDNS"):
        planned(opened(fake), declared())


def test_the_translation_sends_nothing_by_itself(fake: Fake) -> None:
    from mailcheck_providers.cloudflare.translation import Translation

    translation = Translation(ORIGIN, (), 60)
    assert translation.zones == {}
    with pytest.raises(AssertionError, match="sends nothing"):
        translation.list_zones() or translation._try_request("GET", "/zones")
    assert (
        "Authorization" not in translation._sess.headers or TOKEN not in translation._sess.headers["Authorization"]
    )


def test_a_rollback_whose_answer_is_lost_is_settled_too(fake: Fake, tmp_path: Path) -> None:
    zone = fake.zone("example.com", plan="pro")
    fake.seed(
        zone,
        {
            "type": "URI",
            "name": "u",
            "priority": 5,
            "data": {"weight": 1, "target": "https://a.example/"},
            "ttl": 300,
        },
        {"type": "MX", "name": "@", "content": "mail.example.com", "priority": 10, "ttl": 300, "comment": "ours"},
    )
    held, earlier = fake.records(zone), planned(opened(fake), declared()).plan.before
    fake.edit(zone, held[1]["id"], priority=20, comment="")
    fake.remove(zone, held[0]["id"])
    fake.seed(zone, {"type": "MX", "name": "new", "content": "mail.example.com", "priority": 1, "ttl": 300})
    fake.faults.on(batches, Fault.reset(committed=True))
    assert rolled_back(fake, earlier, held, tmp_path).outcome == "applied"
    assert kept(fake.records(zone)) == kept(held)
    assert len(fake.writes) == 1


def test_a_record_of_another_priority_is_not_the_one_that_was_sent() -> None:
    step = Step(({"method": "post", "record": {"name": "a.", "type": "MX", "content": "m.", "priority": 1}},), ())
    there = {"id": "1", "name": "a.", "type": "MX", "content": "m", "priority": 2}
    assert outcome_of(step, [there]) == "absent"
    assert outcome_of(step, [there | {"priority": 1}]) == "applied"
