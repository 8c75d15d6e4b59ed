"""Postfix speaks versions of TLS that are withdrawn.

## What it checks
The lists of protocols that the client uses, and services that other hosts reach, leave neither SSLv3 nor TLSv1 and
TLSv1.1: the `_tls_protocols` lists where TLS is a matter of choice, the `_tls_mandatory_protocols` lists where it
is demanded.
Until Postfix is told, it speaks everything from TLSv1 on. Also that TLS is not switched on by `smtpd_use_tls`,
`smtpd_enforce_tls`, `smtp_use_tls` or `smtp_enforce_tls`, which gave way to security levels.

## Why it matters
TLSv1 and TLSv1.1 rest on MD5 and SHA-1, and SSLv3 is broken: who stands in between can talk both sides down to
them. Whether the machine's OpenSSL still goes so far is up to its configuration, which an update changes.

## Example
    smtpd_tls_protocols = !SSLv2, !SSLv3

## How to fix
    smtpd_tls_protocols = >=TLSv1.2
    smtpd_tls_mandatory_protocols = >=TLSv1.2
    smtp_tls_protocols = >=TLSv1.2
    smtp_tls_mandatory_protocols = >=TLSv1.2

Postfix before 3.6 has no `>=`: write `!SSLv2, !SSLv3, !TLSv1, !TLSv1.1` there.

## References
RFC 8996 sections 4 and 5; RFC 7568; postconf(5), `smtpd_tls_protocols`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting
from mailcheck.analysis.postfix_tls import OBSOLETE, protocol_lists
from mailcheck.grammar.tls_protocols import OLD, enabled_protocols
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import Location


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why:
        yield Skip(f"{postfix.folder}/master.cf: {postfix.master_why}")
    told: set[tuple[Location, str]] = set()
    for name, service in protocol_lists(postfix):
        setting = postfix.of(name, service)
        kind = name.partition("_")[0]
        if (setting.at, kind) in told:
            continue
        told.add((setting.at, kind))
        if not setting.is_determined:
            yield Skip(f"the value of `{name}` is not determined: {setting.raw}")
            continue
        old = [
            one for one in enabled_protocols([item.text for item in postfix.items(name, service)]) if one in OLD
        ]
        if old:
            yield Problem(
                f"`{name}` leaves {', '.join(old)} enabled",
                setting.at,
                f"{name} = {_newer(postfix)}",
                token=name,
            )
    for setting in _obsolete(postfix):
        new = setting.name.partition("_")[0] + "_tls_security_level"
        level = "encrypt" if "enforce" in setting.name else "may"
        yield Problem(f"`{setting.name}` is obsolete", setting.at, f"{new} = {level}", token=setting.name)


def _obsolete(postfix: Postfix) -> Iterator[Setting]:
    found = [postfix.of(name) for name in OBSOLETE]
    found += [one for service in postfix.services for one in service.overrides.values() if one.name in OBSOLETE]
    yield from (setting for setting in found if setting.is_set)


def _newer(postfix: Postfix) -> str:
    return ">=TLSv1.2" if postfix.release >= (3, 6) else "!SSLv2, !SSLv3, !TLSv1, !TLSv1.1"


_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_LEVEL = "smtpd_tls_security_level = may\n"
_IN, _IN_MANDATORY = "smtpd_tls_protocols = >=TLSv1.2\n", "smtpd_tls_mandatory_protocols = >=TLSv1.2\n"
_OUT = "smtp_tls_protocols = >=TLSv1.2\n"

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "RFC 8996 sections 4 and 5",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _IN, "smtpd_tls_protocols = !SSLv2 !SSLv3 !TLSv1 !TLSv1.1\n")),
        changed((_MAIN, _IN, "smtpd_tls_protocols = TLSv1.2:TLSv1.3\n")),
        changed((_MAIN, _IN, "smtpd_tls_protocols = >=0303\n")),
        changed((_MAIN, _OUT, "smtp_tls_protocols = TLSv1.3\n")),
        changed((_MAIN, "smtp_tls_mandatory_protocols = >=TLSv1.2\n", "")),
        changed((_MAIN, _IN, "smtpd_tls_protocols = $process_id\n")),
        changed(removed=(_MASTER,)),
        changed((_MAIN, _IN, ""), (_MAIN, "inet_interfaces = all\n", "inet_interfaces = loopback-only\n")),
    ),
    bad=(
        changed((_MAIN, _IN, "smtpd_tls_protocols = !SSLv2, !SSLv3\n"), caret="!SSLv2, !SSLv3"),
        changed((_MAIN, _IN_MANDATORY, "smtpd_tls_mandatory_protocols = >=TLSv1\n"), caret=">=TLSv1"),
        changed((_MAIN, _OUT, "smtp_tls_protocols =\n")),
        changed((_MAIN, _IN, "")),
        changed((_MAIN, _IN, ""), postfix_version="3.5.25"),
        changed((_MAIN, _LEVEL, "smtpd_use_tls = yes\n"), caret="yes"),
    ),
)
