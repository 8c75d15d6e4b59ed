"""A comment behind a value is part of the value.

## What it checks
A value in main.cf holds a `#` behind white space. Only a line that begins with `#` is a comment. Texts such as
`smtpd_reject_footer`, and what stands in `{ }`, may hold one.

## Why it matters
Postfix takes the words for part of the value: it says them in HELO, looks them up as domains, or reads
them as items of a list. Few of them give a warning.

## Example
    myhostname = mail.example.com  # as in the PTR record

## How to fix
Put the comment on a line of its own:

    # as in the PTR record
    myhostname = mail.example.com

## References
postconf(5), file format
"""

import re
from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.grammar.main_cf import Entry
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed

_COMMENT = re.compile(r"(?<=[ \t])#.*", re.DOTALL)
_WORDS = re.compile(r"(?<=[ \t])#(?=[ \t]).*", re.DOTALL)
_FREE = frozenset((
    "smtpd_reject_footer", "postscreen_reject_footer", "default_rbl_reply", "mailbox_command", "debugger_command"
))  # fmt: skip
"""Texts for people and commands of the shell, where a `#` has its place."""
_GREETINGS = frozenset(("smtpd_banner", "postscreen_greet_banner", "mail_name"))
"""There a comment is told from a `#42` by the space behind the `#`."""
_MAIN = "/etc/postfix/main.cf"


def check(facts: HostFacts, _: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    for entry in facts.postfix.settings.entries.values():
        found = None if entry.name in _FREE else _comment(entry)
        if found:
            yield Problem(
                f"`{entry.name}` has a comment behind its value: it is part of the value",
                entry.value_at.within(found.start() - 1, found.end() - 1),
                help="put the comment on a line of its own",
                token=entry.name,
            )


def _comment(entry: Entry) -> re.Match[str] | None:
    pattern = _WORDS if entry.name in _GREETINGS else _COMMENT
    return pattern.search(" " + _outside_of_braces(entry.value))


def _outside_of_braces(value: str) -> str:
    """The value with every `#` inside of `{ }` replaced: there it is part of a table or of a text."""
    depth = 0
    letters = []
    for letter in value:
        depth = max(0, depth + (letter == "{") - (letter == "}"))
        letters.append("." if depth and letter == "#" else letter)
    return "".join(letters)


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.ERROR,
    "postconf(5)",
    over=each_postfix,
    good=(
        changed(),
        changed(
            (
                _MAIN,
                "    permit_mynetworks,\n    reject_invalid",
                "    permit_mynetworks,\n  # these first\n    reject_invalid",
            )
        ),
        changed((_MAIN, "recipient_delimiter = +", "recipient_delimiter = +#")),
        changed((_MAIN, "biff = no\n", "biff = no\nsmtpd_reject_footer = \\c see # 42 or #43\n")),
        changed((_MAIN, "smtpd_banner = $myhostname ESMTP\n", "smtpd_banner = $myhostname ESMTP #1\n")),
        changed((_MAIN, "biff = no\n", "biff = no\nsender_bcc_maps = inline:{ { #a@example.com = b } }\n")),
    ),
    bad=(
        changed(
            (_MAIN, "myhostname = mail.example.com", "myhostname = mail.example.com # PTR"), caret="# PTR", also=()
        ),
        changed((_MAIN, "myorigin = /etc/mailname", "myorigin = example.com  # ours"), caret="# ours"),
        changed(
            (_MAIN, "smtpd_banner = $myhostname ESMTP\n", "smtpd_banner = $myhostname ESMTP # v\n"), caret="# v"
        ),
        changed((_MAIN, "relay_domains =\n", "relay_domains = # none\n"), caret="# none"),
    ),
)
