"""Nothing answers where Postfix asks for rewritten addresses.

## What it checks
On the running host something listens at the address or Unix socket of each canonical map that asks PostSRSd,
and answers where it was probed. Of a copied tree: the port in main.cf is one of those that
/etc/default/postsrsd or /etc/postsrsd.conf sets.

## Why it matters
Postfix can look up no sender any more. It answers every message, incoming and outgoing, with `451 4.3.0
Temporary lookup failure`: nothing is lost at once, and nothing arrives.

## Example
    sender_canonical_maps = tcp:127.0.0.1:10001

and `systemctl status postsrsd` says `inactive (dead)`.

## How to fix
    systemctl enable --now postsrsd

## References
tcp_table(5); socketmap_table(5).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.srs_maps import SrsMap, ports_for, socket_path, srs_maps
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Machine, Probe

_MAIN, _DEFAULT = "/etc/postfix/main.cf", "/etc/default/postsrsd"
_HELP = "systemctl enable --now postsrsd"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    for use in srs_maps(facts.postfix):
        ports = ports_for(use, facts.srs)
        if use.port and use.is_loopback and ports is not None and use.port not in ports:
            has = f"has the port{'s' * (len(ports) > 1)} {' and '.join(sorted(ports))}" if ports else "has no port"
            message = f"nothing is set up to answer `{use.text}`: PostSRSd {has}"
            yield Problem(message, use.at, "name the port or the socket that PostSRSd has", token=use.setting)
            continue
        answers = _answers(use, facts.postfix, facts.machine)
        if isinstance(answers, Skip):
            yield answers
        elif answers:
            message = f"`{use.text}` is not answered ({answers}): Postfix defers all mail"
            yield Problem(message, use.at, _HELP, token=use.setting)


def _answers(use: SrsMap, postfix: Postfix, machine: Machine) -> str | Skip:
    """Why nothing answers, empty where something does."""
    path = socket_path(use, postfix) if use.path else ""
    if path is None:
        return Skip(f"it is not known from where Postfix opens `{use.path}`")
    if not path and not use.is_loopback:
        return Skip(f"not checked: {use.host} is another host")
    probe = _probe(
        machine, {f"unix:{path}"} if path else {f"inet:{use.host}:{use.port}", f"inet:[{use.host}]:{use.port}"}
    )
    if probe is not None:
        return Skip("needs root: the socket may not be opened") if "ermission" in probe.error else probe.error
    listening = machine.unix_listeners if path else machine.tcp_listeners
    if not machine.live or listening is None:
        return Skip("not checked: only the running host tells what listens")
    return "" if listening & {path, *use.addresses} else "nothing listens"


def _probe(machine: Machine, endpoint: set[str]) -> Probe | None:
    return next(
        (one for one in machine.probes or () if one.kind == "srs-forward" and one.subject in endpoint), None
    )


_HEALTHY = frozenset({"/var/spool/postfix/opendkim/opendkim.sock", "/var/spool/postfix/private/auth"})
_SMTP = frozenset({"0.0.0.0:25", "[::]:25", "0.0.0.0:465", "[::]:465", "0.0.0.0:587", "[::]:587"})
_ONE = (_MAIN, "recipient_canonical_maps = tcp:127.0.0.1:10002\n", "")
_SECOND = {"/etc/postsrsd.conf": 'srs-domain = "srs.example.com"\ndomains = { "example.com", "example.net" }\n'}
_SOCKETMAP = (_MAIN, "tcp:127.0.0.1:10001", "socketmap:unix:srs:forward")
_OVER_TCP = (_MAIN, "tcp:127.0.0.1:10001", "socketmap:inet:localhost:10001:forward")
_REFUSED = Probe("srs-forward", "inet:127.0.0.1:10001", "probe@example.org", error="connection refused")
_ANSWERED = _REFUSED._replace(error="", answer="200 a@b")


def _other(port: str) -> dict[str, str]:
    return {name: f'{text}socketmap = "inet:localhost:{port}"\n' for name, text in _SECOND.items()}


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "tcp_table(5)",
    needs=("live-host",),
    over=each_postfix,
    yields_to=("host-srs-protocol-mismatch", "host-srs-socketmap-path", "host-srs-localhost-in-chroot"),
    good=(
        changed(),
        changed(tcp_listeners=_SMTP | {"0.0.0.0:10001", "[::]:10002", "0.0.0.0:10002"}),
        changed(
            (_MAIN, "tcp:127.0.0.1:10001", "tcp:localhost:10001"),
            tcp_listeners=_SMTP | {"[::1]:10001", "127.0.0.1:10002"},
        ),
        changed(
            _ONE, _SOCKETMAP, files=_SECOND, removed=(_DEFAULT,),
            unix_listeners=_HEALTHY | {"/var/spool/postfix/srs"},
        ),
        changed(live=False, tcp_listeners=None, unix_listeners=None),
        changed(_ONE, _OVER_TCP, files=_other("10001"), removed=(_DEFAULT,), live=False),
        changed((_MAIN, "tcp:127.0.0.1:10001", "tcp:192.0.2.77:10001")),
        changed(tcp_listeners=_SMTP | {"127.0.0.1:10002"}, probes=(_ANSWERED,)),
    ),
    bad=(
        changed(_ONE, tcp_listeners=_SMTP, caret="tcp:127.0.0.1:10001"),
        changed(_ONE, probes=(_REFUSED,), caret="tcp:127.0.0.1:10001"),
        changed(_ONE, (_MAIN, "127.0.0.1:10001", "127.0.0.1:10011"), live=False, caret="tcp:127.0.0.1:10011"),
        changed(_ONE, _SOCKETMAP, files=_SECOND, removed=(_DEFAULT,), caret="socketmap:unix:srs:forward"),
        changed(_ONE, _OVER_TCP, files=_SECOND, removed=(_DEFAULT,), live=False, caret=_OVER_TCP[2]),
        changed(_ONE, _OVER_TCP, files=_other("10011"), removed=(_DEFAULT,), live=False, caret=_OVER_TCP[2]),
    ),
)  # fmt: skip
