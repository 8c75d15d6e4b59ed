"""The worst case of an SPF record as a tree: its terms that ask DNS, and the records that they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from mailcheck.analysis.addresses import Open
from mailcheck.analysis.spf_gather import LEADING, Held
from mailcheck.analysis.spf_names import is_known_beforehand
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.model.dns import Unknown
from mailcheck.model.location import Location
from mailcheck.model.record import Record

LIMIT = 10
"""Terms that ask DNS which a receiver evaluates before it gives up (RFC 7208 section 4.6.4)."""
VOID_LIMIT = 2
"""Terms without an answer that a receiver puts up with (RFC 7208 section 4.6.4)."""

_ASKED = ("timeout", "servfail", "refused", "formerr", "unusable", "budget")


class SpfTerm(NamedTuple):
    """A term that asks DNS, and what comes of it.

    - `kind`: the mechanism, or `redirect`.
    - `target`: the name it asks for; None where that depends on the message, or is no name (`malformed`).
    - `below`: the record that an include or redirect leads to; None where it cannot be known beforehand.
    - `loop`: where the target is a name on the term's own path, that path from the first record on, the
      repeated name last; then `below` is None.
    - `exchanges`: of an `mx` whose name has MX records, the exchanges, best first; `null` where they
      say that the name takes no mail (RFC 7505).
    - `void4`, `void6`: whether it finds nothing for an IPv4, an IPv6 client; None where that is not known.
      Includes and redirects are never void here: without a record they are an error of their own.
    - `open_address`: the first question about addresses or exchanges that was not answered.
    - `lookups`: its own and all below it.
    """

    kind: str
    term: Directive | Modifier
    held: Held
    target: str | None
    below: SpfNode | None = None
    loop: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    null: bool = False
    void4: bool | None = False
    void6: bool | None = False
    open_address: Open | None = None

    @property
    def record(self) -> Record:
        """The record that it stands in."""
        return self.held.records[0]

    @property
    def declared(self) -> bool:
        """Whether a declared zone holds that record."""
        return self.held.declared

    @property
    def text(self) -> str:
        return self.record.text[self.term.start : self.term.end]

    @property
    def at(self) -> Location:
        return self.record.at.within(self.term.start, self.term.end)

    @property
    def macros(self) -> frozenset[str]:
        value = self.term.domain if isinstance(self.term, Directive) else self.term.value
        return value.letters if value else frozenset()

    @property
    def malformed(self) -> bool:
        """Whether the name that it asks for has an empty label or one that is too long."""
        value = self.term.domain if isinstance(self.term, Directive) else self.term.value
        return self.target is None and value is not None and is_known_beforehand(value)

    @property
    def lookups(self) -> int:
        return 1 + (self.below.lookups if self.below else 0)

    @property
    def depth(self) -> int:
        """Levels of includes and redirects that it adds below its record."""
        return 1 + (self.below.depth if self.below else 0) if self.kind in LEADING else 0


class _Fields(NamedTuple):
    name: str
    held: Held
    terms: tuple[SpfTerm, ...] = ()
    lookups: int = 0
    voids4: int = 0
    voids6: int = 0
    name_lookups: int = 0
    depth: int = 0
    open_record: Open | None = None
    open_address: Open | None = None


class SpfNode(_Fields):
    """The SPF record of one name, the terms in effect there that ask DNS, and the sums over all below.

    - `held`: the TXT answer and the SPF records in it.
    - `lookups`: terms that ask DNS, each path counted, so the sums of a deep tree can be huge.
    - `voids4`, `voids6`: terms that find nothing for an IPv4, an IPv6 client.
    - `name_lookups`: terms with the macro `%{p}`, each of which looks up the client's names.
    - `depth`: levels of includes and redirects below this record.
    - `open_record`, `open_address`: the first question below that was not answered, about SPF records
      and about all else.
    """

    # A tree may hold a node on very many paths: to compare or to show it field by field would have no end.
    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__
    __repr__ = object.__repr__

    @property
    def declared(self) -> bool:
        """Whether a declared zone holds the record."""
        return self.held.declared

    @property
    def state(self) -> Literal["found", "none", "several", "unknown"]:
        if isinstance(self.held.answer, Unknown):
            return "unknown"
        return ("none", "found")[len(self.held.records)] if len(self.held.records) < 2 else "several"

    @property
    def open(self) -> Open | None:
        """The first open question of either kind."""
        return first_open((self.open_record, self.open_address))


Path = tuple[SpfTerm, ...]


def walk(node: SpfNode, *, into: Callable[[SpfNode], bool] = lambda _: True) -> Iterator[Path]:
    """Every term below `node` with the terms that lead to it, in the order of the records; each record once.

    `into` tells which records to enter.
    """
    seen = {node.name}
    stack: list[tuple[Path, Iterator[SpfTerm]]] = [((), iter(node.terms))]
    while stack:
        before, terms = stack[-1]
        term = next(terms, None)
        if term is None:
            stack.pop()
            continue
        path = (*before, term)
        yield path
        if term.below is not None and term.below.name not in seen and into(term.below):
            seen.add(term.below.name)
            stack.append((path, iter(term.below.terms)))


def own_terms(node: SpfNode) -> Iterator[Path]:
    """The record's own terms, and those of records outside the declared zones that it leads to.

    A declared record further down answers for itself, so a fault found on these paths is found once.
    """
    return walk(node, into=lambda below: not below.declared)


def anchor(path: Path) -> SpfTerm:
    """The last term of the path that stands in a declared zone: the place for a finding about the path."""
    return next((term for term in reversed(path) if term.declared), path[0])


def deepest(node: SpfNode) -> Path:
    """The terms of the longest way down."""
    path: list[SpfTerm] = []
    while node.depth:
        term = max((term for term in node.terms if term.kind in LEADING), key=lambda term: term.depth)
        path.append(term)
        if term.below is None:
            break
        node = term.below
    return tuple(path)


def first_open(candidates: Iterable[Open | None]) -> Open | None:
    """The open question to tell the reader of: one that was asked and not answered before one never asked."""
    first: Open | None = None
    for candidate in candidates:
        if candidate is not None:
            if candidate[1].reason in _ASKED:
                return candidate
            first = first or candidate
    return first
