"""The certificate does not hold the name that mail is sent to.

## What it checks
MX records of the declared zones that lead to this host, by its name or by its addresses: each exchange is among
the DNS names of the certificates presented on port 25. `*.example.com` stands for exactly one label.
A certificate that is signed by itself is `host-tls-snakeoil`, whatever its names.

## Why it matters
Senders that follow the domain's MTA-STS policy compare the certificate to the name in the MX record, whatever the
host calls itself in its banner or HELO. Where it does not fit they keep the mail back and bounce it after days.

## Example
    example.com. MX 10 mx1.example.com.
    # the certificate is for mail.example.com

## How to fix
Have a certificate made for every name that an MX record has for this host, and list the old names too:

    certbot certonly --cert-name mail.example.com -d mail.example.com -d mx1.example.com

## References
RFC 8461 sections 4.1 and 4.2; RFC 6125 section 6.4.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_exchanges import exchanges, leading_to, own_addresses, own_names
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.mx_records import Exchange
from mailcheck.analysis.postfix_tls import Leaf, identities, inbound
from mailcheck.analysis.transport import StsPolicy
from mailcheck.grammar.mta_sts import matches
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.text import shorten, shown_name


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    presented = identities(postfix, inbound(postfix), facts.machine.files)
    if not presented:
        return
    if postfix.of("tls_server_sni_maps").value:
        yield Skip("`tls_server_sni_maps` chooses the certificate by the name that a sender asks for")
        return
    named = ctx.once(exchanges)
    here = ctx.evaluate(
        leading_to, tuple(sorted(named)), own_names(facts, ctx.host), own_addresses(facts, ctx.host)
    )
    if here.open:
        yield unanswered(*here.open)
    for identity in presented:
        if identity.unread:
            yield Skip(identity.unread)
        for leaf in [leaf for leaf in identity.leaves if not leaf.is_self_signed]:
            for name in here.names:
                if not any(matches(pattern, name) for pattern in leaf.certificate.names):
                    yield _problem(leaf, name, named[name], ctx)


def _problem(leaf: Leaf, name: str, records: tuple[Exchange, ...], ctx: Context) -> Problem:
    names = ", ".join(leaf.certificate.names[:4]) or "no name"
    policies = {domain: file for zone in ctx.zones for domain, file in zone.policies.items()}
    related = [
        Label(one.at, f"mail for {shown_name(one.record.name)} is sent to this name") for one in records[:3]
    ]
    enforced = [StsPolicy(policies[one.record.name]) for one in records if one.record.name in policies]
    for read in enforced[:2]:
        lines = [line for line in read.policy.patterns if matches(line.value, name)]
        related += [Label(read.at.within(line.start, line.end), "senders verify it") for line in lines[:1]]
    return Problem(
        f"the certificate in `{leaf.source.path}` is for {shorten(names)}, not for `{shown_name(name)}`",
        leaf.source.at,
        f"have a certificate made that holds {shown_name(name)} too",
        tuple(related),
        token=name,
    )


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_CERTIFICATE = "/etc/letsencrypt/live/mail.example.com/fullchain.pem"


def _for(names: str) -> dict[str, str]:
    return {_CERTIFICATE: f"{{cert {names} 60 ca mail}}\n"}


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 8461 section 4.1; RFC 6125 section 6.4.3",
    over=each_postfix,
    needs=("dns",),
    good=(
        changed(),
        changed(files=_for("example.com,mail.example.com")),
        changed(files=_for("*.example.com")),
        changed(
            (
                _MAIN,
                "myhostname = mail.example.com",
                "myhostname = mail.example.com\ntls_server_sni_maps = hash:/x",
            ),
            files=_for("other.example.com"),
        ),
        changed(files=_for("other.example.com"), removed=(_MASTER,)),
        changed(files=_for("mail.example.com"), removed=(_CERTIFICATE,)),
    ),
    bad=(
        changed(files=_for("example.com"), caret=_CERTIFICATE),
        changed(files=_for("*.mail.example.com"), caret=_CERTIFICATE),
        changed(files=_for("*.com"), caret=_CERTIFICATE),
    ),
)
