"""How Postfix asks for rewritten addresses: the canonical maps of cleanup(8) that lead to a daemon."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_paths import absolute
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_settings import Item
from mailcheck.analysis.srs import Srs
from mailcheck.grammar.postfix_values import Table, tables_of
from mailcheck.model.location import Location

SENDER, RECIPIENT, BOTH = "sender_canonical_maps", "recipient_canonical_maps", "canonical_maps"
_LOCALHOST = ("127.0.0.1", "::1")
_EVERYWHERE = ("0.0.0.0", "::")


class SrsMap(NamedTuple):
    """A `tcp:` or `socketmap:` table that a canonical setting names, `at` its item.

    - `host` and `port` of one over TCP, `path` as written of one over a Unix socket.
    - `name` is that of the map within a socketmap (`forward`, `reverse`).
    - `services` are the cleanup services for which it holds.
    """

    setting: str
    text: str
    at: Location
    type: Literal["tcp", "socketmap"]
    host: str = ""
    port: str = ""
    path: str = ""
    name: str = ""
    services: tuple[Service, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it may be answered, as `ADDRESS:PORT`; on all addresses of the host too where it is loopback."""
        hosts: tuple[str, ...] = _LOCALHOST if self.host == "localhost" else (self.host,)
        if self.is_loopback:
            hosts += _EVERYWHERE
        return tuple([f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}" for host in hosts])

    @property
    def is_loopback(self) -> bool:
        return self.host in ("localhost", "::1") or self.host.startswith("127.")


def srs_maps(postfix: Postfix) -> tuple[SrsMap, ...]:
    """Every canonical map that asks a daemon, once for each place where it is set."""
    found: dict[tuple[str, Location, str], SrsMap] = {}
    for service in postfix.services_running("cleanup") or (None,):
        for setting in (SENDER, RECIPIENT, BOTH):
            for item in postfix.items(setting, service):
                for use in _maps(setting, item):
                    known = found.setdefault((setting, use.at, use.text), use)
                    if service:
                        found[setting, use.at, use.text] = known._replace(services=(*known.services, service))
    return tuple(found.values())


def socket_path(use: SrsMap, postfix: Postfix) -> str | None:
    """The path of its Unix socket on the host, below the queue folder in a chroot; None: not determined."""
    chroots = {service.chroot for service in use.services}
    if use.path.startswith("/") and (None in chroots or len(chroots) > 1):
        return None
    return absolute(postfix.host_path(use.path, use.services[0] if use.services else None))


def ports_for(use: SrsMap, srs: Srs | None) -> frozenset[str] | None:
    """The ports at which PostSRSd answers in the protocol of the map; None where that is not determined."""
    if srs is None or (use.type, srs.generation) not in (("tcp", 1), ("socketmap", 2)):
        return None
    if srs.generation == 2:
        where = srs.socketmap
        return None if where is None or not where.kind else frozenset([where.port] if where.port else [])
    ports = [srs.forward_port.value, srs.reverse_port.value]
    return None if None in ports else frozenset([port or "" for port in ports])


def _maps(setting: str, item: Item) -> list[SrsMap]:
    return [use for table in tables_of(item.text) if (use := _map(setting, item, table))]


def _map(setting: str, item: Item, table: Table) -> SrsMap | None:
    text = f"{table.type}:{table.name}"
    if table.type == "tcp":
        host, _, port = table.name.rpartition(":")
        return SrsMap(setting, text, item.at, "tcp", _bare(host) or "localhost", port)
    if table.type != "socketmap":
        return None
    kind, _, rest = table.name.partition(":")
    where, _, name = rest.rpartition(":")
    if name not in ("forward", "reverse"):
        return None
    if kind == "unix":
        return SrsMap(setting, text, item.at, "socketmap", path=where, name=name)
    host, _, port = where.rpartition(":")
    return SrsMap(setting, text, item.at, "socketmap", _bare(host) or "localhost", port, name=name)


def _bare(host: str) -> str:
    return host.removeprefix("[").removesuffix("]").lower()


def rewrites_because_always(srs: Srs, domain: str) -> bool:
    """Whether addresses of `domain` would keep as they are, if it did not rewrite its own domains as well."""
    excluded, domain = srs.excluded, domain.lower()
    if srs.always_rewrites.value != "yes" or isinstance(excluded, NotDetermined):
        return False
    names = [word.text.lower() for word in excluded]
    listed = any([domain.endswith(name) if name.startswith(".") else domain == name for name in names])
    return domain == (srs.domain.value or "").lower() or (srs.generation == 2 and listed)
