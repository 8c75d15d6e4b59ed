"""A milter does not answer.

## What it checks
With `--probe`: each endpoint that `smtpd_milters` and `non_smtpd_milters` name is connected to, over a Unix
socket or loopback, and answers the first message of the milter protocol.

## Why it matters
By `milter_default_action` all mail then goes unsigned and unchecked (`accept`), or waits in the queues of its
senders (`tempfail`). A file that looks like a socket, or a daemon that hangs, is found by asking alone.

## Example
    smtpd_milters = unix:opendkim/opendkim.sock
    # connect: Connection refused

## How to fix
    systemctl restart opendkim

## References
MILTER_README of Postfix; postconf(5), `smtpd_milters`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Probe


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    if facts.postfix is None:
        return
    for probe in facts.machine.probes or ():
        if probe.kind == "milter" and probe.not_probed:
            yield Skip(f"whether the milter at `{probe.subject}` answers: {probe.not_probed}")
        elif probe.kind == "milter" and probe.error:
            yield Problem(
                f"the milter at `{probe.subject}` does not answer: {probe.error}",
                facts.postfix.of("smtpd_milters").at,
                "start the daemon behind it: systemctl restart opendkim",
                token=probe.subject,
            )


_SOCKET = "unix:/var/spool/postfix/opendkim/opendkim.sock"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "MILTER_README",
    over=the_host,
    needs=("live-host",),
    yields_to=("host-milter-socket-dead",),
    good=(
        changed(),
        changed(probes=(Probe("milter", _SOCKET, "negotiate", "version 6"),)),
        changed(probes=(Probe("milter", "inet:10.0.0.9:8891", "negotiate", not_probed="no loopback address"),)),
    ),
    bad=(
        changed(
            probes=(Probe("milter", _SOCKET, "negotiate", error="Connection refused"),),
            caret="unix:opendkim/opendkim.sock",
        ),
    ),
)
