"""The fake under the clients that it stands in for: Cloudflare's own SDK and octodns-cloudflare."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import cloudflare as sdk
import pytest
from octodns.provider.plan import Plan
from octodns.provider.yaml import YamlProvider
from octodns.record import Record
from octodns.zone import Zone as OctodnsZone
from octodns_cloudflare import CloudflareError, CloudflareProvider
from requests.exceptions import HTTPError

from tests.lab.cloudflare import ACCOUNT, Fake, Fault, Zone, batches, nth, writes
from tests.lab.cloudflare.demo import ZONE_FILE, drifted

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def client(fake: Fake) -> Iterator[sdk.Cloudflare]:
    with sdk.Cloudflare(api_token=fake.token(), base_url=fake.url, max_retries=0) as made:
        yield made


@pytest.fixture
def provider(fake: Fake) -> Iterator[Callable[..., CloudflareProvider]]:
    logging.disable(logging.CRITICAL)

    def made(**options: Any) -> CloudflareProvider:
        token = options.pop("token", None) or fake.token()
        settings = {"pagerules": False, "retry_count": 0, "min_ttl": 60, "strict_supports": False, **options}
        return CloudflareProvider("fake", token=token, api_url=fake.url, **settings)

    yield made
    logging.disable(logging.NOTSET)


def _wanted(*records: tuple[str, dict[str, Any]]) -> OctodnsZone:
    zone = OctodnsZone("example.com.", [])
    for name, data in records:
        zone.add_record(Record.new(zone, name, {"ttl": 300, **data}))
    return zone


def _hosts(number: int, ttl: int = 300) -> OctodnsZone:
    return _wanted(*((f"h{n}", {"type": "A", "ttl": ttl, "value": "192.0.2.1"}) for n in range(number)))


def _planned(provider: CloudflareProvider, wanted: OctodnsZone) -> Plan:
    plan = provider.plan(wanted)
    assert plan is not None
    return plan


def test_the_sdk_reads_what_the_fake_shows(fake: Fake, zone: Zone, client: sdk.Cloudflare) -> None:
    fake.seed(
        zone,
        {"type": "MX", "name": "@", "content": "mail.example.com", "priority": 10, "comment": "first"},
        {"type": "CAA", "name": "@", "data": {"flags": 0, "tag": "issue", "value": "ca.example"}},
    )
    (found,) = client.zones.list(name="example.com")
    assert (found.id, found.status, found.plan.legacy_id, found.account.id) == (zone.id, "active", "pro", ACCOUNT)
    assert fake.requests[-1].query == {"name": "example.com", "page": "2"}, "it pages until a page is empty"
    mx, caa = client.dns.records.list(zone_id=zone.id, per_page=5_000_000)
    assert (mx.type, mx.priority, mx.content, mx.comment) == ("MX", 10, "mail.example.com", "first")
    assert (caa.type, caa.content, caa.data.tag) == ("CAA", '0 issue "ca.example"', "issue")
    listed = client.dns.records.list(zone_id=zone.id, name={"exact": "example.com"}, type="MX")
    assert [record.id for record in listed] == [mx.id]
    assert client.dns.dnssec.get(zone_id=zone.id).status == "disabled"
    assert client.user.tokens.verify().status == "active"


def test_the_sdk_verifies_a_token_of_an_account(fake: Fake) -> None:
    client = sdk.Cloudflare(api_token=fake.token(account=ACCOUNT), base_url=fake.url, max_retries=0)
    with pytest.raises(sdk.AuthenticationError):
        client.user.tokens.verify()
    assert client.accounts.tokens.verify(account_id=ACCOUNT).status == "active"


def test_the_sdk_pages_through_zones(fake: Fake, client: sdk.Cloudflare) -> None:
    for number in range(120):
        fake.zone(f"z{number}.example")
    assert len(list(client.zones.list(per_page=50))) == 120
    assert len(fake.requests) == 4


def test_the_sdk_sends_a_batch(fake: Fake, zone: Zone, client: sdk.Cloudflare) -> None:
    (old,) = fake.seed(zone, {"type": "CNAME", "name": "www", "content": "web.example.net"})
    done = client.dns.records.batch(
        zone_id=zone.id,
        deletes=[{"id": old["id"]}],
        posts=[{"type": "A", "name": "www.example.com", "content": "192.0.2.1", "ttl": 300}],
    )
    assert done is not None
    assert [record.content for record in (done.deletes or [])] == ["web.example.net"]
    assert [record["content"] for record in fake.records(zone)] == ["192.0.2.1"]


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (Fault.error(500), sdk.InternalServerError),
        (Fault.html(502), sdk.InternalServerError),
        (Fault.rate_limited(120), sdk.RateLimitError),
        (Fault.reset(committed=False), sdk.APIConnectionError),
    ],
)
def test_a_batch_under_a_fault_writes_nothing(
    fake: Fake, zone: Zone, client: sdk.Cloudflare, fault: Fault, raised: type[Exception]
) -> None:
    (old,) = fake.seed(zone, {"type": "A", "name": "www", "content": "192.0.2.1"})
    fake.faults.on(batches, fault)
    with pytest.raises(raised):
        client.dns.records.batch(zone_id=zone.id, deletes=[{"id": old["id"]}])
    assert fake.records(zone) == [old]


@pytest.mark.parametrize(
    ("operations", "code"),
    [
        ({"posts": [{"type": "A", "name": "www", "content": "192.0.2.1", "ttl": 300}]}, 81058),
        ({"deletes": [{"id": "?"}]}, 81044),
    ],
)
def test_the_sdks_retry_turns_a_lost_answer_into_an_error(
    fake: Fake, zone: Zone, monkeypatch: pytest.MonkeyPatch, operations: dict[str, Any], code: int
) -> None:
    monkeypatch.setattr(sdk.Cloudflare, "_sleep_for_retry", lambda *_, **__: None)
    client = sdk.Cloudflare(api_token=fake.token(), base_url=fake.url)
    if "deletes" in operations:
        (doomed,) = fake.seed(zone, {"type": "A", "name": "www", "content": "192.0.2.1"})
        operations = {"deletes": [{"id": doomed["id"]}]}
    fake.faults.on(batches, Fault.reset(committed=True))
    with pytest.raises(sdk.APIStatusError) as refused:
        client.dns.records.batch(zone_id=zone.id, **operations)
    assert [error.code for error in refused.value.errors] == [code]
    assert len(fake.writes) == 2


def test_octodns_brings_a_drifted_zone_back(fake: Fake, provider: Callable[..., CloudflareProvider]) -> None:
    drifted(fake)
    wanted = OctodnsZone("example.com.", [])
    YamlProvider("zones", str(ZONE_FILE.parent), escaped_semicolons=True).populate(wanted)
    made = provider()
    plan = _planned(made, wanted)
    kinds = [type(change).__name__ for change in plan.changes]
    assert {kind: kinds.count(kind) for kind in kinds} == {"Delete": 2, "Create": 3, "Update": 3}
    assert fake.writes == [], "a plan only reads"
    assert made.apply(plan) == 8
    assert provider().plan(wanted) is None


def test_octodns_sends_one_request_for_each_value(
    fake: Fake, zone: Zone, provider: Callable[..., CloudflareProvider]
) -> None:
    made = provider(pagerules=True, token=fake.token("zone:read", "dns:edit", "page_rules"))
    assert made.apply(_planned(made, _hosts(150))) == 150
    assert [request.method for request in fake.requests].count("POST") == 150
    assert len(fake.requests) == 150 + 3, "zones, records and page rules were read once"
    fake.forget_requests()
    made = provider()
    assert made.apply(_planned(made, _hosts(150, ttl=600))) == 150
    assert [request.query.get("per_page") for request in fake.requests[:3]] == ["50", "100", "100"]
    assert len(fake.requests) == 3 + 150


def test_octodns_leaves_half_of_it_behind_after_an_error(
    fake: Fake, zone: Zone, provider: Callable[..., CloudflareProvider]
) -> None:
    made = provider()
    plan = _planned(made, _hosts(12))
    fake.faults.on(nth(6, writes), Fault.error(500))
    with pytest.raises(HTTPError):
        made.apply(plan)
    assert len(fake.records(zone)) == 5


def test_octodns_loses_the_name_when_the_second_half_of_a_change_of_type_fails(
    fake: Fake, zone: Zone, provider: Callable[..., CloudflareProvider]
) -> None:
    fake.seed(zone, {"type": "CNAME", "name": "www", "content": "web.example.net"})
    made = provider()
    plan = _planned(made, _wanted(("www", {"type": "A", "value": "192.0.2.1"})))
    fake.faults.on(nth(2, writes), Fault.error(500))
    with pytest.raises(HTTPError):
        made.apply(plan)
    assert fake.records(zone) == []


def test_octodns_needs_page_rules_and_makes_zones_that_it_cannot_see(
    fake: Fake, zone: Zone, provider: Callable[..., CloudflareProvider]
) -> None:
    with pytest.raises(CloudflareError, match="Unauthorized"):
        provider(pagerules=True).plan(_hosts(1))
    unseen = fake.token("zone:read", "zone:create", "dns:edit", zones=(fake.zone("example.net"),))
    made = provider(token=unseen)
    plan = _planned(made, _hosts(1))
    assert not plan.exists
    with pytest.raises(CloudflareError, match="already exists"):
        made.apply(plan)
    assert [request.path for request in fake.writes] == ["/zones"]


@pytest.mark.filterwarnings("ignore:.*parse_rdata_text:DeprecationWarning")
def test_octodns_carries_each_type_there_and_back(
    fake: Fake, zone: Zone, provider: Callable[..., CloudflareProvider]
) -> None:
    digest = "ab" * 32
    tlsa = {"certificate_usage": 3, "selector": 1, "matching_type": 1, "certificate_association_data": digest}
    wanted = _wanted(
        ("", {"type": "MX", "values": [{"preference": 10, "exchange": "mail.example.com."}]}),
        ("", {"type": "CAA", "values": [{"flags": 0, "tag": "issue", "value": "ca.example"}]}),
        ("", {"type": "TXT", "values": ["v=spf1 -all", "x" * 300]}),
        ("null", {"type": "MX", "values": [{"preference": 0, "exchange": "."}]}),
        ("a", {"type": "AAAA", "values": ["2001:db8::1", "2001:db8::2"]}),
        ("c", {"type": "CNAME", "value": "web.example.net."}),
        ("sub", {"type": "NS", "values": ["ns1.example.net.", "ns2.example.net."]}),
        ("p", {"type": "PTR", "value": "host.example.net."}),
        ("_25._tcp.mail", {"type": "TLSA", "values": [tlsa]}),
        (
            "_imaps._tcp",
            {"type": "SRV", "values": [{"priority": 0, "weight": 1, "port": 993, "target": "a.example."}]},
        ),
        ("s", {"type": "SSHFP", "values": [{"algorithm": 4, "fingerprint_type": 2, "fingerprint": digest}]}),
        ("h", {"type": "HTTPS", "values": [{"svcpriority": 1, "targetname": ".", "svcparams": {"alpn": ["h2"]}}]}),
    )
    made = provider()
    made.apply(_planned(made, wanted))
    assert provider().plan(wanted) is None
