"""Keys in the rules' cases: placeholders filled when a case runs, so that no key is committed."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from random import Random

from mailcheck.model.patterns import late

_PLACEHOLDER = late(
    r"\{(?P<kind>rsa(?P<bits>[1-9][0-9]{2,4})(?:e(?P<exponent>[1-9][0-9]{0,5}))?|ed25519)(?P<other>[a-d]?)"
    r"\.(?P<form>public|bare|truncated|spki|private|pkcs1|pem)\}"
)
_STRING = 200
"""Octets of base64 in one string of a master file, which holds 255 at most (RFC 1035 section 3.3)."""


def fill(path: str, text: str) -> str:
    """`text` with every key placeholder replaced; where `path` ends in `.zone`, cut into strings by `" "`.

    `{rsa2048.public}` is the base64 of a SubjectPublicKeyInfo, `.bare` that of an RSAPublicKey,
    `.truncated` the first with one character lost. `{rsa2048e3.public}` has the exponent 3,
    `{rsa2048b.public}` is another key than `{rsa2048.public}` (a to d). `{ed25519.public}` is the bare
    key, `{ed25519.spki}` wrapped. `.private` is PKCS #8 in base64, `.pkcs1` an RSAPrivateKey, `.pem`
    a PEM file in one line.

    Public keys are made up, the same at every run: any odd number of the right length serves as an
    RSA modulus. Private keys are generated, anew in every process.
    """
    if "{" not in text:
        return text
    cut = _cut if path.endswith(".zone") else str
    return _PLACEHOLDER.sub(lambda found: cut(_value(found)), text)


def _cut(value: str) -> str:
    return '" "'.join(value[at : at + _STRING] for at in range(0, len(value), _STRING))


def _value(found: re.Match[str]) -> str:
    form, kind, other = found["form"], found["kind"], found["other"]
    if form in ("private", "pkcs1", "pem"):
        return _private(form, int(found["bits"] or 0), other)
    if kind == "ed25519":
        return _ed25519(form, other)
    public = _rsa(form, int(found["bits"]), int(found["exponent"] or 65537), other)
    if form == "truncated":
        middle = len(public) // 2
        return public[:middle] + public[middle + 1 :]
    return public


@cache
def _rsa(form: str, bits: int, exponent: int, other: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    modulus = Random(f"rsa{bits}{other}").getrandbits(bits) | 1 << (bits - 1) | 1
    shape = PublicFormat.PKCS1 if form == "bare" else PublicFormat.SubjectPublicKeyInfo
    return _encode(RSAPublicNumbers(exponent, modulus).public_key().public_bytes(Encoding.DER, shape))


@cache
def _ed25519(form: str, other: str) -> str:
    prefix = bytes.fromhex("302a300506032b6570032100") if form == "spki" else b""
    public = _encode(prefix + Random(f"ed25519{other}").randbytes(32))
    return public[:20] + public[21:] if form == "truncated" else public


@cache
def _private(form: str, bits: int, other: str) -> str:
    """A new private key; `other` only tells keys of one process apart."""
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(65537, bits) if bits else ed25519.Ed25519PrivateKey.generate()
    shape = PrivateFormat.TraditionalOpenSSL if form == "pkcs1" else PrivateFormat.PKCS8
    if form == "pem":
        return key.private_bytes(Encoding.PEM, shape, NoEncryption()).decode("ascii").replace("\n", "")
    return _encode(key.private_bytes(Encoding.DER, shape, NoEncryption()))


def _encode(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
