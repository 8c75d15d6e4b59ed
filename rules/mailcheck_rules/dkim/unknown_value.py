"""A DKIM key record holds a value that verifiers ignore.

## What it checks
Values of `h`, `s` and `t` that no standard defines, beside at least one that verifiers know. Where
nothing usable is left the record is `dkim-syntax`.

## Why it matters
The key works, yet not as its owner seems to intend: an unknown hash is never used, an unknown flag has
no effect. Often it is a misspelt value.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; h=sha256:sha512; p=MIIBIjANBgkq..."

## How to fix
Remove the value, or write one of `sha256` (h), `email` or `*` (s), `y` or `s` (t).

## References
RFC 6376 section 3.6.1; RFC 8301 section 3.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dkim_keys import DkimRecord, dkim_records
from mailcheck.grammar.dkim import FLAGS, HASHES, SERVICES, Item
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(record: DkimRecord, _: Context) -> Iterator[Problem]:
    tree = record.tree
    for tag, items in (("h", _unknown(tree.hashes, HASHES)), ("s", _unknown(tree.services, SERVICES))):
        if len(items) < len((tree.hashes if tag == "h" else tree.services) or ()):
            yield from (_problem(record, tag, item) for item in items)
    yield from (_problem(record, "t", item) for item in _unknown(tree.flags, FLAGS))


def _unknown(items: tuple[Item, ...] | None, known: frozenset[str]) -> list[Item]:
    return [item for item in items or () if item.value not in known]


def _problem(record: DkimRecord, tag: str, item: Item) -> Problem:
    known = {"h": "`sha256`", "s": "`email` and `*`", "t": "`y` and `s`"}[tag]
    return Problem(
        f"verifiers ignore `{item.value[:40]}` in `{tag}`",
        record.at.within(item.start, item.end),
        help=f"remove it: `{tag}` knows {known}",
        token=f"{tag} {item.value}",
    )


RULE = Rule(
    __name__,
    __doc__,
    over=dkim_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 6376 section 3.6.1",
    good=(
        master('s1._domainkey TXT "v=DKIM1; h=sha256; s=email; t=s; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; h=SHA256; s=*; p={rsa2048.public}"'),
        master('s1._domainkey TXT "v=DKIM1; h=sha512; p={rsa2048.public}"'),
    ),
    bad=(
        master('s1._domainkey TXT "v=DKIM1; h=sha256:sha512; p={rsa2048.public}"', caret="sha512"),
        master('s1._domainkey TXT "v=DKIM1; s=email:web; p={rsa2048.public}"', caret="web"),
        master('s1._domainkey TXT "v=DKIM1; t=x; p={rsa2048.public}"', caret="x"),
    ),
    yields_to=("dkim-single-record", "dkim-wrong-name"),
)
