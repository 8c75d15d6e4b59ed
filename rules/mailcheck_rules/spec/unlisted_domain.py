"""A domain does mail, and the spec does not have it.

## What it checks
Every domain of the declared zones that sends or receives mail, by its records, stands under `domains` in
`mailcheck.yaml`. Names of hosts, SRS domains and the envelope and signing domains of senders need no entry.
Domains of the spec that lie in no zone that was read are counted as not determined.

## Why it matters
Nothing holds such a domain to anything: who sends for it is whatever its records happen to say.

## Example
    domains:
      example.com: {mail: full}

    shop.example.com. MX 10 mail.example.com.

## How to fix
Add it under `domains`, with what it does: `mail: full`, `send`, `receive` or `none`.

## References
RFC 7208 section 10.1
"""

from collections.abc import Iterator

from mailcheck.analysis.mail_role import mail_domains, mail_roles
from mailcheck.analysis.spec_homes import home_of
from mailcheck.analysis.zone_doubling import without_doubling
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master
from mailcheck.model.spec import MailSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    if zone is ask.zones[0]:
        yield from _elsewhere(ask)
    roles = mail_roles(zone)
    for domain in mail_domains(zone):
        role = roles[domain.name]
        if not (role.sends or role.receives) or without_doubling(domain.name, zone.name):
            continue
        if domain.name not in ask.spec.domains and not _is_known(domain.name, ask.spec):
            does = "sends and receives" if role.sends and role.receives else "sends" if role.sends else "receives"
            yield Problem(
                f"`{shown_name(domain.name)}` {does} mail and is not in the spec",
                domain.at,
                help="add it under `domains` of the spec",
                related=_related(ask.spec),
                name=domain.name,
                type="",
            )


def _elsewhere(ask: Context) -> Iterator[Skip]:
    declared = {zone.name for zone in ask.zones}
    others = [shown_name(name) for name in ask.spec.domains if home_of(name, declared) is None]
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        yield Skip(f"the spec has domains of which no zone was read: {', '.join(others[:3])}{more}")


def _is_known(name: str, spec: MailSpec) -> bool:
    return (
        name in spec.hosts
        or any(name in (host.srs_domain, host.helo) for host in spec.hosts.values())
        or any(name in (sender.envelope_domain, sender.signing_domain) for sender in spec.senders.values())
    )


def _related(spec: MailSpec) -> tuple[Label, ...]:
    return tuple([Label(domain.at, "it would stand beside this one") for domain in spec.domains.values()][-1:])


_SPEC = {"mailcheck.yaml": "domains:\n  example.com:\nhosts:\n  mail.example.com: {srs-domain: srs.example.com}\n"}
_MAIL = '@ MX 10 mail\n@ TXT "v=spf1 mx -all"\nmail A 192.0.2.25\n'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.INFO,
    standard="RFC 7208 section 10.1",
    needs=frozenset({"spec"}),
    good=(
        master(_MAIL + 'mail TXT "v=spf1 a -all"\nsrs MX 10 mail\nold TXT "v=spf1 -all"', **_SPEC),
        master("www A 192.0.2.80", **{"mailcheck.yaml": "domains: {example.net: }"}),
    ),
    bad=(
        master(_MAIL + "shop MX 10 mail", caret="10 mail", **_SPEC),
        master(_MAIL, **{"mailcheck.yaml": "hosts: {mail.example.com: }"}),
        master(_MAIL + 'news TXT "v=spf1 mx -all"', caret="v=spf1 mx -all", **_SPEC),
    ),
)
