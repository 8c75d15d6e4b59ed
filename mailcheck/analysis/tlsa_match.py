"""Whether a TLSA record fits a certificate that is presented (RFC 6698 section 2.1, RFC 7672 section 3.1)."""

from __future__ import annotations

from hashlib import sha256, sha512

from mailcheck.analysis.postfix_tls import Leaf
from mailcheck.grammar.tlsa import TlsaRecord
from mailcheck.model.machine import Certificate

_DIGESTS = {1: sha256, 2: sha512}


def fits(record: TlsaRecord, leaf: Leaf) -> bool | None:
    """Whether a usable record does; None: it is for an authority (usage 2) whose certificate is not presented."""
    if record.usage.value == 3:
        return _is_of(record, leaf.certificate)
    return any([_is_of(record, issuer) for issuer in leaf.issuers]) or None


def _is_of(record: TlsaRecord, certificate: Certificate) -> bool:
    octets = certificate.key.spki if record.selector.value else certificate.der
    digest = _DIGESTS.get(record.matching.value or 0)
    return record.data == (digest(octets).digest() if digest else octets)
