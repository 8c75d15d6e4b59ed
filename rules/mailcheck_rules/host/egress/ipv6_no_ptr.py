"""Mail also leaves over an IPv6 address that nobody prepared for it.

## What it checks
`inet_protocols` lets Postfix use IPv6, no setting and no line of `mailcheck.yaml` says from which address, and
the running host has a public one: it has a PTR record that leads back, and passes SPF of the domains that the
host sends for. `smtp_address_preference = ipv4` counts as prepared, since IPv6 is then the last resort.

## Why it matters
Postfix takes IPv6 wherever the receiver has it. Gmail refuses mail over IPv6 without PTR record or without SPF
and DKIM (`550 5.7.25`), so that mail to some receivers bounces, and to others does not.

## Example
    inet_protocols = all

    $ ip -6 addr show scope global
    inet6 2001:db8::99/64

## How to fix
    smtp_address_preference = ipv4

or `inet_protocols = ipv4`; or give the address a PTR record, the name an AAAA record, and SPF its `ip6:`.

## References
RFC 1912 section 2.1; postconf(5), `inet_protocols` and `smtp_address_preference`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.fcrdns import reverse_dns
from mailcheck.analysis.host_egress import Exit, exits, origins
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_spf import spf_of
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.text import shown_name

_MAIN, _YAML = "/etc/postfix/main.cf", "mailcheck.yaml"
_V6 = "zones/8.b.d.0.1.0.0.2.ip6.arpa.zone"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.of("smtp_address_preference").value == "ipv4":
        return
    leaving = exits(facts, postfix, ctx.host)
    if leaving.why:
        yield Skip(leaving.why)
    for one in leaving.found:
        if one.source != "interface" or one.address.version == 4:
            continue
        lacks = _lacks(one, facts, ctx)
        if isinstance(lacks, Skip):
            yield lacks
        elif lacks:
            yield Problem(
                f"mail leaves from {one.address} too, an address of this host {lacks}",
                postfix.of("inet_protocols").at,
                "smtp_address_preference = ipv4",
                token=str(one.address),
            )


def _lacks(one: Exit, facts: HostFacts, ctx: Context) -> str | Skip:
    """What others miss of the address; empty where they miss nothing."""
    assert facts.postfix is not None
    looked_up = ctx.evaluate(reverse_dns, one.address)[one.address]
    if looked_up.open is not None:
        return unanswered(*looked_up.open)
    if not looked_up.names:
        return "without a PTR record"
    if not looked_up.confirming:
        return "whose PTR name does not lead back"
    for origin in origins(facts, facts.postfix, ctx.spec, ctx.host):
        result = ctx.evaluate(spf_of, one, origin.domain)
        if isinstance(result.passes, tuple):
            return unanswered(*result.passes)
        if result.passes is not True:
            return f"for which SPF of `{shown_name(origin.domain)}` gives `{result.outcome.result}`"
    return ""


_UNBOUND = (_MAIN, "smtp_bind_address6 = 2001:db8::25\n", "")
_UNSAID = (_YAML, 'addresses: [192.0.2.25, "2001:db8::25"]', "addresses: [192.0.2.25]")
_PTR = (_V6, "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 PTR mail.example.com.", "")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 1912 section 2.1",
    needs=("dns", "live-host"),
    over=each_postfix,
    good=(
        changed(),
        changed(_UNBOUND, _UNSAID),
        changed(_UNBOUND, _UNSAID, _PTR, (_MAIN, "inet_protocols = all", "inet_protocols = ipv4")),
        changed(_UNBOUND, _UNSAID, _PTR, (_MAIN, "biff = no", "smtp_address_preference = ipv4\nbiff = no")),
        changed(_UNBOUND, _UNSAID, _PTR, live=False, addresses=None),
    ),
    bad=(
        changed(_UNBOUND, _UNSAID, _PTR, caret="all"),
        changed(_UNBOUND, _UNSAID, (_V6, "PTR mail.example.com.", "PTR ns1.example.com."), caret="all"),
    ),
)
