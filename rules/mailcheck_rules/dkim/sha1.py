"""A DKIM key allows signatures with SHA-1 only.

## What it checks
The `h` tag lists `sha1` and not `sha256`.

## Why it matters
Verifiers must not accept SHA-1 signatures, and may not accept others by this key. So no signature with
it ever passes.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; h=sha1; p=MIIBIjANBgkq..."

## How to fix
Remove the `h` tag, or write `h=sha256`, and let the mail server sign with rsa-sha256.

## References
RFC 8301 section 3.1; RFC 6376 section 3.6.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, dkim_records
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    hashes = record.tree.hashes or ()
    if any(item.value == "sha256" for item in hashes):
        return
    for item in hashes:
        if item.value == "sha1":
            yield Problem(
                "the key allows SHA-1 only, which verifiers must not accept",
                record.at.within(item.start, item.end),
                help="remove the `h` tag, or write `h=sha256`",
            )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 8301 section 3.1",
    good=(
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; h=sha1:sha256; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; h=sha512; p={rsa2048.public}"'),
    ),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; h=sha1; p={rsa2048.public}"', caret="sha1"),
        master('s1._domainkey TXT "v=DKIM1; h=SHA1 : sha512; p={rsa2048.public}"', caret="SHA1"),
    ),
    yields_to=("dkim-single-record",),
)
