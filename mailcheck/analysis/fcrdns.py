"""Forward-confirmed reverse DNS: address to PTR names to addresses (RFC 1912 section 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.analysis.addresses import HostAddresses, Open, first_open, host_addresses
from mailcheck.analysis.mail_hosts import MailAddress
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown
from mailcheck.model.names import IPAddress, absolute, reverse_name
from mailcheck.model.record import Record
from mailcheck.model.text import shown_name

MAX_NAMES = 10
"""How many PTR names of one address are followed, as many as RFC 7208 section 4.6.4 lets a receiver use."""


class PtrName(NamedTuple):
    """One name that a PTR record gives, absolute and lower case, and where that name leads."""

    name: str
    record: Record
    forward: HostAddresses

    @property
    def shown(self) -> str:
        """The name as a reader sees it: without the final dot, an overlong one shortened."""
        return shown_name(self.name)


class ReverseDns(NamedTuple):
    """What reverse DNS says of one address.

    - `question` and `answer`: the PTR lookup; the answer's chain holds the CNAMEs of an RFC 2317 delegation.
    - `names`: its names in the order of the answer, at most MAX_NAMES of the `total` there are.
    - `declared`: whether the PTR records stand in a declared zone.
    """

    address: IPAddress
    question: Question
    answer: Answer
    names: tuple[PtrName, ...]
    total: int

    @property
    def declared(self) -> bool:
        return isinstance(self.answer, Present) and self.answer.source == "zones"

    @property
    def confirming(self) -> tuple[PtrName, ...]:
        """The names that lead back to the address."""
        return tuple(name for name in self.names if self._leads_back(name))

    @property
    def open(self) -> Open | None:
        """What must be answered before the address counts as confirmed or not; None where that is settled."""
        if isinstance(self.answer, Unknown):
            return self.question, self.answer
        if self.confirming:
            return None
        if self.total > len(self.names):
            detail = f"{self.total} PTR names at {self.address}, {len(self.names)} of them followed"
            return self.question, Unknown("limit", detail)
        return first_open(name.forward for name in self.names)

    def _leads_back(self, name: PtrName) -> bool:
        return any(host.address == self.address for host in name.forward.found)


def reverse_dns(*addresses: IPAddress) -> Evaluation[Mapping[IPAddress, ReverseDns]]:
    """The PTR names of the addresses and what each name leads to: two batches, whatever their number."""
    questions = {address: Question(reverse_name(address), "PTR") for address in addresses}
    answers = yield set(questions.values())
    records = {address: _ptr_records(answers[question]) for address, question in questions.items()}
    names = {absolute(record.text) for found in records.values() for record in found[:MAX_NAMES]}
    forward = (yield from host_addresses(*names)) if names else {}
    return {
        address: ReverseDns(
            address,
            question,
            answers[question],
            tuple(
                PtrName(name := absolute(record.text), record, forward[name])
                for record in records[address][:MAX_NAMES]
            ),
            len(records[address]),
        )
        for address, question in questions.items()
    }


def reverse_of(addresses: tuple[MailAddress, ...]) -> Evaluation[tuple[tuple[MailAddress, ReverseDns], ...]]:
    """Each address with what reverse DNS says of it."""
    reverse = yield from reverse_dns(*(found.address for found in addresses))
    return tuple((found, reverse[found.address]) for found in addresses)


def _ptr_records(answer: Answer) -> tuple[Record, ...]:
    return answer.records if isinstance(answer, Present) else ()
