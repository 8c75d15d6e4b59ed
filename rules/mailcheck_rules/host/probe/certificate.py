"""Postfix serves another certificate than its file holds.

## What it checks
With `--probe`: the certificate that each smtpd service serves is the first one of its certificate files.

## Why it matters
The certificate was renewed and Postfix not reloaded, or a front end answers in its place. Senders see what is
served: once the old one ends, those who enforce MTA-STS or DANE deliver nothing.

## Example
    fullchain.pem ends 2027-01-30, and `openssl s_client -starttls smtp` shows one that ends 2026-11-01

## How to fix
    postfix reload

and let the tool that renews do so: `--deploy-hook 'postfix reload'`.

## References
RFC 7672 section 3.1; postconf(5), `smtpd_tls_chain_files`.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Service
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import Location
from mailcheck.model.machine import Probe

_SETTINGS = ("smtpd_tls_chain_files", "smtpd_tls_cert_file", "smtpd_tls_eccert_file")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    for probe in facts.machine.probes or ():
        if probe.kind != "smtp-starttls":
            continue
        if probe.error:
            yield Skip(f"which certificate `{probe.subject}` serves: {probe.error}")
            continue
        files, at = _certificates(facts, probe.subject)
        if at is not None and probe.answer not in files:
            yield Problem(
                f"`{probe.subject}` serves another certificate than its file holds",
                at,
                "postfix reload",
                token=probe.subject,
            )


def _certificates(facts: HostFacts, name: str) -> tuple[set[str], Location | None]:
    """The hashes of the service's own certificates, and the place of the setting; None where none was read."""
    postfix = facts.postfix
    service: Service | None = (
        next((one for one in postfix.smtpd_services if one.name == name), None) if postfix else None
    )
    hashes: set[str] = set()
    at = None
    for setting in _SETTINGS if postfix is not None and service is not None else ():
        assert postfix is not None
        for item in postfix.items(setting, service):
            file = facts.machine.file(item.text)
            if file is not None and file.pem is not None and file.pem.certificates:
                hashes.add(sha256(file.pem.certificates[0].der).hexdigest())
                at = at or item.at
    return hashes, at


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 7672 section 3.1",
    over=the_host,
    needs=("live-host",),
    good=(changed(),),
    bad=(
        changed(
            probes=(Probe("smtp-starttls", "smtp", "certificate", "00" * 32),),
            caret="/etc/letsencrypt/live/mail.example.com/fullchain.pem",
        ),
    ),
)
