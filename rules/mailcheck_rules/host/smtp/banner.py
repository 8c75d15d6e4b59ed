"""The banner does not begin with the host's name.

## What it checks
`smtpd_banner` begins with `$myhostname` and the word `ESMTP` follows, and it names no operating system.

## Why it matters
A server introduces itself by its name: RFC 5321 has the greeting begin with it, and senders that write logs or
compare it with the PTR record expect that. The name of the distribution behind it, which Debian and Ubuntu put
there, helps nobody but who looks for hosts to attack.

## Example
    smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)

## How to fix
    postconf -e 'smtpd_banner=$myhostname ESMTP' && postfix reload

## References
RFC 5321 sections 4.2 and 4.3.1; postconf(5), `smtpd_banner`.
"""

from __future__ import annotations

from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting
from mailcheck.analysis.postfix_tls import serves_others
from mailcheck.lint.kinds import parameter
from mailcheck.lint.rule import Severity, changed

_SYSTEMS = ("debian", "ubuntu", "centos", "red hat", "fedora", "suse", "freebsd", "gentoo", "linux")
_LINE = ("/etc/postfix/main.cf", "smtpd_banner = $myhostname ESMTP\n")


def is_wrong(setting: Setting, postfix: Postfix) -> bool:
    hostname = postfix.of("myhostname")
    if not (setting.is_determined and hostname.is_determined and serves_others(postfix)):
        return False
    first, _, rest = setting.value.partition(" ")
    tells = any([word in rest.lower() for word in _SYSTEMS])
    return first.lower() != hostname.value.lower() or rest.split(" ")[0].upper() != "ESMTP" or tells


RULE = parameter(
    __name__,
    __doc__,
    "smtpd_banner",
    is_wrong,
    "the banner `{value}` should be the host's name and `ESMTP`",
    "smtpd_banner = $myhostname ESMTP",
    Severity.INFO,
    "RFC 5321 section 4.3.1; postconf(5) smtpd_banner",
    yields_to=("host-pf-inline-comment*", "host-cf-swallowed*"),
    good=(
        changed(),
        changed((*_LINE, "")),
        changed(
            (*_LINE, "smtpd_banner = ESMTP\n"),
            (_LINE[0], "inet_interfaces = all\n", "inet_interfaces = loopback-only\n"),
        ),
        changed((*_LINE, "smtpd_banner = $myhostname ESMTP ready\n")),
    ),
    bad=(
        changed((*_LINE, "smtpd_banner = ESMTP\n"), caret="ESMTP"),
        changed(
            (*_LINE, "smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)\n"),
            caret="$myhostname ESMTP $mail_name (Debian/GNU)",
        ),
        changed((*_LINE, "smtpd_banner = $myhostname\n")),
    ),
)
