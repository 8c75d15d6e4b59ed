"""The records of one set have different TTLs.

## What it checks
All records with the same owner and type have the same TTL. Signatures (RRSIG) are apart: each has the
TTL of the set that it covers.

## Why it matters
A record set is cached as a whole. With different TTLs servers choose one of them for all, and old
caches drop some records before the others, so that a resolver sees half of your MX records.

## Example
    example.com. 3600 MX 10 mail1.example.com.
    example.com. 300  MX 20 mail2.example.com.

## How to fix
Give all records of the set one TTL.

## References
RFC 2181 section 5.2
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import sets_of_several
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


def check(found: RecordSet, _: Context) -> Iterator[Problem]:
    first = found.records[0]
    other = next((record for record in found.records if record.ttl != first.ttl), None)
    if other is not None and found.type != "RRSIG":
        yield Problem(
            f"the {found.type} records of this name have different TTLs: {first.ttl} and {other.ttl}",
            other.ttl_at or other.at,
            help="give all records of the set one TTL",
            related=(Label(first.ttl_at or first.at, f"{first.ttl} seconds"),),
            token=found.type,
        )


RULE = Rule(
    __name__,
    __doc__,
    over=sets_of_several,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 2181 section 5.2",
    yields_to=("zone-ttl-range",),
    good=(master('@ 600 MX 10 a\n@ 600 MX 20 b\na A 192.0.2.1\nb 900 A 192.0.2.2\n@ 1200 TXT "x"'),),
    bad=(
        master("@ 600 MX 10 a\n@ 900 MX 20 b\na A 192.0.2.1\nb A 192.0.2.2", caret="900"),
        master("@ 600 MX 10 a\n@ MX 20 b\na A 192.0.2.1\nb A 192.0.2.2", caret="20 b"),
    ),
)
