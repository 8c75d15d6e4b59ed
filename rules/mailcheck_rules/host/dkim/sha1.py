"""Mail is signed with SHA-1, which verifiers must not accept.

## What it checks
`SignatureAlgorithm` of `opendkim.conf` is not `rsa-sha1`.

## Why it matters
Verifiers treat a signature by `rsa-sha1` as if it were not there, and a key that is published with `h=sha256`,
as `opendkim-genkey` writes it, forbids it as well: the mail counts as unsigned.

## Example
    # /etc/opendkim.conf
    SignatureAlgorithm rsa-sha1

## How to fix
Write `SignatureAlgorithm rsa-sha256`, or remove the line, since that is the default.

## References
RFC 8301 section 3.1; opendkim.conf(5) SignatureAlgorithm
"""

from mailcheck.lint.kinds import opendkim_option
from mailcheck.lint.rule import Severity, changed

_CONF = "/etc/opendkim.conf"
_OLD = "SignatureAlgorithm      rsa-sha256"

RULE = opendkim_option(
    __name__,
    __doc__,
    "SignatureAlgorithm",
    lambda value: value.lower() == "rsa-sha1",
    "mail is signed with `{value}`, which verifiers must not accept",
    "write `SignatureAlgorithm rsa-sha256` in opendkim.conf and restart opendkim",
    Severity.ERROR,
    "RFC 8301 section 3.1",
    good=(changed(), changed((_CONF, _OLD, ""))),
    bad=(changed((_CONF, _OLD, "SignatureAlgorithm rsa-sha1"), caret="rsa-sha1"),),
)
