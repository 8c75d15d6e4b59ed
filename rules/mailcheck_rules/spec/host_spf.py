"""A host that sends for a domain is not inside the domain's SPF.

## What it checks
For each host under a domain's `hosts` in `mailcheck.yaml` that sends (role `submission` or `relay`, or no
role at all), SPF is evaluated as a receiver does it: with the domain as envelope sender, once for each
address of the host, IPv6 too. Each must pass. Where the record is an error for everybody, the SPF rules
tell that.

## Why it matters
Mail from an address that SPF does not authorise fails SPF. An IPv6 address is easily forgotten: hosts
prefer it, so that mail to large providers fails first.

## Example
    domains:
      example.com: {hosts: [mail.example.com]}

    mail.example.com. AAAA 2001:db8::25
    example.com.      TXT  "v=spf1 ip4:192.0.2.25 ~all"

## How to fix
Add the address to the record, `a:<host>` for both families at once; or take the host off the domain.

## References
RFC 7208 sections 2.4 and 4
"""

from collections.abc import Iterator

from mailcheck.analysis.spec_places import place_of, sides, spf_place
from mailcheck.analysis.spec_spf import ClientResult, check_clients, client_of
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.spec import DomainSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        hosts = [host for host in ask.spec.sending_hosts(domain) if host.name not in ask.once(meant_names)]
        results = ask.evaluate(check_clients, domain.name, tuple([client_of(host) for host in hosts]))
        failing: dict[str, list[ClientResult]] = {}
        for result in results:
            if isinstance(result.passes, tuple):
                yield unanswered(*result.passes)
            elif result.passes is False:
                failing.setdefault(result.outcome.result, []).append(result)
        for verdict, failed in failing.items():
            yield _without_record(zone, domain) if verdict == "none" else _problem(zone, domain, failed)


def _problem(zone: Zone, domain: DomainSpec, failed: list[ClientResult]) -> Problem:
    addresses: dict[str, list[str]] = {}
    for result in failed:
        addresses.setdefault(result.host, []).append(str(result.address))
    hosts = ", ".join(f"`{shown_name(host)}` ({', '.join(found)})" for host, found in addresses.items())
    places = [domain.place(f"hosts:{host}", "hosts") for host in addresses]
    at, related = sides(
        spf_place(zone, domain.name, failed[0].outcome), places[0], "the spec says that it sends for the domain"
    )
    verb = "sends" if len(addresses) == 1 else "send"
    return Problem(
        f"{hosts} {verb} for `{shown_name(domain.name)}`, and SPF says {failed[0].outcome.result}",
        at,
        help="add the addresses to the SPF record, or `a:` and the host's name for both families",
        related=(*related, *[Label(place, "and this one") for place in places[1:]]),
        name=domain.name,
        type="TXT",
    )


def _without_record(zone: Zone, domain: DomainSpec) -> Problem:
    at, related = sides(
        place_of(zone, domain.name), domain.place("hosts"), "the spec says that these hosts send for the domain"
    )
    return Problem(
        f"hosts send for `{shown_name(domain.name)}`, and it has no SPF record",
        at,
        help="publish one TXT record there that names them, such as `v=spf1 mx ~all`",
        related=related,
        name=domain.name,
        type="TXT",
    )


_SPEC = {
    "mailcheck.yaml": "domains:\n  example.com: {hosts: [mail.example.com]}\n"
    "hosts:\n  mail.example.com: {addresses: [192.0.2.25, '2001:db8::25']}\n"
}
_HOST = "mail A 192.0.2.25\nmail AAAA 2001:db8::25\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 4",
    indexes=(meant_names,),
    needs=frozenset({"dns", "spec"}),
    yields_to=(
        "spf-target-name",
        "spf-lost-space",
        "zone-non-ascii",
        "spf-misspelt-version",
        "spf-record-type",
        "spf-wrong-name",
        "spf-single-record",
    ),
    good=(
        master(_HOST + '@ TXT "v=spf1 a:mail.example.com ~all"', **_SPEC),
        master(
            _HOST + '@ TXT "v=spf1 include:_spf.example.com ~all"\n_spf TXT "v=spf1 ip4:192.0.2.0/24 '
            'ip6:2001:db8::/64 ~all"',
            **_SPEC,
        ),
        master(_HOST + '@ TXT "v=spf1 ip4:192.0.2.300 ~all"', **_SPEC),
        master(_HOST + '@ TXT "v=spf1 include:spf.example.net ~all"', **_SPEC),
        master(
            _HOST + '@ TXT "v=spf1 -all"',
            **{"mailcheck.yaml": _SPEC["mailcheck.yaml"].replace("addresses", "roles: [mx], addresses")},
        ),
    ),
    bad=(
        master(_HOST + '@ TXT "v=spf1 ip4:192.0.2.25 ~all"', caret="~all", **_SPEC),
        master(_HOST + '@ TXT "v=spf1 a:web.example.com -all"\nweb A 192.0.2.80', caret="-all", **_SPEC),
        master(_HOST + '@ TXT "no record"', caret="@", **_SPEC),
        master(_HOST, caret="@", **_SPEC),
    ),
)
