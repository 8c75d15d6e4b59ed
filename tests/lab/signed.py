"""Primary servers that take signed transfers and updates (BIND, Knot), with one zone each, on loopback."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import dns.message
import dns.query
import dns.tsig
import dns.tsigkeyring
import dns.update
import dns.xfr
import dns.zone

from tests.lab import program
from tests.lab.dns import free_port, running
from tests.lab.sets import Sets, shown

ZONE = "example.com."
KEY_NAME = "sync"
APEX = """\
$ORIGIN example.com.
$TTL 3600
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 3600
@ IN NS ns1
ns1 IN A 192.0.2.53
"""
_NAMED = """\
key "{key}" {{ algorithm hmac-sha256; secret "{secret}"; }};
key "reader" {{ algorithm hmac-sha256; secret "{secret}"; }};
options {{
    directory "{folder}";
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    recursion no;
    pid-file "{folder}/named.pid";
    session-keyfile "{folder}/session.key";
    allow-transfer {{ key "{key}"; key "reader"; }};
}};
controls {{ }};
logging {{ category default {{ null; }}; }};
zone "example.com" {{
    type primary;
    file "{folder}/example.com.zone";
    update-policy {{ grant {key} zonesub ANY; }};
}};
"""
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
key:
  - id: {key}
    algorithm: hmac-sha256
    secret: "{secret}"
  - id: reader
    algorithm: hmac-sha256
    secret: "{secret}"
acl:
  - id: sync
    key: {key}
    action: [transfer, update]
  - id: reader
    key: reader
    action: transfer
zone:
  - domain: example.com.
    storage: "{folder}"
    file: example.com.zone
    acl: [sync, reader]
"""


class Signed(NamedTuple):
    """A server at a port of 127.0.0.1 and the secret of its keys: `sync` may write, `reader` only transfer."""

    port: int
    secret: str
    provider: str = "bind"

    def environment(self, **changed: str) -> dict[str, str]:
        """What the provider `bind` is set up by."""
        return {
            "BIND_HOST": "127.0.0.1",
            "BIND_PORT": str(self.port),
            "BIND_KEY_NAME": KEY_NAME,
            "BIND_KEY_SECRET": self.secret,
        } | changed

    def zone(self) -> Sets:
        """What a transfer gives."""
        found = dns.zone.Zone(ZONE, relativize=False)
        query, _ = dns.xfr.make_query(found, keyring=self._keyring())
        dns.query.inbound_xfr("127.0.0.1", found, query, port=self.port, timeout=10, lifetime=10)
        return {
            (name.to_text(), dns.rdatatype.to_text(rdataset.rdtype)): (
                rdataset.ttl,
                frozenset(map(shown, rdataset)),
            )
            for name, rdataset in found.iterate_rdatasets()
            if rdataset.rdtype != dns.rdatatype.SOA
        }

    def add(self, name: str, ttl: int, rdtype: str, *values: str) -> None:
        """Put a record set there, as somebody else would."""
        update = dns.update.UpdateMessage(ZONE, keyring=self._keyring())
        update.replace(name, ttl, rdtype, *values)
        answer = dns.query.tcp(update, "127.0.0.1", port=self.port, timeout=10)
        assert answer.rcode() == 0

    def _keyring(self) -> dict[dns.name.Name, dns.tsig.Key]:
        return dns.tsigkeyring.from_text({KEY_NAME: ("hmac-sha256", self.secret)})


@contextmanager
def bind(folder: Path, records: str = "") -> Iterator[Signed]:
    """BIND's named with example.com, `records` after its SOA and NS."""
    with _serving(folder, records, _NAMED, [str(program("named")), "-f", "-c"]) as server:
        yield server


@contextmanager
def knot(folder: Path, records: str = "") -> Iterator[Signed]:
    """Knot's knotd with example.com, `records` after its SOA and NS."""
    with _serving(folder, records, _KNOT, [str(program("knotd")), "-c"]) as server:
        yield server


@contextmanager
def _serving(folder: Path, records: str, template: str, command: list[str]) -> Iterator[Signed]:
    server = Signed(free_port(), base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
    (folder / "example.com.zone").write_text(APEX + records, encoding="ascii")
    configuration = folder / "server.conf"
    configuration.write_text(
        template.format(folder=folder, port=server.port, key=KEY_NAME, secret=server.secret), encoding="ascii"
    )
    with running([*command, str(configuration)], server.port, ZONE.rstrip(".")):
        yield server
