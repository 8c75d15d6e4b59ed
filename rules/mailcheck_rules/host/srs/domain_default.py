"""The SRS domain is no domain of yours.

## What it checks
`SRS_DOMAIN` is unset, so that PostSRSd 1.x takes Postfix's `mydomain`, and that is `localdomain`, a single
label or a public suffix such as `co.uk`; the same of a domain that is set.

## Why it matters
Every envelope sender that leaves the host ends in `@localdomain`, mail of the host's own users included, since
that is the only domain it leaves alone. There is no SPF there, many receivers refuse the sender outright, and
no bounce ever comes back.

## Example
    myhostname = example.com

in main.cf makes `mydomain` `com`, and /etc/default/postsrsd has

    #SRS_DOMAIN=example.com

## How to fix
    SRS_DOMAIN=example.com

## References
postsrsd(8), `-d`; postconf(5), `mydomain`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.public_suffix import is_public_suffix
from mailcheck.grammar.mail_domain import mail_domain
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shown_name

_MAIN, _DEFAULT, _CONF = "/etc/postfix/main.cf", "/etc/default/postsrsd", "/etc/postsrsd.conf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    srs = facts.srs
    if srs is None:
        return
    fact = srs.domain
    if fact.value is None:
        yield Skip(f"the SRS domain is not known: {fact.why}")
        return
    domain = mail_domain(fact.value)
    if domain is not None and not is_public_suffix(domain):
        return
    name = "srs-domain" if srs.generation == 2 else "SRS_DOMAIN"
    right = shown_name(ctx.host.srs_domain) if ctx.host and ctx.host.srs_domain else "YOUR.DOMAIN"
    what = (
        f"`{name}` is `{fact.value}`" if fact.is_set else f"`{name}` is not set, and PostSRSd takes `{fact.value}`"
    )
    yield Problem(
        f"{what}: rewritten senders are in a domain that is not yours",
        fact.at,
        f'srs-domain = "{right}"' if srs.generation == 2 else f"SRS_DOMAIN={right}",
    )


_LINE = (_DEFAULT, "SRS_DOMAIN=srs.example.com\n")
_NO_MAPS = (
    (_MAIN, "sender_canonical_maps = tcp:127.0.0.1:10001\n", ""),
    (_MAIN, "recipient_canonical_maps = tcp:127.0.0.1:10002\n", ""),
)

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postsrsd(8) -d",
    good=(
        changed(),
        changed((*_LINE, "")),
        changed((*_LINE, "SRS_DOMAIN=$(cat /etc/domain)\n")),
    ),
    bad=(
        changed(
            (*_LINE, ""),
            (_MAIN, "mydomain = example.com", "mydomain = localdomain"),
            also=("host-pf-mydomain-default",),
        ),
        changed((*_LINE, "SRS_DOMAIN=localdomain\n"), caret="localdomain"),
        changed((*_LINE, "SRS_DOMAIN=co.uk\n"), *_NO_MAPS, caret="co.uk"),
        changed(*_NO_MAPS, files={_CONF: "domains = {}\n"}, removed=(_DEFAULT,)),
    ),
)
