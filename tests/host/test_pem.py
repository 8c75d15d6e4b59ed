"""Keys and certificates: what is told of them, and that no private octet is."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat

from mailcheck.grammar.pem import read_certificate, read_pem
from mailcheck.host.tree import Tree
from mailcheck.model.machine import KeyHalf, Pem

PLAIN = serialization.NoEncryption()
SIZES = {"rsa": 2048, "ec": 256, "dsa": 1024, "ed25519": 256, "ed448": 456}
LOCKED = serialization.BestAvailableEncryption(b"hunter2")


def key(kind: str = "rsa") -> Any:
    return made(kind)


@cache
def made(kind: str) -> Any:
    return {
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
        "dsa": lambda: dsa.generate_private_key(1024),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "ed448": ed448.Ed448PrivateKey.generate,
        "x25519": x25519.X25519PrivateKey.generate,
    }[kind]()


def pem(private: Any, shape: PrivateFormat = PrivateFormat.PKCS8, lock: Any = PLAIN) -> bytes:
    written: bytes = private.private_bytes(Encoding.PEM, shape, lock)
    return written


def half(private: Any, kind: str, bits: int) -> KeyHalf:
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return KeyHalf(kind, bits, public)


@cache
def certificate(*names: str, common: str = "Mail.example.com", kind: str = "rsa") -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key(kind).public_key(), 1, start, start + timedelta(90))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), False)
    return builder.sign(key(kind), None if kind == "ed25519" else hashes.SHA256())


@pytest.mark.parametrize(
    ("kind", "bits", "shape"),
    [
        *((kind, bits, PrivateFormat.PKCS8) for kind, bits in SIZES.items()),
        *((kind, SIZES[kind], PrivateFormat.TraditionalOpenSSL) for kind in ("rsa", "ec", "dsa")),
        *((kind, SIZES[kind], PrivateFormat.OpenSSH) for kind in ("rsa", "ec", "ed25519")),
    ],
)
def test_keys(kind: str, bits: int, shape: PrivateFormat) -> None:
    told = read_pem(b"a comment\n" + pem(key(kind), shape))
    assert told == Pem(keys=(half(key(kind), kind, bits),), first="key")


def test_a_weak_key_is_told_with_its_size() -> None:
    weak = rsa.generate_private_key(65537, 1024)
    assert read_pem(pem(weak)).keys[0].bits == 1024


def test_a_key_before_its_chain() -> None:
    chain = certificate("mail.example.com"), certificate("other.example.com")
    octets = pem(key()) + b"".join(each.public_bytes(Encoding.PEM) for each in chain)
    told = read_pem(octets.replace(b"\n", b"\r\n"))
    assert told.first == "key"
    assert [each.names for each in told.certificates] == [("mail.example.com",), ("other.example.com",)]
    assert told.certificates[0].key == told.keys[0]
    assert not told.problem


def test_a_certificate() -> None:
    told = read_pem(certificate("MAIL.example.com", "*.example.org").public_bytes(Encoding.PEM))
    (read,) = told.certificates
    assert read.names == ("mail.example.com", "*.example.org")
    assert (read.subject, read.issuer) == ("CN=Mail.example.com", "CN=Mail.example.com")
    assert (read.not_before, read.not_after) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 4, 1, tzinfo=UTC),
    )
    assert told.first == "certificate"
    assert read_certificate(read.der) == read


def test_the_common_name_counts_where_there_is_no_other() -> None:
    (read,) = read_pem(certificate().public_bytes(Encoding.PEM)).certificates
    assert read.names == ("mail.example.com",)


def test_der() -> None:
    raw = key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, PLAIN)
    assert read_pem(raw) == Pem(keys=(half(key(), "rsa", 2048),), first="key", problem="DER instead of PEM")
    told = read_pem(certificate().public_bytes(Encoding.DER))
    assert (len(told.certificates), told.problem) == (1, "DER instead of PEM")
    locked = key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, LOCKED)
    assert read_pem(locked) == Pem(first="key", problem="encrypted key")


BROKEN = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (b"", "no PEM"),
        (b"garbage", "no PEM"),
        (b"\x30\x03\x02\x01\x00", "broken key"),
        (BROKEN, "broken key"),
        (b"-----BEGIN PRIVATE KEY-----\nMII", "broken key"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "broken key"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "broken certificate"),
        (b"-----BEGIN CERTIFICATE-----\n\xff\n-----END CERTIFICATE-----\n", "broken certificate"),
        (b"-----BEGIN CERTIFICATE-----\n", "broken certificate"),
        (b"-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n", "no PEM"),
        (b"-----BEGIN " * 5_000, "no PEM"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "public key only"),
    ],
)
def test_what_is_of_no_use(octets: bytes, problem: str) -> None:
    told = read_pem(octets)
    assert (told.problem, told.certificates, told.keys) == (problem, (), ())


@pytest.mark.parametrize("shape", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_encrypted(shape: PrivateFormat) -> None:
    assert read_pem(pem(key(), shape, LOCKED)).problem == "encrypted key"


def test_a_key_of_another_use() -> None:
    assert read_pem(pem(key("x25519"))).problem == "unsupported key"


def test_a_broken_part_leaves_the_others() -> None:
    told = read_pem(BROKEN + pem(key()))
    assert (told.problem, len(told.keys)) == ("broken key", 1)


def test_no_certificate() -> None:
    with pytest.raises(ValueError, match="broken certificate"):
        read_certificate(b"0")


def test_of_a_private_key_nothing_is_left(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Whole or damaged, in any form: none of its private numbers is in anything that is told."""
    numbers = key().private_numbers()
    whole = pem(key())
    damaged = whole.replace(b"A", b"B", 1), whole[:-60], whole.replace(b"-----END", b"----END"), whole[:800]
    marks = {b64encode(each.to_bytes(256, "big"))[8:40].decode() for each in (numbers.d, numbers.p, numbers.q)}
    marks |= {str(each)[:40] for each in (numbers.d, numbers.p, numbers.q)}
    marks |= {line.decode() for line in whole.splitlines()[8:-2]}
    for octets in (whole, *damaged, whole + whole):
        (tmp_path / "key").write_bytes(octets)
        with Tree(tmp_path, live=True) as tree:
            told = "".join(repr(tree.read("/key", how)) for how in ("pem", "text", "secret", "stat"))  # type: ignore[arg-type]
        assert not [mark for mark in marks if mark in told]
    assert capfd.readouterr() == ("", "")
