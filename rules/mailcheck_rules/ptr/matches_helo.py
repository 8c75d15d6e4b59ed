"""The PTR name of a mail host is not the name that it greets with.

## What it checks
For each host of `mailcheck.yaml` with `addresses`: where an address has PTR records, one of them names
the host's `helo` (its own name where none is given). Where reverse DNS is missing or does not lead back,
`ptr-present` and `ptr-forward-confirmed` speak.

## Why it matters
Receivers compare the greeting with the name that reverse DNS gives. Two names look like a host that was
taken over, and some filters refuse it.

## Example
    hosts:
      mail.example.com: {addresses: [192.0.2.25], helo: mail.example.com}

    25.2.0.192.in-addr.arpa. PTR web.example.com.

## How to fix
Let the PTR record name the HELO name, or let the host greet with the PTR name and say so in the spec.

## References
RFC 5321 section 4.1.4; RFC 1912 section 2.1
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import host_addresses
from mailcheck.analysis.fcrdns import ReverseDns, reverse_dns
from mailcheck.analysis.spec_places import place_of, sides
from mailcheck.analysis.spec_spf import lacks
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Unknown
from mailcheck.model.spec import HostSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for host in ask.promises.hosts:
        known = ask.evaluate(host_addresses, host.name)[host.name]
        addresses = tuple([address for address in host.addresses if not lacks(known, address)])
        for looked_up in ask.evaluate(reverse_dns, *addresses).values():
            if isinstance(looked_up.answer, Unknown):
                yield unanswered(looked_up.question, looked_up.answer)
            elif looked_up.names and host.helo not in [name.name for name in looked_up.names]:
                yield _problem(zone, host, looked_up)


def _problem(zone: Zone, host: HostSpec, looked_up: ReverseDns) -> Problem:
    first = looked_up.names[0]
    at, related = sides(
        first.record.at if looked_up.declared else place_of(zone, host.name),
        host.place("helo"),
        "the spec says what it greets with",
    )
    return Problem(
        f"{looked_up.address} is called `{first.shown}`, and its host greets as `{shown_name(host.helo)}`",
        at,
        help=f"let its PTR record name `{shown_name(host.helo)}`, or correct `helo` in the spec",
        related=related,
        token=str(looked_up.address),
        name=host.name,
        type="A" if looked_up.address.version == 4 else "AAAA",
    )


_REVERSE = "$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 3600\n@ SOA ns1.example.com. hostmaster.example.com. 1 2 3 4 5\n"


def _files(ptr: str, host: str = "") -> dict[str, str]:
    return {
        "2.0.192.in-addr.arpa.zone": _REVERSE + ptr,
        "mailcheck.yaml": f"hosts:\n  mail.example.com: {{addresses: [192.0.2.25]{host}}}\n",
    }


_HOST = "@ MX 10 mail\nmail A 192.0.2.25\nmx A 192.0.2.25\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 5321 section 4.1.4",
    needs=frozenset({"dns", "spec"}),
    yields_to=("ptr-forward-confirmed", "spec-host-address"),
    good=(
        master(_HOST, **_files("25 PTR mail.example.com.")),
        master(_HOST, **_files("25 PTR mx.example.com.", ", helo: mx.example.com")),
        master(_HOST, **_files("")),
        master(_HOST.replace("mail A 192.0.2.25", "mail A 192.0.2.26"), **_files("25 PTR old.example.com.")),
    ),
    bad=(
        master(_HOST, caret="mx.example.com.", **_files("25 PTR mx.example.com.")),
        master(_HOST, caret="mail.example.com.", **_files("25 PTR mail.example.com.", ", helo: mx.example.com")),
    ),
)
