"""A domain that receives mail has no MX record.

## What it checks
A domain of the declared zones that a DMARC record names as the place for reports (`rua` or `ruf`) has
no MX record and has an A or AAAA record. Where it has neither, `dmarc-report-mailbox` speaks. A domain that
receives by `mailcheck.yaml` has an MX record, whatever else it has.

## Why it matters
Without an MX record senders fall back to the domain's own address: SMTP treats it as an implicit MX
with preference 0. That is often a web server that takes no mail, or takes it and loses it. With the
fall-back nobody can tell from DNS whether the domain means to receive at all.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"
    example.com.        A   192.0.2.80
    ; and no MX record at example.com.

## How to fix
Publish an MX record that names the mail server. If the address is the mail server, name it all the
same: `MX 10 mail.example.com.`

## References
RFC 5321 section 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.addresses import first_open, host_addresses
from mailcheck.analysis.dmarc_mailboxes import report_domains
from mailcheck.analysis.spec_places import place_of, sides
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Absent, Question, Unknown
from mailcheck.model.spec import DomainSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    named = ask.once(report_domains).get(zone.name, {})
    for promised in ask.promises.domains:
        if promised.role.receives and promised.name not in named:
            question = Question(promised.name, "MX")
            answer = ask.ask(*question)
            if isinstance(answer, Unknown):
                yield unanswered(question, answer)
            elif isinstance(answer, Absent):
                yield _promised(zone, promised)
    for domain, named_at in named.items():
        question = Question(domain, "MX")
        exchanges = ask.ask(*question)
        if isinstance(exchanges, Unknown):
            yield unanswered(question, exchanges)
        elif isinstance(exchanges, Absent):
            host = ask.evaluate(host_addresses, domain)[domain]
            if host.found:
                address = host.found[0]
                yield Problem(
                    f"reports go to `{domain.rstrip('.')}`, which has no MX record: "
                    f"mail falls back to its own address {address.address}",
                    address.record.at if host.declared else named_at,
                    help="publish an MX record that names the mail server",
                    related=(Label(named_at, "mail is expected here"),) if host.declared else (),
                    name=domain,
                    type="MX",
                )
            elif still_open := first_open([host]):
                yield unanswered(*still_open)


def _promised(zone: Zone, domain: DomainSpec) -> Problem:
    at, related = sides(place_of(zone, domain.name), domain.place("mail"), "the spec says what it does")
    return Problem(
        f"`{shown_name(domain.name)}` receives mail by the spec and has no MX record",
        at,
        help="publish an MX record that names the mail server",
        related=related,
        name=domain.name,
        type="MX",
    )


_RUA = '_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 5321 section 5.1",
    yields_to=("spec-host-mx", "spec-srs-domain"),
    indexes=(report_domains,),
    needs=frozenset({"dns"}),
    good=(
        master(_RUA + "@ MX 10 mail\nmail A 192.0.2.25"),
        master("@ A 192.0.2.80"),
        master(_RUA),
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@provider.example"'),
        master('_dmarc TXT "v=DMARC1; p=none; rua=https://example.com/dmarc"\n@ A 192.0.2.80'),
        master('_dmarc TXT "v=spf1 -all"\n@ A 192.0.2.80'),
    ),
    bad=(
        master("@ A 192.0.2.80", caret="@", **{"mailcheck.yaml": "domains: {example.com: {mail: receive}}"}),
        master(_RUA + "@ A 192.0.2.80", caret="192.0.2.80"),
        Case(
            {
                "example.com.yaml": "_dmarc:\n  type: TXT\n  value: v=DMARC1\\; rua=mailto:d@r.example.net\n",
                "example.net.yaml": "r:\n  type: AAAA\n  value: 2001:db8::80\n",
            },
            caret="2001:db8::80",
        ),
    ),
)
