"""A mail record is cached for less than five minutes.

## What it checks
The TTL of MX records and of TXT records that hold SPF, DKIM or DMARC is at least 300 seconds (option
`seconds`).

## Why it matters
Every message that arrives anywhere asks for these records. With a very short TTL each receiver asks
again and again, and one dropped packet becomes a temporary error and delayed mail. A short TTL is
right for the days around a change, and is easily forgotten afterwards.

## Example
    example.com. 60 TXT "v=spf1 mx -all"

## How to fix
Once the change is done, go back to an hour or more:

    example.com. 3600 TXT "v=spf1 mx -all"

## References
RFC 1912 section 2.2
"""

from collections.abc import Iterator
from typing import NamedTuple

from mailcheck.analysis.zone_texts import timed_mail_sets
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet


class TtlOptions(NamedTuple):
    """`seconds`: the shortest TTL that is accepted."""

    seconds: int = 300


def check(found: RecordSet, ask: Context) -> Iterator[Problem]:
    least = ask.options(TtlOptions).seconds
    for record in found.records:
        if 0 <= record.ttl < least:
            yield Problem(
                f"this {found.type} record is cached for {record.ttl} seconds only",
                record.ttl_at or record.at,
                help=f"{least} or more once a change is done",
                token=found.type,
            )
            return


RULE = Rule(
    __name__,
    __doc__,
    over=timed_mail_sets,
    check=check,
    severity=Severity.INFO,
    standard="RFC 1912 section 2.2",
    options=TtlOptions,
    yields_to=("zone-rrset-ttl",),
    good=(
        master('@ 300 MX 10 mail\n@ 60 TXT "a note"\nmail 60 A 192.0.2.25\n_dmarc 300 TXT "v=DMARC1; p=none"'),
        master(
            '@ 60 TXT "v=spf1 -all"', **{"mailcheck.yaml": "rules: {options: {zone-ttl-short: {seconds: 60}}}\n"}
        ),
    ),
    bad=(
        master("@ 60 MX 10 mail\nmail A 192.0.2.25", caret="60"),
        master('@ 0 TXT "v=spf1 -all"', caret="0"),
        master('_dmarc 299 TXT "v=DMARC1; p=reject"', caret="299"),
        master('s1._domainkey 120 TXT "k=rsa; p="', caret="120"),
        Case({"example.com.yaml": "'':\n  type: TXT\n  ttl: 60\n  value: v=spf1 -all\n"}, caret="60"),
        Case({"example.com.zone": "$ORIGIN example.com.\n$TTL 60\n@ MX 0 .\n"}, caret="0 ."),
    ),
)
