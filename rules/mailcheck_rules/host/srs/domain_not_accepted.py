"""Bounces to the SRS domain are refused or never arrive.

## What it checks
PostSRSd's domain is in a class of domains that Postfix takes mail for (`mydestination`,
`virtual_alias_domains`, `virtual_mailbox_domains`, `relay_domains`), and has an MX record, or an address where
it has none.

## Why it matters
The bounce of a forwarded message comes to `SRS0=...` in that domain. Where the host does not take the domain
for its own, it answers `554 5.7.1 Relay access denied`, and the author never learns that the mail was lost.

## Example
    SRS_DOMAIN=srs.example.com

    mydestination = mail.example.com, localhost

## How to fix
    mydestination = mail.example.com, localhost, srs.example.com

    srs.example.com. MX 10 mail.example.com.

## References
postconf(5), `mydestination`; RFC 5321 section 5.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_classes import ClassMember, class_members
from mailcheck.analysis.srs_maps import srs_maps
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.text import shown_name

_MAIN, _DEFAULT, _COM = "/etc/postfix/main.cf", "/etc/default/postsrsd", "zones/example.com.zone"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    if facts.srs is None or facts.postfix is None or not srs_maps(facts.postfix):
        return
    fact = facts.srs.domain
    domain = mail_domain(fact.value) if fact.value else None
    if domain is None:
        yield Skip(f"the SRS domain is not known: {fact.why}")
        return
    shown = shown_name(domain)
    members, why = class_members(facts.postfix, facts.machine.files)
    if not any([_takes(member, shown) for member in members]):
        if why:
            yield Skip(f"whether Postfix takes mail for `{shown}` is not known: {why}")
        else:
            yield Problem(
                f"Postfix takes no mail for the SRS domain `{shown}`: bounces of forwarded mail are refused",
                fact.at,
                f"add {shown} to mydestination",
                token="class",
            )
    yield from _exchange(domain, fact.at, ctx)


def _takes(member: ClassMember, domain: str) -> bool:
    below = member.domain_class == "relay_domains" and domain.endswith(f".{member.domain}")
    return below or member.domain == domain


def _exchange(domain: str, at: Location, ctx: Context) -> Iterator[Problem | Skip]:
    answers = ctx.ask_all({Question(domain, rtype) for rtype in ("MX", "A", "AAAA")})
    exchange = answers[Question(domain, "MX")]
    if isinstance(exchange, Present):
        takes_mail = not all([record.text.endswith(" .") for record in exchange.records])
    else:
        for question, answer in answers.items():
            if isinstance(answer, Unknown):
                yield unanswered(question, answer)
                return
        takes_mail = any([isinstance(answer, Present) for answer in answers.values()])
    if not takes_mail:
        shown = shown_name(domain)
        message = f"the SRS domain `{shown}` has no mail exchange: bounces of forwarded mail are lost"
        yield Problem(
            message, at, f"{shown}. MX 10 {shown_name(ctx.host.name) if ctx.host else 'HOST'}.", token="MX"
        )


_CLASS = (_MAIN, "localhost, srs.example.com\n")
_MX = (_COM, "srs     MX      10 mail\n        TXT")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) mydestination",
    needs=("dns",),
    yields_to=("host-srs-domain-default",),
    covers=("spec-srs-domain",),
    good=(
        changed(),
        changed((*_CLASS, "localhost\n"), (_MAIN, "relay_domains =\n", "relay_domains = srs.example.com\n")),
        changed(
            (*_CLASS, "localhost\n"), (_MAIN, "virtual_alias_domains = ", "virtual_alias_domains = pgsql:/etc/x ")
        ),
        changed((*_MX, "srs     A 192.0.2.25\n        TXT")),
        changed((_DEFAULT, "SRS_DOMAIN=srs.example.com", "SRS_DOMAIN=$(cat /etc/domain)")),
    ),
    bad=(
        changed((*_CLASS, "localhost\n"), caret="srs.example.com"),
        changed((*_MX, "srs     TXT"), caret="srs.example.com"),
        changed((*_MX, "srs     MX 0 .\n        TXT"), caret="srs.example.com"),
    ),
)
