"""Forwarded mail is rewritten to another domain than the spec's.

## What it checks
`SRS_DOMAIN` of PostSRSd 1.x, `srs-domain` of 2.x, or the default that stands for it, is the `srs-domain` of the
host in `mailcheck.yaml`.

## Why it matters
MX and SPF of the SRS domain are judged by the spec. The envelope senders of forwarded mail are in another domain,
of which nobody has said that bounces to it come back here.

## Example
    mail.example.com:
      srs-domain: srs.example.com

in mailcheck.yaml, and in /etc/default/postsrsd:

    SRS_DOMAIN=example.com

## How to fix
    SRS_DOMAIN=srs.example.com

or correct `srs-domain` in mailcheck.yaml.

## References
postsrsd(8), `-d`; mailcheck.yaml, `srs-domain`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.names import absolute
from mailcheck.model.text import shorten, shown_name

_DEFAULT = "/etc/default/postsrsd"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    host, srs = ctx.host, facts.srs
    if host is None or not host.srs_domain or srs is None:
        return
    fact = srs.domain
    if fact.value is None:
        yield Skip(f"the SRS domain is not known: {fact.why}")
        return
    if absolute(fact.value) == host.srs_domain:
        return
    right = shown_name(host.srs_domain)
    yield Problem(
        f"forwarded mail is rewritten to `{shorten(fact.value)}`, not to the `srs-domain` of the spec",
        fact.at,
        f'srs-domain = "{right}"' if srs.generation == 2 else f"SRS_DOMAIN={right}",
        (Label(host.place("srs-domain"), "the spec promises this domain"),),
    )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "mailcheck.yaml, srs-domain",
    over=the_host,
    needs=("spec",),
    yields_to=("host-srs-domain-default",),
    good=(
        changed(),
        changed((_DEFAULT, "SRS_DOMAIN=srs.example.com", "SRS_DOMAIN=SRS.example.com")),
    ),
    bad=(changed((_DEFAULT, "SRS_DOMAIN=srs.example.com", "SRS_DOMAIN=example.com"), caret="example.com"),),
)
