"""`p=reject` on a domain that people write from.

## What it checks
The policy that receivers find for a domain with `users: true` in `mailcheck.yaml` is `reject`.

## Why it matters
Mailing lists and forwarders break SPF, and often the DKIM signature: under `p=reject` the mail of people
who write to lists is refused, and so are lists' other members who forward it. RFC 9989 advises such
domains not to publish `p=reject`.

## Example
    domains:
      example.com: {users: true}

    _dmarc.example.com. TXT "v=DMARC1; p=reject"

## How to fix
Publish `p=quarantine`, or keep people's mail on a domain of its own and reject on the others. Where it was
decided, suppress this.

## References
RFC 9989 section 7.4
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_records import DmarcRecord, dmarc_records
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master


def check(record: DmarcRecord, ask: Context) -> Iterator[Problem]:
    domain = ask.spec.domains.get(record.domain)
    tag = record.tag("p")
    if domain is not None and domain.users and tag is not None and record.tree.request("p") == "reject":
        yield Problem(
            "people write from this domain, and `p=reject` lets receivers refuse what they send to mailing lists",
            record.at.within(tag.start, tag.end),
            help="write `p=quarantine`, or let people write from another domain",
            related=(Label(domain.place("users"), "the spec says that people write from it"),),
        )


_SPEC = {"mailcheck.yaml": "domains:\n  example.com: {users: true}\n"}

RULE = Rule(
    __name__,
    __doc__,
    over=dmarc_records,
    check=check,
    severity=Severity.INFO,
    standard="RFC 9989 section 7.4",
    needs=frozenset({"spec"}),
    yields_to=("dmarc-single-record",),
    good=(
        master('_dmarc TXT "v=DMARC1; p=quarantine"', **_SPEC),
        master('_dmarc TXT "v=DMARC1; p=reject"', **{"mailcheck.yaml": "domains: {example.com: }"}),
        master('_dmarc TXT "v=DMARC1; p=reject"'),
    ),
    bad=(master('_dmarc TXT "v=DMARC1; p=reject"', caret="p=reject", **_SPEC),),
)
