"""`--provider bind`: how it is set up, and what it says when a server refuses or an answer is lost."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dns.message
import pytest

from mailcheck.errors import OutcomeUnknown, ProviderError, UsageError
from mailcheck.model.progress import Silent
from mailcheck.sync.provider import Provider
from tests.lab.relay import relay
from tests.lab.signed import Signed, bind
from tests.providers.syncing import applied, opened, planned, wanted

SECRET = "bWFya2VkLXNlY3JldC1vZi10aGUtdGVzdHM="
ENVIRONMENT = {"BIND_HOST": "127.0.0.1", "BIND_KEY_NAME": "sync", "BIND_KEY_SECRET": SECRET}
lab = [pytest.mark.slow, pytest.mark.enable_socket]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Signed]:
    (folder := tmp_path / "server").mkdir()
    with bind(folder) as found:
        yield found


@pytest.mark.parametrize("name", ["BIND_HOST", "BIND_KEY_NAME", "BIND_KEY_SECRET"])
def test_a_variable_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(UsageError, match=f"^{name} is not set: "):
        opened("bind", {**ENVIRONMENT, name: ""})


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"BIND_KEY_SECRET": "marked secret"}, "BIND_KEY_SECRET is not base64"),
        ({"BIND_KEY_SECRET": "marked\nsecret"}, "BIND_KEY_SECRET holds a line break"),
        ({"BIND_KEY_SECRET": "marked-secr\xe9t"}, "BIND_KEY_SECRET holds .* not ASCII"),
        ({"BIND_KEY_ALGORITHM": "hmac-md5"}, "BIND_KEY_ALGORITHM must be one of hmac-sha256, "),
        ({"BIND_PORT": "0"}, "BIND_PORT is not a port"),
        ({"BIND_PORT": "65536"}, "BIND_PORT is not a port"),
        ({"BIND_PORT": "dns"}, "BIND_PORT is not a port"),
        ({"BIND_PORT": "5" * 5000}, "BIND_PORT is not a port"),
        ({"BIND_KEY_NAME": "a" * 64}, "bind: "),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(changed: dict[str, str], message: str) -> None:
    with pytest.raises((ProviderError, UsageError), match=message) as caught:
        planned(opened("bind", {**ENVIRONMENT, **changed}), wanted())
    assert "marked" not in caught.value.message
    assert SECRET not in caught.value.message


def test_it_takes_no_options_from_a_file() -> None:
    with pytest.raises(UsageError, match="takes no options"):
        opened("bind", ENVIRONMENT, {"host": "192.0.2.1"})


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "octodns_bind", None)
    with pytest.raises(UsageError) as caught:
        opened("bind", ENVIRONMENT)
    assert caught.value.hint == "pip install 'mailcheck-dns[bind]'"


def test_a_host_name_that_resolves_to_nothing_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", nothing)
    with pytest.raises(ProviderError, match=r"^bind: dns\.example\.net: .*Name or service not known$"):
        opened("bind", {**ENVIRONMENT, "BIND_HOST": "dns.example.net"})


class TestAgainstBind:
    pytestmark = lab

    @pytest.fixture
    def provider(self, server: Signed) -> Provider:
        return opened("bind", server.environment())

    def test_a_key_that_may_not_write_is_told_and_nothing_is_written(self, server: Signed, tmp_path: Path) -> None:
        provider = opened("bind", server.environment(BIND_KEY_NAME="reader"))
        before = server.zone()
        done = applied(provider, planned(provider, wanted("@ TXT v=spf1 -all")), tmp_path)
        assert done.outcome == "failed"
        assert done.message == "bind: the server answered REFUSED to the update of example.com."
        assert "reader" in done.hint
        assert server.zone() == before

    def test_a_key_that_the_server_does_not_know(self, server: Signed) -> None:
        with pytest.raises(ProviderError, match=r"^bind: the server does not know the TSIG key stranger$"):
            planned(opened("bind", server.environment(BIND_KEY_NAME="stranger")), wanted())

    def test_a_zone_that_the_server_does_not_have(self, provider: Provider) -> None:
        for create in (False, True):
            with pytest.raises(ProviderError, match=r"answered NOTAUTH to the transfer of example\.org\.$"):
                provider.preflight("example.org.", create=create)

    def test_what_changes_after_the_last_look_is_refused_by_the_server(
        self, server: Signed, provider: Provider
    ) -> None:
        (step,) = planned(provider, wanted("@ TXT v=spf1 -all", "new A 192.0.2.1")).steps
        server.add("example.com.", 300, "TXT", '"v=spf1 a -all"')
        before = server.zone()
        with pytest.raises(ProviderError, match="changed by somebody else"):
            provider.write("example.com.", step, Silent())
        assert server.zone() == before

    def test_a_cname_beside_a_type_unknown_to_octodns_is_refused_not_silently_left_out(
        self, server: Signed, provider: Provider
    ) -> None:
        server.add("www.example.com.", 300, "HINFO", '"PDP-11" "UNIX"')
        (step,) = planned(provider, wanted("www CNAME example.net.")).steps
        with pytest.raises(ProviderError, match="changed by somebody else"):
            provider.write("example.com.", step, Silent())

    def test_4_an_answer_lost_after_the_update_is_found_to_be_applied(
        self, server: Signed, tmp_path: Path
    ) -> None:
        with relay(server.port) as between:
            provider = opened("bind", server.environment(BIND_PORT=str(between.port)))
            plan = planned(
                provider, wanted("@ TXT v=spf1 -all", "@ MX 10 MX.example.net.", "a AAAA 2001:db8::0:1")
            )
            between.losing = True
            provider.write("example.com.", plan.steps[0], Silent())
        assert not between.losing
        assert server.zone()["example.com.", "TXT"] == (3600, {"v=spf1 -all"})

    def test_an_answer_that_is_not_signed_is_not_believed(
        self, server: Signed, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (step,) = planned(provider, wanted("@ TXT v=spf1 -all")).steps
        monkeypatch.setattr("dns.query.tcp", lambda *_, **__: dns.message.Message())
        with pytest.raises(ProviderError, match="the answer to the update is not signed"):
            provider.write("example.com.", step, Silent())

    def test_a_clock_that_is_wrong_is_told(
        self, server: Signed, provider: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = time.time
        monkeypatch.setattr("time.time", lambda: now() - 3600)
        with pytest.raises(
            ProviderError, match=r"^bind: the clocks of this machine and of the server are too far"
        ):
            planned(provider, wanted())

    def test_an_answer_lost_for_good_is_unknown(self, server: Signed) -> None:
        with relay(server.port) as between:
            provider = opened("bind", server.environment(BIND_PORT=str(between.port)))
            plan = planned(provider, wanted("@ TXT v=spf1 -all"))
            between.losing_all = between.losing = True
            with pytest.raises(OutcomeUnknown, match="reading again failed"):
                provider.write("example.com.", plan.steps[0], Silent())
            between.losing_all = between.losing = False

    def test_11_a_name_with_more_than_a_message_holds_is_refused_when_it_is_planned(
        self, provider: Provider
    ) -> None:
        texts = [f"@ TXT {number:03}{'x' * 1000}" for number in range(70)]
        with pytest.raises(
            ProviderError, match=r"^bind: example\.com\. is too big: an update message holds 64 KB$"
        ):
            planned(provider, wanted("small A 192.0.2.1", *texts))

    def test_a_name_that_fits_only_just_is_written(self, provider: Provider, tmp_path: Path) -> None:
        desired = wanted(*[f"@ TXT {number:03}{'x' * 1000}" for number in range(60)])
        assert applied(provider, planned(provider, desired), tmp_path).outcome == "applied"
        assert planned(provider, desired).steps == ()
