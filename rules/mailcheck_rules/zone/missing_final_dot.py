"""A target in an octoDNS file lacks its final dot.

## What it checks
The targets of CNAME, MX, NS, PTR, SRV, ALIAS and similar records in octoDNS files end in a dot.

## Why it matters
octoDNS hands the name on as it stands, and each provider makes of it what it likes: some refuse it,
some complete it with the zone's name, so that mail goes to `mail.example.net.example.com`.
octoDNS's strict validators refuse the record.

## Example
    '':
      type: MX
      values:
      - preference: 10
        exchange: mail.example.net

## How to fix
        exchange: mail.example.net.

The offered fix adds the dot. It is safe where a declared zone has that name; elsewhere the name may have been
meant to be completed with the zone's own.

## References
RFC 1035 section 5.1; octoDNS documentation, Records
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import replacing
from mailcheck.analysis.zone_sets import declared_as_written, remarks
from mailcheck.lint.rule import Case, Context, Fix, Problem, Rule, Severity
from mailcheck.model.names import absolute
from mailcheck.model.record import Record
from mailcheck.model.text import shorten
from mailcheck.model.zone import Remark, Zone


def check(remark: Remark, context: Context) -> Iterator[Problem]:
    if remark.kind == "missing-final-dot":
        yield Problem(
            f"`{shorten(remark.detail)}` lacks its final dot, and providers differ in what they make of that",
            remark.at,
            help="write a full name with a dot at its end",
            fix=_fix(remark, context),
            token=absolute(remark.detail),
        )


def _fix(remark: Remark, context: Context) -> Fix | None:
    """The name with its dot; None for a single label, which is no full name."""
    record, end = _place(remark, context.zone)
    if record is None or "." not in remark.detail:
        return None
    full = absolute(remark.detail).lower()
    safe = declared_as_written(full, f"{full}{context.zone.name}", context.zones)
    return Fix("add the final dot", (replacing(record, end, end, "."),), safe=safe)


def _place(remark: Remark, zone: Zone) -> tuple[Record | None, int]:
    """The record that the remark is about, and where in its text the name ends."""
    for record in zone.at_name(remark.name, remark.type):
        start = record.text.rfind(remark.detail)
        if start >= 0 and record.at.within(start, start + len(remark.detail)) == remark.at:
            return record, start + len(remark.detail)
    return None, 0


RULE = Rule(
    __name__,
    __doc__,
    over=remarks,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 1035 section 5.1",
    yields_to=("mx-target-address", "mx-localhost"),
    good=(Case({"example.com.yaml": "www:\n  type: CNAME\n  value: web.example.net.\n"}),),
    bad=(
        Case({"example.com.yaml": "www:\n  type: CNAME\n  value: web.example.net\n"}, caret="web.example.net"),
        Case(
            {
                "example.com.yaml": "'':\n  type: MX\n  values:\n  - preference: 10\n"
                "    exchange: mail.example.net\n"
            },
            caret="mail.example.net",
        ),
    ),
)
