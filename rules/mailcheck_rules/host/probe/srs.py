"""The SRS service does not rewrite an address there and back.

## What it checks
With `--probe`: the service behind `sender_canonical_maps` makes an `SRS0=` address of a foreign one, and the
service behind `recipient_canonical_maps` makes the foreign address of that again.

## Why it matters
Forwarded mail fails SPF where it is not rewritten. Where the way back fails, because the two services have
different secrets or ports, every bounce of forwarded mail is lost.

## Example
    get probe@forwarded.example        200 SRS0=7xAv=JO=forwarded.example=probe@srs.example.com
    get SRS0=7xAv=JO=forwarded.exa...  500 Hash invalid in SRS address.

## How to fix
Let both tables lead to the same PostSRSd, the forward port in `sender_canonical_maps`, the reverse port in
`recipient_canonical_maps`, and restart it.

## References
tcp_table(5), socketmap_table(5); the manual of PostSRSd.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.machine import Probe

_FOREIGN = "probe@forwarded.example"
_SETTINGS = {"srs-forward": "sender_canonical_maps", "srs-reverse": "recipient_canonical_maps"}


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    if facts.postfix is None:
        return
    for probe in facts.machine.probes or ():
        if probe.kind in _SETTINGS and probe.not_probed:
            yield Skip(f"whether SRS at `{probe.subject}` answers: {probe.not_probed}")
        elif why := _fault(probe):
            yield Problem(
                f"SRS at `{probe.subject}` {why}",
                facts.postfix.of(_SETTINGS[probe.kind]).at,
                "lead both tables to one PostSRSd, and restart it: systemctl restart postsrsd",
                token=f"{probe.kind} {probe.subject}",
            )


def _fault(probe: Probe) -> str:
    if probe.kind == "srs-forward" and probe.asked == _FOREIGN:
        if probe.error:
            return f"does not answer: {probe.error}"
        return "" if " SRS" in probe.answer else f"does not rewrite a foreign address: `{probe.answer}`"
    if probe.kind == "srs-reverse":
        if probe.error:
            return f"does not answer: {probe.error}"
        return "" if probe.answer.endswith(_FOREIGN) else f"does not know its own address again: `{probe.answer}`"
    return ""


_PORT = "inet:127.0.0.1:1000"
_SRS = "SRS0=7xAv=JO=forwarded.example=probe@srs.example.com"
_FORWARD = Probe("srs-forward", f"{_PORT}1", _FOREIGN, f"200 {_SRS}")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "tcp_table(5)",
    over=the_host,
    needs=("live-host",),
    yields_to=("host-srs-daemon-down", "host-srs-ports-swapped"),
    good=(
        changed(),
        changed(probes=(_FORWARD, Probe("srs-reverse", f"{_PORT}2", _SRS, f"200 {_FOREIGN}"))),
        changed(probes=(Probe("srs-forward", "unix:/srs", _FOREIGN, f"OK {_SRS}"),)),
        changed(probes=(Probe("srs-forward", "inet:10.0.0.9:1", _FOREIGN, not_probed="no loopback address"),)),
    ),
    bad=(
        changed(
            probes=(_FORWARD, Probe("srs-reverse", f"{_PORT}2", _SRS, "500 Hash invalid in SRS address.")),
            caret="tcp:127.0.0.1:10002",
        ),
        changed(probes=(Probe("srs-forward", f"{_PORT}1", _FOREIGN, "500 Invalid sender address."),)),
    ),
)
