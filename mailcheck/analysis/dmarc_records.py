"""The DMARC records of a zone and what stands in their way, parsed once for all who read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from mailcheck.analysis.of_record import OfRecord
from mailcheck.analysis.text_places import texts_around
from mailcheck.grammar.dmarc import TAGS, is_dmarc, parse_dmarc
from mailcheck.grammar.dmarc_look_alike import Misspelling, misspelling
from mailcheck.grammar.report_uri import ReportUri
from mailcheck.grammar.tags import Tag
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.zone import Zone, per_zone

POLICY_LABEL: Final = "_dmarc."
REPORT_LABELS = "._report._dmarc."


class DmarcRecord(OfRecord):
    """A TXT record that receivers take as DMARC (RFC 9989 section 4.7)."""

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.tree = parse_dmarc(record.text)

    def tag(self, name: str) -> Tag | None:
        """The tag of that name that receivers read: the first."""
        return self.tree.first.get(name)

    @property
    def misnamed_rua(self) -> Tag | None:
        """The tag that receivers do not know and that holds what belongs into `rua`, where there is no `rua`."""
        if self.tag("rua") is not None:
            return None
        unknown = (tag for tag in self.tree.tags.tags if tag.name not in TAGS)
        return next((tag for tag in unknown if tag.value.lower().startswith("mailto:")), None)

    @property
    def version_at(self) -> Location:
        """The `v=DMARC1` that the record begins with."""
        version = self.tree.tags.tags[0]
        return self.at.within(version.start, version.end)

    @property
    def domain(self) -> str:
        """The domain whose policy this is: the owner name without `_dmarc`."""
        return self.name.removeprefix(POLICY_LABEL)

    def hosts_beside(self, domain: str) -> Mapping[str, ReportUri]:
        """The hosts, `domain` left out, that reports go to, in order, with the first URI that names each."""
        return _hosts(uri for uri in (*self.tree.rua, *self.tree.ruf) if uri.host != domain)

    @property
    def mailbox_hosts(self) -> Mapping[str, ReportUri]:
        """The domains that aggregate reports are mailed to, in order, with the first address at each."""
        return _hosts(uri for uri in self.tree.rua if uri.scheme == "mailto")


class ReportRecord(DmarcRecord):
    """`<domain>._report._dmarc.<host>`: the host takes the domain's reports (RFC 9990 section 4)."""

    @property
    def domain(self) -> str:
        """The domain whose reports are taken, `*.` for any."""
        return self.name.partition(REPORT_LABELS)[0] + "."

    @property
    def host(self) -> str:
        """The destination host, as an absolute name."""
        return self.name.partition(REPORT_LABELS)[2]


class DmarcLookAlike(OfRecord):
    """A TXT record at a DMARC name that was meant to be one, and that receivers ignore."""

    def __init__(self, record: Record, misspelling: Misspelling) -> None:
        super().__init__(record)
        self.misspelling = misspelling


class DmarcDetour(OfRecord):
    """A record that answers at policy names without standing there as their TXT record.

    Of type TXT: a wildcard that holds a DMARC record. Of type CNAME: one at a `_dmarc` name.
    """

    @property
    def domain(self) -> str:
        """The domain whose policy is read here."""
        return self.name.removeprefix(POLICY_LABEL)


def is_policy_name(name: str) -> bool:
    """Whether receivers may look for a policy at `name`: `*` is a wildcard as the first label only."""
    return name.startswith(POLICY_LABEL) and "*" not in name


def is_report_name(name: str) -> bool:
    """Whether receivers may look there for the consent to take a domain's reports."""
    return REPORT_LABELS in name and not name.startswith(POLICY_LABEL)


def distinct(records: Iterable[Record]) -> tuple[Record, ...]:
    """Those that receivers take as DMARC; of equal ones the first, since DNS serves them as one."""
    found = {(record.text, record.cuts): record for record in reversed(tuple(records)) if is_dmarc(record.text)}
    return tuple(reversed(found.values()))


@per_zone
def dmarc_records(zone: Zone) -> tuple[DmarcRecord, ...]:
    """Every DMARC policy record, several at one name included, in the order of the file."""
    return tuple([DmarcRecord(record) for record in _dmarc_texts(zone) if is_policy_name(record.name)])


@per_zone
def report_records(zone: Zone) -> tuple[ReportRecord, ...]:
    """Every record by which a host of the zone takes the reports of another domain."""
    return tuple([ReportRecord(record) for record in _dmarc_texts(zone) if is_report_name(record.name)])


@per_zone
def dmarc_and_report_records(zone: Zone) -> tuple[DmarcRecord, ...]:
    """The policy records, then the report records."""
    return (*dmarc_records(zone), *report_records(zone))


def dmarc_look_alikes(zone: Zone) -> Iterator[DmarcLookAlike]:
    """What stands at a policy or report name and only looks like DMARC."""
    for texts in texts_around(zone, POLICY_LABEL):
        if is_policy_name(texts.name) or is_report_name(texts.name):
            for record in texts.records:
                fault = misspelling(record.text)
                if fault is not None:
                    yield DmarcLookAlike(record, fault)


def stray_dmarc_records(zone: Zone) -> Iterator[DmarcRecord]:
    """DMARC records at names where no receiver looks for one; wildcards, which may answer there, left out."""
    for record in _dmarc_texts(zone):
        name = record.name
        if not (is_policy_name(name) or is_report_name(name) or name.startswith("*.")):
            yield DmarcRecord(record)


def dmarc_detours(zone: Zone) -> tuple[DmarcDetour, ...]:
    """The wildcards with a DMARC record that cover policy names, and the CNAMEs at policy names."""
    texts = _dmarc_texts(zone)
    wildcards = [record for record in texts if record.name.startswith("*.") and "._" not in record.name]
    return (*_policy_aliases(zone), *[DmarcDetour(record) for record in wildcards])


def policies_and_aliases(zone: Zone) -> tuple[DmarcRecord | DmarcDetour, ...]:
    """The policy records, and the CNAMEs at policy names: each is where one domain's policy is found.

    A name that ends in the zone's name twice is left out: it is nobody's domain.
    """
    doubled = f".{zone.name}{zone.name}"
    records = [record for record in dmarc_records(zone) if not record.name.endswith(doubled)]
    return (*records, *_policy_aliases(zone))


def _hosts(uris: Iterable[ReportUri]) -> Mapping[str, ReportUri]:
    hosts: dict[str, ReportUri] = {}
    for uri in uris:
        if uri.problem is None and uri.host:
            hosts.setdefault(uri.host, uri)
    return hosts


@per_zone
def _dmarc_texts(zone: Zone) -> Sequence[Record]:
    """The TXT records that read as DMARC, at whatever name."""
    return [record for found in zone.record_sets("TXT") for record in found.records if is_dmarc(record.text)]


@per_zone
def _policy_aliases(zone: Zone) -> Sequence[DmarcDetour]:
    return [DmarcDetour(found.records[0]) for found in zone.record_sets("CNAME") if is_policy_name(found.name)]
