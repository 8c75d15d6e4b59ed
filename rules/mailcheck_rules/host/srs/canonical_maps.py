"""PostSRSd stands in canonical_maps, which is for senders and recipients alike.

## What it checks
`canonical_maps` names no table that asks PostSRSd.

## Why it matters
One half of PostSRSd then gets addresses that are for the other: the rewriting half turns recipients in other
domains into addresses of the SRS domain, so that mail for them comes back instead of leaving. It also meets the
headers: `canonical_classes` holds From: and To: by default.

## Example
    canonical_maps = tcp:127.0.0.1:10001

## How to fix
    sender_canonical_maps = tcp:127.0.0.1:10001
    sender_canonical_classes = envelope_sender
    recipient_canonical_maps = tcp:127.0.0.1:10002
    recipient_canonical_classes = envelope_recipient

## References
postconf(5), `canonical_maps` and `canonical_classes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.srs_maps import BOTH, srs_maps
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed

_MAIN = "/etc/postfix/main.cf"
_SENDER = "sender_canonical_maps = tcp:127.0.0.1:10001\n"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    for use in srs_maps(facts.postfix):
        if use.setting == BOTH:
            yield Problem(
                f"`canonical_maps` asks PostSRSd about recipients as well as senders: `{use.text}`",
                use.at,
                "put the half that rewrites into sender_canonical_maps, the other into recipient_canonical_maps",
                token=use.text,
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) canonical_maps",
    over=each_postfix,
    good=(changed(), changed((_MAIN, _SENDER, f"canonical_maps = static:ann@example.com\n{_SENDER}"))),
    bad=(
        changed((_MAIN, _SENDER, "canonical_maps = tcp:127.0.0.1:10001\n"), caret="tcp:127.0.0.1:10001"),
        changed(
            (_MAIN, _SENDER, "canonical_maps = static:x, tcp:127.0.0.1:10001\n"),
            caret="tcp:127.0.0.1:10001",
        ),
    ),
)
