"""What answers for the DNS that no declared zone holds: the lock, and the network where it was asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mailcheck.errors import InputRefused
from mailcheck.model.dns import DnsView
from mailcheck.model.limits import Limits
from mailcheck.model.settings import Configuration
from mailcheck.view.layers import Layers
from mailcheck.view.locked import Locked, LockFile
from mailcheck.zonefile.discover import shown_path
from mailcheck.zonefile.source import Budget, as_refused, read_source

if TYPE_CHECKING:
    from mailcheck.view.live import Live, Trouble

NAME = "mailcheck.lock"


class LiveDns(NamedTuple):
    """A view that asks the network, the resolvers that it asks, and the part of it that asks them."""

    view: DnsView
    resolvers: tuple[str, ...]
    dns: Live | None = None

    @property
    def trouble(self) -> Trouble | None:
        """What left questions open that is worth a line of its own."""
        return self.dns.trouble if self.dns else None


def live_dns(resolvers: Sequence[str], limits: Limits) -> LiveDns:
    """DNS as the named resolvers answer it, else the system's, and MTA-STS policies over HTTPS.

    Raises UsageError for what is no resolver, and where the system has none.
    """
    from mailcheck.view.live import Live, LiveSettings
    from mailcheck.view.resolvers import parse_resolver, system_resolvers
    from mailcheck.view.web import Policies

    chosen = tuple(parse_resolver(text) for text in resolvers) or system_resolvers()
    live = Live(LiveSettings(chosen, packets=limits.dns_packets))
    return LiveDns(Layers(live, Policies(live)), tuple(str(resolver) for resolver in chosen), live)


def lock_path(configuration: Configuration) -> Path:
    """The place of the lock: beside `mailcheck.yaml`, else in the working directory."""
    return Path(configuration.path).parent / NAME


def load_lock(path: Path, limits: Limits) -> LockFile | None:
    """The lock, None where there is none; what of it cannot be read is among its `refused`."""
    if not os.path.lexists(path):
        return None
    from mailcheck.view.lock_read import read_lock

    shown = shown_path(path)
    bounds = Limits(zone_file_size=limits.lock_size, total_size=limits.lock_size)
    try:
        return read_lock(read_source(path, shown, bounds, Budget()).text, shown)
    except InputRefused as error:
        return LockFile(shown, {}, refused=(as_refused(error),))


def outside_view(lock: LockFile | None, live: LiveDns | None) -> DnsView | None:
    """What is asked where the zones hold nothing: the lock, then the network; None where there is neither."""
    if live is None:
        return None if lock is None else Locked(lock)
    return live.view if lock is None else Layers(Locked(lock), live.view)
