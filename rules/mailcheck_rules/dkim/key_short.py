"""An RSA key is shorter than 2048 bits.

## What it checks
The length of the RSA modulus in `p`: at least 1024 and less than 2048 bits. Shorter ones are
`dkim-key-strength`.

## Why it matters
Signers should use 2048 bits. 1024 is still accepted everywhere and is no longer thought safe for
years to come; Google recommends 2048.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUA..."

## How to fix
Make a key of 2048 bits, publish it under a new selector, switch the mail server to it, and revoke this
one a few days later. The longer text takes two strings in one TXT record.

## References
RFC 8301 section 3.2; https://support.google.com/a/answer/81126
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, PublicKey, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    key = record.key
    if isinstance(key, PublicKey) and key.exponent is not None and 1024 <= key.bits < 2048:
        yield Problem(
            f"the RSA key has {key.bits} bits, 2048 are recommended",
            record.key_at,
            help="replace it by a key of 2048 bits under a new selector",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 8301 section 3.2",
    good=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; p={rsa512.public}"'),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.public}"'),
    ),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa1024.public}"', caret="{rsa1024.public}"),
        master('s1._domainkey TXT "v=DKIM1; p={rsa2047.public}"', caret="{rsa2047.public}"),
    ),
    yields_to=("dkim-single-record",),
)
