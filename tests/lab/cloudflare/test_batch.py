"""Batches: one transaction, its order, its limits, its pace."""

from __future__ import annotations

from typing import Any

import pytest

from tests.lab.cloudflare import Fake, Zone
from tests.lab.cloudflare.conftest import Call

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def _a(name: str, content: str = "192.0.2.1", **fields: Any) -> dict[str, Any]:
    return {"type": "A", "name": name, "content": content, "ttl": 300, **fields}


def test_deletes_come_before_posts_whatever_their_order_in_the_body(fake: Fake, zone: Zone, call: Call) -> None:
    cname, old = fake.seed(zone, {"type": "CNAME", "name": "www", "content": "web.example.net"}, _a("old"))
    put = {"id": old["id"], "type": "A", "name": "new", "content": "192.0.2.9"}
    body = {"posts": [_a("www")], "puts": [put], "patches": [{"id": old["id"], "ttl": 600}]}
    answer = call("POST", f"/zones/{zone.id}/dns_records/batch", {**body, "deletes": [{"id": cname["id"]}]})
    done = answer.json()["result"]
    assert list(done) == ["deletes", "patches", "puts", "posts"]
    assert done["deletes"] == [cname]
    assert (done["patches"][0]["ttl"], done["puts"][0]["ttl"]) == (600, 1), "the put came later, and reset the TTL"
    assert [(record["type"], record["name"]) for record in fake.records(zone)] == [
        ("A", "new.example.com"),
        ("A", "www.example.com"),
    ]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"deletes": [{"id": "1" * 32}]}, 81044),
        ({"deletes": [{}]}, 81044),
        ({"patches": [{"id": "1" * 32, "ttl": 60}]}, 81044),
        ({"puts": [{"id": "1" * 32, **_a("x")}]}, 81044),
        ({"posts": [_a("www")]}, 81058),
        ({"posts": [_a("x"), _a("x")]}, 81058),
        ({"posts": [_a("x"), {"type": "CNAME", "name": "x", "content": "a.example"}]}, 81053),
        ({"posts": [_a("x", ttl=30)]}, 9021),
        ({"posts": _a("x")}, 9207),
        ({"posts": ["x"]}, 9207),
        ([], 9207),
    ],
)
def test_the_first_error_undoes_all(fake: Fake, zone: Zone, call: Call, body: Any, code: int) -> None:
    doomed, patched, _ = fake.seed(zone, _a("doomed"), _a("patched"), _a("www"))
    before = fake.records(zone)
    if isinstance(body, dict):
        body = {
            "deletes": [{"id": doomed["id"]}, *body.get("deletes", [])],
            "patches": [{"id": patched["id"], "ttl": 600}, *body.get("patches", [])],
            "puts": body.get("puts"),
            "posts": body.get("posts"),
        }
    answer = call("POST", f"/zones/{zone.id}/dns_records/batch", body)
    assert answer.json()["errors"][0]["code"] == code
    assert fake.records(zone) == before


@pytest.mark.parametrize(
    ("plan", "limit"), [("free", 200), ("pro", 3500), ("business", 3500), ("enterprise", 3500)]
)
def test_a_batch_holds_what_the_plan_allows(fake: Fake, call: Call, plan: Any, limit: int) -> None:
    zone = fake.zone("example.net", plan=plan)
    posts = [_a(f"h{number}") for number in range(limit + 1)]
    refused = call("POST", f"/zones/{zone.id}/dns_records/batch", {"posts": posts})
    assert (refused.status_code, fake.records(zone)) == (400, [])
    assert call("POST", f"/zones/{zone.id}/dns_records/batch", {"posts": posts[1:]}).status_code == 200
    assert len(fake.records(zone)) == limit


def test_records_from_another_age_refuse_nothing_but_themselves(fake: Fake, zone: Zone, call: Call) -> None:
    (odd,) = fake.seed(zone, {"type": "TXT", "name": "t", "content": "x"})
    fake.overwrite(zone, odd["id"], content='say "hi"', ttl=20)
    patch = {"patches": [{"id": odd["id"], "comment": "looked at"}]}
    assert call("POST", f"/zones/{zone.id}/dns_records/batch", patch).json()["errors"][0]["code"] == 1004
    assert call("POST", f"/zones/{zone.id}/dns_records/batch", {"posts": [_a("www")]}).status_code == 200
    assert call("POST", f"/zones/{zone.id}/dns_records/batch", {"deletes": [{"id": odd["id"]}]}).status_code == 200
