"""The exchange has only addresses that the internet cannot reach.

## What it checks
Every address of an exchange lies in a private, loopback, link-local, documentation or other
special-purpose network. Documentation networks count as public under names kept for examples
(`example.com`, `*.example`, `*.test`).

## Why it matters
No outside server can deliver there, and a server that has the same private address inside its own
network hands your mail to a stranger.

## Example
    mail.example.com. A 10.0.0.25

## How to fix
Publish the address that the internet sees. Keep inside addresses in an inside view of the zone.

## References
RFC 6890 section 2.2; RFC 1918 section 3; RFC 4193 section 4.4; RFC 5321 section 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import first_open, host_addresses
from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.analysis.networks import SpecialNetwork, unusable_network
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.names import IPAddress


def check(mx: MxSet, ask: Context) -> Iterator[Problem | Skip]:
    hosts = ask.evaluate(host_addresses, *mx.host_names)
    undecided = []
    for exchange in mx.hosts:
        host = hosts[exchange.name]
        blocks = [unusable_network(found.address, None, exchange.name) for found in host.found]
        if None in blocks:
            continue
        if host.unanswered:
            undecided.append(host)
        elif (block := next(iter(blocks), None)) is not None:
            first = host.found[0]
            yield Problem(
                f"the exchange `{exchange.shown}` has no address that the internet can reach: "
                f"{_describe(first.address, block)}",
                exchange.at,
                help="publish the address under which the server is reached from outside",
                related=(Label(first.record.at, f"{block.purpose}"),) if host.declared else (),
                token=exchange.name,
            )
    still_open = first_open(undecided)
    if still_open:
        yield unanswered(*still_open)


def _describe(address: IPAddress, block: SpecialNetwork) -> str:
    return f"{address} is in {block.text} ({block.purpose})"


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6890 section 2.2",
    needs=frozenset({"dns"}),
    good=(
        master("@ MX 10 mail\nmail A 192.0.2.25"),
        master("@ MX 10 mail\nmail A 10.0.0.25\nmail A 192.0.2.25"),
        master("@ MX 10 mx.provider.example."),
        master("@ MX 10 gone"),
    ),
    bad=(
        master("@ MX 10 mail\nmail A 10.0.0.25", caret="mail"),
        master("@ MX 10 mail\nmail A 127.0.0.1\nmail AAAA ::1", caret="mail"),
        master("@ MX 10 mail\nmail A 192.0.2.25\n@ MX 20 mail2\nmail2 A 192.168.1.25", caret="mail2"),
    ),
)
