"""PostSRSd is told to rewrite every sender, its own domains' too.

## What it checks
`SRS_EXTRA_OPTIONS` holds `-A`; of 2.x, `always-rewrite = on`.

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

_DEFAULT = "/etc/default/postsrsd"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    srs = facts.srs
    if srs is None:
        return
    always = srs.always_rewrites
    if always.value is None:
        yield Skip(f"it is not known whether PostSRSd rewrites its own domains: {always.why}")
    elif always.value == "yes":
        off = "always-rewrite = off" if srs.generation == 2 else "take `-A` out of SRS_EXTRA_OPTIONS"
        yield Problem(f"PostSRSd rewrites its own domains' senders: `{always.raw}`", always.at, off)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postsrsd(8) -A",
    good=(
        changed(),
        changed((_DEFAULT, "RUN_AS=postsrsd", 'RUN_AS=postsrsd\nSRS_EXTRA_OPTIONS="-t 20"')),
        changed((_DEFAULT, "RUN_AS=postsrsd", "RUN_AS=postsrsd\nSRS_EXTRA_OPTIONS=$(cat /etc/options)")),
    ),
    bad=(
        changed((_DEFAULT, "RUN_AS=postsrsd", "RUN_AS=postsrsd\nSRS_EXTRA_OPTIONS=-A"), caret="-A"),
        changed((_DEFAULT, "RUN_AS=postsrsd", 'RUN_AS=postsrsd\nSRS_EXTRA_OPTIONS="-t 20 -A"')),
    ),
)
