"""OpenDKIM's mode only verifies, so that nothing is signed.

## What it checks
`Mode` of `opendkim.conf` (or `-b` of its command line) holds `s`, on a host that hands mail of our domains to
others: one that the spec gives the role submission or relay, or, without a spec, one with keys to sign with.

## Why it matters
OpenDKIM starts, verifies what comes in and says nothing, and all mail leaves unsigned. Without SPF alignment,
as after every forwarding, it then fails DMARC.

## Example
    # /etc/opendkim.conf
    Mode v

## How to fix
Write `Mode sv`, then `systemctl restart opendkim`.

## References
opendkim.conf(5) Mode
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import daemon_of, with_opendkim
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    mode = daemon.option("Mode")
    has_keys = any(daemon.option(name).value for name in ("Domain", "KeyTable", "SigningTable"))
    sends = ctx.host.sends if ctx.host else has_keys
    if mode.value is None:
        yield Skip(mode.why)
    elif sends and "s" not in mode.value:
        yield Problem(
            f"`Mode {shorten(mode.value)}` does not sign, so all mail leaves unsigned",
            mode.at,
            help="write `Mode sv` in opendkim.conf and restart opendkim",
        )


_CONF = "/etc/opendkim.conf"
_MODE = "Mode                    sv"
_ROLES = "roles: [mx, submission, forwarder]"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "opendkim.conf(5) Mode",
    over=with_opendkim,
    good=(
        changed(),
        changed((_CONF, _MODE, "mode s")),
        changed((_CONF, _MODE, "")),
        changed((_CONF, _MODE, "Mode v"), ("mailcheck.yaml", _ROLES, "roles: [mx]")),
    ),
    bad=(
        changed((_CONF, _MODE, "Mode                    v"), caret="v"),
        changed((_CONF, _MODE, "MODE v # inbound"), caret="v"),
    ),
)
