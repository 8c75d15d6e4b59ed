"""Certificates, and the public halves of private keys; of the private ones nothing leaves this file."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mailcheck.model.machine import Certificate, KeyHalf, Pem

if TYPE_CHECKING:
    from cryptography.x509 import Name

NO_PEM = "no PEM"
DER = "DER instead of PEM"
ENCRYPTED = "encrypted key"
BROKEN_KEY = "broken key"
BROKEN_CERTIFICATE = "broken certificate"
UNSUPPORTED = "unsupported key"
PUBLIC = "public key only"
PROBLEMS = ("", NO_PEM, DER, ENCRYPTED, BROKEN_KEY, BROKEN_CERTIFICATE, UNSUPPORTED, PUBLIC)
"""All that `Pem.problem` says."""

MAX_BLOCKS = 100
"""PEM blocks that are looked at."""
_BEGIN, _END = b"-----BEGIN ", b"-----END "
_CERTIFICATES = frozenset({b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE"})


class _Unusable(Exception):  # noqa: N818 - it says why a block is of no use
    """The words that `Pem.problem` says."""


class _Block(NamedTuple):
    label: bytes
    octets: bytes


def read_pem(octets: bytes) -> Pem:
    """The certificates and keys of a file, PEM (RFC 7468) or a single DER; never raises."""
    blocks = tuple(_blocks(octets))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _of_blocks(blocks) if blocks else _of_der(octets)


def read_certificate(der: bytes) -> Certificate:
    """The certificate in DER. Raises ValueError where it is none, or its key is of no known kind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _certificate(der)
        except _Unusable as problem:
            raise ValueError(str(problem)) from None


def _of_blocks(blocks: tuple[_Block, ...]) -> Pem:
    certificates: list[Certificate] = []
    keys: list[KeyHalf] = []
    problems: list[str] = []
    first: Literal["certificate", "key", ""] = ""
    for label, octets in blocks:
        try:
            if label in _CERTIFICATES:
                first = first or "certificate"
                certificates.append(_pem_certificate(octets))
            elif label.endswith(b"PRIVATE KEY"):
                first = first or "key"
                keys.append(_pem_key(label, octets))
            elif label.endswith(b"PUBLIC KEY"):
                problems.append(PUBLIC)
        except _Unusable as problem:
            problems.append(str(problem))
    if not first and not problems:
        problems.append(NO_PEM)
    return Pem(tuple(certificates), tuple(keys), first, problems[0] if problems else "")


def _of_der(octets: bytes) -> Pem:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    if not octets.startswith(b"\x30"):
        return Pem(problem=NO_PEM)
    try:
        return Pem(certificates=(_certificate(octets),), first="certificate", problem=DER)
    except _Unusable:
        pass
    try:
        return Pem(keys=(_half(_loaded(load_der_private_key, octets)),), first="key", problem=DER)
    except _Unusable as problem:
        return Pem(first="key" if str(problem) == ENCRYPTED else "", problem=str(problem))


def _blocks(octets: bytes) -> Iterator[_Block]:
    """The PEM blocks; one without its end runs up to the next or to the end of the file, and is broken."""
    at = octets.find(_BEGIN)
    for _ in range(MAX_BLOCKS):
        if at < 0:
            return
        label, closed, _rest = octets[at + len(_BEGIN) : at + len(_BEGIN) + 60].partition(b"-----")
        following = octets.find(_BEGIN, at + 1)
        end = octets.find(_END + label + b"-----", at, following if following > 0 else len(octets))
        stop = end + len(_END) + len(label) + 5 if end >= 0 else None
        if closed:
            yield _Block(label, octets[at:stop] + b"\n" if stop else b"")
        at = following


def _pem_certificate(pem: bytes) -> Certificate:
    import ssl

    try:
        body = pem.replace(b"TRUSTED ", b"").replace(b"X509 ", b"").decode("ascii")
        der = ssl.PEM_cert_to_DER_cert(body)
    except ValueError:
        raise _Unusable(BROKEN_CERTIFICATE) from None
    return _certificate(der)


def _pem_key(label: bytes, pem: bytes) -> KeyHalf:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

    if label == b"ENCRYPTED PRIVATE KEY" or b"\nProc-Type: 4,ENCRYPTED" in pem.replace(b"\r", b""):
        raise _Unusable(ENCRYPTED)
    return _half(_loaded(load_ssh_private_key if label == b"OPENSSH PRIVATE KEY" else load_pem_private_key, pem))


def _loaded(load: Any, octets: bytes) -> Any:
    """The key, or what keeps it from being one; what the library says of it is dropped, so is where it was."""
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        return load(octets, None)
    except TypeError:
        problem = ENCRYPTED
    except UnsupportedAlgorithm:
        problem = UNSUPPORTED
    except ValueError:
        problem = BROKEN_KEY
    raise _Unusable(problem)


def _half(private: Any) -> KeyHalf:
    return _public(private.public_key())


def _public(key: Any) -> KeyHalf:
    """The public half as `KeyHalf` has it; Ed25519 counts 256 bits, Ed448 456."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    spki: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if isinstance(key, rsa.RSAPublicKey):
        return KeyHalf("rsa", key.key_size, spki)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return KeyHalf("ec", key.curve.key_size, spki)
    if isinstance(key, dsa.DSAPublicKey):
        return KeyHalf("dsa", key.key_size, spki)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return KeyHalf("ed25519", 256, spki)
    if isinstance(key, ed448.Ed448PublicKey):
        return KeyHalf("ed448", 456, spki)
    raise _Unusable(UNSUPPORTED)


def _certificate(der: bytes) -> Certificate:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import load_der_x509_certificate

    try:
        read = load_der_x509_certificate(der)
        names = _names(read)
        dates = (read.not_valid_before_utc, read.not_valid_after_utc)
        texts = (read.subject.rfc4514_string(), read.issuer.rfc4514_string())
        key = read.public_key()
    except UnsupportedAlgorithm:
        raise _Unusable(UNSUPPORTED) from None
    except (ValueError, TypeError, KeyError):
        raise _Unusable(BROKEN_CERTIFICATE) from None
    return Certificate(names, *texts, *dates, _public(key), der)


def _names(certificate: Any) -> tuple[str, ...]:
    """DNS names of the subjectAltName (else the common name: RFC 6125 section 6.4.4)."""
    from cryptography.x509 import DNSName, ExtensionNotFound, SubjectAlternativeName

    try:
        alternative = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return _common_names(certificate.subject)
    names = alternative.get_values_for_type(DNSName)
    return tuple(name.lower() for name in names) or _common_names(certificate.subject)


def _common_names(subject: Name) -> tuple[str, ...]:
    from cryptography.x509.oid import NameOID

    values = [attribute.value for attribute in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return tuple(value.lower() for value in values if isinstance(value, str))
