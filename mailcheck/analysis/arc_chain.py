"""The Authenticated Received Chain of a message (RFC 8617 section 5.2)."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailcheck.analysis.signature_check import MessageCheck
from mailcheck.analysis.signature_values import ArcChain, ArcSet
from mailcheck.analysis.signature_verdict import verdict
from mailcheck.grammar.message import Field, Message
from mailcheck.grammar.signature import ARC_SEAL, ARC_SIGNATURE, SignatureField, parse_signature
from mailcheck.model.dns import Answers
from mailcheck.model.text import shorten

MOST_SETS = 50
"""RFC 8617 section 4.2.1."""
_RESULTS = "arc-authentication-results"
_NAMES = (_RESULTS, ARC_SIGNATURE, ARC_SEAL)
_TITLES = ("ARC-Authentication-Results", "ARC-Message-Signature", "ARC-Seal")
_INSTANCE = re.compile(r"[ \t]*i[ \t]*=[ \t]*([0-9]{1,3})[ \t]*;")


class SetFields(NamedTuple):
    """The three fields of one ARC set."""

    results: Field
    signature: SignatureField
    seal: SignatureField

    @property
    def fields(self) -> tuple[Field, Field, Field]:
        return self.results, self.signature.field, self.seal.field

    @property
    def signatures(self) -> tuple[SignatureField, SignatureField]:
        return self.signature, self.seal


class BadChain(NamedTuple):
    """Why the sets of a message make no chain."""

    reason: str


def read_sets(message: Message) -> tuple[SetFields, ...] | BadChain:
    """The sets of a message by instance, 1 first and without gaps; empty where it has none."""
    found = [message.named(name) for name in _NAMES]
    most = max([len(fields) for fields in found])
    if most > MOST_SETS:
        return BadChain(f"there are more than {MOST_SETS} ARC sets")
    results = {_instance(field): field for field in found[0]}
    signatures, seals = ({read.instance: read for read in map(parse_signature, fields)} for fields in found[1:])
    wanted = range(1, most + 1)
    instances = [set(results), set(signatures), set(seals)]
    for title, fields, present in zip(_TITLES, found, instances, strict=True):
        if len(fields) != most or present != set(wanted):
            return BadChain(f"not every ARC set from 1 to {most} has exactly one {title}")
    return tuple([SetFields(results[at], signatures[at], seals[at]) for at in wanted])


def validate_chain(
    sets: tuple[SetFields, ...] | BadChain, message: Message, check: MessageCheck, answers: Answers, now: int
) -> ArcChain:
    """The status of the chain; `now` is in seconds since 1970."""
    if isinstance(sets, BadChain):
        return ArcChain("fail", sets.reason)
    if not sets:
        return ArcChain("none", "the message has no ARC sets")
    judged = tuple([_judge(sets, at, message, check, answers, now) for at in range(len(sets))])
    return _status(judged)._replace(sets=judged)


def _judge(
    sets: tuple[SetFields, ...], at: int, message: Message, check: MessageCheck, answers: Answers, now: int
) -> ArcSet:
    own = sets[at]
    signature = verdict(own.signature, own.signature.signed, message.fields, check, answers, now)
    # A seal over a failed chain covers its own set alone (RFC 8617 section 5.1.2).
    covered = [own] if own.seal.chain == "fail" else sets[: at + 1]
    fields = [field for each in reversed(covered) for field in each.fields]
    names = list(_NAMES) * len(covered)
    seal = verdict(own.seal, names[:-1], fields, check, answers, now)
    return ArcSet(at + 1, own.seal.chain, signature, seal)


def _status(sets: tuple[ArcSet, ...]) -> ArcChain:
    newest = sets[-1]
    if newest.chain == "fail":
        return ArcChain("fail", f"seal {newest.instance} says that the chain had failed before (`cv=fail`)")
    for each in sets:
        wanted = "none" if each.instance == 1 else "pass"
        if each.chain != wanted:
            return ArcChain("fail", f"seal {each.instance} says `cv={shorten(each.chain)}`, not `cv={wanted}`")
    counted = [(f"message signature {newest.instance}", newest.message_signature)]
    counted += [(f"seal {each.instance}", each.seal) for each in reversed(sets)]
    for title, signature in counted:
        if signature.result not in ("pass", "temperror", "undetermined"):
            return ArcChain("fail", f"{title}: {signature.reason}")
    for title, signature in counted:
        if signature.result in ("temperror", "undetermined"):
            return ArcChain(signature.result, f"{title}: {signature.reason}", open=signature.open)
    return ArcChain("pass", f"all {len(sets)} seals and message signature {newest.instance} match")


def _instance(field: Field) -> int:
    """i= of an ARC-Authentication-Results, 0 where it has none."""
    found = _INSTANCE.match(field.text)
    return int(found[1]) if found else 0
