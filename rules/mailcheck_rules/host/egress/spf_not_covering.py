"""SPF of a domain does not pass an address that its mail leaves from.

## What it checks
check_host() of RFC 7208 gives `pass` for each address that the host sends from (see `host-egress-no-ptr`), of
each family, and each envelope domain: the domains of `mailcheck.yaml` that list the host, and `myorigin`. The
HELO name must pass where it has a record; `host-egress-helo-no-spf` and `host-srs-domain-no-spf` speak of the
others.

## Why it matters
Mail that leaves from the address fails SPF: receivers refuse it or put it into the spam folder. Often only IPv6
is forgotten, and only the mail that happens to go over IPv6 is lost.

## Example
    smtp_bind_address6 = 2001:db8::25

    example.com. TXT "v=spf1 ip4:192.0.2.25 -all"

## How to fix
    example.com. TXT "v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all"

## References
RFC 7208 section 4
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_egress import Exit, Origin, exits, origins
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_spf import deciding, spf_of
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.text import shown_name

_MAIN, _COM, _NET = "/etc/postfix/main.cf", "zones/example.com.zone", "zones/example.net.zone"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    leaving = exits(facts, facts.postfix, ctx.host)
    if leaving.why:
        yield Skip(leaving.why)
    rewritten = facts.srs.domain.value if facts.srs else None
    domains = [
        origin
        for origin in origins(facts, facts.postfix, ctx.spec, ctx.host)
        if origin.domain != f"{rewritten}.".lower()
    ]
    for one in leaving.promised:
        named = [origin for origin in domains if origin.domain != one.helo]
        for origin in [*named, Origin(one.helo, one.helo_at)] if one.helo else named:
            yield from _judged(one, origin, ctx)


def _judged(one: Exit, origin: Origin, ctx: Context) -> Iterator[Problem | Skip]:
    result = ctx.evaluate(spf_of, one, origin.domain)
    if isinstance(result.passes, tuple):
        yield unanswered(*result.passes)
    elif result.passes is not True and not (origin.domain == one.helo and result.outcome.result == "none"):
        shown = shown_name(origin.domain)
        origin_label = (Label(origin.at, f"the host sends as `{shown}`"),) if origin.at != one.at else ()
        yield Problem(
            f"mail from `{shown}` leaves from {one.address}, for which SPF gives `{result.outcome.result}`",
            one.at,
            f"add `ip{one.address.version}:{one.address}` to the SPF record of {shown}",
            (*deciding(result), *origin_label),
            token=f"{origin.domain} {one.address}",
        )


_UNBOUND = (_MAIN, "smtp_bind_address = 192.0.2.25\nsmtp_bind_address6 = 2001:db8::25\n", "")
_UNSAID = ("mailcheck.yaml", 'addresses: [192.0.2.25, "2001:db8::25"]', 'addresses: ["2001:db8::25"]')
_SPF = '        TXT     "v=spf1 a:mail.example.com -all"\n        CAA'

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 7208 section 4",
    needs=("dns",),
    over=each_postfix,
    covers=("spec-host-spf",),
    good=(
        changed(),
        changed((_COM, _SPF, _SPF.replace("a:mail.example.com", "ip4:192.0.2.25 ip6:2001:db8::25"))),
        changed((_COM, _SPF, _SPF.replace("a:mail", "include:_spf.sender.example a:mail"))),
        changed((_COM, _SPF, _SPF.replace("a:mail.example.com", "mx"))),
        changed((_MAIN, "smtp_bind_address = 192.0.2.25", "smtp_bind_address = 10.0.0.5")),
        changed((_MAIN, "smtp_bind_address = 192.0.2.25", "smtp_bind_address = 100.64.0.5")),
        changed((_MAIN, "smtp_bind_address6 = 2001:db8::25", "smtp_bind_address6 = fd00::5")),
        changed(_UNBOUND, (_MAIN, "inet_interfaces = all", "inet_interfaces = 169.254.7.7")),
        changed((_MAIN, "smtp_bind_address = 192.0.2.25", "smtp_bind_address = 10.0.0.5"), _UNSAID),
    ),
    bad=(
        changed(
            (_MAIN, "smtp_bind_address = 192.0.2.25", "smtp_bind_address = 10.0.0.5"),
            (_NET, _SPF, _SPF.replace("a:mail.example.com", "ip6:2001:db8::25")),
            caret="addresses",
        ),
        changed((_NET, _SPF, _SPF.replace("a:mail.example.com", "ip4:192.0.2.25")), caret="2001:db8::25"),
        changed((_NET, _SPF, _SPF.replace("a:mail.example.com", "ip6:2001:db8::25")), caret="192.0.2.25"),
        changed((_COM, '        TXT     "v=spf1 a -all"\n', '        TXT     "v=spf1 ip4:192.0.2.25 ~all"\n')),
    ),
)
