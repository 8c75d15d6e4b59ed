"""The domain that a forwarder rewrites senders to cannot do its work.

## What it checks
For each host of `mailcheck.yaml` with an `srs-domain`: that domain has an MX record, and its SPF record
passes each address of the host, IPv6 too.

## Why it matters
A forwarder with SRS puts addresses of that domain into the envelope, so that SPF is checked there: without
the host's addresses all forwarded mail fails. Bounces go to those addresses; without MX they are lost.

## Example
    hosts:
      mail.example.com: {roles: [forwarder], srs-domain: srs.example.com}

    srs.example.com. TXT "v=spf1 -all"

## How to fix
Publish an MX record for the domain that leads to the forwarder, and `v=spf1 a:<forwarder> -all`.

## References
RFC 7208 section 2.4; RFC 5321 section 5.1
"""

from collections.abc import Iterator

from mailcheck.analysis.spec_places import set_place, sides, spf_place
from mailcheck.analysis.spec_spf import check_clients, client_of
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Answer, Present, Question, Unknown
from mailcheck.model.location import Location
from mailcheck.model.spec import HostSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for host in ask.promises.forwarders:
        question = Question(host.srs_domain, "MX")
        answer = ask.ask(*question)
        if isinstance(answer, Unknown):
            yield unanswered(question, answer)
        elif not _takes_mail(answer):
            what = "takes no mail, so that bounces are lost"
            yield _problem(zone, host, "MX", set_place(zone, host.srs_domain, "MX"), what)
        yield from _spf(zone, host, ask)


def _takes_mail(answer: Answer) -> bool:
    return isinstance(answer, Present) and any(not record.text.endswith(" .") for record in answer.records)


def _spf(zone: Zone, host: HostSpec, ask: Context) -> Iterator[Problem | Skip]:
    failing = []
    for result in ask.evaluate(check_clients, host.srs_domain, (client_of(host),)):
        if isinstance(result.passes, tuple):
            yield unanswered(*result.passes)
        elif result.passes is False:
            failing.append(result)
    if not failing:
        return
    addresses = ", ".join(str(result.address) for result in failing)
    outcome = failing[0].outcome
    what = "has no SPF record" if outcome.result == "none" else f"has an SPF record that says {outcome.result}"
    place = spf_place(zone, host.srs_domain, outcome)
    yield _problem(zone, host, "TXT", place, f"{what} for {addresses}")


def _problem(zone: Zone, host: HostSpec, rtype: str, place: Location | None, what: str) -> Problem:
    at, related = sides(place, host.place("srs-domain"), "the spec names it here")
    return Problem(
        f"`{shown_name(host.name)}` rewrites senders to `{shown_name(host.srs_domain)}`, which {what}",
        at,
        help=f"publish an MX record and `v=spf1 a:{shown_name(host.name)} -all` there",
        related=related,
        token=rtype,
        name=host.srs_domain,
        type=rtype,
    )


_SPEC = {
    "mailcheck.yaml": "hosts:\n  mail.example.com: "
    "{addresses: [192.0.2.25], roles: [forwarder], srs-domain: srs.example.com}\n"
}
_HOST = "mail A 192.0.2.25\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 2.4",
    needs=frozenset({"dns", "spec"}),
    yields_to=(
        "zone-non-ascii",
        "spf-misspelt-version",
        "spf-record-type",
        "spf-single-record",
        "zone-doubled-origin",
    ),
    good=(
        master(_HOST + 'srs MX 10 mail\nsrs TXT "v=spf1 a:mail.example.com -all"', **_SPEC),
        master(_HOST, **{"mailcheck.yaml": "hosts: {mail.example.com: {roles: [forwarder]}}"}),
    ),
    bad=(
        master(_HOST + 'srs TXT "v=spf1 a:mail.example.com -all"', caret="srs", **_SPEC),
        master(_HOST + 'srs MX 10 mail\nsrs TXT "v=spf1 ip4:192.0.2.26 -all"', caret="-all", **_SPEC),
        master(_HOST + "srs MX 10 mail", caret="srs", **_SPEC),
        master(_HOST + 'srs MX 0 .\nsrs TXT "v=spf1 a:mail.example.com -all"', caret="0 .", **_SPEC),
    ),
)
