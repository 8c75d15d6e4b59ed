"""The RSA key that OpenDKIM signs with has under 2048 bits.

## What it checks
The length of the modulus of each key in use.

## Why it matters
Signers should use 2048 bits at least. Keys of 1024 bits are within reach of those who can pay for it, and
verifiers may hold such signatures for weak. Under 1024 bits OpenDKIM refuses to sign: every message is answered
with 550 and bounces.

## Example
    opendkim-genkey -b 1024 -d example.com -s s202611

## How to fix
Make a key of 2048 bits under a new selector, publish it, switch to it, and revoke the old one a week later.

## References
RFC 8301 section 3.2
"""

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, keys_in_use, public_half, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten, shown_name

_LEAST, _ENOUGH = 1024, 2048


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    keys = keys_in_use(daemon)
    if isinstance(keys, NotDetermined):
        yield Skip(keys.why)
        return
    for signer, domain in keys:
        half = public_half(daemon, signer)
        if isinstance(half, NotDetermined):
            yield Skip(half.why)
        elif half is not None and half.bits < _ENOUGH:
            effect = "so every message is refused with 550" if half.bits < _LEAST else f"{_ENOUGH} are advised"
            yield Problem(
                f"the key of selector `{shorten(signer.selector)}` has {half.bits} bits, {effect}",
                signer.key_at,
                help=f"make a new one under a new selector: `opendkim-genkey -b 2048 -d {shown_name(domain)} "
                "-s s$(date +%Y%m) -D /etc/dkimkeys`, and publish it",
                token=signer.key_file,
            )


_ZONE = "zones/example.net.zone"
_NET = "/etc/dkimkeys/s202611.example.net.private"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 8301 section 3.2",
    needs=("root",),
    over=signing,
    good=(
        changed(),
        changed(
            (_ZONE, "{key example.net rsa2048 public}", "{key example.net rsa3072 public}"),
            (_NET, "rsa2048", "rsa3072"),
        ),
    ),
    bad=(changed((_ZONE, "rsa2048", "rsa1024"), (_NET, "rsa2048", "rsa1024"), caret=_NET),),
)
