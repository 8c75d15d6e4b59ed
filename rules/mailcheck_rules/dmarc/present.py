"""A domain that sends mail has no DMARC policy.

## What it checks
For each domain that sends, receivers walk up the DNS tree from `_dmarc.<domain>` and take the first
policy that applies. The rule speaks where the walk finds no record, once for all domains below one
zone. A registry's record for a whole public suffix is looked at only where the lock or `--live` answers.

## Why it matters
Anyone may put the domain into the From line. Gmail, Yahoo and Microsoft also refuse or sort out the
mail of bulk senders whose domain has no DMARC record.

## Example
    example.com.        MX   10 mail.example.com.
    example.com.        TXT  "v=spf1 mx -all"
    ; and nothing at _dmarc.example.com

## How to fix
Publish a record at `_dmarc` below the topmost domain, beginning with reports only:
`v=DMARC1; p=none; rua=mailto:dmarc@example.com`. It covers all names below. Enforce it when the
reports show that your own mail passes.

## References
RFC 9989 sections 4.10 and 4.10.1; https://support.google.com/a/answer/81126
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_coverage import (
    Instead,
    has_record,
    instead_of_policy,
    mail_domains_of,
    organizations,
    without_policy,
)
from mailcheck.analysis.dmarc_policy import tree_walk
from mailcheck.analysis.mail_role import MailDomain, mail_domains
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.text import shorten


def check(domain: MailDomain, ask: Context) -> Iterator[Problem | Skip]:
    zones = ask.once(organizations).get(domain.name)
    if zones is None or has_record(ask.zone, domain.name) or ask.evaluate(tree_walk, domain.name).found:
        return
    senders = {sender.name: sender for sender in mail_domains_of(zones) if ask.role(sender.name).sends}
    uncovered = []
    for walk in ask.evaluate(without_policy, tuple(senders)):
        if (name := walk.undetermined()) is not None:
            yield unanswered(name.question, name.answer)
        else:
            uncovered.append(senders[walk.domain])
    if uncovered:
        yield _problem(domain, uncovered, instead_of_policy(ask.zone, domain.name))


def _problem(top: MailDomain, uncovered: list[MailDomain], instead: Instead | None) -> Problem:
    first = uncovered[0]
    also = "" if first.name == top.name else f" or at {_shown(top.name)}"
    more = f"; {len(uncovered) - 1} more below {_shown(top.name)} likewise" if len(uncovered) > 1 else ""
    policy = f'`_dmarc.{_shown(top.name)}` TXT "v=DMARC1; p=none; rua=mailto:…"'
    return Problem(
        f"{_shown(first.name)} sends mail, and no DMARC policy stands at it{also}{more}"
        + (f"; {instead.what}" if instead else ""),
        instead.record.at if instead else first.at,
        help=f"{instead.verb if instead else 'publish'} {policy} and watch the reports",
        name=instead.name if instead else f"_dmarc.{top.name}",
        type="TXT",
    )


def _shown(name: str) -> str:
    return shorten(name.removesuffix("."))


_SENDER = (
    '@ MX 10 mail\n@ TXT "v=spf1 mx -all"\nmail A 192.0.2.1\n'
    "s1._domainkey CNAME s1._domainkey.hosted.example.net.\n"
)
_SUBDOMAIN_SENDER = '@ MX 0 .\n@ TXT "v=spf1 -all"\nnews TXT "v=spf1 ip4:192.0.2.1 -all"\n'
_SUBZONE = {"sub.example.com.yaml": "'':\n  type: TXT\n  value: v=spf1 ip4:192.0.2.1 -all\n"}

RULE = Rule(
    __name__,
    __doc__,
    over=mail_domains,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9989 section 4.10",
    yields_to=("spec-dmarc-policy", "spec-parked", "dmarc-misspelt", "dmarc-single-record", "zone-doubled-origin"),
    needs=frozenset({"dns"}),
    good=(
        master(_SENDER + '_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"'),
        master(_SUBDOMAIN_SENDER + '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"'),
        master(_SUBDOMAIN_SENDER + '_dmarc.news TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.net"'),
        master(_SENDER + "_dmarc CNAME example.com.hosted-dmarc.example.net."),
        master(_SENDER + '_dmarc TXT "v=DMARC; p=none"'),
        master('* TXT "v=DMARC1; p=reject"\n' + _SENDER),
        Case(_SUBZONE),
    ),
    bad=(
        master(_SENDER, caret="10 mail"),
        master(_SUBDOMAIN_SENDER, caret="v=spf1 ip4:192.0.2.1 -all"),
        master(_SENDER + '_dmarc TXT "google-site-verification=abc"'),
        master(_SENDER + "_dmarc CNAME mail", caret="mail"),
        master(_SENDER + '_dmarc.* TXT "v=DMARC1; p=reject"', caret="v=DMARC1; p=reject"),
        master(_SENDER + 'news TXT "v=spf1 ip4:192.0.2.1 -all"\nlist TXT "v=spf1 ip4:192.0.2.1 -all"'),
        master(_SENDER, caret="10 mail", **_SUBZONE),
        master(_SENDER + '@ TXT "v=DMARC1; p=reject"', caret="v=DMARC1; p=reject"),
        master(_SENDER + 'dmarc TXT "v=DMARC1; p=reject"', caret="v=DMARC1; p=reject"),
        Case(
            {
                "example.co.uk.yaml": "'':\n"
                "- type: MX\n  value:\n    exchange: mail.example.com.\n    preference: 10\n"
                "- type: TXT\n  value: v=spf1 mx -all\n"
            }
        ),
    ),
)
