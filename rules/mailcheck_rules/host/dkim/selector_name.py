"""The selector has a generic name, which makes the key hard to change.

## What it checks
The selector of each key in use is not one of the words that guides use (`mail`, `default`, `dkim`), but says
which key it is: a date or a number.

## Why it matters
A key is changed by publishing the new one under another selector while mail signed with the old one is on its
way. With `mail` there is no natural next name, so keys stay for ten years or are replaced in place, which
breaks that mail.

## Example
    opendkim-genkey -b 2048 -d example.com -s mail

## How to fix
Name the next key by its date: `-s s202611`.

## References
RFC 6376 section 3.1
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, keys_in_use, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_GENERIC = frozenset({
    "default", "dkim", "domainkey", "email", "key", "mail", "mta", "mx", "opendkim", "postfix", "selector",
    "server", "smtp",
})  # fmt: skip


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    keys = keys_in_use(daemon)
    if isinstance(keys, NotDetermined):
        yield Skip(keys.why)
        return
    for signer, domain in keys:
        if signer.selector.lower() in _GENERIC:
            yield Problem(
                f"the selector `{signer.selector}` does not tell this key from the next one",
                signer.selector_at,
                help="name the next key by its date, as in `s202611`, and publish it before it is used",
                token=f"{signer.selector}.{domain}",
            )


_KEYS, _ZONE, _SPEC = "/etc/opendkim/KeyTable", "zones/example.net.zone", "mailcheck.yaml"


def _of_net(selector: str) -> tuple[str, str, str]:
    return _SPEC, "selectors: [s202611]\n\nhosts:", f"selectors: [{selector}]\n\nhosts:"


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.INFO,
    "RFC 6376 section 3.1",
    over=signing,
    good=(
        changed(),
        changed((_KEYS, "example.net:s202611", "example.net:mail-2"), (_ZONE, "s202611.", "mail-2.")),
    ),
    bad=(
        changed(
            (_KEYS, "example.net:s202611", "example.net:mail"),
            (_ZONE, "s202611.", "mail."),
            _of_net("mail"),
            caret="mail",
        ),
        changed(
            (_KEYS, "example.net:s202611", "example.net:Default"),
            (_ZONE, "s202611.", "default."),
            _of_net("default"),
            caret="Default",
        ),
    ),
)
