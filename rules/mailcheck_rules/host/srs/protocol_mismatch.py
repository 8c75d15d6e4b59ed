"""Postfix and PostSRSd speak different protocols.

## What it checks
PostSRSd 1.x answers `tcp:` tables, 2.x answers `socketmap:` tables: the canonical maps have the type that the
installed one speaks.

## Why it matters
Nothing that Postfix can use answers. It defers every message that it would look up, incoming and outgoing
alike, with `451 4.3.0 Temporary lookup failure`, until the queue lifetimes of the senders end.

## Example
There is an /etc/postsrsd.conf, PostSRSd's file since 2.0, and main.cf says:

    sender_canonical_maps = tcp:127.0.0.1:10001

## How to fix
For 2.x:

    sender_canonical_maps = socketmap:unix:srs:forward
    recipient_canonical_maps = socketmap:unix:srs:reverse

## References
tcp_table(5); socketmap_table(5).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.srs_maps import RECIPIENT, srs_maps
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_MAIN, _DEFAULT, _CONF = "/etc/postfix/main.cf", "/etc/default/postsrsd", "/etc/postsrsd.conf"
_SPEAKS = {1: "tcp", 2: "socketmap"}


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    uses = srs_maps(facts.postfix)
    if facts.srs is None or not uses:
        return
    generation = facts.srs.generation
    if generation is None:
        yield Skip("it is not known whether PostSRSd 1.x or 2.x runs")
        return
    for use in uses:
        if use.type != _SPEAKS[generation]:
            half = "reverse" if use.setting == RECIPIENT else "forward"
            port = facts.srs.reverse_port if half == "reverse" else facts.srs.forward_port
            right = f"socketmap:unix:srs:{half}" if generation == 2 else f"tcp:127.0.0.1:{port.value or '10001'}"
            yield Problem(
                f"PostSRSd {generation}.x does not answer `{use.text}`: it speaks {_SPEAKS[generation]}",
                use.at,
                f"{use.setting} = {right}",
                token=use.setting,
            )


_FORWARD = (_MAIN, "tcp:127.0.0.1:10001", "socketmap:unix:srs:forward")
_REVERSE = (_MAIN, "tcp:127.0.0.1:10002", "socketmap:unix:srs:reverse")
_SECOND = {_CONF: 'srs-domain = "srs.example.com"\ndomains = { "example.com", "example.net" }\n'}
_ONE = (_MAIN, "recipient_canonical_maps = tcp:127.0.0.1:10002\n", "")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "socketmap_table(5)",
    over=each_postfix,
    good=(
        changed(),
        changed(_FORWARD, _REVERSE, files=_SECOND, removed=(_DEFAULT,), live=False),
        changed(files=_SECOND),
        changed(
            (_MAIN, "tcp:127.0.0.1:10001", "hash:/etc/postfix/virtual"), _ONE, files=_SECOND, removed=(_DEFAULT,)
        ),
    ),
    bad=(
        changed(_ONE, files=_SECOND, removed=(_DEFAULT,), caret="tcp:127.0.0.1:10001"),
        changed(_ONE, _FORWARD, caret="socketmap:unix:srs:forward"),
    ),
)
