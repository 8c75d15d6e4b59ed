"""The RSA key is a bare RSAPublicKey, which some verifiers do not read.

## What it checks
The DER in `p` is an RSAPublicKey by itself, not one inside a SubjectPublicKeyInfo.

## Why it matters
The RFC's text names the bare form, its example and nearly all software use the wrapped one, and an
erratum admits both. A verifier that knows only the usual form treats the signature as failed.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MIIBCgKCAQEA..."

## How to fix
Publish the key as `openssl rsa -in key.pem -pubout -outform der | openssl base64 -A` writes it; it
begins with `MIIBIjAN` for 2048 bits. The private key stays the same.

## References
RFC 6376 section 3.6.1 with erratum 3017; RFC 8017 appendix A.1.1; RFC 5280 section 4.1.2.7
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, PublicKey, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    if isinstance(record.key, PublicKey) and record.key.bare:
        yield Problem(
            "the key is a bare RSAPublicKey, which some verifiers do not read",
            record.key_at,
            help="publish it as SubjectPublicKeyInfo, as `openssl rsa -pubout` writes it",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 6376 section 3.6.1",
    good=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.public}"'),
    ),
    bad=(master('s1._domainkey TXT "v=DKIM1; p={rsa2048.bare}"', caret="{rsa2048.bare}"),),
    yields_to=("dkim-single-record",),
)
