"""Postfix looks for the socket of PostSRSd where it is not.

## What it checks
The Unix socket of a `socketmap:` table, seen from the service that opens it, is the one that PostSRSd listens
on. A relative path begins at the queue folder; so does, in a chroot, an absolute one.

## Why it matters
Nothing answers. Postfix defers every message that it would look up, incoming and outgoing alike, with `451
4.3.0 Temporary lookup failure`.

## Example
cleanup runs in a chroot (master.cf), PostSRSd listens at /var/spool/postfix/srs, and main.cf says:

    sender_canonical_maps = socketmap:unix:/var/spool/postfix/srs:forward

## How to fix
    sender_canonical_maps = socketmap:unix:srs:forward

## References
socketmap_table(5); postconf(5), `queue_directory`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.host_paths import absolute
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.srs import Srs
from mailcheck.analysis.srs_maps import SrsMap, socket_path, srs_maps
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed

_MAIN, _MASTER, _DEFAULT, _CONF = (
    "/etc/postfix/main.cf", "/etc/postfix/master.cf", "/etc/default/postsrsd", "/etc/postsrsd.conf",
)  # fmt: skip


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for use in srs_maps(facts.postfix):
        if not use.path:
            continue
        path = socket_path(use, facts.postfix)
        if path is None:
            yield Skip(f"it is not known from where Postfix opens `{use.path}`")
        elif path not in (facts.machine.unix_listeners or ()):
            yield from _judged(use, path, facts.postfix, facts.srs)


def _judged(use: SrsMap, path: str, postfix: Postfix, srs: Srs | None) -> Iterator[Problem | Skip]:
    if srs is None or srs.generation != 2:
        return
    listens = srs.socketmap
    if listens is None or not listens.kind:
        yield Skip("it is not known where PostSRSd listens: " + (srs.conf("socketmap").why or "no socket"))
        return
    if listens.kind == "inet":
        where = f"inet:{listens.host}:{listens.port}"
        yield Problem(
            f"Postfix looks for the socket of PostSRSd at `{path}`, and it listens at `{where}`",
            use.at,
            f"{use.setting} = socketmap:{where}:{use.name}",
            (Label(listens.at, "PostSRSd listens here"),),
            token=use.setting,
        )
        return
    there = absolute(listens.path)
    if path == there:
        return
    queue = postfix.of("queue_directory").value.rstrip("/") + "/"
    inside = there.removeprefix(queue)
    right = f"socketmap:unix:{inside}:{use.name}" if inside != there else ""
    yield Problem(
        f"Postfix looks for the socket of PostSRSd at `{path}`, and it is at `{there}`",
        use.at,
        f"{use.setting} = {right}" if right else f'socketmap = "unix:{queue}srs" in {srs.conf_path}',
        (Label(listens.at, "PostSRSd listens here"),) if srs.conf("socketmap").is_set else (),
        token=use.setting,
    )


_ABSOLUTE = "socketmap:unix:/var/spool/postfix/srs:forward"
_ONE = (_MAIN, "recipient_canonical_maps = tcp:127.0.0.1:10002\n", "")
_CLEANUP = (_MASTER, "cleanup   unix  n       -       y ", "cleanup   unix  n       -       n ")


def _maps(forward: str) -> tuple[str, str, str]:
    return (_MAIN, "tcp:127.0.0.1:10001", forward)


def _conf(more: str = "") -> dict[str, str]:
    return {_CONF: f'srs-domain = "srs.example.com"\ndomains = {{ "example.com", "example.net" }}\n{more}'}


_ELSEWHERE = _conf('socketmap = "unix:/run/srs"\n')

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "socketmap_table(5)",
    over=each_postfix,
    good=(
        changed(),
        changed(_ONE, _maps("socketmap:unix:srs:forward"), files=_conf(), removed=(_DEFAULT,), live=False),
        changed(_ONE, _maps(_ABSOLUTE), _CLEANUP, files=_conf(), removed=(_DEFAULT,), live=False),
        changed(
            _ONE, _maps("socketmap:unix:srs:forward"), files=_conf(), removed=(_DEFAULT,),
            unix_listeners=frozenset({
                "/var/spool/postfix/opendkim/opendkim.sock", "/var/spool/postfix/private/auth",
                "/var/spool/postfix/srs",
            }),
        ),
    ),
    bad=(
        changed(_ONE, _maps(_ABSOLUTE), files=_conf(), removed=(_DEFAULT,), caret=_ABSOLUTE),
        changed(
            _ONE, _maps("socketmap:unix:srs:forward"), files=_ELSEWHERE, removed=(_DEFAULT,),
            caret="socketmap:unix:srs:forward",
        ),
        changed(
            _ONE, _maps("socketmap:unix:srs:forward"), files=_conf('socketmap = "inet:localhost:10003"\n'),
            removed=(_DEFAULT,), live=False, caret="socketmap:unix:srs:forward",
        ),
    ),
)  # fmt: skip
