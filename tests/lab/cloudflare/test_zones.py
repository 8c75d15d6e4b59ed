"""Zones, listings and their pages, tokens and what they may."""

from __future__ import annotations

import pytest
import requests

from tests.lab.cloudflare import ACCOUNT, Fake, Zone
from tests.lab.cloudflare.conftest import Call

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def _code(answer: requests.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def _names(answer: requests.Response) -> list[str]:
    return [shown["name"] for shown in answer.json()["result"]]


def test_a_zone_says_its_plan_state_account_and_what_the_token_may(fake: Fake, call: Call) -> None:
    zone = fake.zone("example.com", plan="business", status="pending", paused=True, account="b" * 32)
    shown = call("GET", f"/zones/{zone.id}").json()["result"]
    assert (shown["name"], shown["status"], shown["paused"], shown["type"]) == (
        "example.com",
        "pending",
        True,
        "full",
    )
    assert (shown["plan"]["legacy_id"], shown["account"]["id"]) == ("business", "b" * 32)
    assert shown["permissions"] == ["#dns_records:edit", "#dns_records:read", "#zone:read"]
    boasts = fake.token("zone:read", permissions=("#dns_records:edit",))
    assert call("GET", f"/zones/{zone.id}", token=boasts).json()["result"]["permissions"] == ["#dns_records:edit"]
    assert _code(call("POST", f"/zones/{zone.id}/dns_records/batch", {}, boasts)) == (403, 10000)


def test_zones_come_50_to_a_page_at_most(fake: Fake, call: Call) -> None:
    for number in range(120):
        fake.zone(f"z{number}.example")
    assert len(call("GET", "/zones").json()["result"]) == 20
    pages = [call("GET", f"/zones?per_page=50&page={page}").json() for page in (1, 2, 3, 4)]
    assert [page["result_info"]["count"] for page in pages] == [50, 50, 20, 0]
    assert pages[0]["result_info"] == {
        "page": 1,
        "per_page": 50,
        "count": 50,
        "total_count": 120,
        "total_pages": 3,
    }
    assert _code(call("GET", "/zones?per_page=51")) == (400, 1004)
    assert _code(call("GET", "/zones?page=0")) == (400, 1004)
    assert _code(call("GET", "/zones?page=x")) == (400, 1004)


def test_zones_are_found_by_name_status_and_account(fake: Fake, call: Call) -> None:
    fake.zone("example.com")
    fake.zone("example.net", status="pending", account="b" * 32)
    assert _names(call("GET", "/zones?name=Example.com")) == ["example.com"]
    assert _names(call("GET", "/zones?name=example.org")) == []
    assert _names(call("GET", "/zones?status=pending")) == ["example.net"]
    assert _names(call("GET", f"/zones?account.id={'b' * 32}")) == ["example.net"]


def test_records_come_in_pages_of_up_to_five_million(fake: Fake, zone: Zone, call: Call) -> None:
    fake.seed(zone, *({"type": "A", "name": f"h{n}", "content": "192.0.2.1"} for n in range(101)))
    path = f"/zones/{zone.id}/dns_records"
    assert call("GET", path).json()["result_info"]["count"] == 100
    assert _names(call("GET", f"{path}?page=2")) == ["h100.example.com"]
    assert call("GET", f"{path}?per_page=5000000").json()["result"] == fake.records(zone)
    assert _code(call("GET", f"{path}?per_page=5000001")) == (400, 1004)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("type=MX", ["example.com"]),
        ("name=www.example.com", ["www.example.com"]),
        ("name.exact=WWW.example.com", ["www.example.com"]),
        ("name.startswith=mail", ["mail.example.com"]),
        ("name.endswith=l.example.com&type=A", ["mail.example.com"]),
        ("content.contains=192.0.2", ["www.example.com", "mail.example.com"]),
        ("proxied=true", ["www.example.com"]),
        ("tag=team:mail", ["mail.example.com"]),
        ("comment.present=", ["mail.example.com"]),
        ("comment.absent=&type=A", ["www.example.com"]),
        ("comment=the+host", ["mail.example.com"]),
        ("search=MX.example", ["example.com"]),
        ("match=any&type=MX&proxied=true", ["www.example.com", "example.com"]),
        ("order=name", ["example.com", "mail.example.com", "www.example.com"]),
        ("order=name&direction=desc", ["www.example.com", "mail.example.com", "example.com"]),
    ],
)
def test_records_are_filtered_and_sorted(fake: Fake, zone: Zone, call: Call, query: str, names: list[str]) -> None:
    fake.seed(
        zone,
        {"type": "A", "name": "www", "content": "192.0.2.1", "proxied": True},
        {"type": "A", "name": "mail", "content": "192.0.2.2", "comment": "The host", "tags": ["team:mail"]},
        {"type": "MX", "name": "@", "content": "mx.example.net", "priority": 10},
    )
    assert _names(call("GET", f"/zones/{zone.id}/dns_records?{query}")) == names


@pytest.mark.parametrize("query", ["order=ids", "name.like=x"])
def test_an_unknown_order_or_filter_is_refused(zone: Zone, call: Call, query: str) -> None:
    assert _code(call("GET", f"/zones/{zone.id}/dns_records?{query}")) == (400, 1004)


