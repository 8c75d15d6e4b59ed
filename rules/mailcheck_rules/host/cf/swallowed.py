"""A setting is indented, so it is part of the line above.

## What it checks
A line of main.cf that begins with white space and reads `name = value`, where `name` is a parameter of Postfix.

## Why it matters
A line that begins with white space continues the one before it: the parameter keeps its default, and the value
above gets words that do not belong there. Where that is a list of tables or a number, the daemon that reads it
ends and all mail waits.

## Example
    virtual_alias_maps = hash:/etc/postfix/virtual
     relayhost = [relay.example.net]

There is no relay host, and cleanup ends because `relayhost` is no table.

## How to fix
Let the line begin in the first column. `postconf -n NAME` shows whether it is read.

## References
postconf(5): a line that starts with white space continues a logical line.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Label, Problem, Severity, changed
from mailcheck.model.text import shorten

_MAIN = "/etc/postfix/main.cf"


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    for entry, part in facts.postfix.swallowed:
        yield Problem(
            f"the line is indented, so `{part.name}` is not set: it is part of `{shorten(entry.name)}`",
            part.at,
            f"begin the line `{part.name} = ...` in the first column",
            (Label(entry.name_at, "this goes on"),),
            token=part.name,
        )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5)",
    over=each_postfix,
    good=(
        changed(),
        changed((_MAIN, "smtpd_banner = $myhostname ESMTP\n", "smtpd_banner = $myhostname ESMTP\n  motto=none\n")),
        changed((_MAIN, "biff = no\n", "biff = no\n  # mydomain = example.org\n")),
    ),
    bad=(
        changed(
            (_MAIN, "smtpd_banner = $myhostname ESMTP\nappend", "smtpd_banner = $myhostname ESMTP\n append"),
            caret="append_dot_mydomain",
        ),
        changed(
            (_MAIN, "ESMTP\n", "ESMTP\n\n# size\n\tbody_checks_size_limit=9\n"), caret="body_checks_size_limit"
        ),
    ),
)
