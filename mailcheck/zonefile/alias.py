"""A zone under another name: octoDNS's alias zones hold the records of another one."""

from __future__ import annotations

from dataclasses import replace

from mailcheck.model.finding import Refused
from mailcheck.model.zone import Zone
from mailcheck.zonefile.octodns_names import LONGEST_NAME, octets


def under_another_name(zone: Zone, name: str) -> tuple[Zone, tuple[Refused, ...]]:
    """The same records, at the same places of the same files, below `name`.

    What records point at stays as it is: octoDNS copies their values. Those whose names are too long are refused.
    """

    def moved(owner: str) -> str:
        return owner.removesuffix(zone.name) + name

    records, refused = [], []
    for record in zone.records:
        owner = moved(record.name)
        if octets(owner) > LONGEST_NAME:
            message = f"the whole name is longer than 253 characters in the alias zone {name.rstrip('.')}"
            refused.append(Refused("record-bad-name", record.owner_at, message))
        else:
            records.append(record._replace(name=owner))
    remarks = tuple([remark._replace(name=moved(remark.name)) for remark in zone.remarks])
    unread = frozenset(map(moved, zone.unread))
    return replace(zone, name=name, records=tuple(records), remarks=remarks, unread=unread), tuple(refused)
