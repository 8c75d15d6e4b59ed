"""The key of a signature: what the answer at its selector is worth to a verifier (RFC 6376 section 6.1.2)."""

from __future__ import annotations

from typing import NamedTuple

from mailcheck.analysis.dkim_keys import BadKey, decode_key
from mailcheck.analysis.signature_values import SignatureResult
from mailcheck.grammar.dkim import KeyRecord, parse_key
from mailcheck.model.dns import Absent, Answer, Present, Question, Unknown, describe
from mailcheck.model.record import Record

LEAST_BITS = 1024
"""RFC 8301 section 3.2: shorter RSA keys are never valid."""
MOST_BITS = 8192
"""Verifiers must take up to 4,096 (RFC 8301 section 3.2), few take more than this."""
_MOST_EXPONENT = 1 << 64
_WHY = {
    "not_asked": "was not asked for",
    "unusable": "has no usable answer",
    "budget": "was given up, since the run's queries or time are used up",
    "limit": "is behind a limit",
    "unread": "could not be read",
}
_UNANSWERED = frozenset({"timeout", "servfail", "refused", "formerr"})


class SigningKey(NamedTuple):
    """A key that verifies signatures.

    `encoded` is base64 without white space; `strict` says that i= must name d= itself (t=s).
    """

    record: Record
    key_type: str
    encoded: str
    bits: int
    testing: bool
    strict: bool


class NoKey(NamedTuple):
    """Why there is no key to verify with; `record` is the one at fault, `open` what was not answered."""

    result: SignatureResult
    reason: str
    record: Record | None = None
    bits: int | None = None
    testing: bool = False
    open: tuple[Question, Unknown] | None = None


def key_question(domain: str, selector: str) -> Question:
    """Where the key of a selector (no final dot) of an absolute domain stands (RFC 6376 section 3.6.2.1)."""
    return Question(f"{selector}._domainkey.{domain}", "TXT")


def read_key(question: Question, answer: Answer, algorithm: str = "") -> SigningKey | NoKey:
    """The key in an answer; `algorithm` is a= of the signature, empty where any key will do."""
    if isinstance(answer, Unknown):
        return _unanswered(question, answer)
    where = describe(question)
    if isinstance(answer, Absent):
        what = "the name does not exist" if answer.kind == "nxdomain" else "the name has no TXT record"
        return NoKey("permerror", f"no key for signature: {where}, {what}")
    different = {record.text: record for record in reversed(answer.records)}
    if len(different) > 1:
        return NoKey(
            "permerror",
            f"{len(different)} different records stand at {where}, and which one verifiers take is undefined",
            answer.records[0],
        )
    return _usable(where, answer, algorithm)


def _unanswered(question: Question, answer: Unknown) -> NoKey:
    result: SignatureResult = "temperror" if answer.reason in _UNANSWERED else "undetermined"
    reason = _WHY.get(answer.reason, f"was not answered ({answer.reason})")
    return NoKey(result, f"the key {reason}: {describe(question)}", open=(question, answer))


def _usable(where: str, answer: Present, algorithm: str) -> SigningKey | NoKey:
    record = answer.records[0]
    tree = parse_key(record.text)
    testing = tree.flag("y") is not None
    if (fault := _fault(tree, algorithm)) is not None:
        return NoKey("permerror", f"{fault} ({where})", record, testing=testing)
    key = decode_key(tree.key_type, tree.encoded)
    if isinstance(key, BadKey):
        return NoKey("permerror", f"the key {key.reason} ({where})", record, testing=testing)
    if tree.key_type == "rsa" and key.bits < LEAST_BITS:
        reason = f"the RSA key has {key.bits} bits, under {LEAST_BITS} none is valid ({where})"
        return NoKey("policy", reason, record, key.bits, testing)
    if key.bits > MOST_BITS or (key.exponent or 0) >= _MOST_EXPONENT:
        reason = f"the RSA key has {key.bits} bits or an exponent that verifiers do not take ({where})"
        return NoKey("policy", reason, record, key.bits, testing)
    return SigningKey(record, tree.key_type, tree.encoded, key.bits, testing, tree.flag("s") is not None)


def _fault(tree: KeyRecord, algorithm: str) -> str | None:
    """What keeps verifiers from using the record, before they decode its key."""
    if tree.problems:
        return f"the key record cannot be used: {tree.problems[0].message}"
    if tree.is_revoked:
        return "the key is revoked, its `p=` is empty"
    if tree.hashes is not None and "sha256" not in [item.value for item in tree.hashes]:
        return "the key does not allow sha256 (`h=`)"
    if tree.services is not None and not {"*", "email"} & {item.value for item in tree.services}:
        return "the key is not for mail (`s=`)"
    wanted = algorithm.partition("-")[0]
    if wanted and tree.key_type != wanted:
        return f"the signature is {algorithm}, the key is {tree.key_type}"
    return None
