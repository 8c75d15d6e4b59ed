"""A value refers to a parameter that nothing defines.

## What it checks
`$name` in main.cf, or in a `-o` of master.cf, where `name` is neither a parameter of Postfix nor set in main.cf.
`${name?...}` only asks whether there is one, and is no fault.

## Why it matters
Postfix puts nothing in its place, without a word in the log. A list loses an item, a path loses its beginning.

## Example
    mydestination = $myhostnam, localhost

Mail for the host's own name is refused: it is not among its destinations.

## How to fix
Correct the name, or define it. A dollar sign that is meant as such is `$$`.

## References
postconf(5), the section on `$parameter`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.analysis.postfix import Postfix
from mailcheck.analysis.postfix_settings import Setting
from mailcheck.grammar.postfix_expand import references
from mailcheck.grammar.postfix_parameters import known_in_any_release
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_MAIN = "/etc/postfix/main.cf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    for setting in _written(postfix):
        for reference in references(setting.raw):
            if reference.name not in setting.undefined or reference.name in postfix.known_names:
                continue
            if not postfix.version_known and reference.name in known_in_any_release():
                yield Skip(f"`${shorten(reference.name)}` depends on Postfix's release, which is not known")
                continue
            name = f"${shorten(reference.name)}"
            yield Problem(
                f"`{name}` in `{shorten(setting.name)}` is defined nowhere and stands for nothing",
                setting.at.within(reference.start, reference.end),
                "correct the name, or define it in main.cf",
                token=f"{setting.name} {reference.name}",
            )


def _written(postfix: Postfix) -> Iterator[Setting]:
    for name in dict.fromkeys([entry.name for entry in postfix.main.entries]):
        yield postfix.of(name)
    for service in postfix.services:
        yield from service.overrides.values()


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5)",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "biff = no\n", "transport_maps = ${indexed?hash:${indexed}/transport}\n")),
        changed(
            (_MAIN, "biff = no\n", 'mailbox_command = /usr/bin/procmail -a "$EXTENSION"\nluser_relay = $user@a\n')
        ),
        changed((_MAIN, "ESMTP\n", "ESMTP $$me $mail_version\n"), postfix_version=""),
        changed(
            (
                _MAIN,
                "biff = no\n",
                "indexed = /etc\nreadme_directory_ = $indexed\nhtml_directory = $readme_directory_\n",
            )
        ),
    ),
    bad=(
        changed((_MAIN, "localhost.$mydomain", "localhost.$mydomian"), caret="mydomian"),
        changed((_MAIN, "localhost,", "localhost,\n  ${mydomian}, localhost,"), caret="mydomian"),
        changed(
            ("/etc/postfix/master.cf", "postfix/$service_name", "postfix/$(servce_name)"), caret="servce_name"
        ),
    ),
)
