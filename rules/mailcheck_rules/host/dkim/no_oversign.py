"""From is not oversigned, so that a second From: can be added to signed mail.

## What it checks
`OversignHeaders` of `opendkim.conf` holds `From`.

## Why it matters
A signature that names From once holds for one From. Others can send the same message again with a second
`From:` above it: the signature still verifies, and some programs show the added one.

## Example
    # /etc/opendkim.conf
    #OversignHeaders From

## How to fix
Write `OversignHeaders From`, as the file that Debian installs has it.

## References
RFC 6376 section 8.15; opendkim.conf(5) OversignHeaders
"""

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.opendkim_in_use import can_sign, daemon_of, signing
from mailcheck.lint.kinds import host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, _: Context) -> Iterator[Problem | Skip]:
    daemon = daemon_of(facts)
    fields = daemon.members("OversignHeaders")
    if can_sign(daemon) is False:
        return
    if fields.entries is None:
        yield Skip(fields.why)
    elif "from" not in {entry.key.text.lstrip("+").lower() for entry in fields.entries}:
        yield Problem(
            "`OversignHeaders` does not hold From, so that a second From: can be added to signed mail",
            fields.fact.at,
            help="write `OversignHeaders From` in opendkim.conf and restart opendkim",
        )


_CONF = "/etc/opendkim.conf"
_OLD = "OversignHeaders         From"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "RFC 6376 section 8.15",
    over=signing,
    good=(
        changed(),
        changed((_CONF, _OLD, "OversignHeaders subject,from")),
        changed((_CONF, _OLD, "OversignHeaders +From, Subject")),
        changed((_CONF, _OLD, "OversignHeaders refile:/etc/opendkim/oversign")),
    ),
    bad=(
        changed((_CONF, _OLD, "")),
        changed((_CONF, _OLD, "OversignHeaders Subject,Date"), caret="Subject,Date"),
    ),
)
