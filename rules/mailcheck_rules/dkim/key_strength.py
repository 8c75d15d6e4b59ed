"""An RSA key is shorter than 1024 bits, so verifiers must not use it.

## What it checks
The length of the RSA modulus in `p`. Keys of 1024 up to 2047 bits are `dkim-key-short`.

## Why it matters
Keys of 512 bits have been factored within days, on rented machines, since 2012. Verifiers must not accept
signatures by keys under 1024 bits, so mail signed with this one counts as unsigned.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQAD..."

## How to fix
Make a key of 2048 bits, publish it under a new selector, switch the mail server to it, and revoke this
one a few days later.

## References
RFC 8301 section 3.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, PublicKey, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    key = record.key
    if isinstance(key, PublicKey) and key.exponent is not None and key.bits < 1024:
        yield Problem(
            f"the RSA key has {key.bits} bits, verifiers take none under 1024",
            record.key_at,
            help="replace it by a key of 2048 bits under a new selector",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8301 section 3.2",
    good=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa1024.public}"'),
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.public}"'),
    ),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa512.public}"', caret="{rsa512.public}"),
        master('s1._domainkey TXT "v=DKIM1; p={rsa768.public}"', caret="{rsa768.public}"),
        master('s1._domainkey TXT "v=DKIM1; p={rsa1023.public}"', caret="{rsa1023.public}"),
    ),
    yields_to=("dkim-single-record",),
)
