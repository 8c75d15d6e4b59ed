"""Signatures cover only the length that a message has now, so that more can be appended.

## What it checks
`BodyLengthDB` of `opendkim.conf` is not set. It names recipients for whom OpenDKIM writes `l=` into signatures.

## Why it matters
With `l=` a signature holds for the first so many octets of the body. Whoever has such a message can append
anything to it, a whole HTML page that hides the original too, and the signature still verifies as yours.

## Example
    # /etc/opendkim.conf
    BodyLengthDB refile:/etc/opendkim/lists

## How to fix
Remove the line. Mailing lists that add a footer sign in their own name, or pass ARC on.

## References
RFC 6376 section 8.2; opendkim.conf(5) BodyLengthDB
"""

from mailcheck.lint.kinds import opendkim_option
from mailcheck.lint.rule import Severity, changed

_CONF = "/etc/opendkim.conf"
_NEXT = "OversignHeaders         From"

RULE = opendkim_option(
    __name__,
    __doc__,
    "BodyLengthDB",
    bool,
    "`BodyLengthDB {value}` puts `l=` into signatures, so that others can append to signed mail",
    "remove `BodyLengthDB` from opendkim.conf and restart opendkim",
    Severity.ERROR,
    "RFC 6376 section 8.2",
    good=(changed(), changed((_CONF, _NEXT, f"{_NEXT}\n#BodyLengthDB csl:*"))),
    bad=(
        changed((_CONF, _NEXT, f"{_NEXT}\nBodyLengthDB csl:*@lists.example.com"), caret="csl:*@lists.example.com"),
    ),
)
