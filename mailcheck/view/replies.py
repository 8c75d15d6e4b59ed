"""What a reply says of a name: its records, their absence, or where a chain leads (RFC 1034 section 5.3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from mailcheck.view.overlay import MAX_CHAIN
from mailcheck.view.wire import CNAME, NXDOMAIN, Reply, Row

SOURCE = "live"


class Further(NamedTuple):
    """A chain that the reply does not follow to its end: what is to be asked next."""

    name: str
    chain: tuple[str, ...]


def read_answer(
    reply: Reply, question: Question, code: int, *, chain: tuple[str, ...] = (), authenticated: bool = False
) -> Answer | Further:
    """The answer for a question of the type numbered `code`, reached by `chain`."""
    rows = dict.fromkeys(row for row in reply.rows if row.type == code)
    aliases: Mapping[str, str] = (
        {} if code == CNAME else {row.name: row.text for row in reply.rows if row.type == CNAME}
    )
    name = question.name
    first = len(chain)
    while name in aliases:
        chain = (*chain, name)
        name = aliases[name]
        if name in chain:
            return Unknown("unusable", f"CNAME loop at {name}", chain, name)
        if len(chain) > MAX_CHAIN:
            what = f"CNAME chain of over {MAX_CHAIN} names from {chain[0]}"
            return Unknown("unusable", what, chain, name)
    records = tuple(_record(row, question.type) for row in rows if row.name == name)
    if records:
        return Present(records, chain, authenticated, SOURCE)
    target = name if chain else ""
    if reply.rcode == NXDOMAIN:
        return Absent("nxdomain", chain, SOURCE, target)
    if len(chain) > first and not reply.is_proven:
        return Further(name, chain)
    return Absent("nodata", chain, SOURCE, target)


def _record(row: Row, rtype: str) -> Record:
    return Record(row.name, rtype, row.ttl, row.text, NOWHERE, NOWHERE, cuts=row.cuts)
