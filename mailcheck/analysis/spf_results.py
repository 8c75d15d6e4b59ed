"""Which SPF result every client gets, all addresses at once, within the limits of RFC 7208 section 4.6.4.

It gives what `check_host()` gives for each of them. What is not determined is a variable that is the same
wherever the same is asked; it is taken to count one lookup and to be neither void nor an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, cast

from mailcheck.analysis.address_sets import EVERYTHING, AddressSet, address_set
from mailcheck.analysis.addresses import addresses_in
from mailcheck.analysis.conditional_sets import (
    NOBODY,
    ConditionalSet,
    always,
    common,
    joined,
    under,
    without,
)
from mailcheck.analysis.decisions import Decisions
from mailcheck.analysis.spf_gather import MAX_EXCHANGES, Gathered
from mailcheck.analysis.spf_names import target_of
from mailcheck.analysis.spf_node import LIMIT, VOID_LIMIT
from mailcheck.analysis.spf_program import program_of
from mailcheck.analysis.spf_records import terms_in_effect
from mailcheck.analysis.spf_terms import first_matches
from mailcheck.analysis.spf_variables import FAMILIES, Variable, is_malformed, unbounded
from mailcheck.grammar.spf import Directive, Modifier
from mailcheck.model.dns import Absent, Present, Question, Unknown, describe

Results = Mapping[str, ConditionalSet]
"""The clients by result; `ELSEWHERE` and a name stand for whatever its record gives but `pass`."""
ELSEWHERE = "as by "

_Counters = tuple[int, int]
"""Terms that asked DNS so far, and those of them that found nothing."""
_Clients = dict[_Counters, ConditionalSet]
"""Those who come so far, by what was counted for them."""
_RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


class _Match(NamedTuple):
    """Whom a term matches, and for whom it finds nothing in DNS or is an error."""

    clients: ConditionalSet = NOBODY
    void: AddressSet = AddressSet()
    is_error: bool = False


def spf_results(name: str, found: Gathered, decisions: Decisions[Variable]) -> Results:
    """What each client gets for absolute `name`; nothing is told where its own record is not determined."""
    held = found.held[name]
    if isinstance(held.answer, Unknown):
        return {}
    if len(held.records) != 1:
        return {"permerror" if held.records else "none": always(EVERYTHING)}
    checks = _Checks(found, decisions)
    ended = checks.record(name, {(0, 0): always(EVERYTHING)})
    results = {result: checks.whoever(clients) for result, clients in ended.items()}
    results["permerror"] = checks.errors
    return {result: clients for result, clients in results.items() if clients}


class _Checks:
    """All evaluations at once; `errors` are the clients for whom they ended with permerror."""

    def __init__(self, found: Gathered, decisions: Decisions[Variable]) -> None:
        self.found = found
        self.decisions = decisions
        self.errors: ConditionalSet = NOBODY

    def record(self, name: str, clients: _Clients) -> dict[str, _Clients]:
        """What the only SPF record of `name` gives to the clients, by result."""
        held = self.found.held[name]
        assert held.tree is not None
        ended: dict[str, _Clients] = {}
        program = program_of(held.records[0].text)
        if program is not None and program.fault is not None:
            self._fail(clients)
            return ended
        for is_listed, terms in groupby(terms_in_effect(held.tree), key=_is_listed):
            if is_listed:
                for qualifier, networks in first_matches(cast("Iterator[Directive]", terms)).items():
                    matched, clients = self._split(clients, always(networks))
                    self._add(ended, _RESULTS[qualifier], matched)
                continue
            for term in terms:
                if isinstance(term, Modifier):
                    self._redirect(term, name, clients, ended)
                    return ended
                matched, clients = self._directive(term, name, clients)
                self._add(ended, _RESULTS[term.qualifier], matched)
        self._add(ended, "neutral", clients)
        return ended

    def whoever(self, clients: _Clients) -> ConditionalSet:
        """The clients, whatever was counted for them."""
        together: ConditionalSet = NOBODY
        for those in clients.values():
            together = joined(self.decisions, together, those)
        return together

    def _directive(self, term: Directive, name: str, clients: _Clients) -> tuple[_Clients, _Clients]:
        """Whom it matches, and who goes on."""
        if term.mechanism == "all":
            return clients, {}
        clients = self._counted(clients)
        if not clients:
            return {}, {}
        if term.mechanism == "include":
            return self._include(term, name, clients)
        match = self._match(term, name)
        if match.is_error:
            self._fail(clients)
            return {}, {}
        matched, left = self._split(clients, match.clients)
        return matched, self._voided(left, match.void)

    def _include(self, term: Directive, name: str, clients: _Clients) -> tuple[_Clients, _Clients]:
        """Section 5.2: it matches whom the other record gives `pass`."""
        ended = self._below(term, name, clients)
        matched = ended.pop("pass", {})
        left: _Clients = {}
        for others in ended.values():
            self._merge(left, others)
        return matched, left

    def _redirect(self, term: Modifier, name: str, clients: _Clients, ended: dict[str, _Clients]) -> None:
        """Section 6.1: the other record takes the place of this one."""
        for result, those in self._below(term, name, self._counted(clients)).items():
            self._add(ended, result, those)

    def _below(self, term: Directive | Modifier, name: str, clients: _Clients) -> dict[str, _Clients]:
        """What the record that an include or redirect leads to gives, by result."""
        target = target_of(term, name)
        if target is None and not is_malformed(term):
            return self._elsewhere(unbounded(term, name), clients)
        if target is None or target.count(".") < 2:
            self._fail(clients)
            return {}
        held = self.found.held.get(target)
        if held is None or isinstance(held.answer, Unknown):
            return self._elsewhere((describe(Question(target, "TXT")), ""), clients)
        if len(held.records) != 1:
            self._fail(clients)
            return {}
        return self.record(target, clients) if clients else {}

    def _elsewhere(self, variable: Variable, clients: _Clients) -> dict[str, _Clients]:
        """A record that is not determined: it lets pass, or not."""
        passed, others = self._split(clients, under(self.decisions.variable(variable), EVERYTHING))
        return {"pass": passed, ELSEWHERE + variable[0]: others}

    def _match(self, term: Directive, name: str) -> _Match:
        """What `a`, `mx`, `exists` and `ptr` match (sections 5.3 to 5.5 and 5.7)."""
        target = target_of(term, name)
        if target is None and is_malformed(term):
            return _Match()
        if term.mechanism == "ptr" or target is None:
            return _Match(under(self.decisions.variable(unbounded(term, name)), EVERYTHING))
        if term.mechanism == "a":
            return self._hosts(term, (target,))
        if term.mechanism == "exists":
            return self._exists(target)
        question = Question(target, "MX")
        answer = self.found.answers.get(question)
        if isinstance(answer, Absent):
            return _Match(void=EVERYTHING)
        if not isinstance(answer, Present):
            return _Match(self._exchanges(question, term))
        exchanges = self.found.exchanges.get(target, ())
        return self._hosts(term, exchanges) if len(exchanges) <= MAX_EXCHANGES else _Match(is_error=True)

    def _hosts(self, term: Directive, hosts: Sequence[str]) -> _Match:
        """The addresses of the hosts; void is a family in which none of them has any."""
        matched, void = NOBODY, AddressSet()
        for family in FAMILIES:
            length = family.length(term)
            questions = [Question(host, family.rtype) for host in hosts]
            answers = {question: self.found.answers.get(question) for question in questions}
            found = [address for answer in answers.values() for address in addresses_in(answer)]
            of_family = [(address, length) for address in found if address.version == family.version]
            matched = joined(self.decisions, matched, always(address_set(of_family)))
            for question, answer in answers.items():
                if not isinstance(answer, Present | Absent):
                    variable = self.decisions.variable((describe(question), str(length)))
                    matched = joined(self.decisions, matched, under(variable, family.clients))
            if answers and all(isinstance(answer, Absent) for answer in answers.values()):
                void = void.joined(family.clients)
        return _Match(matched, void)

    def _exists(self, target: str) -> _Match:
        question = Question(target, "A")
        answer = self.found.answers.get(question)
        if isinstance(answer, Absent):
            return _Match(void=EVERYTHING)
        if isinstance(answer, Present):
            return _Match(always(EVERYTHING))
        return _Match(under(self.decisions.variable((describe(question), "exists")), EVERYTHING))

    def _exchanges(self, question: Question, term: Directive) -> ConditionalSet:
        """Those whom an `mx` matches of which not even the exchanges are determined."""
        matched: ConditionalSet = NOBODY
        for family in FAMILIES:
            variable = self.decisions.variable((describe(question), f"{family.rtype} {family.length(term)}"))
            matched = joined(self.decisions, matched, under(variable, family.clients))
        return matched

    def _counted(self, clients: _Clients) -> _Clients:
        """One more term that asks DNS."""
        return self._limited({(lookups + 1, voids): those for (lookups, voids), those in clients.items()})

    def _voided(self, clients: _Clients, void: AddressSet) -> _Clients:
        """One more term that found nothing for these addresses."""
        if void == AddressSet():
            return clients
        concerned, left = self._split(clients, always(void))
        self._merge(left, {(lookups, voids + 1): those for (lookups, voids), those in concerned.items()})
        return self._limited(left)

    def _limited(self, clients: _Clients) -> _Clients:
        """Those who are within the limits; the others get an error."""
        over = {counters for counters in clients if counters[0] > LIMIT or counters[1] > VOID_LIMIT}
        self._fail({counters: clients[counters] for counters in over})
        return {counters: those for counters, those in clients.items() if counters not in over}

    def _fail(self, clients: _Clients) -> None:
        self.errors = joined(self.decisions, self.errors, self.whoever(clients))

    def _split(self, clients: _Clients, matched: ConditionalSet) -> tuple[_Clients, _Clients]:
        """Those who are in the set, and those who are not."""
        inside = {counters: common(self.decisions, those, matched) for counters, those in clients.items()}
        outside = {counters: without(self.decisions, those, matched) for counters, those in clients.items()}
        return _present(inside), _present(outside)

    def _add(self, ended: dict[str, _Clients], result: str, clients: _Clients) -> None:
        if clients:
            self._merge(ended.setdefault(result, {}), clients)

    def _merge(self, into: _Clients, clients: _Clients) -> None:
        for counters, those in clients.items():
            into[counters] = joined(self.decisions, into.get(counters, NOBODY), those)


def _present(clients: _Clients) -> _Clients:
    return {counters: those for counters, those in clients.items() if those}


def _is_listed(term: Directive | Modifier) -> bool:
    """Whether it is an `ip4` or `ip6` term: such neighbours are looked at together."""
    return isinstance(term, Directive) and term.address is not None
