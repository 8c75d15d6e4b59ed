"""BIND, Knot and every other server that takes dynamic updates (RFC 2136) signed with TSIG (RFC 8945)."""

from __future__ import annotations

import binascii
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mailcheck.errors import ProviderError, UsageError
from mailcheck.sync.provider import ProviderSettings, RawRecord, Step
from mailcheck_providers.environment import Secrets, port, variable
from mailcheck_providers.packing import SERVER_KEEPS, Operation
from mailcheck_providers.presented import PresentedProvider

if TYPE_CHECKING:
    from dns.update import UpdateMessage

_ALGORITHMS = ("hmac-sha256", "hmac-sha384", "hmac-sha512", "hmac-sha224", "hmac-sha1")
_TIMEOUT = 15.0
_TRANSFER = 120.0
_UNSIGNED = 65_000


def open_provider(settings: ProviderSettings) -> BindProvider:
    """From BIND_HOST, BIND_PORT (53), BIND_KEY_NAME, BIND_KEY_SECRET, BIND_KEY_ALGORITHM (hmac-sha256)."""
    if settings.options:
        raise UsageError(
            f"the provider {settings.name} takes no options", hint="it is set up by BIND_... variables"
        )
    given = settings.environment
    host = variable(given, "BIND_HOST", "the address of the primary server")
    number = port(given, "BIND_PORT", 53)
    key_name = variable(given, "BIND_KEY_NAME", "the name of the TSIG key")
    secret = variable(given, "BIND_KEY_SECRET", "the secret of the TSIG key, in base64")
    algorithm = variable(given, "BIND_KEY_ALGORITHM", "the algorithm of the TSIG key", _ALGORITHMS[0]).lower()
    if algorithm not in _ALGORITHMS:
        raise UsageError(f"BIND_KEY_ALGORITHM must be one of {', '.join(_ALGORITHMS)}")
    try:
        binascii.a2b_base64(secret, strict_mode=True)
    except binascii.Error:
        raise UsageError("BIND_KEY_SECRET is not base64") from None
    return BindProvider(settings.name, host, number, key_name, secret, algorithm)


