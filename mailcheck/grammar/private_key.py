"""Private keys by their look, so that text that holds one is shown nowhere."""

from __future__ import annotations

import binascii
import re

from mailcheck.grammar.tags import without
from mailcheck.model.patterns import late

_HEADER = late(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")
_ENCODED = re.compile(r"M(?=[A-I][A-Za-z0-9+/]{38})")
"""The first 40 characters of what base64 makes of a DER sequence of 32 to 65,535 octets (0x30 and its length)."""
_SKIPPED = " \t\r\n\"'"
_LEAST_KEY = 40
_VERSIONS = (b"\x02\x01\x00", b"\x02\x01\x01")
"""The integers 0 and 1 in DER."""


def holds_private_key(text: str) -> bool:
    """Whether `text` holds a PEM private key, or a private key in base64 DER; white space is skipped.

    PKCS #1, PKCS #8 and SEC 1 private keys are a sequence that begins with a version number of 0 or 1
    (RFC 8017 appendix A.1.2, RFC 5958 section 2, RFC 5915 section 3); public keys and certificates
    are not. The first 30 octets decide, so that a key that was cut short is found too.
    """
    if "PRIVATE KEY" in text and _HEADER.search(text):
        return True
    if len(text) < _LEAST_KEY or "M" not in text:
        return False
    packed = without(text, _SKIPPED)
    starts = [found.start() for found in _ENCODED.finditer(packed)]
    return any([_is_private(packed[start : start + _LEAST_KEY]) for start in starts])


def _is_private(encoded: str) -> bool:
    octets = binascii.a2b_base64(encoded)
    length = octets[1]
    body = 2 if length < 0x80 else 2 + (length & 0x7F)
    return octets.startswith(_VERSIONS, body)
