"""The addresses that mail leaves from, and the networks that Postfix trusts, as far as its settings tell."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from typing import NamedTuple

from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_settings import Item, Setting
from mailcheck.model.location import Location
from mailcheck.model.names import IPAddress

_SETTINGS = ("smtp_bind_address", "smtp_bind_address6")


class Egress(NamedTuple):
    """An address mail leaves from, the setting that says so at `at`, and the name given in HELO."""

    address: IPAddress
    setting: str
    at: Location
    helo: Setting
    service: Service | None


class Networks(NamedTuple):
    """The clients that `permit_mynetworks` lets relay. `style` is "" where `mynetworks` is set.

    `complete` is False where they also depend on the host's interfaces, and then `items` holds loopback alone.
    """

    items: tuple[Item, ...]
    style: str
    setting: Setting
    complete: bool


def egress(postfix: Postfix) -> tuple[Egress, ...]:
    """Empty where the settings leave it to the host's routes; loopback addresses do not count."""
    found = {(one.address, one.helo.value): one for one in reversed(list(_egress(postfix)))}
    return tuple(reversed(found.values()))


def trusted_networks(postfix: Postfix) -> Networks:
    """`mynetworks`, or what stands for it by `mynetworks_style`."""
    setting = postfix.of("mynetworks")
    if setting.is_set:
        return Networks(postfix.items("mynetworks"), "", setting, setting.is_determined)
    style = postfix.of("mynetworks_style")
    prefix = 32 if style.value == "host" else 8
    loopback = ("127.0.0.1/32" if prefix == 32 else "127.0.0.0/8", "[::1]/128")
    local = listens_on_loopback(postfix, None)
    return Networks(tuple([Item(text, style.at) for text in loopback]), style.value, style, local)


def listens_on_loopback(postfix: Postfix, service: Service | None) -> bool:
    """Whether no stranger can reach a service of the network."""
    if service is not None and service.type == "pass":
        service = None
    if service is not None and service.host:
        return service.host == "localhost" or _is_loopback(service.host)
    names = [item.text.lower() for item in postfix.items("inet_interfaces", service)]
    return bool(names) and all([name in ("loopback-only", "localhost") or _is_loopback(name) for name in names])


def _egress(postfix: Postfix) -> Iterator[Egress]:
    for service in postfix.services_running("smtp"):
        yield from egress_of(postfix, service)


def egress_of(postfix: Postfix, service: Service) -> Iterator[Egress]:
    """The addresses that one service's settings name."""
    helo = postfix.of("smtp_helo_name", service)
    bound = False
    for name in _SETTINGS:
        setting = postfix.of(name, service)
        if address := _address(setting.value):
            bound = True
            if not address.is_loopback:
                yield Egress(address, name, setting.at, helo, service)
    interfaces = postfix.items("inet_interfaces", service)
    if not bound and len(interfaces) == 1:
        address = _address(interfaces[0].text)
        if address and not address.is_loopback:
            yield Egress(address, "inet_interfaces", interfaces[0].at, helo, service)


def _address(text: str) -> IPAddress | None:
    try:
        return ip_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def _is_loopback(text: str) -> bool:
    address = _address(text)
    return bool(address and address.is_loopback)
