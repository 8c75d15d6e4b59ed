"""The host relays for strangers.

## What it checks
With `--probe`: from a loopback address that `mynetworks` does not hold, an address of a foreign domain is
offered as recipient of mail from a foreign sender, and refused. No message is sent. Where all of loopback is
trusted, nothing can be asked: that is not determined.

## Why it matters
An open relay is found within hours, sends spam until its address is on every list, and its owner's own mail is
refused for weeks.

## Example
    MAIL FROM:<probe@sender.example>       250 2.1.0 Ok
    RCPT TO:<probe@recipient.example>      250 2.1.5 Ok

## How to fix
    postconf -e 'smtpd_relay_restrictions=permit_mynetworks,permit_sasl_authenticated,reject_unauth_destination'

## References
SMTPD_ACCESS_README; RFC 5321 section 7.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Probe


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    if postfix is None:
        return
    for probe in facts.machine.probes or ():
        if probe.kind != "smtp-relay":
            continue
        service = next((one for one in postfix.smtpd_services if one.name == probe.subject), None)
        if probe.error or probe.not_probed:
            yield Skip(f"whether `{probe.subject}` relays for strangers: {probe.error or probe.not_probed}")
        elif probe.answer.startswith("2"):
            yield Problem(
                f"`{probe.subject}` relays for strangers: {probe.asked} was answered by `{probe.answer}`",
                postfix.of("smtpd_relay_restrictions", service).at,
                "smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination",
                token=probe.subject,
            )


_ASKED = "probe@sender.example to probe@recipient.example"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "SMTPD_ACCESS_README",
    over=the_host,
    needs=("live-host",),
    yields_to=("host-relay-no-reject", "host-relay-mynetworks-wide"),
    good=(changed(), changed(probes=(Probe("smtp-relay", "smtp", _ASKED, "554 5.7.1 Relay access denied"),))),
    bad=(changed(probes=(Probe("smtp-relay", "smtp", _ASKED, "250 2.1.5 Ok"),)),),
)
