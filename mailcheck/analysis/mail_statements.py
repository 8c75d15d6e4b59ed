"""What the records of a zone say about mail: which kinds of statement, and for which domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from mailcheck.analysis.dkim_keys import selector_and_domain
from mailcheck.analysis.dmarc_records import POLICY_LABEL
from mailcheck.analysis.transport import STS_LABEL, TLS_RPT_LABEL
from mailcheck.grammar.dkim import parse_key
from mailcheck.grammar.dmarc import is_dmarc
from mailcheck.grammar.mta_sts import is_sts
from mailcheck.grammar.spf import is_spf
from mailcheck.grammar.tls_rpt import is_tls_rpt
from mailcheck.model.zone import Zone, per_zone

StatementKind = Literal["SPF", "DMARC", "DKIM", "MTA-STS", "TLS reporting"]

_NULL_EXCHANGE = "."


class Statement(NamedTuple):
    """One kind of authentication that a domain announces."""

    kind: StatementKind
    domain: str


def statement(name: str, rtype: str, value: str) -> Statement | None:
    """What one record says: a TXT by its text, a CNAME by the name at which it answers for somebody's TXT."""
    if rtype not in ("TXT", "CNAME"):
        return None
    is_alias = rtype == "CNAME"
    if name.startswith(POLICY_LABEL) and (is_alias or is_dmarc(value)):
        return Statement("DMARC", name.removeprefix(POLICY_LABEL))
    if name.startswith(STS_LABEL) and (is_alias or is_sts(value)):
        return Statement("MTA-STS", name.removeprefix(STS_LABEL))
    if name.startswith(TLS_RPT_LABEL) and (is_alias or is_tls_rpt(value)):
        return Statement("TLS reporting", name.removeprefix(TLS_RPT_LABEL))
    selected = selector_and_domain(name)
    if selected is not None and (is_alias or parse_key(value).encoded):
        return Statement("DKIM", selected[1])
    return Statement("SPF", name) if not is_alias and is_spf(value) else None


@per_zone
def statements(zone: Zone) -> frozenset[Statement]:
    """All that the zone announces; a revoked DKIM key announces nothing."""
    records = (
        record for rtype in ("TXT", "CNAME") for found in zone.record_sets(rtype) for record in found.records
    )
    found = (statement(record.name, record.type, record.text) for record in records)
    return frozenset(said for said in found if said is not None)


def exchanges(values: Sequence[str]) -> Mapping[str, str]:
    """The preference of each exchange that takes mail, by its absolute, lower-case name.

    Of one that is named twice it is the lower one: senders try it first.
    """
    found: dict[str, str] = {}
    for preference, _, exchange in (value.lower().partition(" ") for value in values):
        if exchange not in found or _rank(preference) < _rank(found[exchange]):
            found[exchange] = preference
    found.pop(_NULL_EXCHANGE, None)
    return found


def _rank(preference: str) -> int:
    return int(preference) if preference.isdecimal() else 0


@per_zone
def exchange_names(zone: Zone) -> frozenset[str]:
    """The hosts that the zone's MX records name."""
    return frozenset(
        host for found in zone.record_sets("MX") for host in exchanges([record.text for record in found.records])
    )
