"""The text in `p` is no public key.

## What it checks
The base64 in `p` decodes to a key of the stated type: for `k=rsa`, which is the default, a DER key whose
length octets agree with what is there, for `k=ed25519` exactly 32 octets. A key that was cut short is
named as such. Characters that are no base64 are `dkim-syntax`.

## Why it matters
Verifiers cannot read the key, so every signature made with it fails. The usual cause is a character lost
where a long key was cut into strings, or a copy that missed a line.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQEFAAOC"

## How to fix
Copy the whole key again from the tool that made it. For Ed25519 publish the 32 octets of the key itself,
not the PEM file's content.

## References
RFC 6376 section 3.6.1 with erratum 3017; RFC 8463 section 4.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import BadKey, DkimRecord, dkim_records
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    if isinstance(record.key, BadKey):
        yield Problem(f"the key {record.key.reason}", record.key_at, help=record.key.help)


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 3.6.1",
    good=(
        master('s1._domainkey TXT "v=DKIM1; k=rsa; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.bare}"'),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.public}"'),
        master('s1._domainkey TXT "v=DKIM1; k=rsa; p="'),
        master('s1._domainkey TXT "v=DKIM1; k=unknown; p=AAAA"'),
    ),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.truncated}"', caret="{rsa2048.truncated}"),
        master('s1._domainkey TXT "v=DKIM1; p={rsa4096.truncated}"', caret="{rsa4096.truncated}"),
        master('s1._domainkey TXT "v=DKIM1; p={ed25519.public}"', caret="{ed25519.public}"),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.spki}"', caret="{ed25519.spki}"),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.truncated}"'),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; k=rsa; p={ed25519.spki}"'),
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}AAAA"'),
        master(
            's1._domainkey TXT "v=DKIM1; p=IIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"',
            caret="IIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
        ),
        master('s1._domainkey TXT "v=DKIM1; p=AAAA===="', caret="AAAA===="),
        Case({"example.com.yaml": "s1._domainkey:\n  type: TXT\n  value: v=DKIM1\\; p=MAA=\n"}, caret="MAA="),
    ),
    yields_to=("dkim-single-record", "dkim-wrong-name", "dkim-private-key"),
)
