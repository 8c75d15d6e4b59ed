"""OpenDKIM signs with keys that others can read or replace, since RequireSafeKeys is off.

## What it checks
`RequireSafeKeys` of `opendkim.conf` is on, which is its default.

## Why it matters
It makes OpenDKIM refuse a key that other users of the host can read, or that lies in a folder to which they
can write. Switched off, it hides just the faults (host-dkim-key-perm, host-dkim-key-parent-writable) that
give the key to them.

## Example
    # /etc/opendkim.conf
    RequireSafeKeys no

## How to fix
Give the key to OpenDKIM alone (`chown opendkim: KEY; chmod 600 KEY`), and remove the line.

## References
opendkim.conf(5) RequireSafeKeys
"""

from mailcheck.grammar.opendkim_conf import boolean
from mailcheck.lint.kinds import opendkim_option
from mailcheck.lint.rule import Severity, changed

_CONF = "/etc/opendkim.conf"
_OLD = "RequireSafeKeys         yes"

RULE = opendkim_option(
    __name__,
    __doc__,
    "RequireSafeKeys",
    lambda value: boolean(value) is False,
    "`RequireSafeKeys {value}` lets OpenDKIM sign with a key that other users can read or replace",
    "write `RequireSafeKeys yes` in opendkim.conf, with `chown opendkim:` and `chmod 600` for the keys",
    Severity.WARNING,
    "opendkim.conf(5) RequireSafeKeys",
    good=(
        changed(),
        changed((_CONF, _OLD, "")),
        changed((_CONF, _OLD, "requiresafekeys 1")),
    ),
    bad=(
        changed((_CONF, _OLD, "RequireSafeKeys no"), caret="no"),
        changed((_CONF, _OLD, "RequireSafeKeys False"), caret="False"),
    ),
)
