"""The exchange has no address.

## What it checks
The exchange has at least one A or AAAA record. What a declared zone does not hold does not exist;
what no declared zone covers is looked up in the lock or the live DNS, and skipped where neither has
an answer. An exchange that is an alias belongs to `mx-target-cname`, one that ends in the domain twice
to `zone-doubled-origin`.

## Why it matters
Nobody can connect to a name without an address. Mail for the domain is returned, or, where other
exchanges still work, every sender first tries the dead one.

## Example
    example.com. MX 10 mial.example.com.

## How to fix
Correct the name, or add the A and AAAA records of the host it means. In a master file a missing
final dot adds the zone's name: `mail.example.net` becomes `mail.example.net.example.com.`

## References
RFC 5321 section 5.1; RFC 1035 section 3.3.9
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import first_open, host_addresses
from mailcheck.analysis.mx_records import MxSet, mx_sets
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered


def check(mx: MxSet, ask: Context) -> Iterator[Problem | Skip]:
    hosts = ask.evaluate(host_addresses, *mx.host_names)
    for exchange in mx.hosts:
        if hosts[exchange.name].missing and exchange.name not in ask.once(meant_names):
            yield Problem(
                f"the exchange `{exchange.shown}` has neither an A nor an AAAA record",
                exchange.at,
                help="correct the name, or add the addresses of the host it means",
                token=exchange.name,
            )
    undecided = first_open(host for host in hosts.values() if not host.found)
    if undecided:
        yield unanswered(*undecided)


RULE = Rule(
    __name__,
    __doc__,
    over=mx_sets,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 5321 section 5.1",
    indexes=(meant_names,),
    needs=frozenset({"dns"}),
    yields_to=("spec-host-mx", "mx-target-cname", "mx-hostname-syntax", "zone-doubled-origin"),
    good=(
        master("@ MX 10 mail\nmail A 192.0.2.25"),
        master("@ MX 10 mail\n@ MX 20 mail6\nmail A 192.0.2.25\nmail6 AAAA 2001:db8::25"),
        master("@ MX 10 mail.out\n*.out A 192.0.2.25"),
        master("@ MX 10 mx.provider.example."),
        master("@ MX 0 ."),
        master("@ MX 10 mail\nmail CNAME gone"),
    ),
    bad=(
        master("@ MX 10 mial\nmail A 192.0.2.25", caret="mial"),
        master('@ MX 10 mail\nmail TXT "no address"', caret="mail"),
        master(
            "@ MX 10 mail\n@ MX 20 mail.example.net\nmail A 192.0.2.25",
            caret="mail.example.net",
        ),
        Case(
            {
                "example.com.yaml": (
                    "'':\n  type: MX\n  values:\n"
                    "  - {exchange: mx.example.net., preference: 10}\n"
                    "  - {exchange: mx2.example.net., preference: 20}\n"
                ),
                "example.net.yaml": "mx:\n  type: A\n  value: 192.0.2.25\n",
            },
            caret="mx2.example.net.",
        ),
    ),
)
