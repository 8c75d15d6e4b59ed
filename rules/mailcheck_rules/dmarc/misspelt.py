"""A record looks like DMARC and is ignored, because its version is wrong.

## What it checks
TXT records at `_dmarc` and `_report._dmarc` names that were meant to be DMARC: the version is
misspelt, in small letters, not the first tag, run into the next tag, or missing before `p=`.

## Why it matters
Receivers take a record as DMARC only if it begins with `v=DMARC1`, in capitals. Anything else they
ignore in silence, so that the domain has no policy and gets no reports.

## Example
    _dmarc.example.com. TXT "nv=DMARC1; p=reject; rua=mailto:dmarc@example.com"

## How to fix
Begin the record with `v=DMARC1;`, without anything before it. The other tags may stand in any order.
A fix is offered where the version alone is wrong. It is unsafe: the record counts from then on.

## References
RFC 9989 section 4.7, tag `v`
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcLookAlike, dmarc_look_alikes
from mailcheck.analysis.edits import replacing
from mailcheck.grammar.dmarc import is_dmarc
from mailcheck.lint.rule import Context, Fix, Problem, Rule, Severity, Told, master


def check(found: DmarcLookAlike, _: Context) -> Iterator[Problem]:
    fault = found.misspelling
    yield Problem(
        f"receivers ignore this record: {fault.message}",
        found.record.at.within(fault.start, fault.end),
        help="begin the record with `v=DMARC1;`",
        fix=_fix(found),
        tells=(Told(("plan-removes-auth",), found.record.name, "TXT"),),
    )


def _fix(found: DmarcLookAlike) -> Fix | None:
    """The version as it must be, where that alone is wrong; unsafe: the record counts from then on."""
    record, (_, start, end) = found.record, found.misspelling
    meant = next(
        (word for word in ("DMARC1", "v", "") if is_dmarc(record.text[:start] + word + record.text[end:])), None
    )
    if meant is None:
        return None
    return Fix("begin the record with `v=DMARC1`", (replacing(record, start, end, meant),), safe=False)


_POLICY = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_look_alikes,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9989 section 4.7",
    yields_to=("zone-unescaped-semicolon", "zone-non-ascii"),
    good=(
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.net"\n_dmarc TXT "dmarc-verification=abc"'),
        master('_dmarc TXT "v = DMARC1; p=none"'),
        master('_dmarc TXT "v=spf1 -all"'),
    ),
    bad=(
        master('_dmarc TXT "nv=DMARC1; p=reject; rua=mailto:a@example.net"', caret="nv"),
        master('_dmarc TXT "v=DMARC; p=reject"', caret="DMARC"),
        master('_dmarc TXT "v=dmarc1; p=reject"', caret="dmarc1"),
        master('_dmarc TXT "p=reject; v=DMARC1"', caret="v=DMARC1"),
        master('_dmarc TXT " v=DMARC1; p=reject"', caret=" "),
        master('_dmarc TXT "v=DMARC1 p=reject"', caret="DMARC1 p=reject"),
        master('_dmarc TXT "DMARC1; p=reject"', caret="DMARC1"),
        master('_dmarc TXT "p=quarantine; rua=mailto:a@example.net"', caret="p=quarantine"),
        master('_dmarc TXT "v=DMRAC1; rua=mailto:a@example.net"', caret="DMRAC1"),
        master(_POLICY + 'example.net._report._dmarc TXT "v=dmarc1"', caret="dmarc1"),
    ),
)
