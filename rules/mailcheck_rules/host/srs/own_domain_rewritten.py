"""PostSRSd rewrites the senders of a domain that this host sends for.

## What it checks
PostSRSd leaves the host's own domains alone: those of `mailcheck.yaml` that list the host, and `myorigin`.
Where the running host was probed its answer counts, else `SRS_DOMAIN` with `SRS_EXCLUDE_DOMAINS`, or `domains`
of 2.x.

## Why it matters
Mail of the domain's users leaves with an envelope sender at the SRS domain. SPF then passes for that domain and
not for the one in From:, so that DMARC hangs on the DKIM signature alone.

## Example
    SRS_DOMAIN=srs.example.com
    SRS_EXCLUDE_DOMAINS=

## How to fix
    SRS_EXCLUDE_DOMAINS=example.com,.example.com

## References
postsrsd(8), `-X`; RFC 7489 section 3.1.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_egress import Origin, origins
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.srs import Srs
from mailcheck.analysis.srs_maps import rewrites_because_always, srs_maps
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, Skip, changed
from mailcheck.model.location import Location
from mailcheck.model.machine import Machine, Probe
from mailcheck.model.text import shown_name

_DEFAULT, _MAIN = "/etc/default/postsrsd", "/etc/postfix/main.cf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    srs = facts.srs
    if srs is None or facts.postfix is None or not srs_maps(facts.postfix):
        return
    for origin in origins(facts, facts.postfix, ctx.spec, ctx.host):
        shown = shown_name(origin.domain)
        left_alone = _probed(facts.machine, shown)
        if left_alone is None:
            left_alone = srs.leaves_alone(shown)
        if left_alone is None:
            yield Skip(f"it is not known whether PostSRSd leaves `{shown}` alone: needs --probe")
        elif not left_alone and not rewrites_because_always(srs, shown):
            yield _problem(srs, origin, shown)


def _probed(machine: Machine, domain: str) -> bool | None:
    """What PostSRSd answered of an address in the domain: whether it stays as it is."""
    asked = [one for one in machine.probes or () if _is_about(one, domain)]
    return not any(["SRS0" in one.answer for one in asked]) if asked else None


def _is_about(probe: Probe, domain: str) -> bool:
    return (
        probe.kind == "srs-forward"
        and not (probe.error or probe.not_probed)
        and probe.asked.lower().endswith(f"@{domain}")
    )


def _problem(srs: Srs, origin: Origin, shown: str) -> Problem:
    return Problem(
        f"PostSRSd rewrites senders in `{shown}`, for which this host sends",
        _place(srs),
        f'add "{shown}" to `domains`' if srs.generation == 2 else f"add {shown} to SRS_EXCLUDE_DOMAINS",
        (Label(origin.at, f"the host sends as `{shown}`"),),
        token=shown,
    )


def _place(srs: Srs) -> Location:
    if srs.generation != 2 and srs.variable("SRS_EXCLUDE_DOMAINS").is_set:
        return srs.variable("SRS_EXCLUDE_DOMAINS").at
    return srs.conf("domains").at if srs.generation == 2 else srs.domain.at


_LINE = (_DEFAULT, "SRS_EXCLUDE_DOMAINS=example.com,.example.com,example.net\n")
_REWRITTEN = Probe(
    "srs-forward", "inet:127.0.0.1:10001", "ann@example.net", "200 SRS0=abcd=AA=example.net=ann@srs.example.com"
)
_KEPT = Probe("srs-forward", "inet:127.0.0.1:10001", "ann@example.net", "200 ann@example.net")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postsrsd(8) -X",
    yields_to=("host-srs-always", "host-srs-domain-default"),
    good=(
        changed(),
        changed((*_LINE, ""), (_MAIN, "sender_canonical_maps = tcp:127.0.0.1:10001\n", ""),
                (_MAIN, "recipient_canonical_maps = tcp:127.0.0.1:10002\n", "")),
        changed((*_LINE, "SRS_EXCLUDE_DOMAINS=example.com\n"), probes=(_KEPT,)),
        changed((*_LINE, "SRS_EXCLUDE_DOMAINS=$(postconf -h mydestination)\n")),
    ),
    bad=(
        changed((*_LINE, "SRS_EXCLUDE_DOMAINS=example.com\n"), caret="example.com"),
        changed((*_LINE, ""), caret="srs.example.com"),
        changed((*_LINE, "SRS_EXCLUDE_DOMAINS=example.com,.example.net\n"), caret="example.com,.example.net"),
        changed(probes=(_REWRITTEN,)),
    ),
)  # fmt: skip
