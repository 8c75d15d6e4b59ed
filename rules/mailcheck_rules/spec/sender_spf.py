"""SPF leaves out a service that the spec lets send.

## What it checks
For each service under a domain's `senders` in `mailcheck.yaml` whose envelope sender can be the domain:
the SPF record leads to its include, directly or by way of other records, and covers all of its `networks`.
A service that sends with an envelope sender of its own (SendGrid, for one) needs nothing in your SPF record
and is not asked for.

## Why it matters
Without it all mail of the service fails SPF.

## Example
    domains:
      example.com: {senders: [google-workspace]}

    example.com. TXT "v=spf1 mx ~all"

## How to fix
Add the include that the service documents, or take the service off the domain.

## References
RFC 7208 sections 5.2 and 5.6
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from mailcheck.analysis.address_sets import AddressSet, network_set
from mailcheck.analysis.senders import Senders, senders
from mailcheck.analysis.spec_places import place_of, sides, spf_record
from mailcheck.analysis.spec_spf import reached_includes
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.spec import DomainSpec, SenderSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        for sender in ask.spec.senders_of(domain):
            if sender.spf_aligns and (sender.includes or sender.alternatives or sender.networks):
                name = sender.envelope_domain or domain.name
                authorised = ask.evaluate(senders, name)
                if authorised.state in ("found", "none") and not _is_error(authorised):
                    yield from _judge(zone, domain, sender, authorised, ask.evaluate(reached_includes, name))
                elif authorised.state == "unknown":
                    yield unanswered(*authorised.open[0])


def _is_error(authorised: Senders) -> bool:
    """Whether a term is refused, so that nothing can be told of the others: spf-syntax tells that."""
    return any(broken.endswith("a term that receivers refuse") for broken in authorised.broken)


def _judge(
    zone: Zone, domain: DomainSpec, sender: SenderSpec, authorised: Senders, reached: frozenset[str]
) -> Iterator[Problem | Skip]:
    others = [name for name in reached if any(fnmatchcase(name, glob) for glob in sender.alternatives)]
    lacking = (
        [] if others else [f"include:{name.removesuffix('.')}" for name in sender.includes if name not in reached]
    )
    if not others and not sender.includes and sender.alternatives:
        lacking = [f"include:{sender.alternatives[0].removesuffix('.')}"]
    beyond = network_set(sender.networks).without(authorised.addresses)
    if not lacking and beyond == AddressSet():
        return
    if authorised.open:
        yield unanswered(*authorised.open[0])
        return
    lacking += [f"ip{network.version}:{network}" for network in beyond.networks()]
    name = authorised.name
    record = spf_record(zone, name)
    at, related = sides(
        record.at if record else place_of(zone, name),
        domain.place(f"senders:{sender.name}", "senders"),
        "the spec says that it sends for the domain",
    )
    what = (
        f"its SPF record lacks {', '.join(f'`{term}`' for term in lacking)}" if record else "it has no SPF record"
    )
    yield Problem(
        f"{sender.title} sends for `{shown_name(name)}`, and {what}",
        at,
        help="add what the service documents, or take it off the domain's `senders`",
        related=related,
        token=sender.name if record else "",
        name=name,
        type="TXT",
    )


def _spec(sender: str) -> dict[str, str]:
    return {"mailcheck.yaml": f"domains:\n  example.com: {{senders: [crm]}}\nsenders:\n  crm: {{{sender}}}\n"}


_NETWORK = _spec("networks: [192.0.2.0/25]")

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 7208 section 5.2",
    needs=frozenset({"dns", "spec"}),
    yields_to=(
        "zone-non-ascii",
        "spec-host-spf",
        "spf-misspelt-version",
        "spf-record-type",
        "spf-wrong-name",
        "spf-single-record",
    ),
    good=(
        master('@ TXT "v=spf1 include:spf.crm.example ~all"', **_spec("include: spf.crm.example")),
        master(
            '@ TXT "v=spf1 redirect=_spf.example.com"\n_spf TXT "v=spf1 include:spf.crm.example ~all"',
            **_spec("include: spf.crm.example"),
        ),
        master('@ TXT "v=spf1 mx ~all"', **_spec("service: sendgrid")),
        master('@ TXT "v=spf1 include:zoho.eu ~all"', **_spec("service: zoho")),
        master('@ TXT "v=spf1 ip4:192.0.2.0/26 ip4:192.0.2.64/26 -all"', **_NETWORK),
        master('@ TXT "v=spf1 ip4:192.0.2.300 ~all"', **_NETWORK),
    ),
    bad=(
        master(
            '@ TXT "v=spf1 ip4:192.0.2.25 ~all"',
            caret="v=spf1 ip4:192.0.2.25 ~all",
            **{"mailcheck.yaml": "domains: {example.com: {senders: google-workspace}}"},
        ),
        master('@ TXT "v=spf1 ip4:192.0.2.0/26 -all"', **_NETWORK),
        master("www A 192.0.2.80", **_NETWORK),
        master(
            'bounce TXT "v=spf1 -all"',
            caret="v=spf1 -all",
            **_spec("include: spf.crm.example, envelope-domain: bounce.example.com"),
        ),
    ),
)
