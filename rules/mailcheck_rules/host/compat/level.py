"""Postfix runs with the defaults of an old release.

## What it checks
`compatibility_level` is not set, or lower than 3.6 (than 2 before Postfix 3.6).

## Why it matters
Without it Postfix keeps defaults of the years before 2014 wherever nothing is set: services run in a chroot,
`smtpd_relay_restrictions` is empty, whole subnets are in `mynetworks`, `relay_domains` holds `mydestination`,
certificates are compared by MD5. It logs a line for each time that it does.

## Example
    postfix: Postfix is running with backwards-compatible default settings

## How to fix
    compatibility_level = 3.6

after a look at what the log says each of the old defaults was used for.

## References
Postfix's COMPATIBILITY_README; postconf(5), `compatibility_level`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.grammar.postfix_level import parse_level
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_MAIN = "/etc/postfix/main.cf"
_LINE = "compatibility_level = 3.6\n"
_BEFORE_36, _NOW = (2, 0, 0), (3, 6, 0)


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    postfix = facts.postfix
    assert postfix is not None
    setting = postfix.of("compatibility_level")
    if not setting.is_determined:
        yield Skip("compatibility_level cannot be told: its value cannot be expanded")
        return
    level = parse_level(setting.value)
    wanted = _BEFORE_36 if postfix.version_known and postfix.release < _NOW else _NOW
    if level is not None and level >= wanted:
        return
    if level is not None and level >= _BEFORE_36 and not postfix.version_known:
        yield Skip(f"whether compatibility_level {setting.value} is enough depends on a release that is not known")
        return
    name = "2" if wanted == _BEFORE_36 else "3.6"
    if level is None:
        message = f"compatibility_level `{shorten(setting.value)}` is none that Postfix takes"
    elif setting.is_set:
        message = f"compatibility_level {setting.value} keeps the defaults of an old release"
    else:
        message = "compatibility_level is not set, so the defaults of an old release hold"
    yield Problem(message, setting.at, f"compatibility_level = {name}", token="compatibility_level")


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) compatibility_level",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, _LINE, "compatibility_level = 3.7.1\n")),
        changed((_MAIN, _LINE, "compatibility_level = 2\n"), postfix_version="3.5.25"),
        changed((_MAIN, _LINE, "compatibility_level = 2\n"), postfix_version=""),
    ),
    bad=(
        changed((_MAIN, _LINE, "")),
        changed((_MAIN, _LINE, "compatibility_level = 2\n"), caret="2"),
        changed((_MAIN, _LINE, "compatibility_level = 1\n"), caret="1", postfix_version=""),
        changed((_MAIN, _LINE, "compatibility_level = three\n"), caret="three"),
    ),
)
