"""A canonical map asks the wrong half of PostSRSd.

## What it checks
`sender_canonical_maps` leads to the port that rewrites (`SRS_FORWARD_PORT`, of 2.x the map `forward`), and
`recipient_canonical_maps` to the one that turns addresses back (`SRS_REVERSE_PORT`, `reverse`).

## Why it matters
With the two exchanged every recipient in another domain is rewritten to an address of the SRS domain, so that
mail comes back to the host instead of leaving it, and bounces. Senders of forwarded mail stay as they are.

## Example
/etc/default/postsrsd has `SRS_FORWARD_PORT=10001`, main.cf says:

    recipient_canonical_maps = tcp:127.0.0.1:10001

## How to fix
    sender_canonical_maps = tcp:127.0.0.1:10001
    recipient_canonical_maps = tcp:127.0.0.1:10002

## References
postconf(5), `sender_canonical_maps` and `recipient_canonical_maps`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.srs import Srs
from mailcheck.analysis.srs_maps import RECIPIENT, SENDER, SrsMap, srs_maps
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed

_MAIN, _DEFAULT = "/etc/postfix/main.cf", "/etc/default/postsrsd"
_RIGHT = {SENDER: "forward", RECIPIENT: "reverse"}
_DOES = {"forward": "rewrites senders", "reverse": "turns recipients back"}


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for use in srs_maps(facts.postfix):
        right = _RIGHT.get(use.setting)
        if right is None:
            continue
        half = use.name or _half(use, facts.srs)
        if isinstance(half, Skip):
            yield half
        elif half and half != right:
            yield _problem(use, half, right, facts.srs)


def _half(use: SrsMap, srs: Srs | None) -> str | Skip:
    """What the port of a `tcp:` map does; empty where it is none of PostSRSd's, or 2.x runs."""
    if srs is None or srs.generation == 2:
        return ""
    for port, half in ((srs.forward_port, "forward"), (srs.reverse_port, "reverse")):
        if port.value is None:
            return Skip(f"the ports of PostSRSd are not known: {port.why}")
        if port.value == use.port:
            return half
    return ""


def _problem(use: SrsMap, half: str, right: str, srs: Srs | None) -> Problem:
    fix = "exchange the two ports"
    related: tuple[Label, ...] = ()
    if use.name:
        fix = f"{use.setting} = {use.text.removesuffix(half)}{right}"
    elif srs is not None:
        ports = {"forward": srs.forward_port, "reverse": srs.reverse_port}
        fix = f"{use.setting} = {use.text.removesuffix(use.port)}{ports[right].value}"
        if ports[half].is_set:
            related = (Label(ports[half].at, f"this port {_DOES[half]}"),)
    return Problem(
        f"`{use.setting}` asks `{use.text}`, which {_DOES[half]}", use.at, fix, related, token=use.setting
    )


_MAPS = "sender_canonical_maps = tcp:127.0.0.1:10001\n"
_BACK = "recipient_canonical_maps = tcp:127.0.0.1:10002\n"
_SECOND = 'srs-domain = "srs.example.com"\ndomains = { "example.com", "example.net" }\n'

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5) recipient_canonical_maps",
    over=each_postfix,
    good=(
        changed(),
        changed(
            (_MAIN, "tcp:127.0.0.1:10001", "tcp:127.0.0.1:10002"),
            (_MAIN, _BACK, "recipient_canonical_maps = tcp:127.0.0.1:10001\n"),
            (_DEFAULT, "SRS_FORWARD_PORT=10001", "SRS_FORWARD_PORT=10002"),
            (_DEFAULT, "SRS_REVERSE_PORT=10002", "SRS_REVERSE_PORT=10001"),
        ),
        changed((_DEFAULT, "SRS_FORWARD_PORT=10001", "SRS_FORWARD_PORT=$(cat /etc/port)")),
    ),
    bad=(
        changed((_MAIN, _BACK, "recipient_canonical_maps = tcp:127.0.0.1:10001\n"), caret="tcp:127.0.0.1:10001"),
        changed((_MAIN, _MAPS, "sender_canonical_maps = tcp:127.0.0.1:10002\n"), caret="tcp:127.0.0.1:10002"),
        changed(
            (_MAIN, "tcp:127.0.0.1:10001", "socketmap:unix:srs:reverse"),
            (_MAIN, "tcp:127.0.0.1:10002", "socketmap:unix:srs:reverse"),
            files={"/etc/postsrsd.conf": _SECOND},
            removed=(_DEFAULT,),
            unix_listeners=frozenset({
                "/var/spool/postfix/opendkim/opendkim.sock", "/var/spool/postfix/private/auth",
                "/var/spool/postfix/srs",
            }),
            caret="socketmap:unix:srs:reverse",
        ),
    ),
)  # fmt: skip
