"""One record at a time: what the fake takes, refuses, and shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.cloudflare import Fake, Zone
from tests.lab.cloudflare.conftest import Call

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def _a(**fields: Any) -> dict[str, Any]:
    return {"type": "A", "name": "www.example.com", "content": "192.0.2.1", "ttl": 300, **fields}


def _txt(content: str) -> dict[str, Any]:
    return {"type": "TXT", "name": "t.example.com", "content": content}


def _data(kind: str, **data: Any) -> dict[str, Any]:
    return {"type": kind, "name": "d.example.com", "data": data}


def test_a_record_is_shown_as_it_is_kept(fake: Fake, zone: Zone, call: Call) -> None:
    answer = call("POST", f"/zones/{zone.id}/dns_records", _a(comment="web", tags=["team:mail"], proxied=False))
    (record,) = fake.records(zone)
    assert answer.status_code == 200
    assert answer.json() == {"result": record, "success": True, "errors": [], "messages": []}
    assert list(record) == [
        "id",
        "name",
        "type",
        "content",
        "proxiable",
        "proxied",
        "ttl",
        "settings",
        "comment",
        "tags",
        "meta",
        "created_on",
        "modified_on",
        "comment_modified_on",
        "tags_modified_on",
    ]
    assert record["modified_on"] == record["created_on"] == record["comment_modified_on"]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (_a(name="WWW.Example.COM."), {"name": "www.example.com"}),
        (_a(name="@"), {"name": "example.com"}),
        (_a(name="mail"), {"name": "mail.example.com"}),
        (_a(name="mail.example.net"), {"name": "mail.example.net.example.com"}),
        (_a(name="*.example.com"), {"name": "*.example.com"}),
        (_a(name="bücher.example.com"), {"name": "xn--bcher-kva.example.com"}),
        (_a(), {"proxiable": True, "proxied": False, "ttl": 300, "comment": None, "tags": [], "settings": {}}),
        ({"type": "A", "name": "@", "content": "192.0.2.1"}, {"ttl": 1}),
        (_a(proxied=True, ttl=300), {"proxied": True, "ttl": 1}),
        (_a(content="127.0.0.1"), {"proxiable": False}),
        (_a(type="AAAA", content="2001:0DB8::0:1"), {"content": "2001:db8::1", "proxiable": True}),
        (
            _a(type="CNAME", content="Web.Example.NET."),
            {"content": "web.example.net", "settings": {"flatten_cname": False}},
        ),
        (_a(type="MX", content="mx.example.com.", priority=10), {"content": "mx.example.com", "priority": 10}),
        (_a(type="MX", content=".", priority=0), {"content": ".", "priority": 0, "proxiable": False}),
        (_a(type="NS", content="ns1.example.net"), {"content": "ns1.example.net"}),
        (_a(type="PTR", content="host.example.net."), {"content": "host.example.net"}),
        (_txt("v=spf1 -all"), {"content": "v=spf1 -all"}),
        (_txt('"v=spf1 -all"'), {"content": '"v=spf1 -all"'}),
        (_txt('"v=spf1 " "-all"'), {"content": '"v=spf1 " "-all"'}),
        (_txt(r'"a\"b\\c\200;"'), {"content": r'"a\"b\\c\200;"'}),
        (_txt('"' + "x" * 255 + '"'), {"content": '"' + "x" * 255 + '"'}),
        (_txt('"' + "x" * 256 + '"'), {"content": '"' + "x" * 255 + '" "x"'}),
        (_txt("x" * 300), {"content": "x" * 300}),
        (_txt('"' + r"\"" * 256 + '"'), {"content": '"' + r"\"" * 255 + r'" "\""'}),
        (
            _data("CAA", flags=0, tag="issue", value="ca.example"),
            {"content": '0 issue "ca.example"', "data": {"flags": 0, "tag": "issue", "value": "ca.example"}},
        ),
        (
            _data("SRV", priority=10, weight=5, port=993, target="mail.example.com.", proto="_tcp"),
            {
                "content": "10 5 993 mail.example.com",
                "priority": 10,
                "data": {"priority": 10, "weight": 5, "port": 993, "target": "mail.example.com"},
            },
        ),
        (_data("SRV", priority=0, weight=0, port=0, target="."), {"content": "0 0 0 ."}),
        (
            _data("TLSA", usage=3, selector=1, matching_type=1, certificate="AB" * 32),
            {"content": "3 1 1 " + "AB" * 32},
        ),
        (_data("SSHFP", algorithm=4, type=2, fingerprint="ab12"), {"content": "4 2 ab12"}),
        (_data("DS", key_tag=7, algorithm=13, digest_type=2, digest="ab12"), {"content": "7 13 2 ab12"}),
        (
            _data(
                "NAPTR",
                order=1,
                preference=2,
                flags="U",
                service="E2U+sip",
                regex="!^.*$!sip:a@b!",
                replacement=".",
            ),
            {"content": '1 2 "U" "E2U+sip" "!^.*$!sip:a@b!" .'},
        ),
        (_data("HTTPS", priority=1, target=".", value=' alpn="h2"'), {"content": '1 . alpn="h2"'}),
        ({**_data("URI", weight=1, target="https://example.com"), "priority": 5}, {"priority": 5}),
        (
            _data(
                "LOC",
                lat_degrees=37,
                lat_minutes=46,
                lat_seconds=46.5,
                lat_direction="N",
                long_degrees=122,
                long_minutes=23,
                long_seconds=35,
                long_direction="W",
                altitude=0,
                size=100,
                precision_horz=0,
                precision_vert=0,
            ),
            {"content": "37 46 46.5 N 122 23 35 W 0.00m 100.00m 0.00m 0.00m"},
        ),
    ],
)
def test_shown_in_the_form_it_is_kept_in(
    zone: Zone, call: Call, body: dict[str, Any], shown: dict[str, Any]
) -> None:
    record = call("POST", f"/zones/{zone.id}/dns_records", body).json()["result"]
    assert {key: record[key] for key in shown} == shown


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (_a(type="SPF"), 9020),
        ({"name": "@", "content": "192.0.2.1"}, 9020),
        (_a(name=""), 9000),
        (_a(name=None), 9000),
        (_a(name="www.example.net."), 9000),
        (_a(name="a b"), 9000),
        (_a(name="a..b"), 9000),
        (_a(name="x" * 64), 9000),
        (_a(name=".".join(["x" * 60] * 4)), 9000),
        (_a(name="a.*.example.com"), 9000),
        (_a(name="ü" * 70), 9000),
        (_a(content="192.0.2.300"), 9005),
        (_a(content="1.1"), 9005),
        (_a(content=None), 9005),
        (_a(type="AAAA", content="192.0.2.1"), 9006),
        (_a(type="CNAME", content="not a host"), 9007),
        (_a(type="CNAME", content="192.0.2.1"), 9007),
        (_a(type="CNAME", content="www.example.com"), 9039),
        (_a(type="NS", content=""), 9008),
        (_a(type="MX", content="192.0.2.1", priority=10), 9009),
        (_a(type="MX", content="mx.example.com"), 9101),
        (_a(type="MX", content="mx.example.com", priority=65536), 1004),
        (_a(type="PTR", content="ü" * 70), 1004),
        (_a(ttl=59), 9021),
        (_a(ttl=0), 9021),
        (_a(ttl=86401), 9021),
        (_a(ttl="300"), 9021),
        (_a(ttl=True), 9021),
        (_a(proxied="yes"), 1004),
        (_a(proxied=True, content="10.0.0.1"), 9003),
        (_a(proxied=True, content="100.64.0.1"), 9003),
        (_a(type="MX", content="mx.example.com", priority=1, proxied=True), 9004),
        (_a(comment="x" * 501), 1004),
        (_a(tags=["t"] * 21), 9300),
        (_a(tags="t"), 1004),
        (_a(settings={"flatten_cname": True}), 1004),
        (_a(settings={"ipv4_only": 1}), 1004),
        (_txt(""), 1004),
        (_txt('"v=spf1'), 1004),
        (_txt('these" ones"'), 1004),
        (_txt('"one" two'), 1004),
        (_txt("caf\u00e9"), 1004),
        (_txt("a\nb"), 1004),
        (_txt(r"\256"), 1004),
        (_txt(" ".join(['"' + "x" * 255 + '"'] * 17)), 1004),
        ({"type": "CAA", "name": "@", "content": '0 issue "ca.example"'}, 9101),
        (_data("CAA", flags=0, tag="issue"), 9101),
        (_data("CAA", flags=256, tag="issue", value="x"), 1004),
        (_data("CAA", flags=0, tag="issued", value="x"), 1004),
        (_data("TLSA", usage=3, selector=1, matching_type=1, certificate="xyz"), 1004),
        (_data("LOC", lat_degrees="37"), 9101),
        ([], 9207),
        (None, 9207),
    ],
)
def test_refused_with_its_code(fake: Fake, zone: Zone, call: Call, body: Any, code: int) -> None:
    answer = call("POST", f"/zones/{zone.id}/dns_records", body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)
    assert (answer.json()["success"], answer.json()["result"], fake.records(zone)) == (False, None, [])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (_a(tags=["team:mail"]), "DNS record has 1 tags, exceeding the quota of 0."),
        (_a(comment="x" * 101), "DNS record comment must have at most 100 characters."),
        (
            _a(type="CNAME", content="a.example", settings={"flatten_cname": True}),
            "flatten_cname is not available on the plan of this zone.",
        ),
        (_a(ttl=30), "Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic."),
    ],
)
def test_limits_are_those_of_the_plan(fake: Fake, call: Call, body: dict[str, Any], message: str) -> None:
    free, enterprise = fake.zone("example.com"), fake.zone("example.com", plan="enterprise")
    assert call("POST", f"/zones/{free.id}/dns_records", body).json()["errors"][0]["message"] == message
    assert call("POST", f"/zones/{enterprise.id}/dns_records", body).status_code == 200


def test_a_zone_may_have_a_quota_and_a_least_ttl_of_its_own(fake: Fake, call: Call) -> None:
    zone = fake.zone("example.com", quota=1, min_ttl=120)
    path = f"/zones/{zone.id}/dns_records"
    assert call("POST", path, _a(ttl=60)).json()["errors"][0]["code"] == 9021
    assert call("POST", path, _a(ttl=120)).status_code == 200
    assert call("POST", path, _a(name="other")).json()["errors"][0]["code"] == 81045


@pytest.mark.parametrize(
    ("standing", "asked", "code"),
    [
        (_a(), _a(ttl=600), 81058),
        (_txt('"one" "two"'), _txt('"onetwo"'), 81058),
        (_txt("one"), _txt('"one"'), 81058),
        (_a(), _a(type="CNAME", content="a.example"), 81053),
        (_a(type="CNAME", content="a.example"), _a(type="CNAME", content="b.example"), 81053),
        (_a(type="CNAME", content="a.example"), _a(), 81054),
        (_a(type="CNAME", content="a.example"), _a(type="MX", content="b.example", priority=1), 81054),
        (_a(type="MX", content="b.example", priority=1), _a(type="CNAME", content="a.example"), 1004),
        (_a(type="NS", content="ns.example"), _a(), 81056),
        (_a(), _a(type="NS", content="ns.example"), 81056),
        (_a(name="@", type="CNAME", content="a.example"), _a(name="@"), 81054),
        (_a(), _a(content="192.0.2.2"), None),
        (_a(type="MX", content="b.example", priority=1), _a(type="MX", content="b.example", priority=2), None),
        (_a(name="@", type="NS", content="ns.example"), _a(name="@"), None),
        (
            _a(name="@", type="MX", content="b.example", priority=1),
            _a(name="@", type="CNAME", content="a.example"),
            None,
        ),
        (
            _a(type="NS", content="ns.example"),
            {
                "type": "DS",
                "name": "www",
                "data": {"key_tag": 7, "algorithm": 13, "digest_type": 2, "digest": "ab"},
            },
            None,
        ),
    ],
)
def test_what_may_stand_beside_what(
    fake: Fake, zone: Zone, call: Call, standing: dict[str, Any], asked: dict[str, Any], code: int | None
) -> None:
    fake.seed(zone, standing)
    answer = call("POST", f"/zones/{zone.id}/dns_records", asked)
    assert [error["code"] for error in answer.json()["errors"]] == ([] if code is None else [code])
    assert len(fake.records(zone)) == (2 if code is None else 1)


def test_txt_records_at_one_name_share_a_limit(fake: Fake, zone: Zone, call: Call) -> None:
    fake.seed(zone, _txt("a" * 4000), _txt("b" * 4000))
    assert "8192" in call("POST", f"/zones/{zone.id}/dns_records", _txt("c" * 193)).json()["errors"][0]["message"]
    assert call("POST", f"/zones/{zone.id}/dns_records", _txt("c" * 192)).status_code == 200


def test_a_patch_changes_what_it_names_and_a_put_resets_the_rest(fake: Fake, zone: Zone, call: Call) -> None:
    fake.seed(zone, _a(comment="web", tags=["team:mail"], proxied=True))
    (before,) = fake.records(zone)
    path = f"/zones/{zone.id}/dns_records/{before['id']}"
    assert call("PATCH", path, {"content": "192.0.2.2"}).status_code == 200
    (patched,) = fake.records(zone)
    assert patched == {**before, "content": "192.0.2.2", "modified_on": patched["modified_on"]} | {
        key: patched[key] for key in ("comment_modified_on", "tags_modified_on")
    }
    assert patched["modified_on"] > before["modified_on"]
    assert call("PUT", path, {"type": "A", "name": "web", "content": "192.0.2.3"}).status_code == 200
    (put,) = fake.records(zone)
    assert {key: put[key] for key in ("id", "created_on", "name", "proxied", "comment", "tags", "ttl")} == {
        "id": before["id"],
        "created_on": before["created_on"],
        "name": "web.example.com",
        "proxied": False,
        "comment": None,
        "tags": [],
        "ttl": 1,
    }
    assert call("POST", f"/zones/{zone.id}/dns_records", _a()).status_code == 200, "the old name is free again"


def test_a_patch_may_change_the_type(fake: Fake, zone: Zone, call: Call) -> None:
    (before,) = fake.seed(zone, {**_data("CAA", flags=0, tag="issue", value="ca.example"), "ttl": 300})
    path = f"/zones/{zone.id}/dns_records/{before['id']}"
    changed = call("PATCH", path, {"type": "A", "content": "192.0.2.1"}).json()["result"]
    assert (changed["type"], changed["ttl"], "data" in changed) == ("A", 300, False)


def test_a_deletion_answers_with_the_id(fake: Fake, zone: Zone, call: Call) -> None:
    (record,) = fake.seed(zone, _a())
    path = f"/zones/{zone.id}/dns_records/{record['id']}"
    assert call("GET", path).json()["result"] == record
    assert call("DELETE", path).json()["result"] == {"id": record["id"]}
    assert fake.records(zone) == []
    for method in ("GET", "DELETE", "PUT", "PATCH"):
        gone = call(method, path, _a())
        assert (gone.status_code, gone.json()["errors"][0]["code"]) == (404, 81044)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_read_only_records_stay(fake: Fake, zone: Zone, call: Call, method: str) -> None:
    meta = {"email_routing": True, "read_only": True}
    (record,) = fake.seed(zone, {**_a(type="MX", content="route1.mx.cloudflare.net", priority=3), "meta": meta})
    answer = call(method, f"/zones/{zone.id}/dns_records/{record['id']}", _a())
    assert answer.json()["errors"][0]["code"] == 1046
    assert fake.records(zone) == [record]
    assert record["meta"] == meta


def test_others_change_records_too(fake: Fake, zone: Zone) -> None:
    first, second = fake.seed(zone, _a(id="f" * 32, created_on="2020-01-01T00:00:00.000000Z"), _a(name="other"))
    assert (first["id"], first["created_on"]) == ("f" * 32, "2020-01-01T00:00:00.000000Z")
    edited = fake.edit(zone, first["id"], ttl=600)
    assert (edited["ttl"], edited["modified_on"] > first["modified_on"]) == (600, True)
    odd = fake.overwrite(zone, second["id"], content="not an address")
    assert fake.records(zone) == [edited, odd]
    fake.remove(zone, first["id"])
    assert fake.records(zone) == [odd]
