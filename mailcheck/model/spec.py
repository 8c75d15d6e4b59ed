"""What domains, hosts and senders promise to do with mail; derived from the zones where nobody wrote it down."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from mailcheck.model.location import Location
from mailcheck.model.names import IPAddress

Mail = Literal["full", "send", "receive", "none"]
Role = Literal["mx", "submission", "relay", "forwarder"]
IPNetworkText = str
"""A network as CIDR text, `192.0.2.0/24` or `2001:db8::/48`."""


class MailRole(NamedTuple):
    """How one domain takes part in mail.

    `sends` and `receives` say what it does; `parked` that it declares to do neither (null MX, or
    `v=spf1 -all` without an MX). A name with no mail data at all is none of the three.
    """

    sends: bool = False
    receives: bool = False
    parked: bool = False


class HostSpec(NamedTuple):
    """A mail host that we run. Names are absolute and lower case; `selectors` are those that it signs with."""

    name: str
    at: Location
    addresses: tuple[IPAddress, ...] = ()
    helo: str = ""
    roles: frozenset[Role] = frozenset()
    selectors: tuple[str, ...] = ()
    srs_domain: str = ""


class SenderSpec(NamedTuple):
    """A service that sends for our domains: what its documentation asks us to publish.

    - `includes`: names for `include:` in SPF; `networks`: its addresses where it has no include.
    - `selectors`: DKIM selectors, `selectors_to` by selector the CNAME target where it has one.
    - `spf_aligns`, `dkim_aligns`: whether its envelope sender, its `d=` can be our domain.
    """

    name: str
    at: Location
    includes: tuple[str, ...] = ()
    networks: tuple[IPNetworkText, ...] = ()
    selectors: tuple[str, ...] = ()
    selectors_to: Mapping[str, str] = MappingProxyType({})
    spf_aligns: bool = True
    dkim_aligns: bool = True


class DomainSpec(NamedTuple):
    """What one domain promises: `policy` is the DMARC policy, `reports` the mailbox that reports go to."""

    name: str
    at: Location
    mail: Mail = "full"
    policy: Literal["none", "quarantine", "reject"] | None = None
    reports: str = ""
    hosts: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    users: bool = False


class MailSpec(NamedTuple):
    """The written spec, by absolute name (senders by their plain name); `written` is False where there is none."""

    domains: Mapping[str, DomainSpec] = MappingProxyType({})
    hosts: Mapping[str, HostSpec] = MappingProxyType({})
    senders: Mapping[str, SenderSpec] = MappingProxyType({})
    written: bool = False
