"""What a zone says of TLS for mail: MTA-STS, TLS reporting, TLSA, CAA; and its BIMI records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import ClassVar, Final, NamedTuple

from mailcheck.analysis.mx_records import mx_sets
from mailcheck.analysis.of_record import OfRecord
from mailcheck.analysis.text_places import texts_around
from mailcheck.grammar.bimi import BimiRecord, parse_bimi
from mailcheck.grammar.fault import Fault
from mailcheck.grammar.mta_sts import Policy, is_sts, parse_policy, parse_record
from mailcheck.grammar.tls_rpt import is_tls_rpt, parse_tls_rpt
from mailcheck.grammar.tlsa import TlsaRecord, parse_tlsa
from mailcheck.model.dns import POLICY
from mailcheck.model.index import Index, all_names
from mailcheck.model.location import Location, Piece
from mailcheck.model.names import absolute, parent
from mailcheck.model.record import Record, RecordSet
from mailcheck.model.zone import PolicyFile, Zone, per_zone

STS_LABEL: Final = "_mta-sts."
POLICY_HOST_LABEL = "mta-sts."
TLS_RPT_LABEL: Final = "_smtp._tls."
SMTP_LABEL = "_25._tcp."
_BIMI_LABEL: Final = "_bimi."


class Declaration(NamedTuple):
    """A TXT record or policy file by which a domain says something of TLS, with the faults of its text."""

    name: str
    type: str
    at: Location
    faults: tuple[Fault, ...]


class StsPolicy:
    """An MTA-STS policy that lies beside the zone, read; `at` maps offsets of its text to lines."""

    type: ClassVar[str] = POLICY

    def __init__(self, file: PolicyFile) -> None:
        self.file = file

    @property
    def name(self) -> str:
        return self.file.domain

    @cached_property
    def policy(self) -> Policy:
        return parse_policy(self.file.text)

    @cached_property
    def at(self) -> Location:
        return _by_line(self.file)


class StsDomain(NamedTuple):
    """A domain that announces MTA-STS: by a TXT record of its own, or by a CNAME to someone else's.

    `name` and `type` are the record's, `at` its value.
    """

    name: str
    type: str
    at: Location

    @property
    def domain(self) -> str:
        return self.name.removeprefix(STS_LABEL)


class Tlsa(OfRecord):
    """A TLSA record, read."""

    @cached_property
    def tree(self) -> TlsaRecord:
        return parse_tlsa(self.record.text)

    @property
    def is_smtp(self) -> bool:
        """Whether it speaks of mail between servers, port 25 (RFC 7672 section 2.2.3)."""
        return self.name.startswith(SMTP_LABEL)


class Bimi(OfRecord):
    """A TXT record below `_bimi`, read. `domain` is the author domain that it speaks for."""

    def __init__(self, record: Record, domain: str) -> None:
        super().__init__(record)
        self.domain = domain

    @cached_property
    def tree(self) -> BimiRecord:
        return parse_bimi(self.record.text)


@per_zone
def sts_texts(zone: Zone) -> tuple[RecordSet, ...]:
    """The TXT record sets at `_mta-sts`."""
    return tuple([texts for texts in texts_around(zone, STS_LABEL) if texts.name.startswith(STS_LABEL)])


@per_zone
def tls_rpt_texts(zone: Zone) -> tuple[RecordSet, ...]:
    """The TXT record sets at `_smtp._tls`."""
    return tuple([texts for texts in texts_around(zone, TLS_RPT_LABEL) if texts.name.startswith(TLS_RPT_LABEL)])


def sts_declarations(zone: Zone) -> tuple[Declaration, ...]:
    """The MTA-STS records that senders read, and the policies beside the zone.

    Where a name holds records but none that begins with `v=STSv1;`, all of them are listed: senders
    discard each (RFC 8461 section 3.1).
    """
    records = tuple(
        Declaration(record.name, "TXT", record.at, parse_record(record.text).faults)
        for texts in sts_texts(zone)
        for record in _read_ones(texts, is_sts)
    )
    policies = (Declaration(file.name, POLICY, file.at, file.policy.faults) for file in sts_policies(zone))
    return (*records, *policies)


def tls_rpt_declarations(zone: Zone) -> tuple[Declaration, ...]:
    """The TLS reporting records that reporters read, chosen as in sts_declarations() (RFC 8460 section 3)."""
    return tuple(
        Declaration(record.name, "TXT", record.at, parse_tls_rpt(record.text).faults)
        for texts in tls_rpt_texts(zone)
        for record in _read_ones(texts, is_tls_rpt)
    )


def sts_policies(zone: Zone) -> tuple[StsPolicy, ...]:
    """The policies beside the zone."""
    return tuple(StsPolicy(file) for file in zone.policies.values())


@per_zone
def sts_domains(zone: Zone) -> tuple[StsDomain, ...]:
    """The domains of the zone that announce MTA-STS."""
    return tuple(_announced(zone))


@per_zone
def tlsa_records(zone: Zone) -> tuple[Tlsa, ...]:
    """Every TLSA record, of whatever port."""
    return tuple(Tlsa(record) for found in zone.record_sets("TLSA") for record in found.records)


def smtp_tlsa_sets(zone: Zone) -> tuple[RecordSet, ...]:
    """The TLSA record sets for port 25."""
    return tuple(found for found in zone.record_sets("TLSA") if found.name.startswith(SMTP_LABEL))


def bimi_records(zone: Zone) -> tuple[Bimi, ...]:
    """The TXT records at BIMI selectors; a record at `_bimi` itself has no selector and is not read."""
    found = []
    for texts in texts_around(zone, _BIMI_LABEL):
        selector, label, domain = texts.name.partition(f".{_BIMI_LABEL}")
        if label and selector:
            found += [Bimi(record, domain) for record in texts.records]
    return tuple(found)


def _may_stand_at(name: str, zone: Zone) -> bool:
    types = zone.names.get(name)
    return zone.may_hold_more(name) or (types is not None and not types.keys().isdisjoint({"TXT", "CNAME"}))


def has_tls_reports(zone: Zone, domain: str) -> bool:
    """Whether the domain may have anything at `_smtp._tls`, be it wrong: other rules speak of that."""
    return _may_stand_at(TLS_RPT_LABEL + domain, zone)


def announces_sts(zone: Zone, domain: str) -> bool:
    """Whether the domain may have anything at `_mta-sts`, be it wrong: other rules speak of that."""
    return _may_stand_at(STS_LABEL + domain, zone)


def _tlsa_hosts(zone: Zone) -> tuple[str, ...]:
    return tuple(
        [
            found.name.removeprefix(SMTP_LABEL)
            for rtype in ("TLSA", "CNAME")
            for found in zone.record_sets(rtype)
            if found.name.startswith(SMTP_LABEL)
        ]
    )


tlsa_hosts = Index(_tlsa_hosts, all_names)
"""The hosts for which a declared zone holds TLSA records for port 25, or a CNAME to some."""


_Exchanges = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]
"""The exchanges that a zone names, and what each of its aliases leads to."""


def _exchanges(zone: Zone) -> _Exchanges:
    return (
        tuple([exchange.name for mx in mx_sets(zone) for exchange in mx.hosts]),
        tuple([(alias.name, alias.text) for found in zone.record_sets("CNAME") for alias in found.records]),
    )


def _with_alias_targets(_: Sequence[Zone], parts: Iterable[_Exchanges]) -> frozenset[str]:
    exchanges: set[str] = set()
    aliases: list[tuple[str, str]] = []
    for names, targets in parts:
        exchanges.update(names)
        aliases += targets
    for name, target in aliases:
        if name in exchanges or name.startswith(SMTP_LABEL):
            exchanges.add(absolute(target).removeprefix(SMTP_LABEL))
    return frozenset(exchanges)


exchange_hosts = Index(_exchanges, _with_alias_targets)
"""The exchanges that any declared zone names, and what they are a CNAME to (RFC 7672 section 2.2.3)."""


def relevant_caa(zone: Zone, name: str) -> tuple[Record, ...]:
    """The CAA records that hold for `name`: the first on the way up to the zone's apex (RFC 8659 section 3)."""
    while True:
        records = zone.at_name(name, "CAA")
        if records or name in (zone.name, "."):
            return records
        name = parent(name)


