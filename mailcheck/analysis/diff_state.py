"""What one state of the zones says of a domain's mail, as far as two states are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.analysis.diff_dmarc import DmarcState, dmarc_state
from mailcheck.analysis.diff_keys import KeyState, key_state
from mailcheck.analysis.diff_transport import TransportState, transport_state
from mailcheck.analysis.mail_statements import exchanges
from mailcheck.analysis.senders import Senders, senders
from mailcheck.analysis.spf_gather import hold
from mailcheck.analysis.spf_names import target_of
from mailcheck.model.diff import NOT_DETERMINED
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown

NULL_MX = "."
_MOST_REDIRECTS = 10
_RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


class Compared(NamedTuple):
    """A domain, and the owner names of its DKIM keys on either side."""

    name: str
    key_names: tuple[str, ...] = ()


class DomainState(NamedTuple):
    """One domain; `exchanges` are preferences by name, None where they are not determined.

    `otherwise` is the SPF result of a client that no other term matches (RFC 7208 sections 4.7 and 5.1).
    """

    spf: Senders
    otherwise: str
    dmarc: DmarcState
    keys: Mapping[str, KeyState]
    exchanges: Mapping[str, str] | None
    transport: TransportState


def domain_state(compared: Compared) -> Evaluation[DomainState]:
    """What the zones say of one domain."""
    name = compared.name
    asked = {owner: Question(owner, "TXT") for owner in compared.key_names}
    mx = Question(name, "MX")
    answers = yield {mx, *asked.values()}
    keys = {owner: key_state(question, answers[question]) for owner, question in asked.items()}
    found = _exchanges(answers[mx])
    spf = yield from senders(name)
    otherwise = yield from _otherwise(name)
    dmarc = yield from dmarc_state(name)
    transport = yield from transport_state(name)
    return DomainState(spf, otherwise, dmarc, keys, found, transport)


def _exchanges(answer: Answer) -> Mapping[str, str] | None:
    if isinstance(answer, Unknown):
        return None
    values = [record.text for record in answer.records] if isinstance(answer, Present) else []
    null = {NULL_MX: "0"} if any(value.endswith(f" {NULL_MX}") for value in values) else {}
    return {name: preference.lstrip("0") or "0" for name, preference in exchanges(values).items()} | null


def _otherwise(name: str) -> Evaluation[str]:
    for _ in range(_MOST_REDIRECTS):
        question = Question(name, "TXT")
        answer = (yield {question})[question]
        if isinstance(answer, Unknown):
            return NOT_DETERMINED
        tree = hold(name, answer).tree
        if tree is None or tree.invalid:
            return "none"
        if tree.all is not None:
            return _RESULTS[tree.all.qualifier]
        redirect = tree.modifier("redirect")
        if redirect is None:
            return "neutral"
        target = target_of(redirect, name)
        if target is None:
            return NOT_DETERMINED
        name = target
    return NOT_DETERMINED
