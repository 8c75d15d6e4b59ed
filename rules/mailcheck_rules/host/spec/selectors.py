"""The host signs with a selector that the spec does not have.

## What it checks
Each selector that OpenDKIM signs with for a domain of `mailcheck.yaml` that this host sends for is among the
`selectors` of that domain, or where it has none among those of the host.

## Why it matters
Zones and changes to them are judged by the spec: the key that the host really signs with can be removed from the
zone, and no check says that it is in use.

## Example
    mail.example.com:
      selectors: [s202611]

in mailcheck.yaml, and in the KeyTable:

    example.com  example.com:s202507:/etc/dkimkeys/s202507.private

## How to fix
Sign with the selector of the spec, or write the one in use into `selectors`. While a key is being replaced,
both stand there.

## References
RFC 6376 section 3.1; mailcheck.yaml, `selectors`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, keys_in_use, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten, shown_name

_KEYS, _SPEC = "/etc/opendkim/KeyTable", "mailcheck.yaml"
_OF_NET = "selectors: [s202611]\n\nhosts:"
_NET, _ZONE = "example.net:s202611", "zones/example.net.zone"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    host = ctx.host
    if host is None or not any([host.selectors, *[one.selectors for one in ctx.spec.domains.values()]]):
        return
    keys = keys_in_use(daemon_of(facts))
    if isinstance(keys, NotDetermined):
        yield Skip(keys.why)
        return
    for key in keys:
        domain = ctx.spec.domains.get(key.domain)
        if domain is None or host.name not in domain.hosts:
            continue
        promised = domain.selectors or host.selectors
        selector = key.signer.selector
        if not promised or selector.lower() in [one.lower() for one in promised]:
            continue
        at = domain.place("selectors") if domain.selectors else host.place("selectors")
        yield Problem(
            f"mail from `{shown_name(key.domain)}` is signed with the selector `{shorten(selector)}`, "
            "which the spec does not have",
            key.signer.selector_at,
            f"sign with {' or '.join(promised)}, or add `{shorten(selector)}` to `selectors` of mailcheck.yaml",
            (Label(at, "the spec names these"),),
            token=key.question.name,
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "mailcheck.yaml, selectors",
    over=signing,
    needs=("spec",),
    yields_to=("host-dkim-key-dns-missing",),
    good=(
        changed(),
        changed((_KEYS, _NET, "example.net:S202611")),
        changed(
            (_KEYS, _NET, "example.net:s202512"),
            (_ZONE, "s202611.", "s202512."),
            (_SPEC, _OF_NET, _OF_NET.replace("s202611", "s202611, s202512")),
        ),
    ),
    bad=(
        changed(
            (_KEYS, _NET, "example.net:s202512"),
            (_ZONE, "s202611._domainkey", "s202512._domainkey"),
            caret="s202512",
        ),
    ),
)
