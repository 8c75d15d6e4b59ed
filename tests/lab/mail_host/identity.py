"""The keys and certificates of a mail host, made when tests run."""

from __future__ import annotations

import datetime
from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

HOST = "mail.example.com"
_DAY = datetime.timedelta(days=1)


class DkimKey(NamedTuple):
    """An RSA key; its repr tells nothing."""

    private: rsa.RSAPrivateKey

    def __repr__(self) -> str:
        return "DkimKey"

    @property
    def pem(self) -> bytes:
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def record(self) -> str:
        """The key record as the strings of a master file."""
        der = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        text = b64encode(der).decode("ascii")
        parts = [
            "v=DKIM1; h=sha256; k=rsa; p=",
            *(text[start : start + 200] for start in range(0, len(text), 200)),
        ]
        return " ".join(f'"{part}"' for part in parts)


@cache
def dkim_key(owner: str, bits: int = 2048) -> DkimKey:
    """The key of `owner`, the same one during a run of the tests."""
    return DkimKey(rsa.generate_private_key(65537, bits))


class Pair(NamedTuple):
    """A certificate and its key, PEM, and what a TLSA record 3 1 1 says of it; its repr tells nothing."""

    certificate: bytes
    key: bytes
    tlsa: str

    def __repr__(self) -> str:
        return "Pair"


class Authority(NamedTuple):
    """A certificate authority that nobody but the tests trusts."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def __repr__(self) -> str:
        return "Authority"

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def issue(self, *names: str, days: int = 90) -> Pair:
        """A certificate for DNS names that ends in so many days (in the past where negative)."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)
        found = (
            _builder(_name(names[0]), self.certificate.subject, key.public_key())
            .not_valid_before(now + min(days, 0) * _DAY - _DAY)
            .not_valid_after(now + days * _DAY)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.private.public_key()), critical=False
            )
            .sign(self.private, hashes.SHA256())
        )
        return _pair(found, key)


@cache
def authority() -> Authority:
    """The one authority of a run of the tests."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("mailcheck tests")
    now = datetime.datetime.now(datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        _builder(name, name, key.public_key())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + 365 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


@cache
def host_pair() -> Pair:
    """The certificate of the host."""
    return authority().issue(HOST)


@cache
def snakeoil(name: str) -> Pair:
    """A certificate that its own key signed, as Debian's ssl-cert makes one."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    built = _builder(_name(name), _name(name), key.public_key()).not_valid_before(now - _DAY)
    return _pair(built.not_valid_after(now + 3650 * _DAY).sign(key, hashes.SHA256()), key)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    serial = x509.random_serial_number()
    return x509.CertificateBuilder(issuer, subject, key, serial)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Pair(certificate.public_bytes(Encoding.PEM), pem, sha256(spki).hexdigest())
