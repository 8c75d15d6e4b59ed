"""`--provider powerdns`: how it is set up, what it keeps, and what it says when the server refuses."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from mailcheck_providers.packing import operation

from mailcheck.errors import OutcomeUnknown, ProviderError, UsageError
from mailcheck.model.progress import Silent
from mailcheck.sync.provider import Provider, Step
from tests.lab.powerdns import PowerDns, powerdns
from tests.lab.relay import relay
from tests.providers.syncing import applied, back_to, opened, planned, synced, wanted

API_KEY = "marked-key-of-the-tests"
ENVIRONMENT = {"POWERDNS_HOST": "127.0.0.1", "POWERDNS_API_KEY": API_KEY}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PowerDns]:
    (folder := tmp_path / "server").mkdir()
    with powerdns(folder) as found:
        yield found


@pytest.fixture
def provider(server: PowerDns) -> Provider:
    return opened("powerdns", server.environment())


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=f"^{name} is not set: "):
        opened("powerdns", {**ENVIRONMENT, name: ""})


def test_a_key_with_a_line_break_is_refused_and_not_shown() -> None:
    with pytest.raises(UsageError, match="POWERDNS_API_KEY holds a line break") as caught:
        opened("powerdns", {**ENVIRONMENT, "POWERDNS_API_KEY": f"{API_KEY}\nX-Other: 1"})
    assert API_KEY not in caught.value.message


def test_it_takes_no_options_from_a_file() -> None:
    with pytest.raises(UsageError, match="takes no options"):
        opened("powerdns", ENVIRONMENT, {"host": "192.0.2.1"})


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "octodns_powerdns", None)
    with pytest.raises(UsageError) as caught:
        opened("powerdns", ENVIRONMENT)
    assert caught.value.hint == "pip install 'mailcheck-dns[powerdns]'"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8081/"),
        ("::1", "http://[::1]:8081/"),
        ("localhost", "http://localhost:8081/"),
        ("192.0.2.53", "https://192.0.2.53:8081/"),
        ("dns.example.net", "https://dns.example.net:8081/"),
    ],
)
def test_the_key_goes_over_plain_http_to_loopback_only(
    monkeypatch: pytest.MonkeyPatch, host: str, url: str
) -> None:
    asked: list[str] = []

    def request(_: Any, method: str, address: str, **__: Any) -> Any:
        asked.append(address)
        raise OSError("stopped")

    monkeypatch.setattr("requests.Session.request", request)
    with pytest.raises(ProviderError, match="stopped"):
        planned(opened("powerdns", {**ENVIRONMENT, "POWERDNS_HOST": host}), wanted())
    assert [address[: len(url)] for address in asked] == [url]


@contextmanager
def answering(status: int, body: str, **headers: str) -> Iterator[tuple[int, list[str]]]:
    """An HTTP server that answers everything so; its port, and the methods and keys that it was asked with."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append(f"{self.command} {self.headers['X-API-Key']}")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_PATCH = do_POST = answer  # noqa: N815

        def log_message(self, *_: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1], asked
        finally:
            server.shutdown()
            thread.join(10)


@pytest.mark.enable_socket
class TestOddAnswers:
    STEP: ClassVar = Step((operation("a.example.com.", "A", None, None),), ("a.example.com.",))

    @pytest.mark.parametrize(
        ("status", "body", "message"),
        [
            (500, "<html>oops</html>", "the server answered 500: without a reason"),
            (502, '{"error": "no database"}', "the server answered 502: no database"),
            (403, '["forbidden"]', "the server answered 403: without a reason"),
            (422, f'{{"error": "bad\\nkey {API_KEY}"}}', r"the server answered 422: bad key \*\*\*$"),
            (200, "<html>hello</html>", "reading example.com.: "),
            (200, "[]", "reading example.com.: "),
        ],
    )
    def test_each_is_one_line_without_the_key(self, status: int, body: str, message: str) -> None:
        with answering(status, body) as (port, asked):
            provider = opened("powerdns", {**ENVIRONMENT, "POWERDNS_PORT": str(port)})
            with pytest.raises(ProviderError, match=message) as caught:
                planned(provider, wanted("@ TXT v=spf1 -all"))
        assert "\n" not in caught.value.message
        assert API_KEY not in caught.value.message
        assert asked == [f"GET {API_KEY}"]

    def test_a_redirection_is_not_followed_with_the_key(self) -> None:
        with answering(200, '{"rrsets": []}') as (elsewhere, stolen):
            location = f"http://127.0.0.1:{elsewhere}/"
            with answering(302, "", Location=location) as (port, _):
                provider = opened("powerdns", {**ENVIRONMENT, "POWERDNS_PORT": str(port)})
                with pytest.raises(ProviderError):
                    planned(provider, wanted())
        assert stolen == []

    def test_a_write_that_fails_and_cannot_be_read_again_is_unknown(self) -> None:
        with answering(503, "") as (port, _):
            provider = opened("powerdns", {**ENVIRONMENT, "POWERDNS_PORT": str(port)})
            with pytest.raises(OutcomeUnknown, match=r"503.*reading again failed"):
                provider.write("example.com.", self.STEP, Silent())

    def test_a_zone_that_vanished_is_not_made_anew(self) -> None:
        with answering(404, '{"error": "Not Found"}') as (port, asked):
            provider = opened("powerdns", {**ENVIRONMENT, "POWERDNS_PORT": str(port)})
            with pytest.raises(ProviderError, match="answered 404: Not Found"):
                provider.write("example.com.", self.STEP, Silent())
        assert asked == [f"PATCH {API_KEY}"]


