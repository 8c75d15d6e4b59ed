"""The name that the host greets with is not the PTR name of its address.

## What it checks
One of the PTR names of an address that mail leaves from is `smtp_helo_name` of the service that uses it (by
default `myhostname`). Where there is no PTR record, or none that leads back, `host-egress-no-ptr` and
`host-egress-fcrdns` speak.

## Why it matters
Receivers compare the two. Two names look like a host that was taken over; many filters add to the spam score,
some refuse the mail.

## Example
    smtp_helo_name = smtp.example.com

    25.2.0.192.in-addr.arpa. PTR mail.example.com.

## How to fix
    smtp_helo_name = mail.example.com

or let the PTR record give the other name.

## References
RFC 5321 section 4.1.4; postconf(5), `smtp_helo_name`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.fcrdns import reverse_dns
from mailcheck.analysis.host_egress import exits
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Unknown
from mailcheck.model.text import shown_name

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_V4, _COM = "zones/2.0.192.in-addr.arpa.zone", "zones/example.com.zone"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    leaving = exits(facts, facts.postfix, ctx.host)
    if leaving.why:
        yield Skip(leaving.why)
    reverse = ctx.evaluate(reverse_dns, *[one.address for one in leaving.promised])
    for one in leaving.promised:
        looked_up = reverse[one.address]
        if isinstance(looked_up.answer, Unknown):
            yield unanswered(looked_up.question, looked_up.answer)
        elif not one.helo:
            yield Skip("the name that Postfix greets with cannot be told")
        elif looked_up.names and one.helo not in [name.name for name in looked_up.names]:
            first = looked_up.names[0]
            yield Problem(
                f"`{shown_name(one.helo)}` is the greeting from {one.address}, whose PTR name is `{first.shown}`",
                one.helo_at,
                f"smtp_helo_name = {first.shown}",
                (Label(first.record.at, "the PTR name"),) if looked_up.declared else (),
                token=str(one.address),
            )


_HELO = (_MAIN, "relayhost =\n", "relayhost =\nsmtp_helo_name = mx.example.com\n")
_MX = (_COM, "ns1     A ", 'mx A 192.0.2.25\n AAAA 2001:db8::25\n TXT "v=spf1 a -all"\nns1     A ')
_RELAY = "relay     unix  -       -       y       -       -       smtp\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "RFC 5321 section 4.1.4",
    needs=("dns",),
    over=each_postfix,
    yields_to=(
        "host-egress-no-ptr",
        "host-egress-fcrdns",
        "host-pf-helo-override*",
        "host-pf-myhostname-unqualified*",
        "host-pf-myhostname-is-domain*",
        "host-pf-mydomain-default*",
    ),
    covers=("ptr-matches-helo",),
    good=(
        changed(),
        changed((_MAIN, "relayhost =\n", "relayhost =\nsmtp_helo_name = MAIL.example.com\n")),
        changed((_MAIN, "relayhost =\n", "relayhost =\nsmtp_helo_name = $my_name\n"), live=False),
    ),
    bad=(
        changed(_HELO, _MX, caret="mx.example.com"),
        changed(
            (_MASTER, _RELAY, f"{_RELAY}        -o smtp_helo_name=mx.example.com\n"), _MX, caret="mx.example.com"
        ),
    ),
)
