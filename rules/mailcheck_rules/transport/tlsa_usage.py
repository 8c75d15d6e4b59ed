"""A TLSA record for mail has a certificate usage that mail servers do not use.

## What it checks
The first field of TLSA records at `_25._tcp`: 2 (DANE-TA) or 3 (DANE-EE), not 0 (PKIX-TA), 1 (PKIX-EE)
or a number that no standard defines.

## Why it matters
For mail between servers the usages 0 and 1 must not be published; senders treat such records as
unusable. Where no other record is left, TLS is used without any check of the certificate.

## Example
    _25._tcp.mail.example.com. TLSA 1 1 1 ...

## How to fix
Write `3 1 1` and the SHA-256 digest of the server's public key, or `2 1 1` with that of the issuing
authority's key.

## References
RFC 7672 section 3.1.3; RFC 6698 section 2.1.1
"""

from collections.abc import Iterator

from mailcheck.analysis.transport import Tlsa, tlsa_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master

_PKIX = {0: "PKIX-TA", 1: "PKIX-EE"}
_PRIVATE_USE = 255


def check(tlsa: Tlsa, _: Context) -> Iterator[Problem]:
    usage = tlsa.tree.usage
    if not tlsa.is_smtp or usage.value is None or usage.value in (2, 3, _PRIVATE_USE):
        return
    name = _PKIX.get(usage.value)
    said = (
        f"{name}({usage.value}), which senders of mail do not use"
        if name
        else f"{usage.value}, which is undefined"
    )
    yield Problem(
        f"the certificate usage is {said}",
        tlsa.record.at.within(usage.start, usage.end),
        help="write 3 (DANE-EE) for the server's own key, or 2 (DANE-TA) for its authority's",
        token=tlsa.record.text,
    )


_EXCHANGE = '@ MX 10 mail\nmail A 192.0.2.25\n_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@example.com"\n'
_DIGEST = "ab" * 32

RULE = Rule(
    __name__,
    __doc__,
    over=tlsa_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7672 section 3.1.3",
    good=(
        master(f"{_EXCHANGE}_25._tcp.mail TLSA 3 1 1 {_DIGEST}\n_25._tcp.mail TLSA 2 0 1 {_DIGEST}"),
        master(f"_443._tcp.www TLSA 1 1 1 {_DIGEST}\nwww A 192.0.2.80"),
    ),
    bad=(
        master(f"{_EXCHANGE}_25._tcp.mail TLSA 0 0 1 {_DIGEST}", caret="0"),
        master(f"{_EXCHANGE}_25._tcp.mail TLSA 1 1 1 {_DIGEST}", caret="1"),
        master(f"{_EXCHANGE}_25._tcp.mail TLSA 4 1 1 {_DIGEST}", caret="4"),
    ),
)
