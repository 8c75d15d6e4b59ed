"""The PTR name of an address that mail leaves from does not lead back to it.

## What it checks
Where such an address (see `host-egress-no-ptr`) has PTR records, one of the names they give has an A or AAAA
record with the address.

## Why it matters
Anyone can write any name into a PTR record of their own network, so receivers look whether it leads back. Where
it does not, Gmail answers `550 5.7.25`, and others count the mail as spam.

## Example
    25.2.0.192.in-addr.arpa.  PTR old.example.com.
    old.example.com.          A   192.0.2.99

## How to fix
Let the PTR record name the host, and give that name an A or AAAA record with the address.

## References
RFC 1912 section 2.1; RFC 8601 section 3 (`iprev`)
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.fcrdns import reverse_dns
from mailcheck.analysis.host_egress import exits
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered

_MAIN, _V4, _COM = "/etc/postfix/main.cf", "zones/2.0.192.in-addr.arpa.zone", "zones/example.com.zone"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    leaving = exits(facts, facts.postfix, ctx.host)
    if leaving.why:
        yield Skip(leaving.why)
    reverse = ctx.evaluate(reverse_dns, *[one.address for one in leaving.promised])
    for one in leaving.promised:
        looked_up = reverse[one.address]
        if looked_up.open is not None:
            yield unanswered(*looked_up.open)
        elif looked_up.names and not looked_up.confirming:
            first = looked_up.names[0]
            leads = first.forward.found[0].address if first.forward.found else "no address"
            rtype = "A" if one.address.version == 4 else "AAAA"
            yield Problem(
                f"mail leaves from {one.address}, whose PTR name `{first.shown}` leads to {leads}",
                one.at,
                f"{first.shown}. {rtype} {one.address}",
                (Label(first.record.at, "this name does not lead back"),) if looked_up.declared else (),
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
    covers=("ptr-forward-confirmed",),
    good=(
        changed(),
        changed(_BOUND),
        changed((_V4, _PTR, "25 PTR www.example.com.\n25 PTR mail.example.com.")),
        changed((_V4, _PTR, "25 PTR mail.provider.example.")),
    ),
    bad=(
        changed((_V4, _PTR, "25 PTR ns1.example.com."), caret="192.0.2.25"),
        changed((_V4, _PTR, "25 PTR gone.example.com."), caret="192.0.2.25"),
        changed(_BOUND, (_V4, _PTR, "25 PTR ns1.example.com.")),
    ),
)
