"""What OpenDKIM signs does not verify under the zones.

## What it checks
With `--probe`: OpenDKIM signs a message from each of the spec's domains that this host sends for (`opendkim
-t`, which sends nothing), and the signature verifies against the key in the proposed zones.

## Why it matters
It is the whole chain in one: key file, selector, domain, canonicalization and the record in DNS. Anything wrong
in it, and every message of the domain arrives as forged.

## Example
    the signature d=example.com s=s202611 fails: the header hash does not match
    # the key on the host is not the one in the zone

## How to fix
Publish the key that the host signs with, or install the private half of the one that is published:

    opendkim-testkey -d example.com -s s202611 -k /etc/dkimkeys/s202611.example.com.private -vvv

## References
RFC 6376 section 6; opendkim(8), `-t`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim import OpenDkim
from mailcheck.analysis.signatures import verify_signatures
from mailcheck.grammar.message import BadMessage, parse_message
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed, unanswered
from mailcheck.model.finding import Label
from mailcheck.model.limits import Limits
from mailcheck.model.location import Location, whole_line
from mailcheck.model.machine import Probe
from mailcheck.model.names import absolute


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    signer = facts.opendkim
    if signer is None:
        return
    for probe in facts.machine.probes or ():
        if probe.kind != "signature":
            continue
        if probe.error:
            yield Skip(f"whether mail of {probe.subject} is signed: {probe.error}")
        elif probe.answer:
            yield from _verified(facts, signer, probe, ctx)
        else:
            yield Problem(
                f"OpenDKIM does not sign a message from `{probe.subject}`",
                _place(signer, probe.subject),
                f"*@{probe.subject} belongs in the SigningTable",
                token=probe.subject,
            )


def _verified(facts: HostFacts, signer: OpenDkim, probe: Probe, ctx: Context) -> Iterator[Problem | Skip]:
    message = parse_message(
        f"DKIM-Signature: {probe.answer}\r\n{probe.asked}".encode("ascii", "replace"), Limits()
    )
    if isinstance(message, BadMessage):
        yield Skip(f"whether mail of {probe.subject} verifies: its signature cannot be read")
        return
    now = int(facts.machine.read_at.timestamp()) + 60
    for signature in ctx.evaluate(verify_signatures, message, now).dkim:
        if signature.open is not None:
            yield unanswered(*signature.open)
        elif signature.result != "pass":
            related = (Label(signature.key.at, "the key that verifiers find"),) if signature.key else ()
            yield Problem(
                f"what OpenDKIM signs for `{probe.subject}` does not verify: {signature.reason}",
                _place(signer, probe.subject),
                "publish the key that the host signs with",
                related,
                token=f"{signature.selector}._domainkey.{absolute(signature.domain)}",
            )


def _place(signer: OpenDkim, domain: str) -> Location:
    signers = () if isinstance(signer.signers, NotDetermined) else signer.signers
    found = [one.key_at for one in signers if absolute(one.domain) == absolute(domain)]
    return found[0] if found else whole_line(signer.conf_path)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 6376 section 6",
    over=the_host,
    needs=("live-host",),
    yields_to=("host-dkim-key-dns-mismatch", "host-dkim-key-dns-missing", "host-dkim-domain-mismatch"),
    good=(changed(),),
    bad=(changed(probes=(Probe("signature", "example.com", "From: a@example.com\r\n\r\nx\r\n"),)),),
)
