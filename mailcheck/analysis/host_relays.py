"""Other hosts that a Postfix hands its outgoing mail to, and for which senders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.addresses import parse_address
from mailcheck.analysis.host_egress import is_loopback_hop, next_hop, relays
from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.networks import DOCUMENTATION, special_network
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_access import rows_for_all
from mailcheck.analysis.postfix_settings import Item
from mailcheck.analysis.postfix_tables import TableRows, table_rows
from mailcheck.grammar.config_lines import Word
from mailcheck.grammar.mail_domain import mail_domain
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
    found = [Relay(next_hop(item.text), item.at) for item in (*relays(postfix), *_fallbacks(postfix))]
    default = postfix.of("default_transport")
    found += _hop(default.value, default.at)
    unread = []
    for use in postfix.maps:
        if use.setting in (*_BY_SENDER, "transport_maps"):
            tables = table_rows(f"{use.type}:{use.path}", use.at, facts.machine.files)
            for table in () if isinstance(tables, NotDetermined) else tables:
                found += _of_table(use.setting, table)
            if isinstance(tables, NotDetermined) or any([_is_open(table) for table in tables]):
                unread.append(f"{use.type}:{use.path}")
    return Relays(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(unread)))


def is_private(host: str) -> bool:
    """Whether it is an address that only the own network knows."""
    address = parse_address(host)
    special = special_network(address) if address else None
    return special is not None and special.purpose != DOCUMENTATION


def _fallbacks(postfix: Postfix) -> Iterator[Item]:
    """Where mail goes whose own destination does not answer."""
    for service in postfix.services_running("smtp") or (None,):
        for item in postfix.items("smtp_fallback_relay", service):
            if not is_loopback_hop(item.text):
                yield item


def _is_open(table: TableRows) -> bool:
    """Whether it hands on mail of senders that its patterns do not tell."""
    return table.kind in ("patterns", "networks") and len(list(rows_for_all(table))) < len(table.rows)


def _of_table(setting: str, table: TableRows) -> Iterator[Relay]:
    """What rows name; `sender` is of rows with a key, those for everybody have none."""
    rows = table.rows if table.kind == "keys" else rows_for_all(table)
    for row in rows:
        everybody = table.kind != "keys" or row.key.text == "*"
        sender = "" if everybody else _sender(row.key.text)
        for relay in _of_value(setting, row.value):
            if setting != "transport_maps":
                yield relay._replace(sender=sender)
            elif everybody or relay.service:
                yield relay
    if setting == "transport_maps" and table.kind == "patterns":
        yield from [one for row in table.rows for one in _of_value(setting, row.value) if one.service]


def _of_value(setting: str, value: Word) -> list[Relay]:
    if "$" in value.text:
        return []
    if setting != "sender_dependent_relayhost_maps":
        return _hop(value.text, value.at)
    if not value.text or value.text.upper() == "DUNNO" or is_loopback_hop(value.text):
        return []
    return [Relay(next_hop(value.text), value.at)]


def _hop(transport: str, at: Location) -> list[Relay]:
    name, _, hop = transport.partition(":")
    if name in ("local", "virtual", "lmtp", "error", "discard", "retry") or not hop or is_loopback_hop(hop):
        return []
    return [Relay(next_hop(hop), at)]


def _sender(key: str) -> str:
    return mail_domain(key.rpartition("@")[2]) or ""
