"""SPF lets somebody send whom the spec does not name.

## What it checks
Each term of a domain's SPF record that lets pass leads to a host, a network or a service that
`mailcheck.yaml` has for the domain. Declared records that the record includes serve several domains, as a
rule: they may hold whatever the spec has for any of them. Terms that depend on the message (`exists`,
`ptr`, macros) are left out.

## Why it matters
A service that was given up, an address that went to somebody else: whoever has it now still sends in your
name, and passes.

## Example
    domains:
      example.com: {hosts: [mail.example.com]}

    example.com. TXT "v=spf1 a:mail.example.com include:sendgrid.net ~all"

## How to fix
Remove the term, or name in the spec whom it stands for: a service under the domain's `senders`, a host
under its `hosts`.

## References
RFC 7208 sections 5.2 and 11.4
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from mailcheck.analysis.spec_spf import Unnamed, check_clients, client_of, named_by, unnamed_terms
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.names import is_at_or_below
from mailcheck.model.spec import DomainSpec, MailSpec
from mailcheck.model.text import shorten
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    spec = ask.spec
    if not ask.promises.domains:
        return
    everyone = named_by(spec, tuple(spec.domains.values()))
    for domain in ask.promises.domains:
        if domain.mail == "none":
            continue  # spec-parked tells of those that send all the same
        found = ask.evaluate(unnamed_terms, domain.name, named_by(spec, (domain,)), everyone)
        if found.open is not None:
            yield unanswered(*found.open)
        addresses_told = any(unnamed.include == "" for unnamed in found.found) and _is_told(domain, ask)
        for unnamed in found.found:
            if unnamed.include or not addresses_told:
                yield _problem(domain, unnamed, spec)


def _is_told(domain: DomainSpec, ask: Context) -> bool:
    """Whether a host of the domain fails: a wrong address stands in its place, and spec-host-spf tells of both."""
    clients = tuple([client_of(host) for host in ask.spec.sending_hosts(domain)])
    results = ask.evaluate(check_clients, domain.name, clients)
    return any(result.passes is False for result in results)


def _problem(domain: DomainSpec, unnamed: Unnamed, spec: MailSpec) -> Problem:
    start, end = unnamed.term.start, unnamed.term.end
    if unnamed.include:
        service = _service(unnamed.include, spec)
        whom = service[1] if service else "a sender"
        help_ = f"add `{service[0]}` to the domain's `senders`, or remove the term" if service else _HELP
    else:
        networks = unnamed.addresses.networks()
        shown = ", ".join(str(network).removesuffix("/32").removesuffix("/128") for network in networks[:3])
        whom, help_ = shown + (" and more" if len(networks) > 3 else ""), _HELP
    return Problem(
        f"`{shorten(unnamed.text)}` lets {whom} send, which the spec does not name",
        unnamed.record.at.within(start, end),
        help=help_,
        related=(Label(domain.place("senders", "hosts"), "the spec says here who sends"),),
        token=unnamed.text,
        name=unnamed.record.name,
        type="TXT",
    )


_HELP = "name it in the spec, under the domain's `hosts` or `senders`, or remove the term"


def _service(include: str, spec: MailSpec) -> tuple[str, str] | None:
    """Name and title of the well-known service that an include is of."""
    for name, sender in spec.known.items():
        for glob in (*sender.includes, *sender.alternatives):
            if fnmatchcase(include, glob) or is_at_or_below(include, glob):
                return name, sender.title
    return None


_SPEC = {
    "mailcheck.yaml": "domains:\n  example.com: {hosts: [mail.example.com], senders: [zoho]}\n"
    "hosts:\n  mail.example.com: {addresses: [192.0.2.25]}\n"
}
_HOST = "mail A 192.0.2.25\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 7208 section 5.2",
    needs=frozenset({"dns", "spec"}),
    yields_to=("spf-target-name", "zone-non-ascii", "spf-all-qualifier", "spf-too-wide", "spf-cidr-zero"),
    good=(
        master(_HOST + '@ TXT "v=spf1 a:mail.example.com ip4:192.0.2.25 include:zoho.eu ~all"', **_SPEC),
        master(
            _HOST + '@ TXT "v=spf1 mx include:_spf.example.com exists:%{i}.example.com ~all"\n@ MX 10 mail\n'
            '_spf TXT "v=spf1 ip4:192.0.2.25 ?ip4:192.0.2.99 ~all"',
            **_SPEC,
        ),
        master(_HOST + '@ TXT "v=spf1 ip4:192.0.2.26 ~all"', **_SPEC),
    ),
    bad=(
        master(
            _HOST + '@ TXT "v=spf1 a:mail.example.com ~all"',
            caret="a:mail.example.com",
            **{"mailcheck.yaml": "domains: {example.com: {mail: receive}}"},
        ),
        master(
            _HOST + '@ TXT "v=spf1 a:mail.example.com include:sendgrid.net ~all"',
            caret="include:sendgrid.net",
            **_SPEC,
        ),
        master(_HOST + '@ TXT "v=spf1 a:mail.example.com include:spf.old.example ~all"', **_SPEC),
        master(_HOST + '@ TXT "v=spf1 a:mail.example.com ip4:192.0.2.26 ~all"', caret="ip4:192.0.2.26", **_SPEC),
        master(
            _HOST + 'web A 192.0.2.80\n@ TXT "v=spf1 a:mail.example.com redirect=_spf.example.com"\n'
            '_spf TXT "v=spf1 a:web.example.com ~all"',
            caret="a:web.example.com",
            **_SPEC,
        ),
    ),
)