def forbids_certificates(records: Iterable[Record]) -> bool:
    """Whether CAA records name no authority that may issue (RFC 8659 section 4.2: `issue ";"`)."""
    issuers = []
    for record in records:
        fields = record.text.split(" ", 2)
        if len(fields) == 3 and fields[1].lower() == "issue":
            issuers.append(fields[2].strip('" ').partition(";")[0].strip())
    return bool(issuers) and not any(issuers)


def _read_ones(texts: RecordSet, is_read: Callable[[str], bool]) -> Sequence[Record]:
    return [record for record in texts.records if is_read(record.text)] or texts.records


def _announced(zone: Zone) -> Iterator[StsDomain]:
    aliases = {
        found.name: found.records for found in zone.record_sets("CNAME") if found.name.startswith(STS_LABEL)
    }
    for texts in sts_texts(zone):
        read = next((record for record in texts.records if is_sts(record.text)), None)
        if read is not None:
            aliases.pop(texts.name, None)
            yield StsDomain(texts.name, read.type, read.at)
    for name, records in aliases.items():
        yield StsDomain(name, "CNAME", records[0].at)


def _by_line(file: PolicyFile) -> Location:
    """The file's location with a piece for each line, since offsets count the line ends."""
    pieces = []
    offset = 0
    for line, text in enumerate(file.text.split("\n"), file.at.line):
        pieces.append(Piece(offset, line, 1))
        if not offset and text.startswith("\ufeff"):
            pieces.append(Piece(1, line, 1))  # a byte order mark takes no column
        offset += len(text) + 1
    return Location(file.at.path, *file.at.span, tuple(pieces))
