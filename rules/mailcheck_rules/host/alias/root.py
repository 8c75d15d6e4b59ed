"""Mail to root is read by nobody.

## What it checks
The alias tables send `root` on to somebody: an address elsewhere, a mailbox or another account of this host. An
alias that leads to names that do not exist, back to root or to /dev/null sends it to nobody.

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

from mailcheck.analysis.host_fact import NotDetermined
from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_recipients import alias_has_reader
from mailcheck.grammar.aliases import Alias, parse_aliases
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
        if alias := parse_aliases(file.text, use.path).named("root"):
            yield from _judged(facts, postfix, alias)
            return
        places.append(whole_line(use.path))
    if places:
        yield Problem(
            "root has no alias: what the system reports is read by nobody",
            places[0],
            "root: you@example.com",
            token="root",
        )


def _judged(facts: HostFacts, postfix: Postfix, alias: Alias) -> Iterator[Problem | Skip]:
    found = alias_has_reader(facts, postfix, "root")
    if isinstance(found, NotDetermined):
        yield Skip(f"whether the alias of root leads to somebody: {found.why}")
    elif not found:
        yield Problem(
            "the alias of root leads to nobody: what the system reports is read by nobody",
            alias.name.at,
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
        changed((*_ROOT, "root: admin@localhost\nadmin: www@localhost, ann@mailbox.example\n")),
        changed((*_ROOT, "root: mail@localhost\n")),
        changed((*_ROOT, "root: :include:/etc/admins\n")),
        changed((*_ROOT, 'root: "|/usr/bin/ticket"\n')),
        changed(
            (
                "/etc/postfix/main.cf",
                "alias_maps = hash:/etc/aliases\n",
                "alias_maps = ldap:/etc/postfix/aliases.cf\n",
            )
        ),
    ),
    bad=(
        changed((*_ROOT, "root: nobodyhere@localhost\n"), caret="root"),
        changed((*_ROOT, "root: a@localhost\na: b@localhost\nb: a@localhost\n"), caret="root"),
        changed((*_ROOT, "root: /dev/null\n"), caret="root"),
        changed((*_ROOT, "root: root@localhost\n"), caret="root"),
        changed((*_ROOT, "")),
        changed((*_ROOT, "#root: ann@example.com\n")),
    ),
)
