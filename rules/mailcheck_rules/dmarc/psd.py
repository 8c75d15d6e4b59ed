"""`psd=y` on a domain that is no public suffix.

## What it checks
The record says `psd=y`, and the domain is no public suffix: by `public-suffix` in `mailcheck.yaml`, else
by the public suffix list.

## Why it matters
`psd=y` says that others register names below this one. Receivers then take each name directly below it
for an organization of its own: your subdomains are no longer aligned with one another or with the domain,
and mail that relied on that fails DMARC.

## Example
    _dmarc.example.com. TXT "v=DMARC1; p=reject; psd=y"

## How to fix
Remove the tag. A registry says `public-suffix: true` in the spec.

## References
RFC 9989 section 4.10.2
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.analysis.public_suffix import is_public_suffix
from mailcheck.lint.rule import Case, Context, Label, Problem, Rule, Severity, master


def check(record: DmarcRecord, ask: Context) -> Iterator[Problem]:
    tag = record.tag("psd")
    if tag is None or record.tree.setting("psd") != "y":
        return
    domain = ask.spec.domains.get(record.domain)
    said = domain.public_suffix if domain else None
    related = (Label(domain.place("public-suffix"), "the spec says so"),) if domain and said is False else ()
    if not (is_public_suffix(record.domain) if said is None else said):
        yield Problem(
            "`psd=y` makes each name below this domain an organization of its own, and it is no public suffix",
            record.at.within(tag.start, tag.end),
            help="remove the tag",
            related=related,
        )


RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 9989 section 4.10.2",
    yields_to=("dmarc-single-record",),
    good=(
        master('_dmarc TXT "v=DMARC1; p=reject; psd=n"'),
        Case({"uk.zone": '$ORIGIN uk.\n$TTL 3600\n_dmarc.co TXT "v=DMARC1; p=reject; psd=y"\n'}),
        master(
            '_dmarc TXT "v=DMARC1; p=reject; psd=y"',
            **{"mailcheck.yaml": "domains: {example.com: {public-suffix: true}}"},
        ),
    ),
    bad=(
        master('_dmarc TXT "v=DMARC1; p=reject; psd=y"', caret="psd=y"),
        master(
            '_dmarc TXT "v=DMARC1; p=reject; psd=y"',
            **{"mailcheck.yaml": "domains: {example.com: {public-suffix: false}}"},
        ),
    ),
)
