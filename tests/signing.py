"""Signs messages with keys made for the test: an independent signer, and dkimpy's for what it covers."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailcheck.grammar.message import Message, parse_message
from mailcheck.model.dns import Answer, Present
from mailcheck.model.limits import Limits
from mailcheck.model.location import NOWHERE
from mailcheck.model.record import Record
from tests.analysis.evaluation import Scripted

NOW = 1_800_000_000
DOMAIN = "example.com"
FIELDS = {"From": "Ann <ann@example.com>", "To": "bob@example.net", "Subject": "the bill"}
BODY = "See the attachment.\r\n"


class Key(NamedTuple):
    """A private key of the test; its repr tells nothing."""

    private: RSAPrivateKey | Ed25519PrivateKey

    def __repr__(self) -> str:
        return type(self.private).__name__

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    @property
    def public(self) -> str:
        """What `p` of a key record holds."""
        key = self.private.public_key()
        if isinstance(self.private, RSAPrivateKey):
            return b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
        return b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()

    @property
    def without_parameters(self) -> str:
        """The key in a SubjectPublicKeyInfo whose algorithm has no NULL behind it (RSA alone)."""
        bare = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
        algorithm = bytes.fromhex("300b06092a864886f70d010101")
        bits = b"\x03\x82" + (len(bare) + 1).to_bytes(2, "big") + b"\0" + bare
        return b64encode(b"\x30\x82" + len(algorithm + bits).to_bytes(2, "big") + algorithm + bits).decode()

    @property
    def bare(self) -> str:
        """The key as an RSAPublicKey."""
        return b64encode(self.private.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)).decode()

    @property
    def record(self) -> str:
        return f"v=DKIM1; k={self.algorithm.partition('-')[0]}; p={self.public}"

    @property
    def pem(self) -> bytes:
        is_rsa = isinstance(self.private, RSAPrivateKey)
        shape = PrivateFormat.TraditionalOpenSSL if is_rsa else PrivateFormat.PKCS8
        return self.private.private_bytes(Encoding.PEM, shape, NoEncryption())

    @property
    def for_dkimpy(self) -> bytes:
        if isinstance(self.private, RSAPrivateKey):
            return self.pem
        return b64encode(self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))

    def sign(self, octets: bytes) -> bytes:
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(octets, PKCS1v15(), hashes.SHA256())
        return self.private.sign(sha256(octets).digest())


@cache
def rsa_key(bits: int = 2048, name: str = "") -> Key:
    """One key for each size and name in a process."""
    return Key(generate_private_key(65537, bits))


@cache
def ed25519_key() -> Key:
    return Key(Ed25519PrivateKey.generate())


def signed(
    key: Key,
    tags: Mapping[str, str] | None = None,
    *,
    without: str | None = None,
    fields: Mapping[str, str] = FIELDS,
    body: str = BODY,
    around: tuple[str, str] = ("", ""),
    behind: str = "",
) -> bytes:
    """A message with one signature, relaxed, over all fields; `tags` replace and add, before it is signed.

    Fields and body must be in the relaxed form already (RFC 6376 section 3.4). `around` is the white
    space around the value of `b`, `behind` what follows it.
    """
    covered = body.encode()[: int((tags or {}).get("l", len(body)))]
    given = {
        "v": "1",
        "a": key.algorithm,
        "c": "relaxed/relaxed",
        "d": DOMAIN,
        "s": "s",
        "h": ":".join(fields),
        "bh": b64encode(sha256(covered).digest()).decode(),
        **(tags or {}),
    }
    if without is not None:
        del given[without]
    unsigned = "; ".join(f"{tag}={value}" for tag, value in given.items()) + "; b="
    lines = [
        f"{field.lower()}:{value}\r\n" for field, value in fields.items() if field.lower() in given["h"].lower()
    ]
    signature = key.sign(("".join(lines) + f"dkim-signature:{unsigned}{behind}").encode())
    head = "".join(f"{field}: {value}\r\n" for field, value in fields.items())
    value = b64encode(signature).decode().join(around)
    return f"DKIM-Signature: {unsigned}{value}{behind}\r\n{head}\r\n{body}".encode()


def message(octets: bytes) -> Message:
    read = parse_message(octets, Limits())
    assert isinstance(read, Message)
    return read


def texts(*values: str, name: str = f"s._domainkey.{DOMAIN}.") -> Present:
    return Present(tuple([Record(name, "TXT", 300, value, NOWHERE, NOWHERE) for value in values]))


def answering(answer: Answer, selector: str = "s") -> Scripted:
    """A view that has one answer, for a selector of DOMAIN."""
    return Scripted({(f"{selector}._domainkey.{DOMAIN}.", "TXT"): answer})
