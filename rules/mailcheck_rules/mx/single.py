"""The domain has a single exchange with a single address.

## What it checks
The domain of the zone itself has one exchange, that exchange is a host of the declared zones, and it
has one IPv4 and at most one IPv6 address. Left alone are exchanges outside the declared zones, whose
operators put many machines behind one name, hosts with several addresses, and subdomains.

## Why it matters
While the one host is down, mail waits on the senders' side. They try again for some days, so nothing
is lost at once, but nothing arrives either, and a long outage returns the mail.

## Example
    example.com. MX 10 mail.example.com.

## How to fix
Add a second exchange in another place that checks recipients and filters spam as the first one does.
A backup that accepts everything does more harm than a pause: where you do not want to run a second
full mail server, leave it at one and ignore this rule.

## References
RFC 5321 sections 4.5.4.1 and 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import host_addresses
from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master


def check(mx: MxSet, ask: Context) -> Iterator[Problem]:
    if ask.zone.may_hold_more(mx.name) or mx.name != ask.zone.name or len(mx.exchanges) != 1 or not mx.hosts:
        return
    exchange = mx.hosts[0]
    host = ask.evaluate(host_addresses, exchange.name)[exchange.name]
    if host.declared and len(host.of_version(4)) <= 1 and len(host.of_version(6)) <= 1:
        yield Problem(
            f"`{exchange.shown}` is the only exchange and a single host: while it is down no mail arrives",
            exchange.at,
            help="add a second exchange that checks recipients as the first one does",
            token=exchange.name,
        )


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.INFO,
    standard="RFC 5321 section 5.1",
    yields_to=("spec-host-mx", "spec-parked", "zone-parked"),
    good=(
        master("@ MX 10 mail\n@ MX 20 mail2\nmail A 192.0.2.25\nmail2 A 198.51.100.25"),
        master("@ MX 10 mx.provider.example."),
        master("@ MX 10 mail\nmail A 192.0.2.25\nmail A 198.51.100.25"),
        master("sub MX 10 mail\nmail A 192.0.2.25"),
        master("@ MX 0 ."),
    ),
    bad=(
        master("@ MX 10 mail\nmail A 192.0.2.25", caret="mail"),
        master("@ MX 10 mail\nmail A 192.0.2.25\nmail AAAA 2001:db8::25", caret="mail"),
    ),
)
