"""What domains, hosts and senders promise to do with mail; derived from the zones where nobody wrote it down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from mailcheck.model.location import Location
from mailcheck.model.names import IPAddress

Mail = Literal["full", "send", "receive", "none"]
Policy = Literal["none", "quarantine", "reject"]
Role = Literal["mx", "submission", "relay", "forwarder"]
Places = Mapping[str, Location]
"""Where a key stands in the spec, by the key, and an item of a list by `key:item`."""
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
    places: Places = MappingProxyType({})

    def place(self, *keys: str) -> Location:
        """The first of `keys` that the spec has, else the host's own name there."""
        return next((self.places[key] for key in keys if key in self.places), self.at)

    @property
    def sends(self) -> bool:
        """Whether it hands mail of our domains to others; a host without any role may."""
        return not self.roles or bool(self.roles & {"submission", "relay"})


class SenderSpec(NamedTuple):
    """A service that sends for our domains: what its documentation asks us to publish.

    - `includes`: names for `include:` in SPF, all of them, or one that fits `alternatives` (globs);
      `networks`: its addresses where it has no include.
    - `selectors`: DKIM selectors, `selectors_to` by selector the CNAME target where it has one. Both may be
      globs: `*` is a part that the service chooses, and then one selector that fits suffices.
    - `spf_aligns`, `dkim_aligns`: whether its envelope sender, its `d=` can be our domain.
    - `envelope_domain`, `signing_domain`: what it puts there where that is a name of ours, but not the author
      domain itself; else empty.
    - `service`: its name in the catalogue, else empty; `title` is for messages.
    """

    name: str
    at: Location
    includes: tuple[str, ...] = ()
    networks: tuple[IPNetworkText, ...] = ()
    selectors: tuple[str, ...] = ()
    selectors_to: Mapping[str, str] = MappingProxyType({})
    spf_aligns: bool = True
    dkim_aligns: bool = True
    alternatives: tuple[str, ...] = ()
    envelope_domain: str = ""
    signing_domain: str = ""
    service: str = ""
    title: str = ""
    places: Places = MappingProxyType({})


class DomainSpec(NamedTuple):
    """What one domain promises: `policy` is the DMARC policy, `reports` the mailbox that reports go to.

    - `selectors`: what hosts sign with for this domain, where that is not the same as for others.
    - `users`: whether people write from it; `public_suffix`: whether others register names below it,
      None where the public suffix list is to tell.
    """

    name: str
    at: Location
    mail: Mail = "full"
    policy: Policy | None = None
    reports: str = ""
    hosts: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    users: bool = False
    selectors: tuple[str, ...] = ()
    public_suffix: bool | None = None
    places: Places = MappingProxyType({})

    @property
    def role(self) -> MailRole:
        """The role that `mail` promises."""
        return _ROLES[self.mail]

    def place(self, *keys: str) -> Location:
        """The first of `keys` that the spec has, else the domain's own name there."""
        return next((self.places[key] for key in keys if key in self.places), self.at)


_ROLES: Mapping[Mail, MailRole] = {
    "full": MailRole(sends=True, receives=True),
    "send": MailRole(sends=True),
    "receive": MailRole(receives=True),
    "none": MailRole(parked=True),
}


class MailSpec(NamedTuple):
    """The written spec, by absolute name (senders by their plain name); `written` is False where there is none.

    `known` is the catalogue of well-known senders.
    """

    domains: Mapping[str, DomainSpec] = MappingProxyType({})
    hosts: Mapping[str, HostSpec] = MappingProxyType({})
    senders: Mapping[str, SenderSpec] = MappingProxyType({})
    written: bool = False
    known: Mapping[str, SenderSpec] = MappingProxyType({})

    def hosts_of(self, domain: DomainSpec) -> tuple[HostSpec, ...]:
        """The hosts that the domain lists."""
        return tuple([self.hosts[name] for name in domain.hosts])

    def sending_hosts(self, domain: DomainSpec) -> tuple[HostSpec, ...]:
        """The hosts that send for the domain."""
        return tuple([host for host in self.hosts_of(domain) if host.sends]) if domain.role.sends else ()

    def senders_of(self, domain: DomainSpec) -> tuple[SenderSpec, ...]:
        """The services that the domain lists."""
        return tuple([self.senders[name] for name in domain.senders])

    def signing(self, domain: DomainSpec) -> Iterator[tuple[HostSpec, str]]:
        """Each host that sends for the domain with each selector that it signs with there."""
        for host in self.sending_hosts(domain):
            for selector in domain.selectors or host.selectors:
                yield host, selector


NO_SPEC = MailSpec()
"""Where nothing is written."""


class Promises(NamedTuple):
    """What the spec says of names in one declared zone; `forwarders` by where their SRS domain lies."""

    domains: tuple[DomainSpec, ...] = ()
    hosts: tuple[HostSpec, ...] = ()
    forwarders: tuple[HostSpec, ...] = ()
