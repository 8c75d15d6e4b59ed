"""A tag or size limit is used that RFC 9989 removed.

## What it checks
`pct` with another value than 100, `rf`, `ri`, and size limits such as `!10m` behind report addresses.
`pct=100` only says what holds anyway: see dmarc-removed-pct.

## Why it matters
Receivers that follow the present standard ignore all of them. `p=reject; pct=10` rejects every
failing message there, not every tenth.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; pct=10; rua=mailto:dmarc@example.com!10m"

## How to fix
Delete them, which is what the offered fix does. To try a policy out, write `t=y`: receivers then apply it one
level lower. To delete `pct` is an unsafe fix, since receivers that follow the older RFC 7489 still obey it.

## References
RFC 9989 appendices A.6, C.4 and C.5.2, and section 4.8 (obs-dmarc-report-size)
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.analysis.edits import replacing, without_tag
from mailcheck.grammar.dmarc import REMOVED_TAGS
from mailcheck.lint.rule import Context, Fix, Problem, Rule, Severity, master
from mailcheck.model.text import shorten


def check(record: DmarcRecord, _: Context) -> Iterator[Problem]:
    for tag in record.tree.tags.tags:
        if tag.name in REMOVED_TAGS and (tag.name, tag.value) != ("pct", "100"):
            yield Problem(
                f"`{tag.name}={shorten(tag.value)}` is no longer part of DMARC: receivers ignore it",
                record.at.within(tag.start, tag.end),
                help="for a trial of the policy write `t=y` instead" if tag.name == "pct" else "delete it",
                fix=Fix(f"delete `{tag.name}`", (without_tag(record.record, tag),), safe=tag.name != "pct"),
                token=tag.name,
            )
    for uri in (*record.tree.rua, *record.tree.ruf):
        if uri.size:
            end = uri.end + len(uri.size)
            yield Problem(
                f"the size limit `{shorten(uri.size)}` is no longer part of DMARC: reporters ignore it",
                record.at.within(uri.end, end),
                help="delete it",
                fix=Fix("delete the size limit", (replacing(record.record, uri.end, end, ""),), safe=True),
                token=shorten(uri.text + uri.size),
            )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 appendix C.5.2",
    good=(
        master('_dmarc TXT "v=DMARC1; p=reject; t=y; rua=mailto:dmarc@example.net"'),
        master('_dmarc TXT "v=DMARC1; p=reject; pct=100; rua=mailto:dmarc@example.net"'),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=reject; pct=10; rua=mailto:a@example.net"', caret="pct=10"),
        master('_dmarc TXT "v=DMARC1; p=none; ri=86400; rua=mailto:a@example.net"', caret="ri=86400"),
        master('_dmarc TXT "v=DMARC1; p=none; rf=afrf; rua=mailto:a@example.net"', caret="rf=afrf"),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net!10m"', caret="!10m"),
    ),
)
