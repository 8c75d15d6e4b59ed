"""A domain that sends no mail has no DMARC policy.

## What it checks
The topmost declared domain, and every sender below it, sends nothing, and the walk up the DNS tree
from `_dmarc.<domain>` finds no DMARC record.

## Why it matters
A domain without mail is the easiest one to forge: nobody looks at its reports and nothing tells
receivers to turn the mail away.

## Example
    example.com.  TXT "v=spf1 -all"
    example.com.  MX  0 .
    ; and nothing at _dmarc.example.com

## How to fix
Publish `_dmarc.example.com. TXT "v=DMARC1; p=reject"`: no mail of yours can suffer. Add a `rua` address
if you want to see who tries.

## References
RFC 9989 sections 4.10 and 4.10.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_coverage import has_record, instead_of_policy, mail_domains_of, organizations
from mailcheck.analysis.dmarc_policy import tree_walk
from mailcheck.analysis.mail_role import MailDomain, mail_domains
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.text import shorten


def check(domain: MailDomain, ask: Context) -> Iterator[Problem | Skip]:
    zones = ask.once(organizations).get(domain.name)
    if zones is None or has_record(ask.zone, domain.name):
        return
    walk = ask.evaluate(tree_walk, domain.name)
    if walk.found or any(ask.role(below.name).sends for below in mail_domains_of(zones)):
        return
    if (name := walk.undetermined()) is not None:
        yield unanswered(name.question, name.answer)
        return
    shown = shorten(domain.name.removesuffix("."))
    instead = instead_of_policy(ask.zone, domain.name)
    yield Problem(
        f"{shown} sends no mail, and no DMARC policy keeps others from sending in its name"
        + (f"; {instead.what}" if instead else ""),
        instead.record.at if instead else domain.at,
        help=f'{instead.verb if instead else "publish"} `_dmarc.{shown}` TXT "v=DMARC1; p=reject"',
        name=instead.name if instead else f"_dmarc.{domain.name}",
        type="TXT",
    )


_PARKED = '@ MX 0 .\n@ TXT "v=spf1 -all"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=mail_domains,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.10",
    yields_to=("spec-dmarc-policy", "spec-parked", "dmarc-misspelt", "dmarc-single-record", "zone-doubled-origin"),
    needs=frozenset({"dns"}),
    good=(
        master(_PARKED + '_dmarc TXT "v=DMARC1; p=reject"'),
        master('@ MX 10 mail\n@ TXT "v=spf1 mx -all"\nmail A 192.0.2.1'),
        master(_PARKED + 'news TXT "v=spf1 ip4:192.0.2.1 -all"'),
        master(_PARKED + "_dmarc CNAME reject.example.net."),
        Case(
            {
                "2.0.192.in-addr.arpa.zone": "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 3600\n"
                "@ SOA ns1.example.com. hostmaster.example.com. 1 7200 3600 1209600 3600\n"
                "@ NS ns1.example.com.\n1 PTR mail.example.com.\n"
            }
        ),
    ),
    bad=(
        master(_PARKED, caret="0 ."),
        master("www A 192.0.2.80"),
        master(_PARKED + '@ TXT "v=DMARC1; p=reject"', caret="v=DMARC1; p=reject"),
        master(_PARKED + "_dmarc CNAME www\nwww A 192.0.2.80", caret="www"),
        master(_PARKED + '_dmarc.* TXT "v=DMARC1; p=reject"', caret="v=DMARC1; p=reject"),
    ),
)