class BindProvider(PresentedProvider):
    """Reads by zone transfer; one step is one update message, which the server takes whole or not at all.

    Each message has the record sets as they were read for its prerequisites (RFC 2136 section 2.4): what
    somebody else changed meanwhile is never overwritten.
    """

    transaction = 100
    largest = 48_000

    def __init__(self, name: str, host: str, number: int, key_name: str, secret: str, algorithm: str) -> None:
        try:
            from octodns_bind import Rfc2136Provider
        except ImportError:
            raise UsageError(
                f"the provider {name} needs octodns-bind", hint="pip install 'mailcheck-dns[bind]'"
            ) from None
        secrets = Secrets([secret])
        self._server = f"{host} port {number}"
        self._key_name = key_name
        try:
            target = self.reading_ours(Rfc2136Provider)(
                name,
                host=host,
                port=number,
                timeout=_TIMEOUT,
                key_name=key_name,
                key_secret=secret,
                key_algorithm=algorithm,
            )
        except Exception as error:
            raise ProviderError(secrets.hidden_in(f"{name}: {host}: {error}")) from None
        super().__init__(name, target, secrets)

    def sets(self, zone: str) -> list[RawRecord]:
        import dns.query
        import dns.rdatatype
        import dns.xfr
        import dns.zone

        found = dns.zone.Zone(zone, relativize=False)
        query, _ = dns.xfr.make_query(found, **self.target._auth_params())
        with self._exchange(f"the transfer of {zone}"):
            dns.query.inbound_xfr(
                self.target.host, found, query, port=self.target.port, timeout=_TIMEOUT, lifetime=_TRANSFER
            )
        return [
            {
                "name": name.to_text().lower(),
                "type": rdtype,
                "ttl": rdataset.ttl,
                "values": sorted([rdata.to_text() for rdata in rdataset]),
            }
            for name, rdataset in found.iterate_rdatasets()
            for rdtype in [dns.rdatatype.to_text(rdataset.rdtype)]
            if rdtype not in SERVER_KEEPS
        ]

    def shared_out(self, operations: Sequence[Operation]) -> Sequence[Step]:
        steps = super().shared_out(operations)
        for step in steps:
            if sum(map(self.size, step.operations)) > self.largest:
                self._refuse_too_big(step)
        return steps

    def send(self, zone: str, operations: Sequence[Operation]) -> None:
        import dns.query
        import dns.rcode

        message = update_message(zone, operations, self.target._auth_params())
        with self._exchange("the update"):
            answer = dns.query.tcp(message, self.target.host, port=self.target.port, timeout=_TIMEOUT)
        code = answer.rcode()
        if code in (dns.rcode.NXRRSET, dns.rcode.YXRRSET, dns.rcode.YXDOMAIN):
            raise self.refused(
                f"{zone} was changed by somebody else since it was read, or a CNAME would not stand alone",
                hint="run sync again",
            )
        if code != dns.rcode.NOERROR:
            raise self.refused(
                f"the server answered {dns.rcode.to_text(code)} to the update of {zone}",
                hint=f"its log says why: the key {self._key_name} may not write there, or an MX has no address",
            )
        if not answer.had_tsig:
            raise OSError("the answer to the update is not signed")

    def size(self, each: Operation) -> int:
        return sum([_octets(raw) for raw in (each["before"], each["after"]) if raw is not None])

    def _refuse_too_big(self, step: Step) -> None:
        import dns.exception

        try:
            update_message(step.names[0], step.operations, {}).to_wire(max_size=_UNSIGNED)
        except dns.exception.TooBig:
            raise self.refused(f"{step.names[0]} is too big: an update message holds 64 KB") from None

    @contextmanager
    def _exchange(self, what: str) -> Iterator[None]:
        """Errors of which nothing was written, in words; others pass."""
        import dns.rcode
        import dns.tsig
        import dns.xfr

        try:
            yield
        except dns.tsig.PeerBadKey:
            raise self.refused(f"the server does not know the TSIG key {self._key_name}") from None
        except dns.tsig.PeerBadSignature:
            raise self.refused(f"the server has another secret for the TSIG key {self._key_name}") from None
        except dns.tsig.PeerBadTime:
            raise self.refused("the clocks of this machine and of the server are too far apart for TSIG") from None
        except dns.xfr.TransferError as error:
            raise self.refused(
                f"the server answered {dns.rcode.to_text(error.rcode)} to {what}",
                hint=f"it must hold the zone, and let the key {self._key_name} transfer it",
            ) from None
        except ConnectionRefusedError:
            raise self.refused(f"nothing listens at {self._server}") from None


def update_message(zone: str, operations: Sequence[Operation], signing: Mapping[str, Any]) -> UpdateMessage:
    """One update: each record set must be as it was read, then is as it is wanted (RFC 2136 sections 2.4, 2.5).

    Deletions come first: a server silently leaves out a CNAME where other data are, and the reverse (3.4.2.2).
    """
    from dns.update import UpdateMessage

    message = UpdateMessage(zone, **signing)
    for each in operations:
        if each["before"] is not None:
            message.present(each["name"], each["type"], *each["before"]["values"])
        elif each["type"] == "CNAME" and not _others(each, operations):
            message.absent(each["name"])
        else:
            message.absent(each["name"], each["type"])
    for each in operations:
        if each["before"] is not None and not _is_apex_ns(zone, each):
            message.delete(each["name"], each["type"])
    for each in operations:
        if each["after"] is not None:
            message.add(each["name"], each["after"]["ttl"], each["type"], *each["after"]["values"])
    for each in filter(lambda each: _is_apex_ns(zone, each), operations):
        # A server does not take away a zone's name servers as a set, nor the last of them (3.4.2.3, 3.4.2.4).
        for gone in sorted(_values(each["before"]) - _values(each["after"])):
            message.delete(each["name"], each["type"], gone)
    return message


def _others(each: Operation, operations: Sequence[Operation]) -> bool:
    return any([other["name"] == each["name"] and other is not each for other in operations])


def _is_apex_ns(zone: str, each: Operation) -> bool:
    return bool(each["type"] == "NS" and each["name"] == zone)


def _values(raw: RawRecord | None) -> set[str]:
    return set() if raw is None else set(raw["values"])


def _octets(raw: RawRecord) -> int:
    """No less than a record set takes in a message: a value's text is hardly shorter than its octets."""
    return sum([len(raw["name"]) + len(value) + 26 for value in raw["values"]])
