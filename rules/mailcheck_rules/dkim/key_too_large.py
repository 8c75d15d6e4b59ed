"""An RSA key is longer than 4096 bits.

## What it checks
The length of the RSA modulus in `p`.

## Why it matters
Verifiers must handle keys of 1024 to 4096 bits and may refuse longer ones. The answer also passes the
size that DNS carries well over UDP.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MIIEIjANBgkqhkiG9w0BAQEF..."

## How to fix
Make a key of 2048 bits and publish it under a new selector.

## References
RFC 8301 section 3.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, PublicKey, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    if isinstance(record.key, PublicKey) and record.key.bits > 4096:
        yield Problem(
            f"the RSA key has {record.key.bits} bits, verifiers need handle only 1024 to 4096",
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
    good=(master('s1._domainkey TXT "v=DKIM1; p={rsa4096.public}"'),),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa8192.public}"', caret="{rsa8192.public}"),
        master('s1._domainkey TXT "v=DKIM1; p={rsa4097.public}"', caret="{rsa4097.public}"),
    ),
    yields_to=("dkim-single-record",),
)
