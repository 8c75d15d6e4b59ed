"""Faults on the way of a request, and what becomes of the zone under each."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import Any

import pytest
import requests

from tests.lab.cloudflare import Fake, Fault, Zone, anything, batches, cloudflare, nth, writes
from tests.lab.cloudflare.conftest import Call

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def _a(name: str) -> dict[str, Any]:
    return {"type": "A", "name": name, "content": "192.0.2.1", "ttl": 300}


def _post(zone: Zone, call: Call, name: str = "www") -> requests.Response:
    return call("POST", f"/zones/{zone.id}/dns_records/batch", {"posts": [_a(name)]})


@pytest.mark.parametrize(
    ("fault", "status", "says"),
    [
        (Fault.error(500), 500, '"success":false'),
        (Fault.html(502), 502, "<!DOCTYPE html>"),
        (Fault.html(504), 504, "<!DOCTYPE html>"),
        (Fault.text(b"{"), 200, "{"),
        (Fault.rate_limited(), 429, '"code":971'),
    ],
)
def test_an_error_leaves_the_zone_as_it_was(
    fake: Fake, zone: Zone, call: Call, fault: Fault, status: int, says: str
) -> None:
    fake.seed(zone, _a("old"))
    before = fake.records(zone)
    fake.faults.on(batches, fault)
    answer = _post(zone, call)
    assert (answer.status_code, says in answer.text, fake.records(zone)) == (status, True, before)
    assert _post(zone, call).status_code == 200, "the fault met one request"


@pytest.mark.parametrize("fault", [Fault.error(504, committed=True), Fault.html(committed=True)])
def test_an_error_may_hide_a_success(fake: Fake, zone: Zone, call: Call, fault: Fault) -> None:
    fake.faults.on(batches, fault)
    assert _post(zone, call).status_code in {502, 504}
    assert len(fake.records(zone)) == 1


@pytest.mark.parametrize("committed", [False, True])
def test_a_reset_comes_before_the_commit_or_after(fake: Fake, zone: Zone, call: Call, committed: bool) -> None:
    fake.faults.on(batches, Fault.reset(committed=committed))
    with pytest.raises(requests.ConnectionError):
        _post(zone, call)
    assert len(fake.records(zone)) == committed
    assert len(fake.writes) == 1
    assert call("GET", "/zones").status_code == 200, "the next connection is a good one"


def test_an_answer_may_end_half_way(fake: Fake, zone: Zone, call: Call) -> None:
    fake.faults.on(batches, Fault.cut())
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        _post(zone, call)
    assert len(fake.records(zone)) == 1


def test_retry_after_is_there_or_not(fake: Fake, zone: Zone, call: Call) -> None:
    fake.faults.on(writes, Fault.rate_limited(120), Fault.rate_limited())
    assert [_post(zone, call).headers.get("Retry-After") for _ in range(3)] == ["120", None, None]
    assert [request.path.rpartition("/")[2] for request in fake.requests] == ["batch"] * 3


def test_a_late_answer_is_a_true_one(fake: Fake, zone: Zone, call: Call) -> None:
    fake.faults.on(batches, Fault.slow(0.01))
    assert _post(zone, call).status_code == 200


def test_an_answer_is_held_until_it_is_let_go(fake: Fake, zone: Zone, call: Call) -> None:
    reached, release = Event(), Event()
    answers: list[requests.Response] = []
    fake.faults.on(batches, Fault.held(release, reached=reached))
    thread = Thread(target=lambda: answers.append(_post(zone, call)))
    thread.start()
    assert reached.wait(10)
    assert (answers, len(fake.records(zone))) == ([], 1)
    release.set()
    thread.join(10)
    assert [answer.status_code for answer in answers] == [200]


def test_a_held_answer_ends_with_the_fake() -> None:
    reached = Event()

    def ask(url: str) -> None:
        with suppress(requests.ConnectionError):
            requests.get(f"{url}/zones", timeout=10)

    with cloudflare() as fake:
        fake.faults.on(anything, Fault.held(Event(), reached=reached))
        thread = Thread(target=ask, args=(fake.url,))
        thread.start()
        assert reached.wait(10)
    thread.join(10)
    assert not thread.is_alive()


def test_somebody_acts_between_two_requests(fake: Fake, zone: Zone, call: Call) -> None:
    fake.faults.on(batches, Fault.meanwhile(lambda: fake.seed(zone, _a("www"))))
    assert _post(zone, call).json()["errors"][0]["code"] == 81058


def test_faults_are_met_by_number(fake: Fake, zone: Zone, call: Call) -> None:
    fake.faults.on(2, Fault.error(500))
    fake.faults.on(nth(2, batches), Fault.error(503))
    assert call("GET", "/zones").status_code == 200
    assert call("GET", "/zones").status_code == 500
    assert [_post(zone, call, name).status_code for name in "abc"] == [200, 503, 200]


def test_faults_stay_until_they_are_cleared(fake: Fake, zone: Zone, call: Call) -> None:
    fake.faults.always(anything, Fault.error(503))
    assert [call("GET", "/zones").status_code for _ in range(3)] == [503] * 3
    fake.faults.clear()
    assert call("GET", "/zones").status_code == 200


def test_the_log_holds_each_request(fake: Fake, zone: Zone, call: Call) -> None:
    call("GET", f"/zones/{zone.id}/dns_records?name=www.example.com&per_page=5")
    call("POST", f"/zones/{zone.id}/dns_records", _a("www"))
    read, write = fake.requests
    assert (read.number, read.method, read.path) == (1, "GET", f"/zones/{zone.id}/dns_records")
    assert (read.query, read.body, read.raw) == ({"name": "www.example.com", "per_page": "5"}, None, b"")
    assert (write.number, write.method, write.body) == (2, "POST", _a("www"))
    assert (write.time >= read.time, write.headers["content-type"]) == (True, "application/json")
    assert fake.writes == [write]
    fake.forget_requests()
    assert fake.requests == []
