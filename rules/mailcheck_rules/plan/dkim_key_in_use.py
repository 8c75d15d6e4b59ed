"""A plan removes or replaces a DKIM key that something signs with.

## What it checks
A selector whose key is removed, replaced by another one or revoked, while the written spec names a host or
a sender that signs with it, or a CNAME of the declared zones leads to it from another domain's selector.

## Why it matters
Signatures made with the old key fail from then on, those of mail that is still on its way as well. Under
`p=reject` that mail is lost.

## Example
    - 2025a._domainkey.example.com. TXT "v=DKIM1; p=..."
    # mailcheck.yaml: mail.example.com signs with 2025a

## How to fix
Publish the new key at a new selector, let the host sign with it, take the old selector from the spec, wait
a week for mail on its way, and only then remove the old key.

## References
RFC 6376 sections 3.1 and 3.6.1
"""

from collections.abc import Iterator, Sequence

from mailcheck.analysis.change_meaning import key_users
from mailcheck.analysis.dkim_keys import selector_aliases, selector_and_domain
from mailcheck.analysis.plan_parts import whole_plan
from mailcheck.grammar.dkim import parse_key
from mailcheck.lint.rule import Context, Problem, Rule, Severity, Skip, Told, planned
from mailcheck.model.change import Change, Plan
from mailcheck.model.text import shorten, shown_name
from mailcheck.model.zone import Zone


def check(plan: Plan, ask: Context) -> Iterator[Problem | Skip]:
    for change in plan.changes:
        place = selector_and_domain(change.name)
        if place is None or not _keys(change, change.before) - _keys(change, change.after):
            continue
        selector, domain = place
        aliases = _aliases(change.name, ask.zones)
        if not (aliases or ask.spec.written):
            yield Skip("no written spec says who signs with it")
            continue
        if users := (*key_users(selector, domain, ask.spec), *aliases):
            verb = "replaces" if _keys(change, change.after) else "removes"
            yield Problem(
                f"this {verb} the DKIM key `{shorten(selector)}` of {shown_name(domain)}, "
                f"in use by {shorten(', '.join(users))}",
                change.at,
                help="publish the new key at a new selector and keep the old one until nothing signs with it",
                name=change.name,
                type=change.type,
                tells=(
                    Told(("dkim-revoked", "spec-dkim-selector", "spec-sender-dkim"), change.name),
                    Told(("dkim-present",), domain),
                ),
            )


def _aliases(name: str, zones: Sequence[Zone]) -> tuple[str, ...]:
    """The selectors elsewhere whose CNAME leads to this name."""
    records = (record for zone in zones for found in selector_aliases(zone) for record in found.records)
    return tuple(shown_name(record.name) for record in records if record.text.lower() == name)


def _keys(change: Change, values: tuple[str, ...]) -> frozenset[str]:
    """The keys at a selector, or the names that a CNAME there leads to."""
    if change.type == "CNAME":
        return frozenset(values)
    return frozenset(encoded for value in values if (encoded := parse_key(value).encoded))


_REST = "mail A 192.0.2.25\nwww A 192.0.2.80\nftp A 192.0.2.81\nns2 A 192.0.2.54\n"
_OLD = 's1._domainkey TXT "v=DKIM1; p={rsa2048.public}"\n'
_ALIAS = "s1._domainkey.news CNAME s1._domainkey\n"
_REVOKED = 's1._domainkey TXT "v=DKIM1; p="\n'
_OTHER = 's2._domainkey TXT "v=DKIM1; k=ed25519; p={ed25519.public}"\n'

RULE = Rule(
    __name__,
    __doc__,
    over=whole_plan,
    check=check,
    severity=Severity.ERROR,
    standard="RFC 6376 section 3.6.1",
    stage="plan",
    yields_to=("plan-empty-zone",),
    good=(
        planned(_OLD + _REST, _OLD + _OTHER + _REST),
        planned(_OLD + _OTHER + _REST, _OTHER + _REST),
        planned(_ALIAS + _OLD + _OTHER + _REST, _ALIAS + _OLD + _REST),
    ),
    bad=(
        planned(_ALIAS + _OLD + _OTHER + _REST, _ALIAS + _OTHER + _REST),
        planned(_ALIAS + _OLD + _OTHER + _REST, _ALIAS + _REVOKED + _OTHER + _REST, caret="v=DKIM1; p="),
    ),
)
