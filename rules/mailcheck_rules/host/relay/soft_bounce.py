"""Every rejection is a temporary one.

## What it checks
`soft_bounce` is `yes`, which is meant for trying out a configuration.

## Why it matters
All 5xx replies become 4xx and no mail bounces: spam that was rejected comes again for days, unknown users are
tried again and again, and a sender with a typo learns of it when the mail has expired.

## Example
    450 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown

## How to fix
    postconf -e soft_bounce=no && postfix reload

## References
postconf(5), `soft_bounce`; RFC 5321 section 4.2.1 (replies 4yz and 5yz).
"""

from __future__ import annotations

from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting, yes
from mailcheck.lint.kinds import parameter
from mailcheck.lint.rule import Severity, changed

_MAIN = "/etc/postfix/main.cf"


def is_wrong(setting: Setting, postfix: Postfix) -> bool:
    return yes(setting) is True


RULE = parameter(
    __name__,
    __doc__,
    "soft_bounce",
    is_wrong,
    "soft_bounce makes every rejection a temporary one, and nothing bounces",
    "soft_bounce = no",
    Severity.WARNING,
    "postconf(5) soft_bounce",
    good=(changed(), changed((_MAIN, "biff = no\n", "soft_bounce = no\n"))),
    bad=(changed((_MAIN, "biff = no\n", "soft_bounce = yes\n"), caret="yes"),),
)
