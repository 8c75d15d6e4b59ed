"""A name ends in the domain twice: a full name lost its final dot.

## What it checks
Owner names, and the targets of MX, CNAME, NS, PTR, SRV, DNAME and ALIAS records, that end in the same
domain twice, such as `_dmarc.example.com.example.com`.

## Why it matters
In a zone file a name without a final dot is completed with the zone's own name. The record then stands
at a name that nobody asks for, or leads to one that does not exist. In an octoDNS file the names are
relative always, so that a full name as key is doubled, too.

## Example
    $ORIGIN example.com.
    _dmarc.example.com  TXT "v=DMARC1; p=reject"
    @                   MX  10 mail.example.com

## How to fix
End full names in a dot, or write the part in front of the zone's name only:

    _dmarc  TXT "v=DMARC1; p=reject"
    @       MX  10 mail.example.com.

The offered fix does so. It is safe for a target that a declared zone has; a record at another name counts from
then on, and a target that nobody has may have been meant to be completed.

## References
RFC 1035 section 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.edits import dotting, renaming
from mailcheck.analysis.zone_doubling import DoubledName, doubled_names
from mailcheck.analysis.zone_sets import declared_as_written
from mailcheck.lint.rule import Case, Context, Fix, Problem, Rule, Severity, master
from mailcheck.model.text import shorten
from mailcheck.model.zone import Zone


def check(found: DoubledName, ask: Context) -> Iterator[Problem]:
    yield Problem(
        f"this is the name `{shorten(found.whole.removesuffix('.'))}`, which ends in the domain twice",
        found.at,
        help=_advice(found, ask.zone),
        fix=_fix(found, ask),
        token=found.whole,
    )


def _fix(found: DoubledName, ask: Context) -> Fix | None:
    """The final dot of a target, or the owner that was meant: its records would count from then on."""
    if not found.undotted:
        return None
    if found.name != found.whole:
        (record,) = found.undotted
        end = len(record.text) - len(found.whole) + len(found.meant) - 1
        loops = found.meant == found.name
        safe = not loops and declared_as_written(found.meant, found.whole, ask.zones)
        return Fix("add the final dot", (dotting(record, end),), safe=safe)
    if not _has_room(found, ask.zone):
        return None
    dot = ask.zone.format == "master"
    edits = tuple([renaming(record, found.meant, dot=dot) for record in found.undotted])
    return Fix("add the final dot" if dot else "write the name relative to the zone", edits, safe=False)


def _has_room(found: DoubledName, zone: Zone) -> bool:
    """Whether the records can move to the meant name: an octoDNS file has a key once, and a CNAME stands alone."""
    there = zone.names.get(found.meant, {}).keys()
    moved = {record.type for record in found.undotted}
    if zone.format == "octodns" or "CNAME" in moved | there:
        return not there
    return there.isdisjoint(moved)


def _advice(found: DoubledName, zone: Zone) -> str:
    if zone.format == "octodns" and found.name == found.whole:
        relative = found.meant.removesuffix(zone.name).removesuffix(".") or "''"
        return f"names in octoDNS files are relative to the zone: write `{shorten(relative)}`"
    return f"write `{shorten(found.meant)}` with its final dot, or only what stands in front of the domain"


RULE = Rule(
    __name__,
    __doc__,
    over=doubled_names,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 1035 section 5.1",
    good=(
        master(
            'example.com._report._dmarc TXT "v=DMARC1"\nexample.com.cdn CNAME www.example.com.\nwww A 192.0.2.1'
        ),
        master("@ MX 10 mail.example.com.\nmail A 192.0.2.25\nmail.mail A 192.0.2.26"),
    ),
    bad=(
        master('_dmarc.example.com TXT "v=DMARC1; p=none"', caret="_dmarc.example.com"),
        master("@ MX 10 mail.example.com", caret="mail.example.com"),
        master("example.com A 192.0.2.1\nexample.com AAAA 2001:db8::1", caret="example.com"),
        master("a.sub.example.com.sub A 192.0.2.1", caret="a.sub.example.com.sub"),
        master("www CNAME web.example.com", caret="web.example.com"),
        master("www CNAME Web.Example.COM", caret="Web.Example.COM"),
        Case(
            {"example.com.yaml": "_dmarc.example.com:\n  type: TXT\n  value: v=DMARC1\\; p=none\n"},
            caret="_dmarc.example.com",
        ),
    ),
)
