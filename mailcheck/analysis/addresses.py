"""The addresses of host names, IPv4 and IPv6 together, whoever answers for them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from mailcheck.model.dns import Answer, Answers, Evaluation, Present, Question, Unknown
from mailcheck.model.names import IPAddress
from mailcheck.model.record import Record

ADDRESS_TYPES = ("A", "AAAA")
Open = tuple[Question, Unknown]


class HostAddress(NamedTuple):
    """One address and the A or AAAA record that gives it."""

    address: IPAddress
    record: Record


class HostAddresses(NamedTuple):
    """What A and AAAA of one name say, CNAMEs followed.

    - `found`: A before AAAA, in the order of the answers.
    - `chain`: the names that CNAME, DNAME or ALIAS led through, `name` first; empty where it answered itself.
    - `unanswered`: the questions that stayed open.
    - `declared`: whether every address stands in a declared zone.
    """

    name: str
    found: tuple[HostAddress, ...]
    chain: tuple[str, ...]
    unanswered: tuple[Open, ...]
    declared: bool

    @property
    def missing(self) -> bool:
        """Whether it is certain that the name has no address at all."""
        return not self.found and not self.unanswered

    @property
    def silent(self) -> bool:
        """Whether neither A nor AAAA was answered."""
        return len(self.unanswered) == len(ADDRESS_TYPES)

    def of_version(self, version: int) -> tuple[HostAddress, ...]:
        """The IPv4 (4) or the IPv6 (6) addresses."""
        return tuple([host for host in self.found if host.address.version == version])


def host_addresses(*names: str) -> Evaluation[Mapping[str, HostAddresses]]:
    """The addresses of absolute lower-case names, all asked for as one batch."""
    answers = yield {Question(name, rtype) for name in names for rtype in ADDRESS_TYPES}
    return {name: _collect(name, answers) for name in names}


def first_open(hosts: Iterable[HostAddresses]) -> Open | None:
    """The open question to tell the reader of: one that was asked and not answered before one never asked."""
    unanswered = [found for host in hosts for found in host.unanswered]
    asked = [found for found in unanswered if found[1].reason != "not_asked"]
    return next(iter(asked or unanswered), None)


def _collect(name: str, answers: Answers) -> HostAddresses:
    found: list[HostAddress] = []
    unanswered: list[Open] = []
    chain: tuple[str, ...] = ()
    declared = True
    for rtype in ADDRESS_TYPES:
        question = Question(name, rtype)
        answer = answers[question]
        chain = chain or answer.chain
        if isinstance(answer, Present):
            declared = declared and answer.source == "zones"
            for record in answer.records:
                address = parse_address(record.text)
                if address is not None:
                    found.append(HostAddress(address, record))
        elif isinstance(answer, Unknown):
            unanswered.append((question, answer))
    return HostAddresses(name, tuple(found), chain, tuple(unanswered), declared and bool(found))


@lru_cache(maxsize=4096)
def parse_address(text: str) -> IPAddress | None:
    """The address that an A or AAAA record holds; None where a view handed on what is none.

    Remembered, since the addresses of mail servers come up again and again.
    """
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def addresses_in(answer: Answer | None) -> Iterator[IPAddress]:
    """The addresses that an answer about A or AAAA holds."""
    for record in answer.records if isinstance(answer, Present) else ():
        address = parse_address(record.text)
        if address is not None:
            yield address


@lru_cache(maxsize=4096)
def address_bits(text: str, is_ip4: bool) -> int | None:
    """The address of an A or AAAA record as a number; None where it is none of that family."""
    address = parse_address(text)
    return int(address) if address is not None and (address.version == 4) == is_ip4 else None
