"""OpenDKIM signs with a selector that DNS has no key for.

## What it checks
At `SELECTOR._domainkey.DOMAIN` of each key in use there is a TXT record, in the zones or behind the CNAME that
they hold. With the facts of a host (`lint --host-facts`) it stops the change that removes a selector in use.

## Why it matters
Verifiers find no key: every signature is a permanent error and counts as none. Under `p=reject` mail without
aligned SPF is lost.

## Example
    # /etc/opendkim/KeyTable, and the zone has no s202611._domainkey
    s202611 example.com:s202611:/etc/dkimkeys/s202611.private

## How to fix
Publish the record that `opendkim-genkey` wrote beside the key, or let the host sign with a selector that has one.

## References
RFC 6376 sections 3.6.2.1 and 6.1.2
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import (
    KeyInUse,
    daemon_of,
    key_record,
    keys_in_use,
    public_half,
    signing,
)
from mailcheck.analysis.spec_places import set_place
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.dns import Absent, Unknown
from mailcheck.model.machine import KeyHalf
from mailcheck.model.names import is_at_or_below
from mailcheck.model.text import shorten, shown_name


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    keys = keys_in_use(daemon)
    if isinstance(keys, NotDetermined):
        yield Skip(keys.why)
        return
    known = [key for key in keys if key.domain]
    answers = ctx.ask_all({key.question for key in known})
    for key in known:
        answer = answers[key.question]
        if isinstance(answer, Unknown):
            yield unanswered(key.question, answer)
        elif isinstance(answer, Absent):
            half = public_half(daemon, key.signer)
            yield _problem(key, half if isinstance(half, KeyHalf) else None, ctx)


def _problem(key: KeyInUse, half: KeyHalf | None, ctx: Context) -> Problem:
    name = shown_name(key.name)
    holding = [zone for zone in ctx.zones if is_at_or_below(key.question.name, zone.name)]
    nearest = max(holding, key=lambda zone: len(zone.name), default=None)
    place = set_place(nearest, key.question.name, "TXT") if nearest else None
    return Problem(
        f"OpenDKIM signs for `{shown_name(key.domain)}` with selector `{shorten(key.signer.selector)}`, "
        "for which DNS has no key",
        key.signer.selector_at,
        help=f"publish at `{name}`: `{key_record(half)}`",
        related=(Label(place, f"this zone has no TXT record at `{name}`"),) if place else (),
        token=key.question.name,
    )


_KEYS, _ZONE = "/etc/opendkim/KeyTable", "zones/example.net.zone"
_RECORD = 's202611._domainkey      TXT     "v=DKIM1; h=sha256; k=rsa; p=" "{key example.net rsa2048 public}"\n'
_ALIAS = "s202611._domainkey CNAME s1.keys.example.org.\n"
_TARGET = "s1.keys.example.org. TXT"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 6376 section 6.1.2",
    needs=("dns",),
    over=signing,
    covers=("spec-dkim-selector",),
    good=(
        changed(),
        changed((_ZONE, _RECORD, _ALIAS)),
        changed((_KEYS, "example.net:s202611", "Example.net:S202611")),
    ),
    bad=(
        changed((_ZONE, _RECORD, ""), caret="s202611"),
        changed((_KEYS, "example.net:s202611", "example.net:s202612"), caret="s202612"),
        changed((_KEYS, "example.net:s202611", "%:s202612"), caret="s202612"),
        changed((_ZONE, _RECORD, _ALIAS), outside={_TARGET: ()}, caret="s202611"),
    ),
)
