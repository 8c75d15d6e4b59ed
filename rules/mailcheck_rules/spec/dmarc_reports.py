"""DMARC reports do not go to the mailbox that the spec names.

## What it checks
For each domain of `mailcheck.yaml` with `reports` that has a DMARC record of its own with `rua`:
that names the address. It may name others besides.

## Why it matters
Reports tell who sends in your name. Nobody reads those that go to a mailbox that was given up.

## Example
    domains:
      example.com: {reports: dmarc@example.com}

    _dmarc.example.com. TXT "v=DMARC1; p=reject; rua=mailto:old@example.com"

## How to fix
Write `rua=mailto:<the address>`, or change `reports` in the spec.

## References
RFC 9989 section 4.7
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import dmarc_records
from mailcheck.analysis.spec_places import sides
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, master
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem]:
    promised = {domain.name: domain for domain in ask.promises.domains if domain.reports}
    for record in dmarc_records(zone) if promised else ():
        domain, uris = promised.get(record.domain), record.tree.rua
        if domain is None or not uris or any(uri.problem for uri in uris):
            continue  # dmarc-no-reports and dmarc-syntax tell of that
        if f"mailto:{domain.reports}".lower() in [uri.text.lower() for uri in uris]:
            continue
        place = record.at.within(uris[0].start, uris[-1].end)
        at, related = sides(place, domain.place("reports"), "the spec names it here")
        yield Problem(
            f"reports for `{shown_name(domain.name)}` do not go to `{domain.reports}`",
            at,
            help=f"write `rua=mailto:{domain.reports}`, or change `reports` in the spec",
            related=related,
            name=record.name,
            type="TXT",
        )


_SPEC = {"mailcheck.yaml": "domains:\n  example.com: {reports: dmarc@example.com}\n"}

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.7",
    needs=frozenset({"spec"}),
    yields_to=(
        "zone-non-ascii",
        "dmarc-misspelt",
        "dmarc-single-record",
        "dmarc-policy-missing",
    ),
    good=(
        master('_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:DMARC@example.com"', **_SPEC),
        master('_dmarc TXT "v=DMARC1; p=none"', **_SPEC),
        master('_dmarc TXT "v=DMARC1; p=none"', **{"mailcheck.yaml": "domains: {example.com: }"}),
    ),
    bad=(
        master(
            '_dmarc TXT "v=DMARC1; p=none; rua=mailto:old@example.com"',
            caret="mailto:old@example.com",
            **_SPEC,
        ),
    ),
)
