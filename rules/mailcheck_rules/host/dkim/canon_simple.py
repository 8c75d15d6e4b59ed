"""Header fields are signed with canonicalization `simple`, which relays break.

## What it checks
The part of `Canonicalization` in `opendkim.conf` that is for header fields is `relaxed`. Where nobody sets it,
OpenDKIM signs with `simple/simple`.

## Why it matters
With `simple` a signature covers every space, line fold and capital letter of the header. A relay or mailing
list that folds a long `Subject:` anew breaks it, without having changed a word.

## Example
    # /etc/opendkim.conf
    Canonicalization simple

## How to fix
Write `Canonicalization relaxed/simple`, or `relaxed/relaxed` where relays also change the space in bodies.

## References
opendkim.conf(5) Canonicalization; RFC 6376 section 3.4
"""

from mailcheck.lint.kinds import opendkim_option
from mailcheck.lint.rule import Severity, changed

_CONF = "/etc/opendkim.conf"
_OLD = "Canonicalization        relaxed/simple"

RULE = opendkim_option(
    __name__,
    __doc__,
    "Canonicalization",
    lambda value: value.partition("/")[0].lower() == "simple",
    "mail is signed with `Canonicalization {value}`, so that relays that fold a header field break signatures",
    "write `Canonicalization relaxed/simple` in opendkim.conf and restart opendkim",
    Severity.WARNING,
    "RFC 6376 section 3.4",
    good=(
        changed(),
        changed((_CONF, _OLD, "Canonicalization relaxed")),
        changed((_CONF, _OLD, "canonicalization relaxed/relaxed")),
    ),
    bad=(
        changed((_CONF, _OLD, "Canonicalization simple"), caret="simple"),
        changed((_CONF, _OLD, "Canonicalization simple/relaxed"), caret="simple/relaxed"),
        changed((_CONF, _OLD, "")),
    ),
)
