"""No exchange of the domain can be reached over IPv4.

## What it checks
The exchanges of a domain have AAAA records, and none of them has an A record with a public address. One
exchange with IPv4 is enough: senders try the exchanges one after the other.

## Why it matters
Many mail servers still have no IPv6. They find no address they can connect to, and the mail waits in
their queues until it is returned.

## Example
    example.com.      MX   10 mail.example.com.
    mail.example.com. AAAA 2001:db8::25

## How to fix
Add an A record to at least one exchange, or a further exchange that has IPv4.

## References
RFC 5321 sections 5.1 and 5.2; RFC 3974
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import HostAddresses, first_open, host_addresses
from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.analysis.networks import unusable_network
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered


def check(mx: MxSet, ask: Context) -> Iterator[Problem | Skip]:
    hosts = ask.evaluate(host_addresses, *mx.host_names)
    if any(_reached_by(4, host) for host in hosts.values()):
        return
    undecided = first_open(hosts.values())
    if undecided:
        yield unanswered(*undecided)
        return
    first = next((exchange for exchange in mx.hosts if _reached_by(6, hosts[exchange.name])), None)
    if first is not None:
        host = hosts[first.name]
        who = f"the exchange `{first.shown}` has" if len(mx.hosts) == 1 else "all exchanges have"
        yield Problem(
            f"{who} only IPv6 addresses: servers without IPv6 cannot deliver",
            first.at,
            help="add an A record to an exchange",
            related=(Label(host.of_version(6)[0].record.at, "no public A record beside it"),)
            if host.declared
            else (),
            token=first.name,
        )


def _reached_by(version: int, host: HostAddresses) -> bool:
    """Whether the host has an address of that IP version that the internet can reach."""
    return any(unusable_network(found.address, None, host.name) is None for found in host.of_version(version))


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 5321 section 5.2",
    needs=frozenset({"dns"}),
    good=(
        master("@ MX 10 mail\nmail A 192.0.2.25\nmail AAAA 2001:db8::25"),
        master("@ MX 10 mail6\n@ MX 20 mail\nmail6 AAAA 2001:db8::25\nmail A 192.0.2.25"),
        master("@ MX 10 mail6\n@ MX 20 mx.provider.example.\nmail6 AAAA 2001:db8::25"),
        master("@ MX 0 ."),
        master("@ MX 10 gone"),
    ),
    bad=(
        master("@ MX 10 mail\nmail AAAA 2001:db8::25", caret="mail"),
        master("@ MX 10 mail\nmail AAAA 2001:db8::25\nmail A 10.0.0.25", caret="mail"),
        master("@ MX 10 a\n@ MX 20 b\na AAAA 2001:db8::25\nb AAAA 2001:db8::26", caret="a"),
    ),
)
