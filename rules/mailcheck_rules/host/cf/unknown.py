"""A line of main.cf sets nothing that Postfix knows.

## What it checks
A name in main.cf is no parameter of this release (nor of a service in master.cf, of a lookup table without a file
of its own, or a restriction class), and no other value refers to it as `$name`.

## Why it matters
Postfix does not refuse it: the line is read and forgotten, and the setting that was meant keeps its default. Only
`postconf` warns, of an unused parameter.

## Example
    smtpd_tls_securiy_level = may

TLS is not offered to anybody.

## How to fix
Correct the name, or delete the line: `postconf -d | grep NAME` lists those that there are.

## References
postconf(5); postconf(1), "unused parameter".
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.grammar.postfix_parameters import defaults, known_in_any_release
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_MAIN = "/etc/postfix/main.cf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    if postfix.master_why and postfix.unknown_entries:
        yield Skip(f"master.cf may use what main.cf defines: {postfix.master_why}")
        return
    for entry in postfix.unknown_entries:
        if why := _why_not_determined(postfix, entry.name):
            yield Skip(f"`{shorten(entry.name)}` may be a parameter here: {why}")
            continue
        near = get_close_matches(entry.name[:60], postfix.known_names, 1, 0.85)
        of_release = f"Postfix {postfix.version}" if postfix.version_known else "any Postfix from 3.4 to 3.10"
        yield Problem(
            f"`{shorten(entry.name)}` is no parameter of {of_release}, so the line has no effect",
            entry.name_at,
            f"is `{near[0]}` meant?" if near else "correct the name, or delete the line",
            token=entry.name,
        )


def _why_not_determined(postfix: Postfix, name: str) -> str:
    if postfix.version_known:
        in_branch = name in defaults(postfix.release[:2])
        return f"Postfix {postfix.version} got it with a later patch level" if in_branch else ""
    if postfix.host.version:
        return f"nothing is known of Postfix {postfix.host.version}"
    return "Postfix's release is not known" if name in known_in_any_release() else ""


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5)",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "biff = no\n", "indexed = hash:/etc/postfix\ntransport_maps = ${indexed?}\n")),
        changed((_MAIN, "biff = no\n", "strict = reject\nsmtpd_restriction_classes = strict\n")),
        changed((_MAIN, "biff = no\n", "relay_destination_rate_delay = 1s\n")),
        changed((_MAIN, "biff = no\n", "virtual_maps =\nfallback_relay =\nauthorized_verp_clients =\n")),
        changed(
            (_MAIN, "biff = no\n", "mua = reject\n"),
            ("/etc/postfix/master.cf", "syslog_name=postfix/submissions\n", "{ mynetworks_style = $mua }\n"),
        ),
        changed((_MAIN, "biff = no\n", "smtp_tlsrpt_enable = no\n"), postfix_version=""),
        changed((_MAIN, "biff = no\n", "a_new_thing = no\n"), postfix_version="3.12.1"),
    ),
    bad=(
        changed((_MAIN, "biff = no\n", "bif = no\n"), caret="bif"),
        changed((_MAIN, "biff = no\n", "smtp_tlsrpt_enable = no\n"), caret="smtp_tlsrpt_enable"),
        changed((_MAIN, "biff = no\n", "smtpd_sasl_auth_enabled = no\n"), postfix_version=""),
    ),
)
