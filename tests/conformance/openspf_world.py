"""The DNS of an openspf scenario: `zonedata` as answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import takewhile
from typing import Any

from mailcheck.analysis.spf_names import dns_name
from mailcheck.model.dns import Absent, Answer, Answers, Present, Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.record import Record

TYPES = ("A", "AAAA", "CNAME", "MX", "PTR", "TXT")
TIMEOUT = "TIMEOUT"
MAX_CHAIN = 8

Entry = str | Mapping[str, Any]


class World(dict[Question, Answer]):
    """A DnsView over the zone data of one scenario, every answer made beforehand.

    An entry `TIMEOUT` stands for all types that no entry before it has; a record whose value is TIMEOUT for its
    own type. Where a name has no TXT entry, its SPF entries stand for TXT; `TXT: NONE` keeps them from it.
    """

    def __init__(self, zonedata: Mapping[str, Sequence[Entry]]) -> None:
        self._names = {absolute_name(name): entries for name, entries in zonedata.items()}
        super().__init__(
            {Question(name, rtype): self._follow(name, rtype, ()) for name in self._names for rtype in TYPES}
        )

    def __missing__(self, question: Question) -> Answer:
        return _missing(question.name)

    def answer(self, _questions: AbstractSet[Question]) -> Answers:
        return self

    def _follow(self, name: str, rtype: str, chain: tuple[str, ...]) -> Answer:
        if name not in self._names:
            return _missing(name)
        entries = list(_entries(self._names[name], rtype))
        values = list(takewhile(lambda value: value != TIMEOUT, entries))
        if values:
            return Present(
                tuple([_record(name, rtype, value, line) for line, value in enumerate(values, 1)]), chain
            )
        if entries:
            return Unknown("timeout", chain=chain)
        alias = next(map(absolute_name, _entries(self._names[name], "CNAME")), None)
        if alias is None:
            return Absent("nodata", chain)
        if alias in (*chain, name) or len(chain) == MAX_CHAIN:
            return Unknown("servfail", "CNAME loop", chain)
        return self._follow(alias, rtype, (*chain, name))


def absolute_name(text: str) -> str:
    """A name of the file as questions have it; one that DNS cannot hold stays as it is."""
    return dns_name(text) or text.lower()


def _missing(name: str) -> Answer:
    return Unknown("timeout") if name.startswith("error.") else Absent("nxdomain")


def _entries(entries: Sequence[Entry], rtype: str) -> Iterator[Any]:
    """The values of a type, TIMEOUT among them."""
    pairs: list[tuple[str, Any]] = []
    for entry in entries:
        pairs.extend([(rtype, TIMEOUT)] if isinstance(entry, str) else entry.items())
    as_text = "SPF" if all(pair[0] != "TXT" for pair in pairs if pair[1] != TIMEOUT) else "TXT"
    wanted = as_text if rtype == "TXT" else rtype
    return (value for entry_type, value in pairs if entry_type in (wanted, rtype) and value != "NONE")


def _record(name: str, rtype: str, value: Any, line: int) -> Record:
    if rtype == "TXT":
        text = value if isinstance(value, str) else "".join(value)
    elif rtype == "MX":
        text = f"{value[0]} {_target(value[1])}"
    elif rtype in ("PTR", "CNAME"):
        text = _target(value)
    else:
        text = str(value)
    at = Location(name, line, 1, line, 1 + len(text))
    return Record(name, rtype, 300, text, at, at)


def _target(value: str) -> str:
    return absolute_name(value) if value else "."
