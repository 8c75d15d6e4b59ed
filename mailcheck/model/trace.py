"""One message to be traced, and what a case expects of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mailcheck.model.location import Location
from mailcheck.model.names import IPAddress

Verdict = Literal["pass", "fail", "temperror", "undetermined"]
"""Whether receivers take a message as its author's; `undetermined` is never a pass."""


class Given(NamedTuple):
    """A message as the command line or a file of cases describes it: text that nobody has checked yet.

    `message` is the path of its file, `via` a host of the spec that forwards it, `via_ip` any address that
    does. None where nothing is said; an empty `mail_from` is the null sender.
    """

    ip: str | None = None
    helo: str | None = None
    mail_from: str | None = None
    author: str | None = None
    dkim: tuple[str, ...] = ()
    message: str | None = None
    via_ip: str | None = None
    srs_domain: str | None = None
    via: str | None = None


class Selector(NamedTuple):
    """A key that signs the message: `domain` is d=, absolute; `name` is s=, without a final dot."""

    domain: str
    name: str


class Relay(NamedTuple):
    """A host that forwards the message; `srs_domain` is where it rewrites senders to, empty where it does not."""

    ip: IPAddress
    srs_domain: str


class Delivery(NamedTuple):
    """How a message comes to its receiver.

    - `ip`: the client; never an IPv4-mapped IPv6 address.
    - `helo`: the name it gives, absolute, or an address literal; empty where it is not known.
    - `mail_from`: the envelope sender, empty for the null sender; `sender_assumed` where it was not given.
    - `authors`: the domains in From, absolute, at least one.
    - `selectors`: of its signatures, where there is no message to read them from.
    """

    ip: IPAddress
    helo: str
    mail_from: str
    sender_assumed: bool
    authors: tuple[str, ...]
    selectors: tuple[Selector, ...] = ()
    relay: Relay | None = None


Part = Literal["verdict", "spf", "helo", "dkim", "arc", "dmarc", "policy", "ptr", "forwarded"]


class Expectation(NamedTuple):
    """What a part of the trace must come to, and where that is written."""

    part: Part
    wanted: str
    at: Location


class Case(NamedTuple):
    """A message and what is expected of it; `at` is its place in the file of cases."""

    name: str
    given: Given
    expectations: tuple[Expectation, ...]
    at: Location
