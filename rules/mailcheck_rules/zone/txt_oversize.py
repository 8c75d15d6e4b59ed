"""A TXT record is larger than a record can be.

## What it checks
The data of each TXT record, with one octet of length for each string of up to 255, has at most 65535
octets.

## Why it matters
The length of a record's data is a 16-bit number. No server can hold a larger record: the zone fails to
load, or the provider refuses the change.

## Example
    notes.example.com. TXT "…"    (70000 octets)

## How to fix
Publish the data elsewhere, and an address of it in DNS.

## References
RFC 1035 sections 3.2.1 and 3.3.14
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_texts import LARGEST_RDATA, large_text_sets, rdata_size
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity
from mailcheck.model.record import RecordSet


def check(texts: RecordSet, _: Context) -> Iterator[Problem]:
    for record in texts.records:
        size = rdata_size(record)
        if size > LARGEST_RDATA:
            yield Problem(
                f"the data of this TXT record has {size} octets; a record holds {LARGEST_RDATA}",
                record.owner_at,
                help="publish the data elsewhere",
            )


RULE = Rule(
    __name__,
    __doc__,
    over=large_text_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 1035 section 3.2.1",
    good=(Case({"example.com.yaml": f"notes:\n  type: TXT\n  value: {'t' * 65_279}\n"}),),
    bad=(Case({"example.com.yaml": f"notes:\n  type: TXT\n  value: {'t' * 65_280}\n"}, caret="notes"),),
)
