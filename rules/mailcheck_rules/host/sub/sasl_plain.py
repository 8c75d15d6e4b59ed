"""Passwords may be sent in plain text.

## What it checks
Each service with `smtpd_sasl_auth_enable = yes` announces AUTH under TLS alone: by `smtpd_tls_auth_only = yes`,
by `smtpd_tls_security_level = encrypt`, or in wrapper mode. What master.cf overrides counts. Services that only
the host itself reaches are left out, and those whose `smtpd_sasl_security_options` have `noplaintext`.

## Why it matters
A mail program that is set to "TLS if available" sends the password in plain text when somebody in between takes
the STARTTLS line away, and one that is set to no TLS does so every time. With it anybody sends mail in your
name.

## Example
    $ nc mail.example.com 25
    EHLO me
    250-AUTH PLAIN LOGIN

## How to fix
    smtpd_tls_auth_only = yes

Better still, let users log in on the submission services alone: `smtpd_sasl_auth_enable = yes` there in master.cf,
and not in main.cf.

## References
postconf(5), `smtpd_tls_auth_only`; RFC 4954 section 4; RFC 8314 section 3.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix, Service
from mailcheck.analysis.postfix_settings import yes
from mailcheck.analysis.postfix_submission import login_services
from mailcheck.analysis.postfix_tls import tls_level
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    for service in login_services(postfix):
        level = tls_level(postfix, service)
        auth_only = postfix.of("smtpd_tls_auth_only", service)
        if level.value == "encrypt" or yes(auth_only) is True or _is_safe(postfix, service):
            continue
        unknown = next((one for one in (level.setting, auth_only) if not one.is_determined), None)
        if unknown is not None:
            yield Skip(f"the value of `{unknown.name}` is not determined: {unknown.raw}")
            continue
        at = auth_only.at if auth_only.is_set else postfix.of("smtpd_sasl_auth_enable", service).at
        yield Problem(
            f"`{service.name}` takes passwords in plain text: `smtpd_tls_auth_only` is `{auth_only.value}`",
            at,
            "smtpd_tls_auth_only = yes",
            token=service.name,
        )


def _is_safe(postfix: Postfix, service: Service) -> bool:
    """Whether no mechanism is offered without TLS that shows the password."""
    return "noplaintext" in [item.text.lower() for item in postfix.items("smtpd_sasl_security_options", service)]


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_AUTH = "smtpd_tls_auth_only = yes\n"
_MAY = ("syslog_name=postfix/submission\n  -o smtpd_tls_security_level=encrypt", "syslog_name=postfix/submission")
_PORT = "smtp      inet  n       -       y       -       -       smtpd\n"
_LOGIN = _PORT + "  -o smtpd_sasl_auth_enable=yes\n  -o smtpd_sender_restrictions=reject_sender_login_mismatch\n"
_RATE = "smtpd_client_message_rate_limit = 50\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "RFC 4954 section 4; postconf(5) smtpd_tls_auth_only",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _AUTH, "")),
        changed((_MAIN, _AUTH, _RATE), (_MASTER, _PORT, _LOGIN + "  -o smtpd_tls_auth_only=yes\n")),
        changed((_MAIN, _AUTH, ""), (_MASTER, _PORT, _LOGIN.replace("smtp  ", "[::1]:25", 1))),
        changed(
            (_MAIN, _AUTH, "smtpd_sasl_security_options = noanonymous, noplaintext\n"), (_MASTER, _PORT, _LOGIN)
        ),
        changed((_MAIN, _AUTH, "smtpd_tls_auth_only = $process_id\n"), (_MASTER, _PORT, _LOGIN)),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed((_MAIN, _AUTH, "smtpd_tls_auth_only = no\n"), (_MASTER, *_MAY), caret="no"),
        changed((_MAIN, _AUTH, ""), (_MASTER, *_MAY)),
        changed((_MAIN, _AUTH, "smtpd_tls_auth_only = no\n" + _RATE), (_MASTER, _PORT, _LOGIN), caret="no"),
        changed((_MASTER, _MAY[0], _MAY[1] + "\n  -o smtpd_tls_auth_only=no"), caret="no"),
    ),
)
