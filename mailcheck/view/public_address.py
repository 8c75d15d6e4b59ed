"""Which addresses a fetch may go to: those of the public Internet, and none that a host keeps for itself."""

from __future__ import annotations

import ipaddress

from mailcheck.model.names import IPAddress

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NOT_GLOBAL_BUT_UNKNOWN = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv6Network("3fff::/20"))
"""Protocol assignments, among them a cloud's metadata, and documentation (RFC 9637): older releases of
Python take them for global."""
_AZURE_PLATFORM = ipaddress.IPv4Address("168.63.129.16")
"""The one public address at which a cloud answers for itself."""


def is_public(address: IPAddress) -> bool:
    """Whether `address` is one that anybody could reach (RFC 6890).

    Not private, loopback, link-local, shared, documentation, multicast or reserved space, and no IPv6
    address that carries an IPv4 address in it (RFC 4291 section 2.5.5, RFC 3056, RFC 4380, RFC 6052).
    """
    if any(address in network for network in _NOT_GLOBAL_BUT_UNKNOWN) or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not address.is_multicast and address != _AZURE_PLATFORM
    return address in _GLOBAL_UNICAST and address.sixtofour is None and address.teredo is None
