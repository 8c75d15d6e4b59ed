"""A host's addresses in DNS are not those of the spec.

## What it checks
For each host of `mailcheck.yaml` that has `addresses`, the A and AAAA records of its name hold exactly
these.

## Why it matters
SPF, PTR and firewalls are written for the addresses that the host is known to have. One that is missing
from DNS, or one too many, breaks forward-confirmed reverse DNS and leaves mail unauthenticated.

## Example
    hosts:
      mail.example.com: {addresses: [192.0.2.25]}

    mail.example.com. A 192.0.2.52

## How to fix
Correct the record, or the host's `addresses`: whichever is wrong.

## References
RFC 1912 section 2.1
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import HostAddress, host_addresses
from mailcheck.analysis.spec_places import place_of, sides
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Case, Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.location import NOWHERE
from mailcheck.model.spec import HostSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    hosts = [host for host in ask.promises.hosts if host.addresses and host.name not in ask.once(meant_names)]
    known = ask.evaluate(host_addresses, *[host.name for host in hosts])
    for host in hosts:
        if known[host.name].missing:
            yield _without_address(zone, host)
            continue
        for rtype, version in (("A", 4), ("AAAA", 6)):
            unknown = next((entry for entry in known[host.name].unanswered if entry[0].type == rtype), None)
            if unknown is not None:
                yield unanswered(*unknown)
            elif (found := _differing(host, version, known[host.name].of_version(version))) is not None:
                yield _problem(zone, host, rtype, found)


def _without_address(zone: Zone, host: HostSpec) -> Problem:
    at, related = sides(
        place_of(zone, host.name), host.place("addresses"), "the spec has the host's addresses here"
    )
    promised = ", ".join([str(address) for address in host.addresses])
    return Problem(
        f"`{shown_name(host.name)}` has no address, and the spec says {promised}",
        at,
        help="publish its A and AAAA records, or take it out of the spec",
        related=related,
        name=host.name,
        type="A",
    )


def _differing(
    host: HostSpec, version: int, found: tuple[HostAddress, ...]
) -> tuple[list[str], list[str], list[HostAddress]] | None:
    """The promised addresses, those that DNS lacks, and the records that it has besides; None where all agree."""
    promised = [address for address in host.addresses if address.version == version]
    lacking = [address for address in promised if address not in {entry.address for entry in found}]
    besides = [entry for entry in found if entry.address not in promised]
    if not lacking and not besides:
        return None
    return [str(address) for address in promised], [str(address) for address in lacking], besides


def _problem(
    zone: Zone, host: HostSpec, rtype: str, found: tuple[list[str], list[str], list[HostAddress]]
) -> Problem:
    promised, lacking, besides = found
    says = f"the spec says {', '.join(promised)}" if promised else f"the spec gives it no {rtype} address"
    has = ", ".join(str(entry.address) for entry in besides)
    message = (
        f"`{shown_name(host.name)}` has {has}, {says}"
        if besides
        else (f"`{shown_name(host.name)}` lacks {', '.join(lacking)}, which the spec says it has")
    )
    declared = besides and besides[0].record.at != NOWHERE
    at, related = sides(
        besides[0].record.at if declared else place_of(zone, host.name),
        host.place(*[f"addresses:{address}" for address in lacking], "addresses"),
        "the spec has the host's addresses here",
    )
    return Problem(
        message,
        at,
        help=f"correct the {rtype} record, or the host's `addresses`",
        related=related,
        token=str(besides[0].address) if besides else lacking[0],
        name=host.name,
        type=rtype,
    )


_SPEC = {"mailcheck.yaml": "hosts:\n  mail.example.com: {addresses: [192.0.2.25, '2001:db8::25']}\n"}

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 1912 section 2.1",
    indexes=(meant_names,),
    needs=frozenset({"dns", "spec"}),
    yields_to=("zone-doubled-origin",),
    good=(
        master("mail A 192.0.2.25\nmail AAAA 2001:db8::25", **_SPEC),
        master("mail A 192.0.2.25\nmail.example.com AAAA 2001:db8::25", **_SPEC),
        master("mail A 192.0.2.26"),
        master("mail A 192.0.2.26", **{"mailcheck.yaml": "hosts:\n  mail.example.com:\n"}),
    ),
    bad=(
        master("www A 192.0.2.80", caret="@", **_SPEC),
        master("mail A 192.0.2.26\nmail AAAA 2001:db8::25", caret="192.0.2.26", **_SPEC),
        master("mail A 192.0.2.25", caret="mail", **_SPEC),
        master("mail A 192.0.2.25\nmail A 192.0.2.26\nmail AAAA 2001:db8::25", caret="192.0.2.26", **_SPEC),
        Case(
            {"example.com.zone": "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1 hm 1 2 3 4 5\n"}
            | {"mailcheck.yaml": "hosts:\n  mx.example.net: {addresses: [192.0.2.25]}\n"},
            caret="192.0.2.25",
            outside={"mx.example.net. A": ("192.0.2.26",), "mx.example.net. AAAA": ()},
        ),
    ),
)
