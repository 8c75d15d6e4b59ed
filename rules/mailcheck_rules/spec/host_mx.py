"""MX and the spec disagree about which hosts take a domain's mail.

## What it checks
For each domain of `mailcheck.yaml` that receives: every host of it with the role `mx` is in its MX records.
In turn, an exchange that is a host of the spec has that role and stands under the domain's `hosts`, and
where the domain has such hosts, the MX records name no others.

## Why it matters
Mail goes where MX points: a host left out stands idle, one that nobody prepared for the domain refuses it.

## Example
    domains:
      example.com: {hosts: [mail.example.com]}
    hosts:
      mail.example.com: {roles: [mx]}

    example.com. MX 10 old.example.com.

## How to fix
Name the host in MX, or change its `roles` or the domain's `hosts`.

## References
RFC 5321 section 5.1
"""

from collections.abc import Iterator, Mapping

from mailcheck.analysis.spec_places import set_place, sides
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.names import absolute
from mailcheck.model.record import Record
from mailcheck.model.spec import DomainSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        if not domain.role.receives or domain.name in ask.once(meant_names):
            continue
        answer = ask.ask(domain.name, "MX")
        promised = [host.name for host in ask.spec.hosts_of(domain) if "mx" in host.roles]
        if isinstance(answer, Unknown):
            if promised:
                yield unanswered(Question(domain.name, "MX"), answer)
            continue
        exchanges = _exchanges(answer.records) if isinstance(answer, Present) else {}
        missing = [name for name in promised if name not in exchanges]
        judged = exchanges if promised else ask.spec.hosts
        surplus = [name for name in exchanges if name in judged and name not in promised]
        for name in surplus:
            yield _surplus(zone, domain, name, exchanges[name], missing)
        if missing and not surplus:
            yield _missing(zone, domain, missing, empty=not exchanges)


def _exchanges(records: tuple[Record, ...]) -> Mapping[str, Location]:
    starts = ((record, record.text.find(" ") + 1) for record in records)
    return {absolute(record.text[start:]): record.at.within(start, len(record.text)) for record, start in starts}


def _surplus(zone: Zone, domain: DomainSpec, name: str, at: Location, missing: list[str]) -> Problem:
    declared = at if at.path and zone.at_name(domain.name, "MX") else None
    place, related = sides(declared, domain.place("hosts"), "the spec says which hosts take its mail")
    instead = f"; missing: {_listed(missing)}" if missing else ""
    return Problem(
        f"`{shown_name(name)}` is in MX and, by the spec, takes no mail for `{shown_name(domain.name)}`{instead}",
        place,
        help="correct the MX record, or give the host the role `mx` and the domain the host",
        related=related,
        token=name,
        name=domain.name,
        type="MX",
    )


def _missing(zone: Zone, domain: DomainSpec, missing: list[str], *, empty: bool) -> Problem:
    place, related = sides(
        set_place(zone, domain.name, "MX"), domain.place(f"hosts:{missing[0]}", "hosts"), "the spec names it here"
    )
    takes, are, it = ("takes", "is", "it") if len(missing) == 1 else ("take", "are", "them")
    why = "which has no MX record" if empty else f"and {are} in none of its MX records"
    return Problem(
        f"{_listed(missing)} {takes} mail for `{shown_name(domain.name)}` by the spec, {why}",
        place,
        help=f"add {it} to MX, or take the role `mx` from {it}",
        related=related,
        name=domain.name,
        type="MX",
    )


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{shown_name(name)}`" for name in names)


_SPEC = {
    "mailcheck.yaml": "domains:\n  example.com: {hosts: [mx1.example.com, app.example.com]}\n"
    "hosts:\n  mx1.example.com: {roles: mx}\n  app.example.com: {roles: [relay]}\n"
}
_HOSTS = "mx1 A 192.0.2.25\napp A 192.0.2.40\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 5321 section 5.1",
    indexes=(meant_names,),
    needs=frozenset({"dns", "spec"}),
    yields_to=(
        "mx-target-cname",
        "mx-hostname-syntax",
        "zone-doubled-origin",
        "zone-missing-final-dot",
        "mx-target-address",
        "mx-localhost",
    ),
    good=(
        master(_HOSTS + "@ MX 10 mx1", **_SPEC),
        master("@ MX 10 mx.provider.example.", **{"mailcheck.yaml": "domains: {example.com: {mail: receive}}"}),
    ),
    bad=(
        master(_HOSTS + "@ MX 10 app\n@ MX 20 mx1", caret="app", **_SPEC),
        master(_HOSTS + "@ MX 10 mx2\nmx2 A 192.0.2.26", caret="mx2", **_SPEC),
        master(_HOSTS, caret="@", **_SPEC),
        master(
            _HOSTS + "@ MX 10 app",
            caret="app",
            **{"mailcheck.yaml": "domains: {example.com: }\nhosts: {app.example.com: {roles: [relay]}}"},
        ),
    ),
)
