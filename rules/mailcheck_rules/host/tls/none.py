"""There is no TLS on port 25.

## What it checks
A service that takes mail from other hosts has TLS switched on (`smtpd_tls_security_level = may`) and names a
certificate (`smtpd_tls_chain_files`, or `smtpd_tls_cert_file`). `smtpd_tls_cert_file = none` is a decision: TLS
without a certificate.

## Why it matters
Without STARTTLS everybody on the way reads the mail. Senders that follow your MTA-STS policy or TLSA records do
not deliver at all, and large receivers mark mail of the other direction as not secure. With `may` but no
certificate Postfix logs a warning, offers STARTTLS and answers it with 454.

## Example
    smtpd_tls_security_level =

## How to fix
    smtpd_tls_security_level = may
    smtpd_tls_chain_files =
        /etc/letsencrypt/live/mail.example.com/privkey.pem,
        /etc/letsencrypt/live/mail.example.com/fullchain.pem

## References
postconf(5), `smtpd_tls_security_level`, `smtpd_tls_chain_files`; TLS_README; RFC 3207.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import identities, inbound, names_no_certificate, tls_level
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed

_CHAIN = "/etc/letsencrypt/live/NAME/privkey.pem, /etc/letsencrypt/live/NAME/fullchain.pem"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    for service in inbound(postfix):
        level = tls_level(postfix, service)
        if level.value is None:
            yield Skip(f"the value of `{level.setting.name}` is not determined: {level.setting.raw}")
        elif level.value == "none":
            value = f"`{level.setting.value}`" if level.setting.value else "empty"
            message = f"there is no TLS on `{service.name}`: `{level.setting.name}` is {value}"
            yield Problem(message, level.setting.at, "smtpd_tls_security_level = may", token=service.name)
        elif not identities(postfix, (service,), facts.machine.files) and not names_no_certificate(
            postfix, service
        ):
            yield Problem(
                f"there is no TLS on `{service.name}`: no setting names a certificate",
                level.setting.at,
                f"smtpd_tls_chain_files = {_CHAIN}",
                token=service.name,
            )


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LEVEL = "smtpd_tls_security_level = may"
_FILES = """\
smtpd_tls_chain_files =
    /etc/letsencrypt/live/mail.example.com/privkey.pem,
    /etc/letsencrypt/live/mail.example.com/fullchain.pem
"""
_PORT = "smtp      inet  n       -       y       -       -       smtpd\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "RFC 3207; postconf(5) smtpd_tls_security_level",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _LEVEL, ""), (_MASTER, _PORT, _PORT + "  -o smtpd_tls_security_level=may\n")),
        changed((_MAIN, _LEVEL, "smtpd_use_tls = yes")),
        changed((_MAIN, _FILES, "smtpd_tls_cert_file = none\n")),
        changed((_MAIN, _LEVEL, ""), (_MASTER, _PORT, "127.0.0.1:smtp inet n - y - - smtpd\n")),
        changed((_MAIN, _LEVEL, "smtpd_tls_security_level = $process_id")),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed((_MAIN, _LEVEL, "smtpd_tls_security_level = none"), caret="none"),
        changed((_MAIN, _LEVEL, "smtpd_tls_security_level =")),
        changed((_MAIN, _LEVEL + "\n", "")),
        changed((_MAIN, _FILES, ""), caret="may"),
        changed(
            (_MASTER, _PORT, _PORT.replace("inet", "pass") + "  -o smtpd_tls_security_level=none\n"),
            caret="none",
            also=("host-spec-mx",),
        ),
    ),
)
