"""The DMARC policy is not the one that the spec promises.

## What it checks
For each domain of `mailcheck.yaml` with a `policy`: what receivers find for mail from the domain (its own
record, else one from above) asks for exactly that. `t=y` lowers it by one level.

## Why it matters
The spec says what was decided. A record that asks for less leaves forged mail alone; one that asks for
more refuses mail before all of it is authenticated.

## Example
    domains:
      example.com: {policy: reject}

    _dmarc.example.com. TXT "v=DMARC1; p=none"

## How to fix
Correct the record, or the `policy` of the spec: whichever is behind.

## References
RFC 9989 sections 4.7 and 4.10.1
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_policy import Policy, discover_policy
from mailcheck.analysis.spec_places import place_of, sides
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.grammar.dmarc import parse_dmarc
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.location import Location
from mailcheck.model.record import Record
from mailcheck.model.spec import DomainSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        if domain.policy is None or (domain.mail == "none" and domain.policy == "reject"):
            continue  # the second is spec-parked
        policy = ask.evaluate(discover_policy, domain.name)
        if policy.open is not None:
            yield unanswered(*policy.open)
        elif policy.requested is not None and policy.applied != domain.policy:
            yield _problem(zone, domain, policy)


def _problem(zone: Zone, domain: DomainSpec, policy: Policy) -> Problem:
    name = f"_dmarc.{domain.name}"
    record = policy.source.record if policy.source else None
    declared = record is not None and record.name == name and zone.at_name(name, "TXT")
    at, related = sides(
        _tag_at(record) if record is not None and declared else place_of(zone, name),
        domain.place("policy"),
        f"the spec promises {domain.policy}",
    )
    return Problem(
        f"receivers are asked for {policy.applied}, and the spec promises {domain.policy} for "
        f"`{shown_name(domain.name)}`",
        at,
        help=f"publish `p={domain.policy}`, or change `policy` in the spec",
        related=related,
        name=name,
        type="TXT",
    )


def _tag_at(record: Record) -> Location:
    """The tag that says it: `t` where that lowers the policy, else `p`, else the record."""
    first = parse_dmarc(record.text).first
    tag = first.get("t") or first.get("p")
    return record.at.within(tag.start, tag.end) if tag else record.at


_SPEC = {"mailcheck.yaml": "domains:\n  example.com: {policy: reject}\n"}

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9989 section 4.7",
    needs=frozenset({"dns", "spec"}),
    yields_to=(
        "zone-non-ascii",
        "dmarc-misspelt",
        "dmarc-single-record",
        "dmarc-policy-missing",
        "dmarc-policy-assumed",
    ),
    good=(
        master('_dmarc TXT "v=DMARC1; p=reject"', **_SPEC),
        master(
            '@ MX 0 .\n_dmarc TXT "v=DMARC1; p=none"',
            **{"mailcheck.yaml": "domains:\n  example.com: {mail: none}\n"},
        ),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=none"', caret="p=none", **_SPEC),
        master('_dmarc TXT "v=DMARC1; p=reject; t=y"', caret="t=y", **_SPEC),
        master(
            '_dmarc TXT "v=DMARC1; p=reject; sp=none"\nnews MX 10 mail\nmail A 192.0.2.25',
            caret="news",
            **{"mailcheck.yaml": "domains:\n  news.example.com: {policy: reject}\n"},
        ),
    ),
)
