"""Mail to root is read by nobody.

## What it checks
The alias tables send `root` on to somebody.

## Why it matters
cron, the package manager, smartd and Postfix itself write to root. Without an alias that mail lies in
/var/mail/root on a host that nobody logs in to: the disk fills, the certificate runs out, and it had been said.

## Example
    # /etc/aliases
    postmaster: root

## How to fix
    echo 'root: you@example.com' >> /etc/aliases && newaliases

## References
aliases(5); RFC 2142 section 7.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.grammar.aliases import parse_aliases
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.location import whole_line


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    places = []
    for use in (use for use in postfix.maps if use.setting == "alias_maps"):
        file = facts.machine.file(use.path)
        if file is None or file.text is None:
            yield Skip(f"whether root has an alias: {use.type}:{use.path} is not read")
            return
        if parse_aliases(file.text, use.path).named("root"):
            return
        places.append(whole_line(use.path))
    if places:
        yield Problem(
            "root has no alias: what the system reports is read by nobody",
            places[0],
            "root: you@example.com",
            token="root",
        )


_ALIASES = "/etc/aliases"
_ROOT = (_ALIASES, "root:           ann@example.com\n")

RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "aliases(5)",
    over=each_postfix,
    good=(
        changed(),
        changed((*_ROOT, "Root: ann@example.com\n")),
        changed(
            (
                "/etc/postfix/main.cf",
                "alias_maps = hash:/etc/aliases\n",
                "alias_maps = ldap:/etc/postfix/aliases.cf\n",
            )
        ),
    ),
    bad=(changed((*_ROOT, "")), changed((*_ROOT, "#root: ann@example.com\n"))),
)
