"""The host greets by another name than its configuration says, or not at all.

## What it checks
With `--probe`: each smtpd service that loopback reaches greets, and the first word of its greeting and of its
answer to EHLO is `myhostname`.

## Why it matters
Then the Postfix that runs is not the one that was judged: it was not reloaded, a service of master.cf says
otherwise, or something else listens on the port. A service that dies at every start (a missing SASL socket, a
table that cannot be opened) answers nothing, while `postfix status` is content.

## Example
    $ nc 127.0.0.1 587
    # closed at once: fatal: no SASL authentication mechanisms

## How to fix
Look at the log for the service's `fatal:` line, correct that, and `postfix reload`.

## References
RFC 5321 section 4.3.1; postconf(5), `myhostname`, `smtpd_banner`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Probe
from mailcheck.model.names import absolute


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    if postfix is None:
        return
    for probe in facts.machine.probes or ():
        if probe.kind not in ("smtp-greeting", "smtp-ehlo"):
            continue
        service = next((one for one in postfix.smtpd_services if one.name == probe.subject), None)
        at = service.at if service else postfix.of("smtpd_banner").at
        if probe.not_probed:
            yield Skip(f"whether the service `{probe.subject}` answers: {probe.not_probed}")
        elif probe.error:
            message = f"the service `{probe.subject}` does not answer: {probe.error}"
            yield Problem(message, at, "its `fatal:` line in the mail log says why", token=probe.subject)
        elif facts.name and absolute(probe.answer.partition(" ")[0]) != facts.name:
            yield Problem(
                f"the service `{probe.subject}` calls itself `{probe.answer.partition(' ')[0]}`",
                at,
                "postfix reload",
                token=f"{probe.subject} name",
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 5321 section 4.3.1",
    over=the_host,
    needs=("live-host",),
    yields_to=("host-sub-sasl-no-backend",),
    good=(changed(), changed(probes=(Probe("smtp-greeting", "smtp", "connect", "mail.example.com ESMTP"),))),
    bad=(
        changed(probes=(Probe("smtp-greeting", "submission", "connect", error="closed"),)),
        changed(probes=(Probe("smtp-ehlo", "smtp", "EHLO", "vm17.example.com"),)),
    ),
)
