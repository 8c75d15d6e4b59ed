"""A submission service does not demand TLS.

## What it checks
Each service that is there for users, known by `smtpd_sasl_auth_enable = yes` or by restrictions that end in
`permit_sasl_authenticated, reject`, has `smtpd_tls_security_level = encrypt` or wrapper mode. The service on
port 25 is not one of them, nor is one that only the host itself reaches.

## Why it matters
With `may` the mail program decides. One that is set to "TLS if available" goes on in plain text when somebody in
between takes the STARTTLS line away, and nothing keeps mail from being read on the way.

## Example
    submission inet n - y - - smtpd
      -o smtpd_sasl_auth_enable=yes

## How to fix
In master.cf, below the service:

      -o smtpd_tls_security_level=encrypt

## References
RFC 8314 section 3; postconf(5), `smtpd_tls_security_level`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_submission import submission_services
from mailcheck.analysis.postfix_tls import tls_level
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    for service in submission_services(postfix):
        value, setting = tls_level(postfix, service)
        if value is None:
            yield Skip(f"the value of `{setting.name}` is not determined: {setting.raw}")
        elif value != "encrypt":
            fault = f"its `{setting.name}` is `{setting.value}`"
            advice = "  -o smtpd_tls_security_level=encrypt"
            if service.port == 465:
                fault = f"port 465 has no `smtpd_tls_wrappermode = yes`, and {fault}"
                advice = "  -o smtpd_tls_wrappermode=yes"
            yield Problem(
                f"`{service.name}` is for users, and {fault}",
                setting.at if setting.origin == "master.cf" else service.at,
                advice,
                token=service.name,
            )


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LEVEL = "syslog_name=postfix/submission\n  -o smtpd_tls_security_level=encrypt"
_NAME = "syslog_name=postfix/submission"
_IMPLICIT = (
    "syslog_name=postfix/submissions\n  -o smtpd_tls_security_level=encrypt\n  -o smtpd_tls_wrappermode=yes\n"
)
_LOGIN = "\n  -o smtpd_sasl_auth_enable=yes\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "RFC 8314 section 3",
    over=each_postfix,
    yields_to=("host-sub-sasl-plain",),
    good=(
        changed(),
        changed((_MASTER, _LEVEL, _NAME + "\n  -o { smtpd_tls_security_level = encrypt }")),
        changed((_MASTER, _LEVEL, _NAME + "\n  -o smtpd_tls_security_level=${process_id}")),
        changed((_MASTER, _LEVEL, _NAME), (_MASTER, "submission inet", "127.0.0.1:587 inet")),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed((_MASTER, _IMPLICIT, "syslog_name=postfix/submissions\n")),
        changed((_MASTER, _LEVEL, _NAME + "\n  -o smtpd_tls_security_level=may"), caret="may"),
        changed((_MASTER, _LEVEL, _NAME)),
        changed((_MASTER, _LEVEL, _NAME), (_MASTER, "submission inet", "2587 inet")),
        changed((_MASTER, _LEVEL + _LOGIN, _NAME + "\n")),
    ),
)
