"""A service that the spec lets send has no DKIM key here.

## What it checks
For each service under a domain's `senders` in `mailcheck.yaml`: each of its selectors holds a DKIM key
below the domain, or its CNAME leads to where the service says. A selector that the service chooses (`*` in
the catalogue) is looked for among all those that the zone has.

## Why it matters
Without its keys the service signs as itself, if at all, which DMARC does not count for you: forwarded mail
then fails.

## Example
    domains:
      example.com: {senders: [zendesk]}

    ; and no zendesk1._domainkey.example.com CNAME zendesk1._domainkey.zendesk.com

## How to fix
Publish the records that the service shows in its settings. Where it was told to use other selectors, name
them under `senders`.

## References
RFC 6376 section 3.6.2.1; RFC 9989 section 4.4
"""

from collections.abc import Iterator

from mailcheck.analysis.spec_keys import fits, fitting, is_astray, key_state, selector_name
from mailcheck.analysis.spec_places import set_place, sides
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Present, Question, Unknown
from mailcheck.model.names import is_at_or_below
from mailcheck.model.spec import DomainSpec, SenderSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        for sender in ask.spec.senders_of(domain):
            for selector in sender.selectors if sender.dkim_aligns else ():
                yield from _judge(zone, domain, sender, selector, ask)


def _judge(
    zone: Zone, domain: DomainSpec, sender: SenderSpec, selector: str, ask: Context
) -> Iterator[Problem | Skip]:
    signing = sender.signing_domain or domain.name
    name = selector_name(selector, signing)
    target = sender.selectors_to.get(selector, "")
    if "*" in selector:
        if not is_at_or_below(signing, zone.name) or zone.incomplete:
            yield Skip(f"could not be read: the selectors of {shown_name(signing)}")
        elif not fitting(zone, signing, selector, target):
            yield _problem(zone, domain, sender, name, _wanted(selector, target))
        return
    alias, texts = Question(name, "CNAME"), Question(name, "TXT")
    answers = ask.ask_all({alias, texts})
    led, state = answers[alias], key_state(answers[texts])
    if isinstance(led, Present):
        if target and not any(fits(record.text, target) for record in led.records):
            yield _problem(zone, domain, sender, name, f"its CNAME leads elsewhere than to `{shown_name(target)}`")
    elif isinstance(state, Unknown):
        yield unanswered(texts, state)
    elif state != "key" and name not in ask.once(meant_names) and not is_astray(zone, signing):
        yield _problem(zone, domain, sender, name, _wanted(selector, target))


def _wanted(selector: str, target: str) -> str:
    leads = f" that leads to `{shown_name(target)}`" if target else ""
    return (
        f"there is no selector like `{selector}`{leads}" if "*" in selector else f"`{selector}` has no key{leads}"
    )


def _problem(zone: Zone, domain: DomainSpec, sender: SenderSpec, name: str, what: str) -> Problem:
    rtype = "CNAME" if zone.at_name(name, "CNAME") else "TXT"
    at, related = sides(
        set_place(zone, name, rtype),
        domain.place(f"senders:{sender.name}", "senders"),
        "the spec says that it sends for the domain",
    )
    return Problem(
        f"{sender.title} sends for `{shown_name(domain.name)}`, and {what}",
        at,
        help="publish the DKIM records that the service shows, or name its selectors under `senders`",
        related=related,
        token=sender.name,
        name=name,
        type=rtype,
    )


def _spec(sender: str) -> dict[str, str]:
    return {"mailcheck.yaml": f"domains:\n  example.com: {{senders: [crm]}}\nsenders:\n  crm: {{{sender}}}\n"}


_KEY = '"v=DKIM1; p={rsa2048.public}"'
_ZENDESK = "zendesk1._domainkey CNAME zendesk1._domainkey.zendesk.com.\n"

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 3.6.2.1",
    indexes=(meant_names,),
    needs=frozenset({"dns", "spec"}),
    yields_to=("zone-non-ascii", "dkim-wrong-name", "zone-doubled-origin", "zone-underscore-dropped"),
    good=(
        master(f"google._domainkey TXT {_KEY}", **_spec("service: google-workspace")),
        master(_ZENDESK + _ZENDESK.replace("k1", "k2"), **_spec("service: zendesk")),
        master("abc._domainkey CNAME abc.dkim.amazonses.com.", **_spec("service: amazon-ses")),
        master("_domainkey NS ns.example.net.", **_spec("service: amazon-ses")),
        master("www A 192.0.2.80", **_spec("service: amazon-ses, signing-domain: example.net")),
        master(f"20261101pm._domainkey TXT {_KEY}", **_spec("service: postmark")),
        master(f"s1._domainkey.crm TXT {_KEY}", **_spec("selectors: s1, signing-domain: crm.example.com")),
        master("@ A 192.0.2.1", **_spec("selectors: s1, aligns: [spf]")),
    ),
    bad=(
        master("www A 192.0.2.80", caret="@", **_spec("service: google-workspace")),
        master(_ZENDESK, caret="@", **_spec("service: zendesk")),
        master(
            "s1._domainkey CNAME s1.other.example.",
            caret="s1.other.example.",
            **_spec("selectors: {s1: 's1.*.crm.example'}"),
        ),
        master("abc._domainkey CNAME abc.other.example.", **_spec("service: amazon-ses")),
    ),
)
