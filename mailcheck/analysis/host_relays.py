"""Other hosts that a Postfix hands its outgoing mail to, and for which senders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.addresses import parse_address
from mailcheck.analysis.host_egress import is_loopback_hop, next_hop, relays
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.networks import DOCUMENTATION, special_network
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_maps import COMPILED, MapUse
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.grammar.table import TableRow, parse_table
from mailcheck.model.location import Location
from mailcheck.model.names import is_at_or_below

_BY_SENDER = ("sender_dependent_relayhost_maps", "sender_dependent_default_transport_maps")
_SERVICES = {
    "amazonaws.com.": "amazon-ses", "brevo.com.": "brevo", "sendinblue.com.": "brevo",
    "messagingengine.com.": "fastmail", "gandi.net.": "gandi", "gmail.com.": "google-workspace",
    "mail.me.com.": "icloud", "mailgun.org.": "mailgun", "mailjet.com.": "mailjet",
    "mandrillapp.com.": "mandrill", "office365.com.": "microsoft-365", "outlook.com.": "microsoft-365",
    "migadu.com.": "migadu", "postmarkapp.com.": "postmark", "emailsrvr.com.": "rackspace",
    "sendgrid.net.": "sendgrid", "sparkpostmail.com.": "sparkpost", "zoho.com.": "zoho", "zoho.eu.": "zoho",
}  # fmt: skip
"""Where the services of the catalogue take mail for relaying, by the end of the name."""


class Relay(NamedTuple):
    """A next hop outside: `host` as named (`smtp.example.net`, an address), `sender` the one domain it is for.

    `sender` is absolute, and empty where mail of all senders goes there.
    """

    host: str
    at: Location
    sender: str = ""

    @property
    def service(self) -> str:
        """The service of the catalogue that runs it, empty where none is known to."""
        name = mail_domain(self.host) or ""
        return next((key for ending, key in _SERVICES.items() if is_at_or_below(name, ending)), "")


class Relays(NamedTuple):
    """`unread`: tables that may name more."""

    found: tuple[Relay, ...]
    unread: tuple[str, ...]


def outgoing_relays(facts: HostFacts, postfix: Postfix) -> Relays:
    """The relays of `relayhost`, `default_transport` and the tables that choose by sender or recipient.

    A row of transport_maps for one destination is an own mail server of that domain, as a rule: it counts where it
    names a service of the catalogue, and `*` counts.
    """
    found = [Relay(next_hop(item.text), item.at) for item in relays(postfix)]
    default = postfix.of("default_transport")
    found += _hop(default.value, default.at)
    unread = []
    for use in postfix.maps:
        if use.setting in (*_BY_SENDER, "transport_maps"):
            rows = _rows(use, facts)
            if rows is None:
                unread.append(f"{use.type}:{use.path}")
            for row in rows or ():
                found += _of_row(use.setting, row)
    return Relays(tuple(found), tuple(unread))


def is_private(host: str) -> bool:
    """Whether it is an address that only the own network knows."""
    address = parse_address(host)
    special = special_network(address) if address else None
    return special is not None and special.purpose != DOCUMENTATION


def _rows(use: MapUse, facts: HostFacts) -> tuple[TableRow, ...] | None:
    file = facts.machine.file(use.path)
    if use.type not in {*COMPILED, "texthash"} or file is None or file.text is None:
        return None
    return parse_table(file.text, use.path, use.type)


def _of_row(setting: str, row: TableRow) -> Iterator[Relay]:
    if setting == "sender_dependent_relayhost_maps":
        if not is_loopback_hop(row.value.text):
            yield Relay(next_hop(row.value.text), row.value.at, _sender(row.key.text))
        return
    for relay in _hop(row.value.text, row.value.at):
        if setting == "sender_dependent_default_transport_maps":
            yield relay._replace(sender=_sender(row.key.text))
        elif row.key.text == "*" or relay.service:
            yield relay


def _hop(transport: str, at: Location) -> list[Relay]:
    name, _, hop = transport.partition(":")
    if name in ("local", "virtual", "lmtp", "error", "discard", "retry") or not hop or is_loopback_hop(hop):
        return []
    return [Relay(next_hop(hop), at)]


def _sender(key: str) -> str:
    return mail_domain(key.rpartition("@")[2]) or ""
