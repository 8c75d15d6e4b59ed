"""The arithmetic of a signature, by dkimpy: body hash, header hash, RSA and Ed25519."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cached_property

from mailcheck.analysis.signing_keys import SigningKey
from mailcheck.errors import UsageError
from mailcheck.grammar.message import Field
from mailcheck.grammar.signature import SignatureField

_TAG_B = re.compile(rb"((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[A-Za-z0-9+/= \t\r\n]*")


def require_dkimpy() -> None:
    """Raises UsageError where dkimpy or what it needs for Ed25519 is not installed."""
    try:
        import dkim  # type: ignore[import-untyped]  # noqa: F401
        import nacl.signing  # noqa: F401
    except ImportError:
        raise UsageError(
            "verifying the signatures of a message needs dkimpy, which is not installed",
            hint="pip install 'mailcheck-dns[message]'",
        ) from None


class MessageCheck:
    """Holds a message's body in the forms that its signatures are made over, each made once."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    @cached_property
    def _simple(self) -> bytes:
        from dkim.canonicalization import Simple  # type: ignore[import-untyped]

        return bytes(Simple.canonicalize_body(self._body))

    @cached_property
    def _relaxed(self) -> bytes:
        from dkim.canonicalization import Simple

        # dkimpy's own form takes quadratic time over long runs of white space, and a list item for each run.
        body = self._body.replace(b"\t", b" ")
        while b"  " in body:
            body = body.replace(b"  ", b" ")
        body = bytes(Simple.canonicalize_body(body.replace(b" \r\n", b"\r\n")))
        return b"" if body == b"\r\n" else body

    def body_octets(self, read: SignatureField) -> int:
        """How long the body is in the form that the signature is made over."""
        return len(self._canonical(read))

    def body_matches(self, read: SignatureField) -> bool:
        """Whether the body, up to l=, has the hash in bh= (RFC 6376 section 3.7)."""
        return hashlib.sha256(memoryview(self._canonical(read))[: read.length]).digest() == read.body_hash

    def _canonical(self, read: SignatureField) -> bytes:
        return self._relaxed if read.canonicalization[1] == "relaxed" else self._simple


def header_matches(read: SignatureField, signed: Sequence[str], fields: Sequence[Field], key: SigningKey) -> bool:
    """Whether `read` signs the fields named in `signed`, each name taken from the last of `fields` up."""
    import dkim

    octets = -(-key.bits // 8) if key.key_type == "rsa" else 64
    if len(read.signature) != octets:
        return False
    record = f"v=DKIM1; k={key.key_type}; p={_plain_key(key)}".encode("ascii")
    signer = dkim.DKIM()
    signer.headers = [(field.written, field.value) for field in fields]
    tags = {
        b"a": read.algorithm.encode("ascii"),
        b"b": base64.b64encode(read.signature),
        b"c": "/".join(read.canonicalization).encode("ascii"),
        b"d": b"",
        b"s": b"",
    }
    names = [name.encode("latin-1") for name in signed]
    # dkimpy leaves the white space behind the value of b=, which is deleted with it (RFC 6376 section 3.7).
    own = (read.field.written, _TAG_B.sub(rb"\1", read.field.value, count=1))
    return bool(signer.verify_sig(tags, names, own, lambda *_, **__: record))


def _plain_key(key: SigningKey) -> str:
    """The key in base64 in the one form that dkimpy always reads: an RSAPublicKey, or 32 octets for Ed25519."""
    body = key.encoded.rstrip("=")
    encoded = body + "=" * (-len(body) % 4)
    if key.key_type != "rsa":
        return encoded
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

    octets = load_der_public_key(base64.b64decode(encoded)).public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return base64.b64encode(octets).decode("ascii")