def test_zones_are_created_by_tokens_that_may(fake: Fake, call: Call) -> None:
    body = {"name": "example.com", "account": {"id": "b" * 32}}
    assert _code(call("POST", "/zones", body)) == (403, 9109)
    may = fake.token("zone:create", "zone:read")
    made = call("POST", "/zones", body, may).json()["result"]
    assert (made["name"], made["status"], made["account"]["id"]) == ("example.com", "pending", "b" * 32)
    assert made["permissions"] == ["#zone:edit", "#zone:read"]
    assert _code(call("POST", "/zones", body, may)) == (400, 1061)
    assert _code(call("POST", "/zones", {"name": "com"}, may)) == (400, 1004)
    assert call("POST", "/zones", {"name": "example.net"}, may).json()["result"]["account"]["id"] == ACCOUNT


def test_dnssec_says_its_state(fake: Fake, call: Call) -> None:
    signed, plain = fake.zone("example.com", dnssec="active"), fake.zone("example.net")
    assert call("GET", f"/zones/{signed.id}/dnssec").json()["result"]["status"] == "active"
    assert call("GET", f"/zones/{signed.id}/dnssec").json()["result"]["algorithm"] == "13"
    assert call("GET", f"/zones/{plain.id}/dnssec").json()["result"]["status"] == "disabled"


def test_tokens_are_verified_where_they_belong(fake: Fake, call: Call) -> None:
    owned = fake.token(account=ACCOUNT)
    assert call("GET", "/user/tokens/verify").json()["result"]["status"] == "active"
    assert (
        call("GET", "/user/tokens/verify").json()["messages"][0]["message"] == "This API Token is valid and active"
    )
    assert _code(call("GET", "/user/tokens/verify", token=owned)) == (401, 1000)
    assert call("GET", f"/accounts/{ACCOUNT}/tokens/verify", token=owned).json()["result"]["status"] == "active"
    assert _code(call("GET", f"/accounts/{'b' * 32}/tokens/verify", token=owned)) == (401, 1000)
    assert _code(call("GET", f"/accounts/{ACCOUNT}/tokens/verify")) == (401, 1000)
    assert _code(call("GET", "/user/tokens/verify", token="unknown")) == (401, 1000)


@pytest.mark.parametrize("status", ["expired", "disabled"])
def test_a_token_out_of_use_says_so_and_opens_nothing(fake: Fake, call: Call, status: str) -> None:
    spent = fake.token(status=status)  # type: ignore[arg-type]
    assert call("GET", "/user/tokens/verify", token=spent).json()["result"]["status"] == status
    assert _code(call("GET", "/zones", token=spent)) == (403, 9109)


def test_a_token_may_what_its_scopes_say(fake: Fake, zone: Zone, call: Call) -> None:
    records = f"/zones/{zone.id}/dns_records"
    body = {"type": "A", "name": "www", "content": "192.0.2.1"}
    edits, reads, looks = fake.token("dns:edit"), fake.token("dns:read"), fake.token("zone:read")
    assert _code(call("GET", "/zones", token=edits)) == (403, 9109)
    assert _code(call("GET", f"/zones/{zone.id}", token=edits)) == (403, 9109)
    assert call("GET", records, token=edits).status_code == 200
    assert call("POST", records, body, edits).status_code == 200
    assert call("GET", records, token=reads).status_code == 200
    assert _code(call("POST", f"{records}/batch", {"posts": [body]}, reads)) == (403, 10000)
    assert call("GET", "/zones", token=looks).status_code == 200
    assert _code(call("GET", records, token=looks)) == (403, 10000)
    assert _code(call("GET", f"/zones/{zone.id}/pagerules")) == (403, 9109)
    assert call("GET", f"/zones/{zone.id}/pagerules", token=fake.token("page_rules")).json()["result"] == []


def test_a_token_reaches_the_zones_it_was_made_for(fake: Fake, zone: Zone, call: Call) -> None:
    other = fake.zone("example.net")
    one = fake.token(zones=(other,))
    assert _names(call("GET", "/zones", token=one)) == ["example.net"]
    assert _code(call("GET", f"/zones/{zone.id}", token=one)) == (403, 9109)
    assert _code(call("GET", f"/zones/{zone.id}/dns_records", token=one)) == (403, 10000)


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({}, (400, 9106)),
        ({"Authorization": "Bearer two words"}, (400, 6003)),
        ({"Authorization": "Basic eDp5"}, (400, 6003)),
        ({"X-Auth-Email": "x@example.com", "X-Auth-Key": "k"}, (403, 9103)),
        ({"Authorization": "Bearer unknown"}, (403, 9109)),
    ],
)
def test_who_shows_no_good_token_is_refused(fake: Fake, headers: dict[str, str], refusal: tuple[int, int]) -> None:
    answer = requests.get(f"{fake.url}/zones", headers=headers, timeout=10)
    assert _code(answer) == refusal
    if refusal[1] == 6003:
        assert answer.json()["errors"][0]["error_chain"][0]["code"] == 6111


def test_what_is_not_there_has_no_route(fake: Fake, zone: Zone, call: Call) -> None:
    assert _code(call("GET", "/zones/nothing")) == (404, 7003)
    assert _code(call("GET", "/nothing")) == (400, 7000)
    assert _code(call("DELETE", f"/zones/{zone.id}")) == (400, 7000)
    elsewhere = fake.url.removesuffix("/client/v4") + "/zones"
    assert _code(requests.get(elsewhere, headers={"Authorization": f"Bearer {fake.token()}"}, timeout=10)) == (
        400,
        7000,
    )
