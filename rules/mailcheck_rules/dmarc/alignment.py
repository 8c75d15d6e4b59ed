"""A service that sends for a domain can align neither SPF nor DKIM.

## What it checks
For each service under a domain's `senders` in `mailcheck.yaml`: its envelope sender or its signature can
bear a name that is aligned with the domain. By `aligns` it can do either, by `envelope-domain` and
`signing-domain` the names are known, and `aspf` and `adkim` of the DMARC record say how close they must
be.

## Why it matters
DMARC counts only what is aligned with the address in From. Mail of such a service fails DMARC, however
well it authenticates as somebody else.

## Example
    domains:
      example.com: {senders: [crm]}
    senders:
      crm: {aligns: []}

## How to fix
Let the service sign with your domain (its settings call it domain authentication), or let it write from
a domain of its own.

## References
RFC 9989 section 4.4
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_alignment import Alignment, aligned
from mailcheck.analysis.dmarc_policy import discover_policy
from mailcheck.analysis.spec_places import set_place, sides
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.spec import DomainSpec, SenderSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        for sender in ask.spec.senders_of(domain):
            alignments = list(_alignments(domain, sender, ask))
            still_open = next((found.open for found in alignments if found.open), None)
            if any(found.aligned for found in alignments):
                continue
            if still_open is not None:
                yield unanswered(*still_open)
            else:
                yield _problem(zone, domain, sender, alignments)


def _alignments(domain: DomainSpec, sender: SenderSpec, ask: Context) -> Iterator[Alignment]:
    source = ask.evaluate(discover_policy, domain.name).source
    for can, identifier, mode in (
        (sender.spf_aligns or sender.envelope_domain, sender.envelope_domain, "aspf"),
        (sender.dkim_aligns or sender.signing_domain, sender.signing_domain, "adkim"),
    ):
        if can:
            strictness = source.tree.setting(mode) if source else "r"
            yield ask.evaluate(aligned, identifier or domain.name, domain.name, strictness)


def _problem(zone: Zone, domain: DomainSpec, sender: SenderSpec, alignments: list[Alignment]) -> Problem:
    name = f"_dmarc.{domain.name}"
    names = ", ".join(dict.fromkeys(f"`{shown_name(found.identifier)}`" for found in alignments))
    why = f"{names} is not aligned" if names else "neither its envelope sender nor its signature bears your name"
    at, related = sides(
        set_place(zone, name, "TXT"),
        domain.place(f"senders:{sender.name}", "senders"),
        "the spec says that it sends for the domain",
    )
    return Problem(
        f"mail of {sender.title} for `{shown_name(domain.name)}` fails DMARC: {why}",
        at,
        help="let the service sign with the domain, or write from another",
        related=related,
        token=sender.name,
        name=name,
        type="TXT",
    )


def _spec(sender: str) -> dict[str, str]:
    return {"mailcheck.yaml": f"domains: {{example.com: {{senders: crm}}}}\nsenders: {{crm: {{{sender}}}}}\n"}


_RELAXED = '_dmarc TXT "v=DMARC1; p=reject"'
_STRICT = '_dmarc TXT "v=DMARC1; p=reject; aspf=s; adkim=s"'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 4.4",
    needs=frozenset({"dns", "spec"}),
    yields_to=("dmarc-single-record", "dmarc-misspelt"),
    good=(
        master(_RELAXED, **_spec("aligns: [dkim]")),
        master(_STRICT, **_spec("service: sendgrid")),
        master(_RELAXED, **_spec("aligns: [], envelope-domain: bounce.example.com")),
        master(_STRICT, **_spec("envelope-domain: bounce.example.com")),
    ),
    bad=(
        master(_RELAXED, caret="v=DMARC1; p=reject", **_spec("aligns: []")),
        master(_STRICT, **_spec("aligns: [], envelope-domain: bounce.example.com")),
        master(_STRICT, **_spec("envelope-domain: b.example.com, signing-domain: s.example.com")),
        master(_RELAXED, **_spec("aligns: [], signing-domain: crm.example")),
    ),
)
