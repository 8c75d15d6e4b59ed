"""The same record is declared twice.

## What it checks
No record set holds the same value twice. Names, addresses and hexadecimal data are compared without
regard to case, IPv6 addresses also without regard to how they are shortened.

## Why it matters
A record set has each value once: servers drop the repetition, octoDNS and some providers refuse the
zone. Often one of the two was meant to be something else.

## Example
    example.com. MX 10 mail.example.com.
    example.com. MX 10 MAIL.example.com.

## How to fix
Remove one of the two, or correct it.

## References
RFC 2181 section 5
"""

from collections.abc import Iterator
from ipaddress import IPv6Address

from mailcheck.analysis.zone_sets import sets_of_several
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import Record, RecordSet
from mailcheck.model.text import shorten

_ANY_CASE = frozenset(
    {
        "AFSDB", "ALIAS", "CDS", "CNAME", "DNAME", "DS", "KX", "MX", "NS", "PTR", "RP", "SMIMEA", "SOA",
        "SRV", "SSHFP", "TLSA",
    }
)  # fmt: skip


def check(found: RecordSet, _: Context) -> Iterator[Problem]:
    seen: dict[object, Record] = {}
    for record in found.records:
        first = seen.setdefault(_value(record), record)
        if first is not record:
            yield Problem(
                f"this {record.type} record stands here twice: `{shorten(record.text)}`",
                record.at,
                help="remove one of the two, or correct it",
                related=(Label(first.at, "the first one"),),
                token=record.text,
            )


def _value(record: Record) -> object:
    """Equal for two records of one type that are the same in DNS."""
    if record.type == "AAAA":
        try:
            return IPv6Address(record.text)
        except ValueError:  # an address that no reader let pass so far: compared as it is written
            return record.text
    return record.text.lower() if record.type in _ANY_CASE else (record.text, record.cuts)


RULE = Rule(
    __name__,
    __doc__,
    over=sets_of_several,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 2181 section 5",
    good=(
        master('@ MX 10 a\n@ MX 20 a\na A 192.0.2.1\na A 192.0.2.2\n@ TXT "Token"\n@ TXT "token"'),
        master("mail AAAA 2001:db8::1\nmail AAAA 2001:db8::2"),
    ),
    bad=(
        master("mail A 192.0.2.1\nmail A 192.0.2.1", caret="192.0.2.1"),
        master("mail AAAA 2001:db8::1\nmail AAAA 2001:DB8:0::1", caret="2001:DB8:0::1"),
        master("@ MX 10 mail\n@ MX 10 MAIL.example.com.\nmail A 192.0.2.25", caret="10 MAIL.example.com."),
        master('@ TXT "v=spf1 -all"\n@ TXT "v=spf1 -all"', caret="v=spf1 -all"),
        Case(
            {"example.com.yaml": "mail:\n  type: A\n  values:\n  - 192.0.2.1\n  - 192.0.2.1\n"}, caret="192.0.2.1"
        ),
    ),
)
