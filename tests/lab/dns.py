"""An authoritative server (Knot) for zones written as text, and a recursive one (Unbound) before it, on loopback."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import dns.exception
import dns.message
import dns.query

from tests.lab import program

_START = 30.0
_KNOT = """\
server:
    rundir: "{folder}"
    listen: 127.0.0.1@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: error
database:
    storage: "{folder}"
template:
  - id: default
    storage: "{folder}"
    file: "%s.zone"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    semantic-checks: off
zone:
"""
_UNBOUND = """\
server:
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    logfile: ""
    verbosity: 0
    interface: 127.0.0.1@{port}
    do-ip6: no
    do-not-query-localhost: no
    module-config: "iterator"
    qname-minimisation: no
    unblock-lan-zones: yes
    num-threads: 1
    outgoing-range: 4096
    num-queries-per-thread: 2048
    so-rcvbuf: 0
    msg-cache-size: 128m
    rrset-cache-size: 128m
remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{authoritative}
"""


class Servers(NamedTuple):
    """The ports on 127.0.0.1 at which they answer, over UDP and TCP."""

    authoritative: int
    recursive: int


@contextmanager
def servers(zones: Mapping[str, str], folder: Path) -> Iterator[Servers]:
    """Serve zones, master files by name without final dot; both servers end with the context.

    There are no root servers in this world: the recursive one asks the authoritative one for everything,
    and that answers from the deepest zone it has. So no zone needs a delegation to be found, and what is
    in no zone is SERVFAIL.
    """
    knotd, unbound = program("knotd"), program("unbound")
    ports = Servers(free_port(), free_port())
    for name, text in zones.items():
        (folder / f"{name}.zone").write_text(text, encoding="latin-1")
    listed = "".join(f"  - domain: {name}.\n" for name in zones)
    knot_conf, unbound_conf = folder / "knot.conf", folder / "unbound.conf"
    knot_conf.write_text(_KNOT.format(folder=folder, port=ports.authoritative) + listed, encoding="ascii")
    unbound_conf.write_text(
        _UNBOUND.format(folder=folder, port=ports.recursive, authoritative=ports.authoritative), encoding="ascii"
    )
    probe = next(iter(zones))
    with (
        running([str(knotd), "-c", str(knot_conf)], ports.authoritative, probe),
        running([str(unbound), "-d", "-c", str(unbound_conf)], ports.recursive, probe),
    ):
        yield ports


@contextmanager
def running(command: Sequence[str], port: int, zone: str) -> Iterator[None]:
    """The command while it runs, from its first answer on."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _wait_until_it_answers(process, port, zone)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, zone: str) -> None:
    query = dns.message.make_query(f"{zone}.", "SOA")
    end = time.monotonic() + _START
    while time.monotonic() < end:
        if process.poll() is not None:
            assert process.stderr is not None
            raise RuntimeError(f"{process.args!r} ended: {process.stderr.read().decode('utf-8', 'replace')}")
        try:
            if dns.query.udp(query, "127.0.0.1", timeout=0.2, port=port).answer:
                return
            _pause(process)
        except (dns.exception.Timeout, OSError):
            _pause(process)
    raise RuntimeError(f"{process.args!r} does not answer")


def _pause(process: subprocess.Popen[bytes]) -> None:
    """Wait a moment, or until the process ends: a port where nothing listens yet refuses at once."""
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        return


def free_port() -> int:
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            try:
                tcp.bind(udp.getsockname())
            except OSError:
                continue
            return int(udp.getsockname()[1])
