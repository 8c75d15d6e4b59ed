"""The MX record sets of a zone, each exchange with its preference and its place in the value."""

from __future__ import annotations

import ipaddress
from typing import Literal, NamedTuple

from mailcheck.model.location import Location
from mailcheck.model.names import IPAddress, absolute, is_at_or_below
from mailcheck.model.record import Record, RecordSet
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone, per_zone

ExchangeKind = Literal["null", "address", "local", "host"]


class Exchange(NamedTuple):
    """One MX record, read (RFC 1035 section 3.3.9).

    - `name`: the exchange, absolute and lower case.
    - `preference`: 0 to 65535, None where the file gave something else.
    - `address`: the IP address that stands where a host name must, also where the zone's name was
      added to it (`192.0.2.1.example.com.`).
    - `kind`: `null` (RFC 7505), `address`, `local` (localhost or a single label), or a `host` worth asking for.
    """

    record: Record
    name: str
    preference: int | None
    address: IPAddress | None
    kind: ExchangeKind

    @property
    def shown(self) -> str:
        """The name as a reader sees it: without the final dot, an overlong one shortened."""
        return shown_name(self.name)

    @property
    def start(self) -> int:
        """Where the exchange begins in the record's text."""
        return self.record.text.find(" ") + 1

    @property
    def at(self) -> Location:
        """The exchange in its file."""
        return self.record.at.within(self.start, len(self.record.text))

    @property
    def preference_at(self) -> Location:
        """The preference in its file."""
        return self.record.at.within(0, self.start - 1)


class MxSet:
    """All MX records of one owner name.

    - `exchanges`: every exchange in the order of the file, repeated ones included.
    - `hosts`: the exchanges whose addresses can be asked for, each name once; `host_names` are their names.
    """

    type = "MX"

    def __init__(self, records: RecordSet, zone: Zone) -> None:
        self.records = records
        self.zone = zone
        self.exchanges = tuple([_read(record, zone) for record in records.records if " " in record.text])
        hosts = {exchange.name: exchange for exchange in self.exchanges if exchange.kind == "host"}
        self.hosts = tuple(hosts.values())
        self.host_names = tuple(hosts)

    @property
    def name(self) -> str:
        return self.records.name

    @property
    def is_null(self) -> bool:
        """Whether the domain says that it takes no mail (RFC 7505 section 3), be it with a wrong preference."""
        return not self.hosts and {exchange.kind for exchange in self.exchanges} == {"null"}


@per_zone
def mx_sets(zone: Zone) -> tuple[MxSet, ...]:
    """Every MX record set of the zone, in the order of the file."""
    return tuple([MxSet(found, zone) for found in zone.record_sets("MX")])


def is_local(name: str) -> bool:
    """Whether a mail server would look for absolute `name` on itself: localhost, or a single label.

    RFC 6761 section 6.3 gives localhost and all below it to the loopback addresses.
    """
    return name.count(".") == 1 or name == "localhost.localdomain." or name.endswith(".localhost.")


def _read(record: Record, zone: Zone) -> Exchange:
    preference, _, target = record.text.partition(" ")
    name = absolute(target)
    address = _address(name, zone)
    return Exchange(record, name, _preference(preference), address, _kind(name, address))


def _kind(name: str, address: IPAddress | None) -> ExchangeKind:
    if name == ".":
        return "null"
    if address is not None:
        return "address"
    return "local" if is_local(name) else "host"


def _preference(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        return None
    value = int(text)
    return value if value <= 65_535 else None


def _address(name: str, zone: Zone) -> IPAddress | None:
    if not (name[0].isdigit() or name[0] == "[" or ":" in name):
        return None
    whole = _as_address(name.removesuffix("."))
    if whole is not None or name in zone.names:
        return whole
    labels = name.split(".")
    count = 1 if ":" in labels[0] else 4
    if not is_at_or_below(".".join(labels[count:]), zone.name):
        return None
    return _as_address(".".join(labels[:count]))


def _as_address(text: str) -> IPAddress | None:
    """The address that `text` is, also in the brackets of an address literal (RFC 5321 section 4.1.3)."""
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1].removeprefix("ipv6:")
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
