"""A selector that a host signs with has no key.

## What it checks
For each domain of `mailcheck.yaml` and each selector that its sending hosts sign with (the domain's
`selectors`, else the host's): the selector's name holds a DKIM key that is not revoked, or leads to one.

## Why it matters
Every signature made with that selector fails, and a receiver cannot tell such mail from forged mail.

## Example
    domains:
      example.com: {hosts: [mail.example.com]}
    hosts:
      mail.example.com: {selectors: [2026a]}

    ; and nothing at 2026a._domainkey.example.com

## How to fix
Publish the key, or let the host sign with a selector that has one and say so in the spec.

## References
RFC 6376 sections 3.6.1 and 6.1.2
"""

from collections.abc import Iterator

from mailcheck.analysis.spec_keys import is_astray, key_answers, key_state, selector_name
from mailcheck.analysis.spec_places import set_place, sides
from mailcheck.analysis.zone_doubling import meant_names
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, Skip, master, unanswered
from mailcheck.model.dns import Question, Unknown
from mailcheck.model.spec import DomainSpec, HostSpec
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem | Skip]:
    for domain in ask.promises.domains:
        signers: dict[str, list[HostSpec]] = {}
        for host, selector in ask.spec.signing(domain):
            signers.setdefault(selector, []).append(host)
        names = {selector: selector_name(selector, domain.name) for selector in signers}
        answers = ask.evaluate(key_answers, tuple(names.values())) if names else {}
        for selector, hosts in signers.items():
            name = names[selector]
            state = key_state(answers[name])
            if isinstance(state, Unknown):
                yield unanswered(Question(name, "TXT"), state)
            elif state != "key" and name not in ask.once(meant_names) and not is_astray(zone, domain.name):
                yield _problem(
                    zone, domain, selector, hosts, "is revoked" if state == "revoked" else "is not there"
                )


def _problem(zone: Zone, domain: DomainSpec, selector: str, hosts: list[HostSpec], what: str) -> Problem:
    name = selector_name(selector, domain.name)
    key = f"selectors:{selector}"
    places = [domain.places[key]] if key in domain.places else [host.place(key, "selectors") for host in hosts]
    at, related = sides(set_place(zone, name, "TXT"), places[0], "the spec names the selector here")
    signing = ", ".join(f"`{shown_name(host.name)}`" for host in hosts)
    return Problem(
        f"{signing} {'signs' if len(hosts) == 1 else 'sign'} for `{shown_name(domain.name)}` with selector "
        f"`{selector}`, whose key {what}",
        at,
        help=f"publish the key at `{shown_name(name)}`, or change the selector in the spec",
        related=(*related, *[Label(place, "and here") for place in places[1:]]),
        name=name,
        type="TXT",
    )


_SPEC = {
    "mailcheck.yaml": "domains:\n  example.com: {hosts: [mail.example.com]}\n"
    "hosts:\n  mail.example.com: {selectors: [s1]}\n"
}
_OTHER = {"mailcheck.yaml": _SPEC["mailcheck.yaml"].replace("{hosts", "{selectors: s2, hosts")}
_KEY = '"v=DKIM1; p={rsa2048.public}"'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 6.1.2",
    indexes=(meant_names,),
    needs=frozenset({"dns", "spec"}),
    yields_to=("zone-non-ascii", "dkim-wrong-name", "zone-doubled-origin", "zone-underscore-dropped"),
    good=(
        master(f"s1._domainkey TXT {_KEY}", **_SPEC),
        master(f"s1._domainkey CNAME s1.keys\ns1.keys TXT {_KEY}", **_SPEC),
        master("s1._domainkey CNAME s1.provider.example.", **_SPEC),
        master(f"s1._domainkey.example.com TXT {_KEY}", **_SPEC),
        master(f"s1.domainkey TXT {_KEY}", **_SPEC),
        master(
            f"s2._domainkey TXT {_KEY}",
            **{
                "mailcheck.yaml": _SPEC["mailcheck.yaml"].replace(
                    "example.com: {", "example.com: {selectors: s2, ", 1
                )
            },
        ),
    ),
    bad=(
        master(f"s2._domainkey TXT {_KEY}", caret="@", **_SPEC),
        master('s1._domainkey TXT "v=DKIM1; p="', caret="v=DKIM1; p=", **_SPEC),
        master(
            f"s1._domainkey TXT {_KEY}",
            **{
                "mailcheck.yaml": _SPEC["mailcheck.yaml"].replace(
                    "example.com: {", "example.com: {selectors: s2, ", 1
                )
            },
        ),
    ),
)
