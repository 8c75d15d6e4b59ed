"""A parameter is set twice in main.cf, or a service in master.cf.

## What it checks
The same name stands more than once in main.cf, or the same name and type in master.cf. Postfix takes the last of
them: of a service the last line, with nothing of the `-o` options of the others.

## Why it matters
Whoever reads or edits the first line sees a setting that does not hold. Installers and guides that append lines to
the end of the file leave such pairs behind, and the careful value above is lost.

## Example
    smtpd_tls_security_level = encrypt
    (a hundred lines)
    smtpd_tls_security_level = may

## How to fix
Delete the line that should not hold. `postconf -n NAME` shows the value that does.

## References
postconf(5): of a parameter that is set more than once, the last instance counts. master(8) warns of a duplicate
entry and uses the last.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.grammar.main_cf import Entry
from mailcheck.grammar.master_cf import MasterService
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, changed
from mailcheck.model.text import shorten

_MAIN, _MASTER = "/etc/postfix/main.cf", "/etc/postfix/master.cf"
_PICKUP = "pickup    unix  n       -       y       60      1       pickup\n"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    by_name: dict[str, list[Entry]] = {}
    for entry in facts.postfix.main.entries:
        by_name.setdefault(entry.name, []).append(entry)
    for name, entries in by_name.items():
        if len(entries) > 1:
            *earlier, last = entries
            same = all([entry.value == last.value for entry in earlier])
            yield Problem(
                f"`{shorten(name)}` is set {len(entries)} times"
                + (" to the same value" if same else f": `{shorten(last.value)}` holds, the others do not"),
                last.name_at,
                "delete the lines that should not hold",
                tuple([Label(entry.name_at, "set here too, without effect") for entry in earlier[:3]]),
                token=name,
            )
    yield from _services(facts.postfix)


def _services(postfix: Postfix) -> Iterator[Problem]:
    by_key: dict[tuple[str, str], list[MasterService]] = {}
    for service in postfix.master.services:
        by_key.setdefault((service.name, service.type), []).append(service)
    for (name, kind), services in by_key.items():
        if len(services) > 1:
            *earlier, last = services
            yield Problem(
                f"the service `{shorten(name)} {kind}` stands {len(services)} times: the last line holds, with its"
                " own options alone",
                last.at,
                "delete the lines that should not hold",
                tuple([Label(service.at, "without effect") for service in earlier[:3]]),
                token=name,
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5)",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "biff = no\n", "#biff = yes\nbiff = no\n")),
        changed((_MASTER, _PICKUP, f"#{_PICKUP}{_PICKUP}")),
        changed((_MASTER, "smtpd_tls_wrappermode=yes", "smtpd_tls_wrappermode=yes -o biff=no")),
    ),
    bad=(
        changed((_MAIN, "biff = no\n", "biff = yes\nbiff=no\n")),
        changed((_MAIN, "readme_directory = no\n", "readme_directory = no\nreadme_directory = no\n")),
        changed((_MASTER, _PICKUP, _PICKUP * 2)),
    ),
)
