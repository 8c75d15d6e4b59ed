"""A comment behind a value is part of the value.

## What it checks
A value in main.cf holds a `#` behind white space. Only a line that begins with `#` is a comment.

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
from mailcheck.lint.kinds import each_postfix, host_rule
from mailcheck.lint.rule import Context, Problem, Severity, changed

_COMMENT = re.compile(r"(?<=[ \t])#.*", re.DOTALL)
_MAIN = "/etc/postfix/main.cf"


def check(facts: HostFacts, _: Context) -> Iterator[Problem]:
    assert facts.postfix is not None
    for entry in facts.postfix.settings.entries.values():
        found = _COMMENT.search(" " + entry.value)
        if found:
            yield Problem(
                f"`{entry.name}` has a comment behind its value: it is part of the value",
                entry.value_at.within(found.start() - 1, found.end() - 1),
                help="put the comment on a line of its own",
                token=entry.name,
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
        changed(
            (
                _MAIN,
                "    permit_mynetworks,\n    reject_invalid",
                "    permit_mynetworks,\n  # these first\n    reject_invalid",
            )
        ),
        changed((_MAIN, "recipient_delimiter = +", "recipient_delimiter = +#")),
    ),
    bad=(
        changed(
            (_MAIN, "myhostname = mail.example.com", "myhostname = mail.example.com # PTR"), caret="# PTR", also=()
        ),
        changed((_MAIN, "myorigin = /etc/mailname", "myorigin = example.com  # ours"), caret="# ours"),
        changed((_MAIN, "relay_domains =\n", "relay_domains = # none\n"), caret="# none"),
    ),
)
