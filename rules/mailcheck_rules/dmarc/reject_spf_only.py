"""`p=reject` while somebody who sends has no DKIM key that is known.

## What it checks
For each domain of `mailcheck.yaml` that sends and for which receivers find `p=reject`: every host that
sends for it has selectors (its own, or the domain's), and every service under `senders` has selectors and
can sign as the domain.

## Why it matters
Without DKIM such mail passes DMARC by SPF alone, and forwarding breaks SPF: whatever is forwarded is
refused.

## Example
    domains:
      example.com: {hosts: [app.example.com]}
    hosts:
      app.example.com: {roles: [relay]}

    _dmarc.example.com. TXT "v=DMARC1; p=reject"

## How to fix
Let the host or the service sign, publish the key and name its selector in the spec. Until then publish
`p=none` or `p=quarantine`.

## References
RFC 9989 sections 7.4 and 8
"""

from collections.abc import Iterator

from mailcheck.analysis.dmarc_policy import discover_policy
from mailcheck.analysis.spec_places import set_place, sides
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.location import Location
from mailcheck.model.spec import DomainSpec, MailSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        unsigned = list(_unsigned(domain, ask.spec))
        if not unsigned:
            continue
        policy = ask.evaluate(discover_policy, domain.name)
        if policy.open is not None:
            yield unanswered(*policy.open)
        elif policy.requested == "reject":
            yield from (_problem(zone, domain, who, at) for who, at in unsigned)


def _unsigned(domain: DomainSpec, spec: MailSpec) -> Iterator[tuple[str, Location]]:
    """Who sends for the domain without a key that is known, and where the spec says so."""
    signing = {host.name for host, _ in spec.signing(domain)}
    for host in spec.sending_hosts(domain):
        if host.name not in signing:
            yield f"`{shown_name(host.name)}`", domain.place(f"hosts:{host.name}", "hosts")
    for sender in spec.senders_of(domain):
        # One that aligns neither is told by dmarc-alignment.
        if (sender.dkim_aligns and not sender.selectors) or (sender.spf_aligns and not sender.dkim_aligns):
            yield sender.title, domain.place(f"senders:{sender.name}", "senders")


def _problem(zone: Zone, domain: DomainSpec, who: str, spec_at: Location) -> Problem:
    name = f"_dmarc.{domain.name}"
    at, related = sides(set_place(zone, name, "TXT"), spec_at, "the spec says that it sends")
    return Problem(
        f"{who} sends for `{shown_name(domain.name)}` and has no DKIM key that the spec names: under `p=reject` "
        "its mail is refused wherever it is forwarded",
        at,
        help="let it sign, and name its selectors in the spec",
        related=related,
        token=who,
        name=name,
        type="TXT",
    )


def _spec(host: str) -> dict[str, str]:
    return {
        "mailcheck.yaml": "domains:\n  example.com: {hosts: [app.example.com]}\n"
        f"hosts:\n  app.example.com: {{{host}}}\n"
    }


def _crm(sender: str) -> dict[str, str]:
    return {"mailcheck.yaml": f"domains: {{example.com: {{senders: crm}}}}\nsenders: {{crm: {{{sender}}}}}\n"}


_REJECT = '_dmarc TXT "v=DMARC1; p=reject"'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 9989 section 7.4",
    needs=frozenset({"dns", "spec"}),
    yields_to=("dmarc-single-record", "dmarc-misspelt"),
    good=(
        master(_REJECT, **_spec("selectors: s1")),
        master(_REJECT, **_spec("roles: [mx]")),
        master('_dmarc TXT "v=DMARC1; p=quarantine"', **_spec("")),
        master(_REJECT, **{"mailcheck.yaml": "domains: {example.com: {mail: none}}"}),
        master(_REJECT, **_crm("selectors: s1")),
    ),
    bad=(
        master(_REJECT, caret="v=DMARC1; p=reject", **_spec("")),
        master(_REJECT, **_crm("include: spf.crm.example")),
        master(_REJECT, **_crm("include: spf.crm.example, aligns: [spf]")),
    ),
)
