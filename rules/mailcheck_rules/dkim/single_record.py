"""A selector has several TXT records.

## What it checks
Two or more different TXT records at one `<selector>._domainkey` name, be they two keys, or one key whose
tags were split into several records. Equal records are `zone-duplicate-record`.

## Why it matters
There must be one. What verifiers do with several is undefined: they take either, or fail. A key split
over two records is found by none, since neither half is a key.

## Example
    s1._domainkey.example.com. TXT "k=rsa"
    s1._domainkey.example.com. TXT "p=MIIBIjANBgkq..."

## How to fix
Join the halves into one record, with `;` between the tags. Publish a second key under a selector of its
own.

## References
RFC 6376 section 3.6.2.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import different, selector_texts
from mailcheck.grammar.dkim import parse_key
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


def check(texts: RecordSet, _: Context) -> Iterator[Problem]:
    records = different(texts)
    if len(records) < 2:
        return
    first, second, *more = records
    keys = [record for record in records if parse_key(record.text).key]
    if len(keys) == 1:
        message = f"one key is split into {len(records)} TXT records, which no verifier joins"
        advice = "join them into one record, with `;` between the tags"
    else:
        message = f"the selector has {len(records)} TXT records, it must have one"
        advice = "keep one record; a second key needs a selector of its own"
    labels = (Label(first.at, "the first one"), *(Label(record.at, "another one") for record in more[:3]))
    yield Problem(message, second.at, help=advice, related=labels)


RULE = Rule(
    __name__,
    __doc__,
    over=selector_texts,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 3.6.2.2",
    good=(
        master(
            's1._domainkey TXT "v=DKIM1; p={rsa2048.public}"\ns2._domainkey TXT "v=DKIM1; p={rsa2048b.public}"'
        ),
        master('s1._domainkey TXT "v=DKIM1; p=" "{rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; p=AAAA"\ns1._domainkey TXT "v=DKIM1; p=AAAA"'),
    ),
    bad=(
        master('s1._domainkey TXT "k=rsa"\ns1._domainkey TXT "p={rsa2048.public}"'),
        Case(
            {"example.com.yaml": "s1._domainkey:\n  type: TXT\n  values:\n  - k=rsa\n  - p={rsa1024.public}\n"},
            caret="p={rsa1024.public}",
        ),
        master('s1._domainkey TXT "v=DKIM1; p={rsa2048.public}"\ns1._domainkey TXT "v=DKIM1; p={rsa1024.public}"'),
    ),
)
