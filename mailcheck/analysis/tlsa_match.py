"""Whether a TLSA record fits a certificate that is presented (RFC 6698 section 2.1, RFC 7672 section 3.1)."""

from __future__ import annotations

from hashlib import sha256, sha512

from mailcheck.analysis.postfix_tls import Leaf
from mailcheck.grammar.tlsa import TlsaRecord
from mailcheck.model.machine import Certificate

_DIGESTS = {1: sha256, 2: sha512}


def fits(record: TlsaRecord, leaf: Leaf) -> bool | None:
    """Whether it does; None: it speaks of an authority (usage 2) whose certificate does not follow the leaf.

    A record whose usage, selector or matching type is unknown does not fit.
    """
    if record.usage.value == 3:
        return _is_of(record, leaf.certificate)
    if record.usage.value == 2:
        return any([_is_of(record, issuer) for issuer in leaf.issuers]) or None
    return False


def _is_of(record: TlsaRecord, certificate: Certificate) -> bool:
    if record.selector.value not in (0, 1):
        return False
    octets = certificate.key.spki if record.selector.value else certificate.der
    if record.matching.value == 0:
        return record.data == octets
    digest = _DIGESTS.get(record.matching.value or 0)
    return digest is not None and record.data == digest(octets).digest()
