"""Replies and types that the short way leaves out, read by dnspython."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from mailcheck.view.wire import TYPES, Reply, Row, read_head

if TYPE_CHECKING:
    from dns.name import Name
    from dns.rdata import Rdata
    from dns.rdatatype import RdataType

_ONLY_NAMES: Final = frozenset(
    {"AFSDB", "CNAME", "DNAME", "KX", "MINFO", "MX", "NS", "PTR", "PX", "RP", "RT", "SOA", "SRV"}
)
"""Types of names and numbers, where case says nothing."""


def type_code(mnemonic: str) -> int | None:
    """The number of a record type, None where there is no such type of data."""
    import dns.exception
    import dns.rdatatype

    try:
        value = dns.rdatatype.from_text(mnemonic)
    except (dns.exception.DNSException, ValueError):
        return None
    return None if dns.rdatatype.is_metatype(value) or not value else int(value)


def read_odd_reply(message: bytes, question: bytes) -> Reply | None:
    """As `mailcheck.view.wire.read_reply`, for any message; None where it cannot be read."""
    import dns.exception
    import dns.message
    import dns.rdataclass

    # Names may be compressed into the question, where the case is one of chance.
    message = message[:12] + question[:-4].lower() + message[12 + len(question) - 4 :]
    try:
        parsed = dns.message.from_wire(message, one_rr_per_rrset=True)
    except (dns.exception.DNSException, ValueError, IndexError, struct.error):
        return None
    wanted = int.from_bytes(question[-4:-2], "big")
    rows = tuple(
        _row(rrset.name, rrset.rdtype, rrset.ttl, rdata)
        for rrset in parsed.answer
        if rrset.rdclass == dns.rdataclass.IN and rrset.rdtype in (wanted, TYPES["CNAME"])
        for rdata in rrset
    )
    found = any([row.type == wanted for row in rows])
    authority = () if found else tuple(int(rrset.rdtype) for rrset in parsed.authority)
    return Reply(read_head(message), int(parsed.rcode()), rows, authority)


def _row(name: Name, rtype: RdataType, ttl: int, rdata: Rdata) -> Row:
    from dns.rdtypes.txtbase import TXTBase

    owner = name.to_text().lower()
    ttl = ttl if ttl < 1 << 31 else 0
    if isinstance(rdata, TXTBase):
        strings = [string.decode("latin-1") for string in rdata.strings]
        cuts = tuple(sum(map(len, strings[:index])) for index in range(1, len(strings)))
        return Row(owner, rtype, ttl, "".join(strings), cuts)
    text = rdata.to_text()
    return Row(owner, rtype, ttl, text.lower() if rtype.name in _ONLY_NAMES else text)
