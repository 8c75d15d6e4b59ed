"""DKIM-Signature, ARC-Message-Signature and ARC-Seal fields (RFC 6376 section 3.5, RFC 8617 section 4.1)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.grammar.message import Field
from mailcheck.grammar.tags import TagList, parse_tags, without
from mailcheck.model.names import is_at_or_below
from mailcheck.model.text import shorten, shown_name

SIGNATURE, ARC_SIGNATURE, ARC_SEAL = "dkim-signature", "arc-message-signature", "arc-seal"

LONGEST = 16_384
"""Octets of a field from which on it is not read; one with a key of 4,096 bits and 100 signed fields has 3,000."""

_REQUIRED = {
    SIGNATURE: ("v", "a", "b", "bh", "d", "h", "s"),
    ARC_SIGNATURE: ("i", "a", "b", "bh", "d", "h", "s"),
    ARC_SEAL: ("i", "a", "b", "cv", "d", "s"),
}
_ALGORITHMS = frozenset({"rsa-sha256", "ed25519-sha256"})
_CANONICALIZATION = re.compile(r"(?:simple|relaxed)(?:/(?:simple|relaxed))?")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_NUMBER = re.compile(r"[0-9]{1,19}")
_LONG_GAP = re.compile(rb"[ \t\r\n]{1000}")
_WHITE = " \t\r\n"
_MOST_NAMES = 1_000


class SignatureFault(NamedTuple):
    """Why verifiers give a signature up before they ask for its key.

    `syntax`: it cannot be read. `unsuitable`: it can, and may not be used.
    """

    kind: Literal["syntax", "unsuitable"]
    reason: str


class SignatureField(NamedTuple):
    """A signature read; where there is a `fault`, the values behind it may be empty.

    - `domain`: d=, absolute, lower case, A-labels. `selector`: s=, lower case, no final dot.
    - `identity`: i= of a DKIM-Signature as written, `@` and d= where it is left out; `identity_domain`: its
      domain in the form of `domain`, empty where it is none.
    - `algorithm`: a= in lower case. `canonicalization`: c= in full, of header and body.
    - `signed`: the names in h=, lower case, in their order, repetitions included.
    - `body_hash`, `signature`: the octets of bh= and b=.
    - `length`: l=. `signed_at`, `expires_at`: t= and x=, seconds since 1970.
    - `instance`, `chain`: i= and cv= of ARC; 0 and empty elsewhere.
    """

    field: Field
    fault: SignatureFault | None
    domain: str = ""
    selector: str = ""
    identity: str = ""
    identity_domain: str = ""
    algorithm: str = ""
    canonicalization: tuple[str, str] = ("simple", "simple")
    signed: tuple[str, ...] = ()
    body_hash: bytes = b""
    signature: bytes = b""
    length: int | None = None
    signed_at: int | None = None
    expires_at: int | None = None
    instance: int = 0
    chain: str = ""


def parse_signature(field: Field) -> SignatureField:
    """Read a field named SIGNATURE, ARC_SIGNATURE or ARC_SEAL; linear, never raises."""
    if len(field.value) > LONGEST:
        return SignatureField(field, SignatureFault("syntax", f"the field is longer than {LONGEST} octets"))
    tags = parse_tags(field.text)
    domain, selector = (mail_domain(_value(tags, name)) or "" for name in "ds")
    names = tuple([name.strip(_WHITE).lower() for name in _value(tags, "h").split(":")])
    first, _, second = _value(tags, "c").lower().partition("/")
    identity = (_value(tags, "i") or "@" + shown_name(domain)) if field.name == SIGNATURE else ""
    read = SignatureField(
        field,
        None,
        domain,
        selector.removesuffix("."),
        identity,
        mail_domain(identity.rpartition("@")[2]) or "",
        _value(tags, "a").lower(),
        ("relaxed", "relaxed") if field.name == ARC_SEAL else (first or "simple", second or "simple"),
        names if tags.get("h") else (),
        _octets(tags, "bh"),
        _octets(tags, "b"),
        _number(tags, "l"),
        _number(tags, "t"),
        _number(tags, "x"),
        0 if field.name == SIGNATURE else _number(tags, "i") or 0,
        _value(tags, "cv").lower(),
    )
    return read._replace(fault=next(_faults(read, tags), None))


def _value(tags: TagList, name: str) -> str:
    tag = tags.get(name)
    return tag.value if tag else ""


def _number(tags: TagList, name: str) -> int | None:
    value = _value(tags, name)
    return int(value) if _NUMBER.fullmatch(value) else None


def _octets(tags: TagList, name: str) -> bytes:
    """The octets of a base64 value; empty where it is none."""
    encoded = without(_value(tags, name), _WHITE)
    if not _BASE64.fullmatch(encoded) or len(encoded) % 4:
        return b""
    return binascii.a2b_base64(encoded)


def _faults(read: SignatureField, tags: TagList) -> Iterator[SignatureFault]:
    for reason in (*_list_faults(read, tags), *_value_faults(read, tags)):
        yield SignatureFault("syntax", reason)
    for reason in (*_unsuitable(read, tags), *_of_its_kind(read, tags)):
        yield SignatureFault("unsuitable", reason)


def _list_faults(read: SignatureField, tags: TagList) -> Iterator[str]:
    if _LONG_GAP.search(read.field.value):
        yield "1000 octets of white space stand in one place"
    for problem in tags.problems:
        part = tags.text[problem.start : problem.end].strip(_WHITE)
        yield f"`{shorten(part)}` is no `tag=value`" if part else "nothing stands between two semicolons"
    for tag in tags.duplicates():
        yield f"the tag `{shorten(tag.name)}` stands twice"
    for name in _REQUIRED[read.field.name]:
        if tags.get(name) is None:
            yield f"the required tag `{name}` is missing"


def _value_faults(read: SignatureField, tags: TagList) -> Iterator[str]:
    for name, value in (("d", read.domain), ("s", read.selector)):
        if not value:
            yield f"`{name}={shorten(_value(tags, name))}` is no domain name"
    for name, octets in (("bh", read.body_hash), ("b", read.signature)):
        if tags.get(name) is not None and not octets:
            yield f"`{name}` is not base64"
    for name in "ltx" if read.field.name == SIGNATURE else "iltx":
        if tags.get(name) is not None and _number(tags, name) is None:
            yield f"`{name}={shorten(_value(tags, name))}` is no number of up to 19 digits"
    if tags.get("c") and not _CANONICALIZATION.fullmatch(_value(tags, "c").lower()):
        yield f"no verifier knows the canonicalization `{shorten(_value(tags, 'c'))}`"
    if len(read.signed) > _MOST_NAMES:
        yield f"`h` names more than {_MOST_NAMES} fields"


def _unsuitable(read: SignatureField, tags: TagList) -> Iterator[str]:
    if read.algorithm == "rsa-sha1":
        yield "`a=rsa-sha1` must not be used any more (RFC 8301 section 3.1)"
    elif read.algorithm not in _ALGORITHMS:
        yield f"no verifier knows the algorithm `{shorten(read.algorithm)}`"
    if tags.get("q") and "dns/txt" not in [way.strip(_WHITE).lower() for way in _value(tags, "q").split(":")]:
        yield f"`q={shorten(_value(tags, 'q'))}` names no way to the key that verifiers know"
    if read.field.name != ARC_SEAL and "from" not in read.signed:
        yield "the From field is not signed"
    if read.signed_at is not None and read.expires_at is not None and read.expires_at < read.signed_at:
        yield "it expires (`x`) before it was made (`t`)"


def _of_its_kind(read: SignatureField, tags: TagList) -> Iterator[str]:
    if read.field.name == SIGNATURE:
        if _value(tags, "v") != "1":
            yield f"`v={shorten(_value(tags, 'v'))}` is no version that verifiers know"
        if not is_at_or_below(read.identity_domain, read.domain):
            yield f"`i={shorten(read.identity)}` is not at or below `d={shown_name(read.domain)}`"
    elif read.field.name == ARC_SEAL:
        if tags.get("h"):
            yield "an ARC-Seal has no `h`"
    elif ARC_SEAL in read.signed:
        yield "an ARC-Message-Signature must not sign ARC-Seal"
