"""Which resolvers are asked: the system's, or those that the command line names."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Final, NamedTuple

from mailcheck.errors import UsageError
from mailcheck.model.text import shorten

RESOLV_CONF: Final = Path("/etc/resolv.conf")
MAX_RESOLVERS: Final = 3
"""How many of the system's resolvers are asked, as by its own stub (resolv.conf(5))."""
_MAX_SIZE: Final = 65_536
_FORMS: Final = (
    re.compile(r"\[(?P<address>[^\]]+)\](?:[:#](?P<port>[0-9]{1,5}))?"),
    re.compile(r"(?P<address>[^\[\]#]+)#(?P<port>[0-9]{1,5})"),
    re.compile(r"(?P<address>[0-9.]+):(?P<port>[0-9]{1,5})"),
    re.compile(r"(?P<address>[^\[\]#]+)"),
)


class Resolver(NamedTuple):
    """A recursive resolver; `trusted` where the way to it cannot be tampered with."""

    address: str
    port: int = 53
    trusted: bool = False

    @property
    def is_believed(self) -> bool:
        """Whether what it says of an answer's authenticity counts (RFC 4035 section 4.9.3)."""
        return self.trusted or ipaddress.ip_address(self.address).is_loopback

    def __str__(self) -> str:
        if self.port == 53:
            return self.address
        return f"{self.address}#{self.port}"


def parse_resolver(text: str) -> Resolver:
    """`192.0.2.1`, `192.0.2.1:5353`, `192.0.2.1#5353`, `2001:db8::1#5353` or `[2001:db8::1]:5353`.

    Raises `UsageError` where it is no address, or the port is none from 1 to 65535.
    """
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is not None:
        port = int(found.groupdict().get("port") or 53)
        if 0 < port < 65_536 and _is_address(found["address"]):
            return Resolver(found["address"], port)
    raise UsageError(
        f"`{shorten(text)}` is no resolver",
        hint="give an address and perhaps a port: 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:5353",
    )


def system_resolvers() -> tuple[Resolver, ...]:
    """The name servers of `/etc/resolv.conf`, the first three; raises `UsageError` where it names none."""
    try:
        with RESOLV_CONF.open("rb") as file:
            lines = file.read(_MAX_SIZE).decode("utf-8", "replace").splitlines()
    except OSError as error:
        raise UsageError(
            f"{RESOLV_CONF} cannot be read: {error.strerror}", hint="name a resolver with --resolver"
        ) from None
    fields = [line.split() for line in lines]
    found = [line[1] for line in fields if len(line) > 1 and line[0] == "nameserver" and _is_address(line[1])]
    if not found:
        raise UsageError(f"{RESOLV_CONF} names no resolver", hint="name one with --resolver")
    return tuple(Resolver(address) for address in found[:MAX_RESOLVERS])


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
