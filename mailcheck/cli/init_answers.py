"""What `mailcheck init` is told: options read, and what they leave open asked for on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import TypeVar

from mailcheck.cli.complaints import complain
from mailcheck.cli.output import write_stderr
from mailcheck.config.document import nearest
from mailcheck.config.known_senders import known_senders
from mailcheck.errors import UsageError
from mailcheck.grammar.mail_domain import full_domain
from mailcheck.model.names import IPAddress
from mailcheck.model.text import shorten

T = TypeVar("T")


def name_of(text: str) -> str:
    """An absolute domain name of at least two labels. Raises UsageError."""
    name = full_domain(_octets(text.strip()))
    if name is None:
        raise UsageError(f"`{shorten(text)}` is no full domain name", hint="such as example.com")
    return name


def addresses_of(texts: Sequence[str]) -> tuple[IPAddress, ...]:
    """IP addresses, each once. Raises UsageError for what is none."""
    found = []
    for text in texts:
        try:
            found.append(ip_address(text.strip()))
        except ValueError:
            raise UsageError(f"`{shorten(text)}` is no IP address", hint="such as 192.0.2.25") from None
    return tuple(dict.fromkeys(found))


def senders_of(texts: Sequence[str]) -> tuple[str, ...]:
    """Names of the catalogue. Raises UsageError for one that it does not have."""
    for text in texts:
        if text not in known_senders():
            raise UsageError(
                f"the catalogue has no sender `{shorten(text)}`", hint=nearest(text, list(known_senders()))
            )
    return tuple(dict.fromkeys(texts))


def mailbox_of(text: str) -> str:
    """A mail address, the domain in lower case. Raises UsageError."""
    local, _, domain = text.strip().removeprefix("mailto:").rpartition("@")
    name = full_domain(_octets(domain))
    if (
        not local
        or name is None
        or not local.isascii()
        or any(char in ' ,;!"\\<>' or char < "!" for char in local)
    ):
        raise UsageError(f"`{shorten(text)}` is no mail address for reports", hint="such as dmarc@example.com")
    return f"{local}@{name.removesuffix('.')}"


def asked(question: str, option: str, read: Callable[[str], T], default: str | None = None) -> T:
    """The answer that somebody types; asked again until it can be read.

    Without a terminal `default` stands, and where there is none UsageError is raised, naming the option.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        if default is None:
            raise UsageError(f"not said: {question[0].lower() + question[1:]}", hint=f"give it with {option}")
        return read(default)
    while True:
        write_stderr(f"{question}{f' [{default}]' if default else ''}: ")
        line = sys.stdin.readline()
        if not line:
            raise UsageError("no answer: the input has ended", hint=f"give it with {option}")
        try:
            return read(line.strip() or default or "")
        except UsageError as error:
            complain(error)


def _octets(text: str) -> str:
    """UTF-8 with each octet as one character, as names in mail are read."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def words(text: str) -> list[str]:
    """What stands between commas and spaces."""
    return text.replace(",", " ").split()
