"""Who may send: the exact addresses for which an SPF record gives `pass` (RFC 7208 section 4.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple, cast

from mailcheck.analysis.address_sets import EVERYTHING, AddressSet, address_set
from mailcheck.analysis.addresses import ADDRESS_TYPES, Open, addresses_in
from mailcheck.analysis.spf_gather import LEADING, MAX_EXCHANGES, Gathered, gather
from mailcheck.analysis.spf_names import target_of
from mailcheck.analysis.spf_records import terms_in_effect
from mailcheck.analysis.spf_terms import listed_networks, qualifier_and_kind
from mailcheck.analysis.spf_tree import spf_tree
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown
from mailcheck.model.text import shown_name

MAX_DEPTH = 40
"""Levels of includes that are followed, as many as are asked for."""


class Senders(NamedTuple):
    """What the SPF record of `name` authorises, whatever the limits on lookups say.

    - `state`: of the name itself: `found`, `none`, `several` or `unknown`.
    - `addresses`: those that get `pass`, without what only `unbounded` terms let pass or keep out.
    - `unbounded`: terms whose addresses cannot be listed, since they depend on the message (`exists:%{i}…`)
      or on the client's own DNS (`ptr`), each as `name: term`.
    - `broken`: what is an error (permerror) for every client that comes so far.
    - `open`: questions that were not answered; what they might add is not in `addresses`.
    - `lookups`, `voids`: the worst case over all paths (RFC 7208 section 4.6.4).
    - `questions`: all that was asked of DNS, the names that CNAMEs led to among them.
    - `found`: the answers.
    """

    name: str
    state: str
    addresses: AddressSet
    unbounded: tuple[str, ...]
    broken: tuple[str, ...]
    open: tuple[Open, ...]
    lookups: int
    voids: int
    questions: frozenset[Question]
    found: Gathered


def senders(domain: str) -> Evaluation[Senders]:
    """What the SPF record of absolute, lower-case `domain` authorises."""
    tree = yield from spf_tree(domain)
    found = yield from gather(domain)
    listing = _Listing(found)
    addresses = listing.verdict(domain, ()).passed
    unanswered = [(question, answer) for question, answer in found.answers.items() if isinstance(answer, Unknown)]
    return Senders(
        domain,
        tree.state,
        addresses,
        tuple(sorted(listing.unbounded)),
        tuple(sorted(listing.broken)),
        tuple(sorted(unanswered, key=lambda entry: entry[0])),
        tree.lookups,
        max(tree.voids4, tree.voids6),
        frozenset(name for asked in found.answers.items() for name in _asked(*asked)),
        found,
    )


def _asked(question: Question, answer: Answer) -> Iterator[Question]:
    yield question
    for name in answer.chain:
        yield Question(name, question.type)
    if isinstance(answer, Present):
        yield Question(answer.records[0].name, question.type)


class _Verdict(NamedTuple):
    """The addresses for which a record gives `pass`, and those for which it is an error (permerror)."""

    passed: AddressSet = AddressSet()
    errors: AddressSet = AddressSet()


_NOBODY = _Verdict()
_ERROR = _Verdict(errors=EVERYTHING)


@dataclass(slots=True)
class _Listing:
    """The addresses of each record below one, each record looked at once."""

    found: Gathered
    unbounded: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    known: dict[str, _Verdict] = field(default_factory=dict)

    def verdict(self, name: str, path: tuple[str, ...]) -> _Verdict:
        """What the only SPF record of `name` gives; `path` holds the names of the records that lead to it."""
        if name in self.known:
            return self.known[name]
        held = self.found.held.get(name)
        if held is None or held.tree is None:
            return _NOBODY
        if held.tree.invalid:
            self.broken.add(f"{shown_name(name)}: a term that receivers refuse")
            return _ERROR
        passed, errors, left = AddressSet(), AddressSet(), EVERYTHING
        for (qualifier, listed), terms in groupby(terms_in_effect(held.tree), key=qualifier_and_kind):
            if listed:
                matches = [_Verdict(listed_networks(terms))]
            else:
                matches = [self._match(term, name, (*path, name)) for term in terms]
            for match in matches:
                errors = errors.joined(match.errors.common(left))
                left = left.without(match.errors)
                if qualifier == "+":
                    passed = passed.joined(match.passed.common(left))
                left = left.without(match.passed)
        self.known[name] = _Verdict(passed, errors)
        return self.known[name]

    def _match(self, term: Directive | Modifier, name: str, path: tuple[str, ...]) -> _Verdict:
        """The addresses that a term matches, and those for which it is an error."""
        kind = term.mechanism if isinstance(term, Directive) else term.name
        if kind == "all":
            return _Verdict(EVERYTHING)
        target = target_of(term, name)
        if kind == "ptr" or target is None:
            self.unbounded.add(self._told(name, term))
            return _NOBODY
        if kind in LEADING:
            return self._below(term, name, target, path)
        return _Verdict(self._hosts(cast("Directive", term), kind, target))

    def _below(self, term: Directive | Modifier, name: str, target: str, path: tuple[str, ...]) -> _Verdict:
        """What an include or redirect leads to (RFC 7208 sections 5.2 and 6.1)."""
        held = self.found.held.get(target)
        if target in path or len(path) > MAX_DEPTH:
            self.broken.add(f"{self._told(name, term)} leads back to itself")
            return _ERROR
        if held is not None and not isinstance(held.answer, Unknown) and len(held.records) != 1:
            what = "several SPF records" if held.records else "no SPF record"
            self.broken.add(f"{self._told(name, term)} leads to {what}")
            return _ERROR
        return self.verdict(target, path)

    def _hosts(self, term: Directive, kind: str, target: str) -> AddressSet:
        """What `a`, `mx` and an `exists` without macros match."""
        answers = self.found.answers
        if kind == "exists":
            answer = answers.get(Question(target, "A"))
            return EVERYTHING if isinstance(answer, Present) else AddressSet()
        hosts = (target,) if kind == "a" else self.found.exchanges.get(target, ())[:MAX_EXCHANGES]
        return address_set(
            (address, term.prefix4 if address.version == 4 else term.prefix6)
            for host in hosts
            for rtype in ADDRESS_TYPES
            for address in addresses_in(answers.get(Question(host, rtype)))
        )

    def _told(self, name: str, term: Directive | Modifier) -> str:
        text = self.found.held[name].records[0].text[term.start : term.end]
        return f"{shown_name(name)}: {text}"
