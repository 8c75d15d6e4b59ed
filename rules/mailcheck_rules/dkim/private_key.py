"""A zone file holds a private key.

## What it checks
A TXT record, at whatever name, with a PEM private key or with base64 that begins like a private key
(PKCS #1, PKCS #8 or SEC 1). The key is never shown.

## Why it matters
Whoever reads the zone, the repository or its history can sign mail in the domain's name. The key is
lost, even if it was never deployed.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MIIEvQIBADANBgkqhkiG9w0BAQEFAAS..."

## How to fix
Make a new key pair. Publish its public half under a new selector, and remove this record. Removing it
from the file does not take it out of the repository's history: never use the old key again.

## References
RFC 6376 sections 3.6.1 and 8.3; RFC 5958 section 2; RFC 8017 appendix A.1.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import private_keys
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master
from mailcheck.model.record import Record


def check(record: Record, _: Context) -> Iterator[Problem]:
    # The place is the owner name, so that no caret leads to the key and no text of it is quoted.
    yield Problem(
        f"`{record.name.removesuffix('.')}` publishes a private key",
        record.owner_at,
        help="make a new key pair, publish its public half under a new selector, never use this key again",
    )


RULE = Rule(
    __name__,
    __doc__,
    over=private_keys,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 3.6.1",
    good=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.bare}"'),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.public}"'),
        master('@ TXT "never publish a PRIVATE KEY"'),
    ),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; k=rsa; p={rsa1024.private}"', caret="s1._domainkey"),
        master('s1._domainkey TXT "v=DKIM1; k=rsa; p={rsa1024.pkcs1}"', caret="s1._domainkey"),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.private}"', caret="s1._domainkey"),
        Case({"example.com.yaml": "key:\n  type: TXT\n  value: '{ed25519.pem}'\n"}, caret="key"),
    ),
)
