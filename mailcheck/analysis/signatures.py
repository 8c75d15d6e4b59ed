"""The DKIM signatures and the ARC chain of a message, and what a selector's key is good for."""

from __future__ import annotations

from mailcheck.analysis.arc_chain import BadChain, read_sets, validate_chain
from mailcheck.analysis.signature_check import MessageCheck, require_dkimpy
from mailcheck.analysis.signature_values import MessageSignatures, Signature
from mailcheck.analysis.signature_verdict import questions_of, verdict
from mailcheck.analysis.signing_keys import NoKey, key_question, read_key
from mailcheck.grammar.message import Message
from mailcheck.grammar.signature import SIGNATURE, parse_signature
from mailcheck.model.dns import Evaluation, describe

MOST_SIGNATURES = 10
"""DKIM signatures of one message that are checked, from the topmost on."""


def verify_signatures(message: Message, now: int) -> Evaluation[MessageSignatures]:
    """Every DKIM signature (RFC 6376 section 6) and the ARC chain (RFC 8617 section 5.2) of a message.

    `now` is in seconds since 1970. Asks for all keys at once. Raises UsageError where the message is
    signed and dkimpy is not installed.
    """
    found = message.named(SIGNATURE)
    reads = [parse_signature(field) for field in found[:MOST_SIGNATURES]]
    sets = read_sets(message)
    in_sets = [] if isinstance(sets, BadChain) else [read for each in sets for read in each.signatures]
    if reads or in_sets:
        require_dkimpy()
    answers = yield questions_of([*reads, *in_sets])
    check = MessageCheck(message.body)
    return MessageSignatures(
        tuple([verdict(read, read.signed, message.fields, check, answers, now) for read in reads]),
        len(found) - len(reads),
        validate_chain(sets, message, check, answers, now),
    )


def key_verdict(domain: str, selector: str) -> Evaluation[Signature]:
    """Whether a usable key stands at a selector (no final dot) of an absolute domain.

    `pass` means: a signature made with its private half can verify.
    """
    question = key_question(domain, selector)
    answers = yield {question}
    key = read_key(question, answers[question])
    if isinstance(key, NoKey):
        return Signature(
            key.result,
            key.reason,
            domain,
            selector,
            key=key.record,
            key_bits=key.bits,
            testing=key.testing,
            open=key.open,
        )
    return Signature(
        "pass",
        f"a usable key stands at {describe(question)}",
        domain,
        selector,
        algorithm=key.key_type,
        key=key.record,
        key_bits=key.bits,
        testing=key.testing,
    )
