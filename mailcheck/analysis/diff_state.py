"""What one state of the zones says of a domain's mail, as far as two states are compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mailcheck.analysis.diff_dmarc import DmarcState, dmarc_state
from mailcheck.analysis.diff_keys import KeyState, key_state
from mailcheck.analysis.diff_transport import TransportState, transport_state
from mailcheck.analysis.mail_statements import exchanges
from mailcheck.analysis.senders import Senders, senders
from mailcheck.model.dns import Answer, Evaluation, Present, Question, Unknown

NULL_MX = "."


class Compared(NamedTuple):
    """A domain, and the owner names of its DKIM keys on either side."""

    name: str
    key_names: tuple[str, ...] = ()


class DomainState(NamedTuple):
    """One domain; `exchanges` are preferences by name, None where they are not determined."""

    spf: Senders
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
    dmarc = yield from dmarc_state(name)
    transport = yield from transport_state(name)
    return DomainState(spf, dmarc, keys, found, transport)


def _exchanges(answer: Answer) -> Mapping[str, str] | None:
    if isinstance(answer, Unknown):
        return None
    values = [record.text for record in answer.records] if isinstance(answer, Present) else []
    null = {NULL_MX: "0"} if any(value.endswith(f" {NULL_MX}") for value in values) else {}
    return {name: preference.lstrip("0") or "0" for name, preference in exchanges(values).items()} | null
