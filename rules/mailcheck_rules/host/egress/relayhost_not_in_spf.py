"""SPF of a domain does not name the relay that sends its mail.

## What it checks
Where mail is handed to another host (`relayhost`, `default_transport`, `sender_dependent_relayhost_maps`,
`sender_dependent_default_transport_maps`, `transport_maps`), the SPF record of each domain that leaves that way
names it: by the `include` of the service that runs it, by an include of the relay's own domain, or by its
addresses. For a host of `mailcheck.yaml` its `addresses` there count.

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
from fnmatch import fnmatchcase

from mailcheck.analysis.addresses import first_open, host_addresses, parse_address
from mailcheck.analysis.host_egress import origins
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_relays import Relay, is_private, outgoing_relays
from mailcheck.analysis.spec_spf import Client, check_addresses, reached_includes
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.names import absolute, is_at_or_below
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
    verdict = _names(relay, domain, ctx)
    if isinstance(verdict, Skip):
        yield verdict
    elif verdict:
        shown = shown_name(domain)
        yield Problem(
            f"mail from `{shown}` is handed to `{relay.host}`, which its SPF record does not name",
            relay.at,
            f"add `{verdict}` to the SPF record of {shown}",
            (Label(at, f"the host sends as `{shown}`"),) if at != relay.at else (),
            token=f"{domain} {relay.host}",
        )


def _names(relay: Relay, domain: str, ctx: Context) -> str | Skip:
    """The term that is missing, empty where SPF names the relay."""
    reached = ctx.evaluate(reached_includes, domain)
    answers = ctx.ask_all({Question(name, "TXT") for name in (domain, *reached)})
    left = next(((asked, answer) for asked, answer in answers.items() if isinstance(answer, Unknown)), None)
    service = ctx.spec.known.get(relay.service)
    if service is not None:
        globs = (*service.includes, *service.alternatives)
        if any([fnmatchcase(name, glob) for name in reached for glob in globs]):
            return ""
        return unanswered(*left) if left else f"include:{shown_name(globs[0])}"
    ending = ".".join(absolute(relay.host).split(".")[-3:])
    if parse_address(relay.host) is None and any([is_at_or_below(name, ending) for name in reached]):
        return ""
    return _by_address(relay, domain, bool(reached), ctx)


def _by_address(relay: Relay, domain: str, has_includes: bool, ctx: Context) -> str | Skip:
    ours = ctx.spec.hosts.get(absolute(relay.host))
    given = parse_address(relay.host)
    known = ctx.evaluate(host_addresses, absolute(relay.host))[absolute(relay.host)] if given is None else None
    if ours is not None:
        addresses = ours.addresses
    elif known is not None:
        addresses = tuple([one.address for one in known.found])
        if not addresses and (still_open := first_open([known])):
            return unanswered(*still_open)
    else:
        addresses = (given,) if given is not None else ()
    results = ctx.evaluate(check_addresses, domain, Client(relay.host, relay.host, addresses))
    for result in results:
        if isinstance(result.passes, tuple):
            return unanswered(*result.passes)
    passing = [result.passes is True for result in results]
    if all(passing) if ours else any(passing):
        return ""
    if not ours and (has_includes or is_private(relay.host) or not addresses):
        return Skip(f"from which addresses `{relay.host}` sends is not known")
    return f"ip{addresses[0].version}:{addresses[0]}"


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
        changed((_MAIN, "relayhost =\n", "relayhost =\ntransport_maps = pgsql:/etc/postfix/transport\n")),
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
    ),
)
