"""A TTL is negative or larger than DNS allows.

## What it checks
Every TTL is between 0 and 2147483647 seconds (2^31 - 1).

## Why it matters
A TTL has 31 bits. Receivers of a larger or negative one take it for 0, so that nothing is cached, and
providers refuse the record. Most often a digit slipped in, or milliseconds were meant.

## Example
    example.com. 36000000000 MX 10 mail.example.com.

## How to fix
Write seconds: 3600 is an hour, 86400 a day.

## References
RFC 2181 section 8
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import MAX_TTL, ttls_out_of_range
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master
from mailcheck.model.record import Record


def check(record: Record, _: Context) -> Iterator[Problem]:
    wrong = "negative" if record.ttl < 0 else f"more than {MAX_TTL}"
    inherited = "" if record.ttl_at else ", inherited,"
    yield Problem(
        f"the TTL {record.ttl}{inherited} is {wrong}",
        record.ttl_at or record.at,
        help="write seconds: 3600 is an hour",
        token=record.type,
    )


RULE = Rule(
    __name__,
    __doc__,
    over=ttls_out_of_range,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 2181 section 8",
    good=(master("@ 0 MX 10 mail\nmail 2147483647 A 192.0.2.25"),),
    bad=(
        master("mail 2147483648 A 192.0.2.25", caret="2147483648"),
        Case({"example.com.yaml": "mail:\n  type: A\n  ttl: -1\n  value: 192.0.2.25\n"}, caret="-1"),
        Case(
            {"example.com.zone": "$ORIGIN example.com.\n$TTL 3000000000\nmail A 192.0.2.25\n"}, caret="192.0.2.25"
        ),
    ),
)
