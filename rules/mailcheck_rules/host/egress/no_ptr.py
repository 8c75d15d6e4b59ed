"""An address that mail leaves from has no PTR record.

## What it checks
Each address that the host sends from has a PTR record: `smtp_bind_address`, a single `inet_interfaces`, else
the host's addresses in `mailcheck.yaml`, else those of the running host. An address that is not public is
translated on the way: then the host's addresses in `mailcheck.yaml` are what others see. Where all mail goes to a
relay, they see the relay's, and nothing is checked.

## Why it matters
Gmail answers mail from such an address with `550 5.7.25`, others defer it or count it as spam.

## Example
    smtp_bind_address = 192.0.2.25

and 25.2.0.192.in-addr.arpa has no PTR record.

## How to fix
Ask whoever holds the reverse zone, the provider of the address as a rule, for

    25.2.0.192.in-addr.arpa. PTR mail.example.com.

## References
RFC 1912 section 2.1; <https://support.google.com/a/answer/81126>
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.fcrdns import reverse_dns
from mailcheck.analysis.host_egress import exits
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Unknown
from mailcheck.model.names import reverse_name
from mailcheck.model.text import shown_name

_MAIN, _ZONE = "/etc/postfix/main.cf", "zones/2.0.192.in-addr.arpa.zone"


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
        elif not looked_up.names:
            name = shown_name(one.helo) if one.helo else "NAME"
            yield Problem(
                f"mail leaves from {one.address}, which has no PTR record",
                one.at,
                f"{shown_name(reverse_name(one.address))}. PTR {name}.",
                token=str(one.address),
            )


_BOUND = (_MAIN, "smtp_bind_address = 192.0.2.25\nsmtp_bind_address6 = 2001:db8::25\n", "")
_PTR = "25      PTR     mail.example.com."

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 1912 section 2.1",
    needs=("dns",),
    over=each_postfix,
    covers=("ptr-present",),
    good=(
        changed(),
        changed(_BOUND),
        changed((_MAIN, "smtp_bind_address = 192.0.2.25", "smtp_bind_address = 198.51.100.1")),
        changed((_MAIN, "relayhost =\n", "relayhost = [192.0.2.99]\n"), (_ZONE, _PTR, ""), live=False),
    ),
    bad=(
        changed((_ZONE, _PTR, ""), caret="192.0.2.25"),
        changed(_BOUND, (_ZONE, _PTR, "")),
        changed(
            (_MAIN, "relayhost =\n", "relayhost = [127.0.0.1]:10026\n"), (_ZONE, _PTR, ""), caret="192.0.2.25"
        ),
    ),
)
