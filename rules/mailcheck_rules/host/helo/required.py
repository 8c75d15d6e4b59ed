"""Clients need not say who they are.

## What it checks
`smtpd_helo_required` is `no`, which is Postfix's default.

## Why it matters
Real mail servers begin with HELO or EHLO; programs that only spread spam often skip it. Where it is not required,
all checks of the name in it (`reject_invalid_helo_hostname` and the like) are passed by leaving it out.

## Example
    smtpd_helo_restrictions = reject_non_fqdn_helo_hostname
    # and no smtpd_helo_required: a client without HELO is let through

## How to fix
    postconf -e smtpd_helo_required=yes && postfix reload

## References
RFC 5321 section 4.1.4; postconf(5), `smtpd_helo_required`.
"""

from __future__ import annotations

from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting, yes
from mailcheck.analysis.postfix_tls import serves_others
from mailcheck.lint.kinds import parameter
from mailcheck.lint.rule import Severity, changed

_LINE = ("/etc/postfix/main.cf", "smtpd_helo_required = yes\n")


def is_wrong(setting: Setting, postfix: Postfix) -> bool:
    return yes(setting) is False and serves_others(postfix)


RULE = parameter(
    __name__,
    __doc__,
    "smtpd_helo_required",
    is_wrong,
    "clients need not say HELO, so that checks of it can be left out by them",
    "smtpd_helo_required = yes",
    Severity.INFO,
    "RFC 5321 section 4.1.4; postconf(5) smtpd_helo_required",
    good=(
        changed(),
        changed((*_LINE, ""), ("/etc/postfix/main.cf", "interfaces = all", "interfaces = loopback-only")),
    ),
    bad=(changed((*_LINE, "smtpd_helo_required = no\n"), caret="no"), changed((*_LINE, ""))),
)
