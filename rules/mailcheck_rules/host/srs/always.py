"""PostSRSd is told to rewrite senders of its own domain too.

## What it checks
`SRS_EXTRA_OPTIONS` holds `-A`, and the SRS domain is not among `SRS_EXCLUDE_DOMAINS`, which stay as they are
all the same; of 2.x, `always-rewrite = on`, which goes for every domain.

## Why it matters
Mail of the host's own users leaves with an envelope sender at the SRS domain. SPF then passes for that domain
and not for the one in From:, so that DMARC hangs on the DKIM signature alone; receivers that build a reputation
by the envelope sender see a forwarder.

## Example
    SRS_EXTRA_OPTIONS=-A

## How to fix
Drop the option:

    SRS_EXTRA_OPTIONS=

## References
postsrsd(8), `-A`; RFC 7489 section 3.1.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_DEFAULT, _CONF = "/etc/default/postsrsd", "/etc/postsrsd.conf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    srs = facts.srs
    if srs is None:
        return
    always = srs.always_rewrites
    if always.value is None:
        yield Skip(f"it is not known whether PostSRSd rewrites its own domains: {always.why}")
    elif always.value == "yes" and not srs.leaves_alone(srs.domain.value or ""):
        own = srs.domain.value or ""
        off = "always-rewrite = off" if srs.generation == 2 else "take `-A` out of SRS_EXTRA_OPTIONS"
        yield Problem(f"PostSRSd rewrites senders of its own domain: `{always.raw}`", always.at, off, token=own)


_EXCLUDED = (_DEFAULT, "SRS_EXCLUDE_DOMAINS=example.com,.example.com,example.net\n")
_DOMAIN = (_DEFAULT, "SRS_DOMAIN=srs.example.com", "SRS_DOMAIN=example.com")
_SPEC = ("mailcheck.yaml", "srs-domain: srs.example.com", "srs-domain: example.com")
_NET = (_DEFAULT, "RUN_AS=postsrsd", "RUN_AS=postsrsd\nSRS_EXCLUDE_DOMAINS=example.net")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postsrsd(8) -A",
    good=(
        changed(),
        changed((_DEFAULT, "RUN_AS=postsrsd", "RUN_AS=postsrsd\nSRS_EXTRA_OPTIONS=-A")),
        changed((_DEFAULT, "RUN_AS=postsrsd", 'RUN_AS=postsrsd\nSRS_EXTRA_OPTIONS="-t 20"')),
        changed((_DEFAULT, "RUN_AS=postsrsd", "RUN_AS=postsrsd\nSRS_EXTRA_OPTIONS=-XACME.org")),
        changed((_DEFAULT, "RUN_AS=postsrsd", "RUN_AS=postsrsd\nSRS_EXTRA_OPTIONS=$(cat /etc/options)")),
    ),
    bad=(
        changed((*_EXCLUDED, "SRS_EXTRA_OPTIONS=-A\n"), _DOMAIN, _NET, _SPEC, caret="-A"),
        changed((*_EXCLUDED, 'SRS_EXTRA_OPTIONS="-t 20 -A"\n'), _DOMAIN, _NET, _SPEC),
        changed(
            _SPEC,
            files={_CONF: 'domains = { "example.com", "example.net" }\nalways-rewrite = on\n'},
            removed=(_DEFAULT,),
            also=("host-srs-protocol-mismatch",),
            caret="on",
        ),
        changed(
            files={_CONF: 'srs-domain = "srs.example.com"\nalways-rewrite = on\n'},
            removed=(_DEFAULT,),
            also=("host-srs-protocol-mismatch", "host-srs-own-domain-rewritten"),
            caret="on",
        ),
    ),
)
