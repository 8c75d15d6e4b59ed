"""What answers for the DNS that no declared zone holds: the network, where it was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailcheck.model.dns import DnsView


class LiveDns(NamedTuple):
    """A view that asks the network, and the resolvers that it asks."""

    view: DnsView
    resolvers: tuple[str, ...]


def live_dns(resolvers: Sequence[str]) -> LiveDns:
    """DNS as the named resolvers answer it, else the system's.

    Raises UsageError for what is no resolver, and where the system has none.
    """
    from mailcheck.view.live import Live, LiveSettings
    from mailcheck.view.resolvers import parse_resolver, system_resolvers

    chosen = tuple(parse_resolver(text) for text in resolvers) or system_resolvers()
    return LiveDns(Live(LiveSettings(chosen)), tuple(str(resolver) for resolver in chosen))
