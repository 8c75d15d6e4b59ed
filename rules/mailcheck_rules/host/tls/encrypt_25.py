"""Port 25 demands TLS of every sender.

## What it checks
No service that takes mail from other hosts has `smtpd_tls_security_level = encrypt` or wrapper mode. Services
that answer on loopback alone, and hosts that the spec gives other roles than `mx`, are left out.

## Why it matters
A sender without TLS, or with one that does not fit, gets 530 to every MAIL command: its mail is lost. A server
that an MX record names must not demand TLS. The level belongs on the submission services.

## Example
    smtpd_tls_security_level = encrypt

## How to fix
    smtpd_tls_security_level = may

and on the submission services of master.cf

      -o smtpd_tls_security_level=encrypt

## References
RFC 3207 section 4; postconf(5), `smtpd_tls_security_level`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import inbound, tls_level
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if ctx.host is not None and ctx.host.roles and "mx" not in ctx.host.roles:
        return
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    for service in inbound(postfix):
        value, setting = tls_level(postfix, service)
        if value is None:
            yield Skip(f"the value of `{setting.name}` is not determined: {setting.raw}")
        elif value == "encrypt":
            yield Problem(
                f"`{service.name}` takes no mail without TLS: `{setting.name}` is `{setting.value}`",
                setting.at,
                "smtpd_tls_security_level = may",
                token=service.name,
            )


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LEVEL = "smtpd_tls_security_level = may"
_PORT = "smtp      inet  n       -       y       -       -       smtpd\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 3207 section 4",
    over=each_postfix,
    good=(
        changed(),
        changed(
            (_MAIN, _LEVEL, "smtpd_tls_security_level = encrypt"),
            (_MASTER, _PORT, _PORT + "  -o smtpd_tls_security_level=may\n"),
        ),
        changed(
            (_MAIN, _LEVEL, "smtpd_tls_security_level = encrypt"),
            ("mailcheck.yaml", "roles: [mx, submission, forwarder]", "roles: [submission]"),
        ),
        changed(
            (_MAIN, _LEVEL, "smtpd_tls_security_level = encrypt"),
            (_MASTER, _PORT, "[::1]:25 inet n - y - - smtpd\n"),
        ),
        changed((_MAIN, _LEVEL, "smtpd_tls_security_level = $process_id")),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed((_MAIN, _LEVEL, "smtpd_tls_security_level = encrypt"), caret="encrypt"),
        changed((_MASTER, _PORT, _PORT + "  -o smtpd_tls_security_level=encrypt\n"), caret="encrypt"),
        changed((_MASTER, _PORT, _PORT + "  -o smtpd_tls_wrappermode=yes\n"), caret="yes"),
    ),
)
