"""A message to be traced: from what the command line or a file of cases says to checked values."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from mailcheck.config.hosts import find_host
from mailcheck.errors import UsageError
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.model.names import IPAddress
from mailcheck.model.spec import MailSpec
from mailcheck.model.text import shorten
from mailcheck.model.trace import Delivery, Given, Relay, Selector

LONGEST_SENDER = 1_000
"""Characters of an envelope sender; RFC 5321 section 4.5.3.1.3 has 256, and rewritten ones get longer."""


class WrongParameter(UsageError):  # noqa: N818 - reads as what it says
    """One parameter of a message is wrong; `name` is a field of `Given`."""

    def __init__(self, name: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.name = name


def read_delivery(given: Given, authors_in_message: Sequence[str] = ()) -> Delivery:
    """The delivery that `given` describes; with a message file its author domains are handed in.

    Without an envelope sender the author is taken for it. Raises WrongParameter.
    """
    if given.ip is None:
        raise WrongParameter("ip", "the address that sends is missing (ip)", hint="such as 192.0.2.25")
    author, authors = _author(given, authors_in_message)
    assumed = given.mail_from is None
    sender = author if given.mail_from is None else _sender(given.mail_from)
    helo = _helo(given.helo) if given.helo is not None else ""
    if not sender and not helo:
        raise WrongParameter(
            "mail_from", "mail without envelope sender needs a HELO name: SPF is about that name then"
        )
    return Delivery(
        _address("ip", given.ip),
        helo,
        sender,
        assumed,
        authors,
        tuple([_selector(text) for text in given.dkim]),
        _relay(given, sender),
    )


def through_host(given: Given, spec: MailSpec) -> Given:
    """`given` with the address and the SRS domain of the host in `via`, where there is one.

    Of its addresses it is the first of the family that the message came in by, else the first. Raises
    WrongParameter where the spec has no such host, and where it has no address there.
    """
    if given.via is None:
        return given
    if given.via_ip is not None:
        raise WrongParameter("via", "a forwarder is named by its host or by its address, not by both")
    try:
        host = find_host(spec, given.via)
    except UsageError as error:
        raise WrongParameter("via", error.message, hint=error.hint) from None
    if not host.addresses:
        raise WrongParameter("via", f"the host {shorten(given.via)} has no addresses in mailcheck.yaml")
    same_family = [address for address in host.addresses if (":" in (given.ip or "")) == (address.version == 6)]
    return given._replace(
        via=None,
        via_ip=str((same_family or host.addresses)[0]),
        srs_domain=given.srs_domain or host.srs_domain or None,
    )


def _author(given: Given, in_message: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The author's address, and the author domains."""
    if given.message is not None:
        if given.author is not None:
            raise WrongParameter("author", "the author is read from the message: leave From out")
        if given.dkim:
            raise WrongParameter("dkim", "signatures are read from the message: leave keys out")
        return f"postmaster@{in_message[0].removesuffix('.')}", tuple(in_message)
    if given.author is None:
        raise WrongParameter("author", "the author is missing (from)", hint="such as billing@example.com")
    local, domain = _parts("author", given.author)
    return f"{local}@{domain.removesuffix('.')}", (domain,)


def _sender(text: str) -> str:
    """The envelope sender; `<>` and nothing are the null sender."""
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    if not bare:
        return ""
    local, domain = _parts("mail_from", bare)
    return f"{local}@{domain.removesuffix('.')}"


def _parts(name: str, text: str) -> tuple[str, str]:
    """Local part and absolute domain of an address."""
    local, at, written = text.rpartition("@")
    if len(text) > LONGEST_SENDER:
        raise WrongParameter(name, f"an address of {len(text):,} characters is longer than {LONGEST_SENDER:,}")
    domain = _domain(written)
    if not (local and at and local.isprintable() and domain):
        raise WrongParameter(name, f"`{shorten(text)}` is no mail address", hint="such as billing@example.com")
    return local, domain


def _helo(text: str) -> str:
    """A name, absolute, or an address literal (RFC 5321 section 4.1.3), which has no SPF record."""
    name = _domain(text)
    if name is None and not (text.startswith("[") and text.endswith("]") and text.isprintable()):
        raise WrongParameter("helo", f"`{shorten(text)}` is no host name", hint="such as mail.example.com")
    return name or shorten(text)


def _address(name: str, text: str) -> IPAddress:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise WrongParameter(name, f"`{shorten(text)}` is no IP address") from None
    if address.version == 4:
        return address
    if address.scope_id is not None:
        raise WrongParameter(name, f"`{shorten(text)}` has a zone behind `%`: it is known on its own link only")
    return address.ipv4_mapped or address


def _selector(text: str) -> Selector:
    """`d=example.com,s=2026a`, in either order, as a signature has them (RFC 6376 section 3.5)."""
    tags = [part.strip().partition("=") for part in text.replace(";", ",").split(",") if part.strip()]
    values = {name.strip(): value.strip() for name, _, value in tags}
    if len(tags) != 2 or values.keys() != {"d", "s"}:
        raise WrongParameter(
            "dkim", f"`{shorten(text)}` does not say d and s", hint="such as d=example.com,s=2026a"
        )
    domain, selector = _domain(values["d"]), _domain(values["s"])
    if domain is None or selector is None:
        wrong = "d" if domain is None else "s"
        raise WrongParameter(
            "dkim", f"`{shorten(values[wrong])}` is no {'domain' if wrong == 'd' else 'selector'}"
        )
    return Selector(domain, selector.removesuffix("."))


def _relay(given: Given, sender: str) -> Relay | None:
    if given.via_ip is None:
        if given.srs_domain is not None:
            raise WrongParameter("srs_domain", "a domain for rewritten senders needs the forwarder's address")
        return None
    if not sender:
        why = "SPF is about the forwarder's HELO name then"
        raise WrongParameter(
            "via_ip", f"mail without envelope sender cannot be followed through a forwarder: {why}"
        )
    domain = _domain(given.srs_domain) if given.srs_domain is not None else ""
    if domain is None:
        raise WrongParameter("srs_domain", f"`{shorten(given.srs_domain or '')}` is no domain")
    return Relay(_address("via_ip", given.via_ip), domain)


def _domain(text: str) -> str | None:
    return mail_domain(text.encode("utf-8", "surrogateescape").decode("latin-1"))
