"""The client's validated names, for `ptr` and `%{p}` (RFC 7208 sections 5.5 and 7.3)."""

from __future__ import annotations

from mailcheck.analysis.addresses import Open, address_bits
from mailcheck.analysis.spf_run import ASKED_IN_VAIN, ClientNames, Run, unanswered
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown
from mailcheck.model.names import absolute, is_at_or_below, reverse_name

MAX_NAMES = 10
"""PTR records that are looked at; the others are ignored (section 4.6.4)."""


def client_names(run: Run) -> Evaluation[ClientNames]:
    """Look them up, once in an evaluation; names and lookups that fail are passed over (section 5.5)."""
    if run.client is None:
        run.client = yield from _look_up(run)
    return run.client


def _look_up(run: Run) -> Evaluation[ClientNames]:
    question = Question(reverse_name(run.ip), "PTR")
    answer = yield from run.ask(question)
    if not isinstance(answer, Present):
        return ClientNames((), ((question, answer),), _left(question, answer))
    names = list(dict.fromkeys([absolute(record.text) for record in answer.records[:MAX_NAMES]]))
    asked = yield from run.ask_all([Question(name, run.address_type) for name in names])
    found = []
    left = None
    for name, (about, addresses) in zip(names, asked, strict=True):
        if not isinstance(addresses, Present):
            left = left or _left(about, addresses)
        elif any([address_bits(record.text, run.is_ip4) == run.bits for record in addresses.records]):
            found.append(name)
    return ClientNames(tuple(found), ((question, answer), *asked), left)


def _left(question: Question, answer: Answer) -> Open | None:
    if isinstance(answer, Unknown) and answer.reason not in ASKED_IN_VAIN:
        return question, answer
    return None


def validated_name(run: Run, domain: str) -> Evaluation[str]:
    """The value of `%{p}`: the domain itself, else a name below it, else any; "unknown" where there is none.

    Raises Stop where that was never put to DNS.
    """
    found = yield from client_names(run)
    if domain in found.names:
        return domain[:-1]
    below = [name for name in found.names if is_at_or_below(name, domain)]
    if not below and found.left is not None:
        raise unanswered(*found.left, found.asked)
    return (below or found.names or ("unknown.",))[0][:-1]
