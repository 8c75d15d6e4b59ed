"""One signature, its key and the message: what verifiers make of the three (RFC 6376 section 6.1)."""

from __future__ import annotations

from collections.abc import Sequence

from mailcheck.analysis.signature_check import MessageCheck, header_matches
from mailcheck.analysis.signature_values import Signature, SignatureResult
from mailcheck.analysis.signing_keys import NoKey, SigningKey, key_question, read_key
from mailcheck.grammar.message import Field
from mailcheck.grammar.signature import ARC_SEAL, SIGNATURE, SignatureField
from mailcheck.model.dns import Answers, Question, describe
from mailcheck.model.text import shorten, shown_name

CLOCK_SKEW = 300
"""Seconds by which a signer's clock may be ahead."""


def questions_of(reads: Sequence[SignatureField]) -> set[Question]:
    """Where the keys of those signatures stand that can be used at all."""
    return {key_question(read.domain, read.selector) for read in reads if read.fault is None}


def verdict(
    read: SignatureField,
    signed: Sequence[str],
    fields: Sequence[Field],
    check: MessageCheck,
    answers: Answers,
    now: int,
) -> Signature:
    """The verdict on a signature over the named fields, and over the body unless it is an ARC-Seal.

    `now` is in seconds since 1970.
    """
    given = Signature(
        "permerror",
        "",
        read.domain,
        read.selector,
        read.identity,
        read.algorithm,
        signed=read.signed,
        signed_at=read.signed_at,
        expires_at=read.expires_at,
        line=read.field.line,
    )
    if read.fault is not None:
        result: SignatureResult = "neutral" if read.fault.kind == "syntax" else "permerror"
        return given._replace(result=result, reason=read.fault.reason)
    if read.field.name != ARC_SEAL:
        octets = check.body_octets(read)
        if read.length is not None and read.length > octets:
            reason = f"`l={read.length}` is more than the body has, {octets} octets"
            return given._replace(reason=reason)
        given = given._replace(
            failed=None if check.body_matches(read) else "body",
            unsigned_octets=None if read.length is None else octets - read.length,
        )
    question = key_question(read.domain, read.selector)
    key = read_key(question, answers[question], read.algorithm)
    if isinstance(key, NoKey):
        return _without_key(given, key)
    given = given._replace(key=key.record, key_bits=key.bits, testing=key.testing)
    if read.field.name == SIGNATURE and key.strict and read.identity_domain != read.domain:
        domain = shown_name(read.domain)
        reason = f"the key says `t=s`, so `i={shorten(read.identity)}` must be at `d={domain}` itself"
        return given._replace(reason=reason)
    if given.failed is None and not header_matches(read, signed, fields, key):
        given = given._replace(failed="header")
    result, reason = _outcome(given, key, describe(question), fields, now)
    return given._replace(result=result, reason=reason)


def _without_key(given: Signature, key: NoKey) -> Signature:
    body = "; the body does not match `bh` either" if given.failed == "body" else ""
    return given._replace(
        result=key.result,
        reason=key.reason + body,
        key=key.record,
        key_bits=key.bits,
        testing=key.testing,
        open=key.open,
    )


def _outcome(
    given: Signature, key: SigningKey, where: str, fields: Sequence[Field], now: int
) -> tuple[SignatureResult, str]:
    if given.failed == "body":
        return "fail", "the body does not match `bh`: it was changed after signing"
    if given.failed == "header":
        authors = sum(field.name == "from" for field in fields)
        several = f"; the message has {authors} From fields, all of which count" if authors > 1 else ""
        return "fail", f"the signature does not match the signed fields and the key at {where}{several}"
    if given.expires_at is not None and given.expires_at < now:
        return "policy", f"it matches, but expired (`x={given.expires_at}`)"
    if given.signed_at is not None and given.signed_at > now + CLOCK_SKEW:
        return "policy", f"it matches, but was made in the future (`t={given.signed_at}`)"
    kind = f"{key.bits}-bit RSA" if key.key_type == "rsa" else "Ed25519"
    unsigned = (
        f"; {given.unsigned_octets} octets of the body are not signed (`l`)" if given.unsigned_octets else ""
    )
    return "pass", f"it matches the {kind} key at {where}{unsigned}"
