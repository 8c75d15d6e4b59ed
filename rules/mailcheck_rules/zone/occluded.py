"""Records stand below a delegation or a DNAME, where nobody is given them.

## What it checks
No name at or below a delegation (NS records below the zone's own name) holds anything but NS and DS records and
the addresses of name servers, and no name below a DNAME holds any record.

## Why it matters
Servers answer for such a name with the delegation or the DNAME: the records are in the file and nowhere else,
and what is read is what the other zone says. No other rule about mail looks at them.

## Example
    news.example.com.           NS  ns1.example.net.
    news.example.com.           MX  10 mail.example.com.
    _dmarc.news.example.com.    TXT "v=DMARC1; p=reject"

## How to fix
Move the records to the zone that the delegation or the DNAME leads to, or remove the delegation.

## References
RFC 1034 sections 4.2.1 and 4.3.2; RFC 6672 section 2.4; RFC 9499 section 7 (occluded name)
"""

from collections.abc import Iterator

from mailcheck.analysis.occlusion import Occlusion, occlusions
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master
from mailcheck.model.text import shown_name

_MOST = 10


def check(hidden: Occlusion, ask: Context) -> Iterator[Problem]:
    first, *others = hidden.records
    name = shown_name(hidden.name)
    more = f", nor {len(others)} more at or below `{name}`" if others else ""
    why = "is delegated to another zone" if hidden.by == "NS" else "leads to other names by its DNAME"
    places = dict.fromkeys(record.owner_at for record in others if record.owner_at != first.owner_at)
    above = ask.zone.at_name(hidden.name, hidden.by)[0]
    yield Problem(
        f"the {first.type} record at `{shown_name(first.name)}` is never served{more}: `{name}` {why}",
        first.owner_at,
        help=f"move it to the zone that answers for this name, or remove the {hidden.by} records of `{name}`",
        related=(
            Label(above.at, "what stands above it"),
            *[Label(at, "never served either") for at in list(places)[:_MOST]],
        ),
        name=first.name,
        type=first.type,
        token=hidden.name,
    )


RULE = Rule(
    __name__,
    __doc__,
    over=occlusions,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 1034 section 4.3.2",
    good=(
        master(
            "sub NS ns.sub\nsub NS ns1\nns.sub A 192.0.2.9\nns.sub AAAA 2001:db8::9\nsub DS 1 8 2 " + "00" * 32
        ),
        master("a NS ns.b\nb NS ns.b\nns.b A 192.0.2.9"),
        master('old DNAME new\nold TXT "v=spf1 -all"\nnew MX 0 .'),
    ),
    bad=(
        master('sub NS ns1.example.net.\n_dmarc.sub TXT "v=DMARC1; p=reject"', caret="_dmarc.sub"),
        master("sub NS ns1.example.net.\nsub MX 10 localhost.", caret="sub"),
        master("sub NS ns.sub\nns.sub A 192.0.2.9\nwww.sub A 192.0.2.80", caret="www.sub"),
        master("_domainkey NS ns1.example.net.\ns1._domainkey CNAME s1.example.net.", caret="s1._domainkey"),
        master('old DNAME new.example.net.\nmail.old TXT "v=spf1 +all"', caret="mail.old"),
        master('sub NS ns1.example.net.\na.b.sub NS ns1.example.net.\n*.sub TXT "v=spf1 +all"', caret="a.b.sub"),
    ),
)
