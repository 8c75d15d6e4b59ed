"""Policies over HTTPS: only from the host itself, only by the rules of RFC 8461, and never for long or too much."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from mailcheck.view.policy_fetch import MOST_OCTETS, FetchFailedError, PolicyFetcher
from tests.view.policy_server import HOST, LOOPBACK, POLICY, Authority, Script, answer, say, serve

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]

TEXT = "Content-Type: text/plain\r\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def fetch(authority: Authority) -> Iterator[Callable[..., str | None]]:
    """Fetches from a server that runs `script`; `server` is what it saw."""
    with contextlib.ExitStack() as stack:

        def run(script: Script, context: ssl.SSLContext | None = None, seconds: float = 10.0) -> str | None:
            server = stack.enter_context(serve(script, context or authority.context()))
            return fetcher(authority, server.port).fetch(HOST, [LOOPBACK], seconds)

        yield run


def fetcher(authority: Authority, port: int) -> PolicyFetcher:
    return PolicyFetcher(lambda _: True, port, authority.trust_store)


def failure(run: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(FetchFailedError) as caught:
        run()
    return caught.value.reason, caught.value.detail


@pytest.mark.parametrize("kind", ["text/plain", "Text/Plain; charset=utf-8", " text/plain ;x"])
def test_a_good_policy_is_returned_as_it_was_served(fetch: Callable[..., str | None], kind: str) -> None:
    assert fetch(answer(headers=f"Content-Type: {kind}\r\n")) == POLICY


def test_the_connection_goes_to_the_address_and_the_name_stays_in_tls_and_http(authority: Authority) -> None:
    with serve(answer(), authority.context()) as server:
        fetcher(authority, server.port).fetch(HOST, [LOOPBACK])
    assert server.names == [HOST]
    (request,) = server.requests
    assert request.startswith("GET /.well-known/mta-sts.txt HTTP/1.1\r\n")
    assert f"\r\nHost: {HOST}\r\n" in request


def test_proxies_and_credentials_of_the_environment_are_not_used(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login somebody password something\n", encoding="ascii")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none"))
    with serve(answer(), authority.context()) as server:
        assert fetcher(authority, server.port).fetch(HOST, [LOOPBACK]) == POLICY
    assert "authorization" not in server.requests[0].lower()


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_a_host_that_serves_no_policy_says_so(fetch: Callable[..., str | None], status: str) -> None:
    assert fetch(answer(b"<html>", status, "Content-Type: text/html\r\n")) is None


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "500 Oops", "204 None"])
def test_any_other_status_is_a_failure_and_a_redirect_is_not_followed(authority: Authority, status: str) -> None:
    with serve(answer(), authority.context()) as other:
        where = f"{TEXT}Location: https://127.0.0.1:{other.port}/.well-known/mta-sts.txt\r\n"
        with serve(answer(status=status, headers=where), authority.context()) as server:
            said = failure(lambda: fetcher(authority, server.port).fetch(HOST, [LOOPBACK]))
    assert said == ("refused", f"{HOST} answers with status {status[:3]}")
    assert other.requests == []


@pytest.mark.parametrize("headers", ["", "Content-Type: text/html\r\n", "Content-Type: text/plainer\r\n"])
def test_a_policy_of_another_type_is_none(fetch: Callable[..., str | None], headers: str) -> None:
    assert failure(lambda: fetch(answer(headers=headers))) == (
        "formerr",
        f"the policy at {HOST} is not of type text/plain",
    )


def test_the_size_is_bounded(fetch: Callable[..., str | None]) -> None:
    assert fetch(answer(b"x" * MOST_OCTETS)) == "x" * MOST_OCTETS
    said = failure(lambda: fetch(answer(b"x" * (MOST_OCTETS + 1))))
    assert said == ("formerr", f"the policy at {HOST} is over 65536 octets")


def test_chunks_are_put_together_and_bounded_too(fetch: Callable[..., str | None]) -> None:
    head = f"HTTP/1.1 200 OK\r\n{TEXT}Transfer-Encoding: chunked\r\n\r\n".encode()
    assert fetch(say(head + b"5\r\nversi\r\n3\r\non:\r\n0\r\n\r\n")) == "version:"
    many = (b"4000\r\n" + b"x" * 0x4000 + b"\r\n") * 5
    assert failure(lambda: fetch(say(head + many)))[1] == f"the policy at {HOST} is over 65536 octets"


@pytest.mark.parametrize(
    ("coding", "compress"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_policy_is_read(
    fetch: Callable[..., str | None], coding: str, compress: Callable[[bytes], bytes]
) -> None:
    body = compress(POLICY.encode())
    assert fetch(answer(body, headers=f"{TEXT}Content-Encoding: {coding}\r\n")) == POLICY


def test_a_compression_bomb_is_stopped_while_it_is_decoded(
    fetch: Callable[..., str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(bytes(100_000_000), 9)
    produced = []
    make = zlib.decompressobj

    class Counted:
        def __init__(self, wbits: int) -> None:
            self._inner = make(wbits)

        def decompress(self, data: bytes, most: int) -> bytes:
            assert most > 0
            part = self._inner.decompress(data, most)
            produced.append(len(part))
            return part

        @property
        def unconsumed_tail(self) -> bytes:
            return self._inner.unconsumed_tail

    monkeypatch.setattr("mailcheck.view.policy_fetch.zlib.decompressobj", Counted)
    said = failure(lambda: fetch(answer(bomb, headers=f"{TEXT}Content-Encoding: gzip\r\n")))
    assert said == ("formerr", f"the policy at {HOST} is over 65536 octets")
    assert sum(produced) <= 2 * MOST_OCTETS


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"no gzip"),
        ("br", b"x"),
        ("gzip", gzip.compress(POLICY.encode(), mtime=0)[:-9]),
        ("identity", b"\xff\xfe"),
    ],
)
def test_what_cannot_be_decoded_is_no_policy(fetch: Callable[..., str | None], coding: str, body: bytes) -> None:
    said = failure(lambda: fetch(answer(body, headers=f"{TEXT}Content-Encoding: {coding}\r\n")))
    assert said == ("formerr", f"the policy at {HOST} is no text")


def drip(lead: bytes, drop: bytes, stop: threading.Event) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(lead)
        while not stop.wait(0.02):
            connection.sendall(drop)

    return script


@pytest.mark.parametrize(
    ("lead", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (f"HTTP/1.1 200 OK\r\n{TEXT}Content-Length: 60000\r\n\r\n".encode(), b"x"),
        (f"HTTP/1.1 200 OK\r\n{TEXT}\r\n".encode(), b"x"),
        (f"HTTP/1.0 200 OK\r\n{TEXT}\r\n".encode(), b"x"),
        (f"HTTP/1.1 200 OK\r\n{TEXT}Transfer-Encoding: chunked\r\n\r\n".encode(), b"1\r\nx\r\n"),
    ],
)
def test_a_server_that_drips_is_cut_off_by_one_wall_clock(
    fetch: Callable[..., str | None], lead: bytes, drop: bytes
) -> None:
    stop = threading.Event()
    try:
        assert failure(lambda: fetch(drip(lead, drop, stop), seconds=0.4))[0] == "timeout"
    finally:
        stop.set()


@pytest.mark.parametrize("drop", [b"", b"\x16\x03\x03\x40\x00"])
def test_a_handshake_that_does_not_end_is_cut_off_too(authority: Authority, drop: bytes) -> None:
    stop = threading.Event()
    script = drip(b"\x16\x03\x03\x40\x00\x02", b"\x00" if drop else b"", stop)
    with serve(script, None) as server:
        said = failure(lambda: fetcher(authority, server.port).fetch(HOST, [LOOPBACK], 0.4))
        stop.set()
    assert said == ("timeout", f"https://{HOST}/.well-known/mta-sts.txt")


def test_a_connection_that_comes_after_the_deadline_is_not_used(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect_late(where: tuple[str, int], *_: object, **__: object) -> socket.socket:
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join()
        return socket.create_connection(where)

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect_late)
    with serve(answer(), authority.context()) as server:
        assert failure(lambda: fetcher(authority, server.port).fetch(HOST, [LOOPBACK], 0.05))[0] == "timeout"
    assert server.requests == []


def test_more_than_a_hundred_headers_are_refused(fetch: Callable[..., str | None]) -> None:
    many = "".join(f"X-{number}: y\r\n" for number in range(100))
    assert failure(lambda: fetch(answer(headers=TEXT + many))) == (
        "formerr",
        f"{HOST} gives no valid HTTP answer",
    )
    assert fetch(answer(headers=TEXT + many[: many.index("X-90")])) == POLICY


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"version: STSv1\nmode: none\n",
        b"\x00\xff\x00",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x" * 70_000,
        f"HTTP/1.1 200 OK\r\n{TEXT}Content-Length: 50\r\n\r\nshort".encode(),
        f"HTTP/1.1 200 OK\r\n{TEXT}Content-Length: 5, 6\r\n\r\nshort".encode(),
        f"HTTP/1.1 200 OK\r\n{TEXT}Transfer-Encoding: chunked\r\n\r\nzz\r\n".encode(),
    ],
)
def test_what_is_no_http_answer_is_no_policy(fetch: Callable[..., str | None], said: bytes) -> None:
    assert failure(lambda: fetch(say(said)))[0] == "formerr"


@pytest.mark.parametrize(
    ("name", "days", "self_signed", "why"),
    [
        (HOST, -1, False, "certificate has expired"),
        ("mta-sts.example.net", 30, False, f"Hostname mismatch, certificate is not valid for '{HOST}'."),
        ("*.com", 30, False, f"Hostname mismatch, certificate is not valid for '{HOST}'."),
        (HOST, 30, True, "self-signed certificate"),
    ],
)
def test_a_certificate_must_be_valid_for_the_host(
    authority: Authority, name: str, days: int, self_signed: bool, why: str
) -> None:
    with serve(answer(), authority.context(name, days, self_signed)) as server:
        said = failure(lambda: fetcher(authority, server.port).fetch(HOST, [LOOPBACK]))
    assert said == ("refused", f"no TLS connection to {HOST}: {why}")
    assert server.requests == []


def test_a_wildcard_of_one_label_is_a_valid_certificate(authority: Authority) -> None:
    with serve(answer(), authority.context("*.example.com")) as server:
        assert fetcher(authority, server.port).fetch(HOST, [LOOPBACK]) == POLICY


def test_an_authority_that_nobody_knows_is_not_believed(authority: Authority) -> None:
    with serve(answer(), authority.context()) as server:
        said = failure(lambda: PolicyFetcher(lambda _: True, server.port).fetch(HOST, [LOOPBACK]))
    assert said[1].startswith(f"no TLS connection to {HOST}: ")


def test_plain_http_is_no_tls(authority: Authority) -> None:
    with serve(answer(), None) as server:
        said = failure(lambda: fetcher(authority, server.port).fetch(HOST, [LOOPBACK]))
    assert said == ("refused", f"no TLS connection to {HOST}")


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_refused_connection_is_a_failure(authority: Authority) -> None:
    said = failure(lambda: fetcher(authority, unused_port()).fetch(HOST, [LOOPBACK, LOOPBACK]))
    assert said == ("refused", f"no connection to {HOST}")


def test_a_connection_that_is_never_answered_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> socket.socket:
        raise TimeoutError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    said = failure(lambda: PolicyFetcher().fetch(HOST, [ip_address("93.184.216.34")]))
    assert said == ("timeout", f"https://{HOST}/.well-known/mta-sts.txt")


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.9"])
def test_the_next_address_is_tried_where_no_connection_comes_about(authority: Authority) -> None:
    with serve(answer(), authority.context()) as server:
        assert fetcher(authority, server.port).fetch(HOST, [ip_address("127.0.0.9"), LOOPBACK]) == POLICY


def test_only_allowed_addresses_are_connected_to(authority: Authority) -> None:
    asked = []

    def allow(address: object) -> bool:
        asked.append(address)
        return address == LOOPBACK

    private = ip_address("10.0.0.1")
    with serve(answer(), authority.context()) as server:
        fetch = PolicyFetcher(allow, server.port, authority.trust_store).fetch
        assert fetch(HOST, [private, LOOPBACK]) == POLICY
    assert asked == [private, LOOPBACK]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "fd00:ec2::254", "::ffff:93.184.216.34"],
)
def test_as_shipped_it_goes_to_public_addresses_alone(address: str) -> None:
    said = failure(lambda: PolicyFetcher().fetch(HOST, [ip_address(address)]))
    assert said == ("refused", f"{HOST} has no public address, only {ip_address(address)}")


def test_as_shipped_it_connects_to_the_vetted_address_at_port_443(monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    def connect(where: tuple[str, int], *_: object, **__: object) -> socket.socket:
        called.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    said = failure(lambda: PolicyFetcher().fetch(HOST, [ip_address("10.0.0.1"), ip_address("93.184.216.34")]))
    assert said == ("refused", f"no connection to {HOST}")
    assert called == [("93.184.216.34", 443)]