@pytest.mark.slow
@pytest.mark.enable_socket
class TestAgainstPowerDns:
    def test_1_a_plan_sends_gets_only(self, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
        from requests import Session

        asked: list[str] = []
        send = Session.request

        def request(self: Session, method: str, *rest: Any, **named: Any) -> Any:
            asked.append(method)
            return send(self, method, *rest, **named)

        monkeypatch.setattr(Session, "request", request)
        planned(provider, wanted("@ TXT v=spf1 -all"))
        assert set(asked) == {"GET"}

    def test_6_a_zone_is_made_only_when_asked_for(self, tmp_path: Path) -> None:
        (folder := tmp_path / "empty").mkdir()
        with powerdns(folder, create=False) as server:
            provider = opened("powerdns", server.environment())
            with pytest.raises(ProviderError, match=r"^powerdns has no zone example\.com\.$") as caught:
                planned(provider, wanted())
            assert "--create-zone" in caught.value.hint
            assert server.rrsets("example.com.") == {}
            plan = planned(provider, wanted("@ TXT v=spf1 -all"), create=True)
            assert server.rrsets("example.com.") == {}
            assert applied(provider, plan, tmp_path).outcome == "applied"
            assert set(server.zone()) == {
                ("example.com.", "NS"),
                ("example.com.", "TXT"),
                ("ns1.example.com.", "A"),
            }
            assert planned(provider, wanted("@ TXT v=spf1 -all")).steps == ()

    def test_13_comments_and_disabled_records_survive_and_18_come_back(
        self, server: PowerDns, provider: Provider, tmp_path: Path
    ) -> None:
        server.change(
            "www.example.com.",
            "A",
            ttl=300,
            records=[{"content": "192.0.2.1", "disabled": False}, {"content": "192.0.2.2", "disabled": True}],
            comments=[{"content": "ask Ada first", "account": "ada", "modified_at": 1700000000}],
        )
        server.change("off.example.com.", "A", ttl=300, records=[{"content": "192.0.2.3", "disabled": True}])
        before = server.rrsets("example.com.")
        plan = planned(provider, wanted("www A 192.0.2.9"))
        assert [(change.name, change.before) for change in plan.plan.changes] == [
            ("www.example.com.", ("192.0.2.1",))
        ]
        assert applied(provider, plan, tmp_path).outcome == "applied"
        after = server.rrsets("example.com.")
        assert after["www.example.com.", "A"]["comments"] == before["www.example.com.", "A"]["comments"]
        assert sorted(after["www.example.com.", "A"]["records"], key=str) == [
            {"content": "192.0.2.2", "disabled": True},
            {"content": "192.0.2.9", "disabled": False},
        ]
        assert after["off.example.com.", "A"] == before["off.example.com.", "A"]
        assert applied(provider, back_to(provider, plan), tmp_path).outcome == "applied"
        assert server.rrsets("example.com.") == before
        assert synced(provider, wanted(), tmp_path).outcome == "applied"
        left = server.rrsets("example.com.")["www.example.com.", "A"]["records"]
        assert left == [{"content": "192.0.2.2", "disabled": True}]

    def test_13_lua_records_survive(self, server: PowerDns, provider: Provider, tmp_path: Path) -> None:
        lua = {"content": "A \"ifportup(443, {'192.0.2.1'})\"", "disabled": False}
        server.change("lua.example.com.", "LUA", ttl=300, records=[lua])
        before = server.rrsets("example.com.")
        assert planned(provider, wanted()).plan.changes == ()
        assert synced(provider, wanted("new A 192.0.2.1"), tmp_path).outcome == "applied"
        assert server.rrsets("example.com.")["lua.example.com.", "LUA"] == before["lua.example.com.", "LUA"]

    def test_2_one_record_that_the_server_refuses_and_nothing_is_written(
        self, server: PowerDns, provider: Provider
    ) -> None:
        server.add("gone.example.com.", 300, "A", "192.0.2.1")
        before = server.rrsets("example.com.")
        (step,) = planned(provider, wanted("a A 192.0.2.1", "m MX 10 mail.example.com.")).steps
        broken = [
            {**each, "after": {**each["after"], "values": ["ten mail.example.com."]}}
            if each["type"] == "MX"
            else each
            for each in step.operations
        ]
        with pytest.raises(ProviderError, match=r"^powerdns: writing example\.com\.: the server answered 4\d\d: "):
            provider.write("example.com.", step._replace(operations=tuple(broken)), Silent())
        assert server.rrsets("example.com.") == before

    def test_4_an_answer_lost_after_the_write_is_found_to_be_applied(self, server: PowerDns) -> None:
        with relay(server.port) as between:
            provider = opened("powerdns", server.environment(POWERDNS_PORT=str(between.port)))
            plan = planned(provider, wanted("@ TXT v=spf1 -all", "@ ALIAS example.net.", "a AAAA 2001:db8::0:1"))
            between.losing = True
            provider.write("example.com.", plan.steps[0], Silent())
        assert not between.losing
        found = server.rrsets("example.com.")
        assert found["example.com.", "ALIAS"]["records"][0]["content"] == "example.net."
        assert found["example.com.", "TXT"]["records"][0]["content"] == '"v=spf1 -all"'
