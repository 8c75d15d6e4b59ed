"""A CNAME shares its name with other data, or with another CNAME.

## What it checks
A name with a CNAME has that one record and nothing else, DNSSEC's RRSIG and NSEC apart. (An octoDNS
`ALIAS` is no CNAME and may share its name.)

## Why it matters
A CNAME says that all data of the name is elsewhere. Servers refuse such a zone, or answer from one of
the two as chance has it: MX and SPF records at the name come and go. The apex of a zone, which always
has SOA and NS records, can never be a CNAME.

## Example
    news.example.com. CNAME mailer.example.net.
    news.example.com. TXT   "v=spf1 include:mailer.example.net -all"

## How to fix
Keep the CNAME alone, and publish the other data where it leads. Or give the name address records in
place of the CNAME; at an apex your provider's ALIAS does that.

## References
RFC 1034 section 3.6.2; RFC 2181 section 10.1; RFC 4035 section 2.5
"""

from collections.abc import Iterator

from mailcheck.analysis.zone_sets import cname_sets
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import RecordSet

_ALLOWED = frozenset({"CNAME", "RRSIG", "NSEC"})


def check(alias: RecordSet, ask: Context) -> Iterator[Problem]:
    others = [found for rtype, found in ask.zone.names[alias.name].items() if rtype not in _ALLOWED]
    if others:
        types = ", ".join(found.type for found in others)
        yield Problem(
            f"a CNAME stands alone, and this name has {types} as well",
            alias.at,
            help="keep the CNAME and move the rest to where it leads, or replace the CNAME",
            related=tuple(Label(found.at, f"{found.type} at the same name") for found in others[:3]),
        )
    elif alias.name == ask.zone.name:
        yield Problem(
            "a CNAME stands alone, and the apex of a zone has SOA and NS records, be they in this file or not",
            alias.at,
            help="write address records, or the ALIAS of your provider",
        )
    first = alias.records[0]
    for record in alias.records[1:]:
        if record.text.lower() != first.text.lower():
            yield Problem(
                "a name has one CNAME, and this is another",
                record.at,
                help="keep one of the two",
                related=(Label(first.at, "the first one"),),
                token=record.text.lower(),
            )


RULE = Rule(
    __name__,
    __doc__,
    over=cname_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 2181 section 10.1",
    good=(
        master("www CNAME example.com.\nwww NSEC zzz.example.com. CNAME RRSIG NSEC\n@ A 192.0.2.1"),
        master("www CNAME example.com.\nmail A 192.0.2.1\n@ A 192.0.2.1"),
        Case(
            {
                "example.com.yaml": "'':\n- type: ALIAS\n  value: web.example.net.\n"
                "- type: TXT\n  value: v=spf1 -all\n"
            }
        ),
    ),
    bad=(
        master('news CNAME mailer.example.net.\nnews TXT "v=spf1 -all"', caret="mailer.example.net."),
        master("@ CNAME www\nwww A 192.0.2.1", caret="www"),
        Case({"example.com.yaml": "'':\n  type: CNAME\n  value: web.example.net.\n"}, caret="web.example.net."),
        master("www CNAME a.example.net.\nwww CNAME b.example.net.", caret="b.example.net."),
        Case(
            {
                "example.com.yaml": "www:\n- type: CNAME\n  value: web.example.net.\n"
                "- type: MX\n  values:\n  - exchange: mail.example.net.\n    preference: 10\n"
            },
            caret="web.example.net.",
        ),
    ),
)
