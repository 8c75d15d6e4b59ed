"""Networks that hold more clients than a host can know."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network

from mailcheck.analysis.networks import DOCUMENTATION, special_network
from mailcheck.model.text import shorten

_DOCKER = ip_network("172.17.0.0/16")
_LONGEST = {4: 29, 6: 64}


def why_wide(text: str) -> str:
    """Who is in an item of `mynetworks` that should not be, "" where nobody is known to.

    Private networks are the administrator's own, except Docker's. Names, tables and what `!` takes out give "".
    """
    try:
        network = ip_network(text.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return ""
    if network.prefixlen == 0:
        return f"`{shorten(text)}`, the whole world"
    if isinstance(network, IPv4Network) and network.prefixlen < 32 and network.overlaps(_DOCKER):
        return f"`{shorten(text)}`, where all clients of a port that Docker publishes may come from"
    if network.prefixlen >= _LONGEST[network.version] or _is_special(network):
        return ""
    return f"`{shorten(text)}`, the many hosts of a public network"


def _is_special(network: IPv4Network | IPv6Network) -> bool:
    """Whether it lies in one block of private, loopback or other addresses that nobody outside has."""
    special = special_network(network[0])
    return special is not None and special.purpose != DOCUMENTATION and special == special_network(network[-1])
