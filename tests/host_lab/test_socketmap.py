"""The stand-in for PostSRSd 2.x speaks as Postfix expects it."""

import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import program
from tests.lab.mail_host.socketmap import Socketmap

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def server() -> Iterator[Socketmap]:
    # The path of a socket has no more than 107 octets.
    with (
        tempfile.TemporaryDirectory() as folder,
        Socketmap(Path(folder, "srs"), "srs.example.com", ["example.com"]) as found,
    ):
        yield found


def ask(server: Socketmap, request: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(server.path))
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(4096), b""))


def test_it_rewrites_and_answers_in_netstrings(server: Socketmap) -> None:
    answer = ask(server, b"23:forward joe@example.org,")
    assert re.fullmatch(rb"47:OK SRS0=.{4}=AA=example\.org=joe@srs\.example\.com,", answer)
    assert server.asked == ["forward joe@example.org"]


def test_an_own_domain_is_left_alone(server: Socketmap) -> None:
    answer = b"NOTFOUND Need not rewrite local domain."
    assert ask(server, b"23:forward ann@example.com,") == b"%d:%s," % (len(answer), answer)


def test_what_it_made_it_takes_back(server: Socketmap) -> None:
    made = server.answer("forward joe@example.org").removeprefix("OK ")
    assert server.answer(f"reverse {made}") == "OK joe@example.org"
    assert server.answer(f"reverse {made.replace('joe', 'jim')}") == "NOTFOUND Hash invalid in SRS address."


@pytest.mark.parametrize("request_", [b"x", b"99999999:x,", b"3:abc;", b"5:ab"])
def test_what_is_no_netstring_ends_the_connection(server: Socketmap, request_: bytes) -> None:
    assert ask(server, request_) == b""


@pytest.mark.slow
def test_postmap_understands_it(server: Socketmap) -> None:
    table = f"socketmap:unix:{server.path}:forward"
    command = [str(program("postmap")), "-q", "joe@example.org", table]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.endswith("=example.org=joe@srs.example.com\n"), done.stderr
