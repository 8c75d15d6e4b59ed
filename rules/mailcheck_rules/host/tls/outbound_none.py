"""Mail leaves in plain text.

## What it checks
The client (`smtp`, `relay` and others of master.cf that run smtp) has a security level:
`smtp_tls_security_level` is neither empty, as it is until it is set, nor `none`. A next hop on the host itself
does not count.

## Why it matters
Everybody on the way reads the mail, and large receivers show it as not secure or refuse it: Gmail demands TLS of
all who send to it. With `may` Postfix uses TLS wherever the other side offers it; nothing is lost by that.

## Example
    smtp_tls_security_level =

## How to fix
    smtp_tls_security_level = may

With a resolver on the host that validates DNSSEC:

    smtp_tls_security_level = dane
    smtp_dns_support_level = dnssec

## References
postconf(5), `smtp_tls_security_level`; RFC 7435; https://support.google.com/a/answer/81126
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix_tls import client_level, clients
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import Location


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    told: set[Location] = set()
    for service in clients(postfix):
        value, setting = client_level(postfix, service)
        if value is None:
            yield Skip(f"the value of `{setting.name}` is not determined: {setting.raw}")
        elif value == "none" and setting.at not in told:
            told.add(setting.at)
            said = f"is `{setting.value}`" if setting.is_set else "is not set"
            message = f"mail leaves through `{service.name}` in plain text: `{setting.name}` {said}"
            yield Problem(message, setting.at, "smtp_tls_security_level = may", token=service.name)


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LEVEL = "smtp_tls_security_level = may\n"
_CLIENT = "smtp      unix  -       -       y       -       -       smtp\n"
_RELAY = "        -o syslog_name=postfix/$service_name\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) smtp_tls_security_level",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _LEVEL, "smtp_tls_security_level = dane\n")),
        changed((_MAIN, _LEVEL, "smtp_tls_security_level = encrypt\n")),
        changed(
            (_MAIN, _LEVEL, ""),
            (_MASTER, _CLIENT, _CLIENT + "  -o smtp_tls_security_level=may\n"),
            (_MASTER, _RELAY, _RELAY + "        -o smtp_tls_security_level=may\n"),
        ),
        changed((_MAIN, _LEVEL, "relayhost = [127.0.0.1]:10024\n"), (_MAIN, "relayhost =\n", "")),
        changed((_MAIN, _LEVEL, "smtp_tls_security_level = $process_id\n")),
        changed(removed=(_MASTER,)),
    ),
    bad=(
        changed((_MAIN, _LEVEL, "smtp_tls_security_level = none\n"), caret="none"),
        changed((_MAIN, _LEVEL, "smtp_tls_security_level =\n")),
        changed((_MAIN, _LEVEL, "")),
        changed((_MASTER, _CLIENT, _CLIENT + "  -o smtp_tls_security_level=none\n"), caret="none"),
    ),
)
