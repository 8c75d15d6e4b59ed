"""VRFY tells strangers which mailboxes exist.

## What it checks
`disable_vrfy_command` is `no`, which is Postfix's default.

## Why it matters
`VRFY ann` answers 252 for a mailbox that exists and 550 for one that does not, before anybody has said who they
are: a list of names becomes a list of addresses to write to, and to guess passwords for.

## Example
    $ nc mail.example.com 25
    VRFY nobody-here
    550 5.1.1 <nobody-here>: Recipient address rejected: User unknown in local recipient table

## How to fix
    postconf -e disable_vrfy_command=yes && postfix reload

## References
postconf(5), `disable_vrfy_command`; RFC 5321 section 7.3.
"""

from __future__ import annotations

from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting, yes
from mailcheck.analysis.postfix_tls import serves_others
from mailcheck.lint.kinds import parameter
from mailcheck.lint.rule import Severity, changed

_LINE = ("/etc/postfix/main.cf", "disable_vrfy_command = yes\n")


def is_wrong(setting: Setting, postfix: Postfix) -> bool:
    return yes(setting) is False and serves_others(postfix)


RULE = parameter(
    __name__,
    __doc__,
    "disable_vrfy_command",
    is_wrong,
    "VRFY tells strangers which mailboxes exist",
    "disable_vrfy_command = yes",
    Severity.INFO,
    "RFC 5321 section 7.3; postconf(5) disable_vrfy_command",
    good=(
        changed(),
        changed((*_LINE, ""), ("/etc/postfix/main.cf", "interfaces = all", "interfaces = loopback-only")),
    ),
    bad=(changed((*_LINE, "disable_vrfy_command = no\n"), caret="no"), changed((*_LINE, ""))),
)
