"""A domain's only keys are Ed25519: many receivers cannot check them.

## What it checks
A domain whose selectors in the zone all hold Ed25519 keys, without one RSA key beside them. Where
`mailcheck.yaml` names the selectors that a host signs with, each host is looked at by itself. Selectors
that lead elsewhere may hold anything and count as RSA.

## Why it matters
Large receivers do not check Ed25519 signatures. RFC 8463 has signers use both: without an RSA signature
such mail counts as unsigned there.

## Example
    s1._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=..."
    ; and no other selector

## How to fix
Publish an RSA key of 2048 bits at a second selector, and let the host sign with both.

## References
RFC 8463 sections 3 and 5
"""

from collections.abc import Iterator, Mapping

from mailcheck.analysis.dkim_keys import BadKey, dkim_records, selector_aliases, selector_and_domain
from mailcheck.analysis.spec_keys import selector_name
from mailcheck.analysis.zone_sets import whole_zone
from mailcheck.lint.rule import Context, Label, Problem, Rule, Severity, master
from mailcheck.model.record import Record
from mailcheck.model.text import shown_name
from mailcheck.model.zone import Zone


def check(zone: Zone, ask: Context) -> Iterator[Problem]:
    kinds = _kinds(zone)
    for domain, keys in kinds.items():
        if zone.incomplete:
            return
        spec = ask.spec.domains.get(domain)
        signing: dict[str, list[str]] = {}
        for host, selector in ask.spec.signing(spec) if spec else ():
            signing.setdefault(host.name, []).append(selector_name(selector, domain))
        if not signing:
            if all(kind == "ed25519" for kind, _ in keys.values()):
                yield _problem(domain, "", next(iter(keys.values()))[1])
            continue
        lacking = {
            name: keys[selectors[0]][1]
            for name, selectors in signing.items()
            if all(selector in keys and keys[selector][0] == "ed25519" for selector in selectors)
        }
        if lacking:
            labels = [Label(ask.spec.hosts[name].place("selectors"), "it signs with these") for name in lacking]
            hosts = ", ".join(f"`{shown_name(name)}`" for name in lacking)
            yield _problem(domain, hosts, next(iter(lacking.values())), tuple(labels))


def _kinds(zone: Zone) -> Mapping[str, Mapping[str, tuple[str, Record]]]:
    """By domain the owner names of keys that are not revoked, each with the key's type, or none for a CNAME.

    What was to be an Ed25519 key and is none is left out: dkim-key-invalid tells of it.
    """
    found: dict[str, dict[str, tuple[str, Record]]] = {}
    for record in dkim_records(zone):
        broken = record.tree.key_type == "ed25519" and isinstance(record.key, BadKey)
        if record.selector is not None and not record.tree.is_revoked and not broken:
            found.setdefault(record.domain, {})[record.name] = (
                record.tree.key_type if record.tree.is_readable else "",
                record.record,
            )
    for aliases in selector_aliases(zone):
        place = selector_and_domain(aliases.name)
        if place is not None:
            found.setdefault(place[1], {})[aliases.name] = ("", aliases.records[0])
    return found


def _problem(domain: str, hosts: str, key: Record, related: tuple[Label, ...] = ()) -> Problem:
    by = f" by {hosts}" if hosts else ""
    return Problem(
        f"mail of `{shown_name(domain)}` is signed{by} with Ed25519 alone, which many receivers cannot check",
        key.at,
        help="publish an RSA key at another selector, and sign with both",
        related=related,
        name=domain,
        type="TXT",
    )


_ED25519 = 's1._domainkey TXT "v=DKIM1; k=ed25519; p=FQSVt2rhzu6humKzz3U9Ahxd4TTrhJoh+v6bG5iyWII="\n'
_RSA = 's2._domainkey TXT "v=DKIM1; p={rsa2048.public}"\n'


def _spec(selectors: str) -> dict[str, str]:
    return {
        "mailcheck.yaml": "domains: {example.com: {hosts: mail.example.com}}\n"
        f"hosts: {{mail.example.com: {{selectors: {selectors}}}}}\n"
    }


RULE = Rule(
    __name__,
    __doc__,
    over=whole_zone,
    check=check,
    severity=Severity.WARNING,
    standard="RFC 8463 section 3",
    good=(
        master(_ED25519 + _RSA),
        master(_ED25519 + "s2._domainkey CNAME s2.provider.example."),
        master(_ED25519 + _RSA, **_spec("[s1, s2]")),
        master(_ED25519, **_spec("[s1, s3]")),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p="'),
        master('s1._domainkey TXT "v=DKIM1; k=ed25519; p={rsa2048.public}"'),
    ),
    bad=(
        master(_ED25519, caret="v=DKIM1; k=ed25519; p=FQSVt2rhzu6humKzz3U9Ahxd4TTrhJoh+v6bG5iyWII="),
        master(_ED25519 + 's2._domainkey TXT "v=DKIM1; p="'),
        master(_ED25519 + 's2._domainkey TXT "v=DKIM1; k=ed25519; p=AAAA"'),
        master(_ED25519 + _RSA, **_spec("s1")),
    ),
)
