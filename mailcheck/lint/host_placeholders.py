"""Keys and certificates in the cases of host rules: placeholders filled when a case runs."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from mailcheck.model.patterns import late

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes as PrivateKey

_WORD = "[a-z0-9.,*-]{1,200}"
_PLACEHOLDER = late(
    rf"\{{key (?P<name>{_WORD}) (?P<kind>rsa[0-9]{{3,4}}|ed25519|ec) (?P<form>pem|public|sha256)\}}"
    rf"|\{{cert (?P<names>{_WORD}) (?P<days>-?[0-9]{{1,4}}) (?P<issuer>{_WORD}) (?P<key>{_WORD})\}}"
)
_STRING = 200
_TODAY = datetime(2026, 11, 1, tzinfo=UTC)


def fill_host(text: str, path: str = "") -> str:
    """`text` with every placeholder replaced; where `path` ends in `.zone`, cut into strings by `" "`.

    `{key NAME KIND pem}` is a private key in PEM, of kind `rsa2048`, `ed25519` or `ec`; `public` the base64 of
    its SubjectPublicKeyInfo, `sha256` the hash of that in hexadecimal, as a TLSA record 3 1 1 has it. The same
    name and kind give the same key. `{cert NAMES DAYS ISSUER KEY}` is a certificate in PEM for NAMES (between
    commas) over the key `KEY rsa2048`, which ends so many DAYS after the day of the cases, signed by an
    authority called ISSUER, by itself where that is `self`.

    All keys are generated, anew in every process.
    """
    if "{" not in text:
        return text
    in_strings = path.endswith(".zone")
    return _PLACEHOLDER.sub(lambda found: _cut(_value(found)) if in_strings else _value(found), text)


def _cut(value: str) -> str:
    return '" "'.join(value[at : at + _STRING] for at in range(0, len(value), _STRING))


def _value(found: re.Match[str]) -> str:
    if found["names"]:
        return _certificate(found["names"], int(found["days"]), found["issuer"], found["key"])
    if found["form"] == "pem":
        return _pem(found["name"], found["kind"])
    public = _public(found["name"], found["kind"])
    return sha256(public).hexdigest() if found["form"] == "sha256" else b64encode(public).decode()


@cache
def _key(name: str, kind: str) -> PrivateKey:
    """The key of that name: the name only tells keys of one kind apart."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


@cache
def _pem(name: str, kind: str) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return _key(name, kind).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().rstrip()


@cache
def _public(name: str, kind: str) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return _key(name, kind).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@cache
def _certificate(names: str, days: int, issuer: str, key: str) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    listed = names.split(",")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, listed[0])])
    by_itself = issuer == "self"
    signer = _key(key, "rsa2048") if by_itself else _key(issuer, "rsa2048")
    ends = _TODAY + timedelta(days=days)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by_itself else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(_key(key, "rsa2048").public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=90))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in listed]), critical=False)
        .sign(signer, SHA256())
    )
    return certificate.public_bytes(Encoding.PEM).decode().rstrip()
