"""Questions about DNS and the three kinds of answer: present, absent, unknown."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from collections.abc import Set as AbstractSet
from typing import Literal, NamedTuple, Protocol, TypeVar

from mailcheck.model.record import Record

Reason = Literal["not_asked", "timeout", "servfail", "refused", "formerr", "unusable", "budget", "limit", "unread"]
"""Why there is no answer.

- `not_asked`: nothing that could answer was asked; `unread`: the zone file could not be read there.
- `timeout`, `servfail`, `refused`, `formerr`: none came, or the resolver says that it failed.
- `unusable`: one came that leads nowhere: a chain in a circle or of too many names, too many records.
- `budget`: the run has used up its queries or its time.
- `limit`: one evaluation has used up what it may ask, or declared names lead in a circle.
"""


class Question(NamedTuple):
    """An absolute lower-case name and a record type, or what no zone file holds: see `SERVED_TYPES`."""

    name: str
    type: str


POLICY = "MTA-STS-POLICY"
"""The policy that is served for a domain (RFC 8461 section 3.2); each record's text is one policy."""
STS_RECORD = "MTA-STS-RECORD"
"""The TXT records that stand at `_mta-sts` of a domain now, whatever the declared zones will put there."""
SERVED_TYPES = frozenset({POLICY, STS_RECORD})
"""What is asked for by domain, of the network or the lock: declared zones leave it open."""


class Present(NamedTuple):
    """Records of the type that was asked for, at the name the chain ends at.

    `chain` holds the names that CNAMEs and DNAMEs led through, the name asked for first; it is empty
    where the name answered itself. A record whose own name is a wildcard was synthesized from it.
    """

    records: tuple[Record, ...]
    chain: tuple[str, ...] = ()
    authenticated: bool = False
    source: str = "zones"


class Absent(NamedTuple):
    """The name does not exist, or has no record of that type (RFC 2308 section 2).

    `target` is the name that this is true of, where a chain led to another than the one asked for.
    """

    kind: Literal["nxdomain", "nodata"]
    chain: tuple[str, ...] = ()
    source: str = "zones"
    target: str = ""


class Unknown(NamedTuple):
    """Not determined: never a pass, and never a finding of absence.

    `detail` names what stayed open, such as `_spf.example.net TXT`; `target` is the name that was not
    answered, where a chain led to another than the one asked for.
    """

    reason: Reason
    detail: str = ""
    chain: tuple[str, ...] = ()
    target: str = ""


Answer = Present | Absent | Unknown
Answers = Mapping[Question, Answer]

T = TypeVar("T")
Evaluation = Generator[AbstractSet[Question], Answers, T]
"""An evaluation yields the questions it needs now, is sent their answers, and returns its result."""


class DnsView(Protocol):
    """Something that answers a batch of questions; every question gets an answer, never an exception."""

    def answer(self, questions: AbstractSet[Question]) -> Answers: ...


def led_to(chain: tuple[str, ...], name: str, answer: Answer) -> Answer:
    """The answer for `name` as that for the first name of `chain`, which leads there; empty where it is `name`."""
    if not chain:
        return answer
    if not isinstance(answer, Present) and not answer.target:
        answer = answer._replace(target=name)
    return answer._replace(chain=chain + answer.chain)


def describe(question: Question) -> str:
    """The question as a reader sees it, without the final dot."""
    return f"{question.name.rstrip('.') or '.'} {question.type}"
