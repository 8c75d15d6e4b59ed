"""A further Postfix instance could not be audited.

## What it checks
Every folder in `multi_instance_directories` holds a main.cf. Instances that can be read are checked as the first
one is.

## Why it matters
Each instance takes and sends mail by settings of its own. One that nobody looks at may relay for everybody, or
leave its mail unsigned, while the others are right.

## Example
    multi_instance_directories = /etc/postfix-out

and there is no /etc/postfix-out/main.cf.

## How to fix
Correct the folder's name, or take it out: `postmulti -l` lists the instances.

## References
postconf(5), `multi_instance_directories`; Postfix's MULTI_INSTANCE_README.
"""

from __future__ import annotations

from collections.abc import Iterator

from mailcheck.analysis.host_facts import HostFacts
from mailcheck.lint.kinds import host_rule, the_host
from mailcheck.lint.rule import Context, Problem, Severity, Skip, changed
from mailcheck.model.text import shorten

_MAIN = "/etc/postfix/main.cf"
_LINE = ("readme_directory = no\n", "readme_directory = no\nmulti_instance_directories = /etc/postfix-out\n")


def check(facts: HostFacts, ctx: Context) -> Iterator[Problem | Skip]:
    if facts.postfix is None:
        return
    for item in facts.postfix.instances:
        file = facts.machine.file(f"{item.text}/main.cf")
        if file is None or file.state in ("denied", "refused"):
            yield Skip(
                f"the instance in {item.text} was not read: {(file and file.why) or 'its folder is not known'}"
            )
        elif file.text is None:
            yield Problem(
                f"the instance in `{shorten(item.text)}` has no main.cf, so it could not be audited",
                item.at,
                "correct the folder, or take it out of multi_instance_directories",
                token=item.text,
            )


RULE = host_rule(
    __name__,
    __doc__,
    check,
    Severity.WARNING,
    "postconf(5) multi_instance_directories",
    over=the_host,
    good=(
        changed(),
        changed(
            (_MAIN, *_LINE),
            files={"/etc/postfix-out/main.cf": "compatibility_level = 3.6\n", "/etc/postfix-out/master.cf": "#\n"},
        ),
    ),
    bad=(changed((_MAIN, *_LINE), caret="/etc/postfix-out"),),
)
