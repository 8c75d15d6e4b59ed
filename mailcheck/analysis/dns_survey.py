"""What DNS tells of the mail of a domain: the names that mail uses, and those that they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mailcheck.analysis.spf_names import target_of
from mailcheck.grammar.spf import Directive, Modifier, is_spf, parse_spf
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown
from mailcheck.model.names import absolute, is_at_or_below, parent, split_labels
from mailcheck.model.record import Record

ROUNDS = 8
MOST_NAMES = 200
"""Names that are followed in one zone; the rest is told as not asked for."""

_APEX = ("SOA", "NS", "MX", "A", "AAAA", "TXT", "CAA")
_HOST = ("A", "AAAA", "TXT", "MX")
_ALIAS = "CNAME"
_PROBED = ("A", "AAAA", "MX", "TXT", "CNAME", "TLSA")


class Survey(NamedTuple):
    """Records as they were answered, each at its own name, wildcards at `*`; names in the order of their finding.

    - `unknown`: what was not answered, so that nothing is known to be absent there.
    - `wildcards`: the names whose wildcard answers for everything below them.
    - `left`: names beyond the limit that nobody was asked for.
    """

    records: tuple[Record, ...]
    unknown: Mapping[Question, Unknown]
    wildcards: tuple[str, ...]
    left: tuple[str, ...]


def survey(domain: str, selectors: Iterable[str], probe: str) -> Evaluation[Survey]:
    """Ask for all that mail uses at absolute `domain` and below it; `probe` is a label that nobody has there."""
    asked: dict[Question, None] = dict.fromkeys(_first_questions(domain, selectors))
    answers: dict[Question, Answer] = {}
    left: dict[str, None] = {}
    for _ in range(ROUNDS):
        new = {question for question in asked if question not in answers}
        if not new:
            break
        answers.update((yield new))
        for question in [*asked, *_probes(domain, asked, probe)]:
            asked.setdefault(question)
        names = {question.name for question in asked}
        for question in _led_to(domain, answers):
            if question.name in names or len(names) < MOST_NAMES:
                names.add(question.name)
                asked.setdefault(question)
            else:
                left[question.name] = None
    left |= dict.fromkeys(question.name for question in asked if question not in answers)
    return _survey(domain, asked, answers, probe, tuple(left))


def _first_questions(domain: str, selectors: Iterable[str]) -> Iterator[Question]:
    for rtype in _APEX:
        yield Question(domain, rtype)
    for name in (f"_dmarc.{domain}", f"_mta-sts.{domain}", f"_smtp._tls.{domain}", f"default._bimi.{domain}"):
        yield from _both(name, ("TXT",))
    yield from _both(f"mta-sts.{domain}", ("A", "AAAA"))
    for selector in dict.fromkeys(selectors):
        yield from _both(f"{selector}._domainkey.{domain}", ("TXT",))


def _both(name: str, types: Iterable[str]) -> Iterator[Question]:
    """The types, and an alias in their place."""
    for rtype in (_ALIAS, *types):
        yield Question(name, rtype)


def _probes(domain: str, asked: Iterable[Question], probe: str) -> set[Question]:
    """A name that nobody has beside each name that is asked for: only a wildcard answers there."""
    parents = {parent(question.name) for question in asked if question.name != domain}
    parents = {name for name in parents if not name.startswith(probe)}
    return {Question(f"{probe}.{name}", rtype) for name in parents for rtype in _PROBED}


def _led_to(domain: str, answers: Mapping[Question, Answer]) -> Iterator[Question]:
    """What the answers so far name within the domain."""
    for question, answer in answers.items():
        if not isinstance(answer, Present):
            continue
        for name in (*answer.chain[1:], *[record.name for record in answer.records]):
            if name != question.name and is_at_or_below(name, domain):
                yield from _both(name, (question.type,) if question.type != _ALIAS else ())
        for record in answer.records:
            yield from _named_by(record, domain)


def _named_by(record: Record, domain: str) -> Iterator[Question]:
    target = absolute(record.text.rpartition(" ")[2])
    if record.type == "MX" and is_at_or_below(target, domain) and target != ".":
        yield from _both(target, _HOST)
        yield from _both(f"_25._tcp.{target}", ("TLSA",))
    elif record.type == "NS" and is_at_or_below(target, domain):
        yield from _both(target, ("A", "AAAA"))
    elif record.type == "CNAME" and is_at_or_below(target, domain):
        yield from _both(target, ("A", "AAAA", "TXT"))
    elif record.type == "TXT" and is_spf(record.text):
        tree = parse_spf(record.text)
        terms: list[Directive | Modifier] = [*tree.directives, *tree.modifiers]
        for term in terms:
            name = target_of(term, record.name)
            if name is not None and name != record.name and is_at_or_below(name, domain):
                yield from _both(name, _HOST)


def _survey(
    domain: str,
    asked: Iterable[Question],
    answers: Mapping[Question, Answer],
    probe: str,
    left: tuple[str, ...],
) -> Survey:
    wild = _wildcards(domain, answers, probe)
    records: list[Record] = []
    unknown = {}
    for question in asked:
        answer = answers.get(question)
        if question.name.startswith(probe + "."):
            continue
        if isinstance(answer, Unknown):
            unknown[question] = answer
        elif isinstance(answer, Present) and _is_own(question, answer, wild):
            records += answer.records
    for (name, _), found in wild.items():
        records += [record._replace(name=f"*.{name}") for record in found.records]
    return Survey(tuple(records), unknown, tuple(dict.fromkeys(name for name, _ in wild)), left)


def _is_own(question: Question, answer: Present, wild: Mapping[tuple[str, str], Present]) -> bool:
    """Whether the records stand at the name itself: neither behind an alias, nor made from a wildcard."""
    return not answer.chain and _texts(answer) != _from_wildcard(question, wild)


def _wildcards(domain: str, answers: Mapping[Question, Answer], probe: str) -> dict[tuple[str, str], Present]:
    """The wildcards by the name that they stand below and type, each where it was first answered (RFC 4592)."""
    found: dict[tuple[str, str], Present] = {}
    probed = [(question, answer) for question, answer in answers.items() if question.name.startswith(probe + ".")]
    for question, answer in sorted(probed, key=lambda pair: len(split_labels(pair[0].name))):
        if isinstance(answer, Present) and not answer.chain:
            above = _from_wildcard(Question(parent(question.name), question.type), found, domain)
            if _texts(answer) != above:
                found[parent(question.name), question.type] = answer
    return found


def _from_wildcard(
    question: Question, wild: Mapping[tuple[str, str], Present], apex: str = ""
) -> tuple[str, ...] | None:
    """What the nearest wildcard above a name answers for its type; None where there is none."""
    name = question.name
    while name not in (".", apex):
        name = parent(name)
        if (name, question.type) in wild:
            return _texts(wild[name, question.type])
    return None


def _texts(answer: Present) -> tuple[str, ...]:
    return tuple(sorted(record.text for record in answer.records))
