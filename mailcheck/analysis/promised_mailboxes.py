"""Mailboxes that zones promise: where DMARC and TLS reports go, and whom an SOA record names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from mailcheck.analysis.dmarc_records import dmarc_records
from mailcheck.analysis.transport import tls_rpt_texts
from mailcheck.grammar.tls_rpt import is_tls_rpt, parse_tls_rpt
from mailcheck.model.location import Location
from mailcheck.model.names import split_labels
from mailcheck.model.zone import Zone


class PromisedMailbox(NamedTuple):
    """A mailbox as a zone names it at `at`; `domain` is without final dot. `what` says what is sent there."""

    local: str
    domain: str
    at: Location
    what: str


def promised_mailboxes(zone: Zone) -> Iterator[PromisedMailbox]:
    """Report addresses (RFC 9989 section 4.7, RFC 8460 section 3), and whom the SOA names."""
    for policy in dmarc_records(zone):
        for uri in (*policy.tree.rua, *policy.tree.ruf):
            if uri.scheme == "mailto" and uri.problem is None:
                yield from _mailto(uri.text, policy.at.within(uri.start, uri.end), "DMARC reports")
    for texts in tls_rpt_texts(zone):
        for record in texts.records:
            for found in parse_tls_rpt(record.text).destinations if is_tls_rpt(record.text) else ():
                if found.uri.lower().startswith("mailto:"):
                    yield from _mailto(found.uri, record.at.within(found.start, found.end), "TLS reports")
    for record in zone.at_name(zone.name, "SOA"):
        labels = split_labels(record.text.split()[1]) if len(record.text.split()) > 1 else []
        if len(labels) > 1:
            local = labels[0].replace("\\.", ".")
            yield PromisedMailbox(local, ".".join(labels[1:]).lower(), record.at, "what the zone's readers write")


def _mailto(uri: str, at: Location, what: str) -> Iterator[PromisedMailbox]:
    address = uri.partition(":")[2].partition("?")[0]
    local, _, domain = unquote(address).rpartition("@")
    if local and domain:
        yield PromisedMailbox(local, domain.lower().rstrip("."), at, what)
