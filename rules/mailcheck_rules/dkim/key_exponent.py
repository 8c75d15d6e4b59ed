"""An RSA key has the public exponent 3.

## What it checks
The public exponent of the RSA key in `p`.

## Why it matters
Verifiers that check the padding carelessly accept forged signatures for keys with the exponent 3; this
has happened in several libraries. 65537, which every tool uses today, is not open to that. No standard
for DKIM forbids it: this is advice.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MIIBIDANBgkqhkiG9w0BAQEF..."

## How to fix
Make a new key with current tools, such as `openssl genrsa 2048`, and publish it under a new selector.

## References
RFC 8017 section 8.2.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, PublicKey, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    if isinstance(record.key, PublicKey) and record.key.exponent == 3:
        yield Problem(
            "the RSA key has the public exponent 3, which careless verifiers let be forged",
            record.key_at,
            help="replace it by a key with the exponent 65537 under a new selector",
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 8017 section 8.2.2",
    good=(master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),),
    bad=(master('s1._domainkey TXT "v=DKIM1; p={rsa2048e3.public}"', caret="{rsa2048e3.public}"),),
    yields_to=("dkim-single-record",),
)
