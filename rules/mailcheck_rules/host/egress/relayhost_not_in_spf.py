"""SPF of a domain does not name the relay that sends its mail.

## What it checks
Where mail is handed to another host (`relayhost`, `smtp_fallback_relay`, `default_transport`,
`sender_dependent_relayhost_maps`, `sender_dependent_default_transport_maps`, `transport_maps`), the SPF record of
each domain that leaves that way names it: by the `include` of the service that runs it, by an include of the
relay's own domain, or by its addresses. For a host of `mailcheck.yaml` its `addresses` there count.

## Why it matters
Receivers see the addresses of the relay, not this host's. If SPF does not let them pass, all mail of the domain
fails.

## Example
    relayhost = [smtp.sendgrid.net]:587

    example.com. TXT "v=spf1 a:mail.example.com -all"

## How to fix
    example.com. TXT "v=spf1 include:sendgrid.net -all"

## References
RFC 7208 section 5.2; postconf(5), `relayhost`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_egress import origins
from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_relays import Relay, outgoing_relays
from mailcheck.analysis.relay_spf import missing_term
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.location import Location
from mailcheck.model.names import absolute
from mailcheck.model.text import shown_name

_MAIN, _COM, _NET = "/etc/postfix/main.cf", "zones/example.com.zone", "zones/example.net.zone"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    relays = outgoing_relays(facts, facts.postfix)
    for table in relays.unread:
        yield Skip(f"where {table} hands mail to cannot be read")
    domains = {origin.domain: origin.at for origin in origins(facts, facts.postfix, ctx.spec, ctx.host)}
    for relay in relays.found:
        for domain, at in domains.items():
            if relay.sender in ("", domain):
                yield from _judged(relay, domain, at, ctx)


def _judged(relay: Relay, domain: str, at: Location, ctx: Context) -> Iterator[Problem | Skip]:
    service, ours = ctx.spec.known.get(relay.service), ctx.spec.hosts.get(absolute(relay.host))
    includes = (*service.includes, *service.alternatives) if service else ()
    verdict = ctx.evaluate(missing_term, relay, domain, includes, ours.addresses if ours else ())
    if isinstance(verdict, NotDetermined):
        yield Skip(verdict.why)
    elif not isinstance(verdict, str):
        yield unanswered(*verdict)
    elif verdict:
        shown = shown_name(domain)
        yield Problem(
            f"mail from `{shown}` is handed to `{relay.host}`, which its SPF record does not name",
            relay.at,
            f"add `{verdict}` to the SPF record of {shown}",
            (Label(at, f"the host sends as `{shown}`"),) if at != relay.at else (),
            token=f"{domain} {relay.host}",
        )


_SPF = '        TXT     "v=spf1 a:mail.example.com -all"\n        CAA'
_HOP = (_MAIN, "relayhost =\n", "relayhost = [smtp.sendgrid.net]:587\n")
_GRID = _SPF.replace("a:mail.example.com", "include:sendgrid.net")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 7208 section 5.2",
    needs=("dns",),
    over=each_postfix,
    good=(
        changed(),
        changed(_HOP, (_COM, _SPF, _GRID), (_NET, _SPF, _GRID)),
        changed((_MAIN, "relayhost =\n", "relayhost = [127.0.0.1]:10026\n")),
        changed((_MAIN, "relayhost =\n", "relayhost = [10.0.0.5]\n")),
        changed((_MAIN, "relayhost =\n", "relayhost = [smtp.provider.example]:587\n")),
        changed((_MAIN, "relayhost =\n", "relayhost = [192.0.2.25]\n")),
        changed((_MAIN, "relayhost =\n", "relayhost = [mail.example.com]\n")),
        changed((_MAIN, "relayhost =\n", "relayhost =\ntransport_maps = pgsql:/etc/postfix/transport\n")),
        changed((_MAIN, "relayhost =\n", "sender_dependent_relayhost_maps = inline:{ @example.net=DUNNO }\n")),
    ),
    bad=(
        changed(_HOP, caret="[smtp.sendgrid.net]:587"),
        changed((_MAIN, "relayhost =\n", "relayhost = [192.0.2.99]\n"), caret="[192.0.2.99]"),
        changed(
            (
                _MAIN,
                "relayhost =\n",
                "relayhost =\nsender_dependent_relayhost_maps = texthash:/etc/postfix/relays\n",
            ),
            files={"/etc/postfix/relays": "@example.net [smtp.sendgrid.net]:587\n"},
            caret="[smtp.sendgrid.net]:587",
        ),
        *[
            changed((_MAIN, "relayhost =\n", f"relayhost =\n{setting} = {table}\n"), caret=table)
            for setting, table in (
                ("transport_maps", "static:smtp:[smtp.sendgrid.net]:587"),
                ("transport_maps", "inline:{ {* = relay:[smtp.sendgrid.net]} }"),
                ("transport_maps", "regexp:{ {/./ smtp:[smtp.sendgrid.net]} }"),
                ("sender_dependent_relayhost_maps", "inline:{ @example.net=[smtp.sendgrid.net] }"),
                ("sender_dependent_default_transport_maps", "static:smtp:[smtp.sendgrid.net]"),
                ("smtp_fallback_relay", "[smtp.sendgrid.net]:587"),
            )
        ],
    ),
)
