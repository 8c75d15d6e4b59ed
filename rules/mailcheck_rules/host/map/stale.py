"""A lookup table is older than its source: the last edits do not count.

## What it checks
The compiled file of each table is as new as its source. Times tell that on the running host alone.

## Why it matters
`postmap` or `newaliases` was forgotten. Postfix goes on with the old entries: the new address bounces, the removed
one still gets mail. It logs a warning, but only once the difference is over 100 seconds, and when the table is
opened.

## Example
    $ ls -l --time-style=+%H:%M /etc/aliases*
    -rw-r--r-- 1 root root   180 14:02 /etc/aliases
    -rw-r--r-- 1 root root 12288 09:30 /etc/aliases.db

## How to fix
    newaliases                       # for /etc/aliases
    postmap /etc/postfix/virtual     # for a table

## References
postmap(1); newaliases(1).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    assert facts.postfix is not None
    told: set[str] = set()
    for use in facts.postfix.maps:
        source = facts.machine.file(use.path)
        compiled = facts.machine.file(use.compiled) if use.compiled and not use.is_cache else None
        if source is None or compiled is None or {source.state, compiled.state} != {"file"}:
            continue
        if source.stat is None or compiled.stat is None:
            yield Skip(f"not checked: the times of {use.path} and {use.compiled} in a copied tree tell nothing")
        elif source.stat.mtime > compiled.stat.mtime and use.compiled not in told:
            told.add(use.compiled)
            is_alias = use.setting.startswith("alias_")
            yield Problem(
                f"`{use.path}` was changed after `{use.compiled}` was built: its edits do not count",
                use.at,
                "newaliases" if is_alias else f"postmap {use.type}:{use.path}",
                token=use.path,
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postmap(1)",
    over=each_postfix,
    needs=("live-host",),
    good=(changed(), changed(live=False), changed(newer=("/etc/postfix/virtual.db",))),
    bad=(
        changed(newer=("/etc/postfix/virtual",), caret="hash:/etc/postfix/virtual"),
        changed(newer=("/etc/aliases",), caret="hash:/etc/aliases"),
    ),
)
