"""PowerDNS with an SQLite database and its HTTP interface, on loopback."""

from __future__ import annotations

import secrets
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import dns.rdata
import requests

from tests.lab import program
from tests.lab.dns import free_port
from tests.lab.sets import Sets, shown
from tests.lab.signed import ZONE

_SCHEMA = Path("/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql")
_START = 30.0
_CONFIGURATION = """\
launch=gsqlite3
gsqlite3-database={folder}/pdns.sqlite3
local-address=127.0.0.1
local-port={dns_port}
api=yes
api-key={api_key}
webserver=yes
webserver-address=127.0.0.1
webserver-port={port}
webserver-allow-from=127.0.0.1
socket-dir={folder}
security-poll-suffix=
loglevel=3
"""


class PowerDns(NamedTuple):
    """A server whose HTTP interface is at a port of 127.0.0.1."""

    port: int
    api_key: str
    provider: str = "powerdns"

    def environment(self, **changed: str) -> dict[str, str]:
        """What the provider `powerdns` is set up by."""
        return {
            "POWERDNS_HOST": "127.0.0.1",
            "POWERDNS_PORT": str(self.port),
            "POWERDNS_API_KEY": self.api_key,
        } | changed

    def request(self, method: str, path: str, data: Any = None) -> requests.Response:
        """Ask the HTTP interface, as somebody else would."""
        url = f"http://127.0.0.1:{self.port}/api/v1/servers/localhost/{path}"
        return requests.request(method, url, json=data, headers={"X-API-Key": self.api_key}, timeout=10)

    def create(self) -> None:
        """Make example.com, as it is on the other servers of the lab."""
        rrsets = [
            {"name": name, "type": rdtype, "ttl": 3600, "records": [{"content": content, "disabled": False}]}
            for name, rdtype, content in ((ZONE, "NS", "ns1.example.com."), (f"ns1.{ZONE}", "A", "192.0.2.53"))
        ]
        new = {"name": ZONE, "kind": "Native", "nameservers": [], "rrsets": rrsets}
        self.request("POST", "zones", new).raise_for_status()

    def rrsets(self, zone: str) -> dict[tuple[str, str], dict[str, Any]]:
        """The record sets of a zone but its SOA, as the interface gives them; none where there is no zone."""
        found = self.request("GET", f"zones/{zone}")
        if found.status_code == 404:
            return {}
        return {
            (rrset["name"], rrset["type"]): rrset for rrset in found.json()["rrsets"] if rrset["type"] != "SOA"
        }

    def zone(self) -> Sets:
        """What is served: disabled records are not."""
        found: Sets = {}
        for (name, rdtype), rrset in self.rrsets(ZONE).items():
            values = [record["content"] for record in rrset["records"] if not record["disabled"]]
            found[name, rdtype] = (
                rrset["ttl"],
                frozenset([shown(dns.rdata.from_text("IN", rdtype, value)) for value in values]),
            )
        return found

    def add(self, name: str, ttl: int, rdtype: str, *values: str) -> None:
        """Put a record set there, as somebody else would."""
        self.change(name, rdtype, ttl=ttl, records=[{"content": value, "disabled": False} for value in values])

    def change(self, name: str, rdtype: str, **rrset: Any) -> None:
        """Replace a record set by one as the interface takes it."""
        new = {"name": name, "type": rdtype, "changetype": "REPLACE", **rrset}
        self.request("PATCH", f"zones/{ZONE}", {"rrsets": [new]}).raise_for_status()


@contextmanager
def powerdns(folder: Path, create: bool = True) -> Iterator[PowerDns]:
    """The server while it runs, with example.com if `create`."""
    command = program("pdns_server")
    server = PowerDns(free_port(), secrets.token_urlsafe(24))
    with closing(sqlite3.connect(folder / "pdns.sqlite3")) as database:
        database.executescript(_SCHEMA.read_text(encoding="utf-8"))
    (folder / "pdns.conf").write_text(
        _CONFIGURATION.format(folder=folder, port=server.port, dns_port=free_port(), api_key=server.api_key),
        encoding="ascii",
    )
    options = [f"--config-dir={folder}", "--daemon=no", "--guardian=no", "--disable-syslog"]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen([command, *options], stdout=log, stderr=log) as process,
    ):
        try:
            _wait_until_it_answers(process, server, folder / "log")
            if create:
                server.create()
            yield server
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_it_answers(process: subprocess.Popen[bytes], server: PowerDns, log: Path) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"PowerDNS ended: {log.read_text(encoding='utf-8', errors='replace')}")
        try:
            if server.request("GET", "zones").ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise RuntimeError("PowerDNS did not answer")
